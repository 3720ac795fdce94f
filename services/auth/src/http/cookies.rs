//! The cookies: the claim, which every service sees, the session, which only auth does, and, sealed, the sign-ins that
//! have begun. All are `Lax`, so that they are there when somebody follows a link to the hub, or comes back to it.

use crate::service::{
    CLAIM_LIFE,
    pending::{PENDING_FOR, PendingList},
    sign_in::{Device, SignedIn},
};
use axum::{
    http::{HeaderMap, HeaderValue, header},
    response::IntoResponse,
};
use axum_extra::extract::{
    CookieJar, PrivateCookieJar,
    cookie::{Cookie, Key},
};
use chaoshub_chassis::http::CLAIM_COOKIE;
use chrono::{DateTime, Utc};
use secrecy::{ExposeSecret, SecretString};

/// The cookie that holds the secret of the session.
const SESSION_COOKIE: &str = "chaoshub_session";

/// Where the session cookie is sent: only to what renews and ends sessions.
const SESSION_PATH: &str = "/api/v1/auth";

/// The cookie that holds sign-ins that have begun.
const PENDING_COOKIE: &str = "chaoshub_pending";

/// Where that is sent: to what begins and finishes them.
const PENDING_PATH: &str = "/api/v1/auth/providers";

/// The cookie that tells a browser that an account has signed in from.
const DEVICE_COOKIE: &str = "chaoshub_device";

/// For how long it is known, seconds: browsers keep none for longer than 400 days (RFC 6265bis, section 5.5).
const DEVICE_FOR: i64 = 400 * 24 * 3600;

/// Headers that give a browser what it signed in with, and, where a session begins, that make it known.
pub fn given(signed_in: &SignedIn, session_days: u32, seal: &Key, public_url: &str) -> HeaderMap {
    let claim = cookie(CLAIM_COOKIE, signed_in.claim.as_jwt(), "/", CLAIM_LIFE.num_seconds(), public_url);
    let session = signed_in.session.as_ref().map(|secret| {
        let seconds = i64::from(session_days) * 24 * 3600;
        cookie(SESSION_COOKIE, secret.expose_secret(), SESSION_PATH, seconds, public_url)
    });
    let mut headers = headers([Some(claim), session]);
    if signed_in.session.is_some() {
        let line = cookie(DEVICE_COOKIE, "", SESSION_PATH, DEVICE_FOR, public_url);
        let value = Device::of(&signed_in.me.account.name).write();
        let sealed = seal_cookie(&line, value, seal).into_response();
        headers.extend(sealed.headers().get_all(header::SET_COOKIE).iter().map(|line| (header::SET_COOKIE, line.clone())));
    }
    headers
}

/// Who has signed in from this browser before, if that is known.
pub fn device(sent: &HeaderMap, seal: &Key) -> Option<Device> {
    let jar = PrivateCookieJar::from_headers(sent, seal.clone());
    Device::read(jar.get(DEVICE_COOKIE)?.value())
}

/// Headers that take both away.
pub fn taken(public_url: &str) -> HeaderMap {
    headers([Some(cookie(CLAIM_COOKIE, "", "/", 0, public_url)), Some(cookie(SESSION_COOKIE, "", SESSION_PATH, 0, public_url))])
}

/// The secret of the session that a browser sent.
pub fn session(sent: &HeaderMap) -> Option<SecretString> {
    CookieJar::from_headers(sent).get(SESSION_COOKIE).map(|cookie| cookie.value().into())
}

/// Sign-ins that have begun, as the browser sent them.
pub fn pending(sent: &HeaderMap, seal: &Key, now: DateTime<Utc>) -> PendingList {
    let jar = PrivateCookieJar::from_headers(sent, seal.clone());
    PendingList::read(jar.get(PENDING_COOKIE).as_ref().map(Cookie::value), now)
}

/// What has the browser carry them on.
pub fn carry(list: &PendingList, seal: &Key, public_url: &str) -> PrivateCookieJar {
    let seconds = if list.is_empty() { 0 } else { PENDING_FOR.num_seconds() };
    let line = cookie(PENDING_COOKIE, "", PENDING_PATH, seconds, public_url);
    seal_cookie(&line, list.write(), seal)
}

/// The cookie of that line with a value that nobody else can read or write.
fn seal_cookie(line: &str, value: String, seal: &Key) -> PrivateCookieJar {
    let mut cookie = Cookie::parse(line.to_owned()).expect("a cookie of ours is one");
    cookie.set_value(value);
    PrivateCookieJar::new(seal.clone()).add(cookie)
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
