//! What happened in workspaces.

use crate::entity::activity::{ActiveModel, Column, Entity, Model};
use chaoshub_kernel::WorkspaceId;
use chrono::{DateTime, Utc};
use sea_orm::{ActiveValue::NotSet, DbErr, QueryOrder, QuerySelect, entity::prelude::*};

/// Adds rows, in this order; the database gives them their numbers.
pub async fn add(db: &impl ConnectionTrait, rows: Vec<Model>) -> Result<(), DbErr> {
    if rows.is_empty() {
        return Ok(());
    }
    let rows = rows.into_iter().map(|row| ActiveModel { number: NotSet, ..ActiveModel::from(row).reset_all() });
    Entity::insert_many(rows).exec_without_returning(db).await.map(|_| ())
}

/// The newest of a workspace, newest first.
pub async fn newest(db: &impl ConnectionTrait, workspace: WorkspaceId, limit: u64) -> Result<Vec<Model>, DbErr> {
    Entity::find().filter(Column::Workspace.eq(workspace.to_string())).order_by_desc(Column::Number).limit(limit).all(db).await
}

/// Forgets what is older.
pub async fn sweep(db: &impl ConnectionTrait, before: DateTime<Utc>) -> Result<u64, DbErr> {
    Ok(Entity::delete_many().filter(Column::At.lt(before)).exec(db).await?.rows_affected)
}
