//! `/api/v1/auth/sessions`: where one is signed in, and ending that.

use super::{Rooms, asking::Asking};
use crate::words::{Session, SignInId};
use axum::{extract::State, http::StatusCode};
use chaoshub_chassis::http::{Answer, Json, Path, Problem};

/// Everywhere one is signed in, the newest first
#[utoipa::path(get, path = "/api/v1/auth/sessions", tag = "auth", operation_id = "list_sessions",
    responses((status = 200, body = Vec<Session>), Problem))]
pub async fn list(State(rooms): State<Rooms>, asking: Asking) -> Answer<Json<Vec<Session>>> {
    Ok(Json(rooms.auth.sessions(&asking.person).await?))
}

/// End all of one's own sessions but this one
#[utoipa::path(delete, path = "/api/v1/auth/sessions", tag = "auth", operation_id = "end_other_sessions",
    responses((status = 204), Problem))]
pub async fn end_others(State(rooms): State<Rooms>, asking: Asking) -> Answer<StatusCode> {
    rooms.auth.end_other_sessions(&asking.person).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// End one of one's own sessions, at once
#[utoipa::path(delete, path = "/api/v1/auth/sessions/{id}", tag = "auth", operation_id = "end_session",
    params(("id" = SignInId, Path, description = "The session.")), responses((status = 204), Problem))]
pub async fn end(State(rooms): State<Rooms>, asking: Asking, Path(id): Path<SignInId>) -> Answer<StatusCode> {
    rooms.auth.end_session(&asking.person, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
