//! The selector index.

use crate::{
    entity::subject::{ActiveModel, Column, Entity},
    service::selector::Selector,
    words::{HubId, WidgetId, trusted},
};
use sea_orm::{ActiveValue::Set, DbErr, QuerySelect, entity::prelude::*};
use std::collections::{BTreeMap, BTreeSet};

/// Makes `selectors` all that `widget` is found by.
pub async fn set(db: &impl ConnectionTrait, widget: WidgetId, hub: HubId, selectors: &[Selector]) -> Result<(), DbErr> {
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

/// What these widgets are found by.
pub async fn of(db: &impl ConnectionTrait, widgets: &[String]) -> Result<BTreeMap<String, BTreeSet<String>>, DbErr> {
    let mut all = BTreeMap::<_, BTreeSet<_>>::new();
    for row in Entity::find().filter(Column::Widget.is_in(widgets)).all(db).await? {
        all.entry(row.widget).or_default().insert(row.selector);
    }
    Ok(all)
}

/// The widgets that show any of this, each once, with their hubs.
pub async fn concerned(db: &impl ConnectionTrait, selectors: &BTreeSet<Selector>) -> Result<Vec<(WidgetId, HubId)>, DbErr> {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        entity::{hub, widget},
        migration::Migrator,
        service::{kinds::Registry, news},
        store,
    };
    use chaoshub_facade::experiment::ExperimentId;
    use chaoshub_kernel::{Envelope, WorkspaceId};
    use chrono::Utc;
    use serde_json::json;

    /// Every kind of news in two workspaces, against every kind of card in both: the index finds what asking each card would.
    #[tokio::test]
    async fn the_index_finds_exactly_the_cards_that_would_say_they_are_concerned() {
        let db = chaoshub_chassis::db::in_memory::<Migrator>().await.unwrap();
        let (now, registry) = (Utc::now(), Registry::standard());
        let places: Vec<_> = (0..2).map(|_| (WorkspaceId::new(now), ExperimentId::new(now))).collect();
        let mut cards = Vec::new();
        for (workspace, experiment) in &places {
            let hub = HubId::new(now);
            let row = hub::Model {
                id: hub.to_string(),
                workspace: workspace.to_string(),
                title: "t".into(),
                description: String::new(),
                is_default: true,
                created_at: now,
                updated_at: now,
            };
            assert!(store::hubs::add(&db, row).await.unwrap());
            for kind in registry.iter() {
                let id = WidgetId::new(now);
                let config = json!({"experiment": experiment, "markdown": "m", "limit": 3});
                let selectors = kind.selectors(*workspace, &config);
                let (x, y, w, h) = (0, 0, 1, 1);
                let row = widget::Model {
                    id: id.to_string(),
                    hub: hub.to_string(),
                    kind: kind.name().into(),
                    title: "t".into(),
                    config,
                    x,
                    y,
                    w,
                    h,
                };
                store::widgets::add(&db, vec![row]).await.unwrap();
                // Twice: setting replaces.
                set(&db, id, hub, &[Selector::Experiment(places[0].1), Selector::WorkspaceRuns(places[0].0)]).await.unwrap();
                set(&db, id, hub, &selectors).await.unwrap();
                cards.push((id, selectors));
            }
        }
        let kinds = [
            "experiment.created",
            "experiment.changed",
            "experiment.archived",
            "experiment.restored",
            "experiment.adopted",
            "experiment.recorded",
            "experiment.merged",
            "experiment.separated",
            "run.requested",
            "run.changed",
            "run.ended",
            "run.events",
            "workspace.created",
            "member.changed",
            "something.new",
        ];
        for kind in kinds {
            for (workspace, experiment) in &places {
                let told = news::selectors(&Envelope {
                    number: 1,
                    kind: kind.to_owned(),
                    subject: experiment.to_string(),
                    workspace: Some(*workspace),
                    at: now,
                    data: json!({"summary": {"experiment_id": experiment}}),
                });
                let told: BTreeSet<_> = told.into_iter().collect();
                let asked = cards.iter().filter(|(_, all)| all.iter().any(|one| told.contains(one))).map(|(id, _)| *id);
                let asked: BTreeSet<_> = asked.collect();
                let found = concerned(&db, &told).await.unwrap();
                assert_eq!(found.len(), asked.len(), "{kind}: each once");
                assert_eq!(found.into_iter().map(|(id, _)| id).collect::<BTreeSet<_>>(), asked, "{kind}");
            }
        }
    }
}
