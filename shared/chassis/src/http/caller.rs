//! Who asks: a browser by its claim cookie, or a program by its API token.

use super::Problem;
use crate::Edge;
use axum::{
    extract::{FromRef, FromRequestParts},
    http::{HeaderMap, Method, header, request::Parts},
};
use axum_extra::extract::CookieJar;
use chaoshub_facade::auth::{Access, Proof, WorkspaceRef};
use chaoshub_kernel::{Fault, Scope, SignedClaim, UserClaim};
use std::sync::Arc;

/// The cookie that holds the claim, minutes long; sent to every service.
pub const CLAIM_COOKIE: &str = "chaoshub_claim";

/// Somebody who has proven who they are. What they may do is asked for each workspace.
#[derive(Clone)]
pub struct Caller {
    /// The verified content.
    pub claim: Arc<UserClaim>,
    /// The claim as signed, to go along with facade calls.
    pub signed: SignedClaim,
    edge: Edge,
}

impl Caller {
    /// The caller's rights in `workspace`, if `scope` is among them.
    ///
    /// # Errors
    /// `not-found` when the caller may not know of the workspace, `missing-scope` when it may not do this there.
    pub async fn need(&self, workspace: WorkspaceRef, scope: Scope) -> Result<Access, Fault> {
        let access = self.edge.auth.access(&self.signed, workspace).await?;
        access.need(scope)?;
        Ok(access)
    }
}

impl<S> FromRequestParts<S> for Caller
where
    Edge: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let edge = Edge::from_ref(state);
        let signed = if let Some(token) = bearer(&parts.headers) {
            edge.auth.exchange(Proof::ApiToken(token.to_owned())).await?
        } else {
            let jar = CookieJar::from_headers(&parts.headers);
            let cookie =
                jar.get(CLAIM_COOKIE).ok_or_else(|| Fault::unauthenticated("not-signed-in", "sign in, or send an API token"))?;
            came_from_us(&parts.method, &parts.headers, &edge.public_url)?;
            SignedClaim::from_jwt(cookie.value())
        };
        let claim = edge.verifier.verify(&signed).await?;
        Ok(Self { claim, signed, edge })
    }
}

/// The token of an `Authorization: Bearer` header (RFC 6750).
#[must_use]
pub fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// Lets a browser's write through only when one of our own pages sent it: an address beside ours, such as a session's
/// own origin, is the same site and gets the cookies, so `SameSite` alone does not tell them apart.
///
/// # Errors
/// `cross-site` when the request comes from elsewhere, or does not say from where.
pub fn came_from_us(method: &Method, headers: &HeaderMap, public_url: &str) -> Result<(), Fault> {
    if method.is_safe() {
        return Ok(());
    }
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let from_us = match (text("origin"), text("sec-fetch-site")) {
        (Some(origin), _) => origin == public_url || text("host").is_some_and(|host| is_origin_of(origin, host)),
        (None, site) => site == Some("same-origin"),
    };
    if from_us {
        return Ok(());
    }
    Err(Fault::forbidden("cross-site", "this request did not come from a page of this hub"))
}

/// Whether `origin` is a page of the very host that was asked; behind a proxy that ends TLS the scheme may differ.
fn is_origin_of(origin: &str, host: &str) -> bool {
    // Browsers write hosts in lower case and leave the usual port away, in both; others may not.
    let scheme = origin.split_once("://").map_or("https", |(scheme, _)| scheme);
    crate::origin::parse(&format!("{scheme}://{host}")).is_ok_and(|asked| asked == origin)
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn from(pairs: &[(&'static str, &str)]) -> bool {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.insert(*name, HeaderValue::from_str(value).unwrap());
        }
        came_from_us(&Method::POST, &headers, "http://localhost:8080").is_ok()
    }

    #[test]
    fn a_write_from_elsewhere_is_refused_even_from_the_same_site() {
        assert!(from(&[("origin", "http://localhost:8080")]));
        assert!(from(&[("origin", "http://127.0.0.1:8080"), ("host", "127.0.0.1:8080")]));
        assert!(from(&[("origin", "https://hub.example"), ("host", "Hub.Example:443")]));
        assert!(!from(&[("origin", "https://hub.example"), ("host", "hub.example:8443")]));
        assert!(from(&[("sec-fetch-site", "same-origin")]));
        assert!(!from(&[("origin", "http://ses.localhost:8080"), ("host", "localhost:8080")]));
        assert!(!from(&[("origin", "null"), ("host", "localhost:8080")]));
        assert!(!from(&[("sec-fetch-site", "same-site")]));
        assert!(!from(&[]));
    }
}
