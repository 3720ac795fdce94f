//! Whether the parts still move: each is asked every second. One that is silent for as long as any part waits for another is
//! asked nothing more until it moves again; one that stays silent is to be started again.

use super::Doors;
use crate::part::Part;
use std::{collections::HashMap, sync::Arc, time::Duration};
use tokio::{sync::watch, time::Instant};

/// How often a part is asked.
const EVERY: Duration = Duration::from_secs(1);

/// Silent for so long, a part is given up for now: as long as one part waits for another.
const FROZEN: Duration = Duration::from_secs(4);

/// Silent for so long, it is started again. Longer than a disk or a debugger holds a process up, and than an experiment
/// that freezes one.
const LOST: Duration = Duration::from_secs(60);

/// Since when each part has been silent.
#[derive(Clone)]
pub(super) struct Pulses(Arc<HashMap<Part, watch::Sender<Option<Instant>>>>);

impl Pulses {
    /// Nobody has been asked yet.
    pub(super) fn new() -> Self {
        Self(Arc::new(Part::ALL.into_iter().map(|part| (part, watch::Sender::new(None))).collect()))
    }

    /// Asks a part for ever.
    pub(super) async fn feel(self, part: Part, doors: Arc<Doors>, http: reqwest::Client) {
        let mut turns = tokio::time::interval(EVERY);
        let mut told = false;
        turns.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            turns.tick().await;
            // One that is not there is being started already.
            let Some(address) = *doors[&part].borrow() else { continue };
            let asked = Instant::now();
            let answer = http.get(format!("http://{address}/livez")).timeout(FROZEN).send().await;
            if *doors[&part].borrow() != Some(address) {
                continue;
            }
            self.heard(part, asked, answer.is_ok_and(|answer| answer.status().is_success()));
            let frozen = (*self.0[&part].borrow()).is_some_and(|since| since.elapsed() >= FROZEN);
            match (frozen, told) {
                (true, false) => tracing::warn!(part = %part, "a part does not move; it is asked nothing more until it does"),
                (false, true) => tracing::info!(part = %part, "a part moves again"),
                _ => {}
            }
            told = frozen;
        }
    }

    /// The part answered a question that was asked then, or not.
    fn heard(&self, part: Part, asked: Instant, well: bool) {
        self.0[&part].send_if_modified(|silent| {
            let before = *silent;
            *silent = if well { None } else { before.or(Some(asked)) };
            *silent != before
        });
    }

    /// The part is known to move, as after it was started.
    pub(super) fn moves(&self, part: Part) {
        self.0[&part].send_replace(None);
    }

    /// Waits until the part is silent for too long to be waited for.
    pub(super) async fn frozen(&self, part: Part) {
        self.silent(part, FROZEN).await;
    }

    /// Waits until the part is silent for so long that it is to be started again.
    pub(super) async fn lost(&self, part: Part) {
        self.silent(part, LOST).await;
    }

    async fn silent(&self, part: Part, long: Duration) {
        let mut hears = self.0[&part].subscribe();
        loop {
            // The sender lives in self.
            let Ok(since) = hears.wait_for(Option::is_some).await.map(|since| *since) else { return };
            let Some(since) = since else { continue };
            tokio::select! {
                () = tokio::time::sleep_until(since + long) => return,
                _ = hears.wait_for(Option::is_none) => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_silent_part_is_frozen_then_lost_and_one_that_moves_again_is_neither() {
        let pulses = Pulses::new();
        let ago =
            |seconds: u64| Instant::now().checked_sub(Duration::from_secs(seconds)).expect("this machine runs for a minute");
        let soon = Duration::from_millis(50);
        pulses.heard(Part::Auth, ago(3), false);
        assert!(tokio::time::timeout(soon, pulses.frozen(Part::Auth)).await.is_err(), "it may still answer");
        pulses.moves(Part::Auth);
        pulses.heard(Part::Auth, ago(5), false);
        tokio::time::timeout(soon, pulses.frozen(Part::Auth)).await.expect("it is frozen");
        assert!(tokio::time::timeout(soon, pulses.lost(Part::Auth)).await.is_err(), "it may come back");
        assert!(tokio::time::timeout(soon, pulses.frozen(Part::Web)).await.is_err(), "the others move");
        pulses.heard(Part::Auth, Instant::now(), true);
        assert!(tokio::time::timeout(soon, pulses.frozen(Part::Auth)).await.is_err(), "it moves again");
        pulses.heard(Part::Auth, ago(61), false);
        tokio::time::timeout(soon, pulses.lost(Part::Auth)).await.expect("it is lost");
    }
}
