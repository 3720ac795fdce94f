//! The launcher: starts jobs, watches them, stops them, reads what they leave.

mod config;
pub mod control_wheel;
mod entity;
mod migration;
mod place;
mod service;
pub mod spawner;
mod store;
mod supervise;
pub mod toolchain;

pub use config::{Ceilings, Config};
pub use migration::Migrator;
pub use service::Tooling;
pub use supervise::{SuperviseArgs, supervise};

use chaoshub_chassis::{
    Ctx,
    claims::Verifier,
    db::{self, Db},
    lease::Lease,
    outbox::Outbox,
    tasks::Nudge,
};
use chaoshub_facade::{feed::Feed, launcher::Launcher};
use service::LocalLauncher;
use spawner::{Grace, Identities, ProcessSpawner, Program, Settings, Spawner};
use std::{
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::sync::watch;
use toolchain::{Audience, Recipe};

/// How often jobs are looked at when nothing says that one has moved.
const LOOK_EVERY: Duration = Duration::from_secs(10);

/// How often what is long over is forgotten.
const SWEEP_EVERY: Duration = Duration::from_secs(3600);

/// Whom the launcher needs.
pub struct Deps {
    /// Verifies the claims of those who ask.
    pub verifier: Verifier,
}

/// The running launcher. It has no public routes: jobs are asked for by services.
pub struct Service {
    /// What the other services ask.
    pub facade: Arc<dyn Launcher>,
    /// Its news.
    pub feed: Arc<dyn Feed>,
    /// Its database, for looking whether it answers.
    pub db: Db,
}

/// Opens the database and the folder of jobs, adopts the jobs that run, and begins to prepare the tools. When the
/// tasks of `ctx` are stopped, jobs go on.
///
/// # Errors
/// When the database or the folder of jobs cannot be used; in words for the operator.
pub async fn start(ctx: Ctx, config: Config, deps: Deps) -> Result<Service, String> {
    let identities = Identities::fitting(config.runner_uid_base, config.runner_uid_count, config.runner_unsandboxed);
    let own_users = matches!(identities, Identities::Own { .. });
    let dir = place::runner_dir(config.runner_dir.clone(), &ctx.data_dir, own_users)?;
    let settings = Settings {
        dir: dir.clone(),
        program: Program::default(),
        identities,
        read: config.runner_read.clone(),
        hidden: vec![ctx.data_dir.clone(), ctx.keys_dir.clone(), ctx.objects_dir.clone()],
        grace: Grace { interrupt: Duration::from_secs(config.runner_grace_seconds), ..Grace::default() },
        log_bytes: config.runner_log_mib << 20,
    };
    let spawner = ProcessSpawner::open(settings).await.map_err(|error| error.to_string())?;
    tracing::info!(runner.dir = %dir.display(), runner.isolation = spawner.isolation(), "the runner is open");
    let recipe = Recipe {
        dir: config.runner_tools_dir.clone().unwrap_or(dir),
        python: config.runner_python.clone(),
        audience: if own_users { Audience::Everybody } else { Audience::Ourselves },
    };
    let (tooling, prepared) = watch::channel(Tooling::Preparing);
    ctx.tasks.spawn(service::prepare(recipe, tooling));
    start_on(ctx, &config, deps, spawner, prepared).await
}

/// Starts over any spawner, with tools that somebody else prepares.
///
/// # Errors
/// When the database cannot be used; in words for the operator.
pub async fn start_on(
    ctx: Ctx,
    config: &Config,
    deps: Deps,
    spawner: Arc<dyn Spawner>,
    tooling: watch::Receiver<Tooling>,
) -> Result<Service, String> {
    let db = db::open::<Migrator>(&ctx.databases, "launcher").await.map_err(|cause| cause.to_string())?;
    let outbox = Outbox::new(db.clone(), ctx.clock.clone());
    let feed = outbox.feed(deps.verifier.clone());
    outbox.heed_replicas(&ctx.tasks, || {});
    let nudge = Nudge::default();
    let lease = Lease::seek(&db, "jobs", &ctx.tasks, nudge.clone());
    let launcher = Arc::new(LocalLauncher {
        clock: ctx.clock.clone(),
        db: db.clone(),
        outbox,
        verifier: deps.verifier,
        spawner,
        tooling,
        ceilings: config.ceilings(),
        lease,
        nudge: nudge.clone(),
        starting: Mutex::default(),
    });
    tend(&ctx, &launcher, nudge);
    Ok(Service { facade: launcher, feed, db })
}

fn tend(ctx: &Ctx, launcher: &Arc<LocalLauncher>, nudge: Nudge) {
    let mut changes = launcher.spawner.changes();
    let look = nudge.clone();
    ctx.tasks.spawn(async move {
        while changes.changed().await.is_ok() {
            look.nudge();
        }
    });
    let turning = Arc::clone(launcher);
    ctx.tasks.reconcile("jobs", nudge, LOOK_EVERY, move || {
        let launcher = Arc::clone(&turning);
        async move { launcher.reconcile().await }
    });
    let sweeping = Arc::clone(launcher);
    ctx.tasks.reconcile("launcher sweep", Nudge::default(), SWEEP_EVERY, move || {
        let launcher = Arc::clone(&sweeping);
        async move { launcher.sweep().await }
    });
}
