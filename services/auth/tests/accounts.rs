//! Accounts, organizations and workspaces.

use crate::world::{PASSWORD, hub, named, slug};
use chaoshub_kernel::Role;
use chaoshub_testkit::http::{get, post};
use serde_json::{Value, json};

fn names(page: &Value) -> Vec<&str> {
    page["items"].as_array().unwrap().iter().map(|item| item["name"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn an_administrator_makes_accounts_that_can_sign_in() {
    let hub = hub().await;
    let root = hub.administrator("root").await;
    let new = |name: &str| post("/api/v1/accounts").claim(&root.claim).json(&json!({ "name": name, "password": PASSWORD }));
    let made = hub.call(new("ada")).await;
    assert_eq!((made.status.as_u16(), &made.json["admin"]), (201, &json!(false)));
    assert_eq!(hub.call(new("ada")).await.code(), "name-taken");
    for reserved in ["api", "settings", "sign-in"] {
        assert_eq!(hub.call(new(reserved)).await.code(), "reserved-name");
    }
    let ada = hub.sign_in("ada").await;
    assert!(hub.service.facade.access(&ada.claim, named("ada/ada")).await.is_ok());
    let mut pages = Vec::new();
    let mut path = "/api/v1/accounts?limit=1".to_owned();
    loop {
        let page = hub.call(get(&path).claim(&root.claim)).await;
        pages.extend(names(&page.json).into_iter().map(str::to_owned));
        let Some(next) = page.json["next"].as_str() else { break };
        path = format!("/api/v1/accounts?limit=1&after={next}");
    }
    pages.sort();
    assert_eq!(pages, ["ada", "root"]);
    let bad = hub.call(get("/api/v1/accounts?after=nonsense").claim(&root.claim)).await;
    assert_eq!((bad.status.as_u16(), bad.code()), (422, "invalid-cursor"));
}

#[tokio::test]
async fn administering_the_installation_opens_no_workspace() {
    let hub = hub().await;
    let root = hub.administrator("root").await;
    hub.somebody("ada").await;
    let id = hub.workspace("payments").await;
    let list = hub.call(get("/api/v1/workspaces").claim(&root.claim)).await;
    let mut listed = names(&list.json);
    listed.sort_unstable();
    assert_eq!(listed, ["acme", "ada", "payments", "root"]);
    for path in [format!("/api/v1/workspaces/{id}"), format!("/api/v1/workspaces/{id}/members")] {
        assert_eq!(hub.call(get(path).claim(&root.claim)).await.code(), "not-found");
    }
    let me = hub.call(get("/api/v1/me").claim(&root.claim)).await;
    assert_eq!(me.json["workspaces"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn who_makes_an_organization_owns_it_and_makes_workspaces_in_it() {
    let hub = hub().await;
    let ada = hub.somebody("ada").await;
    let new = |body: Value| post("/api/v1/organizations").claim(&ada.claim).json(&body);
    let made = hub.call(new(json!({ "name": "shop", "title": "The shop" }))).await;
    assert_eq!((made.status.as_u16(), &made.json["role"], &made.json["title"]), (201, &json!("owner"), &json!("The shop")));
    assert_eq!(hub.call(new(json!({ "name": "shop" }))).await.code(), "name-taken");
    assert_eq!(hub.call(new(json!({ "name": "api" }))).await.code(), "reserved-name");
    assert_eq!(hub.call(new(json!({ "name": "Shop" }))).await.code(), "invalid-name");
    assert_eq!(hub.call(new(json!({ "name": "two", "title": " \n" }))).await.code(), "invalid-title");
    let body = json!({ "organization": "shop", "name": "production" });
    let workspace = |ask: Value| post("/api/v1/workspaces").claim(&ada.claim).json(&ask);
    let made = hub.call(workspace(body.clone())).await;
    assert_eq!(
        (made.status.as_u16(), &made.json["organization"], &made.json["title"]),
        (201, &json!("shop"), &json!("production"))
    );
    assert_eq!(hub.call(workspace(body)).await.code(), "name-taken");
    // Unique inside its organization only.
    let same = hub.call(workspace(json!({ "organization": "ada", "name": "production" }))).await;
    assert_eq!(same.status, 201);
    for place in ["shop/shop", "shop/production", "ada/production"] {
        assert!(hub.service.facade.access(&ada.claim, named(place)).await.is_ok(), "{place}");
    }
    let list = hub.call(get("/api/v1/organizations").claim(&ada.claim)).await;
    let mut mine = names(&list.json);
    mine.sort_unstable();
    assert_eq!(mine, ["ada", "shop"]);
}

#[tokio::test]
async fn one_sees_the_organization_of_a_workspace_one_is_in_but_not_its_other_workspaces() {
    let hub = hub().await;
    let (one, two) = (hub.workspace("one").await, hub.workspace("two").await);
    let ada = hub.somebody("ada").await;
    hub.role("ada", "one", Role::Editor).await;
    let list = hub.call(get("/api/v1/organizations").claim(&ada.claim)).await;
    let acme = list.json["items"].as_array().unwrap().iter().find(|item| item["name"] == "acme").unwrap();
    assert_eq!(acme["role"], Value::Null);
    let list = hub.call(get("/api/v1/workspaces").claim(&ada.claim)).await;
    let text = list.json.to_string();
    assert!(text.contains(&one.to_string()) && !text.contains(&two.to_string()));
    let owned = post("/api/v1/workspaces").claim(&ada.claim).json(&json!({ "organization": "acme", "name": "three" }));
    assert_eq!(hub.call(owned).await.code(), "not-owner");
}

#[tokio::test]
async fn a_name_that_is_taken_leaves_nothing_behind() {
    let hub = hub().await;
    hub.operator.ensure_workspace(&slug("ada"), &slug("ada"), "Taken").await.unwrap();
    let refused = hub.operator.create_account(&slug("ada"), PASSWORD.into(), false).await.unwrap_err();
    assert_eq!(refused.code, "name-taken");
    assert_eq!(hub.try_sign_in("ada", PASSWORD).await.code(), "wrong-password");
    assert!(hub.operator.is_new().await.unwrap());
}
