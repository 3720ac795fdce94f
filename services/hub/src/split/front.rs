//! The front door of a split hub on one machine: leads each request to the part whose path it is. What an ingress does
//! in a cluster.

use super::Doors;
use crate::part::Part;
use axum::{
    Router,
    body::Body,
    extract::{Request, State},
    http::{HeaderMap, HeaderName, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use chaoshub_chassis::http::{ProblemDocument, named};
use chaoshub_facade::wire::unavailable;
use futures::future::join_all;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::{sync::Arc, time::Duration};

/// How long it may take to reach a part.
const CONNECT: Duration = Duration::from_secs(1);

/// How long a part may take to say whether it is ready.
const READY: Duration = Duration::from_secs(2);

/// Headers that belong to one connection and are not passed on (RFC 9110, section 7.6.1).
const OF_THE_CONNECTION: [HeaderName; 5] =
    [header::CONNECTION, header::TRANSFER_ENCODING, header::TE, header::TRAILER, header::UPGRADE];

#[derive(Clone)]
struct Front {
    doors: Arc<Doors>,
    http: reqwest::Client,
}

/// Everything that is public.
pub(super) fn router(doors: Arc<Doors>) -> Router {
    let http = reqwest::Client::builder().connect_timeout(CONNECT).no_proxy().redirect(reqwest::redirect::Policy::none());
    let http = http.tls_certs_only([]).build().expect("a client without TLS can be made");
    let front = Front { doors, http };
    named(Router::new().route("/readyz", get(ready)).fallback(lead).with_state(front))
}

/// Ready when every part is.
async fn ready(State(front): State<Front>) -> Response {
    let (mut ready, mut databases) = (Map::new(), Map::new());
    for (part, said) in Part::ALL.into_iter().zip(join_all(Part::ALL.map(|part| front.readiness(part))).await) {
        let Readiness { ready: is_ready, databases: its } = said.unwrap_or_default();
        ready.insert(part.to_string(), json!(is_ready));
        databases.extend(its);
    }
    let all = ready.values().all(|ready| *ready == json!(true));
    let status = if all { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, axum::Json(json!({ "ready": all, "parts": ready, "databases": databases }))).into_response()
}

/// What a part says of itself at `/readyz`.
#[derive(Default, Deserialize)]
struct Readiness {
    ready: bool,
    databases: Map<String, Value>,
}

impl Front {
    async fn readiness(&self, part: Part) -> Option<Readiness> {
        let address = (*self.doors[&part].borrow())?;
        let asked = self.http.get(format!("http://{address}/readyz")).timeout(READY).send().await.ok()?;
        asked.json().await.ok()
    }
}

async fn lead(State(front): State<Front>, request: Request) -> Response {
    let path = request.uri().path();
    let part = Part::of_path(path);
    tracing::debug!(part = %part, "a request is led to a part");
    // What is between services has no door here.
    let address = if path.starts_with("/internal/") { None } else { *front.doors[&part].borrow() };
    let Some(address) = address else { return nobody(part) };
    let (parts, body) = request.into_parts();
    let target = parts.uri.path_and_query().map_or("/", |path| path.as_str());
    let mut headers = parts.headers;
    strip(&mut headers);
    let asked = front.http.request(parts.method, format!("http://{address}{target}"));
    let asked = asked.headers(headers).body(reqwest::Body::wrap_stream(body.into_data_stream())).send();
    match asked.await {
        Ok(answer) => {
            let mut response = Response::new(Body::empty());
            *response.status_mut() = answer.status();
            *response.headers_mut() = answer.headers().clone();
            strip(response.headers_mut());
            *response.body_mut() = Body::from_stream(answer.bytes_stream());
            response
        }
        Err(cause) => {
            tracing::debug!(part = %part, error = %cause.without_url(), "a part does not answer");
            nobody(part)
        }
    }
}

fn strip(headers: &mut HeaderMap) {
    for name in OF_THE_CONNECTION {
        headers.remove(name);
    }
}

fn nobody(part: Part) -> Response {
    let status = StatusCode::SERVICE_UNAVAILABLE;
    let document = ProblemDocument::of(unavailable(part.as_str()), status);
    let mut response = (status, axum::Json(document)).into_response();
    let kind = header::HeaderValue::from_static("application/problem+json");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
}
