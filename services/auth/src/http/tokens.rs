//! `/api/v1/tokens`.

use super::{Rooms, ShownOnce, asking::Asking, shown_once};
use crate::{
    service::tokens::Wish,
    words::{Token, TokenId},
};
use axum::{extract::State, http::StatusCode};
use chaoshub_chassis::http::{Answer, Json, Path, Problem, Query};
use chaoshub_facade::auth::WorkspaceRef;
use chaoshub_kernel::{Page, PageAsk, Scope, Scopes};
use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};
use std::fmt;
use utoipa::{IntoParams, ToSchema};

/// A token to be made.
#[derive(Debug, Deserialize, ToSchema)]
pub struct NewToken {
    /// The only workspace it is to be good for.
    #[schema(example = "demo/demo")]
    pub workspace: String,
    /// What to call it.
    pub name: String,
    /// The most it may do; one's own rights in the workspace at most.
    pub scopes: Scopes,
    /// When it ends; null for never.
    #[schema(minimum = 1, maximum = 3650)]
    pub expires_in_days: Option<u32>,
}

/// A token that was made. Its secret is shown here and never again.
#[derive(Serialize, ToSchema)]
pub struct CreatedToken {
    /// The token.
    pub token: Token,
    /// What to send as `Authorization: Bearer`.
    #[schema(example = "chp_...")]
    pub secret: String,
}

impl fmt::Debug for CreatedToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CreatedToken({})", self.token.id)
    }
}

/// Which tokens are asked for.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// Only those of this workspace, as `organization/workspace`.
    #[serde(default)]
    pub workspace: Option<String>,
}

/// One's own tokens
#[utoipa::path(get, path = "/api/v1/tokens", tag = "tokens", operation_id = "list_tokens",
    params(Wanted, PageAsk), responses((status = 200, body = Page<Token>), Problem))]
pub async fn list(
    State(rooms): State<Rooms>,
    asking: Asking,
    Query(wanted): Query<Wanted>,
    Query(page): Query<PageAsk>,
) -> Answer<Json<Page<Token>>> {
    let workspace = match wanted.workspace {
        Some(text) => {
            let workspace: WorkspaceRef = text.parse()?;
            Some(asking.caller.need(workspace, Scope::WorkspaceRead).await?.workspace)
        }
        None => None,
    };
    Ok(Json(rooms.auth.tokens(&asking.person, workspace, &page).await?))
}

/// Make a token with at most one's own rights in a workspace
#[utoipa::path(post, path = "/api/v1/tokens", tag = "tokens", operation_id = "create_token",
    request_body = NewToken, responses((status = 201, body = CreatedToken), Problem))]
pub async fn create(State(rooms): State<Rooms>, asking: Asking, Json(new): Json<NewToken>) -> Answer<ShownOnce<CreatedToken>> {
    let access = asking.caller.need(new.workspace.parse()?, Scope::TokenManage).await?;
    let wish = Wish { name: new.name, scopes: new.scopes, expires_in_days: new.expires_in_days };
    let (token, secret) = rooms.auth.new_token(&asking.person, &access, wish).await?;
    let created = CreatedToken { token, secret: secret.expose_secret().to_owned() };
    Ok(shown_once(format!("/api/v1/tokens/{}", created.token.id), created))
}

/// End one of one's own tokens, at once
#[utoipa::path(delete, path = "/api/v1/tokens/{id}", tag = "tokens", operation_id = "delete_token",
    params(("id" = TokenId, Path, description = "The token.")), responses((status = 204), Problem))]
pub async fn delete(State(rooms): State<Rooms>, asking: Asking, Path(id): Path<TokenId>) -> Answer<StatusCode> {
    rooms.auth.delete_token(&asking.person, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
