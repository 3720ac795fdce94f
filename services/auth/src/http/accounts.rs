//! `/api/v1/me` and `/api/v1/accounts`.

use super::{Rooms, asking::Asking, slug};
use crate::words::{Account, Me};
use axum::{extract::State, http::StatusCode};
use chaoshub_chassis::http::{Answer, Json, Problem, Query};
use chaoshub_kernel::{Page, PageAsk};
use secrecy::SecretString;
use serde::Deserialize;
use utoipa::ToSchema;

/// An account that an administrator makes for somebody.
#[derive(Debug, Deserialize, ToSchema)]
pub struct NewAccount {
    /// Its name.
    pub name: String,
    /// Its first password.
    #[schema(value_type = String, format = Password, min_length = 12)]
    pub password: SecretString,
    /// Whether it administers the installation too.
    #[serde(default)]
    pub admin: bool,
}

/// Who one is, and where one has a role
#[utoipa::path(get, path = "/api/v1/me", tag = "auth", operation_id = "get_me",
    responses((status = 200, body = Me), Problem))]
pub async fn me(State(rooms): State<Rooms>, asking: Asking) -> Answer<Json<Me>> {
    Ok(Json(rooms.auth.me(&asking.person).await?))
}

/// Every account, for an administrator
#[utoipa::path(get, path = "/api/v1/accounts", tag = "accounts", operation_id = "list_accounts",
    params(PageAsk), responses((status = 200, body = Page<Account>), Problem))]
pub async fn list(State(rooms): State<Rooms>, asking: Asking, Query(page): Query<PageAsk>) -> Answer<Json<Page<Account>>> {
    Ok(Json(rooms.auth.accounts(&asking.person, &page).await?))
}

/// Make an account, as an administrator
#[utoipa::path(post, path = "/api/v1/accounts", tag = "accounts", operation_id = "create_account",
    request_body = NewAccount, responses((status = 201, body = Account), Problem))]
pub async fn create(
    State(rooms): State<Rooms>,
    asking: Asking,
    Json(new): Json<NewAccount>,
) -> Answer<(StatusCode, Json<Account>)> {
    let account = rooms.auth.new_account(&asking.person, &slug(&new.name)?, new.password, new.admin).await?;
    Ok((StatusCode::CREATED, Json(account)))
}
