//! Hubs: reading one with everything on it, and changing it. The last writer wins.

use super::{Dashboard, places, rights, selector::Selector, tags, topic::Topic};
use crate::{
    entity::{activity, hub, widget},
    store,
    words::{ActivityId, Hub, HubId, HubSummary, ObjectKind, Rect, StreamMessage, Widget, WidgetData, WidgetId, trusted},
};
use chaoshub_chassis::{
    db,
    http::{Caller, IfMatch},
    outbox::{Change, News},
};
use chaoshub_facade::auth::WorkspaceRef;
use chaoshub_kernel::{Fault, Page, PageAsk, Scope, Scopes};
use futures::future;
use serde_json::json;
use std::collections::{BTreeSet, HashSet};
use tokio::time::Instant;

/// More hubs than a team can name; keeps one workspace from filling the database.
const MOST_HUBS: u64 = 200;

/// The longest title and description, characters.
const LONGEST: (usize, usize) = (120, 2_000);

/// What is to be changed of a hub; none stays as it is.
#[derive(Debug, Default)]
pub struct HubEdit {
    /// The title.
    pub title: Option<String>,
    /// The description.
    pub description: Option<String>,
    /// Where cards lie; those not named stay where they are.
    pub layout: Vec<(WidgetId, Rect)>,
}

impl Dashboard {
    /// The hubs of a workspace, the default one first.
    pub async fn hubs(&self, caller: &Caller, workspace: WorkspaceRef, ask: &PageAsk) -> Result<Page<HubSummary>, Fault> {
        let workspace = caller.need(workspace, Scope::HubRead).await?.workspace;
        let after = ask.after.as_deref().map(read_cursor).transpose()?;
        let rows = store::hubs::list(&self.db, workspace, after, ask.limit() + 1).await.map_err(db::fault)?;
        Ok(Page::cut(rows, ask.limit(), write_cursor).map(summary))
    }

    /// A new hub without cards.
    pub async fn create_hub(&self, caller: &Caller, workspace: WorkspaceRef, title: &str) -> Result<Hub, Fault> {
        let workspace = caller.need(workspace, Scope::HubWrite).await?.workspace;
        let title = check_title(title)?;
        let now = self.ctx.clock.now();
        let row = hub::Model {
            id: HubId::new(now).to_string(),
            workspace: workspace.to_string(),
            title: title.clone(),
            description: String::new(),
            is_default: false,
            created_at: now,
            updated_at: now,
        };
        let done = activity::Model {
            number: 0,
            id: ActivityId::new(now).to_string(),
            workspace: workspace.to_string(),
            at: now,
            account: Some(caller.claim.name.clone()),
            verb: "created".to_owned(),
            object_kind: ObjectKind::Hub.as_str().to_owned(),
            object_id: row.id.clone(),
            title,
            verdict: None,
            source: None,
        };
        let mut tx = self.outbox.begin().await.map_err(db::fault)?;
        if store::hubs::count(&*tx, workspace).await.map_err(db::fault)? >= MOST_HUBS {
            return Err(Fault::conflict("too-many-hubs", format!("a workspace has at most {MOST_HUBS} hubs")));
        }
        store::hubs::add(&*tx, row.clone()).await.map_err(db::fault)?;
        store::activities::add(&*tx, vec![done], false).await.map_err(db::fault)?;
        self.tell(&mut tx, "hub.created", &row, &[], &[]).await?;
        tx.commit().await.map_err(db::fault)?;
        self.touch(&[Selector::WorkspaceActivity(workspace)].into()).await;
        Ok(Hub { summary: summary(row), widgets: Vec::new(), can_write: true })
    }

    /// A hub with everything on it, in bounded time: cards that are not ready come with what is there.
    pub async fn hub(&self, caller: &Caller, id: HubId) -> Result<Hub, Fault> {
        let (row, access) = self.hub_for(caller, id, Scope::HubRead).await?;
        let cards = store::widgets::of(&self.db, id).await.map_err(db::fault)?;
        let deadline = Instant::now() + self.page_wait;
        let shown = cards.into_iter().map(|card| self.shown(card, &access.scopes, deadline));
        let widgets = future::join_all(shown).await;
        Ok(Hub { summary: summary(row), widgets, can_write: access.scopes.has(Scope::HubWrite) })
    }

    /// Changes title, description and layout together.
    pub async fn edit_hub(&self, caller: &Caller, id: HubId, edit: HubEdit, made_from: &IfMatch) -> Result<Hub, Fault> {
        let (mut row, access) = self.hub_for(caller, id, Scope::HubWrite).await?;
        // The answer is the whole hub; whoever may not see that is told before anything is written.
        access.need(Scope::HubRead)?;
        let change = store::hubs::Change {
            title: edit.title.as_deref().map(check_title).transpose()?,
            description: edit.description.map(check_description).transpose()?,
        };
        if let Some(title) = &change.title {
            row.title.clone_from(title);
        }
        let mut seen = HashSet::new();
        for (widget, at) in &edit.layout {
            places::check(*at)?;
            if !seen.insert(widget) {
                return Err(Fault::invalid("invalid-layout", format!("the layout names {widget} twice")));
            }
        }
        let mut tx = self.outbox.begin().await.map_err(db::fault)?;
        if *made_from != IfMatch::Absent {
            // Read again inside: what was seen before may have been changed meanwhile.
            let now = store::hubs::get(&*tx, id).await.map_err(db::fault)?.ok_or_else(|| Fault::not_found("hub"))?;
            let cards = store::widgets::of(&*tx, id).await.map_err(db::fault)?;
            made_from.holds(&tags::of_rows(&now, &cards))?;
        }
        for (widget, at) in edit.layout {
            if !store::widgets::lay(&*tx, id, widget, at).await.map_err(db::fault)? {
                return Err(Fault::invalid("unknown-widget", format!("there is no {widget} on this hub; read it again")));
            }
        }
        store::hubs::change(&*tx, id, change, self.ctx.clock.now()).await.map_err(db::fault)?;
        self.tell(&mut tx, "hub.changed", &row, &[], &[]).await?;
        tx.commit().await.map_err(db::fault)?;
        self.publish_hub(id);
        self.hub(caller, id).await
    }

