//! `FakeLauncher`: jobs in memory that run until the test ends them, with files that the test writes and signals that it
//! can look at. It keeps the same promises as the real launcher, proven by the same contract.

use crate::FakeFeed;
use async_trait::async_trait;
use chaoshub_chassis::claims::Verifier;
use chaoshub_facade::launcher::{Exit, FileChunk, Job, JobId, JobState, Launcher, ReadFile, Readiness, StartJob, StopSignal};
use chaoshub_kernel::{Clock, Fault, SignedClaim};
use serde_json::json;
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard},
};
use tokio::sync::watch;

/// SIGKILL, as an exit tells it.
const KILLED: i32 = 9;

/// A launcher without processes, directed by the test.
pub struct FakeLauncher {
    clock: Arc<dyn Clock>,
    verifier: Verifier,
    feed: Arc<FakeFeed>,
    state: Mutex<State>,
    /// The job of which nothing can be read now.
    hung: watch::Sender<Option<JobId>>,
}

#[derive(Default)]
struct State {
    /// In the order in which they were accepted.
    jobs: Vec<Held>,
    waiting_for: Option<String>,
    starts: Starts,
    failure: Option<Fault>,
    keeps: bool,
    panics: Option<JobId>,
    asked: usize,
}

struct Held {
    job: Job,
    order: StartJob,
    files: BTreeMap<String, Vec<u8>>,
    signals: Vec<StopSignal>,
    released: bool,
    /// Its order was taken; another one changes nothing.
    laid: bool,
}

/// What becomes of a job that is asked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Starts {
    /// It runs.
    #[default]
    Run,
    /// The question is lost on its way: nothing happens, and no answer comes.
    Lost,
    /// It runs, but the answer is lost on its way.
    Unanswered,
    /// It is written down, and there is no room for it.
    Full,
    /// It is written down and its order taken, and the launcher goes away before anything runs.
    Laid,
}

impl FakeLauncher {
    /// Ready, without jobs. Only services may ask, as `verifier` knows them.
    #[must_use]
    pub fn new(verifier: Verifier, clock: Arc<dyn Clock>) -> Arc<Self> {
        let feed = FakeFeed::new(verifier.clone(), clock.clone());
        Arc::new(Self { clock, verifier, feed, state: Mutex::default(), hung: watch::Sender::new(None) })
    }

    /// News of its jobs.
    #[must_use]
    pub fn feed(&self) -> Arc<FakeFeed> {
        self.feed.clone()
    }

    /// Makes it wait for something, such as tools being prepared; none makes it ready again.
    pub fn wait_for(&self, what: Option<&str>) {
        self.state().waiting_for = what.map(str::to_owned);
    }

    /// What becomes of jobs that are asked for from now on.
    pub fn starts(&self, starts: Starts) {
        self.state().starts = starts;
    }

    /// Makes every call answer this; none makes them work again.
    pub fn fail(&self, failure: Option<Fault>) {
        self.state().failure = failure;
    }

    /// Lets reads of this job's files hang until it is told otherwise.
    pub fn hang_reads_of(&self, job: Option<JobId>) {
        self.hung.send_replace(job);
    }

    /// Panics when it is asked about this job, until it is told otherwise.
    pub fn panic_about(&self, job: Option<JobId>) {
        self.state().panics = job;
    }

    /// How often it was asked to start a job.
    #[must_use]
    pub fn asked(&self) -> usize {
        self.state().asked
    }

    /// Lets nothing be released, from now until it is given `false`.
    pub fn keep_for_now(&self, keeps: bool) {
        self.state().keeps = keeps;
    }

    /// The orders of all jobs that ever ran, in order.
    #[must_use]
    pub fn orders(&self) -> Vec<StartJob> {
        let state = self.state();
        state.jobs.iter().filter(|held| held.laid && held.job.state > JobState::Accepted).map(|held| held.order.clone()).collect()
    }

