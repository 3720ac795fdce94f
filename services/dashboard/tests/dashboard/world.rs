//! A dashboard with people around it, and the way in which tests ask and listen.

use axum::{
    Router,
    body::Body,
    http::{Request, request},
};
use chaoshub_chassis::{
    claims::ServiceIdentity,
    db::{self, Db},
    http::CLAIM_COOKIE,
    tasks::Tasks,
};
use chaoshub_dashboard::{Config, Deps, Migrator, start_on};
use chaoshub_facade::{
    experiment::{ExperimentSummary, RunSummary},
    feed::Feed,
};
use chaoshub_kernel::{FrozenClock, Role, SignedClaim, WorkspaceId};
use chaoshub_testkit::{
    FakeAuth, FakeExperiments, FakeFeed, INTERNAL_KEY, ctx,
    database::{database, replicated},
    edge,
    experiments::{running, written},
    frozen_clock,
    http::{Ask, Reply, call, get, post, served},
    wait::within,
};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use std::{path::Path, sync::Arc, time::Duration};
use tower::ServiceExt;

/// Nothing here takes so long.
const DEADLINE: Duration = Duration::from_secs(10);

/// A dashboard, and what stands around it.
pub struct World {
    pub clock: Arc<FrozenClock>,
    pub auth: Arc<FakeAuth>,
    pub auth_feed: Arc<FakeFeed>,
    pub experiments: Arc<FakeExperiments>,
    pub experiment_feed: Arc<FakeFeed>,
    /// The dashboard's own news.
    pub feed: Arc<dyn Feed>,
    pub router: Router,
    pub document: Value,
    pub tasks: Tasks,
    pub workspace: WorkspaceId,
    pub editor: SignedClaim,
    pub viewer: SignedClaim,
    /// Owns another workspace.
    pub stranger: SignedClaim,
}

/// What stands around a dashboard.
#[derive(Clone)]
struct Around {
    clock: Arc<FrozenClock>,
    auth: Arc<FakeAuth>,
    auth_feed: Arc<FakeFeed>,
    experiments: Arc<FakeExperiments>,
    experiment_feed: Arc<FakeFeed>,
    workspace: WorkspaceId,
    editor: SignedClaim,
    viewer: SignedClaim,
    stranger: SignedClaim,
}

impl Around {
    fn new() -> Self {
        let clock = frozen_clock();
        let auth = FakeAuth::new(clock.clone());
        let (workspace, elsewhere) = (auth.workspace("demo/demo"), auth.workspace("other/place"));
        let person = |name: &str, workspace, role| {
            let account = auth.account(name);
            auth.grant(account, workspace, role);
            auth.claim(account)
        };
        let editor = person("edda", workspace, Role::Editor);
        let viewer = person("vera", workspace, Role::Viewer);
        let stranger = person("stan", elsewhere, Role::Owner);
        Self {
            experiments: FakeExperiments::new(auth.clone()),
            auth_feed: FakeFeed::new(auth.verifier(), clock.clone()),
            experiment_feed: FakeFeed::new(auth.verifier(), clock.clone()),
            clock,
            auth,
            workspace,
            editor,
            viewer,
            stranger,
        }
    }
}

impl World {
    /// With the usual settings.
    pub async fn new() -> Self {
        Self::with(Config::default()).await
    }

    /// `demo/demo` with its default hub.
    pub async fn with(config: Config) -> Self {
        let around = Around::new();
        let workspace = around.workspace;
        let world = Self::over(database::<Migrator>("dashboard").await, around, config).await;
        world.tell_of_workspace(workspace).await;
        world
    }

    /// Two processes of the dashboard on one database, with the same people, runs and news around them.
    pub async fn two() -> [Self; 2] {
        let databases = replicated::<Migrator>("dashboard").await;
        let open = || db::open::<Migrator>(&databases, "dashboard");
        let (one, other) = (open().await.unwrap(), open().await.unwrap());
        let around = Around::new();
        let workspace = around.workspace;
        let worlds =
            [Self::over(one, around.clone(), Config::default()).await, Self::over(other, around, Config::default()).await];
        worlds[0].tell_of_workspace(workspace).await;
        worlds
    }

    async fn over(db: Db, around: Around, config: Config) -> Self {
        let Around { clock, auth, auth_feed, experiments, experiment_feed, workspace, editor, viewer, stranger } = around;
        let tasks = Tasks::new();
        let ctx = ctx(clock.clone(), Path::new(""), &tasks);
        let identity = ServiceIdentity::new("dashboard", INTERNAL_KEY.into(), auth.clone(), auth.verifier(), clock.clone());
        let deps = Deps {
            edge: edge(&auth),
            auth_feed: auth_feed.clone(),
            experiments: experiments.clone(),
            experiment_feed: experiment_feed.clone(),
            identity,
        };
        let service = start_on(db, ctx, config, deps).await.unwrap();
        let (router, document) = service.public.split_for_parts();
        let document = serde_json::to_value(document).unwrap();
        let router = served(router);
        Self {
            clock,
            auth,
            auth_feed,
            experiments,
            experiment_feed,
            feed: service.feed,
            router,
            document,
            tasks,
            workspace,
            editor,
            viewer,
            stranger,
        }
    }

    /// Auth tells that `demo/demo` was made.
    pub async fn tell_of_workspace(&self, workspace: WorkspaceId) {
        let data = json!({"organization": "demo", "name": "demo", "title": "Demo"});
        let number = self.auth_feed.push("workspace.created", workspace, Some(workspace), data);
        self.auth_feed.dealt_with(number).await;
    }

