//! What the launcher promises to the services that ask it for jobs, over real processes and its own database.

use crate::{
    Promise,
    place::{DEADLINE, Place, folder, new_id, shell},
    promises, service,
};
use async_trait::async_trait;
use chaoshub_chassis::{Ctx, db, tasks::Tasks};
use chaoshub_facade::{
    feed::{Feed, FeedAsk},
    launcher::{FileChunk, Job, JobId, JobState, Launcher, Limits, ReadFile, StartJob, StopSignal},
};
use chaoshub_kernel::{Envelope, Fault, FaultKind, SignedClaim, SystemClock, WorkspaceId};
use chaoshub_launcher::{
    Config, Deps, Migrator, Tooling,
    spawner::{Order, SpawnError, Spawner, Status, Tools},
    start_on,
};
use chaoshub_testkit::{
    FakeAuth,
    database::{place_in, written_down},
    wait::Looks,
};
use sea_orm::ConnectionTrait;
use std::{fs, io, path::Path, sync::Arc, time::Duration};
use tokio::sync::watch;

pub(crate) const PROMISES: [Promise; 13] = promises!(service:
    only_services_may_ask_for_jobs_and_their_news,
    a_job_runs_to_its_end_and_each_step_is_news,
    the_same_id_again_answers_the_job,
    a_job_is_refused_until_the_tools_are_ready,
    an_order_that_makes_no_sense_ends_with_a_reason,
    a_stopped_launcher_leaves_jobs_running_and_the_next_adopts_them,
    a_job_of_a_launcher_that_is_gone_ends_at_the_one_beside_it,
    a_job_whose_folder_is_gone_is_lost,
    who_has_slept_through_the_end_of_its_lease_gives_no_job_up,
    a_kill_that_did_not_arrive_is_carried_on,
    a_released_job_is_forgotten_by_the_runner_only,
    no_secret_is_in_the_database,
    a_launcher_prepares_its_tools_by_itself,
);

/// The launcher at work, and somebody who may ask it.
pub(crate) struct Stage {
    pub(crate) auth: Arc<FakeAuth>,
    pub(crate) claim: SignedClaim,
    tasks: Tasks,
    pub(crate) facade: Arc<dyn Launcher>,
    pub(crate) feed: Arc<dyn Feed>,
    pub(crate) workspace: WorkspaceId,
}

async fn ctx(place: &dyn Place, tasks: &Tasks) -> Ctx {
    let data = place.dir().join("data");
    let databases = place_in::<Migrator>(&data, "launcher").await;
    Ctx { databases, ..chaoshub_testkit::ctx(Arc::new(SystemClock), &data, tasks) }
}

async fn stage(place: &dyn Place) -> Stage {
    let spawner = place.open().await;
    stage_on(place, spawner, watch::Sender::new(Tooling::Ready(Tools::default())).subscribe()).await
}

pub(crate) async fn stage_on(place: &dyn Place, spawner: Arc<dyn Spawner>, tooling: watch::Receiver<Tooling>) -> Stage {
    let auth = FakeAuth::new(Arc::new(SystemClock));
    let tasks = Tasks::new();
    let ctx = ctx(place, &tasks).await;
    let deps = Deps { verifier: auth.verifier() };
    let service = start_on(ctx, &Config::default(), deps, spawner, tooling).await.expect("a launcher");
    let (claim, workspace) = (auth.service_claim("experiment"), auth.workspace("demo/demo"));
    Stage { auth, claim, tasks, facade: service.facade, feed: service.feed, workspace }
}

impl Stage {
    fn job(&self, script: &str) -> StartJob {
        let Order { id, argv, env, files, limits, .. } = shell(script);
        StartJob { id, workspace: self.workspace, argv, env, files, limits }
    }

    async fn start(&self, job: StartJob) -> Job {
        self.facade.start(&self.claim, job).await.expect("a start")
    }

    /// Stops the launcher, and leaves its jobs alone.
    pub(crate) async fn stop(self) {
        self.tasks.stop(DEADLINE).await;
    }

    async fn kill(&self, id: JobId) {
        self.facade.signal(&self.claim, id, StopSignal::Kill).await.expect("a kill");
    }

