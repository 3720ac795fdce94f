//! API tokens.

use crate::world::{Browser, Hub, hub, named};
use chaoshub_facade::auth::Proof;
use chaoshub_kernel::{Bearer, Clock, Role, Scope};
use chaoshub_testkit::http::{Reply, delete, get, post};
use chrono::TimeDelta;
use serde_json::{Value, json};

async fn owner(hub: &Hub) -> Browser {
    hub.workspace("payments").await;
    let ada = hub.somebody("ada").await;
    hub.role("ada", "payments", Role::Owner).await;
    ada
}

fn wish(scopes: &[&str], days: Value) -> Value {
    json!({ "workspace": "acme/payments", "name": "ci", "scopes": scopes, "expires_in_days": days })
}

async fn create(hub: &Hub, by: &Browser, body: &Value) -> Reply {
    hub.call(post("/api/v1/tokens").claim(&by.claim).json(body)).await
}

#[tokio::test]
async fn the_secret_is_shown_once_and_opens_what_its_scopes_say() {
    let hub = hub().await;
    let ada = owner(&hub).await;
    let made = create(&hub, &ada, &wish(&["workspace:read", "run:ingest"], json!(90))).await;
    assert_eq!(made.status, 201, "{}", made.json);
    assert_eq!(made.headers["cache-control"], "no-store");
    let secret = made.json["secret"].as_str().unwrap();
    assert!(secret.starts_with("chp_") && secret.len() == 47);
    assert_eq!(made.json["token"]["hint"], format!("{}…", &secret[..8]));
    let expires = made.json["token"]["expires_at"].as_str().unwrap();
    assert_eq!(expires.parse::<chrono::DateTime<chrono::Utc>>().unwrap(), hub.clock.now() + TimeDelta::days(90));
    let list = hub.call(get("/api/v1/tokens?workspace=acme/payments").claim(&ada.claim)).await;
    assert_eq!(list.json["items"][0], made.json["token"]);
    assert!(!list.json.to_string().contains(secret));
    let me = hub.call(get("/api/v1/me").bearer(secret)).await;
    assert_eq!(me.json["account"]["name"], "ada");
    let only = me.json["workspaces"].as_array().unwrap();
    assert_eq!((only.len(), &only[0]["scopes"]), (1, &json!(["workspace:read", "run:ingest"])));
}

#[tokio::test]
async fn a_token_may_not_do_more_than_its_maker() {
    let hub = hub().await;
    owner(&hub).await;
    let bob = hub.somebody("bob").await;
    hub.role("bob", "payments", Role::Operator).await;
    let refused = create(&hub, &bob, &wish(&["run:read", "experiment:write"], Value::Null)).await;
    assert_eq!((refused.status.as_u16(), refused.code()), (403, "scopes-beyond-yours"));
    assert_eq!(create(&hub, &bob, &wish(&["run:read", "token:manage"], Value::Null)).await.status, 201);
    assert_eq!(create(&hub, &bob, &wish(&[], Value::Null)).await.code(), "no-scopes");
    assert_eq!(create(&hub, &bob, &wish(&["run:everything"], Value::Null)).await.code(), "invalid-body");
    for days in [0, 3651] {
        assert_eq!(create(&hub, &bob, &wish(&["run:read"], json!(days))).await.code(), "invalid-expiry");
    }
}

#[tokio::test]
async fn a_tokens_child_neither_may_more_nor_lives_longer() {
    let hub = hub().await;
    let ada = owner(&hub).await;
    let parent = create(&hub, &ada, &wish(&["run:read", "token:manage"], json!(1))).await;
    let parent_secret = parent.json["secret"].as_str().unwrap().to_owned();
    let child = |body: Value| hub.call(post("/api/v1/tokens").bearer(&parent_secret).json(&body));
    assert_eq!(child(wish(&["run:start"], json!(1))).await.code(), "scopes-beyond-yours");
    let made = child(wish(&["run:read"], Value::Null)).await;
    assert_eq!(made.json["token"]["expires_at"], parent.json["token"]["expires_at"]);
    let elsewhere = json!({ "workspace": "ada/ada", "name": "x", "scopes": ["run:read"], "expires_in_days": null });
    assert_eq!(child(elsewhere).await.code(), "not-found");
}

#[tokio::test]
async fn what_a_token_made_is_deleted_with_it() {
    let hub = hub().await;
    let ada = owner(&hub).await;
    let manage = wish(&["workspace:read", "token:manage"], Value::Null);
    let text = |made: &Value, name: &str| made[name].as_str().unwrap().to_owned();
    let stolen = create(&hub, &ada, &manage).await.json;
    let mut made = vec![text(&stolen, "secret")];
    for generation in 0..2 {
        let child = hub.call(post("/api/v1/tokens").bearer(&made[generation]).json(&manage)).await;
        assert_eq!(child.status, 201, "{}", child.json);
        made.push(text(&child.json, "secret"));
    }
    let other = text(&create(&hub, &ada, &manage).await.json, "secret");
    let claim = hub.service.facade.exchange(Proof::ApiToken(made[2].clone())).await.unwrap();
    assert!(hub.service.facade.access(&claim, named("acme/payments")).await.is_ok());
    let path = format!("/api/v1/tokens/{}", text(&stolen["token"], "id"));
    assert_eq!(hub.call(delete(path).claim(&ada.claim)).await.status, 204);
    for secret in made {
        assert_eq!(hub.call(get("/api/v1/me").bearer(&secret)).await.code(), "invalid-token");
    }
    assert_eq!(hub.service.facade.access(&claim, named("acme/payments")).await.unwrap_err().code, "invalid-token");
    assert_eq!(hub.call(get("/api/v1/me").bearer(&other)).await.status, 200);
}

