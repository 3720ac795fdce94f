//! Journals by upload: every one gets its verdict, once, and what is no journal leaves nothing behind.

use crate::{
    ask::{Asker, Reply, codes},
    home::Home,
};
use serde_json::{Map, Value, json};
use std::{
    fs,
    path::{Path, PathBuf},
};

fn samples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../experiment/tests/samples")
}

/// What each journal among the samples means, by its file's name.
fn verdicts() -> Map<String, Value> {
    let verdicts: Map<String, Value> = serde_json::from_slice(&fs::read(samples().join("verdicts.json")).unwrap()).unwrap();
    let files = fs::read_dir(samples()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let journals: Vec<_> = files.filter(|name| name.ends_with(".journal.json")).collect();
    assert!(journals.len() > 10 && journals.iter().all(|name| verdicts.contains_key(name)), "{journals:?}");
    assert_eq!(journals.len(), verdicts.len());
    verdicts
}

async fn upload(asker: &Asker, journal: impl Into<reqwest::Body>) -> Reply {
    asker.post_bytes("/api/v1/journals?workspace=demo/demo", "application/json", journal).await
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files_below(&path) } else { vec![path] }).collect()
}

#[tokio::test]
async fn every_journal_gets_its_verdict_and_is_one_run_however_often_it_comes() {
    let home = Home::new();
    let mut hub = home.hub().await;
    let ada = hub.ada().await;
    let verdicts = verdicts();
    for (name, meant) in &verdicts {
        let journal = fs::read(samples().join(name)).unwrap();
        let run = upload(&ada, journal.clone()).await.is(201).json;
        assert_eq!(
            (&run["origin"], &run["state"], &run["verdict"]),
            (&json!("upload"), &json!("ended"), &meant["verdict"]),
            "{name}"
        );
        assert_eq!(
            (json!(codes(&run["reasons"])), json!(codes(&run["warnings"]))),
            (meant["reasons"].clone(), meant["warnings"].clone())
        );
        assert_eq!(run["sentence"], meant["sentence"], "{name}");
        let again = upload(&ada, journal.clone()).await.is(200).json;
        assert_eq!((&again["id"], &again["number"]), (&run["id"], &run["number"]), "{name}");
        let kept = ada.get(&format!("/api/v1/runs/{}/journal", run["id"].as_str().unwrap())).await.is(200);
        assert_eq!(kept.bytes.len() as u64, run["journal"]["bytes"].as_u64().unwrap(), "{name}");
        assert_eq!(kept.bytes, journal, "{name} is kept as it came");
    }
    let runs = ada.get("/api/v1/runs?workspace=demo/demo&limit=200").await.is(200).json;
    assert_eq!(runs["items"].as_array().unwrap().len(), verdicts.len());
}

#[tokio::test]
async fn the_command_line_judges_as_the_hub_does() {
    let home = Home::new();
    let verdicts = verdicts();
    let files: Vec<_> = verdicts.keys().map(|name| samples().join(name)).collect();
    let mut arguments = vec!["verdict"];
    arguments.extend(files.iter().map(|file| file.to_str().unwrap()));
    let said = home.run(&arguments).await.well();
    let lines: Vec<Value> = said.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), files.len());
    for ((file, line), meant) in files.iter().zip(&lines).zip(verdicts.values()) {
        assert_eq!(line["file"], file.to_str().unwrap());
        for key in ["verdict", "reasons", "warnings"] {
            assert_eq!(line[key], meant[key], "{key} of {}", file.display());
        }
    }
    // What cannot be judged is said, and does not keep the others from being judged.
    let garbage = home.path().join("garbage.json");
    fs::write(&garbage, "not a journal").unwrap();
    let said = home.run(&["verdict", garbage.to_str().unwrap(), "/nowhere.json", files[0].to_str().unwrap()]).await;
    assert_eq!((said.code, said.out.lines().count(), said.err.lines().count()), (1, 1, 2), "{said:?}");
}

#[tokio::test]
async fn what_is_no_journal_is_refused_and_leaves_nothing() {
    let home = Home::new().with("CHAOSHUB_JOURNAL_LIMIT", "20000");
    let mut hub = home.hub().await;
    let ada = hub.ada().await;
    for garbage in ["", "garbage", "[]", "null", "{}", "\0\0\0\0", "{\"title\": ", "<html></html>"] {
        upload(&ada, garbage).await.refuses(422, "invalid-journal");
    }
    upload(&ada, "[".repeat(15_000)).await.refuses(422, "invalid-journal");
    upload(&ada, "{\"a\":".repeat(3_000)).await.refuses(422, "invalid-journal");

    let journal: Value = serde_json::from_slice(&fs::read(samples().join("completed.journal.json")).unwrap()).unwrap();
    let mut large = journal.clone();
    large["run"][0]["output"] = json!("x".repeat(20_000));
    upload(&ada, large.to_string()).await.refuses(413, "body-too-large");
    // The same without telling its length beforehand.
    let pieces = large.to_string().into_bytes().chunks(1000).map(<[u8]>::to_vec).map(Ok::<_, std::io::Error>).collect::<Vec<_>>();
    upload(&ada, reqwest::Body::wrap_stream(futures::stream::iter(pieces))).await.refuses(413, "body-too-large");
    let runs = ada.get("/api/v1/runs?workspace=demo/demo").await.is(200).json;
    assert_eq!(runs["items"], json!([]));
    assert_eq!(files_below(&home.data().join("objects")), Vec::<PathBuf>::new(), "nothing is left half-written");

    upload(&ada, journal.to_string()).await.is(201);
    assert_eq!(files_below(&home.data().join("objects")).len(), 1);
    let elsewhere = "/api/v1/journals?workspace=demo/elsewhere";
    ada.post_bytes(elsewhere, "application/json", journal.to_string()).await.refuses(404, "not-found");
}
