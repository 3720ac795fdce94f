//! `/api/v1/workspaces`.

use super::{Rooms, asking::Asking, slug};
use crate::words::Workspace;
use axum::{extract::State, http::StatusCode};
use chaoshub_chassis::http::{Answer, Json, OneHeader, Path, Problem, Query, located};
use chaoshub_facade::auth::WorkspaceRef;
use chaoshub_kernel::{Page, PageAsk, Scope, WorkspaceId};
use serde::Deserialize;
use utoipa::ToSchema;

/// A workspace to be made in an organization that one owns.
#[derive(Debug, Deserialize, ToSchema)]
pub struct NewWorkspace {
    /// The name of the organization.
    pub organization: String,
    /// The second segment of its addresses.
    pub name: String,
    /// Its name for people; the name where none is given.
    #[serde(default)]
    pub title: Option<String>,
}

/// The workspaces one may know of; an administrator is shown all of them, which opens none
#[utoipa::path(get, path = "/api/v1/workspaces", tag = "organizations", operation_id = "list_workspaces",
    params(PageAsk), responses((status = 200, body = Page<Workspace>), Problem))]
pub async fn list(State(rooms): State<Rooms>, asking: Asking, Query(page): Query<PageAsk>) -> Answer<Json<Page<Workspace>>> {
    Ok(Json(rooms.auth.workspaces_seen(&asking.person, &page).await?))
}

/// Make a workspace in an organization one owns
#[utoipa::path(post, path = "/api/v1/workspaces", tag = "organizations", operation_id = "create_workspace",
    request_body = NewWorkspace, responses((status = 201, body = Workspace), Problem))]
pub async fn create(
    State(rooms): State<Rooms>,
    asking: Asking,
    Json(new): Json<NewWorkspace>,
) -> Answer<(StatusCode, OneHeader, Json<Workspace>)> {
    let name = slug(&new.name)?;
    let made = rooms.auth.new_workspace(&asking.person, &new.organization, &name, new.title).await?;
    Ok((StatusCode::CREATED, located(format_args!("/api/v1/workspaces/{}", made.id)), Json(made)))
}

/// One workspace
#[utoipa::path(get, path = "/api/v1/workspaces/{id}", tag = "organizations", operation_id = "get_workspace",
    params(("id" = WorkspaceId, Path, description = "The workspace.")),
    responses((status = 200, body = Workspace), Problem))]
pub async fn get(State(rooms): State<Rooms>, asking: Asking, Path(id): Path<WorkspaceId>) -> Answer<Json<Workspace>> {
    asking.caller.need(WorkspaceRef::Id(id), Scope::WorkspaceRead).await?;
    Ok(Json(rooms.auth.workspace(id).await?.workspace))
}
