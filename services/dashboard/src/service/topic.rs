//! What one can listen to on the stream: `hub:<id>`, `run:<id>`, `workspace:<id>`.

use super::kinds::Needs;
use crate::words::HubId;
use chaoshub_facade::experiment::RunId;
use chaoshub_kernel::{Fault, WorkspaceId};
use std::{collections::BTreeSet, fmt, str::FromStr};

/// How many topics one stream may have.
pub const MOST_TOPICS: usize = 64;

/// One thing to listen to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Topic {
    /// A hub and its cards.
    Hub(HubId),
    /// One run, closely.
    Run(RunId),
    /// Every run of a workspace.
    Workspace(WorkspaceId),
}

impl Topic {
    /// The topics of a comma-separated list, each once.
    ///
    /// # Errors
    /// `invalid-topic` or `too-many-topics`.
    pub fn list(text: &str) -> Result<Vec<Self>, Fault> {
        let topics: BTreeSet<Self> = text.split(',').map(|topic| topic.trim().parse()).collect::<Result<_, _>>()?;
        if topics.len() > MOST_TOPICS {
            return Err(Fault::invalid("too-many-topics", format!("a stream has at most {MOST_TOPICS} topics")));
        }
        Ok(topics.into_iter().collect())
    }
}

/// Where the data of cards of a hub that need these scopes is published, so that it reaches nobody without them.
#[must_use]
pub fn of_cards(hub: HubId, needs: Needs) -> String {
    format!("{}/{needs}", Topic::Hub(hub))
}

impl FromStr for Topic {
    type Err = Fault;
    fn from_str(text: &str) -> Result<Self, Fault> {
        let topic = text.split_once(':').and_then(|(kind, id)| match kind {
            "hub" => id.parse().ok().map(Self::Hub),
            "run" => id.parse().ok().map(Self::Run),
            "workspace" => id.parse().ok().map(Self::Workspace),
            _ => None,
        });
        topic.ok_or_else(|| Fault::invalid("invalid-topic", "a topic is `hub:<id>`, `run:<id>` or `workspace:<id>`"))
    }
}

impl fmt::Display for Topic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Hub(id) => write!(f, "hub:{id}"),
            Self::Run(id) => write!(f, "run:{id}"),
            Self::Workspace(id) => write!(f, "workspace:{id}"),
        }
    }
}
