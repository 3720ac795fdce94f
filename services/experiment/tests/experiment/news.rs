//! What followers are told: with the change, in order, small.

use crate::{control, world::World};
use chaoshub_kernel::Envelope;
use chaoshub_testkit::http::{post, put};
use serde_json::{Value, json};
use std::time::Duration;

fn kinds(news: &[Envelope]) -> Vec<&str> {
    news.iter().map(|one| one.kind.as_str()).collect()
}

fn of<'a>(news: &'a [Envelope], kind: &'a str) -> impl Iterator<Item = &'a Value> {
    news.iter().filter(move |one| one.kind == kind).map(|one| &one.data)
}

#[tokio::test]
async fn a_run_is_told_from_its_request_to_its_end_in_order() {
    let world = World::new().await;
    let experiment = world.experiment("Told").await;
    let begun = world.told().await;
    let run = world.start(&experiment).await;
    world.send(&run, &control::recorded(true)).await;
    world.launcher.end(run.job(), 0);
    world.turn().await;
    let news = world.news(begun).await;
    let changes = ["run.events", "run.changed"];
    let expected = [&["run.requested"], &changes[..], &changes, &changes, &changes, &["run.ended"]].concat();
    assert_eq!(kinds(&news), expected, "asked for, launched, events, the end");
    assert!(news.windows(2).all(|pair| pair[0].number < pair[1].number));
    assert!(news.iter().all(|one| one.subject == run.id && one.workspace == Some(world.workspace)));
    let states: Vec<_> = of(&news, "run.changed").map(|data| data["summary"]["state"].as_str().unwrap()).collect();
    assert_eq!(states, ["requested", "starting", "running", "ended"]);
    let requested = of(&news, "run.requested").next().unwrap();
    assert_eq!((&requested["title"], &requested["by"], &requested["number"]), (&json!("Told"), &json!("edda"), &json!(1)));
    let ended = of(&news, "run.ended").next().unwrap();
    let summary = world.read("/api/v1/runs?workspace=demo/demo").await["items"][0].clone();
    assert_eq!((&ended["verdict"], &ended["summary"]), (&json!("passed"), &summary), "the same JSON as in a list");
    let told: Vec<Value> = of(&news, "run.events").flat_map(|data| data["events"].as_array().unwrap().clone()).collect();
    assert_eq!(told, world.events(&run).await, "every event, in order");
}

#[tokio::test]
async fn changes_of_experiments_are_told() {
    let world = World::new().await;
    let id = world.experiment("First").await;
    let change = put(format!("/api/v1/experiments/{id}")).header("if-match", "\"1\"").json(&control::experiment("Second"));
    world.ask(change, 200).await;
    let news = world.news(0).await;
    assert_eq!(kinds(&news), ["experiment.created", "experiment.changed"]);
    assert_eq!(news[0].data, json!({"title": "First", "by": "edda", "version": 1}));
    assert_eq!(news[1].data, json!({"title": "Second", "by": "edda", "version": 2}));
    assert!(news.iter().all(|one| one.subject == id && one.workspace == Some(world.workspace)));
}

#[tokio::test]
async fn a_large_event_is_told_without_its_output_and_kept_with_it() {
    let world = World::new().await;
    let run = world.started().await;
    let begun = world.told().await;
    let large = |seq, key: &str| {
        control::event(seq, "activity.completed", Some("method"), json!({"key": "method-0", "name": "n", key: "x".repeat(9000)}))
    };
    let small = control::event(3, "custom.note", None, json!({"output": "small"}));
    world.send(&run, &[large(1, "output"), large(2, "error"), small]).await;
    let news = world.news(begun).await;
    let told = &of(&news, "run.events").next().unwrap()["events"];
    assert_eq!(told[0]["data"], json!({"key": "method-0", "name": "n", "output_truncated": true}));
    assert_eq!(told[1]["data"], json!({"key": "method-0", "name": "n", "output_truncated": true}));
    assert_eq!(told[2]["data"], json!({"output": "small"}));
    let kept = world.events(&run).await;
    assert_eq!(kept[2]["data"]["output"].as_str().unwrap().len(), 9000);
}

