//! Who has a role in a workspace, and who may change it.

use crate::world::{Browser, Hub, hub};
use chaoshub_facade::auth::WorkspaceRef;
use chaoshub_kernel::{Role, Scope, WorkspaceId};
use chaoshub_testkit::http::{Reply, delete, get, put};
use serde_json::json;

async fn put_role(hub: &Hub, by: &Browser, id: WorkspaceId, name: &str, role: &str) -> Reply {
    let path = format!("/api/v1/workspaces/{id}/members/{name}");
    hub.call(put(path).claim(&by.claim).json(&json!({ "role": role }))).await
}

async fn remove(hub: &Hub, by: &Browser, id: WorkspaceId, name: &str) -> Reply {
    hub.call(delete(format!("/api/v1/workspaces/{id}/members/{name}")).claim(&by.claim)).await
}

async fn members(hub: &Hub, by: &Browser, id: WorkspaceId) -> Vec<(String, String, String)> {
    let reply = hub.call(get(format!("/api/v1/workspaces/{id}/members")).claim(&by.claim)).await;
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let items = reply.json["items"].as_array().unwrap();
    let mut all: Vec<_> =
        items.iter().map(|one| (text(&one["account"]["name"]), text(&one["role"]), text(&one["given_on"]))).collect();
    all.sort();
    all
}

fn row(name: &str, role: &str, given_on: &str) -> (String, String, String) {
    (name.to_owned(), role.to_owned(), given_on.to_owned())
}

#[tokio::test]
async fn an_owner_gives_changes_and_takes_roles_and_it_counts_at_once() {
    let hub = hub().await;
    let id = hub.workspace("payments").await;
    let (ada, bob) = (hub.somebody("ada").await, hub.somebody("bob").await);
    hub.role("ada", "payments", Role::Owner).await;
    let asked = || hub.service.facade.access(&bob.claim, WorkspaceRef::Id(id));
    assert_eq!(asked().await.unwrap_err().code, "not-found");
    let given = put_role(&hub, &ada, id, "bob", "operator").await;
    assert_eq!(
        (given.status.as_u16(), &given.json["role"], &given.json["given_on"]),
        (200, &json!("operator"), &json!("workspace"))
    );
    assert!(asked().await.unwrap().scopes.has(Scope::RunStart));
    assert_eq!(members(&hub, &bob, id).await, [row("ada", "owner", "workspace"), row("bob", "operator", "workspace")]);
    put_role(&hub, &ada, id, "bob", "viewer").await;
    assert!(!asked().await.unwrap().scopes.has(Scope::RunStart));
    assert_eq!(remove(&hub, &ada, id, "bob").await.status, 204);
    assert_eq!(asked().await.unwrap_err().code, "not-found");
    assert_eq!(remove(&hub, &ada, id, "bob").await.code(), "not-found");
}

#[tokio::test]
async fn an_editor_changes_no_members() {
    let hub = hub().await;
    let id = hub.workspace("payments").await;
    let ed = hub.somebody("ed").await;
    hub.role("ed", "payments", Role::Editor).await;
    let refused = put_role(&hub, &ed, id, "ed", "owner").await;
    assert_eq!((refused.status.as_u16(), refused.code()), (403, "missing-scope"));
}

#[tokio::test]
async fn the_last_owner_stays() {
    let hub = hub().await;
    let id = hub.workspace("payments").await;
    let ada = hub.somebody("ada").await;
    hub.role("ada", "payments", Role::Owner).await;
    let refused = [remove(&hub, &ada, id, "ada").await, put_role(&hub, &ada, id, "ada", "editor").await];
    for reply in refused {
        assert_eq!((reply.status.as_u16(), reply.code()), (409, "last-owner"));
    }
    assert_eq!(put_role(&hub, &ada, id, "ada", "owner").await.status, 200);
    let bob = hub.somebody("bob").await;
    put_role(&hub, &ada, id, "bob", "owner").await;
    assert_eq!(put_role(&hub, &ada, id, "ada", "viewer").await.status, 200);
    assert_eq!(remove(&hub, &bob, id, "bob").await.code(), "last-owner");
}

#[tokio::test]
async fn the_owner_of_an_organization_is_the_last_owner_of_its_workspaces() {
    let hub = hub().await;
    let id = hub.workspace("payments").await;
    let ada = hub.somebody("ada").await;
    hub.operator.put_role("ada", "acme", None, Some(Role::Owner)).await.unwrap();
    assert_eq!(put_role(&hub, &ada, id, "ada", "viewer").await.code(), "last-owner");
}

#[tokio::test]
async fn a_role_of_the_organization_cannot_be_taken_away_in_one_workspace() {
    let hub = hub().await;
    let id = hub.workspace("payments").await;
    let ada = hub.somebody("ada").await;
    hub.role("ada", "payments", Role::Owner).await;
    hub.somebody("olga").await;
    hub.operator.put_role("olga", "acme", None, Some(Role::Operator)).await.unwrap();
    assert_eq!(put_role(&hub, &ada, id, "olga", "viewer").await.code(), "given-on-organization");
    assert_eq!(remove(&hub, &ada, id, "olga").await.code(), "given-on-organization");
    // A stronger one on the workspace counts, and taking it away leaves the other.
    assert_eq!(put_role(&hub, &ada, id, "olga", "editor").await.json["given_on"], "workspace");
    assert_eq!(remove(&hub, &ada, id, "olga").await.status, 204);
    assert_eq!(members(&hub, &ada, id).await[1], row("olga", "operator", "organization"));
}

#[tokio::test]
async fn who_is_not_there_becomes_no_member() {
    let hub = hub().await;
    let id = hub.workspace("payments").await;
    let ada = hub.somebody("ada").await;
    hub.role("ada", "payments", Role::Owner).await;
    assert_eq!(put_role(&hub, &ada, id, "nobody", "viewer").await.code(), "not-found");
    assert_eq!(put_role(&hub, &ada, id, "ada", "king").await.code(), "invalid-body");
}
