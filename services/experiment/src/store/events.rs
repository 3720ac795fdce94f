//! Queries on the events of a run.

use crate::entity::event::{self, Column};
use chaoshub_chassis::db::storable;
use chaoshub_facade::experiment::RunId;
use sea_orm::{
    DbErr, IntoActiveModel, QueryOrder, QuerySelect,
    entity::prelude::*,
    sea_query::{Expr, ExprTrait},
};
use std::collections::BTreeSet;

/// Rows put into one statement; SQLite takes at most 32,766 values, an event has nine.
const ROWS: usize = 500;

/// Appends events that are already numbered.
///
/// # Errors
/// When the database fails, or one of them is there already.
pub async fn insert(db: &impl ConnectionTrait, rows: Vec<event::Model>) -> Result<(), DbErr> {
    for some in rows.chunks(ROWS) {
        let some = some.iter().cloned().map(|row| storable(db, row.into_active_model()));
        event::Entity::insert_many::<event::ActiveModel, _>(some).exec_without_returning(db).await?;
    }
    Ok(())
}

/// The sender's highest number.
///
/// # Errors
/// When the database fails.
pub async fn highest(db: &impl ConnectionTrait, run: RunId, sender: &str) -> Result<Option<i64>, DbErr> {
    let highest = of_sender(run, sender).column_as(Column::SenderSeq.max(), "highest").into_tuple::<Option<i64>>().all(db);
    Ok(highest.await?.pop().flatten())
}

/// Which of these of the sender's numbers are there.
///
/// # Errors
/// When the database fails.
pub async fn among(db: &impl ConnectionTrait, run: RunId, sender: &str, seqs: &[i64]) -> Result<BTreeSet<i64>, DbErr> {
    let among = of_sender(run, sender).column(Column::SenderSeq).filter(Column::SenderSeq.is_in(seqs.iter().copied()));
    Ok(among.into_tuple::<i64>().all(db).await?.into_iter().collect())
}

/// The last of the sender's numbers up to which none is missing after `through`, or one of those on the way there when it
/// is more than `most` away.
///
/// # Errors
/// When the database fails.
pub async fn without_gap(db: &impl ConnectionTrait, run: RunId, sender: &str, mut through: i64, most: i64) -> Result<i64, DbErr> {
    let end = through.saturating_add(most);
    loop {
        // Not more than is sure to be needed: behind a gap there may be many.
        let next = of_sender(run, sender)
            .column(Column::SenderSeq)
            .filter(Column::SenderSeq.gt(through))
            .filter(Column::SenderSeq.lte(Ord::min(through.saturating_add(1000), end)))
            .order_by_asc(Column::SenderSeq);
        let next = next.into_tuple::<i64>().all(db).await?;
        let before = through;
        through = next.into_iter().fold(through, |through, seq| through + i64::from(seq == through + 1));
        if through == before || through >= end || through < before + 1000 {
            return Ok(through);
        }
    }
}

fn of_sender(run: RunId, sender: &str) -> Select<event::Entity> {
    event::Entity::find().select_only().filter(Column::Run.eq(run.to_string())).filter(Column::Sender.eq(sender))
}

/// Events in the order in which their senders counted them, after that of `(sender, sender_seq)`; not those of `without`.
///
/// # Errors
/// When the database fails.
pub async fn as_sent(
    db: &impl ConnectionTrait,
    run: RunId,
    without: &str,
    after: (&str, i64),
    limit: u64,
) -> Result<Vec<event::Model>, DbErr> {
    sent_after(run, without, after).limit(limit).all(db).await
}

pub(super) fn sent_after(run: RunId, without: &str, (sender, seq): (&str, i64)) -> Select<event::Entity> {
    // Compared as a pair, which the index can jump to.
    let pair = Expr::tuple([Expr::col(Column::Sender), Expr::col(Column::SenderSeq)]);
    event::Entity::find()
        .filter(Column::Run.eq(run.to_string()))
        .filter(Column::Sender.ne(without))
        .filter(pair.gt(Expr::tuple([Expr::value(sender), Expr::value(seq)])))
        .order_by_asc(Column::Sender)
        .order_by_asc(Column::SenderSeq)
}

/// Events after a number, in order; one more than `limit`.
///
/// # Errors
/// When the database fails.
pub async fn after(db: &impl ConnectionTrait, run: RunId, after: i64, limit: u64) -> Result<Vec<event::Model>, DbErr> {
    event::Entity::find()
        .filter(Column::Run.eq(run.to_string()))
        .filter(Column::Number.gt(after))
        .order_by_asc(Column::Number)
        .limit(limit + 1)
        .all(db)
        .await
}
