//! Jobs that were accepted and not started: started later, or ended with the proof that nothing of them ever ran.

use crate::{
    Promise,
    place::{Place, folder, shell},
    promises,
    service::{Stage, stage_on},
    unstarted,
};
use async_trait::async_trait;
use chaoshub_facade::launcher::{FileChunk, Job, JobId, JobState, StartJob, StopSignal};
use chaoshub_launcher::{
    Tooling,
    spawner::{Order, SpawnError, Spawner, Status, Tools},
};
use std::{fs, io, sync::Arc};
use tokio::sync::watch;

pub(crate) const PROMISES: [Promise; 4] = promises!(unstarted:
    a_job_whose_order_was_never_laid_is_started_when_it_is_asked_for_again,
    a_stop_ends_a_job_that_was_not_started_and_it_never_is,
    a_job_that_may_have_run_in_a_folder_that_is_gone_is_not_started_again,
    who_is_first_decides_whether_a_job_that_is_called_off_runs,
);

/// A spawner whose launcher is killed before it lays an order into the folder.
struct HeldBack(Arc<dyn Spawner>);

#[async_trait]
impl Spawner for HeldBack {
    fn isolation(&self) -> &'static str {
        self.0.isolation()
    }
    fn home(&self) -> &str {
        self.0.home()
    }
    async fn call_off(&self, id: JobId) -> Result<Status, SpawnError> {
        self.0.call_off(id).await
    }
    async fn start(&self, _: Order) -> Result<Status, SpawnError> {
        Err(SpawnError::Machine("it is held back", io::ErrorKind::Interrupted.into()))
    }
    async fn look(&self, id: JobId) -> Result<Option<Status>, SpawnError> {
        self.0.look(id).await
    }
    async fn list(&self) -> Result<Vec<(JobId, Status)>, SpawnError> {
        self.0.list().await
    }
    async fn signal(&self, id: JobId, signal: StopSignal) -> Result<Status, SpawnError> {
        self.0.signal(id, signal).await
    }
    async fn read(&self, id: JobId, name: &str, from: u64, limit: u64) -> Result<FileChunk, SpawnError> {
        self.0.read(id, name, from, limit).await
    }
    async fn remove(&self, id: JobId) -> Result<(), SpawnError> {
        self.0.remove(id).await
    }
    fn changes(&self) -> watch::Receiver<u64> {
        self.0.changes()
    }
}

async fn launcher(place: &dyn Place, spawner: Arc<dyn Spawner>) -> Stage {
    stage_on(place, spawner, watch::Sender::new(Tooling::Ready(Tools::default())).subscribe()).await
}

fn job(stage: &Stage, script: &str) -> StartJob {
    let Order { id, argv, env, files, limits, .. } = shell(script);
    StartJob { id, workspace: stage.workspace, argv, env, files, limits }
}

/// A launcher that has accepted a job and was killed before it laid the order down.
async fn accepted(place: &dyn Place, script: &str) -> StartJob {
    let first = launcher(place, Arc::new(HeldBack(place.open().await))).await;
    let job = job(&first, script);
    assert_eq!(first.facade.start(&first.claim, job.clone()).await.unwrap_err().code, "runner-trouble");
    assert_eq!(first.facade.look(&first.claim, job.id).await.unwrap().state, JobState::Accepted);
    first.stop().await;
    job
}

fn never_started(job: &Job) {
    let exit = job.exit.clone().expect("an exit");
    assert_eq!(job.state, JobState::Ended);
    assert!(exit.failure.is_some() && exit.code.is_none() && exit.signal.is_none(), "{exit:?}");
}

async fn a_job_whose_order_was_never_laid_is_started_when_it_is_asked_for_again(place: Arc<dyn Place>) {
    let mut job = accepted(&*place, "echo token=$TOKEN").await;
    let second = launcher(&*place, place.open().await).await;
    assert_eq!(second.facade.look(&second.claim, job.id).await.unwrap().state, JobState::Accepted);
    // Whoever asks again may have another token.
    job.env.insert("TOKEN".to_owned(), "fresh".to_owned());
    let id = job.id;
    second.facade.start(&second.claim, job).await.unwrap();
    let ended = second.comes_to(id, JobState::Ended).await;
    assert_eq!(ended.exit.expect("an exit").code, Some(0));
    assert_eq!(second.output(id).await.unwrap(), "token=fresh\n");
}

async fn a_stop_ends_a_job_that_was_not_started_and_it_never_is(place: Arc<dyn Place>) {
    for signal in [StopSignal::Interrupt, StopSignal::Cut, StopSignal::Kill] {
        let job = accepted(&*place, "echo it ran").await;
        let second = launcher(&*place, place.open().await).await;
        never_started(&second.facade.signal(&second.claim, job.id, signal).await.unwrap());
        never_started(&second.comes_to(job.id, JobState::Ended).await);
        never_started(&second.facade.start(&second.claim, job.clone()).await.unwrap());
        // Not even an order that was on its way all the time.
        let late = Order { id: job.id, ..shell("echo it ran") };
        assert!(matches!(place.open().await.start(late).await, Ok(Status::Ended(exit)) if exit.failure.is_some()));
        second.facade.release(&second.claim, job.id).await.unwrap();
        assert!(!folder(&*place, job.id).exists());
        second.stop().await;
    }
}

async fn a_job_that_may_have_run_in_a_folder_that_is_gone_is_not_started_again(place: Arc<dyn Place>) {
    let job = accepted(&*place, "echo it ran").await;
    fs::remove_dir_all(place.dir().join("runner")).unwrap();
    let second = launcher(&*place, place.open().await).await;
    let asked = second.facade.start(&second.claim, job.clone()).await.unwrap();
    assert_eq!((asked.state, asked.exit), (JobState::Lost, None));
    assert!(!folder(&*place, job.id).exists());
}

async fn who_is_first_decides_whether_a_job_that_is_called_off_runs(place: Arc<dyn Place>) {
    let spawner = place.open().await;
    for _ in 0..8 {
        let order = shell("echo it ran");
        let id = order.id;
        let (started, called_off) = futures::join!(spawner.start(order), spawner.call_off(id));
        started.unwrap();
        let never = |exit: &chaoshub_facade::launcher::Exit| exit.failure.is_some();
        let called_off = matches!(called_off.unwrap(), Status::Ended(exit) if never(&exit));
        let exit = crate::place::ended(&*spawner, id).await;
        assert_eq!(never(&exit), called_off, "both are told the same: {exit:?}");
        assert_eq!(folder(&*place, id).join("output.log").exists(), !called_off);
        spawner.remove(id).await.unwrap();
    }
}
