//! The selector index.

use crate::{
    entity::subject::{ActiveModel, Column, Entity},
    service::selector::Selector,
    words::{HubId, WidgetId, trusted},
};
use sea_orm::{ActiveValue::Set, DbErr, QuerySelect, entity::prelude::*};
use std::collections::BTreeSet;

/// Makes `selectors` all that `widget` is found by.
pub async fn set(
    db: &impl ConnectionTrait,
    widget: WidgetId,
    hub: HubId,
    selectors: &[Selector],
) -> Result<(), DbErr> {
    Entity::delete_many().filter(Column::Widget.eq(widget.to_string())).exec(db).await?;
    let row = |selector: &Selector| ActiveModel {
        selector: Set(selector.to_string()),
        widget: Set(widget.to_string()),
        hub: Set(hub.to_string()),
    };
    let distinct: BTreeSet<_> = selectors.iter().collect();
    if distinct.is_empty() {
        return Ok(());
    }
    Entity::insert_many(distinct.into_iter().map(row)).exec_without_returning(db).await.map(|_| ())
}

/// The widgets that show any of this, each once, with their hubs.
pub async fn concerned(
    db: &impl ConnectionTrait,
    selectors: &BTreeSet<Selector>,
) -> Result<Vec<(WidgetId, HubId)>, DbErr> {
    if selectors.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<(String, String)> = Entity::find()
        .select_only()
        .columns([Column::Widget, Column::Hub])
        .filter(Column::Selector.is_in(selectors.iter().map(Selector::to_string)))
        .distinct()
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|(widget, hub)| (trusted(&widget), trusted(&hub))).collect())
}
