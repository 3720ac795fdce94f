//! The first administrator.

use crate::world::{Browser, Hub, PASSWORD, hub, hub_with, named, slug};
use chaoshub_auth::Config;
use chaoshub_kernel::Role;
use chaoshub_testkit::{
    PUBLIC_URL,
    http::{Reply, get, post},
};
use chrono::TimeDelta;
use serde_json::json;

async fn set_up(hub: &Hub, code: &str, name: &str, password: &str) -> Reply {
    let body = json!({ "code": code, "name": name, "password": password });
    hub.call(post("/api/v1/auth/setup").json(&body)).await
}

async fn required(hub: &Hub) -> bool {
    hub.call(get("/api/v1/auth/options")).await.json["setup_required"].as_bool().unwrap()
}

#[tokio::test]
async fn the_code_makes_the_first_administrator_once() {
    let hub = hub().await;
    hub.operator.ensure_workspace(&slug("demo"), &slug("demo"), "Demo").await.unwrap();
    assert!(required(&hub).await);
    let code = hub.operator.setup_code().await.unwrap().unwrap();
    let reply = set_up(&hub, &code, "ada", PASSWORD).await;
    assert_eq!(reply.status, 201, "{}", reply.json);
    assert_eq!(reply.json["account"]["admin"], true);
    assert!(!required(&hub).await);
    let again = set_up(&hub, &code, "eve", PASSWORD).await;
    assert_eq!((again.status.as_u16(), again.code()), (409, "setup-done"));
    assert_eq!(hub.operator.setup_code().await, Ok(None));
    // What nobody owned is hers, and so is what carries her name.
    let claim = Browser::of(&reply).claim;
    for place in ["demo/demo", "ada/ada"] {
        assert_eq!(hub.service.facade.access(&claim, named(place)).await.map(|access| access.role), Ok(Role::Owner));
    }
}

#[tokio::test]
async fn an_organization_that_has_an_owner_keeps_it() {
    let hub = hub().await;
    let code = hub.operator.setup_code().await.unwrap().unwrap();
    set_up(&hub, &code, "ada", PASSWORD).await;
    let bob = hub.somebody("bob").await;
    let ada = hub.sign_in("ada").await;
    assert!(hub.service.facade.access(&bob.claim, named("bob/bob")).await.is_ok());
    assert_eq!(hub.service.facade.access(&ada.claim, named("bob/bob")).await.unwrap_err().code, "not-found");
}

#[tokio::test]
async fn a_wrong_code_makes_nobody() {
    let hub = hub().await;
    assert_eq!(set_up(&hub, "", "eve", PASSWORD).await.code(), "wrong-setup-code");
    let old = hub.operator.setup_code().await.unwrap().unwrap();
    let code = hub.operator.setup_code().await.unwrap().unwrap();
    assert_ne!(old, code);
    for wrong in ["", "AAAA-AAAA-AAAA-AAAA-AAAA", &old, &code[..23]] {
        let reply = set_up(&hub, wrong, "eve", PASSWORD).await;
        assert_eq!((reply.status.as_u16(), reply.code()), (403, "wrong-setup-code"), "{wrong}");
    }
    assert!(required(&hub).await);
    assert_eq!(set_up(&hub, &code.to_lowercase().replace('-', ""), "ada", PASSWORD).await.status, 201);
}

#[tokio::test]
async fn a_refused_name_or_password_does_not_use_the_code_up() {
    let hub = hub().await;
    let code = hub.operator.setup_code().await.unwrap().unwrap();
    assert_eq!(set_up(&hub, &code, "admin", PASSWORD).await.code(), "reserved-name");
    assert_eq!(set_up(&hub, &code, "Ada!", PASSWORD).await.code(), "invalid-name");
    assert_eq!(set_up(&hub, &code, "ada", "short").await.code(), "weak-password");
    assert_eq!(set_up(&hub, &code, "ada", PASSWORD).await.status, 201);
}

#[tokio::test]
async fn who_guesses_codes_has_to_wait() {
    let hub = hub_with(PUBLIC_URL, Config { sign_in_attempts_per_address: 3, ..Config::default() }).await;
    let code = hub.operator.setup_code().await.unwrap().unwrap();
    for _ in 0..3 {
        assert_eq!(set_up(&hub, "AAAA", "eve", PASSWORD).await.status, 403);
    }
    assert_eq!(set_up(&hub, &code, "ada", PASSWORD).await.code(), "too-many-attempts");
    hub.clock.advance(TimeDelta::minutes(5));
    assert_eq!(set_up(&hub, &code, "ada", PASSWORD).await.status, 201);
}