#[tokio::test]
async fn a_token_makes_nothing_beside_its_workspace_and_administers_nothing() {
    let hub = hub().await;
    hub.workspace("payments").await;
    let root = hub.administrator("root").await;
    hub.role("root", "payments", Role::Owner).await;
    let (_, secret) = hub.token(&root, "payments", Scope::ALL).await;
    let new = hub.call(post("/api/v1/organizations").bearer(&secret).json(&json!({ "name": "more" }))).await;
    assert_eq!((new.status.as_u16(), new.code()), (403, "sign-in-needed"));
    let new = hub.call(post("/api/v1/workspaces").bearer(&secret).json(&json!({ "organization": "root", "name": "more" }))).await;
    assert_eq!(new.code(), "sign-in-needed");
    assert_eq!(hub.call(get("/api/v1/accounts").bearer(&secret)).await.code(), "administrators-only");
    for (path, seen) in [("/api/v1/organizations", "acme"), ("/api/v1/workspaces", "payments")] {
        let list = hub.call(get(path).bearer(&secret)).await;
        assert_eq!(list.json["items"].as_array().unwrap().len(), 1, "{path}");
        assert_eq!(list.json["items"][0]["name"], seen);
    }
    let claim = hub.service.facade.exchange(Proof::ApiToken(secret)).await.unwrap();
    let content = hub.service.verifier.verify(&claim).await.unwrap();
    assert!(!content.admin && matches!(content.bearer, Bearer::Token(_)));
}

#[tokio::test]
async fn without_the_scope_a_token_neither_sees_nor_ends_tokens() {
    let hub = hub().await;
    let ada = owner(&hub).await;
    let (id, secret) = hub.token(&ada, "payments", &[Scope::RunRead]).await;
    assert_eq!(hub.call(get("/api/v1/tokens").bearer(&secret)).await.code(), "missing-scope");
    assert_eq!(hub.call(delete(format!("/api/v1/tokens/{id}")).bearer(&secret)).await.code(), "missing-scope");
}

#[tokio::test]
async fn a_deleted_token_is_refused_at_once_and_its_name_is_free() {
    let hub = hub().await;
    let ada = owner(&hub).await;
    let (id, secret) = hub.token(&ada, "payments", &[Scope::WorkspaceRead]).await;
    assert_eq!(hub.call(get("/api/v1/me").bearer(&secret)).await.status, 200);
    let claim = hub.service.facade.exchange(Proof::ApiToken(secret.clone())).await.unwrap();
    assert_eq!(hub.call(delete(format!("/api/v1/tokens/{id}")).claim(&ada.claim)).await.status, 204);
    assert_eq!(hub.call(get("/api/v1/me").bearer(&secret)).await.code(), "invalid-token");
    assert_eq!(hub.service.facade.access(&claim, named("acme/payments")).await.unwrap_err().code, "invalid-token");
    hub.token(&ada, "payments", &[Scope::WorkspaceRead]).await;
}

#[tokio::test]
async fn the_tokens_of_others_are_neither_seen_nor_ended() {
    let hub = hub().await;
    let ada = owner(&hub).await;
    let bob = hub.somebody("bob").await;
    hub.role("bob", "payments", Role::Owner).await;
    let (id, secret) = hub.token(&ada, "payments", &[Scope::WorkspaceRead]).await;
    let seen = hub.call(get("/api/v1/tokens?workspace=acme/payments").claim(&bob.claim)).await;
    assert_eq!(seen.json["items"], json!([]));
    let refused = hub.call(delete(format!("/api/v1/tokens/{id}")).claim(&bob.claim)).await;
    assert_eq!((refused.status.as_u16(), refused.code()), (404, "not-found"));
    assert_eq!(hub.call(get("/api/v1/me").bearer(&secret)).await.status, 200);
}

#[tokio::test]
async fn the_last_use_is_known_within_a_minute() {
    let hub = hub().await;
    let ada = owner(&hub).await;
    let (_, secret) = hub.token(&ada, "payments", &[Scope::WorkspaceRead]).await;
    let first = hub.clock.now();
    let used = || async {
        let list = hub.call(get("/api/v1/tokens").claim(&hub.sign_in("ada").await.claim)).await;
        list.json["items"][0]["last_used_at"].as_str().map(|at| at.parse::<chrono::DateTime<chrono::Utc>>().unwrap())
    };
    assert_eq!(used().await, None);
    for (wait, expected) in [(0, first), (30, first), (30, first + TimeDelta::seconds(60))] {
        hub.clock.advance(TimeDelta::seconds(wait));
        hub.call(get("/api/v1/me").bearer(&secret)).await;
        assert_eq!(used().await, Some(expected));
    }
}

#[tokio::test]
async fn an_expired_token_says_so() {
    let hub = hub().await;
    let ada = owner(&hub).await;
    let (_, secret) = hub.token(&ada, "payments", &[Scope::WorkspaceRead]).await;
    hub.clock.advance(TimeDelta::days(90));
    let late = hub.call(get("/api/v1/me").bearer(&secret)).await;
    assert_eq!((late.status.as_u16(), late.code()), (401, "token-expired"));
}

#[tokio::test]
async fn a_service_is_nobody_at_the_public_doors() {
    let hub = hub().await;
    let proof = Proof::InternalKey { service: "dashboard".to_owned(), key: chaoshub_testkit::INTERNAL_KEY.to_owned() };
    let claim = hub.service.facade.exchange(proof).await.unwrap();
    for path in ["/api/v1/me", "/api/v1/accounts", "/api/v1/workspaces", "/api/v1/tokens"] {
        let reply = hub.call(get(path).claim(&claim)).await;
        assert_eq!((reply.status.as_u16(), reply.code()), (403, "people-only"), "{path}");
    }
}
