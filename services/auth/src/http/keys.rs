//! `/.well-known/jwks.json`: the public keys of claims, for whoever wants to verify one.

use super::Rooms;
use axum::{
    extract::State,
    http::header::{self, HeaderName},
};
use chaoshub_chassis::http::{Answer, Json, Problem};
use chaoshub_facade::auth::Auth;
use serde_json::Value;

/// The keys that claims are verified with (RFC 7517)
#[utoipa::path(get, path = "/.well-known/jwks.json", tag = "auth", operation_id = "get_keys",
    responses((status = 200, body = Object), Problem))]
pub async fn jwks(State(rooms): State<Rooms>) -> Answer<([(HeaderName, &'static str); 1], Json<Value>)> {
    let keys = rooms.auth.keys().await?;
    Ok(([(header::CACHE_CONTROL, "public, max-age=300")], Json(keys.jwks)))
}
