//! Changing the password of one's own account, and setting the first one.

use crate::{
    double::Double,
    visitor::Visitor,
    world::{Browser, Hub, PASSWORD, SESSION_COOKIE, hub, hub_with, named, slug},
};
use chaoshub_auth::{Providers, SignUp};
use chaoshub_kernel::Scope;
use chaoshub_testkit::{
    PUBLIC_URL,
    http::{Reply, get, post, put},
};
use chrono::TimeDelta;
use serde_json::{Value, json};

const ANOTHER: &str = "quite another password";

async fn change(hub: &Hub, by: &Browser, current: Value, new: &str) -> Reply {
    hub.call(put("/api/v1/auth/password").claim(&by.claim).json(&json!({ "current": current, "new": new }))).await
}

fn said(reply: &Reply) -> (u16, &str) {
    (reply.status.as_u16(), reply.code())
}

#[tokio::test]
async fn a_changed_password_opens_the_account_and_the_old_one_does_not() {
    let hub = hub().await;
    let ada = hub.somebody("ada").await;
    assert_eq!(change(&hub, &ada, json!(PASSWORD), ANOTHER).await.status, 204);
    assert_eq!(hub.try_sign_in("ada", PASSWORD).await.code(), "wrong-password");
    assert_eq!(hub.try_sign_in("ada", ANOTHER).await.status, 200);
}

#[tokio::test]
async fn a_changed_password_ends_every_session_but_the_one_that_changed_it() {
    let hub = hub().await;
    let here = hub.somebody("ada").await;
    let (there, eve) = (hub.sign_in("ada").await, hub.somebody("eve").await);
    let sees = async |who: &Browser, place| hub.service.facade.access(&who.claim, named(place)).await.is_ok();
    assert!(sees(&there, "ada/ada").await, "and it is remembered");
    assert_eq!(change(&hub, &here, json!(PASSWORD), ANOTHER).await.status, 204);
    assert!(!sees(&there, "ada/ada").await);
    assert!(sees(&here, "ada/ada").await && sees(&eve, "eve/eve").await);
    let renew = async |who: &Browser| hub.call(post("/api/v1/auth/renew").cookie(SESSION_COOKIE, &who.session)).await.status;
    assert_eq!([renew(&here).await, renew(&there).await, renew(&eve).await].map(|status| status.as_u16()), [200, 401, 200]);
}

#[tokio::test]
async fn who_does_not_know_the_password_does_not_change_it_and_cannot_guess_it() {
    let hub = hub().await;
    let ada = hub.somebody("ada").await;
    for current in [Value::Null, json!(""), json!("a guess"), json!("x".repeat(5000))] {
        assert_eq!(said(&change(&hub, &ada, current, ANOTHER).await), (403, "wrong-password"));
    }
    for weak in ["short", "ada", &"x".repeat(5000)] {
        assert_eq!(said(&change(&hub, &ada, json!(PASSWORD), weak).await), (422, "weak-password"));
    }
    while said(&change(&hub, &ada, json!("a guess"), ANOTHER).await) == (403, "wrong-password") {}
    let tired = change(&hub, &ada, json!(PASSWORD), ANOTHER).await;
    assert_eq!(said(&tired), (429, "too-many-attempts"));
}

#[tokio::test]
async fn a_token_changes_nobodys_password() {
    let hub = hub().await;
    hub.workspace("payments").await;
    let ada = hub.somebody("ada").await;
    hub.role("ada", "payments", chaoshub_kernel::Role::Owner).await;
    let (_, token) = hub.token(&ada, "payments", Scope::ALL).await;
    let ask = put("/api/v1/auth/password").bearer(&token).json(&json!({ "current": PASSWORD, "new": ANOTHER }));
    assert_eq!(said(&hub.call(ask).await), (403, "sign-in-needed"));
}

#[tokio::test]
async fn who_came_by_a_provider_sets_a_first_password_soon_after_signing_in() {
    let double = Double::start().await;
    let open = Providers { sign_up: SignUp::Open, sign_in_provider_seconds: 20, ..Providers::default() };
    let hub = hub_with(PUBLIC_URL, double.settings("github", open)).await;
    hub.somebody("root").await;
    let mut ada = Visitor::default();
    ada.sign_in(&hub, &double, "github").await;
    let name = ada.name(&hub).await;
    let ask = || put("/api/v1/auth/password").json(&json!({ "new": ANOTHER }));
    hub.clock.advance(TimeDelta::minutes(16));
    ada.ask(&hub, post("/api/v1/auth/renew")).await;
    assert_eq!(said(&ada.ask(&hub, ask()).await), (403, "sign-in-again"));
    ada.sign_in(&hub, &double, "github").await;
    assert_eq!(ada.ask(&hub, ask()).await.status, 204);
    assert_eq!(ada.ask(&hub, get("/api/v1/auth/identities")).await.json["password"], true);
    assert_eq!(hub.try_sign_in(&name, ANOTHER).await.status, 200);
    assert_eq!(said(&ada.ask(&hub, ask()).await), (403, "wrong-password"), "it is there now");
}

#[tokio::test]
async fn an_operator_sets_a_password_that_was_forgotten_and_ends_all_sessions() {
    let hub = hub().await;
    let ada = hub.somebody("ada").await;
    hub.operator.set_password(&slug("ada"), ANOTHER.into()).await.unwrap();
    assert_eq!(hub.call(post("/api/v1/auth/renew").cookie(SESSION_COOKIE, &ada.session)).await.code(), "session-ended");
    assert_eq!(hub.try_sign_in("ada", ANOTHER).await.status, 200);
    let nobody = hub.operator.set_password(&slug("eve"), ANOTHER.into()).await;
    assert_eq!(nobody.unwrap_err().code, "not-found");
}
