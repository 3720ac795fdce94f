//! `/api/v1/runs`.

use crate::{
    service::{
        Experiment, no_cursor,
        outside::{OpenedRun, OutsideRun},
        runs::{NewRun, StopMode},
        view::Run,
    },
    store::runs::Filter,
};
use axum::{
    extract::State as Extract,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use chaoshub_chassis::http::{Answer, Caller, Json, OneHeader, Path, Problem, Query, located};
use chaoshub_facade::experiment::{ExperimentId, RunId, RunState, RunSummary, Verdict};
use chaoshub_kernel::{Fault, Page, PageAsk, Scope};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Which runs.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct List {
    /// `organization/workspace`.
    workspace: String,
    /// Only of this experiment.
    #[param(value_type = Option<String>)]
    experiment: Option<ExperimentId>,
    /// Only in this state.
    state: Option<RunState>,
    /// Only with this verdict.
    verdict: Option<Verdict>,
    /// At most this many, 1 to 200; 50 unless told.
    limit: Option<u32>,
    /// The `next` of the page before.
    after: Option<String>,
}

/// The runs of a workspace, newest first.
#[utoipa::path(get, path = "/api/v1/runs", tag = "runs", operation_id = "list_runs", params(List),
    responses((status = 200, body = Page<RunSummary>), Problem))]
pub(super) async fn list(
    Extract(service): Extract<Experiment>,
    caller: Caller,
    Query(ask): Query<List>,
) -> Answer<Json<Page<RunSummary>>> {
    let access = caller.need(ask.workspace.parse()?, Scope::RunRead).await?;
    let filter = Filter {
        experiment: ask.experiment,
        state: ask.state,
        verdict: ask.verdict,
        active: false,
        before: ask.after.as_deref().map(str::parse).transpose().map_err(|_| no_cursor())?,
        limit: PageAsk { limit: ask.limit, after: None }.limit(),
    };
    Ok(Json(service.runs(&access, filter).await?))
}

/// Starts a run. The same `Idempotency-Key` again answers the same run.
#[utoipa::path(post, path = "/api/v1/runs", tag = "runs", operation_id = "start_run", request_body = NewRun,
    params(("Idempotency-Key" = Option<String>, Header, description = "of the caller's choosing, at most 128 characters")),
    responses((status = 202, body = Run), Problem))]
pub(super) async fn request(
    Extract(service): Extract<Experiment>,
    caller: Caller,
    headers: HeaderMap,
    Json(ask): Json<NewRun>,
) -> Answer<(StatusCode, OneHeader, Json<Run>)> {
    let key = match headers.get("idempotency-key").map(HeaderValue::to_str) {
        None => None,
        Some(Ok(key)) if (1..=128).contains(&key.len()) => Some(key.to_owned()),
        Some(_) => return Err(Fault::invalid("invalid-idempotency-key", "a key has 1 to 128 printable characters").into()),
    };
    let run = service.request(&caller, ask, key).await?;
    Ok((StatusCode::ACCEPTED, located(format_args!("/api/v1/runs/{}", run.summary.id)), Json(run)))
}

/// A run in full.
#[utoipa::path(get, path = "/api/v1/runs/{id}", tag = "runs", operation_id = "get_run", params(("id" = RunId, Path)),
    responses((status = 200, body = Run), Problem))]
pub(super) async fn get(Extract(service): Extract<Experiment>, caller: Caller, Path(id): Path<RunId>) -> Answer<Json<Run>> {
    Ok(Json(service.run(&caller, id).await?))
}

/// Announces a run from outside, under an id that the sender has made. Idempotent.
#[utoipa::path(put, path = "/api/v1/runs/{id}", tag = "runs", operation_id = "open_run", params(("id" = RunId, Path)),
    request_body = OutsideRun,
    responses((status = 201, body = OpenedRun), (status = 200, body = OpenedRun), Problem))]
pub(super) async fn open(
    Extract(service): Extract<Experiment>,
    caller: Caller,
    Path(id): Path<RunId>,
    Json(ask): Json<OutsideRun>,
) -> Answer<(StatusCode, OneHeader, Json<OpenedRun>)> {
    let (opened, new) = service.open(&caller, id, ask).await?;
    let at = located(format_args!("/api/v1/runs/{id}"));
    Ok((if new { StatusCode::CREATED } else { StatusCode::OK }, at, Json(opened)))
}

/// How to stop.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(super) struct StopRun {
    /// `graceful` lets rollbacks play; `hard` does not wait for them.
    mode: StopMode,
}

/// Asks a run to stop.
#[utoipa::path(post, path = "/api/v1/runs/{id}/stop", tag = "runs", operation_id = "stop_run", params(("id" = RunId, Path)),
    request_body = StopRun,
    responses((status = 202, body = Run), Problem))]
pub(super) async fn stop(
    Extract(service): Extract<Experiment>,
    caller: Caller,
    Path(id): Path<RunId>,
    Json(ask): Json<StopRun>,
) -> Answer<(StatusCode, OneHeader, Json<Run>)> {
    let at = located(format_args!("/api/v1/runs/{id}"));
    Ok((StatusCode::ACCEPTED, at, Json(service.stop(&caller, id, ask.mode).await?)))
}

/// From where to read a log.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct From {
    /// The byte to begin with; what the header `x-next` of the piece before said.
    #[serde(default)]
    after: u64,
}

/// What a run wrote on its standard output and error, a piece at a time; `x-next` says where the next one begins.
#[utoipa::path(get, path = "/api/v1/runs/{id}/log", tag = "runs", operation_id = "get_log", params(("id" = RunId, Path), From),
    responses((status = 200, body = String, content_type = "text/plain"), Problem))]
pub(super) async fn log(
    Extract(service): Extract<Experiment>,
    caller: Caller,
    Path(id): Path<RunId>,
    Query(from): Query<From>,
) -> Answer<Response> {
    let (piece, next) = service.log(&caller, id, from.after).await?;
    let mut response = piece.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    headers.insert("x-next", HeaderValue::from(next));
    Ok(response)
}
