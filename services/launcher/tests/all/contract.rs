//! The launcher over real processes keeps the promises of its facade, asked here and from another process.

use crate::{
    Promise,
    place::{Place, folder, shell},
    promises,
    service::{Stage, stage_on},
};
use async_trait::async_trait;
use chaoshub_facade::{
    contract::launcher::{self, World},
    feed::{AnswerFeed, Feed, RemoteFeed},
    launcher::{AnswerLauncher, JobId, Launcher, RemoteLauncher, StartJob},
    launcher_promises,
    wire::Answers,
};
use chaoshub_kernel::{Clock, SignedClaim, SystemClock};
use chaoshub_launcher::{
    Tooling,
    spawner::{Order, Tools},
};
use chaoshub_testkit::wire::wire;
use chrono::{DateTime, Utc};
use std::{
    fs,
    os::unix::fs::{MetadataExt, chown},
    path::PathBuf,
    sync::Arc,
};
use tokio::sync::watch;

/// Both forms of each promise.
macro_rules! both_forms {
    ($($promise:ident)*) => {
        mod here {
            $(pub(super) async fn $promise(place: super::Arc<dyn super::Place>) {
                super::launcher::$promise(&super::here(place).await).await;
            })*
        }
        mod elsewhere {
            $(pub(super) async fn $promise(place: super::Arc<dyn super::Place>) {
                super::launcher::$promise(&super::elsewhere(place).await).await;
            })*
        }
        pub(crate) const PROMISES_HERE: [Promise; 10] = promises!(here: $($promise),*);
        pub(crate) const PROMISES_ELSEWHERE: [Promise; 10] = promises!(elsewhere: $($promise),*);
    };
}

launcher_promises!(both_forms!);

/// A launcher whose jobs wait for a file that says with which code to exit.
struct Real {
    place: Arc<dyn Place>,
    stage: Stage,
    launcher: Arc<dyn Launcher>,
    feed: Arc<dyn Feed>,
    tooling: watch::Sender<Tooling>,
}

async fn here(place: Arc<dyn Place>) -> Real {
    let tooling = watch::Sender::new(Tooling::Ready(Tools::default()));
    let stage = stage_on(&*place, place.open().await, tooling.subscribe()).await;
    Real { launcher: stage.facade.clone(), feed: stage.feed.clone(), place, stage, tooling }
}

async fn elsewhere(place: Arc<dyn Place>) -> Real {
    let real = here(place).await;
    let answers: Vec<Arc<dyn Answers>> =
        vec![Arc::new(AnswerLauncher(real.launcher.clone())), Arc::new(AnswerFeed(real.feed.clone()))];
    let auth = real.stage.auth.clone();
    let wire = wire("launcher", answers, auth.clone(), &auth.verifier(), Arc::new(SystemClock)).await;
    Real { launcher: Arc::new(RemoteLauncher::over(wire.clone())), feed: Arc::new(RemoteFeed::over(wire)), ..real }
}

impl Real {
    fn file(&self, job: JobId, name: &str) -> PathBuf {
        folder(&*self.place, job).join("work").join(name)
    }
}

#[async_trait]
impl World for Real {
    fn launcher(&self) -> &dyn Launcher {
        &*self.launcher
    }

    fn feed(&self) -> &dyn Feed {
        &*self.feed
    }

    fn now(&self) -> DateTime<Utc> {
        SystemClock.now()
    }

    async fn service(&self) -> SignedClaim {
        self.stage.claim.clone()
    }

    async fn person(&self) -> SignedClaim {
        self.stage.auth.claim(self.stage.auth.administrator("ada"))
    }

    fn order(&self) -> StartJob {
        let Order { id, argv, env, files, limits, .. } =
            shell("while [ ! -e end ]; do sleep 0.02; done; read code < end; exit \"$code\"");
        StartJob { id, workspace: self.stage.workspace, argv, env, files, limits }
    }

    async fn write(&self, job: JobId, name: &str, bytes: &[u8]) {
        let path = self.file(job, name);
        fs::write(&path, bytes).unwrap();
        // As if the job had written it: of others' files nothing is read.
        let job = fs::metadata(path.parent().unwrap()).unwrap();
        chown(&path, Some(job.uid()), Some(job.gid())).unwrap();
    }

    async fn end(&self, job: JobId, code: i32) {
        fs::write(self.file(job, ".end"), format!("{code}\n")).unwrap();
        fs::rename(self.file(job, ".end"), self.file(job, "end")).unwrap();
    }

    async fn unready(&self) {
        self.tooling.send_replace(Tooling::Failed("no index".to_owned()));
    }
}
