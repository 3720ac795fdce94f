//! What the ChaosHub of 2018 got wrong about signing in, claims, tokens and rights: each fault, shown to be absent here.
//! The numbers are those of the list that was made by running it.

use crate::{
    double::{ALL, Double},
    visitor::{Visitor, problem},
    world::{Browser, Hub, PASSWORD, SESSION_COOKIE, hub, hub_with, named},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chaoshub_auth::{Providers, SignUp};
use chaoshub_chassis::http::CLAIM_COOKIE;
use chaoshub_kernel::{Role, Scope};
use chaoshub_testkit::{
    PUBLIC_URL,
    http::{delete, get, post, put},
};
use serde_json::{Value, json};

async fn with_provider(name: &str) -> (Hub, Double) {
    let double = Double::start().await;
    let open = Providers { sign_up: SignUp::Open, sign_in_provider_seconds: 20, ..Providers::default() };
    let hub = hub_with(PUBLIC_URL, double.settings(name, open)).await;
    hub.somebody("root").await;
    (hub, double)
}

/// ada owns acme/payments, bob has nothing there.
async fn two() -> (Hub, Browser, Browser, String) {
    let hub = hub().await;
    let id = hub.workspace("payments").await.to_string();
    let ada = hub.somebody("ada").await;
    hub.role("ada", "payments", Role::Owner).await;
    let bob = hub.somebody("bob").await;
    (hub, ada, bob, id)
}

#[tokio::test]
async fn fault_2_a_credential_of_somebody_else_is_not_there_for_anybody_else() {
    let (hub, ada, bob, id) = two().await;
    let (token, _) = hub.token(&ada, "payments", &[Scope::RunStart]).await;
    let session = hub.call(get("/api/v1/auth/sessions").claim(&ada.claim)).await.json[0]["id"].as_str().unwrap().to_owned();
    let made =
        hub.call(post(format!("/api/v1/workspaces/{id}/invitations")).claim(&ada.claim).json(&json!({ "role": "viewer" }))).await;
    let invitation = made.json["invitation"]["id"].as_str().unwrap().to_owned();
    let theirs = [
        format!("/api/v1/tokens/{token}"),
        format!("/api/v1/workspaces/{id}/invitations/{invitation}"),
        format!("/api/v1/auth/sessions/{session}"),
    ];
    for path in theirs {
        let reply = hub.call(delete(&path).claim(&bob.claim)).await;
        assert_eq!((reply.status.as_u16(), reply.code()), (404, "not-found"), "{path}");
        assert_eq!(hub.call(delete(&path).claim(&ada.claim)).await.status, 204, "{path} was still there");
    }
    assert_eq!(hub.call(get("/api/v1/tokens").claim(&bob.claim)).await.json["items"], json!([]));
}

#[tokio::test]
async fn fault_3_a_right_that_is_missing_is_missing_whatever_other_rights_there_are() {
    let (hub, _, bob, _) = two().await;
    for role in [Role::Viewer, Role::Operator, Role::Editor, Role::Owner] {
        hub.role("bob", "payments", role).await;
        let access = hub.service.facade.access(&hub.sign_in("bob").await.claim, named("acme/payments")).await.unwrap();
        for scope in Scope::ALL {
            assert_eq!(access.need(*scope).is_ok(), role.scopes().has(*scope), "{role:?} {scope}");
        }
    }
    assert!(hub.service.facade.access(&bob.claim, named("acme/payments")).await.is_ok());
}

#[tokio::test]
async fn fault_5_only_an_owner_makes_workspaces_in_an_organization() {
    let (hub, _, bob, _) = two().await;
    let ask = |organization: &str| {
        post("/api/v1/workspaces").claim(&bob.claim).json(&json!({ "organization": organization, "name": "mine" }))
    };
    for organization in ["acme", "ada"] {
        assert_eq!(hub.call(ask(organization)).await.code(), "not-found", "{organization}");
    }
    assert_eq!(hub.call(ask("bob")).await.status, 201);
}

#[tokio::test]
async fn fault_6_what_one_account_is_given_is_not_what_the_next_one_begins_with() {
    let (hub, double) = with_provider("github").await;
    let mut first = Visitor::default();
    first.sign_in(&hub, &double, "github").await;
    hub.operator.ensure_workspace(&"acme".parse().unwrap(), &"payments".parse().unwrap(), "Payments").await.unwrap();
    hub.operator.put_role("ada-l", "acme", None, Some(Role::Owner)).await.unwrap();
    double.mind(|mind| (mind.github["id"], mind.github["login"]) = (json!(9), json!("next")));
    let mut next = Visitor::default();
    next.sign_in(&hub, &double, "github").await;
    let me = next.ask(&hub, get("/api/v1/me")).await.json;
    let places: Vec<_> = me["workspaces"].as_array().unwrap().iter().map(|one| &one["workspace"]["organization"]).collect();
    assert_eq!((places, &me["account"]["admin"]), (vec![&json!("next")], &json!(false)));
}

#[tokio::test]
async fn fault_7_a_claim_holds_no_secret_and_no_role() {
    let (hub, double) = with_provider("github").await;
    let mut ada = Visitor::default();
    ada.sign_in(&hub, &double, "github").await;
    let claim = ada.cookies[CLAIM_COOKIE].clone();
    let body = URL_SAFE_NO_PAD.decode(claim.split('.').nth(1).unwrap()).unwrap();
    let body: Value = serde_json::from_slice(&body).unwrap();
    let mut names: Vec<_> = body.as_object().unwrap().keys().map(String::as_str).collect();
    names.sort_unstable();
    assert_eq!(names, ["admin", "aud", "bearer", "exp", "iss", "name", "scope", "sub", "workspace"]);
    let text = body.to_string();
    for secret in [crate::double::SECRET, "the-access-token", &ada.cookies[SESSION_COOKIE], "example.org", "owner"] {
        assert!(!text.contains(secret), "{secret}");
    }
}

#[tokio::test]
async fn fault_8_a_member_is_a_member_and_not_whoever_has_an_account() {
    let (hub, ada, bob, id) = two().await;
    for path in [format!("/api/v1/workspaces/{id}"), format!("/api/v1/workspaces/{id}/members")] {
        assert_eq!(hub.call(get(&path).claim(&ada.claim)).await.status, 200);
        assert_eq!(hub.call(get(&path).claim(&bob.claim)).await.status, 404, "another account");
        assert_eq!(hub.call(get(&path)).await.status, 401, "nobody");
    }
}

#[tokio::test]
async fn fault_9_who_has_no_right_learns_neither_names_nor_people() {
    let (hub, _, bob, _) = two().await;
    for path in ["/api/v1/organizations", "/api/v1/workspaces"] {
        let seen = hub.call(get(path).claim(&bob.claim)).await.json.to_string();
        assert!(!seen.contains("acme") && !seen.contains("ada"), "{seen}");
    }
    assert_eq!(hub.call(get("/api/v1/accounts").claim(&bob.claim)).await.code(), "administrators-only");
}

#[tokio::test]
async fn fault_11_nothing_that_changes_who_is_signed_in_answers_get() {
    let (hub, ada, _, _) = two().await;
    for path in ["/api/v1/auth/sign-out", "/api/v1/auth/sign-in", "/api/v1/auth/renew", "/api/v1/auth/providers/github/link"] {
        let reply = hub.call(get(path).claim(&ada.claim).cookie(SESSION_COOKIE, &ada.session)).await;
        assert_eq!(reply.status, 405, "{path}");
    }
    assert_eq!(hub.call(get("/api/v1/me").claim(&ada.claim)).await.status, 200);
}

#[tokio::test]
async fn fault_11_a_stolen_cookie_ends_with_the_session() {
    let (hub, ada, _, _) = two().await;
    let elsewhere = hub.sign_in("ada").await;
    hub.call(delete("/api/v1/auth/sessions").claim(&elsewhere.claim)).await;
    assert_eq!(hub.call(get("/api/v1/me").claim(&ada.claim)).await.code(), "session-ended");
    assert_eq!(hub.call(post("/api/v1/auth/renew").cookie(SESSION_COOKIE, &ada.session)).await.code(), "session-ended");
    let access = hub.service.facade.access(&ada.claim, named("acme/payments")).await;
    assert_eq!(access.unwrap_err().code, "session-ended");
}

#[tokio::test]
async fn fault_13_a_name_from_elsewhere_shadows_no_address() {
    let (hub, double) = with_provider("github").await;
    for (id, name) in ["api", "auth", "account", "sign-in", "invitation", "../..", "a/b", "Some One"].into_iter().enumerate() {
        double.mind(|mind| (mind.github["id"], mind.github["login"]) = (json!(id), json!(name)));
        let mut visitor = Visitor::default();
        visitor.sign_in(&hub, &double, "github").await;
        let given = visitor.name(&hub).await;
        assert!(given.parse::<chaoshub_kernel::Slug>().is_ok() && given != name, "{name} became {given}");
    }
}

#[tokio::test]
async fn fault_14_an_error_means_that_nothing_changed() {
    let (hub, ada, _, id) = two().await;
    let last = hub.call(delete(format!("/api/v1/workspaces/{id}/members/ada")).claim(&ada.claim)).await;
    assert_eq!(last.code(), "last-owner");
    let lower = put(format!("/api/v1/workspaces/{id}/members/ada")).claim(&ada.claim).json(&json!({ "role": "viewer" }));
    assert_eq!(hub.call(lower).await.code(), "last-owner");
    let members = hub.call(get(format!("/api/v1/workspaces/{id}/members")).claim(&ada.claim)).await.json;
    assert_eq!((members["items"].as_array().unwrap().len(), &members["items"][0]["role"]), (1, &json!("owner")));
}

#[tokio::test]
async fn fault_16_the_name_of_a_token_is_free_again_and_may_be_used_twice() {
    let (hub, ada, _, _) = two().await;
    let (first, _) = hub.token(&ada, "payments", &[Scope::RunRead]).await;
    hub.token(&ada, "payments", &[Scope::RunRead]).await;
    assert_eq!(hub.call(delete(format!("/api/v1/tokens/{first}")).claim(&ada.claim)).await.status, 204);
    hub.token(&ada, "payments", &[Scope::RunRead]).await;
}

#[tokio::test]
async fn fault_19_what_makes_no_sense_is_refused_and_never_an_error_of_ours() {
    let (hub, _double) = with_provider("github").await;
    let bodies = ["", "{", "[]", "null", "{}", r#"{"secret": 7}"#, r#"{"name": null, "password": []}"#, "\u{0}"];
    for path in ["/api/v1/auth/sign-up", "/api/v1/auth/sign-in", "/api/v1/auth/setup", "/api/v1/auth/invitation"] {
        for body in bodies {
            let reply = hub.call(post(path).body("application/json", body)).await;
            assert_eq!((reply.status.as_u16(), reply.code()), (422, "invalid-body"), "{path} {body}");
        }
    }
    for query in ["", "?code", "?state=%FF", "?code=a&code=b&state=c", "?state=%00", &format!("?state={}", "x".repeat(5000))] {
        let reply = hub.call(get(format!("/api/v1/auth/providers/github/callback{query}"))).await;
        assert_eq!(problem(&crate::visitor::led(&reply)), "sign-in-not-pending", "{query}");
    }
    for name in ["..%2F..", "x".repeat(2000).as_str(), "%00"] {
        let reply = hub.call(get(format!("/api/v1/auth/providers/{name}/begin"))).await;
        assert_eq!(problem(reply.headers["location"].to_str().unwrap()), "unknown-provider");
    }
}

#[tokio::test]
async fn fault_21_who_signs_up_elsewhere_is_signed_in_and_needs_neither_name_nor_address() {
    for provider in ALL {
        let (hub, double) = with_provider(provider).await;
        double.mind(|mind| {
            mind.github_emails = (200, json!([]));
            mind.bitbucket = json!({ "uuid": "{1}", "display_name": null });
            mind.bitbucket_emails = (200, json!({}));
            mind.claims = json!({ "sub": "1815", "name": null, "email": null });
        });
        let mut visitor = Visitor::default();
        visitor.sign_in(&hub, &double, provider).await;
        let me = visitor.ask(&hub, get("/api/v1/me")).await;
        assert_eq!((me.status.as_u16(), me.json["workspaces"].as_array().map(Vec::len)), (200, Some(1)), "{provider}");
    }
}

#[tokio::test]
async fn faults_7_and_12_no_secret_of_a_provider_is_kept() {
    let (hub, double) = with_provider("github").await;
    let mut visitor = Visitor::default();
    let location = visitor.begin(&hub, "github", "/").await;
    let with = double.agree(&location);
    visitor.come_back(&hub, "github", &with).await;
    let rows = chaoshub_testkit::database::written_down(&hub.service.db).await;
    assert!(rows.contains("ada-l"), "the rows are of the database");
    for secret in [crate::double::SECRET, "the-access-token", &with["code"], &with["state"], "ada@example.org", PASSWORD] {
        assert!(!rows.contains(secret), "{secret}");
    }
}
