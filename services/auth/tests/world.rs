//! A hub with nothing but auth, over a database of its own and a clock that stands.

use axum::Router;
use chaoshub_auth::{Config, Migrator, Service, operator::Operator, start_on};
use chaoshub_chassis::{Ctx, db, db::Db, http::CLAIM_COOKIE, tasks::Tasks};
use chaoshub_facade::auth::WorkspaceRef;
use chaoshub_kernel::{FrozenClock, Role, Scope, Scopes, SignedClaim, Slug, WorkspaceId};
use chaoshub_testkit::{
    PUBLIC_URL, ctx,
    database::{database, place_in},
    frozen_clock,
    http::{Ask, Reply, call, post, served},
};
use serde_json::json;
use std::sync::Arc;
use tempfile::TempDir;

/// The password of everybody here.
pub const PASSWORD: &str = "a long enough password";

/// The cookie of a session.
pub const SESSION_COOKIE: &str = "chaoshub_session";

pub struct Hub {
    pub clock: Arc<FrozenClock>,
    pub service: Service,
    pub router: Router,
    pub operator: Operator,
    _data: Arc<TempDir>,
}

pub async fn hub() -> Hub {
    hub_with(PUBLIC_URL, Config::default()).await
}

pub async fn hub_with(public_url: &str, config: Config) -> Hub {
    hub_on(database::<Migrator>("auth").await, Arc::new(tempfile::tempdir().unwrap()), public_url, config)
}

/// Over a database that several may write to at once.
pub async fn hub_on_disk() -> Hub {
    let data = tempfile::tempdir().unwrap();
    let db = db::open::<Migrator>(&place_in::<Migrator>(data.path(), "auth").await, "auth").await.unwrap();
    hub_on(db, Arc::new(data), PUBLIC_URL, Config::default())
}

/// Over that database and the keys of that folder.
pub fn hub_on(db: Db, data: Arc<TempDir>, public_url: &str, config: Config) -> Hub {
    let clock = frozen_clock();
    let ctx = Ctx { public_url: public_url.into(), ..ctx(clock.clone(), data.path(), &Tasks::new()) };
    let operator = Operator::on(db.clone(), clock.clone());
    // A cheap hash: what it costs is tested where it is made.
    let config = Config { password_memory_kib: 8, password_passes: 1, ..config };
    let service = start_on(db, ctx, config).unwrap();
    let router = served(service.public.clone().into());
    Hub { clock, service, router, operator, _data: data }
}

/// A browser that has signed in.
#[derive(Clone)]
pub struct Browser {
    pub claim: SignedClaim,
    pub session: String,
}

impl Browser {
    pub fn of(reply: &Reply) -> Self {
        let claim = SignedClaim::from_jwt(reply.cookie(CLAIM_COOKIE).expect("a claim cookie"));
        Self { claim, session: reply.cookie(SESSION_COOKIE).expect("a session cookie").to_owned() }
    }
}

impl Hub {
    pub async fn call(&self, ask: Ask) -> Reply {
        call(&self.router, ask).await
    }

    /// Makes an account and signs it in.
    pub async fn somebody(&self, name: &str) -> Browser {
        self.operator.create_account(&slug(name), PASSWORD.into(), false).await.unwrap();
        self.sign_in(name).await
    }

    pub async fn administrator(&self, name: &str) -> Browser {
        self.operator.create_account(&slug(name), PASSWORD.into(), true).await.unwrap();
        self.sign_in(name).await
    }

    pub async fn sign_in(&self, name: &str) -> Browser {
        let reply = self.try_sign_in(name, PASSWORD).await;
        assert_eq!(reply.status, 200, "{}", reply.json);
        Browser::of(&reply)
    }

    pub async fn try_sign_in(&self, name: &str, password: &str) -> Reply {
        self.call(post("/api/v1/auth/sign-in").json(&json!({ "name": name, "password": password }))).await
    }

    /// The workspace `acme/<name>`, in which nobody has a role.
    pub async fn workspace(&self, name: &str) -> WorkspaceId {
        self.operator.ensure_workspace(&slug("acme"), &slug(name), name).await.unwrap()
    }

    /// Gives a role on `acme/<workspace>`.
    pub async fn role(&self, account: &str, workspace: &str, role: Role) {
        self.operator.put_role(account, "acme", Some(workspace), Some(role)).await.unwrap();
    }

    /// An API token of an account for `acme/<workspace>`, made as the account would.
    pub async fn token(&self, by: &Browser, workspace: &str, scopes: &[Scope]) -> (String, String) {
        let scopes: Scopes = scopes.iter().copied().collect();
        let body = json!({ "workspace": format!("acme/{workspace}"), "name": "ci", "scopes": scopes, "expires_in_days": 90 });
        let reply = self.call(post("/api/v1/tokens").claim(&by.claim).json(&body)).await;
        assert_eq!(reply.status, 201, "{}", reply.json);
        let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
        (text(&reply.json["token"]["id"]), text(&reply.json["secret"]))
    }
}

pub fn slug(name: &str) -> Slug {
    name.parse().unwrap()
}

pub fn named(name: &str) -> WorkspaceRef {
    name.parse().unwrap()
}
