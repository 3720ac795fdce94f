//! A run is arbitrary code: what it may not see, it does not see.

use crate::{
    experiments::{experiment, held, process},
    gate::Gate,
    home::{self, Home, layout},
};
use chaoshub_testkit::database::on_postgres;
use serde_json::Value;
use std::{collections::BTreeSet, fs, path::PathBuf};

/// Something that only the hub knows.
const HUSH: &str = "hush-hush-4711";

/// What the journal says that each activity of the method wrote, and with which code it ended.
fn results(journal: &Value) -> impl Iterator<Item = (&str, i64, String)> {
    journal["run"].as_array().unwrap().iter().map(|activity| {
        let output = &activity["output"];
        let text = |key: &str| output[key].as_str().unwrap_or_default().to_owned();
        let name = activity["activity"]["name"].as_str().unwrap();
        (name, output["status"].as_i64().unwrap(), text("stdout") + &text("stderr"))
    })
}

#[tokio::test]
async fn a_run_sees_neither_keys_nor_databases_nor_other_runs_nor_the_hubs_environment() {
    home::tools().await;
    let home = Home::new()
        .with("CHAOSHUB_TEST_HUSH", HUSH)
        .with("HUSH", HUSH)
        .with("CHAOSHUB_GITHUB_CLIENT_ID", "an application")
        .with("CHAOSHUB_GITHUB_CLIENT_SECRET", HUSH)
        .with("LET_IN", "come in")
        .with("CHAOSHUB_RUN_ENV", "LET_IN");
    let mut hub = home.hub().await;
    let ada = hub.ada().await;
    let gate = Gate::new().await;
    let other = ada.start(&held(&gate, "Another run")).await;
    gate.reached("/hold").await;
    let jobs = fs::read_dir(home.data().join("runner/jobs")).unwrap().flatten().map(|entry| entry.path());
    let job = jobs.into_iter().next().unwrap();
    let environ = fs::read_to_string(format!("/proc/{}/environ", hub.pid())).unwrap();
    assert!(environ.contains(HUSH), "the hub itself knows it");

    let data = home.data();
    let mut secret: Vec<PathBuf> = ["keys", "databases", "objects"].map(|name| data.join(name)).into();
    let files = ["keys", "databases"].iter().flat_map(|name| fs::read_dir(data.join(name)).unwrap().flatten());
    let files: Vec<_> = files.map(|entry| entry.path()).collect();
    assert!(files.contains(&data.join("keys/claims.pem")), "{files:?}");
    assert!(on_postgres() || files.contains(&data.join("databases/auth.sqlite")), "{files:?}");
    secret.extend(files);
    let work = fs::read_dir(&job).unwrap().flatten().map(|entry| entry.path());
    secret.extend(work);
    secret.push(data.join("runner/jobs"));
    secret.push(job);
    secret.push(format!("/proc/{}/environ", hub.pid()).into());
    let text = |path: &PathBuf| path.to_str().unwrap().to_owned();
    let mut method: Vec<Value> = Vec::new();
    for path in &secret {
        let reader = if path.is_dir() { "/bin/ls" } else { "/bin/cat" };
        method.push(process(&format!("read {}", text(path)), reader, &[&text(path)]));
    }
    method.push(process("list the data folder", "/bin/ls", &[&text(&data)]));
    method.push(process("write into the data folder", "/usr/bin/touch", &[&text(&data.join("made-by-a-run"))]));
    method.push(process("end the hub", "/bin/kill", &["-9", &hub.pid().to_string()]));
    method.push(process("environment", "/usr/bin/env", &[]));
    let run = ada.start(&experiment(&gate, "Looks around", &method)).await;
    ada.ended(&run).await;

    let journal = ada.get(&format!("/api/v1/runs/{run}/journal")).await.is(200);
    assert_eq!(results(&journal.json).count(), method.len(), "everything was tried");
    for (name, status, said) in results(&journal.json).filter(|(name, ..)| *name != "environment") {
        assert_ne!(status, 0, "{name} was not refused: {said}");
        let refused = said.contains("ermission denied") || said.contains("not permitted") || said.contains("No such process");
        assert!(refused, "{name}: {said}");
    }
    let (_, _, seen) = results(&journal.json).find(|(name, ..)| *name == "environment").unwrap();
    let names: BTreeSet<_> = seen.lines().filter_map(|line| line.split_once('=')).map(|(name, _)| name).collect();
    let mut allowed = BTreeSet::from([
        "CHAOSHUB_EVENTS",
        "CHAOSHUB_RUN",
        "CHAOSHUB_TOKEN",
        "CHAOSHUB_URL",
        "HOME",
        "LANG",
        "LET_IN",
        "PATH",
        "TMPDIR",
    ]);
    if layout() == "split" {
        // What the demo's experiments on the hub itself ask for.
        allowed.extend(["CHAOSHUB_DEMO_HUB", "CHAOSHUB_DEMO_RELAYS"]);
    }
    assert_eq!(names, allowed, "{seen}");
    assert!(!home.data().join("made-by-a-run").exists());

    let events = Value::from(ada.events(&run).await).to_string();
    let log = ada.get(&format!("/api/v1/runs/{run}/log")).await.is(200).bytes;
    let journal = String::from_utf8(journal.bytes).unwrap();
    for (what, text) in [("journal", journal), ("events", events), ("log", String::from_utf8(log).unwrap())] {
        assert!(!text.contains(HUSH), "the {what} holds what only the hub knows");
        assert!(!text.contains("PRIVATE KEY"), "the {what} holds a key");
        assert!(!text.contains("chr_"), "the {what} holds the token of the run");
    }
    gate.open("/hold");
    assert_eq!(ada.ended(&other).await["verdict"], "passed");
}
