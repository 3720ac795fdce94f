//! Signing in with an account elsewhere, with each of the providers.

use crate::{
    double::{ALL, Double, Mood, query},
    visitor::{Visitor, led, problem},
    world::{Hub, hub_with},
};
use chaoshub_auth::{Config, Providers, SignUp};
use chaoshub_testkit::{PUBLIC_URL, http::get};
use chrono::TimeDelta;
use serde_json::json;
use tokio::task::JoinSet;

fn open() -> Providers {
    Providers { sign_up: SignUp::Open, sign_in_provider_seconds: 20, ..Providers::default() }
}

/// A hub that is set up and knows the double by this name; anybody may make an account.
async fn house(name: &str) -> (Hub, Double) {
    let double = Double::start().await;
    let hub = hub_with(PUBLIC_URL, double.settings(name, open())).await;
    hub.somebody("root").await;
    (hub, double)
}

#[tokio::test]
async fn each_provider_signs_somebody_in_and_knows_them_again() {
    for (provider, name) in ALL.into_iter().zip(["ada-l", "ada-l", "ada-l", "ada-l"]) {
        let (hub, double) = house(provider).await;
        let mut visitor = Visitor::default();
        let location = visitor.begin(&hub, provider, "/demo/demo/runs?state=active").await;
        let asked = query(&location);
        assert_eq!(asked["redirect_uri"], format!("{PUBLIC_URL}/api/v1/auth/providers/{provider}/callback"));
        assert_eq!(asked["code_challenge"].len(), 43);
        assert!(asked["state"].len() >= 22);
        let back = visitor.back(&hub, provider, &double.agree(&location)).await;
        assert_eq!(led(&back), format!("{PUBLIC_URL}/demo/demo/runs?state=active"), "{provider}");
        assert_eq!(visitor.name(&hub).await, name, "{provider}");
        let me = visitor.ask(&hub, get("/api/v1/me")).await.json;
        assert_eq!(
            (&me["workspaces"][0]["workspace"]["organization"], &me["workspaces"][0]["role"]),
            (&json!(name), &json!("owner"))
        );
        assert_eq!(me["account"]["admin"], false);

        let mut elsewhere = Visitor::default();
        assert_eq!(elsewhere.sign_in(&hub, &double, provider).await, format!("{PUBLIC_URL}/"));
        assert_eq!(elsewhere.ask(&hub, get("/api/v1/me")).await.json["account"]["id"], me["account"]["id"], "{provider}");
    }
}

#[tokio::test]
async fn a_button_is_there_for_each_provider_that_is_configured_and_no_other() {
    let plain = hub_with(PUBLIC_URL, Config::default()).await;
    let options = plain.call(get("/api/v1/auth/options")).await.json;
    assert_eq!((&options["providers"], &options["sign_up"]), (&json!([]), &json!("invitation")));
    let (hub, _double) = house("gitlab").await;
    let options = hub.call(get("/api/v1/auth/options")).await.json;
    assert_eq!(options["providers"], json!([{ "name": "gitlab", "title": "GitLab" }]));
    let mut visitor = Visitor::default();
    assert_eq!(problem(&visitor.begin(&hub, "github", "/").await), "unknown-provider");
}

#[tokio::test]
async fn who_is_renamed_keeps_the_account_and_who_takes_the_old_name_does_not_get_it() {
    let (hub, double) = house("github").await;
    let mut ada = Visitor::default();
    ada.sign_in(&hub, &double, "github").await;
    double.mind(|mind| mind.github["login"] = json!("countess"));
    ada.sign_in(&hub, &double, "github").await;
    assert_eq!(ada.name(&hub).await, "ada-l");
    let ways = ada.ask(&hub, get("/api/v1/auth/identities")).await.json;
    assert_eq!(
        (&ways["password"], &ways["identities"][0]["label"], &ways["identities"][0]["title"]),
        (&json!(false), &json!("countess"), &json!("GitHub"))
    );
    double.mind(|mind| (mind.github["login"], mind.github["id"]) = (json!("ada-l"), json!(1816)));
    let mut other = Visitor::default();
    other.sign_in(&hub, &double, "github").await;
    assert_eq!(other.name(&hub).await, "ada-l-2");
}

