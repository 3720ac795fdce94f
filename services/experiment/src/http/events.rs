//! `/api/v1/runs/{id}/events`.

use super::State;
use crate::service::{
    Experiment,
    ingest::{Admitted, EventBatch, Ingested, Sender},
};
use axum::{
    extract::{FromRequestParts, State as Extract},
    http::{StatusCode, request::Parts},
};
use chaoshub_chassis::http::{Answer, Caller, Json, Path, Problem, Query, bearer};
use chaoshub_facade::experiment::{RunEvent, RunId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Which events.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct List {
    /// Only those with a larger number.
    #[serde(default)]
    after: i64,
    /// At most this many, 1 to 1000; 500 unless told.
    limit: Option<u64>,
}

/// Events of a run, in order.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(super) struct Events {
    /// The events.
    items: Vec<RunEvent>,
    /// What to give as `after` for more; null when these are the last.
    next: Option<i64>,
}

/// A run's events, in order.
#[utoipa::path(get, path = "/api/v1/runs/{id}/events", tag = "runs", operation_id = "list_events", params(("id" = RunId, Path), List),
    responses((status = 200, body = Events), Problem))]
pub(super) async fn list(
    Extract(service): Extract<Experiment>,
    caller: Caller,
    Path(id): Path<RunId>,
    Query(ask): Query<List>,
) -> Answer<Json<Events>> {
    let limit = ask.limit.unwrap_or(500).clamp(1, 1000);
    let (items, next) = service.events(&caller, id, ask.after, limit).await?;
    Ok(Json(Events { items, next }))
}

/// Takes what a control module sends: with the run's own token, or an API token that may report runs.
#[utoipa::path(post, path = "/api/v1/runs/{id}/events", tag = "runs", operation_id = "ingest_events", params(("id" = RunId, Path)),
    request_body = EventBatch,
    responses((status = 202, body = Ingested), Problem))]
pub(super) async fn ingest(
    Extract(service): Extract<Experiment>,
    admitted: Admitted,
    Json(batch): Json<EventBatch>,
) -> Answer<(StatusCode, Json<Ingested>)> {
    Ok((StatusCode::ACCEPTED, Json(service.ingest(admitted, batch).await?)))
}

/// Lets a sender in before anything of its body is read.
impl FromRequestParts<State> for Admitted {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &State) -> Result<Self, Problem> {
        let sender = match bearer(&parts.headers) {
            Some(token) if token.starts_with("chr_") => Sender::Run(token.to_owned()),
            _ => Sender::Caller(Box::new(Caller::from_request_parts(parts, state).await?)),
        };
        let Path(run) = Path::<RunId>::from_request_parts(parts, state).await?;
        Ok(state.experiment.admit(&sender, run).await?)
    }
}
