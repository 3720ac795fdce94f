//! Builds the services in the order in which they depend on each other; here, and only here, it is decided where each one runs.

use crate::{
    cli::{Peers, ServeArgs},
    clients, demo, health,
    part::Part,
    spa,
};
use axum::Router;
use chaoshub_auth::operator::Operator;
use chaoshub_chassis::{
    Ctx, Edge,
    claims::{ServiceIdentity, Verifier},
    db::Db,
    http::{Limits, internal, stack},
    peer::Peer,
};
use chaoshub_facade::{
    auth::{AnswerAuth, Auth, RemoteAuth},
    experiment::{AnswerExperiments, Experiments, RemoteExperiments},
    feed::{AnswerFeed, Feed, RemoteFeed},
    launcher::{AnswerLauncher, Launcher, RemoteLauncher},
    wire::{Answers, Wire},
};
use std::{sync::Arc, time::Duration};
use utoipa_axum::router::OpenApiRouter;

/// The largest body that is taken where nothing else is said, bytes.
const BODY: usize = 2 << 20;

/// The services that have databases.
pub(crate) const SERVICES: [&str; 4] = ["auth", "launcher", "experiment", "dashboard"];

/// Those that run in this process.
pub(crate) fn services(only: Option<Part>) -> Vec<&'static str> {
    SERVICES.into_iter().filter(|service| only.is_none_or(|part| part.as_str() == *service)).collect()
}

/// Until an answer must have begun.
const ANSWER_WITHIN: Duration = Duration::from_secs(30);

/// Everything behind the listeners, and the code for the first administrator where one is needed.
pub(crate) struct House {
    /// What anybody may reach.
    pub(crate) public: Router,
    /// What the other processes of the installation ask; none where nobody runs elsewhere.
    pub(crate) internal: Option<Router>,
    pub(crate) setup_code: Option<String>,
}

/// A service that others ask, here or elsewhere.
struct Neighbour<F: ?Sized> {
    facade: Arc<F>,
    feed: Arc<dyn Feed>,
}

