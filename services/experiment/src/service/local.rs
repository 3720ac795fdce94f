//! The facade in its local form: verifies the claim, asks auth what it may do, answers what a viewer sees.

use super::{Experiment, run_list::UNENDED, view};
use crate::store::{
    self,
    run_list::{Filter, Order},
};
use async_trait::async_trait;
use chaoshub_chassis::db::fault;
use chaoshub_facade::{
    auth::{Access, WorkspaceRef},
    experiment::{ExperimentId, ExperimentSummary, Experiments, RunId, RunSummary, RunsAsk},
};
use chaoshub_kernel::{Fault, FaultKind, Page, PageAsk, Scope, SignedClaim, WorkspaceId};

#[async_trait]
impl Experiments for Experiment {
    async fn runs(&self, claim: &SignedClaim, ask: RunsAsk) -> Result<Page<RunSummary>, Fault> {
        self.let_in(claim, ask.workspace, "workspace").await?.need(Scope::RunRead)?;
        let limit = u64::from(ask.limit.clamp(1, 200));
        let states = if ask.active { UNENDED.to_vec() } else { Vec::new() };
        let filter = Filter { experiment: ask.experiment, states, ..Filter::default() };
        let found = self.listed(ask.workspace, &filter, Order::NEWEST, None, limit).await?;
        Ok(Page { items: found.items, next: found.next })
    }

    async fn run(&self, claim: &SignedClaim, run: RunId) -> Result<RunSummary, Fault> {
        self.edge.verifier.verify(claim).await?;
        let row = store::runs::get(&self.db, run).await.map_err(fault)?.ok_or_else(|| Fault::not_found("run"))?;
        let summary = view::run_summary(&row).map_err(fault)?;
        self.let_in(claim, summary.workspace_id, "run").await?.need(Scope::RunRead)?;
        Ok(summary)
    }

    async fn experiments(
        &self,
        claim: &SignedClaim,
        workspace: WorkspaceId,
        limit: u32,
    ) -> Result<Page<ExperimentSummary>, Fault> {
        self.let_in(claim, workspace, "workspace").await?.need(Scope::ExperimentRead)?;
        let filter = store::experiments::Filter { archived: Some(false), ..Default::default() };
        self.summaries(workspace, filter, &PageAsk { limit: Some(limit), after: None }).await
    }

    async fn experiment(&self, claim: &SignedClaim, experiment: ExperimentId) -> Result<ExperimentSummary, Fault> {
        self.edge.verifier.verify(claim).await?;
        let unknown = || Fault::not_found("experiment");
        let row = store::experiments::get(&self.db, experiment).await.map_err(fault)?.ok_or_else(unknown)?;
        let mut marks = store::runs::marks(&self.db, std::slice::from_ref(&row.id)).await.map_err(fault)?;
        let summary = view::experiment_summary(&row, marks.remove(&row.id).unwrap_or_default()).map_err(fault)?;
        self.let_in(claim, summary.workspace_id, "experiment").await?.need(Scope::ExperimentRead)?;
        Ok(summary)
    }
}

impl Experiment {
    /// The bearer's rights in a workspace; what one may not know of is not there.
    async fn let_in(&self, claim: &SignedClaim, workspace: WorkspaceId, what: &str) -> Result<Access, Fault> {
        self.edge.verifier.verify(claim).await?;
        self.edge.auth.access(claim, WorkspaceRef::Id(workspace)).await.map_err(|refused| match refused.kind {
            FaultKind::NotFound => Fault::not_found(what),
            _ => refused,
        })
    }
}
