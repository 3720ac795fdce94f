//! The runs that have not ended yet.

use super::{Selector, Sources, WidgetKind, value};
use async_trait::async_trait;
use chaoshub_facade::experiment::RunsAsk;
use chaoshub_kernel::{Fault, Scope, WorkspaceId};
use serde_json::{Value, json};

/// More cannot be watched on one card.
const MOST: u32 = 20;

pub(super) struct LiveRun;

#[async_trait]
impl WidgetKind for LiveRun {
    fn name(&self) -> &'static str {
        "live-run"
    }

    fn title(&self) -> &'static str {
        "Live runs"
    }

    fn description(&self) -> &'static str {
        "What runs right now, how far it is, and what it does at this moment."
    }

    fn config_schema(&self) -> Value {
        json!({"type": "object", "additionalProperties": false, "properties": {}})
    }

    fn size(&self) -> (i32, i32) {
        (7, 7)
    }

    fn selectors(&self, workspace: WorkspaceId, _: &Value) -> Vec<Selector> {
        vec![Selector::WorkspaceRuns(workspace)]
    }

    fn needs(&self) -> &'static [Scope] {
        &[Scope::RunRead]
    }

    async fn fetch(&self, sources: &Sources, workspace: WorkspaceId, _: &Value) -> Result<Value, Fault> {
        let claim = sources.identity.claim().await?;
        let ask = RunsAsk { workspace, experiment: None, active: true, limit: MOST };
        let runs = sources.experiments.runs(&claim, ask).await?;
        Ok(json!({"runs": value(runs.items)}))
    }
}
