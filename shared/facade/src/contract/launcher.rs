//! What every `Launcher` promises to the services that ask it for jobs.

use crate::{
    feed::{Feed, FeedAsk},
    launcher::{FileChunk, Job, JobId, JobState, Launcher, ReadFile, StartJob, StopSignal},
};
use async_trait::async_trait;
use chaoshub_kernel::{Envelope, Fault, FaultKind, SignedClaim};
use chrono::{DateTime, Utc};
use futures::future::join_all;
use serde_json::json;
use std::time::Duration;

/// Longer than any step of a job takes here.
const DEADLINE: Duration = Duration::from_secs(20);

/// A launcher whose jobs the suite can direct.
#[async_trait]
pub trait World: Send + Sync {
    /// The form under test.
    fn launcher(&self) -> &dyn Launcher;
    /// Its news.
    fn feed(&self) -> &dyn Feed;
    /// The time.
    fn now(&self) -> DateTime<Utc>;
    /// The claim of a service of this installation.
    async fn service(&self) -> SignedClaim;
    /// The claim of a person with every right.
    async fn person(&self) -> SignedClaim;
    /// A job under an id of its own that runs until [`World::end`] or a kill, and does as [`World::write`] says.
    fn order(&self) -> StartJob;
    /// Has the running job write a file into its folder; the file is whole when this answers.
    async fn write(&self, job: JobId, name: &str, bytes: &[u8]);
    /// Has the running job exit with this code; it may take its time.
    async fn end(&self, job: JobId, code: i32);
    /// Takes away what every job needs, such as the tools, so that none can start.
    async fn unready(&self);
}

/// Gives every promise to a macro, by name: the one list of them.
#[macro_export]
macro_rules! launcher_promises {
    ($each:ident! $($with:tt)*) => {
        $each! { $($with)*
            only_services_ask
            a_job_runs_until_it_ends_and_each_step_is_told_once
            the_same_id_again_is_the_same_job
            what_is_not_known_is_not_found
            files_are_read_in_pieces
            a_kill_ends_a_job
            what_has_ended_is_not_stopped
            a_running_job_is_not_released
            what_is_released_is_gone_and_the_job_is_remembered
            a_launcher_that_cannot_start_jobs_says_why
        }
    };
}

/// Makes a test of every promise: `launcher_contract!(async { world })`, a world of its own for each.
#[macro_export]
macro_rules! launcher_contract {
    ($world:expr) => {
        use $crate::launcher_contract;
        $crate::launcher_promises!(launcher_contract! @each $world;);
    };
    (@each $world:expr; $($promise:ident)*) => {
        $(#[tokio::test]
        async fn $promise() {
            let world = $world.await;
            $crate::contract::launcher::$promise(&world).await;
        })*
    };
}

/// Jobs are private to services.
pub async fn only_services_ask(world: &dyn World) {
    let order = world.order();
    let id = order.id;
    start(world, order.clone()).await;
    for (claim, kind) in
        [(world.person().await, FaultKind::Forbidden), (SignedClaim::from_jwt("nonsense"), FaultKind::Unauthenticated)]
    {
        let launcher = world.launcher();
        let answers = [
            launcher.start(&claim, order.clone()).await.map(drop),
            launcher.look(&claim, id).await.map(drop),
            launcher.signal(&claim, id, StopSignal::Kill).await.map(drop),
            launcher.read(&claim, piece(id, "output.log", 0, 1)).await.map(drop),
            launcher.release(&claim, id).await,
            launcher.ready(&claim).await.map(drop),
        ];
        for answer in answers {
            assert_eq!(answer.map_err(|fault| fault.kind), Err(kind));
        }
    }
    assert_eq!(look(world, id).await.state, JobState::Running, "what was refused did nothing");
    world.end(id, 0).await;
}

