//! Backups made while the hub writes, restored whole or one database alone, and databases that were lost: nothing is
//! missing without a word, and who follows hears what is new.

use crate::{
    ask::Asker,
    home::{Home, layout},
    wait::until,
};
use chaoshub_testkit::database::on_postgres;
use serde_json::{Value, json};
use std::{
    fs,
    path::Path,
    sync::atomic::{AtomicBool, Ordering},
};

fn document(title: &str) -> Value {
    json!({"title": title, "description": "Made by a test.", "method": []})
}

async fn titles(asker: &Asker) -> Vec<String> {
    let mut all = Vec::new();
    let mut after = String::new();
    loop {
        let page = asker.get(&format!("/api/v1/experiments?workspace=demo/demo&limit=100{after}")).await.is(200).json;
        all.extend(page["items"].as_array().unwrap().iter().map(|one| one["title"].as_str().unwrap().to_owned()));
        let Some(next) = page["next"].as_str() else { return all };
        after = format!("&after={}", next.replace('|', "%7C").replace('+', "%2B").replace(':', "%3A"));
    }
}

/// Waits until the activities of the default hub tell of an experiment with this title.
async fn heard(asker: &Asker, title: &str) {
    until(&format!("the activities tell of {title}"), async || {
        let hubs = asker.get("/api/v1/hubs?workspace=demo/demo").await;
        let hub = hubs.json["items"].as_array()?.iter().find(|hub| hub["is_default"] == true)?["id"].as_str()?.to_owned();
        let hub = asker.get(&format!("/api/v1/hubs/{hub}")).await;
        let cards = hub.json["widgets"].as_array()?;
        let activity = cards.iter().find(|card| card["kind"] == "activity")?;
        activity["data"].to_string().contains(title).then_some(())
    })
    .await;
}

