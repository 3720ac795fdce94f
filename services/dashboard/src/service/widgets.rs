//! Cards: putting them on a hub, configuring them, taking them off.

use super::{Dashboard, hubs::check_title, places, rights, tags};
use crate::{
    entity::{hub, widget},
    store,
    words::{HubId, Widget, WidgetId, trusted},
};
use chaoshub_chassis::{
    db,
    http::{Caller, IfMatch},
    outbox::Change,
};
use chaoshub_facade::auth::Access;
use chaoshub_kernel::{Fault, Scope};
use serde_json::Value;
use tokio::time::Instant;

/// More cards than fit on any page that can be read; keeps one page load bounded.
const MOST_WIDGETS: usize = 50;

impl Dashboard {
    /// A new card, laid where there is room.
    pub async fn create_widget(
        &self,
        caller: &Caller,
        hub: HubId,
        kind: &str,
        title: Option<&str>,
        config: Value,
    ) -> Result<Widget, Fault> {
        let (hub_row, access) = self.hub_for(caller, hub, Scope::HubWrite).await?;
        let kind = self.kinds.check(kind, &config)?;
        let title = check_title(title.unwrap_or(kind.title()))?;
        let selectors = kind.selectors(trusted(&hub_row.workspace), &config);
        let id = WidgetId::new(self.ctx.clock.now());
        let tx = self.outbox.begin().await.map_err(db::fault)?;
        let others = store::widgets::of(&*tx, hub).await.map_err(db::fault)?;
        if others.len() >= MOST_WIDGETS {
            return Err(Fault::conflict("hub-full", format!("a hub has at most {MOST_WIDGETS} cards")));
        }
        let at = places::free(&others, kind.size());
        let row = widget::Model {
            id: id.to_string(),
            hub: hub.to_string(),
            kind: kind.name().to_owned(),
            title,
            config,
            x: at.x,
            y: at.y,
            w: at.w,
            h: at.h,
        };
        store::widgets::add(&*tx, vec![row.clone()]).await.map_err(db::fault)?;
        store::subjects::set(&*tx, id, hub, &selectors).await.map_err(db::fault)?;
        self.commit(tx, &hub_row, &[], &[]).await?;
        Ok(self.shown(row, &access.scopes, Instant::now() + self.page_wait).await)
    }

    /// Changes title and configuration; none stays as it is.
    pub async fn edit_widget(
        &self,
        caller: &Caller,
        id: WidgetId,
        title: Option<&str>,
        config: Option<Value>,
        made_from: &IfMatch,
    ) -> Result<Widget, Fault> {
        let (row, hub, access) = self.widget_for(caller, id).await?;
        // The answer is the whole card, its text perhaps.
        access.need(Scope::HubRead)?;
        let title = title.map(check_title).transpose()?;
        let selectors = match &config {
            Some(config) => Some(self.kinds.check(&row.kind, config)?.selectors(trusted(&hub.workspace), config)),
            None => None,
        };
        let tx = self.outbox.begin().await.map_err(db::fault)?;
        if *made_from != IfMatch::Absent {
            let now = store::widgets::get(&*tx, id).await.map_err(db::fault)?;
            made_from.holds(&tags::of_row(&now.ok_or_else(|| Fault::not_found("widget"))?.0))?;
        }
        if title.is_some() || config.is_some() {
            store::widgets::change(&*tx, id, title, config).await.map_err(db::fault)?;
        }
        if let Some(selectors) = &selectors {
            store::subjects::set(&*tx, id, trusted(&hub.id), selectors).await.map_err(db::fault)?;
        }
        let changed = store::widgets::get(&*tx, id).await.map_err(db::fault)?;
        let (row, _) = changed.ok_or_else(|| Fault::not_found("widget"))?;
        let renewed = if selectors.is_some() { &[id][..] } else { &[] };
        self.commit(tx, &hub, renewed, &[]).await?;
        if selectors.is_some() {
            self.cards.renew(id);
        }
        Ok(self.shown(row, &access.scopes, Instant::now() + self.page_wait).await)
    }

    /// Takes a card off its hub.
    pub async fn delete_widget(&self, caller: &Caller, id: WidgetId) -> Result<(), Fault> {
        let (_, hub, _) = self.widget_for(caller, id).await?;
        let tx = self.outbox.begin().await.map_err(db::fault)?;
        store::widgets::remove(&*tx, id).await.map_err(db::fault)?;
        self.commit(tx, &hub, &[], &[id]).await?;
        self.cards.forget(id);
        Ok(())
    }

    async fn widget_for(&self, caller: &Caller, id: WidgetId) -> Result<(widget::Model, hub::Model, Access), Fault> {
        let found = store::widgets::get(&self.db, id).await.map_err(db::fault)?;
        let (row, hub) = found.ok_or_else(|| Fault::not_found("widget"))?;
        let access = rights(caller, trusted(&hub.workspace), Scope::HubWrite, "widget").await?;
        Ok((row, hub, access))
    }

    /// Ends a change of what lies on a hub.
    async fn commit(&self, mut tx: Change, hub: &hub::Model, renewed: &[WidgetId], gone: &[WidgetId]) -> Result<(), Fault> {
        let id = trusted(&hub.id);
        store::hubs::change(&*tx, id, store::hubs::Change::default(), self.ctx.clock.now()).await.map_err(db::fault)?;
        self.tell(&mut tx, "hub.changed", hub, renewed, gone).await?;
        tx.commit().await.map_err(db::fault)?;
        self.publish_hub(id);
        Ok(())
    }
}
