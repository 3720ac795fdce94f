//! `FakeExperiments`: experiments and runs in memory, with the rights that auth gives, that can be made to fail or hang;
//! and `FakeFeed`, a feed that a test writes.

use async_trait::async_trait;
use chaoshub_chassis::claims::Verifier;
use chaoshub_facade::{
    auth::{Auth, WorkspaceRef},
    experiment::{
        ExperimentId, ExperimentOrigin, ExperimentSummary, Experiments, Origin, Progress, RunId, RunState, RunSummary, RunsAsk,
    },
    feed::{Broken, Feed, FeedAsk, FeedPage},
};
use chaoshub_kernel::{Clock, Envelope, Fault, FaultKind, Page, Scope, SignedClaim, WorkspaceId};
use serde_json::Value;
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};
use tokio::sync::watch;

/// Experiments and runs without a database, filled by the test.
pub struct FakeExperiments {
    auth: Arc<dyn Auth>,
    state: Mutex<State>,
    held: watch::Sender<bool>,
}

#[derive(Default)]
struct State {
    /// In the order in which they were put.
    runs: Vec<RunSummary>,
    experiments: Vec<ExperimentSummary>,
    failure: Option<Fault>,
    calls: BTreeMap<&'static str, usize>,
}

impl FakeExperiments {
    /// Nothing yet. `auth` says who may see what.
    #[must_use]
    pub fn new(auth: Arc<dyn Auth>) -> Arc<Self> {
        Arc::new(Self { auth, state: Mutex::default(), held: watch::Sender::new(false) })
    }

    /// Adds a run, or puts it in the place of the one with its id.
    pub fn put_run(&self, run: RunSummary) {
        let mut state = self.state();
        match state.runs.iter_mut().find(|one| one.id == run.id) {
            Some(there) => *there = run,
            None => state.runs.push(run),
        }
    }

    /// Adds an experiment, or puts it in the place of the one with its id.
    pub fn put_experiment(&self, experiment: ExperimentSummary) {
        let mut state = self.state();
        match state.experiments.iter_mut().find(|one| one.id == experiment.id) {
            Some(there) => *there = experiment,
            None => state.experiments.push(experiment),
        }
    }

    /// Makes every call answer this; none makes them work again.
    pub fn fail(&self, failure: Option<Fault>) {
        self.state().failure = failure;
    }

    /// Lets no call answer, from now until it is given `false`.
    pub fn hold(&self, held: bool) {
        self.held.send_replace(held);
    }

    /// How often `runs`, `run`, `experiments` or `experiment` was called.
    #[must_use]
    pub fn calls(&self, what: &str) -> usize {
        self.state().calls.get(what).copied().unwrap_or_default()
    }

    async fn called(&self, what: &'static str) -> Result<(), Fault> {
        let failure = {
            let mut state = self.state();
            *state.calls.entry(what).or_default() += 1;
            state.failure.clone()
        };
        // The sender lives as long as self, so waiting cannot fail.
        _ = self.held.subscribe().wait_for(|held| !held).await;
        failure.map_or(Ok(()), Err)
    }

    async fn need(&self, claim: &SignedClaim, workspace: WorkspaceId, scope: Scope, what: &str) -> Result<(), Fault> {
        let access = self.auth.access(claim, WorkspaceRef::Id(workspace)).await.map_err(|fault| match fault.kind {
            FaultKind::NotFound => Fault::not_found(what),
            _ => fault,
        })?;
        access.need(scope)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no panic happens under this lock")
    }
}

#[async_trait]
impl Experiments for FakeExperiments {
    async fn runs(&self, claim: &SignedClaim, ask: RunsAsk) -> Result<Page<RunSummary>, Fault> {
        self.called("runs").await?;
        self.need(claim, ask.workspace, Scope::RunRead, "workspace").await?;
        let state = self.state();
        let wanted = state.runs.iter().rev().filter(|run| {
            run.workspace_id == ask.workspace
                && ask.experiment.is_none_or(|id| run.experiment_id == Some(id))
                && !(ask.active && run.state == RunState::Ended)
        });
        Ok(Page::whole(wanted.take(ask.limit as usize).cloned().collect()))
    }

    async fn run(&self, claim: &SignedClaim, run: RunId) -> Result<RunSummary, Fault> {
        self.called("run").await?;
        let found = self.state().runs.iter().find(|one| one.id == run).cloned();
        let run = found.ok_or_else(|| Fault::not_found("run"))?;
        self.need(claim, run.workspace_id, Scope::RunRead, "run").await?;
        Ok(run)
    }

    async fn experiments(
        &self,
        claim: &SignedClaim,
        workspace: WorkspaceId,
        limit: u32,
    ) -> Result<Page<ExperimentSummary>, Fault> {
        self.called("experiments").await?;
        self.need(claim, workspace, Scope::ExperimentRead, "workspace").await?;
        let mut found: Vec<_> = {
            let state = self.state();
            let wanted = state.experiments.iter().filter(|one| one.workspace_id == workspace && !one.archived);
            wanted.cloned().collect()
        };
        found.sort_by_key(|one| std::cmp::Reverse(one.updated_at));
        found.truncate(limit as usize);
        Ok(Page::whole(found))
    }

