//! The fake of experiment keeps the promises of experiment.

use async_trait::async_trait;
use chaoshub_facade::{
    auth::{Auth, Proof},
    experiment::{ExperimentSummary, RunSummary},
};
use chaoshub_facade::{
    contract::experiment::World,
    experiment::{ExperimentId, Experiments, RunId, RunState, Verdict},
};
use chaoshub_kernel::{Clock, FrozenClock, Role, Scopes, SignedClaim, WorkspaceId};
use chaoshub_testkit::{
    FakeAuth, FakeExperiments, INTERNAL_KEY,
    experiments::{running, written},
    frozen_clock,
};
use chrono::{DateTime, TimeDelta, Utc};
use std::sync::{Arc, Mutex};

struct Fake {
    clock: Arc<FrozenClock>,
    auth: Arc<FakeAuth>,
    experiments: Arc<FakeExperiments>,
    written: Mutex<Vec<ExperimentSummary>>,
    asked: Mutex<Vec<RunSummary>>,
}

async fn fake() -> Fake {
    let clock = frozen_clock();
    let auth = FakeAuth::new(clock.clone());
    let experiments = FakeExperiments::new(auth.clone());
    Fake { clock, auth, experiments, written: Mutex::default(), asked: Mutex::default() }
}

impl Fake {
    fn edit(&self, id: ExperimentId, edit: impl FnOnce(&mut ExperimentSummary)) {
        self.clock.advance(TimeDelta::seconds(1));
        let mut written = self.written.lock().unwrap();
        let one = written.iter_mut().find(|one| one.id == id).unwrap();
        edit(one);
        self.experiments.put_experiment(one.clone());
    }
}

#[async_trait]
impl World for Fake {
    fn experiments(&self) -> &dyn Experiments {
        &*self.experiments
    }

    fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    async fn workspace(&self, name: &str) -> WorkspaceId {
        self.auth.workspace(&format!("acme/{name}"))
    }

    async fn member(&self, workspace: WorkspaceId, role: Role) -> SignedClaim {
        let account = self.auth.account(&format!("the-{role}-of-{workspace}"));
        self.auth.grant(account, workspace, role);
        self.auth.claim(account)
    }

    async fn token(&self, workspace: WorkspaceId, scopes: Scopes) -> SignedClaim {
        let account = self.auth.account("ada");
        self.auth.grant(account, workspace, Role::Owner);
        let secret = self.auth.token_until(account, workspace, scopes, None);
        self.auth.exchange(Proof::ApiToken(secret)).await.unwrap()
    }

    async fn service(&self) -> SignedClaim {
        let proof = Proof::InternalKey { service: "dashboard".to_owned(), key: INTERNAL_KEY.to_owned() };
        self.auth.exchange(proof).await.unwrap()
    }

    async fn write(&self, workspace: WorkspaceId, title: &str) -> ExperimentId {
        self.clock.advance(TimeDelta::seconds(1));
        let one = written(&*self.clock, workspace, title);
        self.experiments.put_experiment(one.clone());
        self.written.lock().unwrap().push(one.clone());
        one.id
    }

    async fn change(&self, experiment: ExperimentId) {
        let now = self.clock.now() + TimeDelta::seconds(1);
        self.edit(experiment, |one| {
            one.version += 1;
            one.updated_at = now;
        });
    }

    async fn archive(&self, experiment: ExperimentId) {
        self.edit(experiment, |one| one.archived = true);
    }

    async fn run(&self, experiment: ExperimentId) -> RunId {
        self.clock.advance(TimeDelta::seconds(1));
        let of = self.written.lock().unwrap().iter().find(|one| one.id == experiment).cloned().unwrap();
        let mut asked = self.asked.lock().unwrap();
        let before = asked.iter().filter(|run| run.workspace_id == of.workspace_id).count();
        let run = running(&*self.clock, &of, i64::try_from(before).unwrap() + 1);
        self.experiments.put_run(run.clone());
        asked.push(run.clone());
        run.id
    }

    async fn end(&self, run: RunId) {
        self.clock.advance(TimeDelta::seconds(1));
        let mut run = self.asked.lock().unwrap().iter().find(|one| one.id == run).cloned().unwrap();
        (run.state, run.verdict, run.ended_at) = (RunState::Ended, Some(Verdict::Passed), Some(self.clock.now()));
        self.experiments.put_run(run);
    }
}

chaoshub_facade::experiments_contract!(fake());
