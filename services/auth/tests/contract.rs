//! Auth keeps the promises of its facade and of its feed, asked here and from another process.

use crate::world::{Browser, Hub, PASSWORD, SESSION_COOKIE, hub, hub_on_disk, slug};
use async_trait::async_trait;
use chaoshub_facade::{
    auth::{AnswerAuth, Auth, Proof, RemoteAuth, WorkspaceRef},
    contract::{auth, feed},
    feed::{AnswerFeed, Feed, RemoteFeed},
    wire::Answers,
};
use chaoshub_kernel::{AccountId, Clock, Role, Scopes, SignedClaim, WorkspaceId};
use chaoshub_testkit::{INTERNAL_KEY, http, wire::wire};
use chrono::{DateTime, TimeDelta, Utc};
use futures::future::BoxFuture;
use secrecy::ExposeSecret;
use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering},
    },
};
use tokio::sync::OnceCell;

/// A hub, the form of it that is asked, and what the suite calls things by.
struct Form {
    hub: Hub,
    auth: Arc<dyn Auth>,
    feed: Arc<dyn Feed>,
    accounts: Mutex<HashMap<AccountId, String>>,
    workspaces: Mutex<HashMap<WorkspaceId, (String, String)>>,
    browsers: Mutex<Vec<Browser>>,
    tokens: Mutex<HashMap<String, AccountId>>,
    maker: OnceCell<Browser>,
    made: AtomicU32,
}

async fn local() -> Form {
    here(hub().await)
}

async fn local_on_disk() -> Form {
    here(hub_on_disk().await)
}

/// The same hub, asked over HTTP as by another process.
async fn remote() -> Form {
    elsewhere(hub().await).await
}

async fn remote_on_disk() -> Form {
    elsewhere(hub_on_disk().await).await
}

fn here(hub: Hub) -> Form {
    let (auth, feed) = (hub.service.facade.clone(), hub.service.feed.clone());
    form(hub, auth, feed)
}

async fn elsewhere(hub: Hub) -> Form {
    let answers: Vec<Arc<dyn Answers>> =
        vec![Arc::new(AnswerAuth(hub.service.facade.clone())), Arc::new(AnswerFeed(hub.service.feed.clone()))];
    let wire = wire("auth", answers, hub.service.facade.clone(), &hub.service.verifier, hub.clock.clone()).await;
    form(hub, Arc::new(RemoteAuth::over(wire.clone())), Arc::new(RemoteFeed::over(wire)))
}

fn form(hub: Hub, auth: Arc<dyn Auth>, feed: Arc<dyn Feed>) -> Form {
    Form {
        hub,
        auth,
        feed,
        accounts: Mutex::default(),
        workspaces: Mutex::default(),
        browsers: Mutex::default(),
        tokens: Mutex::default(),
        maker: OnceCell::new(),
        made: AtomicU32::new(0),
    }
}

impl Form {
    fn name(&self, account: AccountId) -> String {
        self.accounts.lock().unwrap()[&account].clone()
    }

    /// Somebody who makes workspaces in an organization of her own.
    async fn maker(&self) -> &Browser {
        self.maker.get_or_init(|| self.hub.somebody("maker")).await
    }

    fn place(&self, workspace: WorkspaceId) -> (String, String) {
        self.workspaces.lock().unwrap()[&workspace].clone()
    }
}

#[async_trait]
impl auth::World for Form {
    fn auth(&self) -> &dyn Auth {
        &*self.auth
    }

    fn internal_key(&self) -> &str {
        INTERNAL_KEY
    }

    fn now(&self) -> DateTime<Utc> {
        self.hub.clock.now()
    }

    fn advance(&self, by: TimeDelta) {
        self.hub.clock.advance(by);
    }

    async fn account(&self, name: &str) -> AccountId {
        let id = self.hub.operator.create_account(&slug(name), PASSWORD.into(), false).await.unwrap().id;
        self.accounts.lock().unwrap().insert(id, name.to_owned());
        id
    }

