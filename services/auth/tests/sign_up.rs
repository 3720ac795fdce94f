//! Who may make an account: the four policies, and invitations by link.

use crate::{
    double::Double,
    visitor::{Visitor, problem},
    world::{Browser, Hub, PASSWORD, hub_with, named},
};
use chaoshub_auth::{Config, Providers, SignUp};
use chaoshub_kernel::Role;
use chaoshub_testkit::{
    PUBLIC_URL,
    http::{Reply, delete, get, post, put},
};
use chrono::TimeDelta;
use serde_json::{Value, json};

struct World {
    hub: Hub,
    double: Double,
    ada: Browser,
    workspace: String,
}

/// `ada` owns acme/payments.
async fn world(sign_up: SignUp, domains: &[&str]) -> World {
    let double = Double::start().await;
    let sign_up_domains = domains.iter().map(|&domain| domain.to_owned()).collect();
    let policy = Providers { sign_up, sign_up_domains, sign_in_provider_seconds: 20, ..Providers::default() };
    let hub = hub_with(PUBLIC_URL, double.settings("github", policy)).await;
    let workspace = hub.workspace("payments").await.to_string();
    let ada = hub.somebody("ada").await;
    hub.role("ada", "payments", Role::Owner).await;
    World { hub, double, ada, workspace }
}

impl World {
    async fn arrive(&self, invitation: Option<&str>) -> (Visitor, String) {
        let mut visitor = Visitor::default();
        let location = match invitation {
            None => visitor.begin(&self.hub, "github", "/").await,
            Some(invitation) => {
                let begin = post("/api/v1/auth/providers/github/begin").json(&json!({ "invitation": invitation }));
                let reply = visitor.ask(&self.hub, begin).await;
                match reply.json["location"].as_str() {
                    Some(location) => location.to_owned(),
                    None => return (visitor, format!("http://refused/?problem={}", reply.code())),
                }
            }
        };
        let with = self.double.agree(&location);
        let led = visitor.come_back(&self.hub, "github", &with).await;
        (visitor, led)
    }

    async fn invite(&self, body: Value) -> Reply {
        self.hub.call(post(self.invitations()).claim(&self.ada.claim).json(&body)).await
    }

    fn invitations(&self) -> String {
        format!("/api/v1/workspaces/{}/invitations", self.workspace)
    }

    /// The secret of a new invitation.
    async fn invitation(&self, role: &str) -> String {
        let made = self.invite(json!({ "role": role })).await;
        assert_eq!((made.status.as_u16(), &made.headers["cache-control"]), (201, &"no-store".parse().unwrap()), "{}", made.json);
        let link = made.json["link"].as_str().unwrap();
        link.strip_prefix(&format!("{PUBLIC_URL}/invitation#")).unwrap().to_owned()
    }

    async fn sign_up(&self, name: &str, invitation: Option<&str>) -> Reply {
        let body = json!({ "name": name, "password": PASSWORD, "invitation": invitation });
        self.hub.call(post("/api/v1/auth/sign-up").json(&body)).await
    }

    async fn role_of(&self, claim: &chaoshub_kernel::SignedClaim) -> Option<Role> {
        self.hub.service.facade.access(claim, named("acme/payments")).await.ok().map(|access| access.role)
    }

    async fn accounts(&self) -> usize {
        let root = self.hub.administrator("root").await;
        self.hub.call(get("/api/v1/accounts").claim(&root.claim)).await.json["items"].as_array().unwrap().len()
    }
}

#[tokio::test]
async fn a_closed_hub_lets_in_whom_it_knows_and_nobody_else() {
    let world = world(SignUp::Closed, &[]).await;
    let secret = world.invitation("viewer").await;
    for invitation in [None, Some(secret.as_str())] {
        assert_eq!(problem(&world.arrive(invitation).await.1), "sign-up-closed");
        assert_eq!(world.sign_up("eve", invitation).await.code(), "sign-up-closed");
    }
    assert_eq!(world.accounts().await, 2, "ada and the administrator");
}

