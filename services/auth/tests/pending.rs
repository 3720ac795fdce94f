//! Sign-ins that have begun: several at once, each good once, for ten minutes, for one browser and one provider; and what
//! an id token must say to be believed.

use crate::{
    double::{CLIENT, Double, query},
    visitor::{PENDING_COOKIE, Visitor, led, problem},
    world::{Hub, hub_with},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chaoshub_auth::{Providers, SignUp};
use chaoshub_chassis::claims::SigningKey;
use chaoshub_testkit::{PUBLIC_URL, http::get};
use chrono::TimeDelta;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};
use std::collections::BTreeMap;

async fn house(name: &str, public_url: &str) -> (Hub, Double) {
    let double = Double::start().await;
    let open = Providers { sign_up: SignUp::Open, sign_in_provider_seconds: 20, ..Providers::default() };
    let hub = hub_with(public_url, double.settings(name, open)).await;
    hub.operator.create_account(&"root".parse().unwrap(), crate::world::PASSWORD.into(), true).await.unwrap();
    (hub, double)
}

#[tokio::test]
async fn several_tabs_may_be_away_at_once() {
    let (hub, double) = house("gitlab", PUBLIC_URL).await;
    let mut visitor = Visitor::default();
    let mut away = Vec::new();
    for number in 0..5 {
        let location = visitor.begin(&hub, "gitlab", &format!("/demo/demo/runs?tab={number}")).await;
        away.push((number, double.agree(&location)));
    }
    for (number, with) in away.into_iter().rev() {
        assert_eq!(visitor.come_back(&hub, "gitlab", &with).await, format!("{PUBLIC_URL}/demo/demo/runs?tab={number}"));
    }
    assert!(!visitor.cookies.contains_key(PENDING_COOKIE), "nothing is left of them");
    assert_eq!(visitor.name(&hub).await, "ada-l");
}

#[tokio::test]
async fn a_sign_in_is_good_once_even_with_the_cookie_of_before() {
    let (hub, double) = house("github", PUBLIC_URL).await;
    let mut visitor = Visitor::default();
    let location = visitor.begin(&hub, "github", "/").await;
    let before = visitor.clone();
    let with = double.agree(&location);
    visitor.come_back(&hub, "github", &with).await;
    assert_eq!(problem(&visitor.come_back(&hub, "github", &with).await), "sign-in-not-pending");
    // Somebody who copied cookie and address, at a provider that takes a code twice.
    let mut thief = before.clone();
    let again = double.agree(&location);
    assert_eq!(problem(&thief.come_back(&hub, "github", &again).await), "sign-in-not-pending");
    assert_eq!(thief.name(&hub).await, "not-signed-in");
}

#[tokio::test]
async fn a_sign_in_belongs_to_one_browser_one_provider_and_ten_minutes() {
    let (hub, double) = house("github", PUBLIC_URL).await;
    let mut ada = Visitor::default();
    let location = ada.begin(&hub, "github", "/").await;
    let with = double.agree(&location);
    // The address alone, sent to somebody else, signs nobody in as her.
    let mut other = Visitor::default();
    assert_eq!(problem(&other.come_back(&hub, "github", &with).await), "sign-in-not-pending");
    other.begin(&hub, "github", "/").await;
    assert_eq!(problem(&other.come_back(&hub, "github", &with).await), "sign-in-not-pending");
    for wrong in [json!({}), json!({ "state": "" }), json!({ "state": "wrong", "code": "c" }), json!({ "code": "c" })] {
        let with: BTreeMap<String, String> = serde_json::from_value(wrong).unwrap();
        assert_eq!(problem(&other.come_back(&hub, "github", &with).await), "sign-in-not-pending");
    }
    let mut elsewhere = ada.clone();
    assert_eq!(problem(&elsewhere.come_back(&hub, "gitlab", &with).await), "sign-in-not-pending");
    let mut forged = ada.clone();
    let cookie = forged.cookies.get_mut(PENDING_COOKIE).unwrap();
    let last = if cookie.ends_with("AA%3D") { "BB%3D" } else { "AA%3D" };
    cookie.replace_range(cookie.len() - last.len().., last);
    assert_eq!(problem(&forged.come_back(&hub, "github", &with).await), "sign-in-not-pending");
    hub.clock.advance(TimeDelta::minutes(10));
    assert_eq!(problem(&ada.come_back(&hub, "github", &with).await), "sign-in-not-pending");
}

