//! `/api/v1/widget-kinds`.

use super::App;
use axum::extract::State;
use chaoshub_chassis::http::{Answer, Caller, Json, Problem};
use chaoshub_kernel::Scope;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

/// A kind of card.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct WidgetKind {
    /// Its name.
    kind: String,
    /// Its title.
    title: String,
    /// What it shows.
    description: String,
    /// The JSON Schema (2020-12) of its configuration.
    #[schema(value_type = Object)]
    config_schema: Value,
    /// The scopes that somebody needs, besides `hub:read`, to be shown its data.
    needs: Vec<Scope>,
    /// Width in columns of a new card.
    w: i32,
    /// Height in rows of a new card.
    h: i32,
}

/// The kinds there are.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct WidgetKinds {
    /// In the order in which they are offered.
    items: Vec<WidgetKind>,
}

/// The kinds of cards that a hub can hold
#[utoipa::path(get, path = "/api/v1/widget-kinds", operation_id = "list_widget_kinds", tag = "widgets",
    responses((status = 200, body = WidgetKinds), Problem))]
pub(super) async fn list(State(App(dashboard)): State<App>, _: Caller) -> Answer<Json<WidgetKinds>> {
    let items = dashboard.kinds.iter().map(|kind| {
        let (w, h) = kind.size();
        WidgetKind {
            kind: kind.name().to_owned(),
            title: kind.title().to_owned(),
            description: kind.description().to_owned(),
            config_schema: kind.config_schema(),
            needs: kind.needs().to_vec(),
            w,
            h,
        }
    });
    Ok(Json(WidgetKinds { items: items.collect() }))
}
