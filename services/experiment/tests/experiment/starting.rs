//! A run that was accepted is started, or said never to have begun, wherever the hub is killed on the way.

use crate::{
    control,
    world::{Running, World},
};
use chaoshub_testkit::{http::post, launcher::Starts};
use chrono::TimeDelta;
use serde_json::{Value, json};

async fn kinds(world: &World, run: &Running) -> Vec<String> {
    let of_hub = world.events(run).await.into_iter().filter(|event| event["sender"] == "hub");
    of_hub.map(|event| event["kind"].as_str().unwrap().to_owned()).collect()
}

/// A run that was asked for while the launcher does `starts`; then the hub is killed, and comes back to a good launcher.
async fn killed_while(starts: Starts) -> (World, Running) {
    let world = World::new().await;
    world.launcher.starts(starts);
    let id = world.request(&world.experiment("Starts").await).await;
    world.turn().await;
    let world = world.restart_after(TimeDelta::milliseconds(400)).await;
    world.launcher.starts(Starts::Run);
    world.turn().await;
    let order = world.launcher.only_order();
    (world, Running { id, token: order.env["CHAOSHUB_TOKEN"].clone(), job: Some(order.id) })
}

#[tokio::test]
async fn a_hub_that_is_killed_anywhere_on_the_way_starts_the_run_once_and_believes_its_token() {
    // The order was never heard; written down and not laid; laid and not carried out; carried out and not answered.
    for starts in [Starts::Lost, Starts::Full, Starts::Laid, Starts::Unanswered] {
        let (world, run) = killed_while(starts).await;
        assert_eq!(world.send(&run, &control::recorded(true)).await.status, 202, "{starts:?}");
        world.turn().await;
        world.launcher.end(run.job(), 0);
        world.turn().await;
        let ended = world.run(&run).await;
        assert_eq!((&ended["state"], &ended["verdict"]), (&json!("ended"), &json!("passed")), "{starts:?}: {ended}");
        let launched = kinds(&world, &run).await.into_iter().filter(|kind| kind == "run.launched").count();
        assert_eq!(launched, 1, "{starts:?}");
    }
}

#[tokio::test]
async fn a_run_of_which_one_token_was_lost_takes_both_and_no_others() {
    let (world, run) = killed_while(Starts::Laid).await;
    // However often it is ordered anew before it speaks.
    let mut world = world;
    for _ in 0..3 {
        world = world.restart_after(TimeDelta::seconds(1)).await;
        world.turn().await;
    }
    assert_eq!(world.send(&run, &control::recorded(true)[..1]).await.status, 202);
    let forged = Running { token: "chr_of-somebody-else".to_owned(), ..run.clone() };
    assert_eq!(world.send(&forged, &control::recorded(true)[..1]).await.status, 401);
    assert_eq!(world.launcher.orders().len(), 1);
}

async fn stop(world: &World, run: &Running, mode: &str) -> Value {
    world.ask(post(format!("/api/v1/runs/{}/stop", run.id)).json(&json!({"mode": mode})), 202).await;
    world.turn().await;
    world.later(TimeDelta::seconds(2)).await;
    world.turn().await;
    world.run(run).await
}

#[tokio::test]
async fn a_run_that_is_stopped_before_its_process_was_started_says_that_nothing_was() {
    for mode in ["graceful", "hard"] {
        let world = World::new().await;
        world.launcher.starts(Starts::Full);
        let id = world.request(&world.experiment("Starts").await).await;
        world.turn().await;
        let run = Running { id, token: String::new(), job: None };
        let ended = stop(&world, &run, mode).await;
        assert_eq!((&ended["state"], &ended["verdict"]), (&json!("ended"), &json!("interrupted")), "{mode}: {ended}");
        assert_eq!(ended["sentence"], "Stopped from the hub before it began; nothing was started, so nothing was touched.");
        assert!(world.launcher.orders().is_empty());
    }
}
