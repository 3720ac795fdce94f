//! How far a feed has been read: in memory, where each replica has a place of its own, so that its browsers hear
//! everything and without waiting for a disk; and in the database, where all have one, so that an effect happens once.

use crate::store::ConnectionTrait;
use chaoshub_chassis::{
    db::{self, Db},
    follow::{BATCH, cursors},
};
use chaoshub_facade::feed::Position;
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
    at: Position,
    saved: Option<Instant>,
    /// That news come which may have been dealt with before: the feed is of another history than it was.
    again: bool,
}

impl Cursor {
    /// The place in the feed of that name: where all stand now. Before there are browsers, which miss what another
    /// replica deals with in between.
    pub async fn open(db: &Db, feed: &'static str) -> Result<Self, Fault> {
        let at = cursors::get(db, feed).await.map_err(db::fault)?;
        Ok(Self { feed, held: Mutex::new(Held { at, saved: None, again: false }) })
    }

    /// After the last news that were dealt with here; at first, after the last whose effect was saved.
    pub fn get(&self) -> Position {
        self.held().at.clone()
    }

    /// Whether it should be saved now although nothing else is.
    pub fn is_due(&self) -> bool {
        self.held().saved.is_none_or(|at| at.elapsed() >= SAVE_EVERY)
    }

    /// Whether news come that may have been dealt with before.
    pub fn reads_again(&self) -> bool {
        self.held().again
    }

    /// Those of `all` whose effect no replica has saved yet: `tx` is to have it, and nobody else passes meanwhile. The
    /// saved place is `reached` once `tx` is committed; [`Cursor::passed`] follows.
    pub async fn fresh<'a>(
        &self,
        tx: &impl ConnectionTrait,
        all: &'a [Envelope],
        reached: &Position,
    ) -> Result<&'a [Envelope], Fault> {
        let saved = cursors::locked(tx, self.feed).await.map_err(db::fault)?;
        let fresh = &all[all.partition_point(|news| news.number <= saved.number)..];
        if !fresh.is_empty() || (saved.number == reached.number && saved != *reached) {
            cursors::set(tx, self.feed, reached).await.map_err(db::fault)?;
        }
        Ok(fresh)
    }

    /// News up to there were dealt with. True when these were the last of those that may have come before.
    pub fn passed(&self, reached: Position, saved: bool, news: usize) -> bool {
        let mut held = self.held();
        held.at = reached;
        if saved {
            held.saved = Some(Instant::now());
        }
        // A page that is not full ends where the feed does.
        let caught_up = held.again && news < BATCH as usize;
        held.again &= !caught_up;
        caught_up
    }

    /// Goes back to where the feed is surely the one that was read.
    pub async fn restart(&self, db: &Db, from: Position) -> Result<(), Fault> {
        cursors::set(db, self.feed, &from).await.map_err(db::fault)?;
        let mut held = self.held();
        held.at = from;
        held.again = true;
        Ok(())
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
        cursors::set(&db, "experiment", &7.into()).await.unwrap();
        assert_eq!(here.get().number, 0);
        assert_eq!(Cursor::open(&db, "experiment").await.unwrap().get().number, 7);
    }
}
