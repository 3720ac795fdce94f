//! The public surface of auth, one resource a file: extract, authorize, call the rules, answer.

mod accounts;
mod asking;
mod cookies;
mod identities;
mod invitations;
mod keys;
mod members;
mod organizations;
mod password;
mod providers;
mod sessions;
mod sign_in;
mod tokens;
mod workspaces;

use crate::service::LocalAuth;
use axum::{
    extract::FromRef,
    http::{HeaderName, StatusCode, header},
};
use axum_extra::extract::cookie::Key;
use chaoshub_chassis::{
    Edge,
    http::{Json, OneHeader, ProblemDocument, located},
};
use chaoshub_kernel::{Fault, Slug, SlugError};
use std::{fmt::Display, sync::Arc};
use utoipa::OpenApi;
use utoipa_axum::{router::OpenApiRouter, routes};

/// What every handler may use.
#[derive(Clone)]
struct Rooms {
    auth: Arc<LocalAuth>,
    edge: Edge,
    /// Seals the cookie of sign-ins that have begun.
    seal: Key,
}

impl FromRef<Rooms> for Edge {
    fn from_ref(rooms: &Rooms) -> Self {
        rooms.edge.clone()
    }
}

#[derive(OpenApi)]
#[openapi(
    components(schemas(ProblemDocument)),
    tags(
        (name = "auth", description = "Signing in and out, and who one is."),
        (name = "accounts", description = "People and service identities, for administrators."),
        (name = "organizations", description = "Organizations, their workspaces, and who may do what there."),
        (name = "tokens", description = "API tokens for programs."),
    )
)]
struct Document;

/// Every public operation of auth.
pub fn router(auth: Arc<LocalAuth>, edge: Edge) -> OpenApiRouter {
    let seal = Key::from(&auth.sealing_key());
    routes().with_state(Rooms { auth, edge, seal })
}

/// The document of these operations; it needs nothing that runs.
pub fn openapi() -> utoipa::openapi::OpenApi {
    routes().into_openapi()
}

fn routes() -> OpenApiRouter<Rooms> {
    OpenApiRouter::with_openapi(Document::openapi())
        .routes(routes!(sign_in::options))
        .routes(routes!(sign_in::set_up))
        .routes(routes!(sign_in::sign_up))
        .routes(routes!(sign_in::sign_in))
        .routes(routes!(sign_in::renew))
        .routes(routes!(sign_in::sign_out))
        .routes(routes!(providers::begin, providers::begin_invited))
        .routes(routes!(providers::come_back))
        .routes(routes!(providers::link))
        .routes(routes!(identities::list))
        .routes(routes!(identities::unlink))
        .routes(routes!(password::put))
        .routes(routes!(sessions::list, sessions::end_others))
        .routes(routes!(sessions::end))
        .routes(routes!(invitations::look))
        .routes(routes!(invitations::accept))
        .routes(routes!(accounts::me))
        .routes(routes!(accounts::list, accounts::create))
        .routes(routes!(organizations::list, organizations::create))
        .routes(routes!(workspaces::list, workspaces::create))
        .routes(routes!(workspaces::get))
        .routes(routes!(members::list))
        .routes(routes!(members::put, members::remove))
        .routes(routes!(invitations::list, invitations::create))
        .routes(routes!(invitations::delete))
        .routes(routes!(tokens::list, tokens::create))
        .routes(routes!(tokens::delete))
        .routes(routes!(keys::jwks))
}

/// What holds a secret that is shown this once: nobody on the way keeps it.
type ShownOnce<T> = (StatusCode, OneHeader, [(HeaderName, &'static str); 1], Json<T>);

fn shown_once<T>(path: impl Display, made: T) -> ShownOnce<T> {
    (StatusCode::CREATED, located(path), [(header::CACHE_CONTROL, "no-store")], Json(made))
}

/// A name out of a body.
fn slug(text: &str) -> Result<Slug, Fault> {
    text.parse().map_err(|cause: SlugError| {
        let code = match cause {
            SlugError::Shape => "invalid-name",
            SlugError::Reserved(_) => "reserved-name",
        };
        Fault::invalid(code, cause.to_string())
    })
}