    async fn news(&self, after: i64) -> Vec<Envelope> {
        let ask = FeedAsk { after: after.into(), limit: 100, wait: DEADLINE };
        self.feed.read(&self.claim, ask).await.expect("news").events
    }

    /// Waits for the news that a job has come to `state`, and gives the job.
    pub(crate) async fn comes_to(&self, id: JobId, state: JobState) -> Job {
        let mut after = 0;
        loop {
            let news = self.news(after).await;
            assert!(!news.is_empty(), "{id} never came to {state:?}");
            after = news.last().map_or(after, |news| news.number);
            let wanted = serde_json::json!({ "state": state });
            if news.iter().any(|news| news.subject == id.to_string() && news.data == wanted) {
                return self.facade.look(&self.claim, id).await.expect("a job");
            }
        }
    }

    pub(crate) async fn output(&self, id: JobId) -> Result<String, Fault> {
        let ask = ReadFile { job: id, name: "output.log".to_owned(), from: 0, limit: 1 << 20 };
        let chunk = self.facade.read(&self.claim, ask).await?;
        Ok(String::from_utf8(chunk.bytes).expect("text"))
    }
}

async fn only_services_may_ask_for_jobs_and_their_news(place: Arc<dyn Place>) {
    let stage = stage(&*place).await;
    let job = stage.job("exit 0");
    let id = job.id;
    stage.start(job.clone()).await;
    let claim = stage.auth.claim(stage.auth.administrator("ada"));
    let ask = ReadFile { job: id, name: "output.log".to_owned(), from: 0, limit: 1 };
    let facade = &stage.facade;
    let answers = [
        facade.start(&claim, job).await.map(drop),
        facade.look(&claim, id).await.map(drop),
        facade.signal(&claim, id, StopSignal::Kill).await.map(drop),
        facade.read(&claim, ask).await.map(drop),
        facade.release(&claim, id).await,
        facade.ready(&claim).await.map(drop),
        stage.feed.read(&claim, FeedAsk { after: 0.into(), limit: 1, wait: Duration::ZERO }).await.map(drop),
    ];
    for answer in answers {
        assert_eq!(answer.unwrap_err().kind, FaultKind::Forbidden);
    }
    let forged = SignedClaim::from_jwt("not.a.claim");
    assert_eq!(facade.look(&forged, id).await.unwrap_err().kind, FaultKind::Unauthenticated);
}

async fn a_job_runs_to_its_end_and_each_step_is_news(place: Arc<dyn Place>) {
    let stage = stage(&*place).await;
    let job = stage.job("while [ ! -e go ]; do sleep 0.02; done; echo done; exit 4");
    let id = job.id;
    assert_eq!(stage.start(job).await.state, JobState::Running);
    fs::write(folder(&*place, id).join("work/go"), "").unwrap();
    let job = stage.comes_to(id, JobState::Ended).await;
    assert_eq!(job.exit.expect("an exit").code, Some(4));
    assert_eq!(stage.output(id).await.unwrap(), "done\n");
    let news = stage.news(0).await;
    let states: Vec<_> = news.iter().map(|news| (news.kind.as_str(), news.data["state"].as_str().unwrap())).collect();
    assert_eq!(states, [("job.changed", "accepted"), ("job.changed", "running"), ("job.changed", "ended")]);
    assert!(news.iter().all(|news| news.workspace == Some(stage.workspace)));
}

