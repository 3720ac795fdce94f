//! Runs are looked after apart from each other: one that hangs, panics or waits costs the others nothing.

use crate::{
    control,
    world::{Running, World},
};
use chaoshub_facade::launcher::StopSignal;
use chaoshub_testkit::{http::post, launcher::Starts};
use chrono::TimeDelta;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

async fn until<T>(what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + Duration::from_secs(30);
    loop {
        if let Some(found) = look().await {
            return found;
        }
        assert!(Instant::now() < deadline, "waited in vain: {what}");
        tokio::task::yield_now().await;
    }
}

async fn ended(world: &World, run: &Running) -> Value {
    let seen = async || Some(world.run(run).await).filter(|run| run["state"] == "ended");
    until("the run ends", seen).await
}

#[tokio::test]
async fn a_file_that_cannot_be_read_does_not_delay_the_kill_of_another_run() {
    let world = World::new().await;
    let (over, stopped) = (world.started().await, world.started().await);
    world.launcher.hang_reads_of(Some(over.job()));
    world.launcher.end(over.job(), 0);
    world.ask(post(format!("/api/v1/runs/{}/stop", stopped.id)).json(&json!({"mode": "hard"})), 202).await;
    let told = async |signal| {
        until("the signal comes", async || world.launcher.signals(stopped.job()).contains(&signal).then_some(())).await;
    };
    told(StopSignal::Cut).await;
    until("the cut is written down", async || (world.run(&stopped).await["stop_step"] == "cut").then_some(())).await;
    world.clock.advance(TimeDelta::seconds(10));
    told(StopSignal::Kill).await;
    assert_eq!(ended(&world, &stopped).await["verdict"], "interrupted");
    assert_eq!(world.run(&over).await["verdict"], json!(null));
    world.launcher.hang_reads_of(None);
    assert_ne!(ended(&world, &over).await["verdict"], json!(null));
}

#[tokio::test]
async fn a_panic_over_one_run_is_told_tried_again_with_pauses_and_holds_up_no_other() {
    let world = World::new().await;
    let (odd, good) = (world.started().await, world.started().await);
    world.launcher.panic_about(Some(odd.job()));
    world.launcher.end(good.job(), 0);
    for _ in 0..3 {
        world.turn().await;
    }
    assert_eq!(world.run(&good).await["state"], "ended");
    let troubled = world.run(&odd).await;
    assert_eq!(troubled["sentence"], "The hub met an error of its own while it looked after this run; it keeps trying.");
    let told = |events: Vec<Value>| events.into_iter().filter(|event| event["kind"] == "run.trouble").count();
    assert_eq!(told(world.events(&odd).await), 1, "once, however often it is tried");
    world.launcher.panic_about(None);
    world.launcher.write(odd.job(), "journal.json", control::sample("completed.journal.json"));
    world.launcher.end(odd.job(), 0);
    world.turn().await;
    assert_ne!(world.run(&odd).await["state"], "ended", "it is left alone for a while");
    world.later(TimeDelta::minutes(5)).await;
    assert_eq!(world.run(&odd).await["verdict"], "passed");
}

#[tokio::test]
async fn runs_that_wait_for_a_place_are_not_all_tried_at_every_turn_and_all_start_when_there_is_one() {
    let world = World::new().await;
    world.launcher.starts(Starts::Full);
    let experiment = world.experiment("Waits").await;
    for _ in 0..30 {
        world.request(&experiment).await;
    }
    world.turn().await;
    world.turn().await;
    let asked = world.launcher.asked();
    for _ in 0..3 {
        world.turn().await;
    }
    let more = world.launcher.asked() - asked;
    // A nudge or the timer may have brought a turn of its own.
    assert!((3..=24).contains(&more), "{more} questions");
    world.launcher.starts(Starts::Run);
    until("all start", async || {
        world.turn().await;
        (world.launcher.orders().len() == 30).then_some(())
    })
    .await;
}
