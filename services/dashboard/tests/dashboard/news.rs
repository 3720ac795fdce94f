//! What the news leave behind: activities, each once.

use crate::world::World;
use chaoshub_facade::experiment::{Origin, RunState, Verdict};
use serde_json::{Value, json};

#[tokio::test]
async fn what_happens_is_told_in_the_activities_newest_first() {
    let world = World::new().await;
    let experiment = world.experiment("Kill a pod");
    let data = json!({"title": "Kill a pod", "by": "edda", "version": 1});
    world.experiment_feed.push("experiment.created", experiment.id, Some(world.workspace), data);
    let mut run = world.run(&experiment, 1);
    world.tell("run.requested", &run);
    world.tell("run.changed", &run);
    run.state = RunState::Ended;
    run.verdict = Some(Verdict::Deviated);
    let number = world.tell("run.ended", &run);
    world.experiment_feed.dealt_with(number).await;
    let vera = world.auth.account("vera");
    world.auth_feed.push("member.changed", vera, Some(world.workspace), json!({"account": "vera", "role": "editor"}));
    let left = json!({"account": "vera", "role": null});
    let number = world.auth_feed.push("member.changed", vera, Some(world.workspace), left);
    world.auth_feed.dealt_with(number).await;
    let hub = world.hub("Ours").await;
    let card = world.card(&hub, "activity", json!({})).await;
    let items = card["data"]["value"]["items"].as_array().unwrap().clone();
    let told = |item: &Value| {
        let text = |name: &str| item[name].as_str().unwrap_or_default().to_owned();
        [text("account"), text("verb"), text("object_kind"), text("title"), text("verdict")]
    };
    let all: Vec<_> = items.iter().map(told).collect();
    assert_eq!(
        all,
        [
            ["edda", "created", "hub", "Ours", ""],
            ["vera", "left", "member", "the workspace", ""],
            ["vera", "became", "member", "editor", ""],
            ["edda", "ran", "run", "Kill a pod", "deviated"],
            ["edda", "created", "experiment", "Kill a pod", ""],
            ["", "created", "workspace", "Demo", ""],
        ]
    );
    assert_eq!(items[3]["object_id"], json!(run.id));
}

#[tokio::test]
async fn there_is_one_line_for_each_run_and_uploads_are_folded() {
    let world = World::new().await;
    let experiment = world.experiment("Checkout");
    let live = world.run(&experiment, 1);
    world.tell("run.requested", &live);
    for number in 2..64 {
        let mut run = world.run(&experiment, number);
        run.origin = Origin::Upload;
        world.tell("run.requested", &run);
        (run.state, run.verdict) = (RunState::Ended, Some(Verdict::Passed));
        world.tell("run.ended", &run);
    }
    let merged = json!({"title": "Checkout", "by": "edda", "version": 1, "into": "exp_2", "into_title": "Shop"});
    world.experiment_feed.push("experiment.merged", experiment.id, Some(world.workspace), merged);
    let recorded = json!({"title": "Checkout", "by": "edda", "version": 1});
    let number = world.experiment_feed.push("experiment.recorded", experiment.id, Some(world.workspace), recorded);
    world.experiment_feed.dealt_with(number).await;
    let hub = world.hub("Ours").await;
    let card = world.card(&hub, "activity", json!({"limit": 10})).await;
    let items = card["data"]["value"]["items"].as_array().unwrap().clone();
    let lines: Vec<_> = items.iter().map(|one| json!([one["verb"], one["title"], one["count"]])).collect();
    assert_eq!(
        lines,
        [
            json!(["created", "Ours", 1]),
            json!(["merged", "Checkout into Shop", 1]),
            json!(["uploaded", "Checkout", 62]),
            json!(["started", "Checkout", 1]),
            json!(["created", "Demo", 1]),
        ]
    );
}

#[tokio::test]
async fn the_activities_of_one_workspace_are_not_those_of_another() {
    let world = World::new().await;
    let elsewhere = world.auth.workspace("other/place");
    let data = json!({"title": "Theirs", "by": "stan", "version": 1});
    let number = world.experiment_feed.push("experiment.created", "exp_1", Some(elsewhere), data);
    world.experiment_feed.dealt_with(number).await;
    let hub = world.read(format!("/api/v1/hubs/{}", world.default_hub().await)).await;
    assert!(!hub.to_string().contains("Theirs"));
}

#[tokio::test]
async fn a_feed_that_was_restored_is_followed_on_and_nothing_is_told_twice_or_kept_silent() {
    let world = World::new().await;
    let experiment = world.experiment("Kill a pod");
    let tell = |title: &str| {
        let data = json!({"title": title, "by": "edda", "version": 1});
        world.experiment_feed.push("experiment.changed", experiment.id, Some(world.workspace), data)
    };
    for title in ["first", "second", "third"] {
        tell(title);
    }
    world.experiment_feed.dealt_with(3).await;
    world.experiment_feed.restored_to(1);
    world.clock.advance(chrono::TimeDelta::seconds(1));
    let number = tell("fourth");
    world.experiment_feed.dealt_with(number).await;
    let hub = world.hub("Ours").await;
    let card = world.card(&hub, "activity", json!({})).await;
    let items = card["data"]["value"]["items"].as_array().unwrap().clone();
    let titles: Vec<_> = items.iter().filter(|one| one["verb"] == "changed").map(|one| one["title"].as_str().unwrap()).collect();
    assert_eq!(titles, ["fourth", "third", "second", "first"]);
}
