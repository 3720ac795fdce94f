//! The fake launcher keeps the promises of the launcher, asked here and from another process.

use async_trait::async_trait;
use chaoshub_facade::{
    contract::launcher::World,
    feed::{AnswerFeed, Feed, RemoteFeed},
    launcher::{AnswerLauncher, JobId, Launcher, Limits, RemoteLauncher, StartJob},
    wire::Answers,
};
use chaoshub_kernel::{Clock, FrozenClock, SignedClaim};
use chaoshub_testkit::{FakeAuth, FakeLauncher, frozen_clock, wire::wire};
use chrono::{DateTime, Utc};
use std::{collections::BTreeMap, sync::Arc};

struct Fake {
    clock: Arc<FrozenClock>,
    auth: Arc<FakeAuth>,
    launcher: Arc<FakeLauncher>,
    asked: Arc<dyn Launcher>,
    feed: Arc<dyn Feed>,
}

async fn fake() -> Fake {
    let clock = frozen_clock();
    let auth = FakeAuth::new(clock.clone());
    let launcher = FakeLauncher::new(auth.verifier(), clock.clone());
    let feed = launcher.feed();
    Fake { clock, auth, asked: launcher.clone(), launcher, feed }
}

async fn remote() -> Fake {
    let fake = fake().await;
    let answers: Vec<Arc<dyn Answers>> =
        vec![Arc::new(AnswerLauncher(fake.asked.clone())), Arc::new(AnswerFeed(fake.feed.clone()))];
    let wire = wire("launcher", answers, fake.auth.clone(), &fake.auth.verifier(), fake.clock.clone()).await;
    Fake { asked: Arc::new(RemoteLauncher::over(wire.clone())), feed: Arc::new(RemoteFeed::over(wire)), ..fake }
}

#[async_trait]
impl World for Fake {
    fn launcher(&self) -> &dyn Launcher {
        &*self.asked
    }

    fn feed(&self) -> &dyn Feed {
        &*self.feed
    }

    fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    async fn service(&self) -> SignedClaim {
        self.auth.service_claim("experiment")
    }

    async fn person(&self) -> SignedClaim {
        self.auth.claim(self.auth.administrator("ada"))
    }

    fn order(&self) -> StartJob {
        StartJob {
            id: JobId::new(self.clock.now()),
            workspace: self.auth.workspace("acme/payments"),
            argv: vec!["chaos".to_owned()],
            env: BTreeMap::new(),
            files: BTreeMap::new(),
            limits: Limits::default(),
        }
    }

    async fn write(&self, job: JobId, name: &str, bytes: &[u8]) {
        self.launcher.write(job, name, bytes);
    }

    async fn end(&self, job: JobId, code: i32) {
        self.launcher.end(job, code);
    }

    async fn unready(&self) {
        self.launcher.wait_for(Some("the tools are being prepared"));
    }
}

mod fake_promises {
    chaoshub_facade::launcher_contract!(super::fake());
}

mod remote_promises {
    chaoshub_facade::launcher_contract!(super::remote());
}
