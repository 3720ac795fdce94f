//! `/api/v1/auth`: setting up, signing up and in, renewing, signing out.

use super::{Rooms, asking::OurPage, cookies, slug};
use crate::{
    config::SignUp,
    service::{
        providers::Entry,
        sign_in::{Peer, SignedIn},
    },
    words::Me,
};
use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
};
use chaoshub_chassis::http::{Answer, Json, Problem};
use chaoshub_kernel::Fault;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What the page for signing in needs to know.
#[derive(Debug, Serialize, ToSchema)]
pub struct SignInOptions {
    /// Nobody has an account yet: ask for the setup code.
    pub setup_required: bool,
    /// Where people may come from, in the order of their buttons.
    pub providers: Vec<ProviderButton>,
    /// Who may make an account without an administrator.
    pub sign_up: SignUp,
}

/// A provider to sign in with.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProviderButton {
    /// Its name in addresses.
    #[schema(example = "github")]
    pub name: String,
    /// Its name for people.
    #[schema(example = "GitHub")]
    pub title: String,
}

/// An account with a password that somebody makes for themselves.
#[derive(Debug, Deserialize, ToSchema)]
pub struct SignUpRequest {
    /// The name of the account.
    pub name: String,
    /// Its password.
    #[schema(value_type = String, format = Password, min_length = 12)]
    pub password: SecretString,
    /// What an invitation's link carries behind its `#`.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub invitation: Option<SecretString>,
}

/// How the first administrator is made.
#[derive(Debug, Deserialize, ToSchema)]
pub struct SetupRequest {
    /// The code that the hub printed when it started.
    #[schema(value_type = String)]
    pub code: SecretString,
    /// The name of the account.
    pub name: String,
    /// Its password.
    #[schema(value_type = String, format = Password, min_length = 12)]
    pub password: SecretString,
}

/// Signing in with a password.
#[derive(Debug, Deserialize, ToSchema)]
pub struct SignInRequest {
    /// The name of the account.
    pub name: String,
    /// Its password.
    #[schema(value_type = String, format = Password)]
    pub password: SecretString,
}

/// What can be done to sign in
#[utoipa::path(get, path = "/api/v1/auth/options", tag = "auth", operation_id = "get_sign_in_options",
    responses((status = 200, body = SignInOptions), Problem))]
pub async fn options(State(rooms): State<Rooms>) -> Answer<Json<SignInOptions>> {
    let button = |entry: &Entry| ProviderButton { name: entry.of.name.to_string(), title: entry.of.title.clone() };
    Ok(Json(SignInOptions {
        setup_required: rooms.auth.setup_required().await?,
        providers: rooms.auth.providers().entries().iter().map(button).collect(),
        sign_up: rooms.auth.sign_up_policy(),
    }))
}

/// Make the first administrator, with the code that the hub printed
#[utoipa::path(post, path = "/api/v1/auth/setup", tag = "auth", operation_id = "set_up",
    request_body = SetupRequest, responses((status = 201, body = Me), Problem))]
pub async fn set_up(
    State(rooms): State<Rooms>,
    _: OurPage,
    peer: Peer,
    Json(ask): Json<SetupRequest>,
) -> Answer<(StatusCode, HeaderMap, Json<Me>)> {
    let signed_in = rooms.auth.set_up(ask.code.expose_secret(), &slug(&ask.name)?, ask.password, &peer).await?;
    Ok(answer(&rooms, StatusCode::CREATED, signed_in))
}

/// Make an account with a password, where the policy lets one
#[utoipa::path(post, path = "/api/v1/auth/sign-up", tag = "auth", operation_id = "sign_up",
    request_body = SignUpRequest, responses((status = 201, body = Me), Problem))]
pub async fn sign_up(
    State(rooms): State<Rooms>,
    _: OurPage,
    peer: Peer,
    Json(ask): Json<SignUpRequest>,
) -> Answer<(StatusCode, HeaderMap, Json<Me>)> {
    let invitation = ask.invitation.as_ref().map(ExposeSecret::expose_secret);
    let signed_in = rooms.auth.sign_up(&slug(&ask.name)?, ask.password, invitation, &peer).await?;
    Ok(answer(&rooms, StatusCode::CREATED, signed_in))
}