#[tokio::test]
async fn an_email_address_opens_nothing() {
    let github = Double::start().await;
    let gitlab = Double::start().await;
    let both = gitlab.settings("gitlab", github.settings("github", open()).providers);
    let hub = hub_with(PUBLIC_URL, both).await;
    hub.somebody("root").await;
    let (mut one, mut other) = (Visitor::default(), Visitor::default());
    one.sign_in(&hub, &github, "github").await;
    other.sign_in(&hub, &gitlab, "gitlab").await;
    assert_eq!((one.name(&hub).await.as_str(), other.name(&hub).await.as_str()), ("ada-l", "ada-lovelace"));
}

#[tokio::test]
async fn what_github_refuses_with_200_is_refused() {
    let (hub, double) = house("github").await;
    let mut visitor = Visitor::default();
    let location = visitor.begin(&hub, "github", "/demo/demo").await;
    let mut with = double.agree(&location);
    with.insert("code".to_owned(), "another".to_owned());
    let led = visitor.come_back(&hub, "github", &with).await;
    assert_eq!(led, format!("{PUBLIC_URL}/sign-in?problem=provider-refused&provider=github&next=%2Fdemo%2Fdemo"));
    assert_eq!(visitor.name(&hub).await, "not-signed-in");
}

#[tokio::test]
async fn who_has_no_name_and_no_address_gets_an_account_all_the_same() {
    for provider in ALL {
        let (hub, double) = house(provider).await;
        double.mind(|mind| {
            mind.github_emails = (404, json!({ "message": "Not Found" }));
            mind.bitbucket = json!({ "uuid": "{b1815}", "nickname": null, "display_name": null });
            mind.bitbucket_emails = (403, json!({ "type": "error" }));
            mind.claims =
                json!({ "sub": "1815", "preferred_username": null, "name": null, "email": null, "email_verified": null });
        });
        let mut visitor = Visitor::default();
        assert_eq!(visitor.sign_in(&hub, &double, provider).await, format!("{PUBLIC_URL}/"), "{provider}");
        let name = visitor.name(&hub).await;
        assert!(name == "ada-l" || name == "user-2", "{provider}: {name}");
    }
}

#[tokio::test]
async fn nobody_is_known_by_what_cannot_be_a_subject() {
    for provider in ["bitbucket", "gitlab"] {
        let (hub, double) = house(provider).await;
        for subject in ["", &"x".repeat(256), "a\u{0}b", "a\nb"] {
            double.mind(|mind| (mind.bitbucket["uuid"], mind.claims["sub"]) = (json!(subject), json!(subject)));
            let mut visitor = Visitor::default();
            let led = visitor.sign_in(&hub, &double, provider).await;
            assert_eq!(problem(&led), "provider-unreadable", "{provider} {subject:?}");
        }
    }
}

#[tokio::test]
async fn what_an_issuer_tells_only_when_asked_again_is_asked_for() {
    let (hub, double) = house("gitlab").await;
    double.mind(|mind| {
        mind.claims = json!({ "sub": "1815" });
        mind.userinfo =
            json!({ "sub": "1815", "preferred_username": "ada.k", "email": "ada@example.org", "email_verified": true });
    });
    let mut visitor = Visitor::default();
    visitor.sign_in(&hub, &double, "gitlab").await;
    assert_eq!(visitor.name(&hub).await, "ada-k");
    double.mind(|mind| mind.userinfo["sub"] = json!("somebody else"));
    assert_eq!(problem(&visitor.sign_in(&hub, &double, "gitlab").await), "provider-unreadable");
}

#[tokio::test]
async fn a_name_that_is_taken_or_reserved_is_not_taken_away() {
    let (hub, double) = house("github").await;
    hub.somebody("ada-l").await;
    let mut visitor = Visitor::default();
    visitor.sign_in(&hub, &double, "github").await;
    assert_eq!(visitor.name(&hub).await, "ada-l-2");
    double.mind(|mind| (mind.github["login"], mind.github["id"]) = (json!("admin"), json!(7)));
    let mut other = Visitor::default();
    other.sign_in(&hub, &double, "github").await;
    assert_eq!(other.name(&hub).await, "admin-2");
}

