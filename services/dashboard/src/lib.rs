//! The dashboard: hubs made of widgets, cached data that follows the news, and the live stream.
//! It asks experiment for data and auth for rights, and knows neither's insides.

mod entity;
mod http;
mod migration;
mod service;
mod store;
mod words;

pub use migration::Migrator;

use chaoshub_chassis::{
    Ctx, Edge,
    claims::ServiceIdentity,
    db::{self, Db},
    follow::follow,
    live::Live,
    outbox::Outbox,
};
use chaoshub_facade::{experiment::Experiments, feed::Feed};
use chaoshub_kernel::Fault;
use service::{
    Dashboard,
    auth_news::AuthNews,
    cards::Cards,
    experiment_news::ExperimentNews,
    hub_news::HubNews,
    kinds::{Registry, Sources},
    streams::Streams,
};
use std::{sync::Arc, time::Duration};
use utoipa_axum::router::OpenApiRouter;

/// How often what is past keeping is swept.
const SWEEP: Duration = Duration::from_secs(6 * 3600);

/// For how long news of hubs are kept for whoever follows them.
const NEWS_DAYS: i64 = 7;

/// Settings of the dashboard.
#[derive(Debug, Clone, clap::Args)]
#[group(id = "dashboard")]
pub struct Config {
    /// How long a hub's page waits for cards that are not ready, milliseconds
    #[arg(long, env = "CHAOSHUB_PAGE_WAIT_MS", default_value_t = 1_000, value_name = "MS")]
    pub page_wait_ms: u64,

    /// How long the source of one card may take, milliseconds
    #[arg(long, env = "CHAOSHUB_WIDGET_TIMEOUT_MS", default_value_t = 5_000, value_name = "MS")]
    pub widget_timeout_ms: u64,

    /// For how many days activities are kept
    #[arg(long, env = "CHAOSHUB_ACTIVITY_DAYS", default_value_t = 365, value_name = "DAYS")]
    pub activity_days: u32,

    /// How many live streams one account may have open; a browser needs one for all of its tabs
    #[arg(long, env = "CHAOSHUB_STREAMS_PER_ACCOUNT", default_value_t = 100, value_name = "COUNT")]
    pub streams_per_account: u32,
}

impl Default for Config {
    fn default() -> Self {
        Self { page_wait_ms: 1_000, widget_timeout_ms: 5_000, activity_days: 365, streams_per_account: 100 }
    }
}

/// What the dashboard asks of others.
pub struct Deps {
    /// Who asks, and what they may do.
    pub edge: Edge,
    /// Auth's news.
    pub auth_feed: Arc<dyn Feed>,
    /// Experiments and runs.
    pub experiments: Arc<dyn Experiments>,
    /// Experiment's news.
    pub experiment_feed: Arc<dyn Feed>,
    /// Who the dashboard is when it asks for itself.
    pub identity: ServiceIdentity,
}

/// The dashboard at work.
pub struct Service {
    /// Its resources under `/api/v1`.
    pub public: OpenApiRouter,
    /// Its database, for the operator's checks and backups.
    pub db: Db,
    /// News of hubs: `hub.created`, `hub.changed`, `hub.deleted`.
    pub feed: Arc<dyn Feed>,
}

/// The document of the public resources.
#[must_use]
pub fn openapi() -> utoipa::openapi::OpenApi {
    http::openapi()
}

/// Opens the dashboard's database and starts it.
///
/// # Errors
/// When the database cannot be opened or brought up to date.
pub async fn start(ctx: Ctx, config: Config, deps: Deps) -> Result<Service, Fault> {
    let db = db::open::<Migrator>(&ctx.databases, "dashboard").await;
    let db = db.map_err(|cause| Fault::unavailable("database-unavailable", cause.to_string()))?;
    start_on(db, ctx, config, deps).await
}

/// Starts the dashboard on a database that is up to date.
///
/// # Errors
/// When the database fails.
pub async fn start_on(db: Db, ctx: Ctx, config: Config, deps: Deps) -> Result<Service, Fault> {
    let kinds = Arc::new(Registry::standard());
    let replica = uuid::Uuid::new_v4().simple().to_string();
    let live = Live::new(replica.as_str());
    let outbox = Outbox::new(db.clone(), ctx.clock.clone());
    outbox.heed_replicas(&ctx.tasks, || {});
    let so_far = outbox.last().await.map_err(db::fault)?;
    let feed = outbox.feed(deps.edge.verifier.clone());
    let identity = deps.identity;
    let sources = Sources { db: db.clone(), experiments: deps.experiments.clone(), identity: identity.clone() };
    let patience = Duration::from_millis(config.widget_timeout_ms);
    let cards = Cards::new(kinds.clone(), sources, live.clone(), ctx.clock.clone(), ctx.tasks.clone(), patience);
    let dashboard = Arc::new(Dashboard {
        ctx: ctx.clone(),
        edge: deps.edge,
        replica,
        db: db.clone(),
        outbox,
        live,
        kinds,
        cards,
        streams: Streams::default(),
        experiments: deps.experiments,
        page_wait: Duration::from_millis(config.page_wait_ms),
        streams_per_account: config.streams_per_account as usize,
    });
    dashboard.index_again().await?;
    let auth_news = Arc::new(AuthNews::open(dashboard.clone()).await?);
    follow(&ctx.tasks, "auth", identity.clone(), deps.auth_feed, auth_news);
    let experiment_news = Arc::new(ExperimentNews::open(dashboard.clone()).await?);
    follow(&ctx.tasks, "experiment", identity.clone(), deps.experiment_feed, experiment_news);
    let hub_news = Arc::new(HubNews::after(dashboard.clone(), so_far));
    follow(&ctx.tasks, "dashboard", identity, feed.clone(), hub_news);
    let sweeper = dashboard.clone();
    ctx.tasks.reconcile("dashboard sweep", Default::default(), SWEEP, move || {
        let dashboard = sweeper.clone();
        async move { dashboard.sweep(i64::from(config.activity_days), NEWS_DAYS).await }
    });
    Ok(Service { public: http::router(dashboard), db, feed })
}
