//! Getting the tools ready in the background, and knowing how far that is.

use crate::{
    spawner::Tools,
    toolchain::{self, Recipe},
};
use chaoshub_facade::launcher::Readiness;
use std::time::Duration;
use tokio::sync::watch;

/// The pause after a first failure; it doubles.
const FIRST_PAUSE: Duration = Duration::from_secs(5);

/// The longest pause between two attempts.
const LONGEST_PAUSE: Duration = Duration::from_secs(300);

/// How far the tools are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tooling {
    /// They are being prepared.
    Preparing,
    /// They are there.
    Ready(Tools),
    /// It failed, for the reason told; it will be tried again.
    Failed(String),
}

impl Tooling {
    /// The same in words for a person.
    #[must_use]
    pub fn readiness(&self) -> Readiness {
        match self {
            Self::Preparing => Readiness {
                ready: false,
                detail: Some("the tools that runs need are being prepared; this takes a moment the first time".to_owned()),
            },
            Self::Ready(_) => Readiness { ready: true, detail: None },
            Self::Failed(why) => Readiness {
                ready: false,
                detail: Some(format!("the tools that runs need could not be prepared, and will be tried again: {why}")),
            },
        }
    }
}

/// Prepares the tools, again and again until they are there.
pub(crate) async fn prepare(recipe: Recipe, tooling: watch::Sender<Tooling>) {
    let mut pause = FIRST_PAUSE;
    loop {
        match toolchain::prepare_by(&recipe).await {
            Ok(toolchain) => {
                tooling.send_replace(Tooling::Ready(toolchain.tools()));
                return;
            }
            Err(error) => {
                tracing::warn!(%error, retry_in_s = pause.as_secs(), "the tools that runs need could not be prepared");
                tooling.send_replace(Tooling::Failed(error.to_string()));
            }
        }
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}