    /// The order of the only job that ever ran.
    ///
    /// # Panics
    /// When there is none, or another.
    #[must_use]
    pub fn only_order(&self) -> StartJob {
        let mut orders = self.orders();
        assert_eq!(orders.len(), 1, "one job was started");
        orders.remove(0)
    }

    /// The job writes a file.
    ///
    /// # Panics
    /// When there is no such job.
    pub fn write(&self, job: JobId, name: &str, bytes: impl Into<Vec<u8>>) {
        self.state().held(job).expect("a job of this fake").files.insert(name.to_owned(), bytes.into());
    }

    /// The job exits with this code.
    ///
    /// # Panics
    /// When there is no such job.
    pub fn end(&self, job: JobId, code: i32) {
        self.end_as(job, Exit { code: Some(code), signal: None, at: self.clock.now(), failure: None, over_time: false });
    }

    /// The job ends in this way.
    ///
    /// # Panics
    /// When there is no such job.
    pub fn end_as(&self, job: JobId, exit: Exit) {
        let known = self.advance(&mut self.state(), job, JobState::Ended, Some(exit));
        known.expect("a job of this fake");
    }

    /// Nobody can say any more what became of the job.
    ///
    /// # Panics
    /// When there is no such job.
    pub fn lose(&self, job: JobId) {
        self.advance(&mut self.state(), job, JobState::Lost, None).expect("a job of this fake");
    }

    /// The launcher has lost its memory.
    pub fn forget_everything(&self) {
        self.state().jobs.clear();
    }

    /// The steps of stopping that the job was sent, in order.
    ///
    /// # Panics
    /// When there is no such job.
    #[must_use]
    pub fn signals(&self, job: JobId) -> Vec<StopSignal> {
        self.state().held(job).expect("a job of this fake").signals.clone()
    }

    /// Whether what the job left was released.
    #[must_use]
    pub fn released(&self, job: JobId) -> bool {
        self.state().held(job).is_ok_and(|held| held.released)
    }

    async fn only_services(&self, claim: &SignedClaim) -> Result<(), Fault> {
        if !self.verifier.verify(claim).await?.is_service() {
            return Err(Fault::forbidden("services-only", "only services of this installation may ask for jobs"));
        }
        self.state().failure.clone().map_or(Ok(()), Err)
    }

    /// Moves a job up its ladder and tells of it.
    fn advance(&self, state: &mut State, id: JobId, to: JobState, exit: Option<Exit>) -> Result<Job, Fault> {
        let held = state.held(id)?;
        if held.job.state < to.min(JobState::Ended) {
            held.job.state = to;
            held.job.exit = exit;
            self.tell(&held.job);
        }
        Ok(held.job.clone())
    }

    fn tell(&self, job: &Job) {
        self.feed.push("job.changed", job.id, Some(job.workspace), json!({"state": job.state}));
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no panic happens under this lock")
    }
}

impl State {
    fn held(&mut self, id: JobId) -> Result<&mut Held, Fault> {
        self.jobs.iter_mut().find(|held| held.job.id == id).ok_or_else(|| Fault::not_found("job"))
    }
}