/// What has been started here.
#[derive(Default)]
struct Here {
    public: OpenApiRouter,
    databases: Vec<(&'static str, Db)>,
    answers: Vec<(&'static str, Vec<Arc<dyn Answers>>)>,
    setup_code: Option<String>,
}

/// The services that `args` name: all of them, or one that reaches the others by URL.
pub(crate) async fn house(ctx: &Ctx, args: ServeArgs) -> Result<House, String> {
    let only = args.only;
    let mut here = Here::default();
    if only == Some(Part::Web) {
        return Ok(here.with_pages(ctx).open(ctx, None));
    }
    let starts = |part| only.is_none_or(|only| only == part);

    let (auth, verifier) = if starts(Part::Auth) {
        let service = chaoshub_auth::start(ctx.clone(), args.auth).await.map_err(|why| why.to_string())?;
        let operator = Operator::on(service.db.clone(), ctx.clock.clone());
        if args.demo {
            demo::place(&operator).await.map_err(|why| format!("the demo cannot be made: {}", why.detail))?;
        }
        here.setup_code = operator.setup_code().await.map_err(|why| why.detail)?;
        here.public = here.public.merge(service.public);
        here.databases.push(("auth", service.db));
        here.answer("auth", AnswerAuth(service.facade.clone()), &service.feed);
        (Neighbour { facade: service.facade, feed: service.feed }, service.verifier)
    } else {
        remote_auth(ctx, &args.peers, only)?
    };
    let edge = Edge { verifier: verifier.clone(), auth: auth.facade.clone(), public_url: ctx.public_url.clone() };
    let identity = |service| {
        ServiceIdentity::new(service, ctx.internal_key.clone(), auth.facade.clone(), verifier.clone(), ctx.clock.clone())
    };
    let reach = |service, url: &Option<String>, from: Option<Part>| -> Result<Arc<dyn Wire>, String> {
        let asks = from.map_or("hub", Part::as_str);
        Ok(Arc::new(Peer::new(service, url_of(service, url)?)?.asked_as(identity(asks))))
    };

    let launcher: Option<Neighbour<dyn Launcher>> = if starts(Part::Launcher) {
        let deps = chaoshub_launcher::Deps { verifier: verifier.clone() };
        let service = chaoshub_launcher::start(ctx.clone(), args.launcher, deps).await?;
        here.databases.push(("launcher", service.db));
        here.answer("launcher", AnswerLauncher(service.facade.clone()), &service.feed);
        Some(Neighbour { facade: service.facade, feed: service.feed })
    } else if starts(Part::Experiment) {
        let wire = reach("launcher", &args.peers.launcher_url, only)?;
        Some(Neighbour { facade: Arc::new(RemoteLauncher::over(wire.clone())), feed: Arc::new(RemoteFeed::over(wire)) })
    } else {
        None
    };

    let experiment: Option<Neighbour<dyn Experiments>> = match launcher.filter(|_| starts(Part::Experiment)) {
        Some(launcher) => {
            let deps = chaoshub_experiment::Deps {
                edge: edge.clone(),
                launcher: launcher.facade,
                launcher_feed: launcher.feed,
                identity: identity("experiment"),
            };
            let service = Arc::new(chaoshub_experiment::start(ctx.clone(), args.experiment, deps).await?);
            if args.demo {
                demo::seed(ctx, auth.facade.clone(), identity("experiment"), service.clone(), only.is_some()).await?;
            }
            here.public = here.public.merge(service.public.clone());
            here.databases.push(("experiment", service.db.clone()));
            here.answer("experiment", AnswerExperiments(service.facade.clone()), &service.feed);
            Some(Neighbour { facade: service.facade.clone(), feed: service.feed.clone() })
        }
        None if starts(Part::Dashboard) => {
            let wire = reach("experiment", &args.peers.experiment_url, only)?;
            Some(Neighbour { facade: Arc::new(RemoteExperiments::over(wire.clone())), feed: Arc::new(RemoteFeed::over(wire)) })
        }
        None => None,
    };

    if let Some(experiment) = experiment.filter(|_| starts(Part::Dashboard)) {
        let deps = chaoshub_dashboard::Deps {
            edge,
            auth_feed: auth.feed,
            experiments: experiment.facade,
            experiment_feed: experiment.feed,
            identity: identity("dashboard"),
        };
        let service = chaoshub_dashboard::start(ctx.clone(), args.dashboard, deps).await.map_err(|why| why.detail)?;
        here.public = here.public.merge(service.public);
        here.databases.push(("dashboard", service.db));
    }
    match only {
        None => Ok(here.with_pages(ctx).open(ctx, None)),
        Some(_) => Ok(here.open(ctx, Some(&verifier))),
    }
}

impl Here {
    fn answer(&mut self, service: &'static str, facade: impl Answers + 'static, feed: &Arc<dyn Feed>) {
        self.answers.push((service, vec![Arc::new(facade), Arc::new(AnswerFeed(feed.clone()))]));
    }

    fn with_pages(mut self, ctx: &Ctx) -> Self {
        self.public = self.public.merge(clients::router().with_state(ctx.public_url.clone())).fallback(spa::serve);
        self
    }

    /// Puts the layers around; with an internal surface where a verifier for those who ask there is given.
    fn open(self, ctx: &Ctx, verifier: Option<&Verifier>) -> House {
        let health = health::router(self.databases, ctx.tasks.clone());
        let (routes, _) = self.public.split_for_parts();
        let limits = Limits { body_bytes: BODY, answer_within: ANSWER_WITHIN };
        House {
            public: stack(routes.merge(health.clone()), limits),
            internal: verifier.map(|verifier| internal(self.answers, verifier, &ctx.tasks.stopping()).merge(health)),
            setup_code: self.setup_code,
        }
    }
}

/// Auth in another process: first asked as nobody for keys and a claim of our own, then with that claim.
fn remote_auth(ctx: &Ctx, peers: &Peers, only: Option<Part>) -> Result<(Neighbour<dyn Auth>, Verifier), String> {
    let peer = Arc::new(Peer::new("auth", url_of("auth", &peers.auth_url)?)?);
    let open: Arc<dyn Auth> = Arc::new(RemoteAuth::over(peer.clone()));
    let verifier = Verifier::of(open.clone(), ctx.clock.clone());
    let asks = only.map_or("hub", Part::as_str);
    let identity = ServiceIdentity::new(asks, ctx.internal_key.clone(), open, verifier.clone(), ctx.clock.clone());
    let wire: Arc<dyn Wire> = Arc::new(peer.asked_as(identity));
    Ok((Neighbour { facade: Arc::new(RemoteAuth::over(wire.clone())), feed: Arc::new(RemoteFeed::over(wire)) }, verifier))
}

fn url_of<'a>(service: &str, url: &'a Option<String>) -> Result<&'a str, String> {
    url.as_deref().ok_or_else(|| {
        let name = service.to_uppercase();
        format!("where {service} is has to be said: give --{service}-url or CHAOSHUB_{name}_URL, such as http://{service}:8081")
    })
}

/// A key that the services of one process prove themselves with; it never leaves it.
pub(crate) fn fresh_internal_key() -> String {
    let number: [u128; 2] = [rand::random(), rand::random()];
    format!("{:032x}{:032x}", number[0], number[1])
}
