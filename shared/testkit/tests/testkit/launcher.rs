//! The fake launcher keeps the promises of the launcher.

use async_trait::async_trait;
use chaoshub_facade::{
    contract::launcher::World,
    feed::Feed,
    launcher::{JobId, Launcher, Limits, StartJob},
};
use chaoshub_kernel::{Clock, FrozenClock, SignedClaim};
use chaoshub_testkit::{FakeAuth, FakeFeed, FakeLauncher, frozen_clock};
use chrono::{DateTime, Utc};
use std::{collections::BTreeMap, sync::Arc};

struct Fake {
    clock: Arc<FrozenClock>,
    auth: Arc<FakeAuth>,
    launcher: Arc<FakeLauncher>,
    feed: Arc<FakeFeed>,
}

async fn fake() -> Fake {
    let clock = frozen_clock();
    let auth = FakeAuth::new(clock.clone());
    let launcher = FakeLauncher::new(auth.verifier(), clock.clone());
    let feed = launcher.feed();
    Fake { clock, auth, launcher, feed }
}

#[async_trait]
impl World for Fake {
    fn launcher(&self) -> &dyn Launcher {
        &*self.launcher
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

chaoshub_facade::launcher_contract!(fake());
