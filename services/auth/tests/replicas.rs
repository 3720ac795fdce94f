//! Two processes of auth on one database and with the same keys.

use crate::world::{Hub, hub_on, named};
use chaoshub_auth::{Config, Migrator};
use chaoshub_chassis::db;
use chaoshub_facade::auth::Proof;
use chaoshub_kernel::{Role, Scope};
use chaoshub_testkit::{PUBLIC_URL, database::replicated, http};
use std::{sync::Arc, time::Duration};
use tokio::time::{Instant, interval};

/// Less than rights are remembered for by themselves.
const SOON: Duration = Duration::from_secs(5);

async fn two() -> [Hub; 2] {
    let place = replicated::<Migrator>("auth").await;
    let data = Arc::new(tempfile::tempdir().unwrap());
    let open = || db::open::<Migrator>(&place, "auth");
    let (one, other) = (open().await.unwrap(), open().await.unwrap());
    [one, other].map(|db| hub_on(db, data.clone(), PUBLIC_URL, Config::default()))
}

/// Waits until `check` holds, and not longer.
async fn soon(what: &str, check: impl AsyncFn() -> bool) {
    let until = Instant::now() + SOON;
    let mut turns = interval(Duration::from_millis(20));
    while !check().await {
        turns.tick().await;
        assert!(Instant::now() < until, "{what}: not in time");
    }
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
