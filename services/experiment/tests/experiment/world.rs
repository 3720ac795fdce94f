//! An experiment service with people and a launcher around it, and the ways in which tests ask it.

use crate::control;
use axum::Router;
use chaoshub_chassis::{
    claims::ServiceIdentity,
    db::{self, Db},
    tasks::Tasks,
};
use chaoshub_experiment::{Config, Deps, Migrator, Service, start_on};
use chaoshub_facade::{
    feed::FeedAsk,
    launcher::{JobId, StartJob},
};
use chaoshub_kernel::{Envelope, FrozenClock, Role, Scope, SignedClaim, WorkspaceId};
use chaoshub_testkit::{
    FakeAuth, FakeLauncher, INTERNAL_KEY, ctx,
    database::{database, place_in, replicated, written_down},
    edge, frozen_clock,
    http::{Ask, Reply, call, get, post, put, served},
};
use chrono::TimeDelta;
use serde_json::{Value, json};
use std::{path::PathBuf, sync::Arc, time::Duration};
use tempfile::TempDir;

/// Nothing here takes so long.
const DEADLINE: Duration = Duration::from_secs(20);

/// The service, and what stands around it. `edda` edits, `olga` operates and `vera` looks at `demo/demo`; `stan` owns
/// `other/place` alone.
pub struct World {
    pub clock: Arc<FrozenClock>,
    pub auth: Arc<FakeAuth>,
    pub launcher: Arc<FakeLauncher>,
    pub service: Service,
    pub router: Router,
    pub document: Value,
    pub workspace: WorkspaceId,
    place: Arc<TempDir>,
    pub db: Db,
    tasks: Tasks,
}

/// The usual settings.
pub fn config() -> Config {
    Config {
        run_wall_clock: Duration::from_secs(3600),
        run_lost_after: Duration::from_secs(120),
        run_events: 1_000_000,
        run_url: None,
        run_env: Vec::new(),
        journal_limit: 1 << 20,
        outside_documents: 1000,
    }
}

impl World {
    /// With the usual settings.
    pub async fn new() -> Self {
        Self::with(config()).await
    }

    /// With these settings.
    pub async fn with(config: Config) -> Self {
        Self::on(database::<Migrator>("experiment").await, TempDir::new().unwrap(), config)
    }

    /// With a database that several may use at once.
    pub async fn on_disk() -> Self {
        let place = TempDir::new().unwrap();
        let databases = place_in::<Migrator>(place.path(), "experiment").await;
        Self::on(db::open::<Migrator>(&databases, "experiment").await.unwrap(), place, config())
    }

    fn on(db: Db, place: TempDir, config: Config) -> Self {
        let clock = frozen_clock();
        let auth = FakeAuth::new(clock.clone());
        let (workspace, elsewhere) = (auth.workspace("demo/demo"), auth.workspace("other/place"));
        for (name, workspace, role) in [
            ("edda", workspace, Role::Editor),
            ("olga", workspace, Role::Operator),
            ("vera", workspace, Role::Viewer),
            ("stan", elsewhere, Role::Owner),
        ] {
            auth.grant(auth.account(name), workspace, role);
        }
        let launcher = FakeLauncher::new(auth.verifier(), clock.clone());
        Self::over(clock, auth, launcher, db, Arc::new(place), config)
    }

    fn over(
        clock: Arc<FrozenClock>,
        auth: Arc<FakeAuth>,
        launcher: Arc<FakeLauncher>,
        db: Db,
        place: Arc<TempDir>,
        config: Config,
    ) -> Self {
        let tasks = Tasks::new();
        let ctx = ctx(clock.clone(), place.path(), &tasks);
        let identity = ServiceIdentity::new("experiment", INTERNAL_KEY.into(), auth.clone(), auth.verifier(), clock.clone());
        let deps = Deps { edge: edge(&auth), launcher: launcher.clone(), launcher_feed: launcher.feed(), identity };
        let mut service = start_on(db.clone(), ctx, config, deps).unwrap();
        let (router, document) = std::mem::take(&mut service.public).split_for_parts();
        let document = serde_json::to_value(document).unwrap();
        let workspace = auth.workspace("demo/demo");
        Self { clock, auth, launcher, service, router: served(router), document, workspace, place, db, tasks }
    }

    /// Two processes of the service on one database, with the same launcher.
    pub async fn two() -> [Self; 2] {
        let databases = replicated::<Migrator>("experiment").await;
        let open = || db::open::<Migrator>(&databases, "experiment");
        let first = Self::on(open().await.unwrap(), TempDir::new().unwrap(), config());
        let db = open().await.unwrap();
        let (clock, auth, launcher, place) = (&first.clock, &first.auth, &first.launcher, &first.place);
        let second = Self::over(clock.clone(), auth.clone(), launcher.clone(), db, place.clone(), config());
        [first, second]
    }

    /// Stops the service and nothing else.
    pub async fn stop(&self) {
        self.tasks.stop(DEADLINE).await;
    }

    /// The service is stopped, some time passes, and it starts again over what it has written down.
    pub async fn restart_after(self, away: TimeDelta) -> Self {
        self.tasks.stop(DEADLINE).await;
        self.clock.advance(away);
        Self::over(self.clock, self.auth, self.launcher, self.db, self.place, config())
    }

    /// A claim of somebody who has just signed in.
    pub fn claim(&self, name: &str) -> SignedClaim {
        self.auth.claim(self.auth.account(name))
    }

    /// The secret of a token of edda's for `demo/demo`.
    pub fn token(&self, scopes: impl IntoIterator<Item = Scope>) -> String {
        self.auth.token(self.auth.account("edda"), self.workspace, scopes)
    }

