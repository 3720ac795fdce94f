//! The experiments of the workspace with the marks of their last runs.

use super::{ListConfig, Selector, Sources, WidgetKind, read, value};
use async_trait::async_trait;
use chaoshub_kernel::{Fault, Scope, WorkspaceId};
use serde_json::{Value, json};

pub(super) struct ExperimentList;

#[async_trait]
impl WidgetKind for ExperimentList {
    fn name(&self) -> &'static str {
        "experiments"
    }

    fn title(&self) -> &'static str {
        "Experiments"
    }

    fn description(&self) -> &'static str {
        "The experiments of this workspace, last changed first, and how their last runs went."
    }

    fn config_schema(&self) -> Value {
        ListConfig::schema()
    }

    fn size(&self) -> (i32, i32) {
        (7, 10)
    }

    fn selectors(&self, workspace: WorkspaceId, _: &Value) -> Vec<Selector> {
        vec![Selector::WorkspaceExperiments(workspace), Selector::WorkspaceRuns(workspace)]
    }

    fn needs(&self) -> &'static [Scope] {
        &[Scope::ExperimentRead]
    }

    async fn fetch(&self, sources: &Sources, workspace: WorkspaceId, config: &Value) -> Result<Value, Fault> {
        let limit = read::<ListConfig>(config)?.limit;
        let claim = sources.identity.claim().await?;
        let experiments = sources.experiments.experiments(&claim, workspace, limit).await?;
        Ok(json!({"items": value(experiments.items)}))
    }
}
