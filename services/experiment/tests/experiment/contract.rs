//! The local form keeps the promises of the facade and of the feed.

use crate::{control, world};
use async_trait::async_trait;
use chaoshub_facade::{
    auth::{Auth, Proof},
    contract::{experiment, feed},
    experiment::{ExperimentId, Experiments, RunId},
    feed::Feed,
};
use chaoshub_kernel::{Clock, Role, Scopes, SignedClaim, WorkspaceId};
use chaoshub_testkit::http::{delete, post, put};
use chrono::{DateTime, TimeDelta, Utc};
use futures::future::BoxFuture;
use serde_json::json;

struct Local(world::World);

async fn local() -> Local {
    Local(world::World::new().await)
}

async fn local_on_disk() -> Local {
    Local(world::World::on_disk().await)
}

impl Local {
    fn later(&self) {
        self.0.clock.advance(TimeDelta::milliseconds(10));
    }

    /// Somebody who owns both workspaces of the suite.
    fn owner(&self) -> SignedClaim {
        let account = self.0.auth.account("owner");
        self.0.auth.grant_on_organization(account, self.0.auth.organization("acme"), Role::Owner);
        self.0.auth.claim(account)
    }
}

#[async_trait]
impl experiment::World for Local {
    fn experiments(&self) -> &dyn Experiments {
        &*self.0.service.facade
    }

    fn now(&self) -> DateTime<Utc> {
        self.0.clock.now()
    }

    async fn workspace(&self, name: &str) -> WorkspaceId {
        self.0.auth.workspace(&format!("acme/{name}"))
    }

    async fn member(&self, workspace: WorkspaceId, role: Role) -> SignedClaim {
        let account = self.0.auth.account(&format!("the-{role}-of-{workspace}"));
        self.0.auth.grant(account, workspace, role);
        self.0.auth.claim(account)
    }

    async fn token(&self, workspace: WorkspaceId, scopes: Scopes) -> SignedClaim {
        self.owner();
        let secret = self.0.auth.token_until(self.0.auth.account("owner"), workspace, scopes, None);
        self.0.auth.exchange(Proof::ApiToken(secret)).await.unwrap()
    }

    async fn service(&self) -> SignedClaim {
        self.0.auth.service_claim("dashboard")
    }

    async fn write(&self, workspace: WorkspaceId, title: &str) -> ExperimentId {
        self.later();
        let path = format!("/api/v1/experiments?workspace={workspace}");
        let made = self.0.call(post(path).claim(&self.owner()).json(&control::experiment(title))).await;
        made.json["id"].as_str().unwrap().parse().unwrap()
    }

    async fn change(&self, experiment: ExperimentId) {
        self.later();
        let ask = put(format!("/api/v1/experiments/{experiment}")).header("if-match", "\"1\"");
        let changed = self.0.call(ask.claim(&self.owner()).json(&control::experiment("One, changed"))).await;
        assert_eq!(changed.json["version"], 2);
    }

    async fn archive(&self, experiment: ExperimentId) {
        self.later();
        let path = format!("/api/v1/experiments/{experiment}");
        assert_eq!(self.0.call(delete(path).claim(&self.owner())).await.status, 204);
    }

    async fn run(&self, experiment: ExperimentId) -> RunId {
        self.later();
        let ask = post("/api/v1/runs").claim(&self.owner()).json(&json!({"experiment": experiment}));
        let asked = self.0.call(ask).await;
        self.0.turn().await;
        asked.json["id"].as_str().unwrap().parse().unwrap()
    }

    async fn end(&self, run: RunId) {
        self.later();
        let orders = self.0.launcher.orders();
        let order = orders.iter().find(|order| order.env["CHAOSHUB_RUN"] == run.to_string()).unwrap();
        self.0.launcher.end(order.id, 1);
        self.0.turn().await;
    }
}

#[async_trait]
impl feed::World for Local {
    fn feed(&self) -> &dyn Feed {
        &*self.0.service.feed
    }

    async fn happen(&self) {
        self.0.experiment("Happens").await;
    }

    async fn happen_slowly(&self, meanwhile: BoxFuture<'_, ()>) {
        chaoshub_testkit::happen_slowly(&self.0.db, self.0.clock.clone(), meanwhile).await;
    }

    async fn service(&self) -> SignedClaim {
        self.0.auth.service_claim("dashboard")
    }

    async fn person(&self) -> SignedClaim {
        self.0.auth.claim(self.0.auth.administrator("ada"))
    }
}

mod facade_promises {
    chaoshub_facade::experiments_contract!(super::local());
}

mod feed_promises {
    chaoshub_facade::feed_contract!(super::local_on_disk());
}