    /// Asks.
    pub async fn call(&self, ask: Ask) -> Reply {
        call(&self.router, ask).await
    }

    /// What the editor reads there.
    pub async fn read(&self, path: impl Into<String>) -> Value {
        let reply = self.call(get(path).claim(&self.editor)).await;
        assert_eq!(reply.status, 200, "{}", reply.json);
        reply.json
    }

    /// A new hub without cards, made by the editor.
    pub async fn hub(&self, title: &str) -> String {
        let new = json!({"workspace": "demo/demo", "title": title});
        let reply = self.call(post("/api/v1/hubs").claim(&self.editor).json(&new)).await;
        assert_eq!(reply.status, 201, "{}", reply.json);
        reply.json["id"].as_str().unwrap().to_owned()
    }

    /// A new card on `hub`, put there by the editor.
    pub async fn card(&self, hub: &str, kind: &str, config: Value) -> Value {
        let new = json!({"kind": kind, "config": config});
        let reply = self.call(post(format!("/api/v1/hubs/{hub}/widgets")).claim(&self.editor).json(&new)).await;
        assert_eq!(reply.status, 201, "{}", reply.json);
        reply.json
    }

    /// The id of the default hub.
    pub async fn default_hub(&self) -> String {
        self.read("/api/v1/hubs?workspace=demo/demo").await["items"][0]["id"].as_str().unwrap().to_owned()
    }

    /// An experiment of the workspace, known to the fake.
    pub fn experiment(&self, title: &str) -> ExperimentSummary {
        let experiment = written(&*self.clock, self.workspace, title);
        self.experiments.put_experiment(experiment.clone());
        experiment
    }

    /// A run of it, known to the fake; nobody is told yet.
    pub fn run(&self, experiment: &ExperimentSummary, number: i64) -> RunSummary {
        let run = running(&*self.clock, experiment, number);
        self.experiments.put_run(run.clone());
        run
    }

    /// Experiment tells how a run stands. Answers the number of the news.
    pub fn tell(&self, kind: &str, run: &RunSummary) -> i64 {
        self.experiments.put_run(run.clone());
        let verdict = run.verdict.map(|verdict| verdict.as_str());
        let data = json!({"title": run.title, "by": "edda", "number": run.number, "verdict": verdict, "summary": run});
        self.experiment_feed.push(kind, run.id, Some(run.workspace_id), data)
    }

    /// Listens from now on.
    pub async fn listen(&self, who: &SignedClaim, topics: &str) -> Stream {
        let mut stream = self.open(who, topics, None).await;
        // The place that the stream begins at comes first, so whoever got it hears all that follows.
        assert_eq!(stream.next().await, Message::default());
        stream
    }

    /// Listens from now on, as a program with a token.
    pub async fn listen_with(&self, token: &str, topics: &str) -> Stream {
        let request = Request::get(format!("/api/v1/stream?topics={topics}")).header("authorization", format!("Bearer {token}"));
        let mut stream = self.opened(request, None).await;
        assert_eq!(stream.next().await, Message::default());
        stream
    }

    /// Opens a stream as it is opened by a browser that heard `last`.
    pub async fn open(&self, who: &SignedClaim, topics: &str, last: Option<&str>) -> Stream {
        let request = Request::get(format!("/api/v1/stream?topics={topics}"));
        self.opened(request.header("cookie", format!("{CLAIM_COOKIE}={}", who.as_jwt())), last).await
    }

    async fn opened(&self, mut request: request::Builder, last: Option<&str>) -> Stream {
        if let Some(last) = last {
            request = request.header("last-event-id", last);
        }
        let response = self.router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Stream { body: response.into_body(), text: String::new(), last: String::new() }
    }
}

/// One message.
#[derive(Debug, Default, PartialEq)]
pub struct Message {
    pub event: String,
    pub data: Value,
}

/// An open stream.
pub struct Stream {
    body: Body,
    text: String,
    /// The id that a browser would come back with.
    pub last: String,
}

impl Stream {
    /// The next message.
    pub async fn next(&mut self) -> Message {
        self.block().await.expect("the stream has another message")
    }

    /// The next message of that event.
    pub async fn next_of(&mut self, event: &str) -> Value {
        loop {
            let message = self.next().await;
            if message.event == event {
                return message.data;
            }
        }
    }

    /// Waits until the stream is over, whatever it says before.
    pub async fn ends(mut self) {
        while self.block().await.is_some() {}
    }

    /// None at the end.
    async fn block(&mut self) -> Option<Message> {
        loop {
            if let Some((block, rest)) = self.text.split_once("\n\n") {
                let mut message = Message::default();
                for line in block.lines() {
                    match line.split_once(": ").unwrap() {
                        ("id", id) => self.last = id.to_owned(),
                        ("event", event) => message.event = event.to_owned(),
                        ("data", data) => message.data = serde_json::from_str(data).unwrap(),
                        _ => {}
                    }
                }
                let comment = block.starts_with(':');
                self.text = rest.to_owned();
                if comment {
                    continue;
                }
                return Some(message);
            }
            let frame = tokio::time::timeout(DEADLINE, self.body.frame()).await.expect("the stream speaks in time")?;
            self.text.push_str(std::str::from_utf8(&frame.unwrap().into_data().unwrap()).unwrap());
        }
    }
}

/// Waits until `check` holds.
pub async fn eventually<F: Future<Output = bool>>(what: &str, mut check: impl FnMut() -> F) {
    within(DEADLINE, what, async || check().await.then_some(())).await;
}
