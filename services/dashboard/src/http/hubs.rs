//! `/api/v1/hubs`.

use super::App;
use crate::{
    service::{hubs::HubEdit, tags},
    words::{Hub, HubId, HubSummary, Rect, WidgetId},
};
use axum::{extract::State, http::StatusCode};
use chaoshub_chassis::http::{Answer, Caller, IfMatch, Json, OneHeader, Path, Problem, Query, located, tagged};
use chaoshub_kernel::{Page, PageAsk};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

/// Whose hubs.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct HubsAsk {
    /// The workspace, as `organization/name`.
    workspace: String,
    /// At most this many entries, 1 to 200; 50 unless told.
    limit: Option<u32>,
    /// The `next` of the piece before.
    after: Option<String>,
}

/// A hub to be made.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct NewHub {
    /// The workspace, as `organization/name`.
    workspace: String,
    /// Its title.
    title: String,
}

/// What to change of a hub; what is left out stays.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct HubChange {
    /// The title.
    title: Option<String>,
    /// The description.
    description: Option<String>,
    /// Where cards lie; those not named stay where they are.
    layout: Option<Vec<WidgetPlace>>,
}

/// Where a card lies: 12 columns, rows of 40 px.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct WidgetPlace {
    /// The card.
    widget: WidgetId,
    /// Column of its left edge, from 0.
    x: i32,
    /// Row of its top edge, from 0.
    y: i32,
    /// Width in columns.
    w: i32,
    /// Height in rows.
    h: i32,
}

/// The hubs of a workspace
///
/// The default one comes first. Needs `hub:read`.
#[utoipa::path(get, path = "/api/v1/hubs", operation_id = "list_hubs", tag = "hubs", params(HubsAsk),
    responses((status = 200, body = Page<HubSummary>), Problem))]
pub(super) async fn list(
    State(App(dashboard)): State<App>,
    caller: Caller,
    Query(ask): Query<HubsAsk>,
) -> Answer<Json<Page<HubSummary>>> {
    let page = PageAsk { limit: ask.limit, after: ask.after };
    Ok(Json(dashboard.hubs(&caller, ask.workspace.parse()?, &page).await?))
}

/// Make a hub
///
/// It has no cards yet. Needs `hub:write`.
#[utoipa::path(post, path = "/api/v1/hubs", operation_id = "create_hub", tag = "hubs", request_body = NewHub,
    responses((status = 201, body = Hub), Problem))]
pub(super) async fn create(
    State(App(dashboard)): State<App>,
    caller: Caller,
    Json(new): Json<NewHub>,
) -> Answer<(StatusCode, OneHeader, OneHeader, Json<Hub>)> {
    let hub = dashboard.create_hub(&caller, new.workspace.parse()?, &new.title).await?;
    let at = located(format_args!("/api/v1/hubs/{}", hub.summary.id));
    Ok((StatusCode::CREATED, at, tagged(tags::of_hub(&hub)), Json(hub)))
}

/// A hub with its cards and their data
///
/// Answers in bounded time; a card whose data is not there says so itself. Needs `hub:read`. A card shows
/// only what the caller could read where it comes from: without the scopes of its kind it says which are needed.
#[utoipa::path(get, path = "/api/v1/hubs/{id}", operation_id = "get_hub", tag = "hubs",
    params(("id" = HubId, Path)), responses((status = 200, body = Hub), Problem))]
pub(super) async fn get(
    State(App(dashboard)): State<App>,
    caller: Caller,
    Path(id): Path<HubId>,
) -> Answer<(OneHeader, Json<Hub>)> {
    let hub = dashboard.hub(&caller, id).await?;
    Ok((tagged(tags::of_hub(&hub)), Json(hub)))
}

/// Change a hub
///
/// Title, description and layout together or not at all. With the `ETag` of what it was made from in
/// `If-Match` it is refused when somebody else was faster (412 `changed-meanwhile`); without, the last writer wins. Needs `hub:write`, and `hub:read` for the
/// answer, which is the whole hub.
#[utoipa::path(patch, path = "/api/v1/hubs/{id}", operation_id = "edit_hub", tag = "hubs",
    params(("id" = HubId, Path), ("If-Match" = Option<String>, Header, description = "the `ETag` that it was made from")),
    request_body = HubChange, responses((status = 200, body = Hub), Problem))]
pub(super) async fn edit(
    State(App(dashboard)): State<App>,
    caller: Caller,
    Path(id): Path<HubId>,
    made_from: IfMatch,
    Json(change): Json<HubChange>,
) -> Answer<(OneHeader, Json<Hub>)> {
    let place = |at: WidgetPlace| (at.widget, Rect { x: at.x, y: at.y, w: at.w, h: at.h });
    let layout = change.layout.unwrap_or_default().into_iter().map(place).collect();
    let edit = HubEdit { title: change.title, description: change.description, layout };
    let hub = dashboard.edit_hub(&caller, id, edit, &made_from).await?;
    Ok((tagged(tags::of_hub(&hub)), Json(hub)))
}

/// Remove a hub with its cards
///
/// The default hub stays: 409 `default-hub`. Needs `hub:write`.
#[utoipa::path(delete, path = "/api/v1/hubs/{id}", operation_id = "delete_hub", tag = "hubs",
    params(("id" = HubId, Path)), responses((status = 204, description = "Removed"), Problem))]
pub(super) async fn delete(State(App(dashboard)): State<App>, caller: Caller, Path(id): Path<HubId>) -> Answer<StatusCode> {
    dashboard.delete_hub(&caller, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