    async fn workspace(&self, organization: &str, name: &str) -> WorkspaceId {
        let id = self.hub.operator.ensure_workspace(&slug(organization), &slug(name), name).await.unwrap();
        self.workspaces.lock().unwrap().insert(id, (organization.to_owned(), name.to_owned()));
        id
    }

    async fn role(&self, account: AccountId, workspace: WorkspaceId, role: Option<Role>) {
        let (organization, name) = self.place(workspace);
        self.hub.operator.put_role(&self.name(account), &organization, Some(&name), role).await.unwrap();
    }

    async fn wide_role(&self, account: AccountId, organization: &str, role: Option<Role>) {
        self.hub.operator.put_role(&self.name(account), organization, None, role).await.unwrap();
    }

    async fn sign_in(&self, account: AccountId) -> SignedClaim {
        let browser = self.hub.sign_in(&self.name(account)).await;
        let claim = browser.claim.clone();
        self.browsers.lock().unwrap().push(browser);
        claim
    }

    async fn sign_out(&self, claim: &SignedClaim) {
        let browser = self.browsers.lock().unwrap().iter().find(|one| one.claim == *claim).unwrap().clone();
        let reply = self.hub.call(http::post("/api/v1/auth/sign-out").cookie(SESSION_COOKIE, &browser.session)).await;
        assert_eq!(reply.status, 204);
    }

    async fn token(
        &self,
        account: AccountId,
        workspace: WorkspaceId,
        scopes: Scopes,
        expires_at: Option<DateTime<Utc>>,
    ) -> String {
        let workspace = WorkspaceRef::Id(workspace);
        let made = self.hub.operator.create_token(&self.name(account), &workspace, scopes, expires_at).await.unwrap();
        let secret = made.expose_secret().to_owned();
        self.tokens.lock().unwrap().insert(secret.clone(), account);
        secret
    }

    async fn delete_token(&self, secret: &str) {
        let account = self.tokens.lock().unwrap()[secret];
        let browser = self.hub.sign_in(&self.name(account)).await;
        let list = self.hub.call(http::get("/api/v1/tokens").claim(&browser.claim)).await;
        let hint = format!("{}…", &secret[..8]);
        let tokens = list.json["items"].as_array().unwrap();
        let token = tokens.iter().find(|token| token["hint"] == hint.as_str()).unwrap();
        let path = format!("/api/v1/tokens/{}", token["id"].as_str().unwrap());
        assert_eq!(self.hub.call(http::delete(path).claim(&browser.claim)).await.status, 204);
    }
}

#[async_trait]
impl feed::World for Form {
    fn feed(&self) -> &dyn Feed {
        &*self.feed
    }

    async fn happen(&self) {
        let maker = self.maker().await;
        let number = self.made.fetch_add(1, Ordering::Relaxed);
        let body = serde_json::json!({ "organization": "maker", "name": format!("made-{number}") });
        let reply = self.hub.call(http::post("/api/v1/workspaces").claim(&maker.claim).json(&body)).await;
        assert_eq!(reply.status, 201, "{}", reply.json);
    }

    async fn happen_slowly(&self, meanwhile: BoxFuture<'_, ()>) {
        chaoshub_testkit::happen_slowly(&self.hub.service.db, self.hub.clock.clone(), meanwhile).await;
    }

    async fn service(&self) -> SignedClaim {
        // What the maker's account tells comes before the suite begins to count.
        self.maker().await;
        let proof = Proof::InternalKey { service: "dashboard".to_owned(), key: INTERNAL_KEY.to_owned() };
        self.hub.service.facade.exchange(proof).await.unwrap()
    }

    async fn person(&self) -> SignedClaim {
        self.hub.administrator("ada").await.claim
    }
}

mod auth_promises {
    chaoshub_facade::auth_contract!(super::local());
}

mod remote_auth_promises {
    chaoshub_facade::auth_contract!(super::remote());
}

mod remote_feed_promises {
    chaoshub_facade::feed_contract!(super::remote_on_disk());
}

mod feed_promises {
    chaoshub_facade::feed_contract!(super::local_on_disk());
}