/// Sign in with a password
#[utoipa::path(post, path = "/api/v1/auth/sign-in", tag = "auth", operation_id = "sign_in",
    request_body = SignInRequest, responses((status = 200, body = Me), Problem))]
pub async fn sign_in(
    State(rooms): State<Rooms>,
    _: OurPage,
    peer: Peer,
    Json(ask): Json<SignInRequest>,
) -> Answer<(StatusCode, HeaderMap, Json<Me>)> {
    let signed_in = rooms.auth.sign_in(&ask.name, ask.password, &peer).await?;
    Ok(answer(&rooms, StatusCode::OK, signed_in))
}

/// Get a fresh claim for a session that goes on
#[utoipa::path(post, path = "/api/v1/auth/renew", tag = "auth", operation_id = "renew",
    responses((status = 200, body = Me), Problem))]
pub async fn renew(State(rooms): State<Rooms>, _: OurPage, headers: HeaderMap) -> Answer<(StatusCode, HeaderMap, Json<Me>)> {
    let secret =
        cookies::session(&headers).ok_or_else(|| Fault::unauthenticated("session-ended", "you are signed out; sign in again"))?;
    let signed_in = rooms.auth.renew(&secret).await?;
    Ok(answer(&rooms, StatusCode::OK, signed_in))
}

/// Sign out
#[utoipa::path(post, path = "/api/v1/auth/sign-out", tag = "auth", operation_id = "sign_out",
    responses((status = 204), Problem))]
pub async fn sign_out(State(rooms): State<Rooms>, _: OurPage, headers: HeaderMap) -> Answer<(StatusCode, HeaderMap)> {
    if let Some(secret) = cookies::session(&headers) {
        rooms.auth.sign_out(&secret).await?;
    }
    Ok((StatusCode::NO_CONTENT, cookies::taken(&rooms.edge.public_url)))
}

fn answer(rooms: &Rooms, status: StatusCode, signed_in: SignedIn) -> (StatusCode, HeaderMap, Json<Me>) {
    let headers = cookies::given(&signed_in, rooms.auth.session_days(), &rooms.seal, &rooms.edge.public_url);
    (status, headers, Json(signed_in.me))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::{accounts::NewAccount, tokens::CreatedToken};
    use chaoshub_kernel::{SignedClaim, WorkspaceId};
    use serde_json::json;

    #[test]
    fn no_secret_is_in_what_a_log_would_print() {
        let read = |value| serde_json::from_value::<SignInRequest>(value).unwrap();
        let sign_in = read(json!({ "name": "ada", "password": "hush-hush" }));
        let setup: SetupRequest =
            serde_json::from_value(json!({ "code": "hush-hush", "name": "ada", "password": "hush-hush" })).unwrap();
        let account: NewAccount = serde_json::from_value(json!({ "name": "ada", "password": "hush-hush" })).unwrap();
        let now = chrono::DateTime::UNIX_EPOCH;
        let token = crate::Token {
            id: crate::TokenId::new(now),
            name: "ci".to_owned(),
            workspace_id: WorkspaceId::new(now),
            account: "ada".to_owned(),
            scopes: chaoshub_kernel::Scopes::default(),
            created_at: now,
            expires_at: None,
            last_used_at: None,
            hint: "chp_".to_owned(),
        };
        let me = Me {
            account: crate::Account {
                id: chaoshub_kernel::AccountId::new(now),
                name: "ada".to_owned(),
                admin: false,
                created_at: now,
            },
            workspaces: Vec::new(),
        };
        let signed_in = SignedIn { me, claim: SignedClaim::from_jwt("hush-hush"), session: Some("hush-hush".into()) };
        let created = CreatedToken { token, secret: "hush-hush".to_owned() };
        let sign_up: SignUpRequest =
            serde_json::from_value(json!({ "name": "ada", "password": "hush-hush", "invitation": "hush-hush" })).unwrap();
        let invited: crate::http::providers::InvitedWish =
            serde_json::from_value(json!({ "next": "/", "invitation": "hush-hush" })).unwrap();
        let printed = format!("{sign_in:?} {setup:?} {account:?} {signed_in:?} {created:?} {sign_up:?} {invited:?}");
        assert!(!printed.contains("hush-hush"), "{printed}");
    }
}