#[async_trait]
impl Launcher for FakeLauncher {
    async fn start(&self, claim: &SignedClaim, job: StartJob) -> Result<Job, Fault> {
        self.only_services(claim).await?;
        let lost = || Fault::unavailable("no-answer", "the launcher does not answer");
        let mut state = self.state();
        state.asked += 1;
        if let Ok(held) = state.held(job.id)
            && held.job.state > JobState::Accepted
        {
            return Ok(held.job.clone());
        }
        if let Some(what) = &state.waiting_for {
            return Err(Fault::unavailable("runner-not-ready", what.clone()));
        }
        let starts = state.starts;
        if starts == Starts::Lost {
            return Err(lost());
        }
        let id = job.id;
        if state.held(id).is_err() {
            let accepted = Job { id, workspace: job.workspace, state: JobState::Accepted, exit: None };
            self.tell(&accepted);
            let files = job.files.iter().map(|(name, text)| (name.clone(), text.clone().into_bytes())).collect();
            let (signals, released, laid) = (Vec::new(), false, false);
            state.jobs.push(Held { job: accepted, order: job, files, signals, released, laid });
        } else if let Ok(held) = state.held(id)
            && !held.laid
        {
            held.order = job;
        }
        if starts == Starts::Full {
            return Err(Fault::unavailable("runner-full", "the runner has no room; it is tried again"));
        }
        state.held(id)?.laid = true;
        if starts == Starts::Laid {
            return Err(lost());
        }
        let running = self.advance(&mut state, id, JobState::Running, None)?;
        if starts == Starts::Unanswered { Err(lost()) } else { Ok(running) }
    }

    async fn look(&self, claim: &SignedClaim, job: JobId) -> Result<Job, Fault> {
        self.only_services(claim).await?;
        let panics = self.state().panics == Some(job);
        assert!(!panics, "the test wants a panic");
        Ok(self.state().held(job)?.job.clone())
    }

    async fn signal(&self, claim: &SignedClaim, job: JobId, signal: StopSignal) -> Result<Job, Fault> {
        self.only_services(claim).await?;
        let mut state = self.state();
        let held = state.held(job)?;
        if held.job.state >= JobState::Ended {
            return Ok(held.job.clone());
        }
        if held.job.state == JobState::Accepted && !held.laid {
            let failure = Some("the job was given up before anything of it was started".to_owned());
            let never = Exit { code: None, signal: None, at: self.clock.now(), failure, over_time: false };
            return self.advance(&mut state, job, JobState::Ended, Some(never));
        }
        held.signals.push(signal);
        if signal == StopSignal::Kill {
            let at = self.clock.now();
            let killed = Exit { code: None, signal: Some(KILLED), at, failure: None, over_time: false };
            return self.advance(&mut state, job, JobState::Ended, Some(killed));
        }
        Ok(held.job.clone())
    }

    async fn read(&self, claim: &SignedClaim, ask: ReadFile) -> Result<FileChunk, Fault> {
        self.only_services(claim).await?;
        // The sender lives in self, so waiting cannot fail.
        _ = self.hung.subscribe().wait_for(|hung| *hung != Some(ask.job)).await;
        let mut state = self.state();
        let held = state.held(ask.job)?;
        // Whatever it did, a job that ran has an output.
        let output = held.files.entry("output.log".to_owned()).or_default();
        let file = if ask.name == "output.log" { Some(&*output) } else { held.files.get(&ask.name) };
        let file = file.filter(|_| !held.released).ok_or_else(|| Fault::not_found("file"))?;
        let place = |at: u64| usize::try_from(at).unwrap_or(usize::MAX).min(file.len());
        let (from, to) = (place(ask.from), place(ask.from.saturating_add(ask.limit)));
        Ok(FileChunk { bytes: file[from..to].to_vec(), size: file.len() as u64 })
    }

    async fn release(&self, claim: &SignedClaim, job: JobId) -> Result<(), Fault> {
        self.only_services(claim).await?;
        let mut state = self.state();
        let keeps = state.keeps;
        let Ok(held) = state.held(job) else { return Ok(()) };
        if keeps {
            return Err(Fault::unavailable("runner-trouble", "the folder cannot be removed; try again"));
        }
        if held.job.state < JobState::Ended {
            return Err(Fault::conflict("job-runs", "the job still runs; stop it before releasing it"));
        }
        held.released = true;
        Ok(())
    }

    async fn ready(&self, claim: &SignedClaim) -> Result<Readiness, Fault> {
        self.only_services(claim).await?;
        let detail = self.state().waiting_for.clone();
        Ok(Readiness { ready: detail.is_none(), detail })
    }
}
