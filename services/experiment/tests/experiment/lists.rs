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
    let both = [second.id.clone(), first.id.clone()];
    assert_eq!(listed("state=active").await, std::slice::from_ref(&second.id));
    assert_eq!(listed("state=active,ended&sort=-number").await, both);
    assert_eq!(listed("verdict=passed,failed").await, std::slice::from_ref(&first.id));
    assert_eq!(listed("origin=hub&started_by=edda,olga&sort=-title").await, both);
    assert_eq!(listed("origin=upload,outside").await, [""; 0]);
    assert_eq!(listed("text=%231").await, std::slice::from_ref(&first.id));
    assert_eq!(listed("text=tWO").await, std::slice::from_ref(&second.id));
    let bad = ["verdict=maybe", "state=gone", "experiment=7", "after=never", "verdcit=passed", "sort=upwards", "from=yesterday"];
    for bad in
        bad.into_iter().map(str::to_owned).chain([format!("text={}", "x".repeat(201)), "from=%2B10000-01-01T00:00:00Z".into()])
    {
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

/// A journal of a run of that title that began then, as text.
fn journal(title: &str, start: &str) -> Value {
    json!({
        "experiment": control::experiment(title), "status": "completed", "deviated": false, "run": [],
        "start": start, "end": start, "duration": 1.5,
    })
}

#[tokio::test]
async fn a_journal_that_comes_weeks_later_is_listed_at_its_time() {
    let world = World::new().await;
    let experiment = world.experiment("Now").await;
    world.request(&experiment).await;
    for (title, start) in [("Three weeks ago", "2026-10-30T09:00:00"), ("Two weeks ago", "2026-11-06T09:00:00.5")] {
        world.ask(post("/api/v1/journals?workspace=demo/demo").json(&journal(title, start)), 201).await;
    }
    let found = async |query: &str| {
        let read = world.read(format!("/api/v1/runs?workspace=demo/demo&count=true{query}")).await;
        (titles(read["items"].as_array().unwrap()).join(", "), read["hits"].clone())
    };
    let hits = |count: u64| json!({"count": count, "more": false});
    assert_eq!(found("").await, ("Now, Two weeks ago, Three weeks ago".into(), hits(3)));
    assert_eq!(found("&sort=started&limit=1").await, ("Three weeks ago".into(), hits(3)));
    assert_eq!(found("&sort=-number").await, ("Two weeks ago, Three weeks ago, Now".into(), hits(3)));
    assert_eq!(found("&from=2026-11-01T00:00:00Z&to=2026-11-07T00:00:00Z").await, ("Two weeks ago".into(), hits(1)));
    assert_eq!(found("&to=2026-10-30T09:00:00Z").await, (String::new(), hits(0)));
    assert_eq!(found("&origin=upload&verdict=passed,inconclusive,failed").await.1, hits(2));
    let items = pages(&world, "/api/v1/runs?workspace=demo/demo&sort=title", async |_, _| {}).await;
    assert_eq!(titles(&items), ["Now", "Three weeks ago", "Two weeks ago"]);
}

#[tokio::test]
async fn runs_that_stay_are_listed_once_while_others_begin_and_move() {
    let world = World::new().await;
    let experiment = world.experiment("Stays").await;
    let mut stay = Vec::new();
    for _ in 0..7 {
        world.clock.advance(TimeDelta::seconds(60));
        stay.push(world.request(&experiment).await);
    }
    for sort in ["-started", "started", "-duration", "title", "verdict"] {
        let path = format!("/api/v1/runs?workspace=demo/demo&sort={sort}");
        let items = pages(&world, &path, async |world, page| {
            // An ascending list ends when it has caught up with what comes.
            if page < 5 {
                world.clock.advance(TimeDelta::seconds(60));
                world.request(&experiment).await;
            }
            if page == 1 {
                // One begins to run, so that its place changes; another comes with an old start.
                let moves = world.opened().await;
                let sent = world.send(&moves, &control::filler(1, 1)).await;
                assert_eq!(sent.status, 202);
                world.ask(post("/api/v1/journals?workspace=demo/demo").json(&journal(sort, "2026-10-01T09:00:00")), 201).await;
            }
        })
        .await;
        let listed: Vec<_> = items.iter().map(|item| item["id"].as_str().unwrap()).collect();
        for id in &stay {
            assert_eq!(listed.iter().filter(|one| *one == id).count(), 1, "{sort}: {listed:?}");
        }
    }
}

#[tokio::test]
async fn a_cursor_is_refused_by_a_list_that_is_sorted_otherwise() {
    let world = World::new().await;
    let experiment = world.experiment("One").await;
    world.request(&experiment).await;
    world.request(&experiment).await;
    for sort in ["-started", "started", "-duration", "number", "-title", "verdict"] {
        let page = world.read(format!("/api/v1/runs?workspace=demo/demo&limit=1&sort={sort}")).await;
        let next = page["next"].as_str().unwrap();
        world.read(format!("/api/v1/runs?workspace=demo/demo&limit=1&sort={sort}&after={next}")).await;
        for other in ["started", "-number", "title", "-verdict"].into_iter().filter(|other| *other != sort) {
            let refused = world.ask(get(format!("/api/v1/runs?workspace=demo/demo&sort={other}&after={next}")), 422).await;
            assert_eq!(refused["code"], "invalid-cursor");
            assert!(refused["detail"].as_str().unwrap().contains("another `sort`"), "{refused}");
        }
    }
}

#[tokio::test]
async fn runs_are_found_by_tag_and_those_of_archived_experiments_set_apart() {
    let world = World::new().await;
    let mut document = control::experiment("Tagged");
    document["tags"] = json!(["checkout", "50% \"off\""]);
    let (tagged, plain) = (world.write(&document).await, world.experiment("Plain").await);
    world.request(&tagged).await;
    world.request(&plain).await;
    world.opened().await;
    world.call(delete(format!("/api/v1/experiments/{plain}")).claim(&world.claim("edda"))).await;
    let found = async |query: &str| {
        let read = world.read(format!("/api/v1/runs?workspace=demo/demo&sort=number&{query}")).await;
        titles(read["items"].as_array().unwrap()).join(", ")
    };
    assert_eq!(found("tag=checkout").await, "Tagged");
    assert_eq!(found("tag=50%25%20%22off%22").await, "Tagged");
    assert_eq!(found("tag=check").await, "");
    assert_eq!(found("archived=include").await, "Tagged, Plain, Elsewhere");
    assert_eq!(found("archived=exclude").await, "Tagged, Elsewhere");
    assert_eq!(found("archived=only").await, "Plain");
    assert_eq!(found("archived=only&tag=checkout").await, "");
}

#[tokio::test]
async fn the_list_can_be_downloaded_as_a_table_without_formulas() {
    let world = World::new().await;
    for title in ["=1+1", "Commas, \"quotes\"\nand lines", "@me"] {
        world.clock.advance(TimeDelta::seconds(1));
        world.request(&world.experiment(title).await).await;
    }
    let read = async |query: &str| {
        let path = format!("/api/v1/runs.csv?workspace=demo/demo{query}");
        let reply = world.call(get(path).claim(&world.claim("vera"))).await;
        assert_eq!(reply.status, 200, "{}", reply.json);
        reply
    };
    let whole = read("&sort=number").await;
    assert_eq!(whole.headers["content-type"], "text/csv; charset=utf-8; header=present");
    assert_eq!(whole.headers["content-disposition"], "attachment; filename=\"runs.csv\"");
    let text = String::from_utf8(whole.bytes.to_vec()).unwrap();
    let (heading, rest) = text.split_once("\r\n").unwrap();
    assert!(heading.starts_with("number,title,verdict,state,sentence,origin,"), "{heading}");
    assert!(rest.starts_with("1,'=1+1,,") && rest.contains(",hub,default,edda,2026-"), "{rest}");
    assert!(rest.contains("\r\n2,\"Commas, \"\"quotes\"\" and lines\",,"), "{rest}");
    assert!(rest.contains("\r\n3,'@me,,") && rest.ends_with("\r\n"), "{rest}");
    let narrow = read("&text=%232").await;
    assert_eq!(String::from_utf8(narrow.bytes.to_vec()).unwrap().matches("\r\n").count(), 2);
    for bad in ["limit=7", "after=x", "count=true", "verdict=maybe"] {
        world.ask(get(format!("/api/v1/runs.csv?workspace=demo/demo&{bad}")), 422).await;
    }
}

#[tokio::test]
async fn a_run_tells_what_was_before_and_after_it_and_what_passed_last() {
    let world = World::new().await;
    let (one, other) = (world.experiment("One").await, world.experiment("Other").await);
    let mut runs = Vec::new();
    for experiment in [&one, &other, &one, &one] {
        world.clock.advance(TimeDelta::seconds(5));
        runs.push(world.request(experiment).await);
    }
    let beside = async |run: &str| {
        let read = world.read(format!("/api/v1/runs/{run}/adjacent")).await;
        ["previous", "next", "last_passed"].map(|side| read[side]["number"].as_i64())
    };
    assert_eq!(beside(&runs[0]).await, [None, Some(3), None]);
    assert_eq!(beside(&runs[2]).await, [Some(1), Some(4), None]);
    assert_eq!(beside(&runs[3]).await, [Some(3), None, None]);
    assert_eq!(beside(&runs[1]).await, [None; 3]);
    assert_eq!(beside(&world.opened().await.id).await, [None; 3], "it belongs to no experiment");
}
