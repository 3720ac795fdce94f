//! What every `Experiments` promises to those who show experiments and runs.

use crate::experiment::{ExperimentId, Experiments, RunId, RunState, RunSummary, RunsAsk};
use async_trait::async_trait;
use chaoshub_kernel::{Fault, FaultKind, Role, Scope, Scopes, SignedClaim, WorkspaceId};
use chrono::{DateTime, Utc};

/// Experiments that the suite can fill. What is made later is later by the clock, too.
#[async_trait]
pub trait World: Send + Sync {
    /// The form under test.
    fn experiments(&self) -> &dyn Experiments;
    /// The time.
    fn now(&self) -> DateTime<Utc>;
    /// Makes the workspace `acme/<name>`, with nobody in it.
    async fn workspace(&self, name: &str) -> WorkspaceId;
    /// The claim of somebody with this role there, and none elsewhere.
    async fn member(&self, workspace: WorkspaceId, role: Role) -> SignedClaim;
    /// The claim of an owner's token for this workspace.
    async fn token(&self, workspace: WorkspaceId, scopes: Scopes) -> SignedClaim;
    /// The claim of a service of this installation.
    async fn service(&self) -> SignedClaim;
    /// Writes an experiment.
    async fn write(&self, workspace: WorkspaceId, title: &str) -> ExperimentId;
    /// Writes its next version.
    async fn change(&self, experiment: ExperimentId);
    /// Archives it.
    async fn archive(&self, experiment: ExperimentId);
    /// Asks for a run of it, which has not ended.
    async fn run(&self, experiment: ExperimentId) -> RunId;
    /// Ends the run.
    async fn end(&self, run: RunId);
}

/// Makes a test of every promise: `experiments_contract!(async { world })`, a world of its own for each.
#[macro_export]
macro_rules! experiments_contract {
    ($world:expr) => {
        $crate::experiments_contract!(@each $world;
            runs_come_newest_first_and_as_many_as_asked
            runs_of_one_experiment_or_of_those_that_go_on
            experiments_come_last_changed_first_without_the_archived
            one_of_a_list_is_the_same_alone
            who_has_no_role_cannot_tell_what_is_there
            a_missing_scope_is_said
            a_service_sees_what_a_viewer_sees
            a_forged_claim_is_refused
        );
    };
    (@each $world:expr; $($promise:ident)*) => {
        $(#[tokio::test]
        async fn $promise() {
            let world = $world.await;
            $crate::contract::experiment::$promise(&world).await;
        })*
    };
}

/// Numbered per workspace, and nothing of another workspace among them.
pub async fn runs_come_newest_first_and_as_many_as_asked(world: &dyn World) {
    let (here, there) = (world.workspace("here").await, world.workspace("there").await);
    let (one, other) = (world.write(here, "One").await, world.write(there, "Other").await);
    let mut made = Vec::new();
    for _ in 0..3 {
        made.insert(0, world.run(one).await);
        world.run(other).await;
    }
    let claim = world.member(here, Role::Viewer).await;
    let all = runs(world, &claim, here, None, false, 10).await;
    assert_eq!(ids(&all), made);
    assert_eq!(all.iter().map(|run| run.number).collect::<Vec<_>>(), [3, 2, 1]);
    assert_eq!(runs(world, &claim, here, None, false, 2).await, all[..2]);
}

/// Both ways of asking for less.
pub async fn runs_of_one_experiment_or_of_those_that_go_on(world: &dyn World) {
    let here = world.workspace("here").await;
    let (one, two) = (world.write(here, "One").await, world.write(here, "Two").await);
    let (first, second, third) = (world.run(one).await, world.run(two).await, world.run(one).await);
    world.end(first).await;
    let claim = world.member(here, Role::Viewer).await;
    assert_eq!(ids(&runs(world, &claim, here, Some(one), false, 10).await), [third, first]);
    assert_eq!(ids(&runs(world, &claim, here, None, true, 10).await), [third, second]);
    assert_eq!(ids(&runs(world, &claim, here, Some(one), true, 10).await), [third]);
    let ended = world.experiments().run(&claim, first).await.expect("a viewer looks");
    assert_eq!(ended.state, RunState::Ended);
    assert!(ended.verdict.is_some() && ended.ended_at.is_some(), "what has ended has a verdict");
}

/// A changed one comes to the front, an archived one goes, and may still be looked at by its id.
pub async fn experiments_come_last_changed_first_without_the_archived(world: &dyn World) {
    let here = world.workspace("here").await;
    let (one, two, three) = (world.write(here, "One").await, world.write(here, "Two").await, world.write(here, "Three").await);
    world.change(one).await;
    world.archive(two).await;
    let claim = world.member(here, Role::Viewer).await;
    let listed = world.experiments().experiments(&claim, here, 10).await.expect("a viewer looks").items;
    assert_eq!(listed.iter().map(|one| (one.id, one.version)).collect::<Vec<_>>(), [(one, 2), (three, 1)]);
    let first = world.experiments().experiments(&claim, here, 1).await.expect("a viewer looks").items;
    assert_eq!(first, listed[..1]);
    assert!(world.experiments().experiment(&claim, two).await.expect("a viewer looks").archived);
}

