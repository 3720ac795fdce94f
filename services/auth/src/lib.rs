//! Who somebody is and what they may do where: accounts, signing in, organizations, workspaces, roles, tokens.

mod config;
mod entity;
mod http;
mod migration;
pub mod operator;
mod service;
mod store;
mod words;

pub use config::{Config, Providers, SignUp};
pub use migration::Migrator;
pub use words::{Account, Me, Member, Membership, Organization, Token, TokenId, Workspace};

use chaoshub_chassis::{
    Ctx, Edge,
    claims::Verifier,
    db::{self, Db},
};
use chaoshub_facade::{auth::Auth, feed::Feed};
use service::{LocalAuth, keys};
use std::sync::Arc;
use utoipa_axum::router::OpenApiRouter;

/// Auth at work.
pub struct Service {
    /// What the other services ask.
    pub facade: Arc<dyn Auth>,
    /// Its news.
    pub feed: Arc<dyn Feed>,
    /// Its part of the public surface.
    pub public: OpenApiRouter,
    /// Verifies claims without asking anybody.
    pub verifier: Verifier,
    /// Its database, for looking whether it answers.
    pub db: Db,
}

/// Why auth does not start, in words for a person.
#[derive(Debug, thiserror::Error)]
#[error("auth cannot start: {0}")]
pub struct StartError(String);

/// The document of the public operations.
#[must_use]
pub fn openapi() -> utoipa::openapi::OpenApi {
    http::openapi()
}

/// Opens the database and starts.
///
/// # Errors
/// When the database or the keys cannot be opened, or the settings do not go together.
pub async fn start(ctx: Ctx, config: Config) -> Result<Service, StartError> {
    let db = db::open::<Migrator>(&ctx.databases, "auth").await.map_err(|cause| StartError(cause.to_string()))?;
    start_on(db, ctx, config)
}

/// Starts over a database that is open and migrated.
///
/// # Errors
/// When the keys cannot be opened, or the settings do not go together.
pub fn start_on(db: Db, ctx: Ctx, config: Config) -> Result<Service, StartError> {
    let identity = keys::identity(&ctx.keys_dir).map_err(StartError)?;
    let auth = Arc::new(LocalAuth::new(&ctx, config, db.clone(), identity).map_err(StartError)?);
    auth.tend(&ctx);
    let edge = Edge { verifier: auth.verifier(), auth: auth.clone(), public_url: ctx.public_url.clone() };
    Ok(Service {
        feed: auth.outbox().feed(auth.verifier()),
        public: http::router(auth.clone(), edge),
        verifier: auth.verifier(),
        facade: auth,
        db,
    })
}
