//! How far followed feeds have been read.

use crate::entity::cursor;
use sea_orm::{
    ActiveValue::Set,
    DbErr,
    entity::prelude::*,
    sea_query::{ExprTrait, OnConflict},
};

/// The last number read of `feed`; 0 at first.
///
/// # Errors
/// When the database fails.
pub async fn get(db: &impl ConnectionTrait, feed: &str) -> Result<i64, DbErr> {
    Ok(cursor::Entity::find_by_id(feed).one(db).await?.map_or(0, |row| row.number))
}

/// Remembers it, unless another process has read on already.
///
/// # Errors
/// When the database fails.
pub async fn set(db: &impl ConnectionTrait, feed: &str, number: i64) -> Result<(), DbErr> {
    let row = cursor::ActiveModel { feed: Set(feed.to_owned()), number: Set(number) };
    let newer = OnConflict::column(cursor::Column::Feed)
        .update_column(cursor::Column::Number)
        .action_and_where(Expr::col((cursor::Entity, cursor::Column::Number)).lt(number))
        .to_owned();
    cursor::Entity::insert(row).on_conflict(newer).exec_without_returning(db).await.map(|_| ())
}
