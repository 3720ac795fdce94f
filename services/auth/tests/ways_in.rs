//! Linking and unlinking accounts elsewhere, and where somebody is signed in.

use crate::{
    double::Double,
    visitor::{Visitor, problem},
    world::{Browser, Hub, SESSION_COOKIE, hub, hub_with},
};
use chaoshub_auth::{Providers, SignUp};
use chaoshub_facade::{auth::Proof, feed::FeedAsk};
use chaoshub_kernel::Scope;
use chaoshub_testkit::{
    INTERNAL_KEY, PUBLIC_URL,
    http::{Reply, delete, get, post},
};
use chrono::TimeDelta;
use serde_json::{Value, json};
use std::time::Duration;

/// A hub with two providers.
async fn house() -> (Hub, Double, Double) {
    let (github, gitlab) = (Double::start().await, Double::start().await);
    let open = Providers { sign_up: SignUp::Open, sign_in_provider_seconds: 20, ..Providers::default() };
    let both = gitlab.settings("gitlab", github.settings("github", open).providers);
    (hub_with(PUBLIC_URL, both).await, github, gitlab)
}

fn as_visitor(browser: &Browser) -> Visitor {
    let mut visitor = Visitor::default();
    visitor.cookies.insert(SESSION_COOKIE.to_owned(), browser.session.clone());
    visitor.cookies.insert("chaoshub_claim".to_owned(), browser.claim.as_jwt().to_owned());
    visitor
}

async fn link(hub: &Hub, visitor: &mut Visitor, double: &Double, provider: &str) -> String {
    let location = begin_link(hub, visitor, provider).await.json["location"].as_str().unwrap().to_owned();
    let with = double.agree(&location);
    visitor.come_back(hub, provider, &with).await
}

async fn begin_link(hub: &Hub, visitor: &mut Visitor, provider: &str) -> Reply {
    visitor.ask(hub, post(format!("/api/v1/auth/providers/{provider}/link"))).await
}

async fn ways(hub: &Hub, visitor: &mut Visitor) -> Value {
    visitor.ask(hub, get("/api/v1/auth/identities")).await.json
}

async fn unlink(hub: &Hub, visitor: &mut Visitor, at: usize) -> Reply {
    let ways = ways(hub, visitor).await;
    let id = ways["identities"][at]["id"].as_str().unwrap().to_owned();
    visitor.ask(hub, delete(format!("/api/v1/auth/identities/{id}"))).await
}

#[tokio::test]
async fn several_accounts_elsewhere_open_one_account_here() {
    let (hub, github, gitlab) = house().await;
    let mut ada = as_visitor(&hub.somebody("ada").await);
    assert_eq!(link(&hub, &mut ada, &github, "github").await, format!("{PUBLIC_URL}/account?linked=github"));
    hub.clock.advance(TimeDelta::seconds(1));
    assert_eq!(link(&hub, &mut ada, &gitlab, "gitlab").await, format!("{PUBLIC_URL}/account?linked=gitlab"));
    assert_eq!(link(&hub, &mut ada, &gitlab, "gitlab").await, format!("{PUBLIC_URL}/account?linked=gitlab"), "again is harmless");
    let ways = ways(&hub, &mut ada).await;
    assert_eq!(ways["password"], true);
    let labels: Vec<_> = ways["identities"].as_array().unwrap().iter().map(|one| (&one["provider"], &one["label"])).collect();
    assert_eq!(labels, [(&json!("github"), &json!("ada-l")), (&json!("gitlab"), &json!("ada.l"))]);
    for (provider, double) in [("github", &github), ("gitlab", &gitlab)] {
        let mut elsewhere = Visitor::default();
        elsewhere.sign_in(&hub, double, provider).await;
        assert_eq!(elsewhere.name(&hub).await, "ada");
    }
    assert_eq!(unlink(&hub, &mut ada, 0).await.status, 204);
    let mut elsewhere = Visitor::default();
    elsewhere.sign_in(&hub, &github, "github").await;
    assert_eq!(elsewhere.name(&hub).await, "ada-l", "it opens another account now");
}

