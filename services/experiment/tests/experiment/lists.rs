//! Lists: searched, and read piece by piece while things change.

use crate::{control, world::World};
use chaoshub_testkit::http::{delete, get, post, put};
use chrono::TimeDelta;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Reads a list to its end, two at a time; `between` is called after every piece.
async fn pages(world: &World, path: &str, mut between: impl AsyncFnMut(&World, usize)) -> Vec<Value> {
    let mut items = Vec::new();
    let mut after = String::new();
    for page in 0.. {
        let read = world.read(format!("{path}&limit=2{after}")).await;
        items.extend(read["items"].as_array().unwrap().clone());
        match read["next"].as_str() {
            Some(next) => after = format!("&after={}", next.replace('+', "%2B").replace('|', "%7C")),
            None => return items,
        }
        between(world, page).await;
    }
    unreachable!("a list ends")
}

fn titles(items: &[Value]) -> Vec<&str> {
    items.iter().map(|item| item["title"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn experiments_come_last_changed_first_and_are_found_by_title_and_tag() {
    let world = World::new().await;
    let mut ids = Vec::new();
    for (title, tag) in [("Kill the cache", "redis"), ("Überlast", "Straße"), ("100% full disk", "disk_1")] {
        let mut document = control::experiment(title);
        document["tags"] = json!([tag]);
        world.clock.advance(TimeDelta::milliseconds(1));
        ids.push(world.write(&document).await);
    }
    let found = async |q: &str| {
        let read = world.read(format!("/api/v1/experiments?workspace=demo/demo&q={q}")).await;
        titles(read["items"].as_array().unwrap()).join(", ")
    };
    assert_eq!(found("").await, "100% full disk, Überlast, Kill the cache");
    assert_eq!(found("KILL%20the").await, "Kill the cache");
    assert_eq!(found("REDIS").await, "Kill the cache");
    assert_eq!(found("%C3%9Cber").await, "Überlast");
    assert_eq!(found("Stra%C3%9Fe").await, "Überlast");
    assert_eq!(found("100%25").await, "100% full disk");
    assert_eq!(found("disk_1").await, "100% full disk");
    assert_eq!(found("%5C").await, "", "no letter means another");
    assert_eq!(found("cache_").await, "");
    assert_eq!(found("nothing%20of%20it").await, "");
    world.clock.advance(TimeDelta::milliseconds(1));
    let change = put(format!("/api/v1/experiments/{}", ids[0])).header("if-match", "\"1\"");
    world.ask(change.json(&control::experiment("Kill the cache twice")), 200).await;
    assert_eq!(found("").await, "Kill the cache twice, 100% full disk, Überlast");
}

#[tokio::test]
async fn what_stays_is_listed_once_while_others_come_and_go_and_change() {
    let world = World::new().await;
    let mut ids = Vec::new();
    for n in 0..9 {
        // Several at the same instant, and at instants that are written with and without a fraction.
        world.clock.advance(TimeDelta::milliseconds(if n % 3 == 0 { 500 } else { 0 }));
        ids.push(world.experiment(&format!("Stays {n}")).await);
    }
    world.clock.advance(TimeDelta::milliseconds(1));
    let goes = world.experiment("Goes").await;
    let changes = world.experiment("Changes").await;
    let items = pages(&world, "/api/v1/experiments?workspace=demo/demo", async |world, page| {
        world.clock.advance(TimeDelta::milliseconds(7));
        world.experiment(&format!("Comes {page}")).await;
        if page == 0 {
            world.call(delete(format!("/api/v1/experiments/{goes}")).claim(&world.claim("edda"))).await;
            let change = put(format!("/api/v1/experiments/{changes}")).header("if-match", "\"1\"");
            world.ask(change.json(&control::experiment("Changed")), 200).await;
        }
    })
    .await;
    let listed: Vec<_> = items.iter().map(|item| item["id"].as_str().unwrap()).collect();
    assert_eq!(listed.iter().collect::<BTreeSet<_>>().len(), listed.len(), "none twice: {:?}", titles(&items));
    assert!(ids.iter().all(|id| listed.contains(&id.as_str())), "none missing: {:?}", titles(&items));
}

#[tokio::test]
async fn runs_are_listed_newest_first_once_each_while_others_begin() {
    let world = World::new().await;
    let experiment = world.experiment("Runs").await;
    for _ in 0..7 {
        world.request(&experiment).await;
    }
    let items = pages(&world, "/api/v1/runs?workspace=demo/demo", async |world, _| {
        world.request(&experiment).await;
    })
    .await;
    let numbers: Vec<_> = items.iter().map(|run| run["number"].as_i64().unwrap()).collect();
    assert_eq!(numbers, [7, 6, 5, 4, 3, 2, 1]);
}

#[tokio::test]
async fn runs_are_picked_by_experiment_state_and_verdict() {
    let world = World::new().await;
    let (one, two) = (world.experiment("One").await, world.experiment("Two").await);
    let (first, second) = (world.start(&one).await, world.start(&two).await);
    world.launcher.end(first.job(), 1);
    world.turn().await;
    let listed = async |query: &str| {
        let read = world.read(format!("/api/v1/runs?workspace=demo/demo&{query}")).await;
        let ids = read["items"].as_array().unwrap().iter().map(|run| run["id"].as_str().unwrap().to_owned());
        ids.collect::<Vec<_>>()
    };
    assert_eq!(listed(&format!("experiment={two}")).await, std::slice::from_ref(&second.id));
    assert_eq!(listed("state=ended").await, std::slice::from_ref(&first.id));
    assert_eq!(listed("state=starting").await, std::slice::from_ref(&second.id));
    assert_eq!(listed("verdict=failed").await, std::slice::from_ref(&first.id));
    assert_eq!(listed("verdict=passed").await, [""; 0]);
    for bad in ["verdict=maybe", "state=gone", "experiment=7", "after=never"] {
        world.ask(get(format!("/api/v1/runs?workspace=demo/demo&{bad}")), 422).await;
    }
}

#[tokio::test]
async fn an_experiment_shows_its_last_ten_runs_newest_first() {
    let world = World::new().await;
    let (one, other) = (world.experiment("One").await, world.experiment("Other").await);
    for _ in 0..12 {
        world.request(&one).await;
    }
    world.request(&other).await;
    let numbers = |experiment: &Value| -> Vec<i64> {
        experiment["last_runs"].as_array().unwrap().iter().map(|mark| mark["number"].as_i64().unwrap()).collect()
    };
    assert_eq!(numbers(&world.read(format!("/api/v1/experiments/{one}")).await), (3..=12).rev().collect::<Vec<_>>());
    let listed = world.read("/api/v1/experiments?workspace=demo/demo").await;
    let both: BTreeSet<_> = listed["items"].as_array().unwrap().iter().map(numbers).collect();
    assert_eq!(both, BTreeSet::from([(3..=12).rev().collect(), vec![13]]));
}

#[tokio::test]
async fn ids_that_others_make_do_not_change_the_order_of_runs() {
    let world = World::new().await;
    let token = world.token([chaoshub_kernel::Scope::RunIngest]);
    let ids = ["run_ffffffff-ffff-7fff-bfff-ffffffffffff", "run_00000000-0000-7000-8000-000000000000"];
    for id in ids {
        let about = json!({"workspace": "demo/demo", "experiment": control::experiment("Elsewhere")});
        let opened = world.call(put(format!("/api/v1/runs/{id}")).bearer(&token).json(&about)).await;
        assert_eq!(opened.status, 201);
    }
    let mine = world.ask(post("/api/v1/runs").json(&json!({"experiment": world.experiment("Mine").await})), 202).await;
    let items = pages(&world, "/api/v1/runs?workspace=demo/demo", async |_, _| {}).await;
    let listed: Vec<_> = items.iter().map(|run| run["id"].as_str().unwrap()).collect();
    assert_eq!(listed, [mine["id"].as_str().unwrap(), ids[1], ids[0]]);
}

#[tokio::test]
async fn what_is_no_cursor_of_a_list_does_not_begin_it_anew() {
    let world = World::new().await;
    let experiment = world.experiment("One").await;
    for list in [
        "/api/v1/runs?workspace=demo/demo".to_owned(),
        "/api/v1/experiments?workspace=demo/demo".to_owned(),
        format!("/api/v1/experiments/{experiment}/versions?limit=1"),
    ] {
        for bad in ["never", "2026-11-20T09:00:00 00:00%7Cexp"] {
            let refused = world.ask(get(format!("{list}&after={}", bad.replace(' ', "+"))), 422).await;
            assert_eq!(refused["code"], "invalid-cursor", "{list}");
        }
    }
}
