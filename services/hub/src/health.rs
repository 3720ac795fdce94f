//! Whether the process lives, whether it can serve, and its numbers.

use axum::{
    Router,
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use chaoshub_chassis::{
    db::{self, Db},
    telemetry,
};
use serde_json::json;

/// `/livez`, `/readyz` and `/metrics`.
pub(crate) fn router(databases: Vec<(&'static str, Db)>) -> Router {
    Router::new()
        .route("/livez", get(|| async { "ok\n" }))
        .route("/readyz", get(ready).with_state(databases))
        .route("/metrics", get(metrics))
}

/// 200 when every database answers, else 503; says which does not.
async fn ready(State(databases): State<Vec<(&'static str, Db)>>) -> Response {
    let checks = databases.iter().map(|(name, db)| async move { (*name, db::check(db).await.is_ok()) });
    let checks = futures::future::join_all(checks).await;
    let all = checks.iter().all(|(_, ok)| *ok);
    let status = if all { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let body: serde_json::Map<_, _> = checks.into_iter().map(|(name, ok)| (name.to_owned(), json!(ok))).collect();
    (status, axum::Json(json!({ "ready": all, "databases": body }))).into_response()
}

async fn metrics() -> impl IntoResponse {
    let text = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
    ([(header::CONTENT_TYPE, text)], telemetry::metrics().render())
}
