//! Builds the services in the order in which they depend on each other; here, and only here, it is decided where each one runs.

use crate::{cli::ServeArgs, clients, demo, health, spa};
use axum::Router;
use chaoshub_auth::operator::Operator;
use chaoshub_chassis::{
    Ctx, Edge,
    claims::ServiceIdentity,
    http::{Limits, stack},
};
use std::{sync::Arc, time::Duration};

/// The largest body that is taken where nothing else is said, bytes.
const BODY: usize = 2 << 20;

/// The services that have databases.
pub(crate) const SERVICES: [&str; 4] = ["auth", "launcher", "experiment", "dashboard"];

/// Until an answer must have begun.
const ANSWER_WITHIN: Duration = Duration::from_secs(30);

/// Everything behind one listener, and the code for the first administrator where one is needed.
pub(crate) struct House {
    pub(crate) router: Router,
    pub(crate) setup_code: Option<String>,
}

/// All services in one process.
pub(crate) async fn all(ctx: &Ctx, args: ServeArgs) -> Result<House, String> {
    let auth = chaoshub_auth::start(ctx.clone(), args.auth).await.map_err(|why| why.to_string())?;
    let edge = Edge { verifier: auth.verifier.clone(), auth: auth.facade.clone(), public_url: ctx.public_url.clone() };
    let identity = |service| {
        ServiceIdentity::new(service, ctx.internal_key.clone(), auth.facade.clone(), auth.verifier.clone(), ctx.clock.clone())
    };
    let launcher_deps = chaoshub_launcher::Deps { verifier: auth.verifier.clone() };
    let launcher = chaoshub_launcher::start(ctx.clone(), args.launcher, launcher_deps).await?;
    let experiment = chaoshub_experiment::start(
        ctx.clone(),
        args.experiment,
        chaoshub_experiment::Deps {
            edge: edge.clone(),
            launcher: launcher.facade.clone(),
            launcher_feed: launcher.feed.clone(),
            identity: identity("experiment"),
        },
    )
    .await?;
    let dashboard = chaoshub_dashboard::start(
        ctx.clone(),
        args.dashboard,
        chaoshub_dashboard::Deps {
            edge,
            auth_feed: auth.feed.clone(),
            experiments: experiment.facade.clone(),
            experiment_feed: experiment.feed.clone(),
            identity: identity("dashboard"),
        },
    )
    .await
    .map_err(|why| why.detail)?;
    let operator = Operator::on(auth.db.clone(), ctx.clock.clone());
    if args.demo {
        demo::seed(&operator, &experiment).await.map_err(|why| format!("the demo cannot be made: {}", why.detail))?;
    }
    let setup_code = operator.setup_code().await.map_err(|why| why.detail)?;
    let databases = vec![
        ("auth", auth.db.clone()),
        ("launcher", launcher.db),
        ("experiment", experiment.db.clone()),
        ("dashboard", dashboard.db),
    ];
    let public =
        auth.public.merge(experiment.public).merge(dashboard.public).merge(clients::router().with_state(ctx.public_url.clone()));
    let (routes, _) = public.split_for_parts();
    let router = routes.merge(health::router(databases)).fallback(spa::serve);
    Ok(House { router: stack(router, Limits { body_bytes: BODY, answer_within: ANSWER_WITHIN }), setup_code })
}

/// A key that the services of this process prove themselves with; it never leaves it.
pub(crate) fn internal_key() -> Arc<str> {
    let number: [u128; 2] = [rand::random(), rand::random()];
    format!("{:032x}{:032x}", number[0], number[1]).into()
}
