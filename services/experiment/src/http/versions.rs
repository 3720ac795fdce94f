//! `/api/v1/experiments/{id}/versions`.

use crate::service::{
    Experiment,
    view::{Version, VersionDetail},
};
use axum::extract::State as Extract;
use chaoshub_chassis::http::{Answer, Caller, Json, Path, Problem, Query};
use chaoshub_facade::experiment::ExperimentId;
use chaoshub_kernel::{Page, PageAsk};

/// The versions of an experiment, newest first.
#[utoipa::path(get, path = "/api/v1/experiments/{id}/versions", tag = "experiments", operation_id = "list_versions",
    params(("id" = ExperimentId, Path), PageAsk),
    responses((status = 200, body = Page<Version>), Problem))]
pub(super) async fn list(
    Extract(service): Extract<Experiment>,
    caller: Caller,
    Path(id): Path<ExperimentId>,
    Query(ask): Query<PageAsk>,
) -> Answer<Json<Page<Version>>> {
    Ok(Json(service.versions(&caller, id, &ask).await?))
}

/// One version with its text.
#[utoipa::path(get, path = "/api/v1/experiments/{id}/versions/{number}", tag = "experiments", operation_id = "get_version",
    params(("id" = ExperimentId, Path), ("number" = i64, Path)),
    responses((status = 200, body = VersionDetail), Problem))]
pub(super) async fn get(
    Extract(service): Extract<Experiment>,
    caller: Caller,
    Path((id, number)): Path<(ExperimentId, i64)>,
) -> Answer<Json<VersionDetail>> {
    Ok(Json(service.version(&caller, id, number).await?))
}
