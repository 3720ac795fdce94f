//! The words of hubs and widgets as they travel: ids, what a page shows, what a stream says.

use chaoshub_facade::experiment::{ExperimentId, RunEvent, RunId, RunSummary, Verdict};
use chaoshub_kernel::{Scope, WorkspaceId, id};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::{fmt::Debug, str::FromStr};
use utoipa::ToSchema;

id!(HubId, "hub", "A page of widgets.");
id!(WidgetId, "wid", "A card on a hub.");
id!(ActivityId, "act", "Something that happened in a workspace.");

/// How many columns a hub has.
pub const COLUMNS: i32 = 12;

/// An id or word as this service wrote it into its own database.
///
/// # Panics
/// When something else wrote there.
pub fn trusted<T: FromStr<Err: Debug>>(text: &str) -> T {
    text.parse().expect("this service wrote it and writes only what it can read")
}

/// A hub in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct HubSummary {
    /// Its id.
    pub id: HubId,
    /// Its workspace.
    pub workspace_id: WorkspaceId,
    /// Its title.
    pub title: String,
    /// What it is for.
    pub description: String,
    /// Whether it is the one that the workspace opens with.
    pub is_default: bool,
    /// When it or one of its widgets was last changed.
    pub updated_at: DateTime<Utc>,
}

/// A hub with everything on it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Hub {
    /// What a list shows of it.
    #[serde(flatten)]
    pub summary: HubSummary,
    /// Its cards in reading order.
    pub widgets: Vec<Widget>,
    /// Whether the caller may change it.
    pub can_write: bool,
}

/// A card on a hub. The grid has 12 columns; a row is 40 px.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Widget {
    /// Its id.
    pub id: WidgetId,
    /// Its hub.
    pub hub_id: HubId,
    /// Its kind, one of `GET /api/v1/widget-kinds`.
    pub kind: String,
    /// Its title.
    pub title: String,
    /// Its configuration, valid against the schema of its kind.
    #[schema(value_type = Object)]
    pub config: serde_json::Value,
    /// Column of its left edge, from 0.
    pub x: i32,
    /// Row of its top edge, from 0.
    pub y: i32,
    /// Width in columns.
    pub w: i32,
    /// Height in rows.
    pub h: i32,
    /// What it shows.
    pub data: WidgetData,
}

/// How good the data of a card is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum WidgetState {
    /// As it is now.
    Ready,
    /// The last good value; it could not be read anew.
    Stale,
    /// There is no value to show.
    Error,
}

/// What a card shows: the same on page load and on the stream.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct WidgetData {
    /// How good it is.
    pub state: WidgetState,
    /// When the value was read.
    pub as_of: DateTime<Utc>,
    /// The value, in the form of its kind.
    #[schema(value_type = Option<Object>)]
    pub value: Option<serde_json::Value>,
    /// Why it is not ready, for a person.
    pub error: Option<String>,
}

impl WidgetData {
    /// For somebody who lacks these scopes: the card's frame, and what is needed to see more.
    #[must_use]
    pub fn withheld(missing: &[Scope], now: DateTime<Utc>) -> Self {
        let scopes: Vec<_> = missing.iter().map(|scope| scope.as_str()).collect();
        Self { state: WidgetState::Error, as_of: now, value: None, error: Some(format!("needs {}", scopes.join(", "))) }
    }

    /// Whether a browser that shows this would draw `other` in another way.
    #[must_use]
    pub fn differs(&self, other: &Self) -> bool {
        self.state != other.state || self.value != other.value || self.error != other.error
    }
}

/// Where a card lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rect {
    /// Column of the left edge, from 0.
    pub x: i32,
    /// Row of the top edge, from 0.
    pub y: i32,
    /// Width in columns.
    pub w: i32,
    /// Height in rows.
    pub h: i32,
}

/// What an activity is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ObjectKind {
    /// An experiment.
    Experiment,
    /// A run.
    Run,
    /// A member of the workspace.
    Member,
    /// The workspace itself.
    Workspace,
    /// A hub.
    Hub,
}

impl ObjectKind {
    const ALL: [Self; 5] = [Self::Experiment, Self::Run, Self::Member, Self::Workspace, Self::Hub];

    /// The kind as it is written.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Experiment => "experiment",
            Self::Run => "run",
            Self::Member => "member",
            Self::Workspace => "workspace",
            Self::Hub => "hub",
        }
    }
}

impl FromStr for ObjectKind {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text).ok_or_else(|| format!("`{text}` is no kind of object"))
    }
}

/// Something that happened in a workspace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Activity {
    /// Its id.
    pub id: ActivityId,
    /// When.
    pub at: DateTime<Utc>,
    /// The name of the account that did it; none when nobody in particular did.
    pub account: Option<String>,
    /// What was done: `created`, `changed`, `archived`, `restored`, `adopted`, `merged`, `separated`, `started`, `ran`,
    /// `uploaded`; of a member `became`, `left`.
    pub verb: String,
    /// To what kind of thing.
    pub object_kind: ObjectKind,
    /// To which.
    pub object_id: String,
    /// Its title at that time; of a member the role.
    pub title: String,
    /// What the run means, when one ended.
    pub verdict: Option<Verdict>,
    /// How many this stands for: journals that the same account uploaded one after the other.
    pub count: u32,
}

/// One message of the stream; `event:` names the kind, and `resync` (an empty object) says that messages were missed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(untagged)]
pub enum StreamMessage {
    /// `event: widget`, on `hub:` topics: a card shows something else now.
    Widget {
        /// The topic.
        topic: String,
        /// The card.
        widget: WidgetId,
        /// What it shows.
        data: WidgetData,
    },
    /// `event: hub`, on `hub:` topics: the hub itself was changed; read it again.
    Hub {
        /// The topic.
        topic: String,
        /// The hub.
        hub: HubId,
    },
    /// `event: events`, on `run:` topics: the run has new events.
    Events {
        /// The topic.
        topic: String,
        /// The run.
        run: RunId,
        /// The new events.
        events: Vec<RunEvent>,
    },
    /// `event: run`, on `run:` and `workspace:` topics: a run moved.
    Run {
        /// The topic.
        topic: String,
        /// The run as it stands.
        run: RunSummary,
    },
    /// `event: experiment`, on `workspace:` topics: an experiment or where its runs belong was changed; read it again.
    Experiment {
        /// The topic.
        topic: String,
        /// The experiment.
        experiment: ExperimentId,
    },
    /// `event: refused`, without an id: this topic may not be heard, or no longer; the others go on.
    Refused {
        /// The topic.
        topic: String,
        /// Why, as a problem would say it: `not-found`, `missing-scope`.
        code: String,
    },
}
