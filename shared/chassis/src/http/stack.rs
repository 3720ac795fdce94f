//! The layers around every router, outermost first: request id, log, failures as problems, limits.

use super::problem;
use crate::{
    request_id::{self, RequestId},
    telemetry,
};
use axum::{
    Router,
    extract::{DefaultBodyLimit, Request},
    http::{HeaderName, HeaderValue, StatusCode, header},
    middleware,
    response::{IntoResponse, Response},
};
use std::time::Duration;
use tower::ServiceBuilder;
use tower_http::{
    catch_panic::CatchPanicLayer,
    compression::{
        CompressionLayer, Predicate,
        predicate::{DefaultPredicate, NotForContentType},
    },
    set_header::SetResponseHeaderLayer,
    timeout::TimeoutLayer,
    trace::TraceLayer,
};

/// What one request may use.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Size of a body, bytes.
    pub body_bytes: usize,
    /// Time until the answer begins.
    pub answer_within: Duration,
}

/// Puts the shared layers around `router`.
pub fn stack(router: Router, limits: Limits) -> Router {
    // A page of ours loads only from ourselves, is framed by nobody, and sends no referrer elsewhere.
    let header =
        |name: HeaderName, value: &'static str| SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value));
    let layers = ServiceBuilder::new()
        .layer(header(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(header(header::X_FRAME_OPTIONS, "DENY"))
        .layer(header(header::REFERRER_POLICY, "same-origin"))
        // Event streams must not wait in a compressor's buffer.
        .layer(
            CompressionLayer::new().compress_when(DefaultPredicate::new().and(NotForContentType::const_new("text/event-stream"))),
        )
        // Outside the panic catcher and the time limit, so that their answers become problems too.
        .layer(middleware::from_fn(problem::render))
        .layer(CatchPanicLayer::custom(|_: Box<dyn std::any::Any + Send>| {
            problem::Problem(chaoshub_kernel::Fault::internal()).into_response()
        }))
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, limits.answer_within))
        .layer(middleware::from_fn(move |request, next: middleware::Next| {
            crate::deadline::within(limits.answer_within, next.run(request))
        }))
        .layer(DefaultBodyLimit::max(limits.body_bytes));
    named(router.layer(layers))
}

/// The outermost layers: each request has an id, by which everything around `router` and in it names it in the log.
pub fn named(router: Router) -> Router {
    let log = TraceLayer::new_for_http().make_span_with(span).on_request(()).on_response(telemetry::OnResponse);
    router.layer(ServiceBuilder::new().layer(middleware::from_fn(name)).layer(log))
}

/// The id is taken from whoever stands before us, so that a question can be followed through all parts. It proves nothing:
/// who wants to can send that of another.
async fn name(mut request: Request, next: middleware::Next) -> Response {
    let id = RequestId::sent(request.headers()).unwrap_or_else(RequestId::fresh);
    request.headers_mut().insert(request_id::HEADER, id.value());
    let value = id.value();
    let asked = telemetry::Asked::of(request.method(), request.extensions());
    let mut response = request_id::within(id, next.run(request)).await;
    asked.answered(response.status());
    response.headers_mut().insert(request_id::HEADER, value);
    response
}

/// A request's span; the query stays out of the log, it may hold what somebody searched for.
fn span(request: &Request) -> tracing::Span {
    let id = request_id::current();
    let id = id.as_ref().map_or("", RequestId::as_str);
    // However little is logged, what is can be found.
    tracing::error_span!("request", request.id = id, method = %request.method(), path = request.uri().path())
}
