//! How far followed feeds have been read.

use crate::entity::cursor::{ActiveModel, Column, Entity};
use sea_orm::{ActiveValue::Set, DbErr, QuerySelect, entity::prelude::*, sea_query::OnConflict};

/// The last number read of `feed`; 0 at first.
pub async fn get(db: &impl ConnectionTrait, feed: &str) -> Result<i64, DbErr> {
    Ok(Entity::find_by_id(feed).one(db).await?.map_or(0, |row| row.number))
}

/// The same, which nobody else can change until `tx` ends.
pub async fn locked(tx: &impl ConnectionTrait, feed: &str) -> Result<i64, DbErr> {
    let first = ActiveModel { feed: Set(feed.to_owned()), number: Set(0) };
    let there = OnConflict::column(Column::Feed).do_nothing().to_owned();
    Entity::insert(first).on_conflict(there).exec_without_returning(tx).await?;
    Ok(Entity::find_by_id(feed).lock_exclusive().one(tx).await?.map_or(0, |row| row.number))
}

/// Remembers it.
pub async fn set(db: &impl ConnectionTrait, feed: &str, number: i64) -> Result<(), DbErr> {
    let row = ActiveModel { feed: Set(feed.to_owned()), number: Set(number) };
    let newer = OnConflict::column(Column::Feed).update_column(Column::Number).to_owned();
    Entity::insert(row).on_conflict(newer).exec_without_returning(db).await.map(|_| ())
}
