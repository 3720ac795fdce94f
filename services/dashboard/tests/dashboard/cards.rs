//! What cards show: read once for everybody, only when news concern them, and without ever holding a page up.

use crate::world::{World, eventually};
use chaoshub_dashboard::Config;
use chaoshub_facade::experiment::{RunState, Verdict};
use chaoshub_kernel::Fault;
use chaoshub_testkit::{
    experiments::{running, written},
    http::{get, post},
};
use futures::future::join_all;
use serde_json::json;
use std::time::{Duration, Instant};

fn down() -> Option<Fault> {
    Some(Fault::unavailable("experiment-unavailable", "experiments do not answer"))
}

#[tokio::test]
async fn news_touch_only_the_cards_that_they_concern() {
    let world = World::new().await;
    let (mine, other) = (world.experiment("Mine"), world.experiment("Other"));
    let hub = world.hub("One").await;
    world.card(&hub, "run-status", json!({"experiment": mine.id})).await;
    world.card(&hub, "run-status", json!({"experiment": other.id})).await;
    world.card(&hub, "text", json!({"markdown": "still"})).await;
    let mut stream = world.listen(&world.viewer, &format!("hub:{hub}")).await;
    let before = (world.experiments.calls("experiment"), world.experiments.calls("experiments"));
    world.tell("run.requested", &world.run(&mine, 1));
    let shown = stream.next_of("widget").await;
    assert_eq!(shown["data"]["value"]["experiment"]["title"], "Mine");
    assert_eq!(shown["data"]["value"]["run"]["number"], 1);
    let after = (world.experiments.calls("experiment"), world.experiments.calls("experiments"));
    assert_eq!(after, (before.0 + 1, before.1), "the other card, and those of the hub nobody looks at, were left alone");
}

#[tokio::test]
async fn everybody_who_looks_at_once_costs_one_reading() {
    let world = World::new().await;
    let hub = world.hub("One").await;
    world.experiments.hold(true);
    let config = json!({"kind": "live-run", "config": {}});
    let path = format!("/api/v1/hubs/{hub}/widgets");
    let make = world.call(post(path).claim(&world.editor).json(&config));
    let looks = async {
        eventually("the card is there", async || world.experiments.calls("runs") == 1).await;
        let look = || world.call(get(format!("/api/v1/hubs/{hub}")).claim(&world.viewer));
        let release = async {
            world.experiments.hold(false);
        };
        let (replies, ()) = tokio::join!(join_all((0..50).map(|_| look())), release);
        for reply in replies {
            assert_eq!(reply.json["widgets"][0]["data"]["state"], "ready");
        }
    };
    tokio::join!(make, looks);
    assert_eq!(world.experiments.calls("runs"), 1);
}

#[tokio::test]
async fn a_burst_of_news_is_read_at_once_then_once_more_and_ends_with_the_last() {
    let world = World::new().await;
    let experiment = world.experiment("One");
    let hub = world.hub("One").await;
    world.card(&hub, "live-run", json!({})).await;
    let mut run = world.run(&experiment, 1);
    let mut stream = world.listen(&world.viewer, &format!("hub:{hub}")).await;
    let before = world.experiments.calls("runs");
    world.experiments.hold(true);
    for done in 1..=100 {
        run.progress.done = done;
        let number = world.tell("run.changed", &run);
        if done == 1 {
            eventually("the first news is read at once", async || world.experiments.calls("runs") == before + 1).await;
        }
        world.experiment_feed.dealt_with(number).await;
    }
    assert_eq!(world.experiments.calls("runs"), before + 1, "there is one reading at a time");
    world.experiments.hold(false);
    eventually("all that came meanwhile is read together", async || world.experiments.calls("runs") == before + 2).await;
    assert_eq!(stream.next_of("widget").await["data"]["value"]["runs"][0]["progress"]["done"], 100);
    run.progress.current = Some("probe".to_owned());
    world.tell("run.changed", &run);
    assert_eq!(stream.next_of("widget").await["data"]["value"]["runs"][0]["progress"]["current"], "probe");
    assert_eq!(world.experiments.calls("runs"), before + 3, "nothing was read in vain");
}

#[tokio::test]
async fn a_card_is_read_at_most_ten_times_a_second() {
    let world = World::new().await;
    let experiment = world.experiment("One");
    let hub = world.hub("One").await;
    world.card(&hub, "live-run", json!({})).await;
    let mut run = world.run(&experiment, 1);
    let mut stream = world.listen(&world.viewer, &format!("hub:{hub}")).await;
    let began = Instant::now();
    for done in 1..=5 {
        run.progress.done = done;
        world.tell("run.changed", &run);
        assert_eq!(stream.next_of("widget").await["data"]["value"]["runs"][0]["progress"]["done"], done);
    }
    assert!(began.elapsed() >= Duration::from_millis(400), "{:?}", began.elapsed());
}

