//! `/api/v1/experiments`.

use super::source::Source;
use crate::{
    service::{Experiment, view},
    store, toolkit,
};
use axum::{extract::State as Extract, http::StatusCode};
use chaoshub_chassis::http::{Answer, Caller, IfMatch, Json, OneHeader, Path, Problem, Query, located, tagged};
use chaoshub_facade::experiment::{ExperimentId, ExperimentOrigin, ExperimentSummary};
use chaoshub_kernel::{Fault, FaultKind, Page, PageAsk, Scope};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Which experiments.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct List {
    /// `organization/workspace`.
    workspace: String,
    /// Words to look for in titles and tags.
    q: Option<String>,
    /// Only those that people write here, or only those that runs from outside made.
    origin: Option<ExperimentOrigin>,
    /// Whether archived ones are listed; they are not unless told.
    #[serde(default)]
    #[param(inline)]
    archived: Archived,
    /// At most this many, 1 to 200; 50 unless told.
    limit: Option<u32>,
    /// The `next` of the page before.
    after: Option<String>,
}

/// Whether archived experiments are listed.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Archived {
    /// Only others.
    #[default]
    Exclude,
    /// Both.
    Include,
    /// Only archived ones.
    Only,
}

/// The experiments of a workspace, last changed first.
#[utoipa::path(get, path = "/api/v1/experiments", tag = "experiments", operation_id = "list_experiments", params(List),
    responses((status = 200, body = Page<ExperimentSummary>), Problem))]
pub(super) async fn list(
    Extract(service): Extract<Experiment>,
    caller: Caller,
    Query(ask): Query<List>,
) -> Answer<Json<Page<ExperimentSummary>>> {
    let access = caller.need(ask.workspace.parse()?, Scope::ExperimentRead).await?;
    let page = PageAsk { limit: ask.limit, after: ask.after };
    let origin = ask.origin.map(store::write);
    let archived = match ask.archived {
        Archived::Exclude => Some(false),
        Archived::Include => None,
        Archived::Only => Some(true),
    };
    let filter = store::experiments::Filter { search: ask.q.as_deref(), origin: origin.as_deref(), archived };
    Ok(Json(service.list(&access, filter, &page).await?))
}

/// Where something new goes.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Into {
    /// `organization/workspace`.
    pub(super) workspace: String,
}

/// Keeps a new experiment. The body is the experiment itself, JSON or YAML by its content type.
#[utoipa::path(post, path = "/api/v1/experiments", tag = "experiments", operation_id = "create_experiment", params(Into),
    request_body(content((String = "application/yaml"), (Object = "application/json")), description = "a Chaos Toolkit experiment"),
    responses((status = 201, body = view::Experiment), Problem))]
pub(super) async fn create(
    Extract(service): Extract<Experiment>,
    caller: Caller,
    Query(ask): Query<Into>,
    source: Source,
) -> Answer<(StatusCode, OneHeader, OneHeader, Json<view::Experiment>)> {
    let access = caller.need(ask.workspace.parse()?, Scope::ExperimentWrite).await?;
    let made = service.create(&caller, &access, source.bytes, source.format).await?;
    let at = located(format_args!("/api/v1/experiments/{}", made.summary.id));
    Ok((StatusCode::CREATED, at, tagged(made.summary.version), Json(made)))
}

/// What is wrong with an experiment's text.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(super) struct Check {
    /// Its title, when it can be read at all.
    title: Option<String>,
    /// Errors, which keep it from being saved, and warnings.
    problems: Vec<toolkit::Problem>,
}

/// Checks an experiment's text without keeping it.
#[utoipa::path(post, path = "/api/v1/experiments/check", tag = "experiments", operation_id = "check_experiment",
    request_body(content((String = "application/yaml"), (Object = "application/json")), description = "a Chaos Toolkit experiment"),
    responses((status = 200, body = Check), Problem))]
pub(super) async fn check(Extract(service): Extract<Experiment>, _caller: Caller, source: Source) -> Answer<Json<Check>> {
    let (title, problems) = service.check(&source.bytes, source.format);
    Ok(Json(Check { title, problems }))
}

/// An experiment with its latest version.
#[utoipa::path(get, path = "/api/v1/experiments/{id}", tag = "experiments", operation_id = "get_experiment",
    params(("id" = ExperimentId, Path)),
    responses((status = 200, body = view::Experiment), Problem))]
pub(super) async fn get(
    Extract(service): Extract<Experiment>,
    caller: Caller,
    Path(id): Path<ExperimentId>,
) -> Answer<(OneHeader, Json<view::Experiment>)> {
    let found = service.get(&caller, id).await?;
    Ok((tagged(found.summary.version), Json(found)))
}

/// Saves a changed text as the next version. `If-Match` names the version that it was made from.
#[utoipa::path(put, path = "/api/v1/experiments/{id}", tag = "experiments", operation_id = "change_experiment",
    params(("id" = ExperimentId, Path), ("If-Match" = String, Header, description = "the version's number in quotes")),
    request_body(content((String = "application/yaml"), (Object = "application/json")), description = "a Chaos Toolkit experiment"),
    responses((status = 200, body = view::Experiment), Problem))]
pub(super) async fn change(
    Extract(service): Extract<Experiment>,
    caller: Caller,
    Path(id): Path<ExperimentId>,
    made_from: IfMatch,
    source: Source,
) -> Answer<(OneHeader, Json<view::Experiment>)> {
    let version = match &made_from {
        IfMatch::Tags(tags) => tags.first().and_then(|tag| tag.parse().ok()),
        IfMatch::Absent | IfMatch::Any => None,
    };
    let based_on = version.ok_or_else(|| {
        let detail = "say with `If-Match: \"<version>\"` which version this was made from";
        Fault::new(FaultKind::Unconditional, "missing-if-match", detail)
    })?;
    let saved = service.change(&caller, id, based_on, source.bytes, source.format).await?;
    Ok((tagged(saved.summary.version), Json(saved)))
}

/// Archives an experiment. Its versions and runs stay; `restore` brings it back.
#[utoipa::path(delete, path = "/api/v1/experiments/{id}", tag = "experiments", operation_id = "archive_experiment",
    params(("id" = ExperimentId, Path)),
    responses((status = 204), Problem))]
pub(super) async fn archive(
    Extract(service): Extract<Experiment>,
    caller: Caller,
    Path(id): Path<ExperimentId>,
) -> Answer<StatusCode> {
    service.archive(&caller, id, true).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Brings an archived experiment back.
#[utoipa::path(post, path = "/api/v1/experiments/{id}/restore", tag = "experiments", operation_id = "restore_experiment",
    params(("id" = ExperimentId, Path)),
    responses((status = 200, body = view::Experiment), Problem))]
pub(super) async fn restore(
    Extract(service): Extract<Experiment>,
    caller: Caller,
    Path(id): Path<ExperimentId>,
) -> Answer<(OneHeader, Json<view::Experiment>)> {
    let restored = service.archive(&caller, id, false).await?;
    Ok((tagged(restored.summary.version), Json(restored)))
}
