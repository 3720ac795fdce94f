//! Sign-ins at providers that were finished.

use crate::entity::spent_state as table;
use chaoshub_chassis::db::fault;
use chaoshub_kernel::Fault;
use chrono::{DateTime, Utc};
use sea_orm::{ActiveValue::Set, ConnectionTrait, QuerySelect, QueryTrait, SqlErr, entity::prelude::*};

/// Marks it; false when it was marked before.
pub async fn spend(on: &impl ConnectionTrait, digest: &str, at: DateTime<Utc>) -> Result<bool, Fault> {
    let row = table::ActiveModel { digest: Set(digest.to_owned()), at: Set(at) };
    match table::Entity::insert(row).exec_without_returning(on).await {
        Ok(_) => Ok(true),
        Err(cause) if matches!(cause.sql_err(), Some(SqlErr::UniqueConstraintViolation(_))) => Ok(false),
        Err(cause) => Err(fault(cause)),
    }
}

/// Forgets those that were finished before `before`: their cookies are over too.
/// At most `limit`; says how many.
pub async fn sweep(on: &impl ConnectionTrait, before: DateTime<Utc>, limit: u64) -> Result<u64, Fault> {
    let old = table::Entity::find().select_only().column(table::Column::Digest).filter(table::Column::At.lt(before));
    let old = old.limit(limit).into_query();
    let swept = table::Entity::delete_many().filter(table::Column::Digest.in_subquery(old)).exec(on).await.map_err(fault)?;
    Ok(swept.rows_affected)
}
