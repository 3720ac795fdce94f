//! Journals of runs that nobody watched: uploaded, judged, one record for each content.

use crate::{
    control,
    world::{World, config},
};
use chaoshub_experiment::Config;
use chaoshub_kernel::Scope;
use chaoshub_testkit::http::{Ask, get, post};
use futures::future::join_all;
use serde_json::{Value, json};

fn upload(world: &World, journal: Vec<u8>) -> Ask {
    post("/api/v1/journals?workspace=demo/demo").bearer(&world.token([Scope::RunIngest])).body("application/json", journal)
}

fn codes(notes: &Value) -> Vec<&str> {
    notes.as_array().unwrap().iter().map(|note| note["code"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn every_sample_gets_its_verdict() {
    let world = World::new().await;
    let expected: Value = serde_json::from_slice(&control::sample("verdicts.json")).unwrap();
    for (name, expected) in expected.as_object().unwrap() {
        let bytes = control::sample(name);
        let reply = world.call(upload(&world, bytes.clone())).await;
        assert_eq!(reply.status, 201, "{name}: {}", reply.json);
        let run = reply.json;
        assert_eq!((&run["state"], &run["origin"]), (&json!("ended"), &json!("upload")), "{name}");
        assert_eq!((&run["verdict"], &run["sentence"]), (&expected["verdict"], &expected["sentence"]), "{name}");
        assert_eq!(json!(codes(&run["reasons"])), expected["reasons"], "{name}");
        assert_eq!(json!(codes(&run["warnings"])), expected["warnings"], "{name}");
        let path = format!("/api/v1/runs/{}", run["id"].as_str().unwrap());
        assert_eq!(world.read(&path).await["verdict"], expected["verdict"], "{name}");
        let kept = world.call(get(format!("{path}/journal")).claim(&world.claim("vera"))).await;
        assert_eq!(kept.bytes, bytes, "{name}");
    }
}

#[tokio::test]
async fn an_uploaded_run_shows_what_was_played_when_and_where() {
    let world = World::new().await;
    let run = world.call(upload(&world, control::sample("completed.journal.json"))).await.json;
    let journal: Value = serde_json::from_slice(&control::sample("completed.journal.json")).unwrap();
    assert_eq!(run["title"], journal["experiment"]["title"]);
    assert_eq!((&run["node"], &run["chaoslib"]), (&journal["node"], &journal["chaoslib-version"]));
    assert!(run["started_at"].is_string() && run["duration_ms"].as_i64().is_some_and(|ms| ms > 0));
    assert_eq!(
        (&run["progress"]["done"], run["plan"].as_array().unwrap().len()),
        (&run["progress"]["total"], run["progress"]["total"].as_u64().unwrap() as usize)
    );
    assert_eq!((&run["started_by"], &run["raw_status"]), (&json!("edda"), &json!("completed")));
}

#[tokio::test]
async fn the_same_journal_again_is_the_same_run_also_at_once() {
    let world = World::new().await;
    let replies = join_all((0..4).map(|_| world.call(upload(&world, control::sample("deviated.journal.json"))))).await;
    assert_eq!(replies.iter().filter(|reply| reply.status == 201).count(), 1);
    assert_eq!(replies.iter().filter(|reply| reply.status == 200).count(), 3);
    assert!(replies.iter().all(|reply| reply.json["id"] == replies[0].json["id"] && reply.json["verdict"] == "deviated"));
    let other = world.call(upload(&world, control::sample("completed.journal.json"))).await;
    assert_eq!((other.status.as_u16(), &other.json["number"]), (201, &json!(2)));
}

#[tokio::test]
async fn too_large_or_no_journal_leaves_nothing() {
    let world = World::with(Config { journal_limit: 1000, ..config() }).await;
    let run = world.opened().await;
    let (told, listed) = (world.told().await, world.read("/api/v1/runs?workspace=demo/demo").await);
    let too_large = control::sample("completed.journal.json");
    let finish = chaoshub_testkit::http::put(format!("/api/v1/runs/{}/journal", run.id)).bearer(&run.token);
    for ask in [upload(&world, too_large.clone()), finish.body("application/json", too_large)] {
        let refused = world.call(ask).await;
        assert_eq!((refused.status.as_u16(), refused.code()), (413, "body-too-large"));
    }
    for nonsense in ["", "nonsense", "[]", "{}", &control::experiment("An experiment").to_string()] {
        let refused = world.call(upload(&world, nonsense.into())).await;
        assert_eq!((refused.status.as_u16(), refused.code()), (422, "invalid-journal"), "{nonsense}");
    }
    assert_eq!(world.told().await, told);
    assert_eq!(world.read("/api/v1/runs?workspace=demo/demo").await, listed);
    assert_eq!(world.kept(), 0);
}

#[tokio::test]
async fn a_journal_up_to_the_limit_is_taken_although_other_bodies_may_not_be_so_large() {
    let world = World::with(Config { journal_limit: 6 << 20, ..config() }).await;
    let large = json!({"status": "completed", "run": [], "note": "x".repeat(5 << 20)}).to_string();
    assert_eq!(world.call(upload(&world, large.into_bytes())).await.status, 201);
}

#[tokio::test]
async fn times_that_nobody_can_write_down_are_left_out() {
    let world = World::new().await;
    let mut journal: Value = serde_json::from_slice(&control::sample("completed.journal.json")).unwrap();
    (journal["start"], journal["end"]) = (json!("-0001-01-01T00:00:00"), json!("+262142-12-31T23:59:59"));
    let run = world.call(upload(&world, journal.to_string().into_bytes())).await;
    assert_eq!((run.status.as_u16(), &run.json["verdict"]), (201, &json!("passed")));
    assert_eq!((&run.json["started_at"], &run.json["ended_at"]), (&json!(null), &json!("2026-11-20T09:00:00Z")));
    assert_eq!(world.read("/api/v1/runs?workspace=demo/demo").await["items"].as_array().unwrap().len(), 1);
}
