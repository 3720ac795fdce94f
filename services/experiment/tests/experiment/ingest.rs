//! Events on their way in: each once, numbered without gaps, in whatever order and however often they come.

use crate::{
    control::{self, event},
    world::{Running, World, batch},
};
use chaoshub_testkit::http::{get, post};
use chrono::TimeDelta;
use futures::future::join_all;
use serde_json::{Value, json};

fn numbers(events: &[Value]) -> Vec<i64> {
    events.iter().map(|event| event["number"].as_i64().unwrap()).collect()
}

async fn beat(world: &World, run: &Running) -> Value {
    let reply = world.send(run, &[]).await;
    assert_eq!(reply.status, 202, "{}", reply.json);
    reply.json
}

#[tokio::test]
async fn what_a_run_says_is_kept_whatever_characters_it_holds() {
    let world = World::new().await;
    let run = world.started().await;
    let odd = "a\u{0}b \u{1f525} \u{202e}\r\n\t'\"\\";
    let said = json!({"key": "method-0", "name": odd, "output": {odd: [odd]}});
    let reply = world.send(&run, &[event(1, "activity.started", Some("method"), said)]).await;
    assert_eq!(reply.status, 202, "{}", reply.json);
    let events = world.events(&run).await;
    let kept = events.last().unwrap()["data"]["name"].as_str().unwrap();
    assert_eq!(kept.replace(['\u{0}', '\u{fffd}'], "?"), odd.replace('\u{0}', "?"));
    assert!(world.run(&run).await["progress"]["current"].as_str().is_some());
    // Who looks for such a text finds nothing, or is told that it cannot be.
    let reply = world.call(get("/api/v1/experiments?workspace=demo/demo&q=a%00b").claim(&world.claim("edda"))).await;
    assert!(reply.status == 200 || reply.code() == "invalid-text", "{}", reply.json);
}

#[tokio::test]
async fn numbers_have_no_gaps_however_many_send_at_once() {
    let world = World::new().await;
    let run = world.started().await;
    let batches = (0..4).flat_map(|sender| (0..5).map(move |part| (format!("control-{sender}"), part)));
    let sent = batches.map(|(sender, part)| {
        let (world, run) = (&world, &run);
        async move { world.send_as(run, &sender, &control::filler(part * 10 + 1, 10)).await }
    });
    let replies = join_all(sent).await;
    assert!(replies.iter().all(|reply| reply.status == 202));
    let events = world.events(&run).await;
    assert_eq!(numbers(&events), (1..=202).collect::<Vec<_>>(), "two of the hub's, fifty of each of four");
    for sender in 0..4 {
        let of: Vec<_> = events.iter().filter(|event| event["sender"] == format!("control-{sender}")).collect();
        let mut seqs: Vec<_> = of.iter().map(|event| event["sender_seq"].as_i64().unwrap()).collect();
        seqs.sort_unstable();
        assert_eq!(seqs, (1..=50).collect::<Vec<_>>());
    }
}

#[tokio::test]
async fn what_is_stored_without_a_gap_is_said_and_repeats_change_nothing() {
    let world = World::new().await;
    let run = world.started().await;
    let events = control::filler(1, 10);
    assert_eq!(world.send(&run, &events[4..6]).await.json, json!({"through": 0, "wanted": "run"}));
    assert_eq!(world.send(&run, &events[..3]).await.json["through"], 3);
    assert_eq!(world.send(&run, &events[2..5]).await.json["through"], 6);
    let (before, told) = (world.events(&run).await, world.told().await);
    for _ in 0..3 {
        assert_eq!(world.send(&run, &events[..6]).await.json["through"], 6);
    }
    let mut again = events[5].clone();
    again["kind"] = json!("custom.other");
    assert_eq!(world.send(&run, &[again]).await.json["through"], 6);
    assert_eq!(world.events(&run).await, before, "what was said first stays");
    assert_eq!(world.told().await, told, "a repeat is no news");
}

