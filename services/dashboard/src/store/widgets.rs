//! The widgets of hubs.

use crate::{
    entity::{
        hub,
        widget::{ActiveModel, Column, Entity, Model},
    },
    words::{HubId, Rect, WidgetId},
};
use sea_orm::{ActiveValue::Set, DbErr, QueryOrder, QuerySelect, entity::prelude::*};

/// One widget, with the hub that it lies on.
pub async fn get(db: &impl ConnectionTrait, widget: WidgetId) -> Result<Option<(Model, hub::Model)>, DbErr> {
    let found = Entity::find_by_id(widget.to_string()).find_also_related(hub::Entity).one(db).await?;
    Ok(found.and_then(|(widget, hub)| Some((widget, hub?))))
}

/// The widgets of a hub, in reading order.
pub async fn of(db: &impl ConnectionTrait, hub: HubId) -> Result<Vec<Model>, DbErr> {
    Entity::find()
        .filter(Column::Hub.eq(hub.to_string()))
        .order_by_asc(Column::Y)
        .order_by_asc(Column::X)
        .order_by_asc(Column::Id)
        .all(db)
        .await
}

/// At most `limit` widgets of all hubs, with their hubs, in the order of their ids from after that id.
pub async fn some(db: &impl ConnectionTrait, after: &str, limit: u64) -> Result<Vec<(Model, hub::Model)>, DbErr> {
    let next = Entity::find().filter(Column::Id.gt(after)).order_by_asc(Column::Id).limit(limit);
    let found = next.find_also_related(hub::Entity).all(db).await?;
    Ok(found.into_iter().filter_map(|(widget, hub)| Some((widget, hub?))).collect())
}

/// Adds widgets.
pub async fn add(db: &impl ConnectionTrait, rows: Vec<Model>) -> Result<(), DbErr> {
    let rows = rows.into_iter().map(|row| ActiveModel::from(row).reset_all());
    Entity::insert_many(rows).exec_without_returning(db).await.map(|_| ())
}

/// Changes title and configuration; none stays as it is.
pub async fn change(
    db: &impl ConnectionTrait,
    widget: WidgetId,
    title: Option<String>,
    config: Option<Json>,
) -> Result<(), DbErr> {
    let mut row = ActiveModel { ..Default::default() };
    if let Some(title) = title {
        row.title = Set(title);
    }
    if let Some(config) = config {
        row.config = Set(config);
    }
    Entity::update_many().set(row).filter(Column::Id.eq(widget.to_string())).exec(db).await.map(|_| ())
}

/// Lays a widget of `hub` somewhere. False when it is not on that hub.
pub async fn lay(db: &impl ConnectionTrait, hub: HubId, widget: WidgetId, at: Rect) -> Result<bool, DbErr> {
    let row = ActiveModel { x: Set(at.x), y: Set(at.y), w: Set(at.w), h: Set(at.h), ..Default::default() };
    let laid = Entity::update_many()
        .set(row)
        .filter(Column::Id.eq(widget.to_string()))
        .filter(Column::Hub.eq(hub.to_string()))
        .exec(db)
        .await?;
    Ok(laid.rows_affected > 0)
}

/// Removes a widget.
pub async fn remove(db: &impl ConnectionTrait, widget: WidgetId) -> Result<(), DbErr> {
    Entity::delete_by_id(widget.to_string()).exec(db).await.map(|_| ())
}
