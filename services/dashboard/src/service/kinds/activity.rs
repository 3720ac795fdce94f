//! What happened in the workspace lately.

use super::{ListConfig, Selector, Sources, WidgetKind, read, value};
use crate::{service::news, store};
use async_trait::async_trait;
use chaoshub_chassis::db;
use chaoshub_kernel::{Fault, Scope, WorkspaceId};
use serde_json::{Value, json};

/// How many activities are read to fold them: uploads come by the hundred.
const READ: u64 = 300;

pub(super) struct ActivityList;

#[async_trait]
impl WidgetKind for ActivityList {
    fn name(&self) -> &'static str {
        "activity"
    }

    fn title(&self) -> &'static str {
        "Activity"
    }

    fn description(&self) -> &'static str {
        "Who did what in this workspace lately."
    }

    fn config_schema(&self) -> Value {
        ListConfig::schema()
    }

    fn size(&self) -> (i32, i32) {
        (5, 10)
    }

    fn selectors(&self, workspace: WorkspaceId, _: &Value) -> Vec<Selector> {
        vec![Selector::WorkspaceActivity(workspace)]
    }

    fn needs(&self) -> &'static [Scope] {
        &[Scope::WorkspaceRead, Scope::ExperimentRead, Scope::RunRead]
    }

    async fn fetch(&self, sources: &Sources, workspace: WorkspaceId, config: &Value) -> Result<Value, Fault> {
        let limit = usize::try_from(read::<ListConfig>(config)?.limit).unwrap_or(usize::MAX);
        let rows = store::activities::newest(&sources.db, workspace, READ).await.map_err(db::fault)?;
        let mut items = news::folded(rows);
        items.truncate(limit);
        Ok(json!({"items": value(items)}))
    }
}
