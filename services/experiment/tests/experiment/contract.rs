//! Experiment keeps the promises of its facade and of its feed, asked here and from another process.

use crate::{control, world};
use async_trait::async_trait;
use chaoshub_facade::{
    auth::{Auth, Proof},
    contract::{experiment, feed},
    experiment::{AnswerExperiments, ExperimentId, Experiments, RemoteExperiments, RunId},
    feed::{AnswerFeed, Feed, RemoteFeed},
    wire::Answers,
};
use chaoshub_kernel::{Clock, Role, Scopes, SignedClaim, WorkspaceId};
use chaoshub_testkit::{
    http::{delete, post, put},
    wire::wire,
};
use chrono::{DateTime, TimeDelta, Utc};
use futures::future::BoxFuture;
use serde_json::json;
use std::sync::Arc;

/// A world, and the form that is asked in it.
struct Form {
    world: world::World,
    experiments: Arc<dyn Experiments>,
    feed: Arc<dyn Feed>,
}

async fn local() -> Form {
    here(world::World::new().await)
}

async fn local_on_disk() -> Form {
    here(world::World::on_disk().await)
}

async fn remote() -> Form {
    elsewhere(world::World::new().await).await
}

async fn remote_on_disk() -> Form {
    elsewhere(world::World::on_disk().await).await
}

fn here(world: world::World) -> Form {
    Form { experiments: world.service.facade.clone(), feed: world.service.feed.clone(), world }
}

async fn elsewhere(world: world::World) -> Form {
    let answers: Vec<Arc<dyn Answers>> =
        vec![Arc::new(AnswerExperiments(world.service.facade.clone())), Arc::new(AnswerFeed(world.service.feed.clone()))];
    let wire = wire("experiment", answers, world.auth.clone(), &world.auth.verifier(), world.clock.clone()).await;
    Form { experiments: Arc::new(RemoteExperiments::over(wire.clone())), feed: Arc::new(RemoteFeed::over(wire)), world }
}

impl Form {
    fn later(&self) {
        self.world.clock.advance(TimeDelta::milliseconds(10));
    }

    /// Somebody who owns both workspaces of the suite.
    fn owner(&self) -> SignedClaim {
        let account = self.world.auth.account("owner");
        self.world.auth.grant_on_organization(account, self.world.auth.organization("acme"), Role::Owner);
        self.world.auth.claim(account)
    }
}

#[async_trait]
impl experiment::World for Form {
    fn experiments(&self) -> &dyn Experiments {
        &*self.experiments
    }

    fn now(&self) -> DateTime<Utc> {
        self.world.clock.now()
    }

    async fn workspace(&self, name: &str) -> WorkspaceId {
        self.world.auth.workspace(&format!("acme/{name}"))
    }

    async fn member(&self, workspace: WorkspaceId, role: Role) -> SignedClaim {
        let account = self.world.auth.account(&format!("the-{role}-of-{workspace}"));
        self.world.auth.grant(account, workspace, role);
        self.world.auth.claim(account)
    }

    async fn token(&self, workspace: WorkspaceId, scopes: Scopes) -> SignedClaim {
        self.owner();
        let secret = self.world.auth.token_until(self.world.auth.account("owner"), workspace, scopes, None);
        self.world.auth.exchange(Proof::ApiToken(secret)).await.unwrap()
    }

    async fn service(&self) -> SignedClaim {
        self.world.auth.service_claim("dashboard")
    }

    async fn write(&self, workspace: WorkspaceId, title: &str) -> ExperimentId {
        self.later();
        let path = format!("/api/v1/experiments?workspace={workspace}");
        let made = self.world.call(post(path).claim(&self.owner()).json(&control::experiment(title))).await;
        made.json["id"].as_str().unwrap().parse().unwrap()
    }

    async fn change(&self, experiment: ExperimentId) {
        self.later();
        let ask = put(format!("/api/v1/experiments/{experiment}")).header("if-match", "\"1\"");
        let changed = self.world.call(ask.claim(&self.owner()).json(&control::experiment("One, changed"))).await;
        assert_eq!(changed.json["version"], 2);
    }

    async fn archive(&self, experiment: ExperimentId) {
        self.later();
        let path = format!("/api/v1/experiments/{experiment}");
        assert_eq!(self.world.call(delete(path).claim(&self.owner())).await.status, 204);
    }

    async fn run(&self, experiment: ExperimentId) -> RunId {
        self.later();
        let ask = post("/api/v1/runs").claim(&self.owner()).json(&json!({"experiment": experiment}));
        let asked = self.world.call(ask).await;
        self.world.turn().await;
        asked.json["id"].as_str().unwrap().parse().unwrap()
    }

    async fn end(&self, run: RunId) {
        self.later();
        let orders = self.world.launcher.orders();
        let order = orders.iter().find(|order| order.env["CHAOSHUB_RUN"] == run.to_string()).unwrap();
        self.world.launcher.end(order.id, 1);
        self.world.turn().await;
    }
}

#[async_trait]
impl feed::World for Form {
    fn feed(&self) -> &dyn Feed {
        &*self.feed
    }

    async fn happen(&self) {
        self.world.experiment("Happens").await;
    }

    async fn happen_slowly(&self, meanwhile: BoxFuture<'_, ()>) {
        chaoshub_testkit::happen_slowly(&self.world.db, self.world.clock.clone(), meanwhile).await;
    }

    async fn service(&self) -> SignedClaim {
        self.world.auth.service_claim("dashboard")
    }

    async fn person(&self) -> SignedClaim {
        self.world.auth.claim(self.world.auth.administrator("ada"))
    }
}

mod facade_promises {
    chaoshub_facade::experiments_contract!(super::local());
}

mod feed_promises {
    chaoshub_facade::feed_contract!(super::local_on_disk());
}

mod remote_facade_promises {
    chaoshub_facade::experiments_contract!(super::remote());
}

mod remote_feed_promises {
    chaoshub_facade::feed_contract!(super::remote_on_disk());
}