#[tokio::test]
async fn what_the_browser_carries_is_sealed_and_sent_to_nobody_else() {
    let (hub, _double) = house("github", "https://hub.example").await;
    let reply = hub.call(get("/api/v1/auth/providers/github/begin?next=/demo/demo")).await;
    let line = reply.set_cookie(PENDING_COOKIE).unwrap();
    for part in ["HttpOnly", "SameSite=Lax", "Secure", "Path=/api/v1/auth/providers", "Max-Age=600"] {
        assert!(line.contains(part), "{line}");
    }
    let state = &query(&led(&reply))["state"];
    let opened = URL_SAFE_NO_PAD.decode(line.as_bytes()).unwrap_or_default();
    assert!(!line.contains(state.as_str()) && !line.contains("demo") && !String::from_utf8_lossy(&opened).contains("demo"));
}

#[tokio::test]
async fn who_comes_back_is_led_to_a_page_of_this_hub_and_nowhere_else() {
    let (hub, double) = house("github", PUBLIC_URL).await;
    let elsewhere = [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "/%2e%2e//evil.example",
        "javascript:alert(1)",
        "/api/v1/me",
        "/sign-in?next=/",
    ];
    for next in elsewhere {
        let mut visitor = Visitor::default();
        let location = visitor.begin(&hub, "github", next).await;
        let with = double.agree(&location);
        assert_eq!(visitor.come_back(&hub, "github", &with).await, format!("{PUBLIC_URL}/"), "{next}");
    }
}

#[tokio::test]
async fn a_page_may_be_called_in_any_letters() {
    let (hub, double) = house("github", PUBLIC_URL).await;
    let mut visitor = Visitor::default();
    let location = visitor.begin(&hub, "github", "/demo/demo/runs?text=größe").await;
    let with = double.agree(&location);
    let led = visitor.come_back(&hub, "github", &with).await;
    assert_eq!(led, format!("{PUBLIC_URL}/demo/demo/runs?text=gr%C3%B6%C3%9Fe"));
}

#[tokio::test]
async fn addresses_are_made_of_the_configured_one_whatever_the_host_header_says() {
    let (hub, double) = house("github", "https://hub.example").await;
    let hosts = ["host", "x-forwarded-host", "x-forwarded-proto", "forwarded", "x-original-host", "origin"];
    let lying = |path: String| hosts.iter().fold(get(path), |ask, name| ask.header(name, "evil.example"));
    let mut visitor = Visitor::default();
    let location = led(&visitor.ask(&hub, lying("/api/v1/auth/providers/github/begin?next=/demo/demo".to_owned())).await);
    assert_eq!(query(&location)["redirect_uri"], "https://hub.example/api/v1/auth/providers/github/callback");
    let with = double.agree(&location);
    let path = format!("/api/v1/auth/providers/github/callback?code={}&state={}", with["code"], with["state"]);
    assert_eq!(led(&visitor.ask(&hub, lying(path.clone())).await), "https://hub.example/demo/demo");
    assert!(led(&visitor.ask(&hub, lying(path)).await).starts_with("https://hub.example/sign-in?"));
}

#[tokio::test]
async fn what_the_provider_says_of_an_error_is_not_repeated() {
    let (hub, _double) = house("github", PUBLIC_URL).await;
    for (error, code) in
        [("access_denied", "provider-denied"), ("<script>alert(1)</script>", "provider-refused"), ("", "provider-refused")]
    {
        let mut visitor = Visitor::default();
        let state = query(&visitor.begin(&hub, "github", "/").await)["state"].clone();
        let with = [("error", error), ("error_description", "<b>call 555</b>"), ("state", &state)];
        let with = with.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        let led = visitor.come_back(&hub, "github", &with).await;
        assert_eq!(led, format!("{PUBLIC_URL}/sign-in?problem={code}&provider=github"));
    }
}

#[tokio::test]
async fn an_answer_of_another_issuer_is_not_taken_for_this_ones() {
    let (hub, double) = house("gitlab", PUBLIC_URL).await;
    double.mind(|mind| mind.document["authorization_response_iss_parameter_supported"] = json!(true));
    let url = double.url.clone();
    for (iss, good) in [(Some(url.as_str()), true), (Some("https://evil.example"), false), (None, false)] {
        let mut visitor = Visitor::default();
        let location = visitor.begin(&hub, "gitlab", "/").await;
        let mut with = double.agree(&location);
        with.extend(iss.map(|iss| ("iss".to_owned(), iss.to_owned())));
        let led = visitor.come_back(&hub, "gitlab", &with).await;
        assert_eq!(led == format!("{PUBLIC_URL}/"), good, "{iss:?}: {led}");
    }
}