    /// Removes a hub with its cards.
    pub async fn delete_hub(&self, caller: &Caller, id: HubId) -> Result<(), Fault> {
        let (row, _) = self.hub_for(caller, id, Scope::HubWrite).await?;
        if row.is_default {
            return Err(Fault::conflict("default-hub", "this hub is the one that the workspace opens with; it stays"));
        }
        let mut tx = self.outbox.begin().await.map_err(db::fault)?;
        let cards = store::widgets::of(&*tx, id).await.map_err(db::fault)?;
        let cards: Vec<WidgetId> = cards.iter().map(|card| trusted(&card.id)).collect();
        store::hubs::remove(&*tx, id).await.map_err(db::fault)?;
        self.tell(&mut tx, "hub.deleted", &row, &[], &cards).await?;
        tx.commit().await.map_err(db::fault)?;
        for card in cards {
            self.cards.forget(card);
        }
        self.publish_hub(id);
        Ok(())
    }

    /// The hub and the caller's rights in its workspace, when `scope` is among them.
    pub(super) async fn hub_for(
        &self,
        caller: &Caller,
        id: HubId,
        scope: Scope,
    ) -> Result<(hub::Model, chaoshub_facade::auth::Access), Fault> {
        let row = store::hubs::get(&self.db, id).await.map_err(db::fault)?.ok_or_else(|| Fault::not_found("hub"))?;
        let access = rights(caller, trusted(&row.workspace), scope, "hub").await?;
        Ok((row, access))
    }

    /// A card with what it shows to somebody with these scopes: no more than they could read where it comes from.
    pub(super) async fn shown(&self, row: widget::Model, scopes: &Scopes, deadline: Instant) -> Widget {
        let (id, hub_id) = (trusted(&row.id), trusted(&row.hub));
        let data = match self.kinds.needs(&row.kind).missing(scopes) {
            missing if missing.is_empty() => self.cards.look(id, hub_id, deadline).await,
            missing => WidgetData::withheld(&missing, self.ctx.clock.now()),
        };
        let widget::Model { kind, title, config, x, y, w, h, .. } = row;
        Widget { id, hub_id, kind, title, config, x, y, w, h, data }
    }

    /// Tells other browsers to read the hub again.
    pub(super) fn publish_hub(&self, hub: HubId) {
        let topic = Topic::Hub(hub).to_string();
        self.live.publish(&topic, "hub", &StreamMessage::Hub { topic: topic.clone(), hub });
    }

    /// The cards that show any of this are out of date. Should they not be found, they are when they grow old.
    pub(super) async fn touch(&self, selectors: &BTreeSet<Selector>) {
        match store::subjects::concerned(&self.db, selectors).await {
            Ok(concerned) => concerned.into_iter().for_each(|(widget, hub)| self.cards.touch(widget, hub)),
            Err(cause) => _ = db::fault(cause),
        }
    }

    /// Adds news of a hub to a change: what the other replicas must read again of its cards, and which are gone.
    pub(super) async fn tell(
        &self,
        tx: &mut Change,
        kind: &'static str,
        hub: &hub::Model,
        renewed: &[WidgetId],
        gone: &[WidgetId],
    ) -> Result<(), Fault> {
        let data = json!({"title": hub.title, "replica": self.replica, "renewed": renewed, "gone": gone});
        let news = News { kind, subject: hub.id.clone(), workspace: Some(trusted(&hub.workspace)), data };
        tx.tell(news).await.map_err(db::fault)
    }
}

/// A title of a hub or card, without space around it.
pub(super) fn check_title(title: &str) -> Result<String, Fault> {
    let title = title.trim();
    if (1..=LONGEST.0).contains(&title.chars().count()) && !title.chars().any(char::is_control) {
        return Ok(title.to_owned());
    }
    Err(Fault::invalid("invalid-title", format!("a title is one line of 1 to {} characters", LONGEST.0)))
}

fn check_description(text: String) -> Result<String, Fault> {
    if text.chars().count() <= LONGEST.1 {
        return Ok(text);
    }
    Err(Fault::invalid("invalid-description", format!("a description has at most {} characters", LONGEST.1)))
}

fn summary(row: hub::Model) -> HubSummary {
    HubSummary {
        id: trusted(&row.id),
        workspace_id: trusted(&row.workspace),
        title: row.title,
        description: row.description,
        is_default: row.is_default,
        updated_at: row.updated_at,
    }
}

fn write_cursor(row: &hub::Model) -> String {
    format!("{}.{}", u8::from(row.is_default), row.id)
}

fn read_cursor(text: &str) -> Result<(bool, HubId), Fault> {
    let read = text.split_once('.').and_then(|(first, id)| Some((first == "1", id.parse().ok()?)));
    read.ok_or_else(|| Fault::invalid("invalid-cursor", "`after` is the `next` of the page before"))
}