#[tokio::test]
async fn an_open_hub_lets_everybody_in() {
    let world = world(SignUp::Open, &[]).await;
    assert_eq!(world.arrive(None).await.1, format!("{PUBLIC_URL}/"));
    let signed_up = world.sign_up("eve", None).await;
    assert_eq!(signed_up.status, 201, "{}", signed_up.json);
    assert_eq!(world.role_of(&Browser::of(&signed_up).claim).await, None);
    assert_eq!(world.sign_up("eve", None).await.code(), "name-taken");
    let weak = json!({ "name": "mallory", "password": "short" });
    assert_eq!(world.hub.call(post("/api/v1/auth/sign-up").json(&weak)).await.code(), "weak-password");
}

#[tokio::test]
async fn only_a_verified_address_of_an_allowed_domain_makes_an_account() {
    let world = world(SignUp::Domains, &["example.org", "example.net"]).await;
    let mut cases = vec![
        (json!([]), "email-domain-not-allowed"),
        (json!([{ "email": "ada@example.org", "primary": true, "verified": false }]), "email-not-verified"),
        (json!([{ "email": "ada@evil.example", "primary": true, "verified": true }]), "email-domain-not-allowed"),
        (json!([{ "email": "ada@sub.example.org", "primary": true, "verified": true }]), "email-domain-not-allowed"),
        (json!([{ "email": "ada@example.org@evil.example", "primary": true, "verified": true }]), "email-domain-not-allowed"),
        (json!([{ "email": "ada@example.org", "primary": false, "verified": true }]), "email-domain-not-allowed"),
    ];
    cases.push((json!([{ "email": "Ada@Example.ORG", "primary": true, "verified": true }]), "none"));
    // Once it is there, the account does not depend on the address.
    cases.push((json!([]), "none"));
    for (emails, expected) in cases {
        world.double.mind(|mind| mind.github_emails = (200, emails.clone()));
        let led = problem(&world.arrive(None).await.1);
        assert!(led.starts_with(expected), "{emails}: {led}");
    }
    assert_eq!(world.sign_up("eve", None).await.code(), "sign-up-closed");
}

#[tokio::test]
async fn an_invitation_makes_an_account_with_a_role_once() {
    let world = world(SignUp::Invitation, &[]).await;
    assert_eq!(problem(&world.arrive(None).await.1), "invitation-needed");
    assert_eq!(world.sign_up("eve", None).await.code(), "invitation-needed");
    for wrong in ["", "nonsense", &"x".repeat(43)] {
        assert_eq!(world.sign_up("eve", Some(wrong)).await.code(), "invitation-over", "{wrong}");
        let led = problem(&world.arrive(Some(wrong)).await.1);
        assert_eq!(led, "invitation-over", "{wrong}");
    }
    let secret = world.invitation("editor").await;
    let (mut visitor, led) = world.arrive(Some(&secret)).await;
    assert_eq!(led, format!("{PUBLIC_URL}/"));
    assert_eq!(visitor.name(&world.hub).await, "ada-l");
    let claim = chaoshub_kernel::SignedClaim::from_jwt(visitor.cookies["chaoshub_claim"].clone());
    assert_eq!(world.role_of(&claim).await, Some(Role::Editor));
    assert_eq!(world.sign_up("eve", Some(&secret)).await.code(), "invitation-over");
    let another = world.invitation("viewer").await;
    let signed_up = world.sign_up("eve", Some(&another)).await;
    assert_eq!(world.role_of(&Browser::of(&signed_up).claim).await, Some(Role::Viewer));
    assert_eq!(world.accounts().await, 4);
}