#[tokio::test]
async fn many_events_are_told_in_pieces_that_can_be_read() {
    let world = World::new().await;
    let run = world.started().await;
    let begun = world.told().await;
    let event = |seq| control::event(seq, "custom.note", None, json!({"output": "x".repeat(8000)}));
    world.send(&run, &(1..=100).map(event).collect::<Vec<_>>()).await;
    let news = world.news(begun).await;
    let pieces: Vec<_> = of(&news, "run.events").collect();
    assert!(pieces.len() > 2 && pieces.iter().all(|piece| piece.to_string().len() < 300 << 10), "{} pieces", pieces.len());
    let numbers: Vec<i64> = pieces
        .iter()
        .flat_map(|piece| piece["events"].as_array().unwrap())
        .map(|event| event["number"].as_i64().unwrap())
        .collect();
    assert_eq!(numbers, (3..103).collect::<Vec<_>>());
    assert_eq!(kinds(&news).last(), Some(&"run.changed"));
}

#[tokio::test]
async fn what_was_not_committed_is_not_told() {
    let world = World::new().await;
    let experiment = world.experiment("Told").await;
    let run = world.start(&experiment).await;
    let begun = world.told().await;
    let written = world.written_down().await;
    let conflict =
        put(format!("/api/v1/experiments/{experiment}")).header("if-match", "\"7\"").json(&control::experiment("Other"));
    world.ask(conflict, 412).await;
    let refused = [control::filler(1, 3), vec![json!({"seq": 4, "at": "2026-11-20T09:00:12Z", "kind": "", "data": {}})]].concat();
    assert_eq!(world.send(&run, &refused).await.status, 422);
    assert_eq!(world.news(begun).await, []);
    assert_eq!(world.written_down().await, written);
}

#[tokio::test]
async fn a_request_that_is_given_up_midway_is_done_and_told_or_neither() {
    // A connection that was left in the middle may be closed, and a database in memory would be gone with it.
    let world = World::on_disk().await;
    let experiment = world.experiment("Given up").await;
    let mut done = 0;
    for polls in 0.. {
        let ask = post("/api/v1/runs").claim(&world.claim("edda")).json(&json!({"experiment": experiment}));
        let mut asked = Box::pin(world.call(ask));
        let mut answered = false;
        for _ in 0..polls {
            answered |= futures::poll!(&mut asked).is_ready();
            if answered {
                break;
            }
            tokio::task::yield_now().await;
        }
        drop(asked);
        // What was on its way to the disk may still arrive there, so they are compared until they agree.
        let agree = async {
            loop {
                let listed = world.read("/api/v1/runs?workspace=demo/demo&limit=200").await["items"].as_array().unwrap().len();
                if of(&world.news(0).await, "run.requested").count() == listed {
                    return listed;
                }
            }
        };
        let agreed = tokio::time::timeout(Duration::from_secs(10), agree).await;
        done = agreed.unwrap_or_else(|_| panic!("given up after {polls} polls, only a part of it was done"));
        if answered {
            break;
        }
    }
    assert!(done > 0, "the last one was answered");
}

#[tokio::test]
async fn news_and_change_are_seen_together() {
    let world = World::new().await;
    let run = world.started().await;
    let begun = world.told().await;
    let follow = async {
        let mut after = begun;
        while after < begun + 40 {
            for one in world.news(after).await {
                after = one.number;
                if one.kind == "run.events" {
                    let last = one.data["events"].as_array().unwrap().last().unwrap()["number"].as_i64().unwrap();
                    let stored = world.run(&run).await["events"].as_i64().unwrap();
                    assert!(stored >= last, "event {last} was told, {stored} are there");
                }
            }
        }
    };
    let send = async {
        for seq in 1..=20 {
            world.send(&run, &control::filler(seq, 1)).await;
        }
    };
    tokio::join!(follow, send);
}