async fn the_same_id_again_answers_the_job(place: Arc<dyn Place>) {
    let stage = stage(&*place).await;
    let job = stage.job("echo once; sleep 1000");
    let id = job.id;
    let starts = [job.clone(), job.clone(), job.clone()].map(|job| stage.facade.start(&stage.claim, job));
    for answer in futures::future::join_all(starts).await {
        assert_eq!(answer.unwrap().id, id);
    }
    stage.comes_to(id, JobState::Running).await;
    let has_spoken = async {
        while stage.output(id).await.unwrap_or_default().is_empty() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(DEADLINE, has_spoken).await.expect("it says something before it is killed");
    stage.kill(id).await;
    let ended = stage.comes_to(id, JobState::Ended).await;
    assert_eq!(stage.start(job).await, ended);
    assert_eq!(stage.output(id).await.unwrap(), "once\n");
}

async fn a_job_is_refused_until_the_tools_are_ready(place: Arc<dyn Place>) {
    let tooling = watch::Sender::new(Tooling::Preparing);
    let stage = stage_on(&*place, place.open().await, tooling.subscribe()).await;
    let readiness = stage.facade.ready(&stage.claim).await.unwrap();
    assert!(!readiness.ready && readiness.detail.unwrap().contains("being prepared"));
    tooling.send_replace(Tooling::Failed("no index".to_owned()));
    let readiness = stage.facade.ready(&stage.claim).await.unwrap();
    assert!(!readiness.ready && readiness.detail.unwrap().contains("no index"));
    let job = stage.job("exit 0");
    let refused = stage.facade.start(&stage.claim, job.clone()).await.unwrap_err();
    assert_eq!((refused.kind, refused.code.as_str()), (FaultKind::Unavailable, "runner-not-ready"));
    let unknown = stage.facade.look(&stage.claim, job.id).await.unwrap_err();
    assert_eq!(unknown.kind, FaultKind::NotFound, "nothing was written down");
    tooling.send_replace(Tooling::Ready(Tools::default()));
    assert!(stage.facade.ready(&stage.claim).await.unwrap().ready);
    let id = stage.start(job).await.id;
    stage.comes_to(id, JobState::Ended).await;
}

async fn an_order_that_makes_no_sense_ends_with_a_reason(place: Arc<dyn Place>) {
    let stage = stage(&*place).await;
    let mut nameless = stage.job("");
    nameless.argv.clear();
    let mut astray = stage.job("");
    astray.files.insert("../astray".to_owned(), String::new());
    for job in [nameless, astray] {
        let job = stage.start(job).await;
        assert_eq!(job.state, JobState::Ended);
        assert!(job.exit.expect("an exit").failure.is_some());
    }
}

async fn a_stopped_launcher_leaves_jobs_running_and_the_next_adopts_them(place: Arc<dyn Place>) {
    let first = stage(&*place).await;
    let script = "while [ ! -e go ]; do sleep 0.02; done; exit 6";
    let (during, after) = (first.job(script), first.job(script));
    let (during_id, after_id) = (during.id, after.id);
    first.start(during).await;
    first.start(after).await;
    first.tasks.stop(DEADLINE).await;
    drop(first);
    // One ends while nobody is there.
    fs::write(folder(&*place, during_id).join("work/go"), "").unwrap();
    let outside = place.open().await;
    crate::place::ended(&*outside, during_id).await;
    drop(outside);

    let second = stage(&*place).await;
    let ended = second.comes_to(during_id, JobState::Ended).await;
    assert_eq!(ended.exit.expect("an exit").code, Some(6));
    assert_eq!(second.facade.look(&second.claim, after_id).await.unwrap().state, JobState::Running);
    fs::write(folder(&*place, after_id).join("work/go"), "").unwrap();
    let ended = second.comes_to(after_id, JobState::Ended).await;
    assert_eq!(ended.exit.expect("an exit").code, Some(6));
}

async fn a_job_of_a_launcher_that_is_gone_ends_at_the_one_beside_it(place: Arc<dyn Place>) {
    let (first, second) = (stage(&*place).await, stage(&*place).await);
    let job = first.job("while [ ! -e go ]; do sleep 0.02; done; exit 5");
    let id = job.id;
    first.start(job.clone()).await;
    assert_eq!(second.facade.look(&second.claim, id).await.unwrap().state, JobState::Running);
    assert_eq!(second.start(job).await.id, id, "asked again at the other, it is the same job");
    first.tasks.stop(DEADLINE).await;
    drop(first);
    fs::write(folder(&*place, id).join("work/go"), "").unwrap();
    let ended = second.comes_to(id, JobState::Ended).await;
    assert_eq!(ended.exit.expect("an exit").code, Some(5));
    second.facade.release(&second.claim, id).await.unwrap();
    assert!(!folder(&*place, id).exists());
}

async fn a_job_whose_folder_is_gone_is_lost(place: Arc<dyn Place>) {
    let first = stage(&*place).await;
    let job = first.job("echo ready; sleep 1000");
    let id = job.id;
    first.start(job).await;
    first.tasks.stop(DEADLINE).await;
    drop(first);
    let runner = place.open().await;
    runner.signal(id, StopSignal::Kill).await.unwrap();
    crate::place::ended(&*runner, id).await;
    runner.remove(id).await.unwrap();

    let second = stage(&*place).await;
    assert_eq!(second.comes_to(id, JobState::Lost).await.exit, None);
    assert_eq!(second.facade.signal(&second.claim, id, StopSignal::Kill).await.unwrap().state, JobState::Lost);
}

async fn who_has_slept_through_the_end_of_its_lease_gives_no_job_up(place: Arc<dyn Place>) {
    let (looks, may_look) = (watch::Sender::new(0), watch::Sender::new(0));
    let hears = watch::Sender::new(true);
    let blind = Blind { looks: looks.clone(), may_look: may_look.subscribe() };
    let spawner = Deaf { inner: place.open().await, hears: hears.subscribe(), blind: Some(blind) };
    let stage = stage_on(&*place, Arc::new(spawner), watch::Sender::new(Tooling::Ready(Tools::default())).subscribe()).await;
    let look = async |number| _ = looks.subscribe().wait_for(|looks| *looks >= number).await.unwrap();
    look(1).await;
    let job = stage.job("sleep 1000");
    let id = job.id;
    assert_eq!(stage.start(job).await.state, JobState::Running);
    // The next turn knows of the job, and stands still before it looks for it. Meanwhile another has the lease.
    may_look.send_replace(1);
    look(2).await;
    let db = ctx(&*place, &Tasks::new()).await.databases;
    let db = db::open::<Migrator>(&db, "launcher").await.unwrap();
    let taken = "UPDATE leases SET holder = 'another', fence = fence + 1, until = now() + interval '1 hour'";
    db.execute_unprepared(taken).await.unwrap();
    may_look.send_replace(u32::MAX);
    look(3).await;
    assert_eq!(stage.facade.look(&stage.claim, id).await.unwrap().state, JobState::Running);
    stage.kill(id).await;
}

/// A spawner that does not hear signals until it is told to, and may be blind.
struct Deaf {
    inner: Arc<dyn Spawner>,
    hears: watch::Receiver<bool>,
    blind: Option<Blind>,
}

/// Looks when it may, and sees nothing.
struct Blind {
    /// How often it was to look.
    looks: watch::Sender<u32>,
    /// How often it may.
    may_look: watch::Receiver<u32>,
}

#[async_trait]
impl Spawner for Deaf {
    fn isolation(&self) -> &'static str {
        self.inner.isolation()
    }
    fn home(&self) -> &str {
        self.inner.home()
    }
    async fn call_off(&self, id: JobId) -> Result<Status, SpawnError> {
        self.inner.call_off(id).await
    }
    async fn start(&self, order: Order) -> Result<Status, SpawnError> {
        self.inner.start(order).await
    }
    async fn look(&self, id: JobId) -> Result<Option<Status>, SpawnError> {
        self.inner.look(id).await
    }
    async fn list(&self) -> Result<Vec<(JobId, Status)>, SpawnError> {
        let Some(Blind { looks, may_look }) = &self.blind else { return self.inner.list().await };
        looks.send_modify(|looks| *looks += 1);
        let number = *looks.borrow();
        may_look.clone().wait_for(|most| *most >= number).await.expect("the test goes on");
        Ok(Vec::new())
    }
    async fn signal(&self, id: JobId, signal: StopSignal) -> Result<Status, SpawnError> {
        if *self.hears.borrow() {
            return self.inner.signal(id, signal).await;
        }
        Err(SpawnError::Machine("it is deaf", io::ErrorKind::TimedOut.into()))
    }
    async fn read(&self, id: JobId, name: &str, from: u64, limit: u64) -> Result<FileChunk, SpawnError> {
        self.inner.read(id, name, from, limit).await
    }
    async fn remove(&self, id: JobId) -> Result<(), SpawnError> {
        self.inner.remove(id).await
    }
    fn changes(&self) -> watch::Receiver<u64> {
        self.inner.changes()
    }
}

