//! The sample target: a small shop that can be broken and mended, so that an experiment has something to find out.

use crate::{cli::TargetArgs, descriptors::Descriptors};
use axum::{
    Json, Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use chaoshub_chassis::http;
use serde::Deserialize;
use serde_json::json;
use std::{
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio_util::sync::CancellationToken;

/// More than an experiment's load needs.
const MOST_CONNECTIONS: usize = 1024;

/// The longest delay that can be asked for.
const LONGEST_DELAY_MS: u64 = 10_000;

/// What is wrong with the shop at the moment.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(default)]
struct Fault {
    /// The payment provider is gone and there is no way around it.
    broken: bool,
    /// The payment provider is slow by so much; the shop has a way around it.
    delay_ms: u64,
}

type Shop = Arc<Mutex<Fault>>;

/// Serves the shop until the process is told to stop.
pub(crate) async fn serve(args: TargetArgs) -> Result<(), String> {
    let listener = tokio::net::TcpListener::bind(args.listen)
        .await
        .map_err(|cause| format!("the target cannot listen on {}: {cause}; choose another with --listen", args.listen))?;
    let address = listener.local_addr().map_err(|cause| cause.to_string())?;
    println!("The sample target is ready at http://{address}");
    let limits = Descriptors::raise().connections(MOST_CONNECTIONS);
    let stop = CancellationToken::new();
    tokio::select! {
        () = http::serve("target", listener, router(), limits.public, stop.clone()) => {}
        () = crate::serve::told_to_stop() => stop.cancel(),
    }
    Ok(())
}

pub(crate) fn router() -> Router {
    let shop: Shop = Arc::default();
    Router::new()
        .route("/health", get(|| async { Json(json!({"status": "up"})) }))
        .route("/checkout", get(checkout))
        .route("/stock", get(|| async { Json(json!({"replicas": 2, "items": 120})) }))
        .route("/fault", post(set))
        .route("/reset", post(reset).get(reset))
        .with_state(shop)
}

/// Pays. The shop gives the provider 300 ms and then takes the order on account, unless the provider is gone.
async fn checkout(State(shop): State<Shop>) -> Response {
    const PATIENCE: Duration = Duration::from_millis(300);
    let fault = *shop.lock().expect("no panic happens under this lock");
    if fault.broken {
        return (StatusCode::SERVICE_UNAVAILABLE, Json(json!({"paid": false, "error": "payment provider is gone"})))
            .into_response();
    }
    let delay = Duration::from_millis(fault.delay_ms);
    tokio::time::sleep(delay.min(PATIENCE)).await;
    let by = if delay > PATIENCE { "account" } else { "provider" };
    Json(json!({"paid": true, "by": by})).into_response()
}

async fn set(State(shop): State<Shop>, Json(mut fault): Json<Fault>) -> Json<serde_json::Value> {
    fault.delay_ms = fault.delay_ms.min(LONGEST_DELAY_MS);
    *shop.lock().expect("no panic happens under this lock") = fault;
    Json(json!({"broken": fault.broken, "delay_ms": fault.delay_ms}))
}

async fn reset(State(shop): State<Shop>) -> Json<serde_json::Value> {
    *shop.lock().expect("no panic happens under this lock") = Fault::default();
    Json(json!({"reset": true}))
}
