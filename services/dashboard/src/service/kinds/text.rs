//! A text. The markdown travels as it was written; whoever shows it makes it safe.

use super::{Selector, Sources, WidgetKind};
use async_trait::async_trait;
use chaoshub_kernel::{Fault, Scope, WorkspaceId};
use serde_json::{Value, json};

pub(super) struct Text;

#[async_trait]
impl WidgetKind for Text {
    fn name(&self) -> &'static str {
        "text"
    }

    fn title(&self) -> &'static str {
        "Text"
    }

    fn description(&self) -> &'static str {
        "A note for everybody who opens this hub, in Markdown."
    }

    fn config_schema(&self) -> Value {
        json!({
            "type": "object",
            "additionalProperties": false,
            "required": ["markdown"],
            "properties": {
                "markdown": {"type": "string", "maxLength": 20_000, "title": "Text", "format": "markdown"}
            }
        })
    }

    fn size(&self) -> (i32, i32) {
        (4, 6)
    }

    fn selectors(&self, _: WorkspaceId, _: &Value) -> Vec<Selector> {
        Vec::new()
    }

    fn needs(&self) -> &'static [Scope] {
        &[]
    }

    async fn fetch(&self, _: &Sources, _: WorkspaceId, config: &Value) -> Result<Value, Fault> {
        Ok(json!({"markdown": config["markdown"]}))
    }
}
