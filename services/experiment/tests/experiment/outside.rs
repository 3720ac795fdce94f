//! Runs that others start: watched, ended by their journal or by silence, one record each.

use crate::{
    control,
    world::{Running, World},
};
use axum::body::Bytes;
use chaoshub_testkit::http::{Reply, get, post, put};
use chrono::TimeDelta;
use futures::future::join_all;
use serde_json::{Value, json};

async fn finish(world: &World, run: &Running, journal: impl Into<Bytes>) -> Reply {
    world.call(put(format!("/api/v1/runs/{}/journal", run.id)).bearer(&run.token).body("application/json", journal)).await
}

fn seconds(count: i64) -> TimeDelta {
    TimeDelta::seconds(count)
}

#[tokio::test]
async fn opening_a_run_again_answers_the_same_record() {
    let world = World::new().await;
    let token = world.token([chaoshub_kernel::Scope::RunIngest]);
    let id = "run_01900000-0000-7000-8000-000000000000";
    let about = json!({"workspace": "demo/demo", "experiment": control::experiment("Elsewhere"), "node": "laptop",
        "chaostoolkit": "1.20.0", "chaoslib": "1.45.0", "python": "3.11", "started_at": "2026-11-20T08:59:58Z"});
    let open = || put(format!("/api/v1/runs/{id}")).bearer(&token).json(&about);
    let replies = join_all((0..4).map(|_| world.call(open()))).await;
    let made = replies.iter().filter(|reply| reply.status == 201).count();
    assert_eq!((made, replies.iter().filter(|reply| reply.status == 200).count()), (1, 3));
    let url = format!("http://localhost:8080/demo/demo/runs/{id}");
    assert!(replies.iter().all(|reply| reply.json == json!({"id": id, "number": 1, "url": url})));
    let run = world.read(format!("/api/v1/runs/{id}")).await;
    assert_eq!((&run["origin"], &run["title"], &run["state"]), (&json!("outside"), &json!("Elsewhere"), &json!("requested")));
    assert_eq!(
        (&run["node"], &run["started_by"], &run["started_at"]),
        (&json!("laptop"), &json!("edda"), &json!("2026-11-20T08:59:58Z"))
    );
    assert_eq!(run["progress"]["total"], 4);
    assert_eq!(world.read("/api/v1/runs?workspace=demo/demo").await["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn its_journal_ends_it_and_coming_again_changes_nothing() {
    let world = World::new().await;
    let run = world.opened().await;
    world.send(&run, &control::recorded(true)).await;
    let journal = control::sample("completed.journal.json");
    assert_eq!(finish(&world, &run, journal.clone()).await.status, 202);
    let ended = world.run(&run).await;
    assert_eq!((&ended["state"], &ended["verdict"]), (&json!("ended"), &json!("passed")));
    let told = world.told().await;
    assert_eq!(finish(&world, &run, journal.clone()).await.status, 202);
    assert_eq!(finish(&world, &run, control::sample("deviated.journal.json")).await.status, 202);
    assert_eq!(world.run(&run).await, ended);
    assert_eq!((world.told().await, world.kept()), (told, 1));
    let kept = world.call(get(format!("/api/v1/runs/{}/journal", run.id)).claim(&world.claim("vera"))).await;
    assert_eq!(kept.bytes, journal, "the first one stays");
    let refused = finish(&world, &run, "not json").await;
    assert_eq!((refused.status.as_u16(), refused.code()), (422, "invalid-journal"));
}

#[tokio::test]
async fn a_finished_run_waits_a_little_for_its_journal_then_the_events_decide() {
    let world = World::new().await;
    let run = world.opened().await;
    world.send(&run, &control::recorded(false)).await;
    world.later(seconds(14)).await;
    assert_eq!(world.run(&run).await["state"], "running");
    world.later(seconds(1)).await;
    let ended = world.run(&run).await;
    assert_eq!((&ended["state"], &ended["verdict"], &ended["journal"]), (&json!("ended"), &json!("deviated"), &json!(null)));
    let journal = control::sample("deviated.journal.json");
    assert_eq!(finish(&world, &run, journal.clone()).await.status, 202);
    let late = world.run(&run).await;
    assert_eq!((&late["verdict"], &late["journal"]["bytes"]), (&json!("deviated"), &json!(journal.len())), "a late one is kept");
}

#[tokio::test]
async fn silence_makes_it_lost_but_not_too_early() {
    let world = World::new().await;
    let run = world.opened().await;
    world.send(&run, &control::recorded(true)[..7]).await;
    world.later(seconds(119)).await;
    assert_eq!(world.run(&run).await["state"], "running");
    world.send(&run, &[]).await;
    world.later(seconds(119)).await;
    assert_eq!(world.run(&run).await["state"], "running", "it has given a sign of life");
    world.later(seconds(1)).await;
    let lost = world.run(&run).await;
    assert_eq!((&lost["state"], &lost["verdict"]), (&json!("ended"), &json!("lost")));
    assert!(lost["sentence"].as_str().unwrap().contains("break"), "{}", lost["sentence"]);
}

#[tokio::test]
async fn a_steady_sign_of_life_keeps_it_from_being_lost() {
    let world = World::new().await;
    let run = world.opened().await;
    world.send(&run, &control::recorded(true)[..7]).await;
    for _ in 0..300 {
        world.clock.advance(seconds(1));
        // Tokens of the test do not expire, claims do.
        assert_eq!(world.send(&run, &[]).await.status, 202);
    }
    world.later(seconds(100)).await;
    assert_eq!(world.run(&run).await["state"], "running");
}

#[tokio::test]
async fn the_silence_of_the_hub_itself_does_not_count() {
    let world = World::new().await;
    let run = world.opened().await;
    world.send(&run, &control::recorded(true)[..7]).await;
    let world = world.restart_after(TimeDelta::hours(5)).await;
    world.turn().await;
    assert_eq!(world.run(&run).await["state"], "running");
    world.later(seconds(119)).await;
    assert_eq!(world.run(&run).await["state"], "running");
    world.later(seconds(1)).await;
    assert_eq!(world.run(&run).await["verdict"], "lost");
}

#[tokio::test]
async fn a_lost_run_is_judged_anew_when_its_journal_comes() {
    let world = World::new().await;
    let run = world.opened().await;
    world.send(&run, &control::recorded(true)[..7]).await;
    world.later(seconds(120)).await;
    assert_eq!(world.run(&run).await["verdict"], "lost");
    assert_eq!(finish(&world, &run, control::sample("completed.journal.json")).await.status, 202);
    let found = world.run(&run).await;
    assert_eq!((&found["state"], &found["verdict"]), (&json!("ended"), &json!("passed")));
    let ends: Vec<_> = world
        .news(0)
        .await
        .into_iter()
        .filter(|news| news.kind == "run.ended")
        .map(|news| news.data["verdict"].clone())
        .collect();
    assert_eq!(ends, ["lost", "passed"]);
}

#[tokio::test]
async fn a_lost_run_that_tells_its_end_after_all_is_judged_anew() {
    let world = World::new().await;
    let run = world.opened().await;
    let events = control::recorded(true);
    world.send(&run, &events[..7]).await;
    world.later(seconds(120)).await;
    world.send(&run, &events[7..10]).await;
    assert_eq!(world.run(&run).await["verdict"], "lost", "not yet");
    world.send(&run, &events[12..]).await;
    assert_eq!(world.run(&run).await["verdict"], "lost", "something is missing");
    world.send(&run, &events[10..]).await;
    assert_eq!(world.run(&run).await["verdict"], "passed");
}

#[tokio::test]
async fn a_stop_reaches_it_with_its_next_sign_of_life() {
    let world = World::new().await;
    let run = world.opened().await;
    world.send(&run, &control::recorded(true)[..7]).await;
    world.ask(post(format!("/api/v1/runs/{}/stop", run.id)).json(&json!({"mode": "graceful"})), 202).await;
    let answer = world.send(&run, &[]).await;
    assert_eq!(answer.json["wanted"], "stop");
    let stopping = control::event(8, "run.stopping", None, json!({"how": "flag", "why": "the hub asked"}));
    let finished =
        control::event(9, "run.finished", None, json!({"status": "interrupted", "deviated": false, "duration_ms": 900}));
    world.send(&run, &[stopping, finished]).await;
    world.later(seconds(15)).await;
    let ended = world.run(&run).await;
    assert_eq!((&ended["verdict"], &ended["reasons"][0]["code"]), (&json!("interrupted"), &json!("stopped")));
}

#[tokio::test]
async fn an_experiment_that_says_little_still_opens_a_run() {
    let world = World::new().await;
    let token = world.token([chaoshub_kernel::Scope::RunIngest]);
    for (n, experiment) in [json!({}), json!(null), json!({"title": 7, "method": "none", "secrets": [1]})].into_iter().enumerate()
    {
        let path = format!("/api/v1/runs/run_01900000-0000-7000-8000-00000000000{n}");
        let opened =
            world.call(put(path).bearer(&token).json(&json!({"workspace": "demo/demo", "experiment": experiment}))).await;
        assert_eq!(opened.status, 201, "{}", opened.json);
    }
    let titles = world.read("/api/v1/runs?workspace=demo/demo").await;
    assert!(titles["items"].as_array().unwrap().iter().all(|run: &Value| run["title"] == "An experiment without a title"));
}