    /// Asks.
    pub async fn call(&self, ask: Ask) -> Reply {
        tokio::time::timeout(DEADLINE, call(&self.router, ask)).await.expect("an answer in time")
    }

    /// Asks as edda, who must be answered with this status.
    pub async fn ask(&self, ask: Ask, status: u16) -> Value {
        let reply = self.call(ask.claim(&self.claim("edda"))).await;
        assert_eq!(reply.status, status, "{}", reply.json);
        reply.json
    }

    /// What edda reads there.
    pub async fn read(&self, path: impl Into<String>) -> Value {
        self.ask(get(path), 200).await
    }

    /// Has the reconciler look at everything.
    pub async fn turn(&self) {
        tokio::time::timeout(DEADLINE, self.service.turn()).await.expect("a turn in time");
    }

    /// Some time passes, and the reconciler looks.
    pub async fn later(&self, by: TimeDelta) {
        self.clock.advance(by);
        self.turn().await;
    }

    /// Keeps a text as an experiment.
    pub async fn write(&self, document: &Value) -> String {
        let made = self.ask(post("/api/v1/experiments?workspace=demo/demo").json(document), 201).await;
        made["id"].as_str().unwrap().to_owned()
    }

    /// A good experiment of that title.
    pub async fn experiment(&self, title: &str) -> String {
        self.write(&control::experiment(title)).await
    }

    /// Asks for a run, which may not have started yet.
    pub async fn request(&self, experiment: &str) -> String {
        let run = self.ask(post("/api/v1/runs").json(&json!({"experiment": experiment})), 202).await;
        run["id"].as_str().unwrap().to_owned()
    }

    /// A run whose job has started.
    pub async fn started(&self) -> Running {
        let experiment = self.experiment("Survives").await;
        self.start(&experiment).await
    }

    /// A run of that experiment whose job has started.
    pub async fn start(&self, experiment: &str) -> Running {
        let id = self.request(experiment).await;
        self.turn().await;
        let order = self.launcher.orders().into_iter().rfind(|order| order.env["CHAOSHUB_RUN"] == id);
        Running::of(order.expect("the run was started"))
    }

    /// A run from outside that has been announced.
    pub async fn opened(&self) -> Running {
        let id = chaoshub_facade::experiment::RunId::new(chaoshub_kernel::Clock::now(&*self.clock)).to_string();
        let about = json!({"workspace": "demo/demo", "experiment": control::experiment("Elsewhere"), "node": "laptop"});
        let token = self.token([Scope::RunIngest]);
        let reply = self.call(put(format!("/api/v1/runs/{id}")).bearer(&token).json(&about)).await;
        assert_eq!(reply.status, 201, "{}", reply.json);
        Running { id, token, job: None }
    }

    /// The run in full.
    pub async fn run(&self, run: &Running) -> Value {
        self.read(format!("/api/v1/runs/{}", run.id)).await
    }

    /// All events of the run.
    pub async fn events(&self, run: &Running) -> Vec<Value> {
        let mut all = Vec::new();
        let mut after = 0;
        loop {
            let page = self.read(format!("/api/v1/runs/{}/events?after={after}&limit=1000", run.id)).await;
            all.extend(page["items"].as_array().unwrap().clone());
            match page["next"].as_i64() {
                Some(next) => after = next,
                None => return all,
            }
        }
    }

    /// Sends events with the run's own token.
    pub async fn send(&self, run: &Running, events: &[Value]) -> Reply {
        self.send_as(run, "control", events).await
    }

    /// The same under another name.
    pub async fn send_as(&self, run: &Running, sender: &str, events: &[Value]) -> Reply {
        self.call(batch(run, sender, events)).await
    }

    /// The news after a number.
    pub async fn news(&self, after: i64) -> Vec<Envelope> {
        let claim = self.auth.service_claim("dashboard");
        let ask = FeedAsk { after: after.into(), limit: 1000, wait: Duration::ZERO };
        self.service.feed.read(&claim, ask).await.unwrap().events
    }

    /// The number of the last news.
    pub async fn told(&self) -> i64 {
        self.news(0).await.last().map_or(0, |last| last.number)
    }

    /// Everything that is written in the database and beside it, as text.
    pub async fn written_down(&self) -> String {
        let mut all = written_down(&self.db).await;
        for entry in walk(self.place.path().join("objects")) {
            all += &String::from_utf8_lossy(&std::fs::read(entry).unwrap());
        }
        all
    }

    /// How many files are kept beside the database.
    pub fn kept(&self) -> usize {
        walk(self.place.path().join("objects")).len()
    }
}

/// A batch of events as a request.
pub fn batch(run: &Running, sender: &str, events: &[Value]) -> Ask {
    let body = json!({"sender": sender, "events": events});
    post(format!("/api/v1/runs/{}/events", run.id)).bearer(&run.token).json(&body)
}

fn walk(folder: PathBuf) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { walk(path) } else { vec![path] }).collect()
}

/// A run that goes on, with what reports it.
#[derive(Debug, Clone)]
pub struct Running {
    pub id: String,
    pub token: String,
    pub job: Option<JobId>,
}

impl Running {
    fn of(order: StartJob) -> Self {
        let env = |name: &str| order.env[name].clone();
        Self { id: env("CHAOSHUB_RUN"), token: env("CHAOSHUB_TOKEN"), job: Some(order.id) }
    }

    /// The job of a run of the hub's.
    pub fn job(&self) -> JobId {
        self.job.expect("the hub started it")
    }
}
