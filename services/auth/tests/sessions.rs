//! Signing in, staying signed in, signing out.

use crate::world::{Browser, PASSWORD, SESSION_COOKIE, hub, hub_with, named};
use axum::{Extension, extract::ConnectInfo};
use chaoshub_auth::Config;
use chaoshub_chassis::http::CLAIM_COOKIE;
use chaoshub_testkit::{
    PUBLIC_URL,
    http::{call, get, post},
};
use chrono::TimeDelta;
use serde_json::json;
use std::net::SocketAddr;

#[tokio::test]
async fn signing_in_sets_two_cookies_and_says_who_one_is() {
    let hub = hub().await;
    hub.somebody("ada").await;
    let reply = hub.try_sign_in("Ada ", PASSWORD).await;
    assert_eq!(reply.status, 200);
    assert_eq!(reply.json["account"]["name"], "ada");
    let own = &reply.json["workspaces"][0];
    assert_eq!(
        (&own["workspace"]["organization"], &own["workspace"]["name"], &own["role"]),
        (&json!("ada"), &json!("ada"), &json!("owner"))
    );
    assert_eq!(reply.headers["cache-control"], "no-store");
    let claim = reply.set_cookie(CLAIM_COOKIE).unwrap();
    assert!(claim.ends_with("; Path=/; Max-Age=300; HttpOnly; SameSite=Lax"), "{claim}");
    let session = reply.set_cookie(SESSION_COOKIE).unwrap();
    assert!(session.ends_with("; Path=/api/v1/auth; Max-Age=2592000; HttpOnly; SameSite=Lax"), "{session}");
    let me = hub.call(get("/api/v1/me").claim(&Browser::of(&reply).claim)).await;
    assert_eq!((me.status.as_u16(), &me.json), (200, &reply.json));
}

