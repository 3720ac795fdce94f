//! What followers are told.

use crate::world::{Hub, PASSWORD, SESSION_COOKIE, hub, slug};
use chaoshub_facade::{auth::Proof, feed::FeedAsk};
use chaoshub_kernel::{Envelope, Role, Scope};
use chaoshub_testkit::{
    INTERNAL_KEY,
    http::{delete, post, put},
};
use serde_json::json;
use std::time::Duration;

async fn news(hub: &Hub, after: i64) -> Vec<Envelope> {
    let proof = Proof::InternalKey { service: "dashboard".to_owned(), key: INTERNAL_KEY.to_owned() };
    let claim = hub.service.facade.exchange(proof).await.unwrap();
    hub.service.feed.read(&claim, FeedAsk { after: after.into(), limit: 1000, wait: Duration::ZERO }).await.unwrap().events
}

async fn end(hub: &Hub) -> i64 {
    news(hub, 0).await.last().map_or(0, |last| last.number)
}

fn kinds(all: &[Envelope]) -> Vec<&str> {
    all.iter().map(|one| one.kind.as_str()).collect()
}

#[tokio::test]
async fn a_new_account_is_told_with_its_organization_and_workspace() {
    let hub = hub().await;
    let ada = hub.operator.create_account(&slug("ada"), PASSWORD.into(), false).await.unwrap();
    let all = news(&hub, 0).await;
    assert_eq!(kinds(&all), ["account.created", "member.changed", "access.changed", "workspace.created"]);
    assert_eq!((&all[0].subject, &all[0].data), (&ada.id.to_string(), &json!({ "name": "ada" })));
    assert_eq!((all[1].workspace, &all[1].data), (None, &json!({ "account": "ada", "role": "owner", "organization": "ada" })));
    assert_eq!(all[3].workspace.map(|id| id.to_string()).as_ref(), Some(&all[3].subject));
    assert_eq!(all[3].data, json!({ "organization": "ada", "name": "ada", "title": "ada" }));
}

#[tokio::test]
async fn what_fails_is_not_told() {
    let hub = hub().await;
    hub.somebody("ada").await;
    let before = end(&hub).await;
    hub.operator.create_account(&slug("ada"), PASSWORD.into(), false).await.unwrap_err();
    assert_eq!(news(&hub, before).await, []);
}

#[tokio::test]
async fn a_changed_role_is_told_and_so_is_its_end() {
    let hub = hub().await;
    let id = hub.workspace("payments").await;
    let ada = hub.somebody("ada").await;
    hub.somebody("bob").await;
    hub.role("ada", "payments", Role::Owner).await;
    let before = end(&hub).await;
    let path = format!("/api/v1/workspaces/{id}/members/bob");
    hub.call(put(&path).claim(&ada.claim).json(&json!({ "role": "editor" }))).await;
    hub.call(delete(&path).claim(&ada.claim)).await;
    let all = news(&hub, before).await;
    assert_eq!(kinds(&all), ["member.changed", "access.changed", "member.changed", "access.changed"]);
    assert_eq!((all[0].workspace, &all[0].data), (Some(id), &json!({ "account": "bob", "role": "editor" })));
    assert_eq!(all[2].data, json!({ "account": "bob", "role": null }));
}

#[tokio::test]
async fn whoever_remembers_rights_is_told_when_a_session_or_a_token_ends() {
    let hub = hub().await;
    hub.workspace("payments").await;
    let ada = hub.somebody("ada").await;
    hub.role("ada", "payments", Role::Owner).await;
    let (token, secret) = hub.token(&ada, "payments", &[Scope::RunRead]).await;
    let before = end(&hub).await;
    hub.call(delete(format!("/api/v1/tokens/{token}")).claim(&ada.claim)).await;
    hub.call(post("/api/v1/auth/sign-out").cookie(SESSION_COOKIE, &ada.session)).await;
    let all = news(&hub, before).await;
    assert_eq!(kinds(&all), ["access.changed", "access.changed"]);
    let told = serde_json::to_string(&news(&hub, 0).await).unwrap();
    assert!(!told.contains(&secret) && !told.contains(&ada.session) && !told.contains(PASSWORD));
}