#[tokio::test]
async fn a_source_that_fails_leaves_the_last_good_data_and_says_so() {
    let world = World::new().await;
    let experiment = world.experiment("One");
    let hub = world.hub("One").await;
    world.card(&hub, "live-run", json!({})).await;
    let mut stream = world.listen(&world.viewer, &format!("hub:{hub}")).await;
    world.experiments.fail(down());
    let mut run = world.run(&experiment, 1);
    world.tell("run.requested", &run);
    let shown = stream.next_of("widget").await;
    assert_eq!(shown["data"]["state"], "stale");
    assert_eq!(shown["data"]["value"], json!({"runs": []}));
    assert_eq!(shown["data"]["error"], "experiments do not answer");
    let page = world.read(format!("/api/v1/hubs/{hub}")).await;
    assert_eq!(page["widgets"][0]["data"], shown["data"], "the same on the page and on the stream");

    let cold = world.card(&hub, "experiments", json!({})).await;
    assert_eq!((&cold["data"]["state"], &cold["data"]["value"]), (&json!("error"), &json!(null)));

    world.experiments.fail(None);
    run.progress.done = 1;
    world.tell("run.changed", &run);
    while stream.next_of("widget").await["data"]["state"] != "ready" {}
    let page = world.read(format!("/api/v1/hubs/{hub}")).await;
    assert_eq!(page["widgets"][0]["data"]["error"], json!(null));
}

#[tokio::test]
async fn a_source_that_comes_back_is_found_without_news() {
    let world = World::new().await;
    let hub = world.hub("One").await;
    world.experiments.fail(down());
    let card = world.card(&hub, "live-run", json!({})).await;
    assert_eq!(card["data"]["state"], "error");
    let mut stream = world.listen(&world.viewer, &format!("hub:{hub}")).await;
    world.experiments.fail(None);
    assert_eq!(stream.next_of("widget").await["data"]["state"], "ready");
}

#[tokio::test]
async fn a_source_that_hangs_holds_up_neither_the_page_nor_the_other_cards() {
    let world = World::with(Config { page_wait_ms: 500, widget_timeout_ms: 700, ..Config::default() }).await;
    world.experiments.hold(true);
    let began = Instant::now();
    let hub = world.default_hub().await;
    let page = world.read(format!("/api/v1/hubs/{hub}")).await;
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
    let states: Vec<_> = page["widgets"].as_array().unwrap().iter().map(|card| &card["data"]["state"]).collect();
    assert_eq!(states, ["ready", "error", "error", "ready"]);
    let mut stream = world.listen(&world.viewer, &format!("hub:{hub}")).await;
    let shown = stream.next_of("widget").await;
    assert_eq!(shown["data"]["error"], "the source of this card took too long to answer");
}

#[tokio::test]
async fn a_card_shows_nothing_of_another_workspace() {
    let world = World::new().await;
    let elsewhere = world.auth.workspace("other/place");
    let secret = written(&*world.clock, elsewhere, "Their plan");
    world.experiments.put_experiment(secret.clone());
    world.experiments.put_run(running(&*world.clock, &secret, 1));
    let hub = world.hub("One").await;
    let card = world.card(&hub, "run-status", json!({"experiment": secret.id})).await;
    assert_eq!((&card["data"]["state"], &card["data"]["value"]), (&json!("error"), &json!(null)));
    assert!(!card.to_string().contains("Their plan"));
}

#[tokio::test]
async fn what_is_gone_is_not_shown_from_memory() {
    let world = World::new().await;
    let mut experiment = world.experiment("One");
    let hub = world.hub("One").await;
    let card = world.card(&hub, "run-status", json!({"experiment": experiment.id})).await;
    assert_eq!(card["data"]["value"], json!({"run": null, "experiment": {"id": experiment.id, "title": "One"}}));
    let mut stream = world.listen(&world.viewer, &format!("hub:{hub}")).await;
    experiment.workspace_id = world.auth.workspace("other/place");
    world.experiments.put_experiment(experiment.clone());
    world.experiment_feed.push("experiment.changed", experiment.id, Some(world.workspace), json!({"title": "One"}));
    let shown = stream.next_of("widget").await;
    assert_eq!((&shown["data"]["state"], &shown["data"]["value"]), (&json!("error"), &json!(null)));
}

#[tokio::test]
async fn a_page_opened_after_the_news_shows_them() {
    let world = World::new().await;
    let experiment = world.experiment("One");
    let hub = world.hub("One").await;
    world.card(&hub, "run-status", json!({"experiment": experiment.id})).await;
    let mut run = world.run(&experiment, 1);
    run.state = RunState::Ended;
    run.verdict = Some(Verdict::Passed);
    let number = world.tell("run.ended", &run);
    world.experiment_feed.dealt_with(number).await;
    // What was read less than a tenth of a second ago counts as fresh, so the page may need a second look.
    eventually("the page shows the verdict", async || {
        let page = world.read(format!("/api/v1/hubs/{hub}")).await;
        page["widgets"][0]["data"]["value"]["run"]["verdict"] == "passed"
    })
    .await;
}
