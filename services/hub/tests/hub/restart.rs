//! The hub goes and comes back: runs do not notice, and nothing of them is lost.

use crate::{
    ask::{codes, kinds},
    experiments::{call, experiment, held},
    gate::Gate,
    home::{self, Home, kept_address},
    wait::until,
};
use reqwest::Method;
use serde_json::json;
use std::time::Duration;

#[tokio::test]
async fn a_run_survives_the_kill_of_the_hub_is_adopted_and_nothing_is_lost() {
    home::tools().await;
    let home = Home::new();
    let address = kept_address();
    let mut hub = home.hub_on(&address).await;
    let ada = hub.ada().await;
    let (away, adopted) = (Gate::new().await, Gate::new().await);
    let ends_while_away = ada.start(&held(&away, "Ends while the hub is away")).await;
    let goes_on = ada.start(&held(&adopted, "Goes on when the hub is back")).await;
    let mut before = Vec::new();
    for (run, gate) in [(&ends_while_away, &away), (&goes_on, &adopted)] {
        gate.reached("/hold").await;
        let seen = async || {
            let events = ada.events(run).await;
            kinds(&events).contains(&"activity.started method method-1".to_owned()).then_some(events)
        };
        before.push(until("the activity that is held up is told of", seen).await);
        assert_eq!(ada.run(run).await["state"], "running");
    }
    hub.kill().await;

    away.open("/hold");
    away.reached("/undo").await;
    let hub = home.hub_on(&address).await;
    let ada = hub.ada_again().await;
    let adoption = async || kinds(&ada.events(&goes_on).await).contains(&"run.adopted".to_owned()).then_some(());
    until("the run is adopted", adoption).await;
    assert_eq!(ada.run(&goes_on).await["state"], "running");
    adopted.open("/hold");

    for (run, before) in [&ends_while_away, &goes_on].into_iter().zip(before) {
        let ended = ada.ended(run).await;
        assert_eq!((&ended["verdict"], &ended["rollbacks"]), (&json!("passed"), &json!("played")), "{ended}");
        let events = ada.events(run).await;
        assert_eq!(events[..before.len()], before, "what was there before is as it was");
        let kinds = kinds(&events);
        for key in [
            "baseline baseline-0",
            "method method-0",
            "method method-1",
            "method method-2",
            "after after-0",
            "rollbacks rollbacks-0",
        ] {
            for moment in ["started", "completed"] {
                let kind = format!("activity.{moment} {key}");
                assert_eq!(kinds.iter().filter(|known| **known == kind).count(), 1, "{kind} in {kinds:?}");
            }
        }
        assert!(kinds.contains(&"run.adopted".to_owned()), "{kinds:?}");
        assert_eq!(kinds.last().unwrap(), "run.ended");
    }
    for gate in [away, adopted] {
        assert_eq!((gate.count("/begin"), gate.count("/go-on"), gate.count("/undo")), (1, 1, 1), "everything was done once");
    }
}

/// How often a hub is killed just after it has accepted a run: some times with every test, and often in `make soak`.
fn kills() -> u64 {
    std::env::var("CHAOSHUB_TEST_ROUNDS").map_or(6, |rounds| rounds.parse().unwrap())
}

#[tokio::test]
async fn a_run_accepted_milliseconds_before_a_kill_is_started_once_and_is_not_lost() {
    home::tools().await;
    let home = Home::new();
    let address = kept_address();
    let mut hub = home.hub_on(&address).await;
    let mut ada = hub.ada().await;
    let gate = Gate::new().await;
    let experiment = ada.keep(&experiment(&gate, "Accepted", &[call(&gate, "action", "begin", "/begin")])).await;
    // The tools are there before the first kill, so that each run is started at once.
    let first = ada.post("/api/v1/runs", &json!({"experiment": experiment})).await.is(202).json["id"].clone();
    ada.ended(first.as_str().unwrap()).await;
    let mut runs = Vec::new();
    for kill in 0..kills() {
        let accepted = ada.post("/api/v1/runs", &json!({"experiment": experiment})).await.is(202);
        runs.push(accepted.json["id"].as_str().unwrap().to_owned());
        // Each moment of the first sixtieth of a second and of those after it, most often the first ones.
        let moment = Duration::from_micros((kill * 2_700) % if kill % 3 == 0 { 60_000 } else { 16_000 });
        let until = std::time::Instant::now() + moment;
        while std::time::Instant::now() < until {
            tokio::task::yield_now().await;
        }
        hub.kill().await;
        hub = home.hub_on(&address).await;
        ada = hub.ada_again().await;
    }
    for run in &runs {
        let ended = ada.ended(run).await;
        assert_eq!(ended["verdict"], "passed", "{ended}");
        let kinds = kinds(&ada.events(run).await);
        let launched = kinds.iter().filter(|kind| *kind == "run.launched").count();
        assert_eq!(launched, 1, "{kinds:?}");
    }
    assert_eq!(gate.count("/begin"), runs.len() + 1, "each was done once");
}

#[tokio::test]
async fn a_hub_told_to_stop_ends_soon_and_leaves_runs_alone() {
    home::tools().await;
    let home = Home::new();
    let address = kept_address();
    let mut hub = home.hub_on(&address).await;
    let ada = hub.ada().await;
    let gate = Gate::new().await;
    let run = ada.start(&held(&gate, "Is left alone")).await;
    gate.reached("/hold").await;
    let mut stream = ada.request(Method::GET, &format!("/api/v1/stream?topics=run:{run}")).send().await.unwrap();
    assert!(stream.chunk().await.unwrap().is_some(), "the stream is open");
    // Open streams are ended with everything else, and do not use up the ten seconds of patience.
    assert_eq!(hub.terminate(Duration::from_secs(8)).await, Some(0));
    let rest = tokio::time::timeout(Duration::from_secs(5), async { while let Ok(Some(_)) = stream.chunk().await {} });
    rest.await.expect("the stream has ended");

    let hub = home.hub_on(&address).await;
    let ada = hub.ada_again().await;
    assert_eq!(ada.run(&run).await["state"], "running");
    gate.open("/hold");
    let ended = ada.ended(&run).await;
    assert_eq!((&ended["verdict"], codes(&ended["reasons"])), (&json!("passed"), vec![]), "{ended}");
    assert!(kinds(&ada.events(&run).await).contains(&"run.adopted".to_owned()));
}
