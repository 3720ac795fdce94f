//! What the tools promise: a real `chaos`, with our control module, that any job can run and none can change.

use crate::{
    Promise,
    place::{DEADLINE, Place, printed, run, settings, shell},
    promises, tools,
};
use chaoshub_launcher::{
    spawner::{Order, ProcessSpawner, Settings, Spawner},
    toolchain::{self, Toolchain},
};
use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

pub(crate) const PROMISES: [Promise; 3] = promises!(tools:
    chaos_runs_with_our_control_module_in_reach,
    an_experiment_runs_and_leaves_its_journal,
    no_job_can_change_the_tools,
);

/// The tools of all tests, made once: that takes a minute where the packages are not at hand.
pub(crate) async fn prepared() -> Toolchain {
    let dir = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("chaos-tools");
    toolchain::prepare(&dir).await.expect("tools, which need Python 3.11 with venv and a package index")
}

async fn with_tools(dir: &Path, script: &str) -> (Arc<ProcessSpawner>, Order) {
    // Below the data folder, as a hub that is not root has it.
    let settings = Settings { dir: dir.join("data/runner"), ..settings(dir) };
    let spawner = ProcessSpawner::open(settings).await.expect("an open place");
    let order = Order { tools: prepared().await.tools(), ..shell(script) };
    (spawner, order)
}

async fn chaos_runs_with_our_control_module_in_reach(place: Arc<dyn Place>) {
    let script = "chaos --version; python -c 'import chaoshub_control; print(chaoshub_control.__name__)'";
    let (spawner, order) = with_tools(place.dir(), script).await;
    let (exit, printed) = run(&*spawner, order).await;
    assert_eq!(exit.code, Some(0), "{printed}");
    assert!(printed.contains("chaos, version ") && printed.contains("chaoshub_control"), "{printed}");
}

const EXPERIMENT: &str = r#"{
    "title": "a shell can count", "description": "d",
    "steady-state-hypothesis": {"title": "all is well", "probes": [
        {"type": "probe", "name": "ok", "tolerance": 0, "provider": {"type": "process", "path": "true"}}]},
    "method": [{"type": "action", "name": "count", "provider": {"type": "process", "path": "sh", "arguments": ["-c", "echo $((40+2))"]}}],
    "rollbacks": []
}"#;

async fn an_experiment_runs_and_leaves_its_journal(place: Arc<dyn Place>) {
    let (spawner, mut order) = with_tools(place.dir(), "").await;
    let id = order.id;
    order.argv = ["chaos", "--no-version-check", "--no-log-file", "run", "--journal-path", "journal.json", "experiment.json"]
        .map(str::to_owned)
        .to_vec();
    order.files.insert("experiment.json".to_owned(), EXPERIMENT.to_owned());
    order.limits.wall_clock = DEADLINE;
    let (exit, log) = run(&*spawner, order).await;
    assert_eq!(exit.code, Some(0), "{log}");
    let journal = spawner.read(id, "journal.json", 0, 1 << 20).await.expect("a journal").bytes;
    let journal: serde_json::Value = serde_json::from_slice(&journal).expect("JSON");
    assert_eq!((&journal["status"], &journal["deviated"]), (&"completed".into(), &false.into()), "{log}");
    assert_eq!(journal["run"][0]["output"]["stdout"], "42\n");
    assert_eq!(printed(&*spawner, id).await, log);
}

async fn no_job_can_change_the_tools(place: Arc<dyn Place>) {
    let script = "echo x > $(command -v chaos); touch $(dirname $(command -v chaos))/y; rm -f $(command -v chaos); exit 0";
    let (spawner, order) = with_tools(place.dir(), script).await;
    let (_, printed) = run(&*spawner, order).await;
    assert_eq!(printed.matches("ermission denied").count(), 3, "{printed}");
    let again = tokio::time::timeout(Duration::from_secs(5), prepared()).await.expect("they are there already");
    assert!(again.dir.join("bin/chaos").is_file());
}
