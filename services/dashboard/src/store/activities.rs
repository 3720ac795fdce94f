//! What happened in workspaces.

use crate::entity::activity::{ActiveModel, Column, Entity, Model};
use chaoshub_kernel::WorkspaceId;
use chrono::{DateTime, Utc};
use sea_orm::{ActiveValue::NotSet, DbErr, QueryOrder, QuerySelect, QueryTrait, entity::prelude::*, sea_query::OnConflict};
use std::collections::HashSet;

/// Adds rows, in this order; the database gives them their numbers. One that is there for the same news is not added
/// again; `again` says that there may be some of before it was noted for which.
pub async fn add(db: &impl ConnectionTrait, mut rows: Vec<Model>, again: bool) -> Result<(), DbErr> {
    if again {
        let (first, last) = (rows.iter().map(|row| row.at).min(), rows.iter().map(|row| row.at).max());
        if let (Some(first), Some(last)) = (first, last) {
            let there = Entity::find().filter(Column::Source.is_null()).filter(Column::At.between(first, last)).all(db).await?;
            let about = |row: &Model| (row.at.timestamp_micros(), row.workspace.clone(), row.verb.clone(), row.object_id.clone());
            let there: HashSet<_> = there.iter().map(about).collect();
            rows.retain(|row| !there.contains(&about(row)));
        }
    }
    if rows.is_empty() {
        return Ok(());
    }
    let rows = rows.into_iter().map(|row| ActiveModel { number: NotSet, ..ActiveModel::from(row).reset_all() });
    let once = OnConflict::column(Column::Source).do_nothing().to_owned();
    Entity::insert_many(rows).on_conflict(once).exec_without_returning(db).await.map(|_| ())
}

/// The newest of a workspace, newest first.
pub async fn newest(db: &impl ConnectionTrait, workspace: WorkspaceId, limit: u64) -> Result<Vec<Model>, DbErr> {
    Entity::find().filter(Column::Workspace.eq(workspace.to_string())).order_by_desc(Column::Number).limit(limit).all(db).await
}

/// Forgets at most `limit` of those that are older; says how many it were.
pub async fn sweep(db: &impl ConnectionTrait, before: DateTime<Utc>, limit: u64) -> Result<u64, DbErr> {
    let old = Entity::find().select_only().column(Column::Number).filter(Column::At.lt(before)).limit(limit).into_query();
    Ok(Entity::delete_many().filter(Column::Number.in_subquery(old)).exec(db).await?.rows_affected)
}