/// Accepted, running, ended: in this order, with the exit code, each told in the job's workspace.
pub async fn a_job_runs_until_it_ends_and_each_step_is_told_once(world: &dyn World) {
    let order = world.order();
    let (id, workspace) = (order.id, order.workspace);
    let begun = world.now();
    let job = start(world, order).await;
    assert_eq!((job.id, job.workspace, job.exit), (id, workspace, None));
    comes_to(world, id, JobState::Running).await;
    world.end(id, 7).await;
    let job = comes_to(world, id, JobState::Ended).await;
    let exit = job.exit.expect("it says how it ended");
    assert_eq!((exit.code, exit.signal, exit.failure, exit.over_time), (Some(7), None, None, false));
    assert!(exit.at >= begun);
    let told = news(world, 0).await.into_iter().filter(|news| news.subject == id.to_string());
    let told: Vec<_> = told.map(|news| (news.kind, news.workspace, news.data)).collect();
    let step = |state| ("job.changed".to_owned(), Some(workspace), json!({"state": state}));
    assert_eq!(told, [step(JobState::Accepted), step(JobState::Running), step(JobState::Ended)]);
}

/// However often it is asked for, also at once, and when it is long over.
pub async fn the_same_id_again_is_the_same_job(world: &dyn World) {
    let order = world.order();
    let id = order.id;
    let claim = world.service().await;
    for answer in join_all((0..3).map(|_| world.launcher().start(&claim, order.clone()))).await {
        assert_eq!(answer.map(|job| job.id), Ok(id));
    }
    comes_to(world, id, JobState::Running).await;
    world.end(id, 3).await;
    let ended = comes_to(world, id, JobState::Ended).await;
    assert_eq!(start(world, order).await, ended, "it is not started anew");
}

/// Neither a job nor a file that nobody made is there; releasing it is no fault.
pub async fn what_is_not_known_is_not_found(world: &dyn World) {
    let (claim, launcher) = (world.service().await, world.launcher());
    let nothing = JobId::new(world.now());
    assert_eq!(kind(&launcher.look(&claim, nothing).await), FaultKind::NotFound);
    assert_eq!(kind(&launcher.signal(&claim, nothing, StopSignal::Kill).await), FaultKind::NotFound);
    assert_eq!(kind(&launcher.read(&claim, piece(nothing, "output.log", 0, 1)).await), FaultKind::NotFound);
    assert_eq!(launcher.release(&claim, nothing).await, Ok(()));
    let order = world.order();
    let id = order.id;
    start(world, order).await;
    assert_eq!(kind(&read(world, id, "journal.json", 0, 1).await), FaultKind::NotFound);
    world.end(id, 0).await;
}

/// From any byte on, as many as asked for, with the size of the whole; while the job runs and after it.
pub async fn files_are_read_in_pieces(world: &dyn World) {
    let order = world.order();
    let id = order.id;
    start(world, order).await;
    comes_to(world, id, JobState::Running).await;
    world.write(id, "events.ndjson", b"one\ntwo\n\xff\n").await;
    let whole = |bytes: &[u8]| Ok(FileChunk { bytes: bytes.to_vec(), size: 10 });
    assert_eq!(read(world, id, "events.ndjson", 0, 4).await, whole(b"one\n"));
    world.end(id, 0).await;
    comes_to(world, id, JobState::Ended).await;
    assert_eq!(read(world, id, "events.ndjson", 4, 100).await, whole(b"two\n\xff\n"));
    assert_eq!(read(world, id, "events.ndjson", 10, 100).await, whole(b""));
    assert!(read(world, id, "output.log", 0, 100).await.is_ok(), "its output is there, if only empty");
}

/// The last step of stopping works.
pub async fn a_kill_ends_a_job(world: &dyn World) {
    let order = world.order();
    let id = order.id;
    start(world, order).await;
    comes_to(world, id, JobState::Running).await;
    world.launcher().signal(&world.service().await, id, StopSignal::Kill).await.expect("it runs");
    let exit = comes_to(world, id, JobState::Ended).await.exit.expect("it says how it ended");
    assert_eq!((exit.code, exit.signal), (None, Some(9)));
}

