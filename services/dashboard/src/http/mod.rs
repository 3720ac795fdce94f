//! The public resources of the dashboard: extract, ask the rules, answer.

mod hubs;
mod stream;
mod widget_kinds;
mod widgets;

use crate::service::Dashboard;
use axum::extract::FromRef;
use chaoshub_chassis::Edge;
use std::sync::Arc;
use utoipa_axum::{router::OpenApiRouter, routes};

/// What handlers are given.
#[derive(Clone)]
struct App(Arc<Dashboard>);

impl FromRef<App> for Edge {
    fn from_ref(app: &App) -> Self {
        app.0.edge.clone()
    }
}

/// Every resource, with its part of the OpenAPI document.
pub(crate) fn router(dashboard: Arc<Dashboard>) -> OpenApiRouter {
    routes().with_state(App(dashboard))
}

/// The document of these resources; it needs nothing that runs.
pub(crate) fn openapi() -> utoipa::openapi::OpenApi {
    routes().into_openapi()
}

fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(hubs::list, hubs::create))
        .routes(routes!(hubs::get, hubs::edit, hubs::delete))
        .routes(routes!(widgets::create))
        .routes(routes!(widgets::edit, widgets::delete))
        .routes(routes!(widget_kinds::list))
        .routes(routes!(stream::listen))
}
