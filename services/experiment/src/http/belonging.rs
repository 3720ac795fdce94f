//! `/api/v1/experiments/{id}/adopt`, `/merge`, `/separate`.

use crate::service::{
    Experiment,
    adopt::{MergeInto, Separate},
    view,
};
use axum::extract::State as Extract;
use chaoshub_chassis::http::{Answer, Caller, Json, Path, Problem};
use chaoshub_facade::experiment::ExperimentId;

/// Adopts an experiment that runs from outside made: from now on people edit and run it here.
#[utoipa::path(post, path = "/api/v1/experiments/{id}/adopt", tag = "experiments", operation_id = "adopt_experiment",
    params(("id" = ExperimentId, Path)),
    responses((status = 200, body = view::Experiment), Problem))]
pub(super) async fn adopt(
    Extract(service): Extract<Experiment>,
    caller: Caller,
    Path(id): Path<ExperimentId>,
) -> Answer<Json<view::Experiment>> {
    Ok(Json(service.adopt_experiment(&caller, id).await?))
}

/// Merges an experiment from outside into another one, which gets its runs and versions; answers that one.
#[utoipa::path(post, path = "/api/v1/experiments/{id}/merge", tag = "experiments", operation_id = "merge_experiment",
    params(("id" = ExperimentId, Path)), request_body = MergeInto,
    responses((status = 200, body = view::Experiment), Problem))]
pub(super) async fn merge(
    Extract(service): Extract<Experiment>,
    caller: Caller,
    Path(id): Path<ExperimentId>,
    Json(ask): Json<MergeInto>,
) -> Answer<Json<view::Experiment>> {
    Ok(Json(service.merge(&caller, id, ask).await?))
}

/// Lets runs from outside leave for an experiment of their own, or undoes a merge; answers the experiment that has them.
#[utoipa::path(post, path = "/api/v1/experiments/{id}/separate", tag = "experiments", operation_id = "separate_experiment",
    params(("id" = ExperimentId, Path)), request_body = Separate,
    responses((status = 200, body = view::Experiment), Problem))]
pub(super) async fn separate(
    Extract(service): Extract<Experiment>,
    caller: Caller,
    Path(id): Path<ExperimentId>,
    Json(ask): Json<Separate>,
) -> Answer<Json<view::Experiment>> {
    Ok(Json(service.separate(&caller, id, ask).await?))
}