#[tokio::test]
async fn what_fails_on_the_way_in_leaves_nothing_behind() {
    let world = world(SignUp::Invitation, &[]).await;
    let secret = world.invitation("editor").await;
    // The name is taken at the very end: neither account nor role, and the invitation is still good.
    assert_eq!(world.sign_up("ada", Some(&secret)).await.code(), "name-taken");
    assert_eq!(world.sign_up("API", Some(&secret)).await.code(), "invalid-name");
    world.double.mind(|mind| mind.mood = crate::double::Mood::Broken);
    assert_eq!(problem(&world.arrive(Some(&secret)).await.1), "provider-unavailable");
    world.double.mind(|mind| mind.mood = crate::double::Mood::Well);
    assert_eq!(world.accounts().await, 2);
    assert_eq!(world.sign_up("bob", Some(&secret)).await.status, 201);
}

#[tokio::test]
async fn an_invitation_says_what_it_is_to_and_is_taken_up_by_who_is_there_already() {
    let world = world(SignUp::Closed, &[]).await;
    let secret = world.invitation("operator").await;
    let look = world.hub.call(post("/api/v1/auth/invitation").json(&json!({ "secret": secret }))).await;
    let expected =
        json!({ "organization": "acme", "workspace": "payments", "title": "payments", "role": "operator", "by": "ada" });
    for (name, value) in expected.as_object().unwrap() {
        assert_eq!(&look.json[name], value, "{name}");
    }
    let bob = world.hub.somebody("bob").await;
    let accept = || post("/api/v1/auth/invitation/accept").claim(&bob.claim).json(&json!({ "secret": secret }));
    let accepted = world.hub.call(accept()).await;
    assert_eq!((accepted.status.as_u16(), &accepted.json["name"]), (200, &json!("payments")), "{}", accepted.json);
    assert_eq!(world.role_of(&bob.claim).await, Some(Role::Operator));
    assert_eq!(world.hub.call(accept()).await.code(), "invitation-over");
}

#[tokio::test]
async fn an_invitation_takes_no_role_away_and_is_not_used_up_for_nothing() {
    let world = world(SignUp::Closed, &[]).await;
    let secret = world.invitation("viewer").await;
    let accept = |claim| post("/api/v1/auth/invitation/accept").claim(claim).json(&json!({ "secret": secret }));
    assert_eq!(world.hub.call(accept(&world.ada.claim)).await.status, 200);
    assert_eq!(world.role_of(&world.ada.claim).await, Some(Role::Owner));
    let bob = world.hub.somebody("bob").await;
    assert_eq!(world.hub.call(accept(&bob.claim)).await.status, 200);
}

#[tokio::test]
async fn an_invitation_ends_by_time_by_its_maker_and_with_its_makers_rights() {
    let world = world(SignUp::Open, &[]).await;
    for days in [0, 31] {
        assert_eq!(world.invite(json!({ "role": "viewer", "expires_in_days": days })).await.code(), "invalid-expiry");
    }
    let look = async |secret: &str| {
        world.hub.call(post("/api/v1/auth/invitation").json(&json!({ "secret": secret }))).await.code().to_owned()
    };
    let list = async || {
        let all = world.hub.call(get(world.invitations()).claim(&world.hub.sign_in("ada").await.claim)).await;
        all.json["items"].as_array().unwrap().clone()
    };
    let taken_back = world.invitation("viewer").await;
    world.hub.clock.advance(TimeDelta::seconds(1));
    let (late, third) = (world.invitation("viewer").await, world.invitation("owner").await);
    let open = list().await;
    assert_eq!(open.len(), 3);
    assert!(!serde_json::to_string(&open).unwrap().contains(&late));
    let path = format!("{}/{}", world.invitations(), open[0]["id"].as_str().unwrap());
    assert_eq!(world.hub.call(delete(&path).claim(&world.ada.claim)).await.status, 204);
    assert_eq!(world.hub.call(delete(&path).claim(&world.ada.claim)).await.code(), "not-found");
    assert_eq!((look(&taken_back).await.as_str(), look(&late).await.as_str()), ("invitation-over", ""));
    // Its maker is no owner any more.
    world.hub.somebody("bob").await;
    world.hub.role("bob", "payments", Role::Owner).await;
    world.hub.role("ada", "payments", Role::Editor).await;
    assert_eq!(look(&third).await, "invitation-over");
    world.hub.role("ada", "payments", Role::Owner).await;
    assert_eq!(look(&third).await, "");
    world.hub.clock.advance(TimeDelta::days(7));
    assert_eq!(look(&late).await, "invitation-over");
    assert_eq!(list().await.len(), 0);
}

