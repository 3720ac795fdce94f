//! Reading the feed on from a position, and noticing a position that is of another history: the database was restored,
//! emptied or replaced, and its numbers are given again.

use super::{Outbox, entity, envelope};
use crate::{db::is_shared, identity};
use chaoshub_facade::feed::{Broken, FeedPage, Position, mark};
use sea_orm::{ConnectionTrait, DbErr, QueryOrder, QuerySelect, Statement, entity::prelude::*};
use std::sync::atomic::Ordering;

/// Which feed this is, and which it was before it was restored.
#[derive(Debug, Clone)]
pub(super) struct Identity {
    feed: String,
    /// The identity before, and the last number that was given under it.
    before: Option<(String, i64)>,
}

impl Outbox {
    /// What comes after that position, or why nothing can.
    pub(super) async fn page(&self, after: &Position, limit: u32) -> Result<FeedPage, DbErr> {
        let identity = self.identity().await?;
        let page = FeedPage { feed: identity.feed.clone(), ..FeedPage::default() };
        if let Some(broken) = identity.refuses(after) {
            self.other_history();
            return Ok(FeedPage { broken: Some(broken), ..page });
        }
        // With the last one that was read, which says whether it is still the same.
        let rows = entity::Entity::find()
            .filter(entity::Column::Number.gte(after.number))
            .order_by_asc(entity::Column::Number)
            .limit(u64::from(limit) + 1)
            .all(&self.db)
            .await?;
        let mut events: Vec<_> = rows.into_iter().map(envelope).collect();
        let again = |why: String| {
            self.other_history();
            Ok(FeedPage { broken: Some(Broken { why, resume: 0 }), ..page.clone() })
        };
        match events.first() {
            Some(first) if first.number == after.number => {
                if after.mark.as_ref().is_some_and(|known| *known != mark(first)) {
                    return again(format!("its news {} are others than those that were read before", after.number));
                }
                events.remove(0);
            }
            None if after.number > 0 => {
                let last = self.last().await?;
                if after.number > last {
                    return again(format!("its last news are {last}, and {} were read before", after.number));
                }
            }
            _ => {}
        }
        events.truncate(limit as usize);
        Ok(FeedPage { events, ..page })
    }

    /// The number of the last news that were ever told; 0 when there were none.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn last(&self) -> Result<i64, DbErr> {
        last(&self.db).await
    }

    async fn identity(&self) -> Result<Identity, DbErr> {
        if let Some(known) = &*self.remembered() {
            return Ok(known.clone());
        }
        let feed = identity::get(&self.db, identity::FEED).await?.unwrap_or_default();
        let before = identity::get(&self.db, identity::FEED_BEFORE).await?;
        let before = before.as_deref().and_then(|before| before.split_once(' '));
        let before = before.and_then(|(feed, last)| Some((feed.to_owned(), last.parse().ok()?)));
        let read = Identity { feed, before };
        *self.remembered() = Some(read.clone());
        Ok(read)
    }

    /// Numbers may be given again, and what is remembered here may be of another history.
    pub(super) fn other_history(&self) {
        *self.remembered() = None;
        self.heed.upto.store(0, Ordering::Release);
        self.forget();
    }

    fn remembered(&self) -> std::sync::MutexGuard<'_, Option<Identity>> {
        self.identity.lock().expect("no panic happens under this lock")
    }
}

impl Identity {
    fn refuses(&self, after: &Position) -> Option<Broken> {
        let known = after.feed.as_ref().filter(|known| **known != self.feed)?;
        match &self.before {
            Some((before, last)) if before == known => {
                // What was read is in the backup, too: the follower reads on as if nothing had happened.
                let why = || format!("its database was restored from a backup that ends with news {last}");
                (after.number > *last).then(|| Broken { why: why(), resume: *last })
            }
            _ => Some(Broken { why: "its database is another one than before".to_owned(), resume: 0 }),
        }
    }
}

/// The number of the last news ever told in this database.
///
/// # Errors
/// When the database fails.
pub async fn last(db: &impl ConnectionTrait) -> Result<i64, DbErr> {
    let newest = entity::Entity::find().order_by_desc(entity::Column::Number).one(db).await?;
    if let Some(row) = newest {
        return Ok(row.number);
    }
    // Swept: the database remembers which number it gave last.
    let given = match is_shared(db) {
        true => "SELECT CASE WHEN is_called THEN last_value ELSE 0 END AS seq FROM outbox_number_seq",
        false => "SELECT seq FROM sqlite_sequence WHERE name = 'outbox'",
    };
    let row = db.query_one_raw(Statement::from_string(db.get_database_backend(), given)).await?;
    row.map_or(Ok(0), |row| row.try_get("", "seq"))
}

/// Gives the feed another identity, as part of restoring its database: followers notice that they have read further.
///
/// # Errors
/// When the database fails.
pub async fn restored(db: &impl ConnectionTrait) -> Result<(), DbErr> {
    if let Some(before) = identity::get(db, identity::FEED).await? {
        identity::set(db, identity::FEED_BEFORE, &format!("{before} {}", last(db).await?)).await?;
    }
    identity::set(db, identity::FEED, &identity::fresh()).await
}