fn path(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[tokio::test]
async fn a_backup_made_while_the_hub_writes_is_whole_and_can_be_gone_on_with() {
    let home = Home::new();
    let mut hub = home.hub().await;
    let ada = hub.ada().await;
    let to = home.path().join("backup");
    if on_postgres() {
        let said = home.run(&["backup", path(&to)]).await;
        assert!(said.code == 1 && said.err.contains("pg_dump") && said.err.lines().count() == 1 && !to.exists(), "{said:?}");
        return;
    }
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../experiment/tests/samples");
    let mut samples = fs::read_dir(samples).unwrap().map(|entry| entry.unwrap().path());
    let journal = samples.find(|file| path(file).ends_with(".journal.json")).unwrap();
    let journal = fs::read(journal).unwrap();
    let run = ada.post_bytes("/api/v1/journals?workspace=demo/demo", "application/json", journal.clone()).await.is(201).json;
    for number in 0..20 {
        ada.keep(&document(&format!("before {number}"))).await;
    }
    let over = AtomicBool::new(false);
    let write = async {
        let mut number = 0;
        while !over.load(Ordering::SeqCst) {
            ada.keep(&document(&format!("meanwhile {number}"))).await;
            number += 1;
        }
        number
    };
    let back_up = async {
        let said = home.run(&["backup", path(&to)]).await.well();
        over.store(true, Ordering::SeqCst);
        said
    };
    let (meanwhile, said) = tokio::join!(write, back_up);
    assert!(meanwhile > 0 && said.out.contains("checked"), "{meanwhile} {said:?}");
    let again = home.run(&["backup", path(&to)]).await;
    assert!(again.code == 1 && again.err.contains("already"), "{again:?}");
    hub.kill().await;

    let other = Home::new();
    other.run(&["restore", path(&to)]).await.well();
    let hub = other.hub().await;
    let ada = hub.ada_again().await;
    let kept = titles(&ada).await;
    for number in 0..20 {
        assert!(kept.contains(&format!("before {number}")), "before {number} is missing of {kept:?}");
    }
    let same = ada.get(&format!("/api/v1/runs/{}/journal", run["id"].as_str().unwrap())).await.is(200);
    assert_eq!(same.bytes, journal);
    ada.keep(&document("a new beginning")).await;
    heard(&ada, "a new beginning").await;
}

#[tokio::test]
async fn one_database_restored_alone_from_an_older_backup_keeps_nothing_new_silent() {
    if on_postgres() {
        // The same is shown for feeds over PostgreSQL in the test kit; there the tools are pg_dump and pg_restore.
        return;
    }
    let home = Home::new();
    let mut hub = home.hub().await;
    let ada = hub.ada().await;
    ada.keep(&document("in the backup")).await;
    heard(&ada, "in the backup").await;
    let to = home.path().join("backup");
    home.run(&["backup", path(&to)]).await.well();
    let mut ada = ada;
    for service in ["experiment", "dashboard", "launcher", "auth"] {
        for number in 0..5 {
            ada.keep(&document(&format!("later {service} {number}"))).await;
        }
        heard(&ada, &format!("later {service} 4")).await;
        let busy = home.run(&["restore", path(&to), "--only", service, "--replace"]).await;
        assert!(busy.code == 1 && busy.err.contains("stop it"), "{busy:?}");
        hub.kill().await;
        let said = home.run(&["restore", path(&to), "--only", service]).await;
        assert!(said.code == 1 && said.err.contains("--replace"), "{said:?}");
        until("the parts have let go of the folder", async || {
            let said = home.run(&["restore", path(&to), "--only", service, "--replace"]).await;
            (said.code == 0).then_some(())
        })
        .await;
        hub = home.hub().await;
        ada = hub.ada_again().await;
        // Fewer than have been forgotten, so that numbers do not catch up by themselves.
        let title = format!("after {service} was restored");
        ada.keep(&document(&title)).await;
        heard(&ada, &title).await;
        if service == "dashboard" {
            // What the backup had not heard of is caught up with.
            heard(&ada, "later dashboard 4").await;
        }
    }
}

#[tokio::test]
async fn a_backup_that_is_damaged_or_not_whole_and_a_restore_that_was_interrupted_are_refused() {
    let home = Home::new();
    if on_postgres() {
        return;
    }
    home.run(&["migrate"]).await.well();
    fs::create_dir_all(home.data().join("objects/runs/run_1")).unwrap();
    fs::write(home.data().join("objects/runs/run_1/output.log"), "hello").unwrap();
    let to = home.path().join("backup");
    home.run(&["backup", path(&to)]).await.well();
    let left: Vec<_> = fs::read_dir(home.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(left.iter().all(|name| !name.to_string_lossy().contains("unfinished")), "{left:?}");

    let refused = async |names: &str| {
        let other = Home::new();
        let said = other.run(&["restore", path(&to)]).await;
        assert!(said.code == 1 && said.err.contains(names) && said.err.lines().count() == 1, "{names}: {said:?}");
        assert!(!other.data().exists(), "nothing was begun");
    };
    let log = to.join("objects/runs/run_1/output.log");
    fs::write(&log, "hellO").unwrap();
    refused("output.log is damaged").await;
    fs::remove_file(&log).unwrap();
    refused("output.log is missing").await;
    fs::write(&log, "hello").unwrap();
    let database = to.join("databases/experiment.sqlite");
    let mut bytes = fs::read(&database).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    fs::write(&database, &bytes).unwrap();
    refused("experiment.sqlite is damaged").await;
    *bytes.last_mut().unwrap() ^= 1;
    fs::write(&database, &bytes).unwrap();
    let manifest = fs::read(to.join("backup.json")).unwrap();
    fs::remove_file(to.join("backup.json")).unwrap();
    refused("not finished").await;
    fs::write(to.join("backup.json"), manifest).unwrap();

    let occupied = home.run(&["restore", path(&to)]).await;
    assert!(occupied.code == 1 && occupied.err.contains("--replace"), "{occupied:?}");
    home.run(&["restore", path(&to), "--replace"]).await.well();
    assert_eq!(fs::read(home.data().join("objects/runs/run_1/output.log")).unwrap(), b"hello");
    fs::write(home.data().join("restore.unfinished"), "").unwrap();
    let said = home.run(&["serve", "--listen", "127.0.0.1:0"]).await;
    assert!(said.code == 1 && said.err.contains("interrupted") && said.out.is_empty(), "{said:?}");
    home.run(&["restore", path(&to), "--replace"]).await.well();
    assert!(!home.data().join("restore.unfinished").exists());
}

#[tokio::test]
async fn a_database_that_was_emptied_stops_the_start_until_that_is_accepted() {
    if on_postgres() {
        return;
    }
    let home = Home::new();
    home.hub().await.terminate(std::time::Duration::from_secs(60)).await;
    for service in ["experiment", "auth"] {
        for end in ["", "-wal", "-shm"] {
            let file = home.data().join(format!("databases/{service}.sqlite{end}"));
            if file.exists() {
                fs::remove_file(file).unwrap();
            }
        }
        let said = home.run(&[layout(), "--listen", "127.0.0.1:0"]).await;
        assert!(said.code == 1 && said.out.is_empty() && said.err.lines().count() == 1, "{said:?}");
        assert!(said.err.contains(&format!("the database of {service} is not the one")), "{said:?}");
        let accepted = home.hub_with(&["--accept-empty", service]).await;
        accepted.terminate(std::time::Duration::from_secs(60)).await;
        home.hub().await.terminate(std::time::Duration::from_secs(60)).await;
    }
}