/// A signal that comes too late is harmless and answers how the job ended.
pub async fn what_has_ended_is_not_stopped(world: &dyn World) {
    let order = world.order();
    let id = order.id;
    start(world, order).await;
    comes_to(world, id, JobState::Running).await;
    world.end(id, 0).await;
    let ended = comes_to(world, id, JobState::Ended).await;
    let claim = world.service().await;
    for signal in [StopSignal::Interrupt, StopSignal::Cut, StopSignal::Kill] {
        assert_eq!(world.launcher().signal(&claim, id, signal).await.as_ref(), Ok(&ended));
    }
}

/// Nothing is taken away from under a job.
pub async fn a_running_job_is_not_released(world: &dyn World) {
    let order = world.order();
    let id = order.id;
    start(world, order).await;
    comes_to(world, id, JobState::Running).await;
    let refused = world.launcher().release(&world.service().await, id).await.expect_err("it runs");
    assert_eq!((refused.kind, refused.code.as_str()), (FaultKind::Conflict, "job-runs"));
    world.end(id, 0).await;
}

/// The files go, what is known of the job stays, and releasing again changes nothing.
pub async fn what_is_released_is_gone_and_the_job_is_remembered(world: &dyn World) {
    let order = world.order();
    let id = order.id;
    start(world, order).await;
    comes_to(world, id, JobState::Running).await;
    world.write(id, "journal.json", b"{}").await;
    world.end(id, 5).await;
    let ended = comes_to(world, id, JobState::Ended).await;
    let claim = world.service().await;
    for _ in 0..2 {
        assert_eq!(world.launcher().release(&claim, id).await, Ok(()));
    }
    assert_eq!(kind(&read(world, id, "journal.json", 0, 1).await), FaultKind::NotFound);
    assert_eq!(look(world, id).await, ended);
}

/// In words for a person, and asking for a job all the same leaves none behind.
pub async fn a_launcher_that_cannot_start_jobs_says_why(world: &dyn World) {
    let claim = world.service().await;
    let ready = world.launcher().ready(&claim).await.expect("a service asks");
    assert_eq!((ready.ready, ready.detail), (true, None));
    world.unready().await;
    let ready = world.launcher().ready(&claim).await.expect("a service asks");
    assert!(!ready.ready && ready.detail.is_some_and(|why| !why.is_empty()));
    let order = world.order();
    let id = order.id;
    assert_eq!(kind(&world.launcher().start(&claim, order).await), FaultKind::Unavailable);
    assert_eq!(kind(&world.launcher().look(&claim, id).await), FaultKind::NotFound);
}

async fn start(world: &dyn World, order: StartJob) -> Job {
    world.launcher().start(&world.service().await, order).await.expect("a service may start jobs")
}

async fn look(world: &dyn World, id: JobId) -> Job {
    world.launcher().look(&world.service().await, id).await.expect("a job that was started")
}

async fn read(world: &dyn World, job: JobId, name: &str, from: u64, limit: u64) -> Result<FileChunk, Fault> {
    world.launcher().read(&world.service().await, piece(job, name, from, limit)).await
}

fn piece(job: JobId, name: &str, from: u64, limit: u64) -> ReadFile {
    ReadFile { job, name: name.to_owned(), from, limit }
}

async fn news(world: &dyn World, after: i64) -> Vec<Envelope> {
    let ask = FeedAsk { after: after.into(), limit: 100, wait: DEADLINE };
    world.feed().read(&world.service().await, ask).await.expect("a service may read").events
}

/// Waits for the news that the job has come to `state`.
async fn comes_to(world: &dyn World, id: JobId, state: JobState) -> Job {
    let wanted = json!({"state": state});
    let mut after = 0;
    loop {
        let some = news(world, after).await;
        assert!(!some.is_empty(), "{id} never came to {state:?}");
        after = some.last().map_or(after, |last| last.number);
        if some.iter().any(|news| news.subject == id.to_string() && news.data == wanted) {
            return look(world, id).await;
        }
    }
}

fn kind<T>(answer: &Result<T, Fault>) -> FaultKind {
    match answer {
        Ok(_) => panic!("it was let through"),
        Err(fault) => fault.kind,
    }
}
