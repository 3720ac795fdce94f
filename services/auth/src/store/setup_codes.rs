//! The digest of the one code that makes the first administrator.

use crate::entity::setup_code as table;
use chaoshub_chassis::db::fault;
use chaoshub_kernel::Fault;
use chrono::{DateTime, Utc};
use sea_orm::{ActiveValue::Set, ConnectionTrait, entity::prelude::*, sea_query::OnConflict};

/// The only row.
const ONLY: i32 = 1;

/// Puts a new code in the place of the old one.
pub async fn put(on: &impl ConnectionTrait, digest: &str, at: DateTime<Utc>) -> Result<(), Fault> {
    let row = table::ActiveModel { id: Set(ONLY), digest: Set(digest.to_owned()), created_at: Set(at) };
    let again =
        OnConflict::column(table::Column::Id).update_columns([table::Column::Digest, table::Column::CreatedAt]).to_owned();
    table::Entity::insert(row).on_conflict(again).exec_without_returning(on).await.map(drop).map_err(fault)
}

pub async fn digest(on: &impl ConnectionTrait) -> Result<Option<String>, Fault> {
    let row = table::Entity::find_by_id(ONLY).one(on).await.map_err(fault)?;
    Ok(row.map(|row| row.digest))
}

pub async fn remove(on: &impl ConnectionTrait) -> Result<(), Fault> {
    table::Entity::delete_by_id(ONLY).exec(on).await.map(drop).map_err(fault)
}
