//! Two processes of auth on one database and with the same keys.

use crate::{
    double::Double,
    visitor::{Visitor, led, problem},
    world::{Hub, PASSWORD, hub_on, named},
};
use chaoshub_auth::{Config, Migrator, Providers, SignUp};
use chaoshub_chassis::db;
use chaoshub_facade::auth::Proof;
use chaoshub_kernel::{Role, Scope};
use chaoshub_testkit::{PUBLIC_URL, database::replicated, http, wait::within};
use futures::future::join;
use serde_json::json;
use std::{sync::Arc, time::Duration};

/// Less than rights are remembered for by themselves.
const SOON: Duration = Duration::from_secs(5);

async fn two() -> [Hub; 2] {
    two_with(Config::default()).await
}

async fn two_with(config: Config) -> [Hub; 2] {
    let place = replicated::<Migrator>("auth").await;
    let data = Arc::new(tempfile::tempdir().unwrap());
    let open = || db::open::<Migrator>(&place, "auth");
    let (one, other) = (open().await.unwrap(), open().await.unwrap());
    [one, other].map(|db| hub_on(db, data.clone(), PUBLIC_URL, config.clone()))
}

/// Waits until `check` holds, and not longer.
async fn soon(what: &str, check: impl AsyncFn() -> bool) {
    within(SOON, what, async || check().await.then_some(())).await;
}

#[tokio::test]
#[ignore = "needs PostgreSQL: scripts/postgres run cargo test -- --include-ignored"]
async fn what_ends_at_one_replica_has_ended_at_the_other() {
    let [here, there] = two().await;
    here.workspace("payments").await;
    let ada = here.somebody("ada").await;
    here.role("ada", "payments", Role::Editor).await;
    let (token, secret) = here.token(&ada, "payments", &[Scope::RunRead]).await;
    let place = || named("acme/payments");
    let facade = &there.service.facade;
    let by_token = facade.exchange(Proof::ApiToken(secret.clone())).await.unwrap();
    for claim in [&ada.claim, &by_token] {
        facade.access(claim, place()).await.expect("a claim of one replica is good at the other, which remembers it");
    }

    here.role("ada", "payments", Role::Viewer).await;
    soon("a weaker role counts", async || facade.access(&ada.claim, place()).await.unwrap().role == Role::Viewer).await;
    let path = format!("/api/v1/tokens/{token}");
    assert_eq!(here.call(http::delete(path).claim(&ada.claim)).await.status, 204);
    let refused = async || facade.exchange(Proof::ApiToken(secret.clone())).await.is_err_and(|why| why.code == "invalid-token");
    soon("a deleted token is refused", refused).await;
    let cookie = http::post("/api/v1/auth/sign-out").cookie(crate::world::SESSION_COOKIE, &ada.session);
    assert_eq!(here.call(cookie).await.status, 204);
    let refused = async || facade.access(&ada.claim, place()).await.is_err_and(|why| why.code == "session-ended");
    soon("who has signed out is refused", refused).await;
}

/// Asks both at once; their answers, the smaller status first.
async fn race(here: &Hub, one: http::Ask, there: &Hub, other: http::Ask) -> [(u16, String); 2] {
    let (one, other) = join(here.call(one), there.call(other)).await;
    let mut both = [one, other].map(|reply| (reply.status.as_u16(), reply.code().to_owned()));
    both.sort();
    both
}

#[tokio::test]
#[ignore = "needs PostgreSQL: scripts/postgres run cargo test -- --include-ignored"]
async fn what_is_there_once_is_given_once_by_whichever_replica() {
    let [here, there] = two().await;
    let refused = |status: u16, code: &str| (status, code.to_owned());
    let code = here.operator.setup_code().await.unwrap().unwrap();
    let set_up = |name: &str| http::post("/api/v1/auth/setup").json(&json!({ "code": code, "name": name, "password": PASSWORD }));
    let both = race(&here, set_up("ada"), &there, set_up("eve")).await;
    assert_eq!(both, [refused(201, ""), refused(409, "setup-done")]);

    let root = here.administrator("root").await;
    let account = || http::post("/api/v1/accounts").claim(&root.claim).json(&json!({ "name": "bob", "password": PASSWORD }));
    assert_eq!(race(&here, account(), &there, account()).await, [refused(201, ""), refused(409, "name-taken")]);

    let id = here.workspace("payments").await;
    here.role("root", "payments", Role::Owner).await;
    let invite = http::post(format!("/api/v1/workspaces/{id}/invitations")).claim(&root.claim);
    let made = here.call(invite.json(&json!({ "role": "viewer" }))).await.json;
    let secret = made["link"].as_str().unwrap().rsplit_once('#').unwrap().1;
    let (bob, otto) = (here.sign_in("bob").await, there.somebody("otto").await);
    let accept = |claim| http::post("/api/v1/auth/invitation/accept").claim(claim).json(&json!({ "secret": secret }));
    let both = race(&here, accept(&bob.claim), &there, accept(&otto.claim)).await;
    assert_eq!(both, [refused(200, ""), refused(410, "invitation-over")]);

    let owner = here.sign_in("root").await;
    here.role("otto", "payments", Role::Owner).await;
    let leave = |name: &str| http::delete(format!("/api/v1/workspaces/{id}/members/{name}")).claim(&owner.claim);
    let both = race(&here, leave("root"), &there, leave("otto")).await;
    assert_eq!(both[0].0, 204);
    assert!([refused(409, "last-owner"), refused(404, "not-found")].contains(&both[1]), "{both:?}");
}

#[tokio::test]
#[ignore = "needs PostgreSQL: scripts/postgres run cargo test -- --include-ignored"]
async fn who_comes_back_to_two_replicas_at_once_is_one_account_and_each_sign_in_is_good_once() {
    let double = Double::start().await;
    let open = Providers { sign_up: SignUp::Open, sign_in_provider_seconds: 20, ..Providers::default() };
    let [here, there] = two_with(double.settings("github", open)).await;
    here.somebody("root").await;
    // Two sign-ins of somebody who is not known yet.
    let (mut one, mut other) = (Visitor::default(), Visitor::default());
    let (first, second) = (one.begin(&here, "github", "/").await, other.begin(&there, "github", "/").await);
    let (first, second) = (double.agree(&first), double.agree(&second));
    let both = join(one.back(&here, "github", &first), other.back(&there, "github", &second)).await;
    assert_eq!([led(&both.0), led(&both.1)], [format!("{PUBLIC_URL}/"), format!("{PUBLIC_URL}/")]);
    assert_eq!([one.name(&there).await, other.name(&here).await], ["ada-l", "ada-l"]);
    // One sign-in, of which somebody has a copy, at a provider that takes a code twice.
    let location = one.begin(&here, "github", "/").await;
    let mut thief = one.clone();
    let (first, second) = (double.agree(&location), double.agree(&location));
    let both = join(one.back(&here, "github", &first), thief.back(&there, "github", &second)).await;
    let mut both = [problem(&led(&both.0)), problem(&led(&both.1))];
    both.sort();
    assert_eq!(both, [format!("none: {PUBLIC_URL}/"), "sign-in-not-pending".to_owned()]);
}
