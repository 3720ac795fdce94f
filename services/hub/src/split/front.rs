//! The front door of a split hub on one machine: leads each request to the part whose path it is. What an ingress does
//! in a cluster.

use super::{Doors, pulse::Pulses};
use crate::part::Part;
use axum::{
    Router,
    body::Body,
    extract::{ConnectInfo, Request, State},
    http::{HeaderMap, HeaderName, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use chaoshub_chassis::http::{ProblemDocument, named};
use chaoshub_facade::wire::unavailable;
use futures::future::join_all;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::{net::SocketAddr, sync::Arc, time::Duration};

/// How long it may take to reach a part.
const CONNECT: Duration = Duration::from_secs(1);

/// How long a part may take to say whether it is ready.
const READY: Duration = Duration::from_secs(2);

/// How long a part may take to begin its answer: longer than any that still moves.
const PATIENCE: Duration = Duration::from_secs(35);

/// Headers that belong to one connection and are not passed on, besides those that `connection` names (RFC 9110, section
/// 7.6.1).
const OF_THE_CONNECTION: [HeaderName; 6] = [
    header::CONNECTION,
    HeaderName::from_static("keep-alive"),
    header::TRANSFER_ENCODING,
    header::TE,
    header::TRAILER,
    header::UPGRADE,
];

#[derive(Clone)]
struct Front {
    doors: Arc<Doors>,
    http: reqwest::Client,
    patience: Duration,
    pulses: Pulses,
}

/// Everything that is public.
pub(super) fn router(doors: Arc<Doors>, pulses: Pulses) -> Router {
    within(doors, pulses, PATIENCE)
}

/// Asks parts, over a connection of its own each time.
pub(super) fn client() -> reqwest::Client {
    let http = reqwest::Client::builder().connect_timeout(CONNECT).no_proxy().redirect(reqwest::redirect::Policy::none());
    // None is kept: a part may have done with it, as after a body that it refused, and what is sent then is lost.
    http.pool_max_idle_per_host(0).tls_certs_only([]).build().expect("a client without TLS can be made")
}

fn within(doors: Arc<Doors>, pulses: Pulses, patience: Duration) -> Router {
    let front = Front { doors, http: client(), patience, pulses };
    named(Router::new().route("/readyz", get(ready)).fallback(lead).with_state(front))
}

/// Ready when every part is.
async fn ready(State(front): State<Front>) -> Response {
    let (mut ready, mut databases, mut problems) = (Map::new(), Map::new(), Map::new());
    for (part, said) in Part::ALL.into_iter().zip(join_all(Part::ALL.map(|part| front.readiness(part))).await) {
        let Readiness { ready: is_ready, databases: its, problems: of_it } = said.unwrap_or_default();
        problems.extend(of_it);
        ready.insert(part.to_string(), json!(is_ready));
        databases.extend(its);
    }
    let all = ready.values().all(|ready| *ready == json!(true));
    let status = if all { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let mut body = json!({ "ready": all, "parts": ready, "databases": databases });
    if !problems.is_empty() {
        body["problems"] = Value::Object(problems);
    }
    (status, axum::Json(body)).into_response()
}

/// What a part says of itself at `/readyz`.
#[derive(Default, Deserialize)]
struct Readiness {
    ready: bool,
    databases: Map<String, Value>,
    #[serde(default)]
    problems: Map<String, Value>,
}

impl Front {
    async fn readiness(&self, part: Part) -> Option<Readiness> {
        let address = (*self.doors[&part].borrow())?;
        let asked = self.http.get(format!("http://{address}/readyz")).timeout(READY).send().await.ok()?;
        asked.json().await.ok()
    }
}

async fn lead(State(front): State<Front>, request: Request) -> Response {
    let part = Part::of_path(request.uri().path());
    tracing::debug!(part = %part, "a request is led to a part");
    let Some(address) = *front.doors[&part].borrow() else { return nobody(part) };
    let (parts, body) = request.into_parts();
    let target = parts.uri.path_and_query().map_or("/", |path| path.as_str());
    let mut headers = parts.headers;
    strip(&mut headers);
    if let Some(ConnectInfo(peer)) = parts.extensions.get::<ConnectInfo<SocketAddr>>()
        && let Ok(came_from) = peer.ip().to_string().parse()
    {
        headers.append("x-forwarded-for", came_from);
    }
    let asked = front.http.request(parts.method, format!("http://{address}{target}"));
    let asked = asked.headers(headers).body(reqwest::Body::wrap_stream(body.into_data_stream())).send();
    let answered = tokio::select! {
        // One that does not move is not waited for.
        () = front.pulses.frozen(part) => return nobody(part),
        answered = tokio::time::timeout(front.patience, asked) => answered,
    };
    match answered {
        Ok(Ok(answer)) => {
            let mut response = Response::new(Body::empty());
            *response.status_mut() = answer.status();
            *response.headers_mut() = answer.headers().clone();
            strip(response.headers_mut());
            *response.body_mut() = Body::from_stream(answer.bytes_stream());
            response
        }
        Ok(Err(cause)) => {
            tracing::debug!(part = %part, error = %cause.without_url(), "a part does not answer");
            nobody(part)
        }
        Err(_) => nobody(part),
    }
}

fn strip(headers: &mut HeaderMap) {
    let named: Vec<_> = headers.get_all(header::CONNECTION).iter().filter_map(|names| names.to_str().ok()).collect();
    let named: Vec<HeaderName> = named.join(",").split(',').filter_map(|name| name.trim().parse().ok()).collect();
    for name in named.into_iter().chain(OF_THE_CONNECTION) {
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

#[cfg(test)]
mod tests {
    use super::*;
    use chaoshub_chassis::request_id;
    use tokio::{net::TcpListener, sync::watch};

    #[test]
    fn what_belongs_to_one_connection_is_not_passed_on() {
        let headers = [
            ("connection", "close, X-Only-Here"),
            ("connection", "x-nor-this"),
            ("keep-alive", "timeout=5"),
            ("x-only-here", "1"),
            ("x-nor-this", "1"),
            ("transfer-encoding", "chunked"),
            ("host", "localhost:8080"),
            ("cookie", "a=b"),
        ];
        let mut headers: HeaderMap = headers
            .into_iter()
            .map(|(name, value)| (HeaderName::from_static(name), header::HeaderValue::from_static(value)))
            .fold(HeaderMap::new(), |mut all, (name, value)| {
                all.append(name, value);
                all
            });
        strip(&mut headers);
        let mut left: Vec<_> = headers.keys().map(HeaderName::as_str).collect();
        left.sort_unstable();
        assert_eq!(left, ["cookie", "host"]);
    }

    #[tokio::test]
    async fn a_part_that_stands_still_is_given_up_and_named() {
        // Connections are taken by the system and never read.
        let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let doors = Part::ALL.into_iter().map(|part| (part, watch::Sender::new(silent.local_addr().ok()))).collect();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/api/v1/runs", listener.local_addr().unwrap());
        tokio::spawn(
            async move { axum::serve(listener, within(Arc::new(doors), Pulses::new(), Duration::from_millis(50))).await },
        );
        let asked = reqwest::Client::new().get(url).header(request_id::HEADER, "a-question").send();
        let answer = tokio::time::timeout(READY, asked).await.expect("an answer comes soon").unwrap();
        assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
        let problem: ProblemDocument = answer.json().await.unwrap();
        assert_eq!((problem.extra.unwrap()["service"].as_str(), &*problem.instance), (Some("experiment"), "a-question"));
    }

    #[tokio::test]
    async fn a_connection_that_a_part_has_done_with_fails_no_request() {
        use tokio::io::{AsyncReadExt, AsyncWriteExt};
        let part = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let doors: Doors = Part::ALL.into_iter().map(|one| (one, watch::Sender::new(part.local_addr().ok()))).collect();
        // As after a body that it would not read to its end: the answer, and nothing to the request that follows.
        tokio::spawn(async move {
            while let Ok((mut connection, _)) = part.accept().await {
                let mut heard = [0; 4096];
                let _asked = connection.read(&mut heard).await;
                connection.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await.unwrap();
                tokio::spawn(async move { connection.read(&mut heard).await });
            }
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/api/v1/runs", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, within(Arc::new(doors), Pulses::new(), READY)).await });
        for _ in 0..3 {
            assert_eq!(reqwest::get(&url).await.unwrap().status(), StatusCode::OK);
        }
    }
}
