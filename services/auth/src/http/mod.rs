//! The public surface of auth, one resource a file: extract, authorize, call the rules, answer.

mod accounts;
mod asking;
mod cookies;
mod keys;
mod members;
mod organizations;
mod sessions;
mod tokens;
mod workspaces;

use crate::service::LocalAuth;
use axum::extract::FromRef;
use chaoshub_chassis::{Edge, http::ProblemDocument};
use chaoshub_kernel::{Fault, Slug, SlugError};
use std::sync::Arc;
use utoipa::OpenApi;
use utoipa_axum::{router::OpenApiRouter, routes};

/// What every handler may use.
#[derive(Clone)]
struct Rooms {
    auth: Arc<LocalAuth>,
    edge: Edge,
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
    routes().with_state(Rooms { auth, edge })
}

/// The document of these operations; it needs nothing that runs.
pub fn openapi() -> utoipa::openapi::OpenApi {
    routes().into_openapi()
}

fn routes() -> OpenApiRouter<Rooms> {
    OpenApiRouter::with_openapi(Document::openapi())
        .routes(routes!(sessions::options))
        .routes(routes!(sessions::set_up))
        .routes(routes!(sessions::sign_in))
        .routes(routes!(sessions::renew))
        .routes(routes!(sessions::sign_out))
        .routes(routes!(accounts::me))
        .routes(routes!(accounts::list, accounts::create))
        .routes(routes!(organizations::list, organizations::create))
        .routes(routes!(workspaces::list, workspaces::create))
        .routes(routes!(workspaces::get))
        .routes(routes!(members::list))
        .routes(routes!(members::put, members::remove))
        .routes(routes!(tokens::list, tokens::create))
        .routes(routes!(tokens::delete))
        .routes(routes!(keys::jwks))
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