#[tokio::test]
async fn the_last_way_in_stays() {
    let (hub, github, gitlab) = house().await;
    hub.somebody("root").await;
    let mut ada = Visitor::default();
    ada.sign_in(&hub, &github, "github").await;
    let last = unlink(&hub, &mut ada, 0).await;
    assert_eq!((last.status.as_u16(), last.code()), (409, "last-way-in"));
    hub.clock.advance(TimeDelta::seconds(1));
    link(&hub, &mut ada, &gitlab, "gitlab").await;
    assert_eq!(unlink(&hub, &mut ada, 0).await.status, 204);
    assert_eq!(unlink(&hub, &mut ada, 0).await.code(), "last-way-in");
    // A password is a way in too.
    let mut bob = as_visitor(&hub.somebody("bob").await);
    link(&hub, &mut bob, &github, "github").await;
    assert_eq!(unlink(&hub, &mut bob, 0).await.status, 204);
}

#[tokio::test]
async fn an_account_elsewhere_opens_one_account_at_most() {
    let (hub, github, _) = house().await;
    hub.somebody("root").await;
    let mut ada = Visitor::default();
    ada.sign_in(&hub, &github, "github").await;
    let mut bob = as_visitor(&hub.somebody("bob").await);
    let led = link(&hub, &mut bob, &github, "github").await;
    assert_eq!(led, format!("{PUBLIC_URL}/account?problem=identity-taken&provider=github"));
    assert_eq!(ways(&hub, &mut bob).await["identities"], json!([]));
}

#[tokio::test]
async fn how_one_signs_in_is_changed_only_shortly_after_signing_in() {
    let (hub, github, _) = house().await;
    let mut ada = as_visitor(&hub.somebody("ada").await);
    link(&hub, &mut ada, &github, "github").await;
    hub.clock.advance(TimeDelta::minutes(15));
    ada.ask(&hub, post("/api/v1/auth/renew")).await;
    assert_eq!(begin_link(&hub, &mut ada, "github").await.code(), "sign-in-again");
    assert_eq!(unlink(&hub, &mut ada, 0).await.code(), "sign-in-again");
    let mut again = as_visitor(&hub.sign_in("ada").await);
    assert_eq!(unlink(&hub, &mut again, 0).await.status, 204);
}

#[tokio::test]
async fn an_identity_is_brought_by_the_browser_and_the_session_that_began_it() {
    let (hub, github, _) = house().await;
    let browser = hub.somebody("ada").await;
    let mut ada = as_visitor(&browser);
    let begun = begin_link(&hub, &mut ada, "github").await;
    let location = begun.json["location"].as_str().unwrap();
    // Another account signed in meanwhile, in the same browser.
    let mut mixed = ada.clone();
    let eve = as_visitor(&hub.somebody("eve").await);
    mixed.cookies.extend(eve.cookies.clone());
    let with = github.agree(location);
    assert_eq!(problem(&mixed.come_back(&hub, "github", &with).await), "session-ended");
    // She signed out meanwhile.
    hub.call(post("/api/v1/auth/sign-out").cookie(SESSION_COOKIE, &browser.session)).await;
    let with = github.agree(location);
    assert_eq!(problem(&ada.come_back(&hub, "github", &with).await), "session-ended");
    let mut eve = eve;
    assert_eq!(ways(&hub, &mut eve).await["identities"], json!([]));
}