#[tokio::test]
async fn a_batch_may_hold_its_events_in_any_order_and_twice() {
    let world = World::new().await;
    let run = world.started().await;
    let mut events = control::filler(1, 5);
    events.reverse();
    events.push(events[0].clone());
    assert_eq!(world.send(&run, &events).await.json["through"], 5);
    let stored = world.events(&run).await;
    let seqs: Vec<_> =
        stored.iter().filter(|event| event["sender"] == "control").map(|event| event["sender_seq"].as_i64().unwrap()).collect();
    assert_eq!(seqs, [1, 2, 3, 4, 5]);
}

#[tokio::test]
async fn the_first_event_makes_it_run_and_progress_follows() {
    let world = World::new().await;
    let run = world.started().await;
    assert_eq!(world.run(&run).await["state"], "starting");
    let events = control::recorded(true);
    world.send(&run, &events[..7]).await;
    let running = world.run(&run).await;
    assert_eq!((&running["state"], &running["phase"], &running["node"]), (&json!("running"), &json!("method"), &json!("node-1")));
    assert_eq!(running["progress"], json!({"done": 1, "total": 4, "current": "break"}));
    assert_eq!((&running["started_at"], &running["chaoslib"]), (&events[0]["at"], &json!("1.45.0")));
    assert!(running["sentence"].as_str().unwrap().contains("break"), "{}", running["sentence"]);
}

#[tokio::test]
async fn the_state_only_goes_up_whatever_comes_late() {
    let world = World::new().await;
    let run = world.started().await;
    let events = control::recorded(true);
    world.send(&run, &events[8..12]).await;
    assert_eq!(world.run(&run).await["phase"], "after");
    world.send(&run, &events[..8]).await;
    assert_eq!(world.run(&run).await["phase"], "after", "late news of a phase that is over");
    world.ask(post(format!("/api/v1/runs/{}/stop", run.id)).json(&json!({"mode": "graceful"})), 202).await;
    world.send(&run, &events[12..14]).await;
    let stopping = world.run(&run).await;
    assert_eq!((&stopping["state"], &stopping["sentence"]), (&json!("stopping"), &json!("Stopping, as edda asked.")));
    world.launcher.end(run.job(), 0);
    world.turn().await;
    let ended = world.run(&run).await;
    world.send(&run, &events).await;
    let late = world.run(&run).await;
    assert_eq!(late["events"].as_i64().unwrap(), ended["events"].as_i64().unwrap() + 4, "late events are kept");
    for word in ["state", "phase", "verdict", "sentence", "ended_at"] {
        assert_eq!(late[word], ended[word], "{word}");
    }
    assert_eq!((&late["state"], &late["phase"], &late["progress"]["current"]), (&json!("ended"), &json!(null), &json!(null)));
}

#[tokio::test]
async fn a_heartbeat_answers_what_is_wanted() {
    let world = World::new().await;
    let run = world.started().await;
    world.send(&run, &control::filler(1, 2)).await;
    let told = world.told().await;
    assert_eq!(beat(&world, &run).await, json!({"through": 2, "wanted": "run"}));
    assert_eq!(world.told().await, told, "a sign of life is no news");
    let stop = |mode: &str| post(format!("/api/v1/runs/{}/stop", run.id)).json(&json!({"mode": mode}));
    world.ask(stop("graceful"), 202).await;
    assert_eq!(beat(&world, &run).await["wanted"], "stop");
    world.ask(stop("hard"), 202).await;
    assert_eq!(beat(&world, &run).await["wanted"], "abort");
    world.ask(stop("graceful"), 202).await;
    assert_eq!(beat(&world, &run).await["wanted"], "abort", "nobody asks it softer");
    world.launcher.end(run.job(), 0);
    world.turn().await;
    assert_eq!(beat(&world, &run).await["wanted"], "run", "what is over has nothing to stop");
    assert_eq!(world.ask(stop("hard"), 409).await["code"], "run-ended");
}

