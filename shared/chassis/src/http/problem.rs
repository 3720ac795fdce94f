//! Faults as RFC 9457 problem documents. Handlers answer with a [`Problem`]; the stack writes it out, in one place.

use crate::request_id;
use axum::{
    body::Body,
    extract::Request,
    http::{HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use chaoshub_kernel::Fault;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::{
    IntoResponses, ToSchema,
    openapi::{self, ContentBuilder, Ref, RefOr, ResponseBuilder},
};

/// What a handler answers.
pub type Answer<T> = Result<T, Problem>;

/// A fault on its way to the caller.
#[derive(Debug)]
pub struct Problem(pub Fault);

impl From<Fault> for Problem {
    fn from(fault: Fault) -> Self {
        Self(fault)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.0.kind.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = status.into_response();
        // Whoever is told to come back later is told when (RFC 9110, section 10.2.3).
        let seconds = self.0.extra.as_ref().and_then(|extra| extra["retry_after_seconds"].as_u64());
        if let Some(seconds) = seconds {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        // How to prove who one is (RFC 9110, section 11.6.1; RFC 6750, section 3).
        if status == StatusCode::UNAUTHORIZED {
            let refused = matches!(self.0.code.as_str(), "invalid-token" | "token-expired" | "invalid-claim" | "claim-expired");
            let challenge =
                if refused { r#"Bearer realm="chaoshub", error="invalid_token""# } else { r#"Bearer realm="chaoshub""# };
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
        }
        response.extensions_mut().insert(self.0);
        response
    }
}

/// Every operation may answer a problem; `responses((status = 200, ...), Problem)` says so in the document.
impl IntoResponses for Problem {
    fn responses() -> BTreeMap<String, RefOr<openapi::Response>> {
        let content = ContentBuilder::new().schema(Some(Ref::from_schema_name(ProblemDocument::name()))).build();
        let response = ResponseBuilder::new()
            .description("It did not work; `code` says why.")
            .content("application/problem+json", content)
            .build();
        BTreeMap::from([("default".to_owned(), response.into())])
    }
}

/// The body of every failure (`application/problem+json`, RFC 9457).
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct ProblemDocument {
    /// The code as a name that is nobody else's (a URN; there is nothing to fetch).
    pub r#type: String,
    /// The code in words.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// Stable and kebab-case.
    pub code: String,
    /// What happened and what to do.
    pub detail: String,
    /// A reference that finds the request in the log.
    pub instance: String,
    /// Particulars that some codes carry.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub extra: Option<serde_json::Value>,
}

impl ProblemDocument {
    /// What a fault is told as, while the request that it came of is answered with this status.
    #[must_use]
    pub fn of(fault: Fault, status: StatusCode) -> Self {
        Self {
            r#type: format!("urn:chaoshub:problem:{}", fault.code),
            title: fault.code.replace('-', " "),
            status: status.as_u16(),
            code: fault.code,
            detail: fault.detail,
            instance: request_id::current().map(|id| id.as_str().to_owned()).unwrap_or_default(),
            extra: fault.extra,
        }
    }
}

/// A request that the listener has found to be malformed; no handler sees it.
#[derive(Debug, Clone)]
pub(super) struct Refused(pub(super) Fault);

/// Gives every failure its document, those of the router and of other layers too.
pub(super) async fn render(mut request: Request, next: Next) -> Response {
    let path_is_api = is_api(request.uri().path());
    let mut response = match request.extensions_mut().remove::<Refused>() {
        Some(Refused(fault)) => Problem(fault).into_response(),
        None => next.run(request).await,
    };
    if path_is_api {
        // What is answered there is for the caller alone, unless it says otherwise.
        response.headers_mut().entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    }
    let status = response.status();
    let fault = match response.extensions_mut().remove::<Fault>() {
        Some(fault) => fault,
        None if path_is_api && (status.is_client_error() || status.is_server_error()) => plain(status),
        None => return response,
    };
    let body = serde_json::to_vec(&ProblemDocument::of(fault, status)).expect("a problem document has a JSON form");
    response.headers_mut().remove(header::CONTENT_LENGTH);
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    *response.body_mut() = Body::from(body);
    response
}

fn is_api(path: &str) -> bool {
    path.starts_with("/api/") || path.starts_with("/internal/")
}

/// What axum and tower answer without a body of ours.
fn plain(status: StatusCode) -> Fault {
    use chaoshub_kernel::FaultKind as Kind;
    match status {
        StatusCode::NOT_FOUND => Fault::new(Kind::NotFound, "no-such-address", "there is nothing at this address"),
        StatusCode::METHOD_NOT_ALLOWED => {
            Fault::new(Kind::Invalid, "method-not-allowed", "this address does not answer that method")
        }
        StatusCode::PAYLOAD_TOO_LARGE => Fault::new(Kind::TooLarge, "body-too-large", "the body is larger than this hub accepts"),
        StatusCode::REQUEST_TIMEOUT | StatusCode::GATEWAY_TIMEOUT | StatusCode::SERVICE_UNAVAILABLE => {
            Fault::unavailable("too-slow", "the hub took too long to answer; try again")
        }
        status if status.is_client_error() => Fault::invalid("invalid-request", "the request cannot be understood"),
        _ => Fault::internal(),
    }
}
