//! The layers around every router, outermost first: request id, log, failures as problems, limits.

use super::problem;
use crate::telemetry;
use axum::{
    Router,
    extract::{DefaultBodyLimit, Request},
    http::{HeaderName, HeaderValue, StatusCode, header},
    middleware,
    response::IntoResponse,
};
use std::time::Duration;
use tower::ServiceBuilder;
use tower_http::{
    catch_panic::CatchPanicLayer,
    compression::{
        CompressionLayer, Predicate,
        predicate::{DefaultPredicate, NotForContentType},
    },
    request_id::{MakeRequestId, PropagateRequestIdLayer, RequestId, SetRequestIdLayer},
    set_header::SetResponseHeaderLayer,
    timeout::TimeoutLayer,
    trace::TraceLayer,
};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

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
        // First, so that everything below can name the request.
        .layer(SetRequestIdLayer::new(REQUEST_ID, FreshId))
        .layer(PropagateRequestIdLayer::new(REQUEST_ID))
        .layer(TraceLayer::new_for_http().make_span_with(span).on_request(()).on_response(telemetry::OnResponse))
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
    router.layer(layers)
}

/// A request's span; the query stays out of the log, it may hold what somebody searched for.
fn span(request: &Request) -> tracing::Span {
    let id = request.headers().get(REQUEST_ID).and_then(|id| id.to_str().ok()).unwrap_or_default();
    tracing::info_span!("request", request.id = id, method = %request.method(), path = request.uri().path())
}

/// Ids of our own making only: one that a caller sends could be made to look like another request's.
#[derive(Clone, Copy)]
struct FreshId;

impl MakeRequestId for FreshId {
    fn make_request_id<B>(&mut self, _: &axum::http::Request<B>) -> Option<RequestId> {
        let number: u128 = rand::random();
        HeaderValue::from_str(&format!("{number:032x}")).ok().map(RequestId::new)
    }
}
