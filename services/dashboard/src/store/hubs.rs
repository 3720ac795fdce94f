//! Hubs.

use crate::{
    entity::hub::{ActiveModel, Column, Entity, Model},
    words::HubId,
};
use chaoshub_kernel::WorkspaceId;
use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveValue::{Set, Unchanged},
    Condition, DbErr, ExprTrait, QueryOrder, QuerySelect,
    entity::prelude::*,
    sea_query::OnConflict,
};

/// One hub.
pub async fn get(db: &impl ConnectionTrait, hub: HubId) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(hub.to_string()).one(db).await
}

/// How many a workspace has.
pub async fn count(db: &impl ConnectionTrait, workspace: WorkspaceId) -> Result<u64, DbErr> {
    Entity::find().filter(Column::Workspace.eq(workspace.to_string())).count(db).await
}

/// A piece of a workspace's hubs, the default one first and then by age.
pub async fn list(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    after: Option<(bool, HubId)>,
    limit: u64,
) -> Result<Vec<Model>, DbErr> {
    let mut query = Entity::find().filter(Column::Workspace.eq(workspace.to_string()));
    if let Some((is_default, id)) = after {
        query = query.filter(
            Condition::any()
                .add(Column::IsDefault.lt(is_default))
                .add(Column::IsDefault.eq(is_default).and(Column::Id.gt(id.to_string()))),
        );
    }
    query.order_by_desc(Column::IsDefault).order_by_asc(Column::Id).limit(limit).all(db).await
}

/// Adds a hub. False when the workspace has a default hub already and this would be another.
pub async fn add(db: &impl ConnectionTrait, row: Model) -> Result<bool, DbErr> {
    let there = OnConflict::new().do_nothing().to_owned();
    let row: ActiveModel = row.into();
    let added = Entity::insert(row.reset_all()).on_conflict(there).exec_without_returning(db).await?;
    Ok(added > 0)
}

/// What [`change`] sets; none stays as it is.
#[derive(Debug, Clone, Default)]
pub struct Change {
    /// The title.
    pub title: Option<String>,
    /// The description.
    pub description: Option<String>,
}

/// Changes a hub, and notes when.
pub async fn change(db: &impl ConnectionTrait, hub: HubId, change: Change, now: DateTime<Utc>) -> Result<(), DbErr> {
    let mut row = ActiveModel { id: Unchanged(hub.to_string()), updated_at: Set(now), ..Default::default() };
    if let Some(title) = change.title {
        row.title = Set(title);
    }
    if let Some(description) = change.description {
        row.description = Set(description);
    }
    Entity::update_many().set(row).filter(Column::Id.eq(hub.to_string())).exec(db).await.map(|_| ())
}

/// Removes a hub with its widgets.
pub async fn remove(db: &impl ConnectionTrait, hub: HubId) -> Result<(), DbErr> {
    Entity::delete_by_id(hub.to_string()).exec(db).await.map(|_| ())
}
