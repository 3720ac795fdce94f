//! Stopping a run: asked first, then told, then made to; and it shows how far that went.

use crate::{
    control,
    world::{Running, World},
};
use chaoshub_facade::launcher::StopSignal::{self, Cut, Interrupt, Kill};
use chaoshub_kernel::Fault;
use chaoshub_testkit::http::post;
use chrono::TimeDelta;
use serde_json::{Value, json};

async fn stop(world: &World, run: &Running, mode: &str) -> Value {
    let asked = world.ask(post(format!("/api/v1/runs/{}/stop", run.id)).json(&json!({"mode": mode})), 202).await;
    world.turn().await;
    asked
}

fn stopping(seq: i64, how: &str) -> Value {
    control::event(seq, "run.stopping", None, json!({"how": how, "why": "the hub asked"}))
}

/// The signals and the step after each of these pauses, in seconds.
async fn climbs(world: &World, run: &Running, pauses: &[(i64, &[StopSignal], &str)]) {
    for (pause, signals, step) in pauses {
        world.later(TimeDelta::seconds(*pause)).await;
        assert_eq!(world.launcher.signals(run.job()), *signals, "after {pause} s more");
        assert_eq!(world.run(run).await["stop_step"], *step, "after {pause} s more");
    }
}

#[tokio::test]
async fn who_does_not_obey_is_told_harder_and_harder_in_order() {
    let world = World::new().await;
    let run = world.started().await;
    world.send(&run, &control::recorded(true)[..7]).await;
    let asked = stop(&world, &run, "graceful").await;
    assert_eq!((&asked["state"], &asked["sentence"]), (&json!("stopping"), &json!("Stopping, as edda asked.")));
    assert!(asked["stop_requested_at"].is_string());
    climbs(
        &world,
        &run,
        &[
            (0, &[], "flag"),
            (1, &[], "flag"),
            (1, &[Interrupt], "interrupt"),
            (29, &[Interrupt], "interrupt"),
            (1, &[Interrupt, Cut], "cut"),
            (9, &[Interrupt, Cut], "cut"),
            (1, &[Interrupt, Cut, Kill], "kill"),
        ],
    )
    .await;
    world.turn().await;
    let ended = world.run(&run).await;
    assert_eq!((&ended["state"], &ended["verdict"]), (&json!("ended"), &json!("interrupted")));
    assert_eq!(
        (&ended["reasons"][0]["code"], &ended["rollbacks"], &ended["can_stop"]),
        (&json!("killed"), &json!("unknown"), &json!(false))
    );
    let steps = world.events(&run).await.into_iter().filter(|event| event["kind"] == "stop.step");
    let steps: Vec<_> = steps.map(|event| event["data"]["step"].as_str().unwrap().to_owned()).collect();
    assert_eq!(steps, ["flag", "interrupt", "cut", "kill"]);
}

#[tokio::test]
async fn who_obeys_gets_no_signal_and_its_rollbacks_play() {
    let world = World::new().await;
    let run = world.started().await;
    let events = control::recorded(true);
    world.send(&run, &events[..7]).await;
    stop(&world, &run, "graceful").await;
    world.send(&run, &[stopping(8, "flag")]).await;
    climbs(&world, &run, &[(20, &[], "flag")]).await;
    let rollbacks: Vec<Value> = (9..)
        .zip(&events[13..15])
        .map(|(seq, event)| control::event(seq, event["kind"].as_str().unwrap(), Some("rollbacks"), event["data"].clone()))
        .collect();
    world.send(&run, &rollbacks).await;
    climbs(&world, &run, &[(200, &[], "flag")]).await;
    world.launcher.end(run.job(), 0);
    world.turn().await;
    let ended = world.run(&run).await;
    assert_eq!((&ended["verdict"], &ended["reasons"][0]["code"]), (&json!("interrupted"), &json!("stopped")));
}

#[tokio::test]
async fn a_hard_stop_cuts_at_once_also_after_a_soft_one() {
    let world = World::new().await;
    let run = world.started().await;
    stop(&world, &run, "hard").await;
    climbs(&world, &run, &[(0, &[Cut], "cut"), (10, &[Cut, Kill], "kill")]).await;
    let world = World::new().await;
    let run = world.started().await;
    stop(&world, &run, "graceful").await;
    stop(&world, &run, "hard").await;
    climbs(&world, &run, &[(0, &[Cut], "cut")]).await;
}

#[tokio::test]
async fn a_signal_that_could_not_be_sent_is_sent_again_before_a_harder_one() {
    let world = World::new().await;
    let run = world.started().await;
    stop(&world, &run, "graceful").await;
    world.launcher.fail(Some(Fault::unavailable("no-answer", "the launcher does not answer")));
    world.later(TimeDelta::seconds(20)).await;
    world.launcher.fail(None);
    climbs(&world, &run, &[(0, &[Interrupt], "interrupt"), (29, &[Interrupt], "interrupt"), (1, &[Interrupt, Cut], "cut")]).await;
}

#[tokio::test]
async fn a_run_that_has_not_started_ends_without_one() {
    let world = World::new().await;
    world.launcher.wait_for(Some("tools are prepared"));
    let id = world.request(&world.experiment("Never").await).await;
    world.turn().await;
    let run = Running { id, token: String::new(), job: None };
    stop(&world, &run, "graceful").await;
    world.launcher.wait_for(None);
    world.turn().await;
    assert!(world.launcher.orders().is_empty());
    let ended = world.run(&run).await;
    assert_eq!((&ended["state"], &ended["verdict"]), (&json!("ended"), &json!("interrupted")));
}

#[tokio::test]
async fn a_stop_is_told_once_however_often_it_is_asked_for() {
    let world = World::new().await;
    let run = world.started().await;
    stop(&world, &run, "graceful").await;
    let told = world.told().await;
    stop(&world, &run, "graceful").await;
    assert_eq!(world.told().await, told);
    let asked: Vec<_> = world.events(&run).await.into_iter().filter(|event| event["kind"] == "stop.requested").collect();
    assert_eq!(asked.len(), 1);
    assert_eq!(asked[0]["data"], json!({"by": "edda", "mode": "graceful"}));
}

#[tokio::test]
async fn a_run_that_ends_well_before_the_stop_reaches_it_keeps_its_verdict() {
    let world = World::new().await;
    let run = world.started().await;
    world.send(&run, &control::recorded(true)).await;
    stop(&world, &run, "graceful").await;
    world.launcher.end(run.job(), 0);
    world.turn().await;
    assert_eq!(world.run(&run).await["verdict"], "passed");
}