async fn a_kill_that_did_not_arrive_is_carried_on(place: Arc<dyn Place>) {
    let hears = watch::Sender::new(false);
    let deaf = Arc::new(Deaf { inner: place.open().await, hears: hears.subscribe(), blind: None });
    let stage = stage_on(&*place, deaf, watch::Sender::new(Tooling::Ready(Tools::default())).subscribe()).await;
    let mut job = stage.job("sleep 1000");
    job.limits = Limits { wall_clock: Duration::from_secs(300), ..job.limits };
    let id = job.id;
    stage.start(job).await;
    let soft = stage.facade.signal(&stage.claim, id, StopSignal::Interrupt).await.unwrap_err();
    assert_eq!(soft.code, "runner-trouble", "a step that did not arrive is not claimed to have");
    stage.kill(id).await;
    hears.send_replace(true);
    let ended = stage.comes_to(id, JobState::Ended).await;
    assert_eq!(ended.exit.expect("an exit").signal, Some(9));
}

async fn a_released_job_is_forgotten_by_the_runner_only(place: Arc<dyn Place>) {
    let stage = stage(&*place).await;
    let job = stage.job("echo ready; sleep 1000");
    let id = job.id;
    stage.start(job.clone()).await;
    assert_eq!(stage.facade.release(&stage.claim, id).await.unwrap_err().code, "job-runs");
    stage.kill(id).await;
    let ended = stage.comes_to(id, JobState::Ended).await;
    for _ in 0..2 {
        stage.facade.release(&stage.claim, id).await.unwrap();
    }
    assert!(!folder(&*place, id).exists());
    assert_eq!(stage.output(id).await.unwrap_err().kind, FaultKind::NotFound);
    assert_eq!(stage.start(job).await, ended, "it does not start again");
    stage.facade.release(&stage.claim, new_id()).await.unwrap();
}