    async fn experiment(&self, claim: &SignedClaim, experiment: ExperimentId) -> Result<ExperimentSummary, Fault> {
        self.called("experiment").await?;
        let found = self.state().experiments.iter().find(|one| one.id == experiment).cloned();
        let experiment = found.ok_or_else(|| Fault::not_found("experiment"))?;
        self.need(claim, experiment.workspace_id, Scope::ExperimentRead, "experiment").await?;
        Ok(experiment)
    }
}

/// A run that has just begun.
#[must_use]
pub fn running(clock: &dyn Clock, experiment: &ExperimentSummary, number: i64) -> RunSummary {
    let now = clock.now();
    RunSummary {
        id: RunId::new(now),
        number,
        workspace_id: experiment.workspace_id,
        experiment_id: Some(experiment.id),
        version: Some(experiment.version),
        title: experiment.title.clone(),
        origin: Origin::Hub,
        environment: "default".to_owned(),
        state: RunState::Running,
        phase: None,
        verdict: None,
        sentence: "Running.".to_owned(),
        started_by: "somebody".to_owned(),
        requested_at: now,
        started_at: Some(now),
        ended_at: None,
        duration_ms: None,
        progress: Progress { done: 0, total: 10, current: None },
    }
}

/// An experiment with one version and no runs.
#[must_use]
pub fn written(clock: &dyn Clock, workspace: WorkspaceId, title: &str) -> ExperimentSummary {
    let now = clock.now();
    ExperimentSummary {
        id: ExperimentId::new(now),
        workspace_id: workspace,
        title: title.to_owned(),
        description: String::new(),
        tags: Vec::new(),
        version: 1,
        updated_at: now,
        updated_by: "somebody".to_owned(),
        archived: false,
        origin: ExperimentOrigin::Hub,
        last_runs: Vec::new(),
    }
}

/// A feed that a test writes.
pub struct FakeFeed {
    clock: Arc<dyn Clock>,
    verifier: Verifier,
    news: watch::Sender<Vec<Envelope>>,
    /// The largest number that a follower has read on from.
    asked: watch::Sender<i64>,
}

impl FakeFeed {
    /// No news yet. Only services may read, as `verifier` knows them.
    #[must_use]
    pub fn new(verifier: Verifier, clock: Arc<dyn Clock>) -> Arc<Self> {
        Arc::new(Self { clock, verifier, news: watch::Sender::new(Vec::new()), asked: watch::Sender::new(0) })
    }

    /// Adds one piece of news and says its number.
    pub fn push(&self, kind: &str, subject: impl ToString, workspace: Option<WorkspaceId>, data: Value) -> i64 {
        self.push_all([(kind, subject.to_string(), workspace, data)])
    }

    /// Adds news that are read together, and says the number of the last.
    pub fn push_all<'a>(&self, all: impl IntoIterator<Item = (&'a str, String, Option<WorkspaceId>, Value)>) -> i64 {
        let mut last = 0;
        self.news.send_modify(|news| {
            for (kind, subject, workspace, data) in all {
                last = i64::try_from(news.len()).expect("a test writes few news") + 1;
                news.push(Envelope { number: last, kind: kind.to_owned(), subject, workspace, at: self.clock.now(), data });
            }
        });
        last
    }

    /// Forgets everything after that number, as if its database had been restored from a backup.
    pub fn restored_to(&self, number: usize) {
        self.news.send_modify(|news| news.truncate(number));
        // What is asked for from now on.
        self.asked.send_replace(0);
    }

    /// Waits until the follower has dealt with the news of that number, and asks for what comes after them.
    ///
    /// # Panics
    /// When it does not within ten seconds.
    pub async fn dealt_with(&self, number: i64) {
        let mut asked = self.asked.subscribe();
        let reached = tokio::time::timeout(Duration::from_secs(10), asked.wait_for(|asked| *asked >= number)).await;
        assert!(reached.is_ok(), "nobody dealt with news {number} in time");
    }
}

#[async_trait]
impl Feed for FakeFeed {
    async fn read(&self, claim: &SignedClaim, ask: FeedAsk) -> Result<FeedPage, Fault> {
        if !self.verifier.verify(claim).await?.is_service() {
            return Err(Fault::forbidden("services-only", "only services of this installation read feeds"));
        }
        let last = self.news.borrow().last().map_or(0, |last| last.number);
        if ask.after.number > last {
            let broken = Some(Broken { why: "it was restored".to_owned(), resume: 0 });
            return Ok(FeedPage { broken, ..FeedPage::default() });
        }
        self.asked.send_modify(|asked| *asked = ask.after.number.max(*asked));
        let mut news = self.news.subscribe();
        let newer = |all: &Vec<Envelope>| all.last().map_or(0, |last| last.number) != ask.after.number;
        match tokio::time::timeout(ask.wait, news.wait_for(newer)).await {
            Ok(Ok(all)) => {
                // Nothing when it was restored meanwhile: the next question is told so.
                let wanted = all.iter().filter(|one| one.number > ask.after.number).take(ask.limit as usize);
                Ok(FeedPage { events: wanted.cloned().collect(), ..FeedPage::default() })
            }
            Ok(Err(_)) | Err(_) => Ok(FeedPage::default()),
        }
    }
}
