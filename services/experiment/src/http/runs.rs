//! `/api/v1/runs`.

use super::run_query::RunQuery;
use crate::service::{
    Experiment,
    outside::{OpenedRun, OutsideRun},
    run_list::{AdjacentRuns, RunPage},
    runs::{NewRun, StopMode},
    view::Run,
};
use axum::{
    body::Body,
    extract::State as Extract,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use chaoshub_chassis::http::{Answer, Caller, Json, OneHeader, Path, Problem, Query, located};
use chaoshub_facade::experiment::RunId;
use chaoshub_kernel::{Fault, PageAsk, Scope};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// The runs of a workspace, those that started last first unless `sort` says otherwise. A piece is right while runs come
/// and go: the next one begins behind the last run of the one before, wherever that is by then.
#[utoipa::path(get, path = "/api/v1/runs", tag = "runs", operation_id = "list_runs", params(RunQuery),
    responses((status = 200, body = RunPage), Problem))]
pub(super) async fn list(
    Extract(service): Extract<Experiment>,
    caller: Caller,
    Query(ask): Query<RunQuery>,
) -> Answer<Json<RunPage>> {
    let access = caller.need(ask.workspace.parse()?, Scope::RunRead).await?;
    let limit = PageAsk { limit: ask.limit, after: None }.limit();
    let (after, count) = (ask.after.clone(), ask.count);
    let (filter, order) = ask.read()?;
    let mut page = service.runs(&access, &filter, order, after.as_deref(), limit).await?;
    if count {
        page.hits = Some(service.hits(&access, &filter).await?);
    }
    Ok(Json(page))
}

/// The same list whole, as a table with a line of headings (RFC 4180); at most 50,000 runs, and a last line that says so
/// when there are more. It takes no `limit`, `after` and `count`.
#[utoipa::path(get, path = "/api/v1/runs.csv", tag = "runs", operation_id = "download_runs", params(RunQuery),
    responses((status = 200, body = String, content_type = "text/csv"), Problem))]
pub(super) async fn csv(Extract(service): Extract<Experiment>, caller: Caller, Query(ask): Query<RunQuery>) -> Answer<Response> {
    let access = caller.need(ask.workspace.parse()?, Scope::RunRead).await?;
    if ask.limit.is_some() || ask.after.is_some() || ask.count {
        let detail = "the whole list is sent; leave out `limit`, `after` and `count`";
        return Err(Fault::invalid("invalid-query", detail).into());
    }
    let (filter, order) = ask.read()?;
    let mut response = Body::from_stream(service.runs_csv(&access, filter, order)?).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8; header=present"));
    headers.insert(header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"runs.csv\""));
    Ok(response)
}

/// The runs of the same experiment before and after this one, by the time at which they started, and the last one before
/// it that passed. All are null where a run belongs to no experiment.
#[utoipa::path(get, path = "/api/v1/runs/{id}/adjacent", tag = "runs", operation_id = "get_adjacent_runs",
    params(("id" = RunId, Path)),
    responses((status = 200, body = AdjacentRuns), Problem))]
pub(super) async fn adjacent(
    Extract(service): Extract<Experiment>,
    caller: Caller,
    Path(id): Path<RunId>,
) -> Answer<Json<AdjacentRuns>> {
    Ok(Json(service.adjacent(&caller, id).await?))
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
