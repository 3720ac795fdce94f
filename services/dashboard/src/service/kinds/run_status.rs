//! How the last run of one experiment went.

use super::{Selector, Sources, WidgetKind, read, value};
use async_trait::async_trait;
use chaoshub_facade::experiment::{ExperimentId, RunsAsk};
use chaoshub_kernel::{Fault, Scope, WorkspaceId};
use serde::Deserialize;
use serde_json::{Value, json};

pub(super) struct RunStatus;

#[derive(Deserialize)]
struct Config {
    experiment: ExperimentId,
}

#[async_trait]
impl WidgetKind for RunStatus {
    fn name(&self) -> &'static str {
        "run-status"
    }

    fn title(&self) -> &'static str {
        "Last run"
    }

    fn description(&self) -> &'static str {
        "How the last run of one experiment went, or how far it is."
    }

    fn config_schema(&self) -> Value {
        json!({
            "type": "object",
            "additionalProperties": false,
            "required": ["experiment"],
            "properties": {
                "experiment": {
                    "type": "string", "title": "Experiment", "format": "experiment-id",
                    "pattern": "^exp_[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"
                }
            }
        })
    }

    fn size(&self) -> (i32, i32) {
        (4, 4)
    }

    fn selectors(&self, _: WorkspaceId, config: &Value) -> Vec<Selector> {
        read::<Config>(config).map_or_else(
            |_| Vec::new(),
            |Config { experiment }| vec![Selector::Experiment(experiment), Selector::ExperimentRuns(experiment)],
        )
    }

    fn needs(&self) -> &'static [Scope] {
        &[Scope::ExperimentRead, Scope::RunRead]
    }

    async fn fetch(&self, sources: &Sources, workspace: WorkspaceId, config: &Value) -> Result<Value, Fault> {
        let id = read::<Config>(config)?.experiment;
        let claim = sources.identity.claim().await?;
        let experiment = sources.experiments.experiment(&claim, id).await?;
        // A service may see every workspace; who looks at this hub may not.
        if experiment.workspace_id != workspace {
            return Err(Fault::not_found("experiment"));
        }
        let ask = RunsAsk { workspace, experiment: Some(id), active: false, limit: 1 };
        let runs = sources.experiments.runs(&claim, ask).await?;
        Ok(json!({
            "run": runs.items.first().map(value),
            "experiment": {"id": experiment.id, "title": experiment.title},
        }))
    }
}
