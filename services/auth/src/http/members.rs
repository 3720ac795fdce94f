//! `/api/v1/workspaces/{id}/members`.

use super::{Rooms, asking::Asking};
use crate::words::Member;
use axum::{extract::State, http::StatusCode};
use chaoshub_chassis::http::{Answer, Json, Path, Problem, Query};
use chaoshub_facade::auth::WorkspaceRef;
use chaoshub_kernel::{Page, PageAsk, Role, Scope, WorkspaceId};
use serde::Deserialize;
use utoipa::ToSchema;

/// The role that somebody is to have in the workspace.
#[derive(Debug, Deserialize, ToSchema)]
pub struct MemberRole {
    /// The role.
    pub role: Role,
}

/// Everybody with a role in the workspace
#[utoipa::path(get, path = "/api/v1/workspaces/{id}/members", tag = "organizations", operation_id = "list_members",
    params(("id" = WorkspaceId, Path, description = "The workspace."), PageAsk),
    responses((status = 200, body = Page<Member>), Problem))]
pub async fn list(
    State(rooms): State<Rooms>,
    asking: Asking,
    Path(id): Path<WorkspaceId>,
    Query(page): Query<PageAsk>,
) -> Answer<Json<Page<Member>>> {
    asking.caller.need(WorkspaceRef::Id(id), Scope::WorkspaceRead).await?;
    Ok(Json(rooms.auth.members(id, &page).await?))
}

/// Give an account a role in the workspace
#[utoipa::path(put, path = "/api/v1/workspaces/{id}/members/{account_name}", tag = "organizations",
    operation_id = "put_member",
    params(("id" = WorkspaceId, Path, description = "The workspace."),
        ("account_name" = String, Path, description = "The account's name.")),
    request_body = MemberRole, responses((status = 200, body = Member), Problem))]
pub async fn put(
    State(rooms): State<Rooms>,
    asking: Asking,
    Path((id, name)): Path<(WorkspaceId, String)>,
    Json(new): Json<MemberRole>,
) -> Answer<Json<Member>> {
    asking.caller.need(WorkspaceRef::Id(id), Scope::WorkspaceAdmin).await?;
    Ok(Json(rooms.auth.put_member(id, &name, new.role).await?))
}

/// Take an account's role in the workspace away
#[utoipa::path(delete, path = "/api/v1/workspaces/{id}/members/{account_name}", tag = "organizations",
    operation_id = "remove_member",
    params(("id" = WorkspaceId, Path, description = "The workspace."),
        ("account_name" = String, Path, description = "The account's name.")),
    responses((status = 204), Problem))]
pub async fn remove(
    State(rooms): State<Rooms>,
    asking: Asking,
    Path((id, name)): Path<(WorkspaceId, String)>,
) -> Answer<StatusCode> {
    asking.caller.need(WorkspaceRef::Id(id), Scope::WorkspaceAdmin).await?;
    rooms.auth.remove_member(id, &name).await?;
    Ok(StatusCode::NO_CONTENT)
}
