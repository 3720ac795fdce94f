//! How far a feed has been read: in memory, where each replica has a place of its own, so that its browsers hear
//! everything and without waiting for a disk; and in the database, where all have one, so that an effect happens once.

use crate::store::{ConnectionTrait, cursors};
use chaoshub_chassis::db::{self, Db};
use chaoshub_kernel::{Envelope, Fault};
use std::{
    sync::Mutex,
    time::{Duration, Instant},
};

/// How far the saved number may lag behind: what is read again after a crash concerns browsers that are gone anyway.
const SAVE_EVERY: Duration = Duration::from_secs(5);

/// This replica's place in one feed, and the one that is saved for all.
pub struct Cursor {
    feed: &'static str,
    held: Mutex<Held>,
}

struct Held {
    number: i64,
    saved: Option<Instant>,
}

impl Cursor {
    /// The place in the feed of that name: where all stand now. Before there are browsers, which miss what another
    /// replica deals with in between.
    pub async fn open(db: &Db, feed: &'static str) -> Result<Self, Fault> {
        let number = cursors::get(db, feed).await.map_err(db::fault)?;
        Ok(Self { feed, held: Mutex::new(Held { number, saved: None }) })
    }

    /// The number of the last news that were dealt with here; at first, of the last whose effect was saved.
    pub fn get(&self) -> i64 {
        self.held().number
    }

    /// Whether it should be saved now although nothing else is.
    pub fn is_due(&self) -> bool {
        self.held().saved.is_none_or(|at| at.elapsed() >= SAVE_EVERY)
    }

    /// Those of `all` whose effect no replica has saved yet: `tx` is to have it, and nobody else passes meanwhile. The
    /// saved place is after all of them once `tx` is committed; [`Cursor::passed`] follows.
    pub async fn fresh<'a>(&self, tx: &impl ConnectionTrait, all: &'a [Envelope]) -> Result<&'a [Envelope], Fault> {
        let saved = cursors::locked(tx, self.feed).await.map_err(db::fault)?;
        let fresh = &all[all.partition_point(|news| news.number <= saved)..];
        if let Some(last) = fresh.last() {
            cursors::set(tx, self.feed, last.number).await.map_err(db::fault)?;
        }
        Ok(fresh)
    }

    /// News up to `number` were dealt with.
    pub fn passed(&self, number: i64, saved: bool) {
        let mut held = self.held();
        held.number = number;
        if saved {
            held.saved = Some(Instant::now());
        }
    }

    fn held(&self) -> std::sync::MutexGuard<'_, Held> {
        self.held.lock().expect("no panic happens under this lock")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chaoshub_testkit::database::database;

    #[tokio::test]
    async fn a_replica_hears_what_another_one_has_dealt_with_since_it_began() {
        let db = database::<crate::Migrator>("dashboard").await;
        let here = Cursor::open(&db, "experiment").await.unwrap();
        cursors::set(&db, "experiment", 7).await.unwrap();
        assert_eq!(here.get(), 0);
        assert_eq!(Cursor::open(&db, "experiment").await.unwrap().get(), 7);
    }
}