#[tokio::test]
async fn a_token_dies_ten_minutes_after_its_run() {
    let world = World::new().await;
    let run = world.started().await;
    let events = control::recorded(true);
    world.send(&run, &events).await;
    world.launcher.end(run.job(), 0);
    world.turn().await;
    world.clock.advance(TimeDelta::minutes(10));
    assert_eq!(world.send(&run, &events).await.status, 202);
    world.clock.advance(TimeDelta::seconds(1));
    for sent in [&events[..], &[]] {
        let refused = world.send(&run, sent).await;
        assert_eq!((refused.status.as_u16(), refused.code()), (410, "run-over"));
    }
}

#[tokio::test]
async fn what_is_no_batch_is_refused_whole() {
    let world = World::new().await;
    let run = world.started().await;
    assert_eq!(world.send(&run, &control::filler(1, 1000)).await.json["through"], 1000);
    let one = |change: &dyn Fn(&mut Value)| {
        let mut event = control::filler(1001, 1).remove(0);
        change(&mut event);
        event
    };
    let good = one(&|_| ());
    let wrong = [
        vec![good.clone(), one(&|event| event["seq"] = json!(0))],
        vec![good.clone(), one(&|event| event["kind"] = json!(""))],
        vec![good.clone(), one(&|event| event["kind"] = json!("k".repeat(65)))],
        vec![good.clone(), one(&|event| event["data"] = json!([]))],
        control::filler(1001, 1001),
    ];
    for events in &wrong {
        let refused = world.send(&run, events).await;
        assert_eq!((refused.status.as_u16(), refused.code()), (422, "invalid-batch"));
    }
    for sender in ["hub", "", "two words", &"s".repeat(65)] {
        let refused = world.send_as(&run, sender, std::slice::from_ref(&good)).await;
        assert_eq!((refused.status.as_u16(), refused.code()), (422, "invalid-batch"), "{sender}");
    }
    let refused = world.call(batch(&run, "control", &[json!({"seq": "one"})])).await;
    assert_eq!((refused.status.as_u16(), refused.code()), (422, "invalid-body"));
    assert_eq!(world.run(&run).await["events"], 1002, "nothing of them was taken");
}

#[tokio::test]
async fn a_journal_does_not_lengthen_the_life_of_its_runs_token() {
    let world = World::new().await;
    let run = world.started().await;
    let journal =
        json!({"experiment": control::experiment("Ends late"), "status": "completed", "run": [], "end": "9999-12-31T23:00:00"});
    world.launcher.write(run.job(), "journal.json", journal.to_string());
    world.launcher.end(run.job(), 0);
    world.turn().await;
    world.clock.advance(TimeDelta::minutes(10) + TimeDelta::seconds(1));
    assert_eq!(world.send(&run, &[]).await.code(), "run-over");
}

#[tokio::test]
async fn a_time_that_nobody_can_write_down_is_refused() {
    let world = World::new().await;
    let run = world.started().await;
    let mut event = control::filler(1, 1).remove(0);
    event["at"] = json!("+262142-12-31T23:59:59Z");
    let refused = world.send(&run, &[event]).await;
    assert_eq!((refused.status.as_u16(), refused.code()), (422, "invalid-batch"));
}

#[tokio::test]
async fn a_run_has_few_senders() {
    let world = World::new().await;
    let run = world.started().await;
    let (one, two) = (control::filler(1, 1), control::filler(2, 1));
    for n in 0..16 {
        assert_eq!(world.send_as(&run, &format!("control-{n}"), &one).await.status, 202);
    }
    let refused = world.send_as(&run, "one-more", &one).await;
    assert_eq!((refused.status.as_u16(), refused.code()), (422, "invalid-batch"));
    assert_eq!(world.send_as(&run, "control-7", &two).await.json["through"], 2, "who is known goes on");
    world.launcher.end(run.job(), 0);
    world.turn().await;
    assert_eq!(world.run(&run).await["state"], "ended", "the hub itself is always heard");
}
