//! `/api/v1/stream`: server-sent events.

use super::App;
use crate::{service::topic::Topic, words::StreamMessage};
use axum::{extract::State, http::HeaderMap, response::Response};
use chaoshub_chassis::{
    http::{Answer, Caller, Problem, Query},
    live,
};
use serde::Deserialize;
use utoipa::IntoParams;

/// What to hear.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct StreamAsk {
    /// `hub:<id>`, `run:<id>`, `workspace:<id>`, at most 64, with commas between.
    topics: String,
    /// The id of the last message that was heard; the header `Last-Event-ID` goes before it.
    since: Option<String>,
}

/// What happens, as it happens
///
/// Server-sent events. Needs `hub:read` for hubs and `run:read` for runs and workspaces. A topic that may not be heard is
/// left out, and `event: refused` says so, on opening or when rights change; when none may be, the answer is a problem.
/// The stream ends with the caller's claim; come back with the last id, and nothing is missed. `event: resync` says that
/// something was.
#[utoipa::path(get, path = "/api/v1/stream", operation_id = "listen", tag = "stream",
    params(StreamAsk, ("Last-Event-ID" = Option<String>, Header, description = "The id of the last message that was heard")),
    responses((status = 200, description = "Messages, each with `id`, `event` and `data`", body = StreamMessage,
        content_type = "text/event-stream"), Problem))]
pub(super) async fn listen(
    State(App(dashboard)): State<App>,
    caller: Caller,
    headers: HeaderMap,
    Query(ask): Query<StreamAsk>,
) -> Answer<Response> {
    let last = headers.get("last-event-id").and_then(|id| id.to_str().ok()).filter(|id| !id.is_empty());
    let frames = dashboard.listen(caller, Topic::list(&ask.topics)?, last.or(ask.since.as_deref())).await?;
    Ok(live::answer(frames))
}
