//! `/api/v1/auth/password`: the password that opens one's account.

use super::{Rooms, asking::Asking};
use crate::service::sign_in::Peer;
use axum::{extract::State, http::StatusCode};
use chaoshub_chassis::http::{Answer, Json, Problem};
use secrecy::SecretString;
use serde::Deserialize;
use utoipa::ToSchema;

/// A new password, or the first one.
#[derive(Debug, Deserialize, ToSchema)]
pub struct PasswordChange {
    /// The current password; none where no password opens the account yet.
    #[schema(value_type = Option<String>, format = Password)]
    pub current: Option<SecretString>,
    /// The password from now on.
    #[schema(value_type = String, format = Password, min_length = 12)]
    pub new: SecretString,
}

/// Change one's password, or set the first one; all other sessions end at once
#[utoipa::path(put, path = "/api/v1/auth/password", tag = "auth", operation_id = "put_password",
    request_body = PasswordChange, responses((status = 204), Problem))]
pub async fn put(State(rooms): State<Rooms>, asking: Asking, peer: Peer, Json(ask): Json<PasswordChange>) -> Answer<StatusCode> {
    rooms.auth.put_password(&asking.person, ask.current, ask.new, &peer).await?;
    Ok(StatusCode::NO_CONTENT)
}
