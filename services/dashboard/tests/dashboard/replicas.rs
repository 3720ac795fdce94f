//! Two processes of the dashboard on one database: each tells its own browsers, and what is written is written once.

use crate::world::{World, eventually};
use chaoshub_testkit::http::{delete, get, patch};
use serde_json::json;
use std::collections::BTreeSet;

#[tokio::test]
#[ignore = "needs PostgreSQL: scripts/postgres run cargo test -- --include-ignored"]
async fn what_happens_is_written_down_once_and_told_at_both_replicas() {
    let [here, there] = World::two().await;
    let experiment = here.experiment("Kill a pod");
    let mut streams = Vec::new();
    for world in [&here, &there] {
        streams.push(world.listen(&world.viewer, &format!("workspace:{}", world.workspace)).await);
    }
    for number in 1..=20 {
        let run = here.run(&experiment, number);
        here.tell("run.requested", &run);
    }
    for stream in &mut streams {
        for number in 1..=20 {
            assert_eq!(stream.next_of("run").await["run"]["number"], number, "each once, in order");
        }
    }
    // Who tells of what comes after them has saved their effects.
    here.tell("run.changed", &here.run(&experiment, 21));
    for stream in &mut streams {
        assert_eq!(stream.next_of("run").await["run"]["number"], 21);
    }
    let hub = here.hub("Told").await;
    here.card(&hub, "activity", json!({"limit": 50})).await;
    for world in [&here, &there] {
        let told = async || {
            let page = world.read(format!("/api/v1/hubs/{hub}")).await;
            let items = page["widgets"][0]["data"]["value"]["items"].as_array().cloned().unwrap_or_default();
            let runs = items.iter().filter(|item| item["object_kind"] == "run");
            runs.map(|item| item["object_id"].to_string()).collect::<Vec<_>>()
        };
        eventually("all are written down", async || told().await.len() >= 20).await;
        let told = told().await;
        assert_eq!(told.len(), 20, "each once: {told:?}");
        assert_eq!(told.iter().collect::<BTreeSet<_>>().len(), 20);
    }
}

#[tokio::test]
#[ignore = "needs PostgreSQL: scripts/postgres run cargo test -- --include-ignored"]
async fn a_new_workspace_gets_one_hub_from_two_replicas() {
    let [here, there] = World::two().await;
    for world in [here, there] {
        let hubs = async || world.call(get("/api/v1/hubs?workspace=demo/demo").claim(&world.viewer)).await.json["items"].clone();
        eventually("the hub is there", async || hubs().await.as_array().is_some_and(|hubs| !hubs.is_empty())).await;
        assert_eq!(hubs().await.as_array().unwrap().len(), 1);
        let hub = world.read(format!("/api/v1/hubs/{}", world.default_hub().await)).await;
        assert_eq!(hub["widgets"].as_array().unwrap().len(), 4);
    }
}

#[tokio::test]
#[ignore = "needs PostgreSQL: scripts/postgres run cargo test -- --include-ignored"]
async fn what_is_changed_at_one_replica_reaches_streams_and_pages_of_the_other() {
    let [here, there] = World::two().await;
    let hub = here.hub("Ours").await;
    let card = here.card(&hub, "text", json!({"markdown": "before"})).await;
    let page = async || there.read(format!("/api/v1/hubs/{hub}")).await;
    assert_eq!(page().await["widgets"][0]["data"]["value"]["markdown"], "before", "the other replica remembers the card");
    let mut stream = there.listen(&there.viewer, &format!("hub:{hub}")).await;

    let path = format!("/api/v1/widgets/{}", card["id"].as_str().unwrap());
    let edit = patch(&path).claim(&here.editor).json(&json!({"config": {"markdown": "after"}}));
    assert_eq!(here.call(edit).await.status, 200);
    assert_eq!(stream.next_of("hub").await["hub"], hub.as_str());
    assert_eq!(page().await["widgets"][0]["data"]["value"]["markdown"], "after");

    // A card that was put there at one replica is found by its selectors at the other.
    let run = here.run(&here.experiment("One"), 1);
    let live = here.card(&hub, "live-run", json!({})).await;
    stream.next_of("hub").await;
    here.tell("run.changed", &run);
    loop {
        let told = stream.next_of("widget").await;
        if told["widget"] == live["id"] && told["data"].to_string().contains(&run.id.to_string()) {
            break;
        }
    }

    assert_eq!(here.call(delete(&path).claim(&here.editor)).await.status, 204);
    stream.next_of("hub").await;
    assert_eq!(page().await["widgets"].as_array().unwrap().len(), 1);
}
