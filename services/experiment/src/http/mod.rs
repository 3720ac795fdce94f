//! The public resources, one a file: extract, authorize, call the service, answer.

mod belonging;
mod events;
mod experiments;
mod journals;
mod run_query;
mod runs;
mod source;
mod versions;

use crate::service::Experiment;
use axum::extract::{DefaultBodyLimit, FromRef};
use chaoshub_chassis::Edge;
use utoipa::openapi::OpenApi;
use utoipa_axum::{
    router::{OpenApiRouter, UtoipaMethodRouterExt},
    routes,
};

#[derive(Clone)]
pub(crate) struct State {
    experiment: Experiment,
}

impl FromRef<State> for Edge {
    fn from_ref(state: &State) -> Self {
        state.experiment.edge.clone()
    }
}

impl FromRef<State> for Experiment {
    fn from_ref(state: &State) -> Self {
        state.experiment.clone()
    }
}

/// The routes with their state and limits.
pub(crate) fn router(experiment: Experiment) -> OpenApiRouter {
    routes(experiment.config.journal_limit).with_state(State { experiment })
}

/// The document of the routes; it needs nothing that runs.
pub(crate) fn openapi() -> OpenApi {
    routes(0).into_openapi()
}

fn routes(journal_limit: usize) -> OpenApiRouter<State> {
    let journal_limit = DefaultBodyLimit::max(journal_limit);
    OpenApiRouter::new()
        .routes(routes!(experiments::list, experiments::create))
        .routes(routes!(experiments::check))
        .routes(routes!(experiments::get, experiments::change, experiments::archive))
        .routes(routes!(experiments::restore))
        .routes(routes!(belonging::adopt))
        .routes(routes!(belonging::merge))
        .routes(routes!(belonging::separate))
        .routes(routes!(versions::list))
        .routes(routes!(versions::get))
        .routes(routes!(runs::list, runs::request))
        .routes(routes!(runs::csv))
        .routes(routes!(runs::get, runs::open))
        .routes(routes!(runs::adjacent))
        .routes(routes!(runs::stop))
        .routes(routes!(runs::log))
        .routes(routes!(events::list, events::ingest))
        .routes(routes!(journals::get, journals::finish).layer(journal_limit))
        .routes(routes!(journals::upload).layer(journal_limit))
}