async fn no_secret_is_in_the_database(place: Arc<dyn Place>) {
    let stage = stage(&*place).await;
    let mut job = stage.job("exit 0 # chr_in_an_argument");
    job.env.insert("TOKEN".to_owned(), "chr_in_the_environment".to_owned());
    job.files.insert("parameters.json".to_owned(), "chr_in_a_file".to_owned());
    let id = stage.start(job).await.id;
    stage.comes_to(id, JobState::Ended).await;
    let data = place.dir().join("data");
    let db = db::open::<Migrator>(&place_in::<Migrator>(&data, "launcher").await, "launcher").await.unwrap();
    let mut bytes = written_down(&db).await.into_bytes();
    // A file may also hold what was overwritten.
    let files = fs::read_dir(data.join("databases")).into_iter().flatten();
    bytes.extend(files.flat_map(|file| fs::read(file.unwrap().path()).unwrap()));
    let holds = |text: &str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
    assert!(holds(&id.to_string()), "the job itself is there");
    assert!(!holds("chr_in"));
}

async fn a_launcher_prepares_its_tools_by_itself(place: Arc<dyn Place>) {
    let tools = crate::tools::prepared().await.dir;
    let auth = FakeAuth::new(Arc::new(SystemClock));
    let tasks = Tasks::new();
    let ctx = ctx(&*place, &tasks).await;
    fs::create_dir_all(&ctx.data_dir).unwrap();
    let made_before = tools.ancestors().nth(2).map(Path::to_owned);
    let config = Config { runner_tools_dir: made_before, ..Config::default() };
    let deps = Deps { verifier: auth.verifier() };
    let service = chaoshub_launcher::start(ctx, config, deps).await.expect("a launcher");
    let (claim, workspace) = (auth.service_claim("experiment"), auth.workspace("demo/demo"));
    let mut looks = Looks::within(DEADLINE);
    while !service.facade.ready(&claim).await.unwrap().ready {
        looks.next("the tools are ready").await;
    }
    let Order { id, env, files, limits, .. } = shell("");
    let argv = ["chaos", "--version"].map(str::to_owned).to_vec();
    service.facade.start(&claim, StartJob { id, workspace, argv, env, files, limits }).await.unwrap();
    let stage = Stage { auth, claim, tasks, facade: service.facade, feed: service.feed, workspace };
    let exit = stage.comes_to(id, JobState::Ended).await.exit.expect("an exit");
    assert_eq!((exit.code, exit.failure), (Some(0), None));
    assert!(stage.output(id).await.unwrap().starts_with("chaos, version "));
}
