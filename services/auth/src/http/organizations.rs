//! `/api/v1/organizations`.

use super::{Rooms, asking::Asking, slug};
use crate::words::Organization;
use axum::{extract::State, http::StatusCode};
use chaoshub_chassis::http::{Answer, Json, Problem, Query};
use chaoshub_kernel::{Page, PageAsk};
use serde::Deserialize;
use utoipa::ToSchema;

/// An organization to be made, with a first workspace of the same name.
#[derive(Debug, Deserialize, ToSchema)]
pub struct NewOrganization {
    /// The first segment of its addresses.
    pub name: String,
    /// Its name for people; the name where none is given.
    #[serde(default)]
    pub title: Option<String>,
}

/// The organizations one may know of
#[utoipa::path(get, path = "/api/v1/organizations", tag = "organizations", operation_id = "list_organizations",
    params(PageAsk), responses((status = 200, body = Page<Organization>), Problem))]
pub async fn list(State(rooms): State<Rooms>, asking: Asking, Query(page): Query<PageAsk>) -> Answer<Json<Page<Organization>>> {
    Ok(Json(rooms.auth.organizations(&asking.person, &page).await?))
}

/// Make an organization and own it
#[utoipa::path(post, path = "/api/v1/organizations", tag = "organizations", operation_id = "create_organization",
    request_body = NewOrganization, responses((status = 201, body = Organization), Problem))]
pub async fn create(
    State(rooms): State<Rooms>,
    asking: Asking,
    Json(new): Json<NewOrganization>,
) -> Answer<(StatusCode, Json<Organization>)> {
    let made = rooms.auth.new_organization(&asking.person, &slug(&new.name)?, new.title).await?;
    Ok((StatusCode::CREATED, Json(made)))
}
