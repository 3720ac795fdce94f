//! Asking a router as a browser, as a program, or as a stranger, without a socket.

use crate::PUBLIC_URL;
use axum::{
    Router,
    body::{Body, Bytes},
    http::{HeaderMap, HeaderName, HeaderValue, Method, Request, StatusCode, header},
};
use chaoshub_chassis::http::{CLAIM_COOKIE, Limits, stack};
use chaoshub_kernel::SignedClaim;
use http_body_util::BodyExt;
use serde_json::Value;
use std::time::Duration;
use tower::ServiceExt;

/// A router behind the layers that it has in the hub, so that failures are problem documents.
pub fn served(router: Router) -> Router {
    stack(router, Limits { body_bytes: 4 << 20, answer_within: Duration::from_secs(30) })
}

/// What is asked. Begin with [`get`], [`post`], [`put`], [`patch`] or [`delete`].
#[derive(Debug)]
pub struct Ask {
    method: Method,
    path: String,
    headers: HeaderMap,
    cookies: Vec<String>,
    body: Bytes,
}

/// `GET path`.
pub fn get(path: impl Into<String>) -> Ask {
    Ask::new(Method::GET, path)
}

/// `POST path`.
pub fn post(path: impl Into<String>) -> Ask {
    Ask::new(Method::POST, path)
}

/// `PUT path`.
pub fn put(path: impl Into<String>) -> Ask {
    Ask::new(Method::PUT, path)
}

/// `PATCH path`.
pub fn patch(path: impl Into<String>) -> Ask {
    Ask::new(Method::PATCH, path)
}

/// `DELETE path`.
pub fn delete(path: impl Into<String>) -> Ask {
    Ask::new(Method::DELETE, path)
}

impl Ask {
    /// Any method; the others are short for it. A request comes from a page of ours unless [`Ask::from_origin`] says otherwise.
    pub fn new(method: Method, path: impl Into<String>) -> Self {
        let headers = HeaderMap::from_iter([(header::ORIGIN, HeaderValue::from_static(PUBLIC_URL))]);
        Self { method, path: path.into(), headers, cookies: Vec::new(), body: Bytes::new() }
    }

    /// As the browser of somebody signed in.
    #[must_use]
    pub fn claim(self, claim: &SignedClaim) -> Self {
        self.cookie(CLAIM_COOKIE, claim.as_jwt())
    }

    /// As a program with an API token.
    #[must_use]
    pub fn bearer(self, token: &str) -> Self {
        self.header("authorization", &format!("Bearer {token}"))
    }

    /// With a cookie.
    #[must_use]
    pub fn cookie(mut self, name: &str, value: &str) -> Self {
        self.cookies.push(format!("{name}={value}"));
        self
    }

    /// From a page of another origin; with `None` a request that does not say where it comes from.
    #[must_use]
    pub fn from_origin(mut self, origin: Option<&str>) -> Self {
        self.headers.remove(header::ORIGIN);
        match origin {
            Some(origin) => self.header("origin", origin),
            None => self,
        }
    }

    /// With a header.
    ///
    /// # Panics
    /// When it is not a header.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        let name: HeaderName = name.parse().expect("a header's name");
        self.headers.insert(name, HeaderValue::from_str(value).expect("a header's value"));
        self
    }

    /// With a JSON body.
    #[must_use]
    pub fn json(self, body: &Value) -> Self {
        self.body("application/json", body.to_string())
    }

    /// With any body.
    #[must_use]
    pub fn body(mut self, content_type: &str, body: impl Into<Bytes>) -> Self {
        self.body = body.into();
        self.header("content-type", content_type)
    }

    fn into_request(self) -> Request<Body> {
        let mut request = Request::new(Body::from(self.body));
        *request.method_mut() = self.method;
        *request.uri_mut() = self.path.parse().expect("a path");
        *request.headers_mut() = self.headers;
        if !self.cookies.is_empty() {
            let cookies = HeaderValue::from_str(&self.cookies.join("; ")).expect("cookies of plain characters");
            request.headers_mut().insert(header::COOKIE, cookies);
        }
        request
    }
}

/// What was answered.
#[derive(Debug)]
pub struct Reply {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body as JSON; null when it is not JSON.
    pub json: Value,
    /// The body as it came.
    pub bytes: Bytes,
}

impl Reply {
    /// The code of a problem; empty when the answer is not one.
    #[must_use]
    pub fn code(&self) -> &str {
        self.json["code"].as_str().unwrap_or_default()
    }

    /// The value of a cookie that the answer sets.
    #[must_use]
    pub fn cookie(&self, name: &str) -> Option<&str> {
        self.set_cookie(name)?.split(';').next()?.split_once('=').map(|(_, value)| value)
    }

    /// The whole `Set-Cookie` line of that cookie.
    #[must_use]
    pub fn set_cookie(&self, name: &str) -> Option<&str> {
        let lines = self.headers.get_all(header::SET_COOKIE).iter().filter_map(|line| line.to_str().ok());
        lines.into_iter().find(|line| line.strip_prefix(name).is_some_and(|rest| rest.starts_with('=')))
    }
}

/// Asks and reads the whole answer; not for streams that do not end.
///
/// # Panics
/// When the answer's body cannot be read.
pub async fn call(router: &Router, ask: Ask) -> Reply {
    let Ok(response) = router.clone().oneshot(ask.into_request()).await;
    let (parts, body) = response.into_parts();
    let bytes = body.collect().await.expect("the body can be read").to_bytes();
    let json = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
    Reply { status: parts.status, headers: parts.headers, json, bytes }
}
