//! The fakes keep the promises of what they stand for.

use async_trait::async_trait;
use chaoshub_facade::{
    auth::Auth,
    contract::{auth, feed},
    feed::Feed,
};
use chaoshub_kernel::{AccountId, Clock, FrozenClock, Role, Scopes, SignedClaim, WorkspaceId};
use chaoshub_testkit::{FakeAuth, FakeFeed, INTERNAL_KEY, frozen_clock};
use chrono::{DateTime, TimeDelta, Utc};
use futures::future::BoxFuture;
use std::sync::Arc;

struct Fakes {
    clock: Arc<FrozenClock>,
    auth: Arc<FakeAuth>,
    feed: Arc<FakeFeed>,
}

async fn fakes() -> Fakes {
    let clock = frozen_clock();
    let auth = FakeAuth::new(clock.clone());
    let feed = FakeFeed::new(auth.verifier(), clock.clone());
    Fakes { clock, auth, feed }
}

#[async_trait]
impl auth::World for Fakes {
    fn auth(&self) -> &dyn Auth {
        &*self.auth
    }

    fn internal_key(&self) -> &str {
        INTERNAL_KEY
    }

    fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    fn advance(&self, by: TimeDelta) {
        self.clock.advance(by);
    }

    async fn account(&self, name: &str) -> AccountId {
        self.auth.account(name)
    }

    async fn workspace(&self, organization: &str, name: &str) -> WorkspaceId {
        self.auth.workspace(&format!("{organization}/{name}"))
    }

    async fn role(&self, account: AccountId, workspace: WorkspaceId, role: Option<Role>) {
        match role {
            Some(role) => self.auth.grant(account, workspace, role),
            None => self.auth.ungrant(account, workspace),
        }
    }

    async fn wide_role(&self, account: AccountId, organization: &str, role: Option<Role>) {
        let organization = self.auth.organization(organization);
        match role {
            Some(role) => self.auth.grant_on_organization(account, organization, role),
            None => self.auth.ungrant_on_organization(account, organization),
        }
    }

    async fn sign_in(&self, account: AccountId) -> SignedClaim {
        self.auth.claim(account)
    }

    async fn sign_out(&self, claim: &SignedClaim) {
        self.auth.end(claim).await.expect("a good claim");
    }

    async fn token(
        &self,
        account: AccountId,
        workspace: WorkspaceId,
        scopes: Scopes,
        expires_at: Option<DateTime<Utc>>,
    ) -> String {
        self.auth.token_until(account, workspace, scopes, expires_at)
    }

    async fn delete_token(&self, secret: &str) {
        self.auth.revoke(secret);
    }
}

#[async_trait]
impl feed::World for Fakes {
    fn feed(&self) -> &dyn Feed {
        &*self.feed
    }

    async fn happen(&self) {
        self.feed.push("account.created", "somebody", None, serde_json::json!({}));
    }

    async fn happen_slowly(&self, meanwhile: BoxFuture<'_, ()>) {
        meanwhile.await;
        self.happen().await;
    }

    async fn service(&self) -> SignedClaim {
        self.auth.service_claim("dashboard")
    }

    async fn person(&self) -> SignedClaim {
        self.auth.claim(self.auth.administrator("ada"))
    }
}

mod auth_promises {
    chaoshub_facade::auth_contract!(super::fakes());
}

mod feed_promises {
    chaoshub_facade::feed_contract!(super::fakes());
}