#[tokio::test]
async fn an_invitation_that_was_used_is_not_taken_back_any_more() {
    let world = world(SignUp::Closed, &[]).await;
    let made = world.invite(json!({ "role": "viewer" })).await.json;
    let secret = made["link"].as_str().unwrap().rsplit_once('#').unwrap().1;
    let bob = world.hub.somebody("bob").await;
    let accept = post("/api/v1/auth/invitation/accept").claim(&bob.claim).json(&json!({ "secret": secret }));
    assert_eq!(world.hub.call(accept).await.status, 200);
    let path = format!("{}/{}", world.invitations(), made["invitation"]["id"].as_str().unwrap());
    let refused = world.hub.call(delete(path).claim(&world.ada.claim)).await;
    assert_eq!((refused.status.as_u16(), refused.code()), (404, "not-found"), "else its maker believes that nobody came");
}

#[tokio::test]
async fn a_token_invites_nobody_and_takes_no_invitation_up() {
    let world = world(SignUp::Open, &[]).await;
    let (_, token) = world.hub.token(&world.ada, "payments", chaoshub_kernel::Scope::ALL).await;
    let ask = post(world.invitations()).bearer(&token).json(&json!({ "role": "owner" }));
    assert_eq!(world.hub.call(ask).await.code(), "sign-in-needed");
    let secret = world.invitation("viewer").await;
    let ask = post("/api/v1/auth/invitation/accept").bearer(&token).json(&json!({ "secret": secret }));
    assert_eq!(world.hub.call(ask).await.code(), "sign-in-needed");
}

#[tokio::test]
async fn who_guesses_invitations_or_makes_accounts_by_the_hundred_has_to_wait() {
    let open = Providers { sign_up: SignUp::Open, ..Providers::default() };
    let hub = hub_with(PUBLIC_URL, Config { sign_in_attempts_per_address: 4, providers: open, ..Config::default() }).await;
    hub.operator.create_account(&"root".parse().unwrap(), PASSWORD.into(), true).await.unwrap();
    for number in 0..2 {
        let guess = json!({ "secret": format!("guess-{number}") });
        assert_eq!(hub.call(post("/api/v1/auth/invitation").json(&guess)).await.code(), "invitation-over");
        let body = json!({ "name": format!("eve-{number}"), "password": PASSWORD });
        assert_eq!(hub.call(post("/api/v1/auth/sign-up").json(&body)).await.status, 201);
    }
    let body = json!({ "name": "eve-9", "password": PASSWORD });
    assert_eq!(hub.call(post("/api/v1/auth/sign-up").json(&body)).await.code(), "too-many-attempts");
    assert_eq!(hub.call(post("/api/v1/auth/invitation").json(&json!({ "secret": "x" }))).await.code(), "too-many-attempts");
}

#[tokio::test]
async fn who_may_no_longer_invite_is_refused_like_anybody() {
    let world = world(SignUp::Open, &[]).await;
    let bob = world.hub.somebody("bob").await;
    let put_bob = put(format!("/api/v1/workspaces/{}/members/bob", world.workspace));
    world.hub.call(put_bob.claim(&world.ada.claim).json(&json!({ "role": "editor" }))).await;
    let ask = post(world.invitations()).claim(&bob.claim).json(&json!({ "role": "viewer" }));
    assert_eq!(world.hub.call(ask).await.code(), "missing-scope");
    assert_eq!(world.hub.call(get(world.invitations()).claim(&bob.claim)).await.code(), "missing-scope");
}
