//! What happened in the workspace lately.

use super::{ListConfig, Selector, Sources, WidgetKind, read, value};
use crate::{service::news, store};
use async_trait::async_trait;
use chaoshub_chassis::db;
use chaoshub_kernel::{Fault, Scope, WorkspaceId};
use serde_json::{Value, json};

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
        let limit = u64::from(read::<ListConfig>(config)?.limit);
        let rows = store::activities::newest(&sources.db, workspace, limit).await.map_err(db::fault)?;
        let items: Vec<_> = rows.into_iter().map(news::activity).collect();
        Ok(json!({"items": value(items)}))
    }
}
