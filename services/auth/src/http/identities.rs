//! `/api/v1/auth/identities`: what opens one's account.

use super::{Rooms, asking::Asking};
use crate::words::{IdentityId, WaysIn};
use axum::{extract::State, http::StatusCode};
use chaoshub_chassis::http::{Answer, Json, Path, Problem};

/// Everything that opens one's account
#[utoipa::path(get, path = "/api/v1/auth/identities", tag = "auth", operation_id = "list_identities",
    responses((status = 200, body = WaysIn), Problem))]
pub async fn list(State(rooms): State<Rooms>, asking: Asking) -> Answer<Json<WaysIn>> {
    Ok(Json(rooms.auth.ways_in(&asking.person).await?))
}

/// Unlink an account elsewhere, unless it is the last way in
#[utoipa::path(delete, path = "/api/v1/auth/identities/{id}", tag = "auth", operation_id = "unlink_identity",
    params(("id" = IdentityId, Path, description = "The identity.")), responses((status = 204), Problem))]
pub async fn unlink(State(rooms): State<Rooms>, asking: Asking, Path(id): Path<IdentityId>) -> Answer<StatusCode> {
    rooms.auth.unlink(&asking.person, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
