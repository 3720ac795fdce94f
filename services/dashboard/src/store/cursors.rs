//! How far followed feeds have been read.

use crate::entity::cursor::{ActiveModel, Column, Entity};
use sea_orm::{ActiveValue::Set, DbErr, entity::prelude::*, sea_query::OnConflict};

/// The last number read of `feed`; 0 at first.
pub async fn get(db: &impl ConnectionTrait, feed: &str) -> Result<i64, DbErr> {
    Ok(Entity::find_by_id(feed).one(db).await?.map_or(0, |row| row.number))
}

/// Remembers it.
pub async fn set(db: &impl ConnectionTrait, feed: &str, number: i64) -> Result<(), DbErr> {
    let row = ActiveModel { feed: Set(feed.to_owned()), number: Set(number) };
    let newer = OnConflict::column(Column::Feed).update_column(Column::Number).to_owned();
    Entity::insert(row).on_conflict(newer).exec_without_returning(db).await.map(|_| ())
}