#[tokio::test]
async fn an_id_token_is_believed_when_all_of_it_is_right() {
    let (hub, double) = house("gitlab", PUBLIC_URL).await;
    let now = chaoshub_kernel::Clock::now(&*hub.clock).timestamp();
    let unsigned = |header: &str| {
        let claims = json!({ "iss": double.url, "aud": CLIENT, "sub": "1", "exp": now + 60 });
        format!("{}.{}.", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims.to_string()))
    };
    let stranger = EncodingKey::from_ed_pem(SigningKey::generate().to_pem().as_bytes()).unwrap();
    let foreign = |kid: Option<String>| {
        let header = Header { kid, ..Header::new(Algorithm::EdDSA) };
        jsonwebtoken::encode(&header, &json!({ "iss": double.url, "aud": CLIENT, "sub": "1", "exp": now + 60 }), &stranger)
            .unwrap()
    };
    let theirs = double.mind(|mind| mind.signs_with.id().to_owned());
    let twists = [
        json!({ "nonce": "another" }),
        json!({ "nonce": null }),
        json!({ "aud": "somebody else" }),
        json!({ "aud": [CLIENT, "somebody else"], "azp": "somebody else" }),
        json!({ "aud": [CLIENT, "somebody else"], "azp": null }),
        json!({ "iss": "https://evil.example" }),
        json!({ "exp": now - 61 }),
        json!({ "exp": now as f64 - 60.5 }),
        json!({ "exp": "soon" }),
        json!({ "exp": null }),
        json!({ "sub": "" }),
        json!({ "sub": null }),
        json!({ "the_token": unsigned(r#"{"alg":"none"}"#) }),
        json!({ "the_token": unsigned(r#"{"alg":"HS256"}"#) }),
        json!({ "the_token": unsigned(&format!(r#"{{"alg":"EdDSA","kid":"{theirs}"}}"#)) }),
        json!({ "the_token": foreign(Some(theirs.clone())) }),
        json!({ "the_token": foreign(None) }),
        json!({ "the_token": foreign(Some("unknown".to_owned())) }),
        json!({ "the_token": "" }),
    ];
    for twist in twists {
        double.mind(|mind| mind.twist = twist.clone());
        let mut visitor = Visitor::default();
        assert_eq!(problem(&visitor.sign_in(&hub, &double, "gitlab").await), "provider-unreadable", "{twist}");
        assert_eq!(visitor.name(&hub).await, "not-signed-in", "{twist}");
    }
    for twist in [
        json!({}),
        json!({ "aud": [CLIENT] }),
        json!({ "exp": now - 30 }),
        // A number of seconds may have a fraction (RFC 7519, section 2).
        json!({ "exp": now as f64 + 60.25, "iat": now as f64 - 0.5, "nbf": now as f64 - 0.5 }),
        json!({ "exp": now as f64 - 59.5 }),
        json!({ "email_verified": "true" }),
        json!({ "name": 7, "preferred_username": null, "auth_time": "yesterday" }),
    ] {
        double.mind(|mind| mind.twist = twist.clone());
        let mut visitor = Visitor::default();
        assert_eq!(visitor.sign_in(&hub, &double, "gitlab").await, format!("{PUBLIC_URL}/"), "{twist}");
    }
}

#[tokio::test]
async fn who_comes_back_with_codes_of_their_own_making_has_to_wait() {
    let double = Double::start().await;
    let config = double.settings("github", Providers::default());
    let hub = hub_with(PUBLIC_URL, chaoshub_auth::Config { sign_in_attempts_per_address: 3, ..config }).await;
    let mut last = Value::Null;
    for _ in 0..4 {
        let mut visitor = Visitor::default();
        let state = query(&visitor.begin(&hub, "github", "/").await)["state"].clone();
        let with = BTreeMap::from([("state".to_owned(), state), ("code".to_owned(), "made-up".to_owned())]);
        last = json!(problem(&visitor.come_back(&hub, "github", &with).await));
    }
    assert_eq!(last, "too-many-attempts");
    assert_eq!(double.mind(|mind| mind.asked.len()), 3, "the provider is not asked any more");
}

#[tokio::test]
async fn what_is_not_used_of_a_token_answer_may_be_written_in_any_form() {
    let (hub, double) = house("gitlab", PUBLIC_URL).await;
    for answer in [
        json!({ "expires_in": "3599" }),
        json!({ "expires_in": 3599.5 }),
        json!({ "expires_in": null, "scope": ["openid"], "refresh_token": 7, "created_at": "now" }),
        json!({ "token_type": "bearer" }),
    ] {
        double.mind(|mind| mind.token_answer = answer.clone());
        let mut visitor = Visitor::default();
        assert_eq!(visitor.sign_in(&hub, &double, "gitlab").await, format!("{PUBLIC_URL}/"), "{answer}");
    }
}