#[tokio::test]
async fn sessions_are_listed_and_ended_one_by_one_or_all_others_at_once() {
    let hub = hub().await;
    let here = hub.somebody("ada").await;
    hub.clock.advance(TimeDelta::seconds(1));
    let there = hub.sign_in("ada").await;
    hub.clock.advance(TimeDelta::seconds(1));
    let third = hub.sign_in("ada").await;
    let list = async || {
        let all = hub.call(get("/api/v1/auth/sessions").claim(&here.claim).header("user-agent", "curl/8")).await;
        all.json.as_array().unwrap().clone()
    };
    let all = list().await;
    assert_eq!(all.iter().map(|one| &one["current"]).collect::<Vec<_>>(), [&json!(false), &json!(false), &json!(true)]);
    assert_eq!(all[0]["browser"], "another program");
    let end = |id: &Value| delete(format!("/api/v1/auth/sessions/{}", id.as_str().unwrap())).claim(&here.claim);
    assert_eq!(hub.call(end(&all[1]["id"])).await.status, 204);
    assert_eq!(hub.call(end(&all[1]["id"])).await.code(), "not-found");
    assert_eq!(hub.call(get("/api/v1/me").claim(&there.claim)).await.code(), "session-ended");
    assert_eq!(hub.call(get("/api/v1/me").claim(&third.claim)).await.status, 200);
    assert_eq!(hub.call(delete("/api/v1/auth/sessions").claim(&here.claim)).await.status, 204);
    assert_eq!(hub.call(post("/api/v1/auth/renew").cookie(SESSION_COOKIE, &third.session)).await.code(), "session-ended");
    assert_eq!(list().await.len(), 1);
    assert_eq!(hub.call(delete("/api/v1/auth/sessions").claim(&here.claim)).await.status, 204);
    hub.clock.advance(TimeDelta::days(14));
    let later = hub.sign_in("ada").await;
    let all = hub.call(get("/api/v1/auth/sessions").claim(&later.claim)).await.json;
    assert_eq!(all.as_array().unwrap().len(), 1, "one that nobody used for two weeks is over");
}

#[tokio::test]
async fn whoever_watches_is_told_when_a_session_is_ended() {
    let hub = hub().await;
    let here = hub.somebody("ada").await;
    hub.sign_in("ada").await;
    let news = async || {
        let proof = Proof::InternalKey { service: "dashboard".to_owned(), key: INTERNAL_KEY.to_owned() };
        let claim = hub.service.facade.exchange(proof).await.unwrap();
        hub.service.feed.read(&claim, FeedAsk { after: 0.into(), limit: 1000, wait: Duration::ZERO }).await.unwrap().events
    };
    let before = news().await.len();
    hub.call(delete("/api/v1/auth/sessions").claim(&here.claim)).await;
    let told = news().await;
    assert_eq!((told.len() - before, told.last().unwrap().kind.as_str()), (1, "access.changed"));
}

#[tokio::test]
async fn signing_in_again_takes_the_place_of_the_session_before() {
    let (hub, github, _) = house().await;
    hub.somebody("root").await;
    let mut ada = Visitor::default();
    ada.sign_in(&hub, &github, "github").await;
    let before = ada.cookies[SESSION_COOKIE].clone();
    ada.sign_in(&hub, &github, "github").await;
    assert_eq!(hub.call(post("/api/v1/auth/renew").cookie(SESSION_COOKIE, &before)).await.code(), "session-ended");
    assert_eq!(ada.ask(&hub, get("/api/v1/auth/sessions")).await.json.as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_token_neither_sees_nor_changes_how_its_owner_signs_in() {
    let (hub, _, _) = house().await;
    hub.workspace("payments").await;
    let ada = hub.somebody("ada").await;
    hub.role("ada", "payments", chaoshub_kernel::Role::Owner).await;
    let (_, token) = hub.token(&ada, "payments", Scope::ALL).await;
    let asks = [
        get("/api/v1/auth/sessions"),
        delete("/api/v1/auth/sessions"),
        get("/api/v1/auth/identities"),
        post("/api/v1/auth/providers/github/link"),
    ];
    for ask in asks {
        let reply = hub.call(ask.bearer(&token)).await;
        assert_eq!((reply.status.as_u16(), reply.code()), (403, "sign-in-needed"));
    }
}
