//! `/api/v1/widgets`, and making them on a hub.

use super::App;
use crate::{
    service::tags,
    words::{HubId, Widget, WidgetId},
};
use axum::{extract::State, http::StatusCode};
use chaoshub_chassis::http::{Answer, Caller, IfMatch, Json, OneHeader, Path, Problem, located, tagged};
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

/// A card to be made.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct NewWidget {
    /// Its kind, one of `GET /api/v1/widget-kinds`.
    kind: String,
    /// Its title; that of the kind when left out.
    title: Option<String>,
    /// Its configuration, valid against the schema of its kind.
    #[schema(value_type = Object)]
    config: Value,
}

/// What to change of a card; what is left out stays.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct WidgetChange {
    /// The title.
    title: Option<String>,
    /// The whole configuration.
    #[schema(value_type = Option<Object>)]
    config: Option<Value>,
}

/// Put a card on a hub
///
/// It is laid where there is room for its kind's size. Needs `hub:write`.
#[utoipa::path(post, path = "/api/v1/hubs/{id}/widgets", operation_id = "create_widget", tag = "widgets",
    params(("id" = HubId, Path)), request_body = NewWidget,
    responses((status = 201, body = Widget), Problem))]
pub(super) async fn create(
    State(App(dashboard)): State<App>,
    caller: Caller,
    Path(id): Path<HubId>,
    Json(new): Json<NewWidget>,
) -> Answer<(StatusCode, OneHeader, OneHeader, Json<Widget>)> {
    let widget = dashboard.create_widget(&caller, id, &new.kind, new.title.as_deref(), new.config).await?;
    let at = located(format_args!("/api/v1/widgets/{}", widget.id));
    Ok((StatusCode::CREATED, at, tagged(tags::of_widget(&widget)), Json(widget)))
}

/// Change a card
///
/// A configuration that is not one for its kind answers 422 `invalid-widget-config` with the fields. Needs `hub:write`,
/// and `hub:read` for the answer, which is the whole card.
#[utoipa::path(patch, path = "/api/v1/widgets/{id}", operation_id = "edit_widget", tag = "widgets",
    params(("id" = WidgetId, Path), ("If-Match" = Option<String>, Header, description = "the `ETag` that it was made from")),
    request_body = WidgetChange, responses((status = 200, body = Widget), Problem))]
pub(super) async fn edit(
    State(App(dashboard)): State<App>,
    caller: Caller,
    Path(id): Path<WidgetId>,
    made_from: IfMatch,
    Json(change): Json<WidgetChange>,
) -> Answer<(OneHeader, Json<Widget>)> {
    let widget = dashboard.edit_widget(&caller, id, change.title.as_deref(), change.config, &made_from).await?;
    Ok((tagged(tags::of_widget(&widget)), Json(widget)))
}

/// Take a card off its hub
///
/// Needs `hub:write`.
#[utoipa::path(delete, path = "/api/v1/widgets/{id}", operation_id = "delete_widget", tag = "widgets",
    params(("id" = WidgetId, Path)), responses((status = 204, description = "Removed"), Problem))]
pub(super) async fn delete(State(App(dashboard)): State<App>, caller: Caller, Path(id): Path<WidgetId>) -> Answer<StatusCode> {
    dashboard.delete_widget(&caller, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