#[tokio::test]
async fn behind_tls_the_cookies_are_never_sent_in_the_clear() {
    let hub = hub_with("https://hub.example", Config::default()).await;
    hub.operator.create_account(&"ada".parse().unwrap(), PASSWORD.into(), false).await.unwrap();
    let body = json!({ "name": "ada", "password": PASSWORD });
    let ask = post("/api/v1/auth/sign-in").from_origin(Some("https://hub.example")).json(&body);
    let reply = hub.call(ask).await;
    for name in [CLAIM_COOKIE, SESSION_COOKIE] {
        assert!(reply.set_cookie(name).unwrap().ends_with("; Secure"));
    }
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_name_get_the_same_answer() {
    let hub = hub().await;
    hub.somebody("ada").await;
    let answers = [("ada", "not the password"), ("bob", PASSWORD), ("", PASSWORD), ("../etc", PASSWORD)];
    for (name, password) in answers {
        let reply = hub.try_sign_in(name, password).await;
        assert_eq!((reply.status.as_u16(), reply.code()), (401, "wrong-password"), "{name}");
        assert_eq!(reply.json["detail"], "name or password is wrong");
        assert!(reply.set_cookie(CLAIM_COOKIE).is_none());
    }
}

#[tokio::test]
async fn who_guesses_passwords_has_to_wait() {
    let hub = hub_with(PUBLIC_URL, Config { sign_in_attempts: 3, ..Config::default() }).await;
    hub.somebody("ada").await;
    for _ in 0..3 {
        assert_eq!(hub.try_sign_in("ada", "a wrong password").await.status, 401);
    }
    hub.clock.advance(TimeDelta::minutes(1));
    let reply = hub.try_sign_in("ada", PASSWORD).await;
    assert_eq!((reply.status.as_u16(), reply.code()), (429, "too-many-attempts"));
    assert_eq!(reply.headers["retry-after"], "240");
    hub.clock.advance(TimeDelta::minutes(4));
    hub.sign_in("ada").await;
}

#[tokio::test]
async fn nobody_is_shut_out_by_wrong_passwords_that_others_try() {
    let hub = hub_with(PUBLIC_URL, Config { sign_in_attempts: 3, sign_in_attempts_per_address: 50, ..Config::default() }).await;
    hub.somebody("ada").await;
    let from = |address: [u8; 4]| hub.router.clone().layer(Extension(ConnectInfo(SocketAddr::from((address, 4000)))));
    let (attacker, elsewhere) = (from([198, 51, 100, 7]), from([192, 0, 2, 1]));
    let wish = |password: &str| post("/api/v1/auth/sign-in").json(&json!({ "name": "ada", "password": password }));
    // Long before the attack somebody signed in with a browser of theirs, at the very address of the attacker.
    let known = call(&attacker, wish(PASSWORD)).await;
    let device = known.cookie("chaoshub_device").expect("the browser is known from now on").to_owned();
    for n in 0..20 {
        let reply = call(&attacker, wish("a wrong password")).await;
        assert_eq!(reply.status, if n < 3 { 401 } else { 429 });
    }
    assert_eq!(call(&attacker, wish(PASSWORD)).await.code(), "too-many-attempts", "no more guesses from there");
    assert_eq!(call(&elsewhere, wish(PASSWORD)).await.status, 200, "the right password from elsewhere");
    let there = |password: &str| wish(password).cookie("chaoshub_device", &device);
    assert_eq!(call(&attacker, there(PASSWORD)).await.status, 200, "the right password in a browser that is known");
    // A browser that is known is no way to guess either, and is known for its own account alone.
    for n in 0..5 {
        assert_eq!(call(&elsewhere, there("a wrong password")).await.status, if n < 3 { 401 } else { 429 });
    }
    hub.somebody("eve").await;
    let eve = post("/api/v1/auth/sign-in").json(&json!({ "name": "eve", "password": "a wrong password" }));
    for _ in 0..3 {
        let ask = post("/api/v1/auth/sign-in").json(&json!({ "name": "eve", "password": "a wrong password" }));
        assert_eq!(call(&elsewhere, ask.cookie("chaoshub_device", &device)).await.status, 401);
    }
    assert_eq!(call(&elsewhere, eve.cookie("chaoshub_device", &device)).await.code(), "too-many-attempts");
}

#[tokio::test]
async fn behind_a_trusted_proxy_each_address_has_a_count_of_its_own() {
    let trusted_proxies = vec!["192.0.2.1".parse().unwrap()];
    let config = Config { sign_in_attempts: 2, sign_in_attempts_per_address: 4, trusted_proxies, ..Config::default() };
    let hub = hub_with(PUBLIC_URL, config).await;
    hub.somebody("ada").await;
    let proxy = hub.router.clone().layer(Extension(ConnectInfo(SocketAddr::from(([192, 0, 2, 1], 4000)))));
    let ask = async |name: &str, password: &str, forwarded: &str| {
        let ask = post("/api/v1/auth/sign-in").json(&json!({ "name": name, "password": password }));
        call(&proxy, ask.header("x-forwarded-for", forwarded)).await
    };
    for n in 0..10 {
        ask(&format!("guess-{n}"), PASSWORD, &format!("10.9.9.{n}, 198.51.100.7")).await;
    }
    assert_eq!(ask("ada", PASSWORD, "192.0.2.77, 198.51.100.7").await.code(), "too-many-attempts");
    assert_eq!(ask("ada", PASSWORD, "198.51.100.8").await.status, 200);
}

#[tokio::test]
async fn one_address_cannot_try_every_account() {
    let hub = hub_with(PUBLIC_URL, Config { sign_in_attempts_per_address: 5, ..Config::default() }).await;
    hub.somebody("ada").await;
    for number in 0..5 {
        assert_eq!(hub.try_sign_in(&format!("guess-{number}"), PASSWORD).await.status, 401);
    }
    assert_eq!(hub.try_sign_in("ada", PASSWORD).await.code(), "too-many-attempts");
}

#[tokio::test]
async fn an_expired_claim_is_renewed_as_long_as_the_session_goes_on() {
    let hub = hub().await;
    let browser = hub.somebody("ada").await;
    hub.clock.advance(TimeDelta::minutes(5));
    let late = hub.call(get("/api/v1/me").claim(&browser.claim)).await;
    assert_eq!((late.status.as_u16(), late.code()), (401, "claim-expired"));
    let renew = || post("/api/v1/auth/renew").cookie(SESSION_COOKIE, &browser.session);
    // Busy every 13 days, it goes on; after 30 it does not.
    for _ in 0..2 {
        hub.clock.advance(TimeDelta::days(13));
        let renewed = hub.call(renew()).await;
        assert_eq!(renewed.status, 200, "{}", renewed.json);
        assert!(renewed.set_cookie(SESSION_COOKIE).is_none());
        let claim = chaoshub_kernel::SignedClaim::from_jwt(renewed.cookie(CLAIM_COOKIE).unwrap());
        assert_eq!(hub.call(get("/api/v1/me").claim(&claim)).await.status, 200);
    }
    hub.clock.advance(TimeDelta::days(4));
    let over = hub.call(renew()).await;
    assert_eq!((over.status.as_u16(), over.code()), (401, "session-ended"));
}

#[tokio::test]
async fn a_session_that_nobody_uses_ends() {
    let hub = hub().await;
    let browser = hub.somebody("ada").await;
    hub.clock.advance(TimeDelta::days(14));
    let over = hub.call(post("/api/v1/auth/renew").cookie(SESSION_COOKIE, &browser.session)).await;
    assert_eq!((over.status.as_u16(), over.code()), (401, "session-ended"));
}

#[tokio::test]
async fn signing_out_ends_this_session_and_no_other() {
    let hub = hub().await;
    let here = hub.somebody("ada").await;
    let there = hub.sign_in("ada").await;
    let out = hub.call(post("/api/v1/auth/sign-out").cookie(SESSION_COOKIE, &here.session)).await;
    assert_eq!(out.status, 204);
    for name in [CLAIM_COOKIE, SESSION_COOKIE] {
        assert!(out.set_cookie(name).unwrap().contains("; Max-Age=0;"));
    }
    let renew = |session: &str| post("/api/v1/auth/renew").cookie(SESSION_COOKIE, session);
    assert_eq!(hub.call(renew(&here.session)).await.code(), "session-ended");
    assert_eq!(hub.call(get("/api/v1/me").claim(&here.claim)).await.code(), "session-ended");
    assert_eq!(hub.call(renew(&there.session)).await.status, 200);
    assert_eq!(hub.call(get("/api/v1/me").claim(&there.claim)).await.status, 200);
}

#[tokio::test]
async fn signing_in_again_ends_the_session_that_the_browser_held_at_once() {
    let hub = hub().await;
    let before = hub.somebody("ada").await;
    let asked = || hub.service.facade.access(&before.claim, named("ada/ada"));
    asked().await.expect("a right that is remembered from now on");
    let again = json!({ "name": "ada", "password": PASSWORD });
    let reply = hub.call(post("/api/v1/auth/sign-in").cookie(SESSION_COOKIE, &before.session).json(&again)).await;
    assert_eq!(reply.status, 200);
    assert_eq!(asked().await.unwrap_err().code, "session-ended");
}

#[tokio::test]
async fn a_guessed_session_is_none() {
    let hub = hub().await;
    let browser = hub.somebody("ada").await;
    let guesses = ["", "nonsense", &browser.session.to_uppercase(), &format!("{}x", browser.session)];
    for guess in guesses {
        let reply = hub.call(post("/api/v1/auth/renew").cookie(SESSION_COOKIE, guess)).await;
        assert_eq!((reply.status.as_u16(), reply.code()), (401, "session-ended"));
    }
}

#[tokio::test]
async fn neither_passwords_nor_sessions_nor_tokens_are_in_the_database() {
    let hub = hub().await;
    let browser = hub.somebody("ada").await;
    let ask = json!({"workspace": "ada/ada", "name": "ci", "scopes": ["run:ingest"], "expires_in_days": 1});
    let token =
        hub.call(post("/api/v1/tokens").claim(&browser.claim).json(&ask)).await.json["secret"].as_str().unwrap().to_owned();
    let rows = chaoshub_testkit::database::written_down(&hub.service.db).await;
    let holds = |text: &str| rows.contains(text);
    assert!(holds("ada"), "the rows are of the database");
    for secret in [PASSWORD, &browser.session, browser.claim.as_jwt(), &token, token.trim_start_matches("chp_")] {
        assert!(!holds(secret), "{secret} is in the database");
    }
}

#[tokio::test]
async fn what_is_not_json_is_refused_in_words() {
    let hub = hub().await;
    let ask = || post("/api/v1/auth/sign-in");
    for body in ["", "{", "[]", "{}", r#"{"name": 7, "password": "x"}"#] {
        let reply = hub.call(ask().body("application/json", body)).await;
        assert_eq!((reply.status.as_u16(), reply.code()), (422, "invalid-body"), "{body}");
        assert_eq!(reply.headers["content-type"], "application/problem+json");
    }
    assert_eq!(hub.call(ask().body("text/plain", "{}")).await.code(), "not-json");
}
