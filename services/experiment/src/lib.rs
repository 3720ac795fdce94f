//! Experiments, their versions and runs: kept, started, watched and judged.

mod config;
mod entity;
mod follow;
mod http;
mod migration;
pub mod operator;
mod service;
mod store;
mod toolkit;

pub use config::Config;
pub use migration::Migrator;

use chaoshub_chassis::{
    Ctx, Edge,
    claims::ServiceIdentity,
    db::{self, Db},
    follow::follow,
    lease::Lease,
    outbox::Outbox,
    tasks::Nudge,
};
use chaoshub_facade::{experiment::Experiments, feed::Feed, launcher::Launcher};
use chaoshub_kernel::{Fault, WorkspaceId};
use moka::sync::Cache;
use std::{sync::Arc, time::Duration};
use utoipa_axum::router::OpenApiRouter;

/// Live runs whose secrets are remembered.
const REMEMBERED_RUNS: u64 = 500;

/// Runs of which the token is remembered until their process runs; a hundred bytes each.
const REMEMBERED_TOKENS: u64 = 100_000;

/// For how many days news are kept for whoever follows them.
const NEWS_DAYS: i64 = 7;

/// How often older ones are swept.
const SWEEP: Duration = Duration::from_secs(6 * 3600);

/// Whom the service asks.
pub struct Deps {
    /// Who asks us, and what they may do.
    pub edge: Edge,
    /// Who carries runs out.
    pub launcher: Arc<dyn Launcher>,
    /// News of jobs.
    pub launcher_feed: Arc<dyn Feed>,
    /// What we ask others with.
    pub identity: ServiceIdentity,
}

/// The running service.
pub struct Service {
    /// For other services.
    pub facade: Arc<dyn Experiments>,
    /// Its news.
    pub feed: Arc<dyn Feed>,
    /// Its public resources.
    pub public: OpenApiRouter,
    /// Its database, for readiness.
    pub db: Db,
    experiment: service::Experiment,
}

impl Service {
    /// Gives a workspace that never had an experiment these ones, in YAML.
    ///
    /// # Errors
    /// When one of them is not valid, or the database fails.
    pub async fn seed(&self, workspace: WorkspaceId, sources: &[&str]) -> Result<(), Fault> {
        self.experiment.seed(workspace, "chaoshub", sources).await
    }

    /// Has the reconciler look at every run once more, and waits until it has.
    pub async fn turn(&self) {
        self.experiment.turns.another(|| self.experiment.nudge.nudge()).await;
    }
}

/// The document of the public resources.
#[must_use]
pub fn openapi() -> utoipa::openapi::OpenApi {
    http::openapi()
}

/// Opens the database, starts the reconciler and the following of jobs.
///
/// # Errors
/// When the database or the folder of large objects cannot be opened; in words for the operator.
pub async fn start(ctx: Ctx, config: Config, deps: Deps) -> Result<Service, String> {
    let db = db::open::<Migrator>(&ctx.databases, "experiment").await.map_err(|cause| cause.to_string())?;
    start_on(db, ctx, config, deps)
}

/// Starts on a database that is up to date.
///
/// # Errors
/// When the folder cannot be made; in words for the operator.
pub fn start_on(db: Db, ctx: Ctx, config: Config, deps: Deps) -> Result<Service, String> {
    let objects = store::objects::Objects::in_folder(&ctx.objects_dir)?;
    let outbox = Outbox::new(db.clone(), ctx.clock.clone());
    let feed = outbox.feed(deps.edge.verifier.clone());
    outbox.heed_replicas(&ctx.tasks, || {});
    let nudge = Nudge::default();
    let lease = Lease::seek(&db, "runs", &ctx.tasks, nudge.clone());
    let experiment = service::Experiment {
        db: db.clone(),
        outbox: outbox.clone(),
        objects,
        edge: deps.edge,
        launcher: deps.launcher,
        identity: deps.identity.clone(),
        clock: ctx.clock.clone(),
        config: Arc::new(config),
        lanes: service::Lanes::new(),
        settling: service::Settling::default(),
        tasks: ctx.tasks.clone(),
        redactors: Cache::new(REMEMBERED_RUNS),
        tokens: Cache::new(REMEMBERED_TOKENS),
        lease,
        fence: None,
        nudge,
        steps: service::Steps::default(),
        turns: service::Turns::default(),
        listening_since: ctx.clock.now(),
    };
    experiment.drive(&ctx.tasks);
    experiment.backfill(&ctx.tasks);
    follow(&ctx.tasks, "launcher", deps.identity, deps.launcher_feed, Arc::new(follow::Jobs(experiment.clone())));
    ctx.tasks.reconcile("experiment sweep", Nudge::default(), SWEEP, move || {
        let outbox = outbox.clone();
        async move { outbox.sweep(NEWS_DAYS).await.map(drop).unwrap_or_else(|cause| drop(db::fault(cause))) }
    });
    Ok(Service { public: http::router(experiment.clone()), facade: Arc::new(experiment.clone()), feed, db, experiment })
}
