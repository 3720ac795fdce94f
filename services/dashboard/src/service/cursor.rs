//! How far a feed has been read. Saved with every effect in the database; news without one only move it in memory,
//! so that they reach browsers without waiting for a disk.

use crate::store::{ConnectionTrait, cursors};
use chaoshub_chassis::db::{self, Db};
use chaoshub_kernel::Fault;
use std::{
    sync::Mutex,
    time::{Duration, Instant},
};

/// How far the saved number may lag behind: what is read again after a crash concerns browsers that are gone anyway.
const SAVE_EVERY: Duration = Duration::from_secs(5);

/// The place in one feed.
pub struct Cursor {
    db: Db,
    feed: &'static str,
    held: Mutex<Held>,
}

struct Held {
    number: Option<i64>,
    saved: Option<Instant>,
}

impl Cursor {
    /// The place in the feed of that name.
    pub fn new(db: Db, feed: &'static str) -> Self {
        Self { db, feed, held: Mutex::new(Held { number: None, saved: None }) }
    }

    /// The number of the last news that were dealt with.
    pub async fn get(&self) -> Result<i64, Fault> {
        let held = self.held().number;
        match held {
            Some(number) => Ok(number),
            None => cursors::get(&self.db, self.feed).await.map_err(db::fault),
        }
    }

    /// Whether it should be saved now although nothing else is.
    pub fn is_due(&self) -> bool {
        self.held().saved.is_none_or(|at| at.elapsed() >= SAVE_EVERY)
    }

    /// Saves it with the effect that `tx` has; [`Cursor::passed`] follows once that is committed.
    pub async fn save(&self, tx: &impl ConnectionTrait, number: i64) -> Result<(), Fault> {
        cursors::set(tx, self.feed, number).await.map_err(db::fault)
    }

    /// News up to `number` were dealt with.
    pub fn passed(&self, number: i64, saved: bool) {
        let mut held = self.held();
        held.number = Some(number);
        if saved {
            held.saved = Some(Instant::now());
        }
    }

    fn held(&self) -> std::sync::MutexGuard<'_, Held> {
        self.held.lock().expect("no panic happens under this lock")
    }
}
