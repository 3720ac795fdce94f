//! Extractors whose refusals are problems: JSON bodies, queries, paths.

use super::Problem;
use axum::{
    RequestExt,
    body::{Body, Bytes, HttpBody},
    extract::{FromRequest, FromRequestParts, Request},
    http::{HeaderMap, HeaderName, header, request::Parts},
    response::{IntoResponse, Response},
};
use chaoshub_kernel::{Fault, FaultKind};
use futures::StreamExt;
use serde::{Serialize, de::DeserializeOwned};
use std::{convert::Infallible, fmt::Display, time::Duration};

/// The largest refused body that is read to its end, bytes; of a larger one nothing is read.
const THROWN_AWAY: u64 = 64 << 20;

/// How long a body may take: less than any answer, so that it is the sender who is told.
const BODY_WITHIN: Duration = Duration::from_secs(25);

/// A JSON body, in and out.
#[derive(Debug)]
pub struct Json<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        if !is_json(request.headers()) {
            let detail = "send a JSON body with `content-type: application/json`";
            return Err(Fault::new(FaultKind::UnsupportedMedia, "not-json", detail).into());
        }
        match axum::Json::<T>::from_bytes(&whole(request, state).await?) {
            Ok(axum::Json(value)) => Ok(Self(value)),
            Err(rejection) => Err(Fault::invalid("invalid-body", rejection.body_text()).into()),
        }
    }
}

/// `application/json`, or a type that is written in it (RFC 6839, section 3.1).
fn is_json(headers: &HeaderMap) -> bool {
    let text = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = text.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    essence == "application/json" || (essence.starts_with("application/") && essence.ends_with("+json"))
}

/// The whole body, up to the limit of its route. One that says beforehand that it is larger is not waited for.
///
/// # Errors
/// `body-too-large`; `body-too-slow` when it does not come in time; `invalid-body` when it ends early.
pub async fn whole<S: Send + Sync>(request: Request, state: &S) -> Result<Bytes, Problem> {
    let too_large = || Fault::new(FaultKind::TooLarge, "body-too-large", "the body is larger than this hub accepts");
    let declared = request.body().size_hint().lower();
    if limit_of(&request).is_some_and(|most| most < declared) {
        throw_away(request, declared);
        return Err(too_large().into());
    }
    let request = request.with_limited_body();
    let Ok(body) = tokio::time::timeout(BODY_WITHIN, Bytes::from_request(request, state)).await else {
        let detail = format!("the body did not come within {} seconds", BODY_WITHIN.as_secs());
        return Err(Fault::new(FaultKind::Timeout, "body-too-slow", detail).into());
    };
    body.map_err(|rejection| match rejection.status().as_u16() {
        413 => too_large().into(),
        _ => Fault::invalid("invalid-body", "the body ended before its end").into(),
    })
}

/// How large the body of a request may be, bytes: what its route has said, which axum tells only as the size of a body.
fn limit_of(request: &Request) -> Option<u64> {
    let endless = Body::from_stream(futures::stream::pending::<Result<Bytes, Infallible>>());
    let mut asked = Request::new(endless);
    asked.extensions_mut().clone_from(request.extensions());
    asked.with_limited_body().body().size_hint().upper()
}

/// Reads a refused body of a moderate size beside the answer. A connection that is closed while somebody still sends is
/// reset, and whoever stands between, such as the front door of a split hub, then loses the answer.
fn throw_away(request: Request, declared: u64) {
    if declared > THROWN_AWAY {
        return;
    }
    let mut body = request.into_body().into_data_stream();
    tokio::spawn(tokio::time::timeout(BODY_WITHIN, async move { while let Some(Ok(_)) = body.next().await {} }));
}

/// What a change says it was made from (RFC 9110, section 13.1.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IfMatch {
    /// It does not say.
    Absent,
    /// Whatever is there.
    Any,
    /// One of these, without their quotes.
    Tags(Vec<String>),
}

