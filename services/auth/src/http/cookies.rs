//! The two cookies: the claim, which every service sees, and the session, which only auth does.
//! Both are `Lax`, so that they are there when somebody follows a link to the hub.

use crate::service::{CLAIM_LIFE, sign_in::SignedIn};
use axum::http::{HeaderMap, HeaderValue, header};
use axum_extra::extract::CookieJar;
use chaoshub_chassis::http::CLAIM_COOKIE;
use secrecy::{ExposeSecret, SecretString};

/// The cookie that holds the secret of the session.
const SESSION_COOKIE: &str = "chaoshub_session";

/// Where the session cookie is sent: only to what renews and ends sessions.
const SESSION_PATH: &str = "/api/v1/auth";

/// Headers that give a browser what it signed in with.
pub fn given(signed_in: &SignedIn, session_days: u32, public_url: &str) -> HeaderMap {
    let claim = cookie(CLAIM_COOKIE, signed_in.claim.as_jwt(), "/", CLAIM_LIFE.num_seconds(), public_url);
    let session = signed_in.session.as_ref().map(|secret| {
        let seconds = i64::from(session_days) * 24 * 3600;
        cookie(SESSION_COOKIE, secret.expose_secret(), SESSION_PATH, seconds, public_url)
    });
    headers([Some(claim), session])
}

/// Headers that take both away.
pub fn taken(public_url: &str) -> HeaderMap {
    headers([Some(cookie(CLAIM_COOKIE, "", "/", 0, public_url)), Some(cookie(SESSION_COOKIE, "", SESSION_PATH, 0, public_url))])
}

/// The secret of the session that a browser sent.
pub fn session(sent: &HeaderMap) -> Option<SecretString> {
    CookieJar::from_headers(sent).get(SESSION_COOKIE).map(|cookie| cookie.value().into())
}

fn cookie(name: &str, value: &str, path: &str, seconds: i64, public_url: &str) -> String {
    let secure = if public_url.starts_with("https://") { "; Secure" } else { "" };
    format!("{name}={value}; Path={path}; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}")
}

fn headers(cookies: [Option<String>; 2]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    for cookie in cookies.into_iter().flatten() {
        let mut value = HeaderValue::from_str(&cookie).expect("a cookie of ours has plain characters only");
        value.set_sensitive(true);
        headers.append(header::SET_COOKIE, value);
    }
    headers
}
