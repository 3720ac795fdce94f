//! Hubs and cards are made, changed and removed.

use crate::world::World;
use chaoshub_facade::feed::FeedAsk;
use chaoshub_testkit::http::{delete, get, patch, post};
use serde_json::{Value, json};
use std::time::Duration;

#[tokio::test]
async fn a_new_workspace_gets_its_default_hub_once_even_if_the_news_comes_twice() {
    let world = World::new().await;
    world.tell_of_workspace(world.workspace).await;
    let hubs = world.read("/api/v1/hubs?workspace=demo/demo").await;
    assert_eq!(hubs["items"].as_array().unwrap().len(), 1);
    assert_eq!((&hubs["items"][0]["title"], &hubs["items"][0]["is_default"]), (&json!("Demo"), &json!(true)));

    let hub = world.read(format!("/api/v1/hubs/{}", world.default_hub().await)).await;
    let kinds: Vec<_> = hub["widgets"].as_array().unwrap().iter().map(|card| card["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["text", "live-run", "experiments", "activity"]);
    for card in hub["widgets"].as_array().unwrap() {
        assert_eq!(card["data"]["state"], "ready", "{card}");
    }
    let text = hub["widgets"][0]["data"]["value"]["markdown"].as_str().unwrap();
    assert!(text.contains("(/demo/demo/experiments)"), "{text}");
}

#[tokio::test]
async fn what_an_editor_makes_and_changes_is_what_is_read_back() {
    let world = World::new().await;
    let hub = world.hub("  Payments ").await;
    let first = world.card(&hub, "text", json!({"markdown": "# One"})).await;
    let second = world.card(&hub, "activity", json!({})).await;
    assert_eq!((&first["title"], &first["data"]["value"]), (&json!("Text"), &json!({"markdown": "# One"})));
    assert_eq!((&first["x"], &first["y"]), (&json!(0), &json!(0)));
    assert_eq!((&second["x"], &second["y"]), (&json!(4), &json!(0)), "beside the first, where there is room");

    let change = json!({"title": "Payments", "description": "What we break on Fridays",
        "layout": [{"widget": first["id"], "x": 6, "y": 12, "w": 6, "h": 3}]});
    let changed = world.call(patch(format!("/api/v1/hubs/{hub}")).claim(&world.editor).json(&change)).await;
    assert_eq!(changed.status, 200, "{}", changed.json);
    let card = format!("/api/v1/widgets/{}", first["id"].as_str().unwrap());
    let change = json!({"title": "Note", "config": {"markdown": "two"}});
    let edited = world.call(patch(&card).claim(&world.editor).json(&change)).await;
    assert_eq!(edited.json["data"]["value"], json!({"markdown": "two"}));

    let read = world.read(format!("/api/v1/hubs/{hub}")).await;
    assert_eq!((&read["title"], &read["description"]), (&json!("Payments"), &json!("What we break on Fridays")));
    assert_eq!(read["can_write"], true);
    let note = &read["widgets"][1];
    assert_eq!(note["title"], "Note");
    assert_eq!([&note["x"], &note["y"], &note["w"], &note["h"]], [&json!(6), &json!(12), &json!(6), &json!(3)]);
    assert_eq!(note["data"]["value"], json!({"markdown": "two"}));

    assert_eq!(world.call(delete(&card).claim(&world.editor)).await.status, 204);
    assert_eq!(world.call(delete(&card).claim(&world.editor)).await.status, 404);
    assert_eq!(world.read(format!("/api/v1/hubs/{hub}")).await["widgets"].as_array().unwrap().len(), 1);
    assert_eq!(world.call(delete(format!("/api/v1/hubs/{hub}")).claim(&world.editor)).await.status, 204);
    assert_eq!(world.call(get(format!("/api/v1/hubs/{hub}")).claim(&world.editor)).await.code(), "not-found");
}

#[tokio::test]
async fn the_default_hub_stays() {
    let world = World::new().await;
    let hub = world.default_hub().await;
    let refused = world.call(delete(format!("/api/v1/hubs/{hub}")).claim(&world.editor)).await;
    assert_eq!((refused.status.as_u16(), refused.code()), (409, "default-hub"));
}

#[tokio::test]
async fn hubs_come_in_pieces_with_the_default_one_first() {
    let world = World::new().await;
    for number in 1..=4 {
        world.hub(&format!("Hub {number}")).await;
    }
    let mut titles: Vec<Value> = Vec::new();
    let mut after = String::new();
    loop {
        let page = world.read(format!("/api/v1/hubs?workspace=demo/demo&limit=2{after}")).await;
        titles.extend(page["items"].as_array().unwrap().iter().map(|hub| hub["title"].clone()));
        match page["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => break,
        }
    }
    assert_eq!(titles[0], "Demo");
    titles.sort_by_key(ToString::to_string);
    assert_eq!(titles, ["Demo", "Hub 1", "Hub 2", "Hub 3", "Hub 4"]);
    let bad = world.call(get("/api/v1/hubs?workspace=demo/demo&after=x").claim(&world.editor)).await;
    assert_eq!(bad.code(), "invalid-cursor");
}

#[tokio::test]
async fn a_layout_that_is_wrong_changes_nothing() {
    let world = World::new().await;
    let (hub, other) = (world.hub("One").await, world.hub("Two").await);
    let card = world.card(&hub, "text", json!({"markdown": "a"})).await["id"].clone();
    let foreign = world.card(&other, "text", json!({"markdown": "b"})).await["id"].clone();
    let at = |widget: &Value, x: i64, w: i64| json!({"widget": widget, "x": x, "y": 0, "w": w, "h": 2});
    for (layout, code) in [
        (json!([at(&card, 8, 5)]), "invalid-layout"),
        (json!([at(&card, -1, 5)]), "invalid-layout"),
        (json!([at(&card, 0, 2), at(&card, 2, 2)]), "invalid-layout"),
        (json!([at(&card, 3, 3), at(&foreign, 0, 2)]), "unknown-widget"),
        (json!([{"widget": card, "x": 0.5, "y": 0, "w": 1, "h": 1}]), "invalid-body"),
    ] {
        let change = json!({"title": "Changed", "layout": layout});
        let refused = world.call(patch(format!("/api/v1/hubs/{hub}")).claim(&world.editor).json(&change)).await;
        assert_eq!((refused.status.as_u16(), refused.code()), (422, code), "{layout}");
    }
    let read = world.read(format!("/api/v1/hubs/{hub}")).await;
    assert_eq!((&read["title"], &read["widgets"][0]["x"]), (&json!("One"), &json!(0)));
}

#[tokio::test]
async fn a_configuration_that_is_not_one_for_its_kind_says_which_field() {
    let world = World::new().await;
    let hub = world.hub("One").await;
    let cards = format!("/api/v1/hubs/{hub}/widgets");
    for (kind, config, code, field) in [
        ("activity", json!({"limit": 0}), "invalid-widget-config", json!("/limit")),
        ("text", json!({"markdown": 7}), "invalid-widget-config", json!("/markdown")),
        ("clock", json!({}), "unknown-widget-kind", Value::Null),
    ] {
        let new = json!({"kind": kind, "config": config});
        let refused = world.call(post(&cards).claim(&world.editor).json(&new)).await;
        assert_eq!((refused.status.as_u16(), refused.code()), (422, code));
        assert_eq!(refused.json["extra"]["problems"][0]["path"], field);
    }
    let card = world.card(&hub, "activity", json!({"limit": 5})).await;
    let change = json!({"config": {"limit": "many"}});
    let card = format!("/api/v1/widgets/{}", card["id"].as_str().unwrap());
    assert_eq!(world.call(patch(card).claim(&world.editor).json(&change)).await.code(), "invalid-widget-config");
    assert_eq!(world.read(format!("/api/v1/hubs/{hub}")).await["widgets"][0]["config"], json!({"limit": 5}));
}

#[tokio::test]
async fn titles_are_one_line() {
    let world = World::new().await;
    for title in ["", "   ", "a\nb", &"x".repeat(121)] {
        let new = json!({"workspace": "demo/demo", "title": title});
        assert_eq!(world.call(post("/api/v1/hubs").claim(&world.editor).json(&new)).await.code(), "invalid-title");
    }
}

#[tokio::test]
async fn the_kinds_that_can_be_put_on_a_hub_are_listed_with_their_schemas() {
    let world = World::new().await;
    let kinds = world.read("/api/v1/widget-kinds").await;
    let names: Vec<_> = kinds["items"].as_array().unwrap().iter().map(|kind| kind["kind"].as_str().unwrap()).collect();
    assert_eq!(names, ["live-run", "run-status", "experiments", "activity", "text"]);
    assert_eq!(kinds["items"][4]["config_schema"]["required"], json!(["markdown"]));
}

#[tokio::test]
async fn news_of_a_hub_say_its_title_as_it_is_now() {
    let world = World::new().await;
    let hub = world.hub("One").await;
    let change = json!({"title": "Two"});
    world.call(patch(format!("/api/v1/hubs/{hub}")).claim(&world.editor).json(&change)).await;
    let ask = FeedAsk { after: 0.into(), limit: 10, wait: Duration::ZERO };
    let news = world.feed.read(&world.auth.service_claim("experiment"), ask).await.unwrap();
    let told: Vec<_> = news.events.iter().map(|one| (one.kind.as_str(), one.data["title"].as_str().unwrap())).collect();
    assert_eq!(told, [("hub.created", "One"), ("hub.changed", "Two")]);
}

#[tokio::test]
async fn a_change_that_says_what_it_was_made_from_is_refused_when_somebody_was_faster() {
    let world = World::new().await;
    let hub = world.hub("One").await;
    let card = world.card(&hub, "text", json!({"markdown": "one"})).await;
    let path = format!("/api/v1/hubs/{hub}");
    let card = format!("/api/v1/widgets/{}", card["id"].as_str().unwrap());
    let tag = async || world.call(get(&path).claim(&world.editor)).await.headers["etag"].to_str().unwrap().to_owned();
    let first = tag().await;
    let rename =
        |tag: &str, title: &str| patch(&path).claim(&world.editor).header("if-match", tag).json(&json!({ "title": title }));
    let renamed = world.call(rename(&first, "Two")).await;
    assert_eq!(renamed.status, 200, "{}", renamed.json);
    assert_eq!(renamed.headers["etag"].to_str().unwrap(), tag().await);
    let late = world.call(rename(&first, "Three")).await;
    assert_eq!((late.status.as_u16(), late.code()), (412, "changed-meanwhile"));
    assert_eq!(world.read(&path).await["title"], "Two");
    // A card that is changed changes its hub; who says nothing wins.
    let before = tag().await;
    let write = |text: &str| patch(&card).claim(&world.editor).json(&json!({"config": {"markdown": text}}));
    let written = world.call(write("two")).await;
    assert_eq!(world.call(rename(&before, "Three")).await.status, 412);
    let of_card = written.headers["etag"].to_str().unwrap().to_owned();
    assert_eq!(world.call(write("three").header("if-match", &of_card)).await.status, 200);
    assert_eq!(world.call(write("four").header("if-match", &of_card)).await.status, 412);
    assert_eq!(world.call(patch(&path).claim(&world.editor).json(&json!({"title": "Four"}))).await.status, 200);
}