impl IfMatch {
    /// Ok when the change may be made to what has this tag now.
    ///
    /// # Errors
    /// `changed-meanwhile` when it was made from something else.
    pub fn holds(&self, tag: &str) -> Result<(), Fault> {
        match self {
            Self::Tags(tags) if !tags.iter().any(|one| one == tag) => {
                let detail = "it was changed meanwhile, and yours is not saved; read it again";
                Err(Fault::new(FaultKind::Outdated, "changed-meanwhile", detail))
            }
            _ => Ok(()),
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let mut values = parts.headers.get_all(header::IF_MATCH).iter().peekable();
        if values.peek().is_none() {
            return Ok(Self::Absent);
        }
        let text: Vec<_> = values.filter_map(|value| value.to_str().ok()).collect();
        let text = text.join(",");
        if text.trim() == "*" {
            return Ok(Self::Any);
        }
        // A proxy that compresses marks tags as weak, and hands them back so.
        let plain = |tag: &str| tag.trim().trim_start_matches("W/").trim_matches('"').to_owned();
        Ok(Self::Tags(text.split(',').map(plain).filter(|tag| !tag.is_empty()).collect()))
    }
}

/// One header of an answer.
pub type OneHeader = [(HeaderName, String); 1];

/// Says what a later change of this can name in `If-Match`.
#[must_use]
pub fn tagged(tag: impl Display) -> OneHeader {
    [(header::ETAG, format!("\"{tag}\""))]
}

/// Says where what was made is.
#[must_use]
pub fn located(path: impl Display) -> OneHeader {
    [(header::LOCATION, path.to_string())]
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        axum::Json(self.0).into_response()
    }
}

/// The query of the address.
#[derive(Debug)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        axum::extract::Query::<T>::from_request_parts(parts, state)
            .await
            .map(|axum::extract::Query(value)| Self(value))
            .map_err(|rejection| Fault::invalid("invalid-query", rejection.body_text()).into())
    }
}

/// Parts of the path. An id that cannot be one is an id of nothing: 404.
#[derive(Debug)]
pub struct Path<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        axum::extract::Path::<T>::from_request_parts(parts, state)
            .await
            .map(|axum::extract::Path(value)| Self(value))
            .map_err(|_| Fault::not_found("thing at this address").into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;

    async fn read(values: &[&str]) -> IfMatch {
        let mut request = Request::builder();
        for value in values {
            request = request.header(header::IF_MATCH, *value);
        }
        let (mut parts, _) = request.body(Body::empty()).unwrap().into_parts();
        IfMatch::from_request_parts(&mut parts, &()).await.unwrap()
    }

    #[tokio::test]
    async fn what_a_change_was_made_from_is_read_in_all_its_forms() {
        let tags = |tags: &[&str]| IfMatch::Tags(tags.iter().map(|tag| (*tag).to_owned()).collect());
        assert_eq!(read(&[]).await, IfMatch::Absent);
        assert_eq!(read(&["*"]).await, IfMatch::Any);
        assert_eq!(read(&["\"1\""]).await, tags(&["1"]));
        assert_eq!(read(&["\"1\", W/\"2\"", "\"3\""]).await, tags(&["1", "2", "3"]));
        assert!(read(&["\"1\", \"2\""]).await.holds("2").is_ok() && IfMatch::Any.holds("2").is_ok());
        assert_eq!(read(&["\"1\""]).await.holds("2").unwrap_err().kind.status(), 412);
    }

    #[tokio::test]
    async fn a_body_that_says_it_is_too_large_is_not_waited_for() {
        let pending = futures::stream::pending::<Result<Bytes, Infallible>>();
        // A body of which it is known how much will come, and nothing comes.
        let body = Body::new(Announced(Body::from_stream(pending)));
        let mut request = Request::builder().body(body).unwrap();
        request.headers_mut().insert(header::CONTENT_TYPE, header::HeaderValue::from_static("application/json"));
        let refused = Json::<u8>::from_request(request, &()).await.unwrap_err();
        assert_eq!(refused.0.code, "body-too-large");
    }

    struct Announced(Body);

    impl HttpBody for Announced {
        type Data = Bytes;
        type Error = axum::Error;

        fn poll_frame(
            mut self: std::pin::Pin<&mut Self>,
            cx: &mut std::task::Context<'_>,
        ) -> std::task::Poll<Option<Result<http_body::Frame<Bytes>, axum::Error>>> {
            std::pin::Pin::new(&mut self.0).poll_frame(cx)
        }

        fn size_hint(&self) -> http_body::SizeHint {
            http_body::SizeHint::with_exact(99_000_000_000)
        }
    }
}