/// The same words everywhere.
pub async fn one_of_a_list_is_the_same_alone(world: &dyn World) {
    let here = world.workspace("here").await;
    let one = world.write(here, "One").await;
    let run = world.run(one).await;
    let claim = world.member(here, Role::Viewer).await;
    let listed = runs(world, &claim, here, None, false, 10).await;
    assert_eq!(world.experiments().run(&claim, run).await.as_ref(), Ok(&listed[0]));
    assert_eq!((listed[0].experiment_id, listed[0].workspace_id, listed[0].title.as_str()), (Some(one), here, "One"));
    let listed = world.experiments().experiments(&claim, here, 10).await.expect("a viewer looks").items;
    assert_eq!(world.experiments().experiment(&claim, one).await.as_ref(), Ok(&listed[0]));
}

/// A stranger, and a token for another workspace, get the very answer that what is not there gets.
pub async fn who_has_no_role_cannot_tell_what_is_there(world: &dyn World) {
    let (here, there) = (world.workspace("here").await, world.workspace("there").await);
    let one = world.write(here, "One").await;
    let run = world.run(one).await;
    let all = Scopes::all();
    for claim in [world.member(there, Role::Owner).await, world.token(there, all).await] {
        let ask = world.experiments();
        let nothing = ask.run(&claim, RunId::new(world.now())).await;
        assert_eq!(nothing.as_ref().map_err(|fault| fault.kind), Err(FaultKind::NotFound));
        assert_eq!(ask.run(&claim, run).await, nothing);
        let nothing = ask.experiment(&claim, ExperimentId::new(world.now())).await;
        assert_eq!(nothing.as_ref().map_err(|fault| fault.kind), Err(FaultKind::NotFound));
        assert_eq!(ask.experiment(&claim, one).await, nothing);
        let nowhere = WorkspaceId::new(world.now());
        assert_eq!(ask.runs(&claim, all_of(here)).await, ask.runs(&claim, all_of(nowhere)).await);
        let nothing = ask.experiments(&claim, nowhere, 10).await;
        assert_eq!(nothing.as_ref().map_err(|fault| fault.kind), Err(FaultKind::NotFound));
        assert_eq!(ask.experiments(&claim, here, 10).await, nothing);
    }
}

/// Who may know of the workspace is told what is missing.
pub async fn a_missing_scope_is_said(world: &dyn World) {
    let here = world.workspace("here").await;
    let one = world.write(here, "One").await;
    let run = world.run(one).await;
    let ask = world.experiments();
    let runs_only = world.token(here, [Scope::RunRead].into_iter().collect()).await;
    assert!(ask.run(&runs_only, run).await.is_ok() && ask.runs(&runs_only, all_of(here)).await.is_ok());
    assert_eq!(ask.experiment(&runs_only, one).await, Err(Fault::missing_scope(Scope::ExperimentRead)));
    assert_eq!(ask.experiments(&runs_only, here, 10).await, Err(Fault::missing_scope(Scope::ExperimentRead)));
    let experiments_only = world.token(here, [Scope::ExperimentRead].into_iter().collect()).await;
    assert!(ask.experiment(&experiments_only, one).await.is_ok());
    assert_eq!(ask.run(&experiments_only, run).await, Err(Fault::missing_scope(Scope::RunRead)));
    assert_eq!(ask.runs(&experiments_only, all_of(here)).await, Err(Fault::missing_scope(Scope::RunRead)));
}

/// In every workspace.
pub async fn a_service_sees_what_a_viewer_sees(world: &dyn World) {
    for name in ["here", "there"] {
        let workspace = world.workspace(name).await;
        let one = world.write(workspace, "One").await;
        let run = world.run(one).await;
        let (service, viewer) = (world.service().await, world.member(workspace, Role::Viewer).await);
        let ask = world.experiments();
        assert_eq!(ask.run(&service, run).await, ask.run(&viewer, run).await);
        assert_eq!(ask.runs(&service, all_of(workspace)).await, ask.runs(&viewer, all_of(workspace)).await);
        assert_eq!(ask.experiment(&service, one).await, ask.experiment(&viewer, one).await);
        assert_eq!(ask.experiments(&service, workspace, 10).await, ask.experiments(&viewer, workspace, 10).await);
        assert!(ask.run(&service, run).await.is_ok());
    }
}

/// Nonsense is nobody.
pub async fn a_forged_claim_is_refused(world: &dyn World) {
    let here = world.workspace("here").await;
    let one = world.write(here, "One").await;
    let run = world.run(one).await;
    let forged = SignedClaim::from_jwt("a.b.c");
    let ask = world.experiments();
    let answers = [
        ask.run(&forged, run).await.map(drop),
        ask.runs(&forged, all_of(here)).await.map(drop),
        ask.experiment(&forged, one).await.map(drop),
        ask.experiments(&forged, here, 10).await.map(drop),
    ];
    for answer in answers {
        assert_eq!(
            answer.map_err(|fault| (fault.kind, fault.code)),
            Err((FaultKind::Unauthenticated, "invalid-claim".to_owned()))
        );
    }
}

fn all_of(workspace: WorkspaceId) -> RunsAsk {
    RunsAsk { workspace, experiment: None, active: false, limit: 10 }
}

async fn runs(
    world: &dyn World,
    claim: &SignedClaim,
    workspace: WorkspaceId,
    experiment: Option<ExperimentId>,
    active: bool,
    limit: u32,
) -> Vec<RunSummary> {
    let ask = RunsAsk { workspace, experiment, active, limit };
    world.experiments().runs(claim, ask).await.expect("a viewer looks").items
}

fn ids(runs: &[RunSummary]) -> Vec<RunId> {
    runs.iter().map(|run| run.id).collect()
}
