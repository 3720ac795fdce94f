//! News of a change, as it travels from a service's outbox to its followers.

use crate::WorkspaceId;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// One entry of a feed. `number` grows without going back inside one service; the rest has the meaning of CloudEvents 1.0.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Envelope {
    /// Place in the feed of its service, from 1.
    pub number: i64,
    /// What happened, such as `run.changed`.
    pub kind: String,
    /// The id of what it happened to.
    pub subject: String,
    /// The workspace it belongs to, when it belongs to one.
    pub workspace: Option<WorkspaceId>,
    /// When.
    pub at: DateTime<Utc>,
    /// Particulars, small.
    pub data: serde_json::Value,
}
