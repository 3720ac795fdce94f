//! The hub that a new workspace opens with.

use super::kinds::Registry;
use crate::{
    entity::{hub, widget},
    store::{self, ConnectionTrait, hubs},
    words::{HubId, WidgetId},
};
use chaoshub_chassis::db;
use chaoshub_kernel::{Envelope, Fault};
use serde_json::{Value, json};

/// What the default hub holds: kind, title, configuration, and x, y, w, h.
fn cards(home: &str) -> [(&'static str, &'static str, Value, [i32; 4]); 4] {
    [
        ("text", "Welcome", json!({"markdown": text(home)}), [0, 0, 5, 6]),
        ("live-run", "Live runs", json!({}), [5, 0, 7, 6]),
        ("experiments", "Experiments", json!({"limit": 10}), [0, 6, 7, 8]),
        ("activity", "Activity", json!({"limit": 20}), [7, 6, 5, 8]),
    ]
}

fn text(home: &str) -> String {
    format!(
        "**[Experiments]({home}/experiments)** say what you believe about your systems, and how you try it. \
         **[Runs]({home}/runs)** show what came of it, wherever they were started.\n\n\
         This page is yours: move, change and remove its cards as you like."
    )
}

/// Makes the default hub of the workspace that `news` tell of. Once: the same news again change nothing.
pub async fn prepare(tx: &impl ConnectionTrait, kinds: &Registry, news: &Envelope) -> Result<(), Fault> {
    let Some(workspace) = news.workspace.or_else(|| news.subject.parse().ok()) else {
        tracing::warn!(number = news.number, "news of a workspace do not say which; passing over them");
        return Ok(());
    };
    let word = |name: &str| news.data.get(name).and_then(Value::as_str).unwrap_or_default();
    let title = if word("title").is_empty() { word("name") } else { word("title") };
    let id = HubId::new(news.at);
    let row = hub::Model {
        id: id.to_string(),
        workspace: workspace.to_string(),
        title: title.to_owned(),
        description: String::new(),
        is_default: true,
        created_at: news.at,
        updated_at: news.at,
    };
    if !hubs::add(tx, row).await.map_err(db::fault)? {
        return Ok(());
    }
    let home = format!("/{}/{}", word("organization"), word("name"));
    for (kind, title, config, [x, y, w, h]) in cards(&home) {
        let selectors = kinds.check(kind, &config)?.selectors(workspace, &config);
        let widget = WidgetId::new(news.at);
        let row = widget::Model {
            id: widget.to_string(),
            hub: id.to_string(),
            kind: kind.to_owned(),
            title: title.to_owned(),
            config,
            x,
            y,
            w,
            h,
        };
        store::widgets::add(tx, vec![row]).await.map_err(db::fault)?;
        store::subjects::set(tx, widget, id, &selectors).await.map_err(db::fault)?;
    }
    Ok(())
}
