//! Journals: of one run, and by upload.

use super::{State, experiments::Into};
use crate::service::{Experiment, ingest::Admitted, view::Run};
use axum::{
    extract::{Request, State as Extract},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use chaoshub_chassis::http::{Answer, Caller, Json, OneHeader, Path, Problem, Query, located, whole};
use chaoshub_facade::experiment::RunId;
use chaoshub_kernel::Scope;

/// The journal of a run, the bytes as they were received and redacted.
#[utoipa::path(get, path = "/api/v1/runs/{id}/journal", tag = "runs", operation_id = "get_journal", params(("id" = RunId, Path)),
    responses((status = 200, body = Object, content_type = "application/json"), Problem))]
pub(super) async fn get(Extract(service): Extract<Experiment>, caller: Caller, Path(id): Path<RunId>) -> Answer<Response> {
    let journal = service.journal(&caller, id).await?;
    let mut response = journal.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    let name = format!("attachment; filename=\"{id}.journal.json\"");
    headers.insert(header::CONTENT_DISPOSITION, HeaderValue::from_str(&name).expect("an id is plain text"));
    Ok(response)
}

/// Takes the journal of a run from outside: its last word.
#[utoipa::path(put, path = "/api/v1/runs/{id}/journal", tag = "runs", operation_id = "finish_run", params(("id" = RunId, Path)),
    request_body(content = Object, content_type = "application/json"),
    responses((status = 202), Problem))]
pub(super) async fn finish(Extract(state): Extract<State>, admitted: Admitted, request: Request) -> Answer<StatusCode> {
    let journal = whole(request, &state).await?;
    state.experiment.finish(admitted, journal).await?;
    Ok(StatusCode::ACCEPTED)
}

/// Makes a run of a journal that `chaos run` left somewhere. The same journal again answers the same run.
#[utoipa::path(post, path = "/api/v1/journals", tag = "runs", operation_id = "upload_journal", params(Into),
    request_body(content = Object, content_type = "application/json"),
    responses((status = 201, body = Run), (status = 200, body = Run), Problem))]
pub(super) async fn upload(
    Extract(state): Extract<State>,
    caller: Caller,
    Query(ask): Query<Into>,
    request: Request,
) -> Answer<(StatusCode, OneHeader, Json<Run>)> {
    let access = caller.need(ask.workspace.parse()?, Scope::RunIngest).await?;
    let journal = whole(request, &state).await?;
    let (run, new) = state.experiment.upload(&caller, &access, journal).await?;
    let at = located(format_args!("/api/v1/runs/{}", run.summary.id));
    Ok((if new { StatusCode::CREATED } else { StatusCode::OK }, at, Json(run)))
}
