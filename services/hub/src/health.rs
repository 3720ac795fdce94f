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
    tasks::Tasks,
    telemetry,
};
use chaoshub_kernel::Fault;
use serde_json::{Map, Value, json};
use std::{sync::Arc, time::Duration};
use tokio::{sync::Mutex, time::Instant};

/// For how long an answer is given again: anybody may ask, and asking writes.
const FRESH: Duration = Duration::from_secs(1);

/// What is looked at.
struct Looked {
    databases: Vec<(&'static str, Db)>,
    tasks: Tasks,
    last: Mutex<Option<(Instant, Vec<Option<Fault>>)>>,
}

/// `/livez`, `/readyz` and `/metrics`.
pub(crate) fn router(databases: Vec<(&'static str, Db)>, tasks: Tasks) -> Router {
    let looked = Arc::new(Looked { databases, tasks, last: Mutex::default() });
    Router::new()
        .route("/livez", get(|| async { "ok\n" }))
        .route("/readyz", get(ready))
        .route("/metrics", get(metrics))
        .with_state(looked)
}

/// 200 when every database takes writes and every background task does its work, else 503; says which does not, and why.
async fn ready(State(looked): State<Arc<Looked>>) -> Response {
    let (mut databases, mut problems) = (Map::new(), Map::new());
    for ((name, _), trouble) in looked.databases.iter().zip(looked.databases().await) {
        databases.insert((*name).to_owned(), json!(trouble.is_none()));
        if let Some(fault) = trouble {
            problems.insert(format!("database of {name}"), json!({"code": fault.code, "detail": fault.detail}));
        }
    }
    for stuck in looked.tasks.stuck() {
        problems.insert(format!("task {}", stuck.name), json!({"code": "task-stuck", "detail": stuck.why}));
    }
    let all = problems.is_empty();
    let status = if all { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let mut body = json!({ "ready": all, "databases": databases });
    if !all {
        body["problems"] = Value::Object(problems);
    }
    (status, axum::Json(body)).into_response()
}

impl Looked {
    /// What is wrong with each database, if anything. Whoever asks at the same time is given the same answer.
    async fn databases(&self) -> Vec<Option<Fault>> {
        let mut last = self.last.lock().await;
        if let Some((at, said)) = &*last
            && at.elapsed() < FRESH
        {
            return said.clone();
        }
        let checks = self.databases.iter().map(|(_, db)| async move { db::check(db).await.err() });
        let said = futures::future::join_all(checks).await;
        *last = Some((Instant::now(), said.clone()));
        said
    }
}

async fn metrics(State(looked): State<Arc<Looked>>) -> impl IntoResponse {
    looked.tasks.record();
    let text = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
    ([(header::CONTENT_TYPE, text)], telemetry::metrics().render())
}