#[tokio::test]
async fn a_provider_that_is_away_or_babbles_leads_to_a_page_that_says_so() {
    let steps = [
        ("github", vec!["/access_token", "/user", "/user/emails"]),
        ("bitbucket", vec!["/access_token", "/2.0/user", "/user/emails"]),
        ("gitlab", vec!["/oauth/token", "/oauth/keys"]),
    ];
    let mut cases = JoinSet::new();
    for (provider, addresses) in steps {
        for at in addresses {
            cases.spawn(trouble(provider, at, Mood::Silent, "provider-unavailable"));
            cases.spawn(trouble(provider, at, Mood::Broken, "provider-unavailable"));
            cases.spawn(trouble(provider, at, Mood::Babbling, "provider-unreadable"));
        }
    }
    cases.join_all().await;
}

async fn trouble(provider: &'static str, at: &'static str, mood: Mood, code: &str) {
    let double = Double::start().await;
    let patience = if mood == Mood::Silent { 8 } else { 20 };
    let hub = hub_with(PUBLIC_URL, double.settings(provider, Providers { sign_in_provider_seconds: patience, ..open() })).await;
    hub.somebody("root").await;
    let mut visitor = Visitor::default();
    let location = visitor.begin(&hub, provider, "/demo/demo").await;
    let with = double.agree(&location);
    double.mind(|mind| (mind.mood, mind.at) = (mood, at));
    let back = visitor.back(&hub, provider, &with).await;
    let expected = format!("{PUBLIC_URL}/sign-in?problem={code}&provider={provider}&next=%2Fdemo%2Fdemo");
    assert_eq!(led(&back), expected, "{provider}{at} {mood:?}");
    assert!(back.bytes.is_empty(), "nothing of theirs is repeated");
    // The way back: the provider is well again, and so is the sign-in.
    double.mind(|mind| mind.mood = Mood::Well);
    assert_eq!(visitor.sign_in(&hub, &double, provider).await, format!("{PUBLIC_URL}/"), "{provider}{at} {mood:?}");
}

#[tokio::test]
async fn an_issuer_that_cannot_be_discovered_leads_to_a_page_that_says_so() {
    let (hub, double) = house("google").await;
    let mut visitor = Visitor::default();
    let mut begin = async |expected: &str| assert_eq!(problem(&visitor.begin(&hub, "google", "/").await), expected);
    for (mood, code) in [(Mood::Broken, "provider-unavailable"), (Mood::Babbling, "provider-unreadable")] {
        double.mind(|mind| mind.mood = mood);
        begin(code).await;
    }
    double.mind(|mind| mind.mood = Mood::Well);
    for (field, wrong) in
        [("issuer", json!("https://evil.example")), ("token_endpoint", json!("ftp://x")), ("jwks_uri", json!(null))]
    {
        let right = double.mind(|mind| std::mem::replace(&mut mind.document[field], wrong));
        begin("provider-unreadable").await;
        double.mind(|mind| mind.document[field] = right);
    }
    let mut visitor = Visitor::default();
    assert_eq!(visitor.sign_in(&hub, &double, "google").await, format!("{PUBLIC_URL}/"), "a failure is not remembered");
}

#[tokio::test]
async fn nobody_comes_from_elsewhere_to_a_hub_that_is_new() {
    let double = Double::start().await;
    let hub = hub_with(PUBLIC_URL, double.settings("github", open())).await;
    let mut visitor = Visitor::default();
    assert_eq!(problem(&visitor.sign_in(&hub, &double, "github").await), "setup-first");
    assert_eq!(hub.call(get("/api/v1/auth/options")).await.json["setup_required"], true);
}

#[tokio::test]
async fn keys_that_an_issuer_changed_are_read_again() {
    let (hub, double) = house("gitlab").await;
    let mut visitor = Visitor::default();
    visitor.sign_in(&hub, &double, "gitlab").await;
    double.mind(|mind| mind.signs_with = chaoshub_chassis::claims::SigningKey::generate());
    hub.clock.advance(TimeDelta::minutes(1));
    assert_eq!(visitor.sign_in(&hub, &double, "gitlab").await, format!("{PUBLIC_URL}/"));
}
