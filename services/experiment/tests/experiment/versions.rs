//! Experiments and their versions: kept as they were given, never overwritten.

use crate::{control, world::World};
use axum::http::StatusCode;
use chaoshub_testkit::http::{delete, get, post, put};
use serde_json::json;

const YAML: &str = "title: From YAML\ndescription: as written\nmethod:\n  - type: action\n    name: break\n    provider: {type: process, path: 'true'}\n";

#[tokio::test]
async fn a_pasted_text_is_kept_as_it_was_given_json_or_yaml() {
    let world = World::new().await;
    let json = format!("{:#}\n", control::experiment("From JSON"));
    for (kind, format, text) in [("application/json", "json", json.as_str()), ("application/yaml; charset=utf-8", "yaml", YAML)] {
        let new = post("/api/v1/experiments?workspace=demo/demo").body(kind, text.to_owned());
        let made = world.ask(new, 201).await;
        assert_eq!((&made["version"], &made["format"], &made["source"]), (&json!(1), &json!(format), &json!(text)));
        let read = world.read(format!("/api/v1/experiments/{}", made["id"].as_str().unwrap())).await;
        assert_eq!(read, made);
        assert_eq!((&read["updated_by"], &read["archived"]), (&json!("edda"), &json!(false)));
    }
    let unknown = post("/api/v1/experiments?workspace=demo/demo").body("text/plain", YAML);
    assert_eq!(world.ask(unknown, 415).await["code"], "unsupported-format");
}

#[tokio::test]
async fn a_change_is_a_new_version_and_the_old_ones_stay() {
    let world = World::new().await;
    let id = world.experiment("First").await;
    let path = format!("/api/v1/experiments/{id}");
    for version in 1..4 {
        let next = control::experiment(&format!("Changed {version}"));
        let ask = put(&path).header("if-match", &format!("\"{version}\"")).json(&next);
        let changed = world.ask(ask, 200).await;
        assert_eq!((&changed["version"], &changed["title"]), (&json!(version + 1), &next["title"]));
    }
    let listed = world.read(format!("{path}/versions")).await;
    let numbers: Vec<_> = listed["items"].as_array().unwrap().iter().map(|one| one["number"].as_i64().unwrap()).collect();
    assert_eq!(numbers, [4, 3, 2, 1]);
    let first = world.read(format!("{path}/versions/1")).await;
    assert_eq!(first["document"]["title"], "First");
    assert_eq!(world.ask(get(format!("{path}/versions/5")), 404).await["code"], "not-found");
    let page = world.read(format!("{path}/versions?limit=3")).await;
    let rest = world.read(format!("{path}/versions?limit=3&after={}", page["next"].as_str().unwrap())).await;
    assert_eq!((&rest["items"][0]["number"], &rest["next"]), (&json!(1), &json!(null)));
}

#[tokio::test]
async fn the_same_text_again_makes_no_version() {
    let world = World::new().await;
    let id = world.experiment("Same").await;
    let told = world.told().await;
    let again = put(format!("/api/v1/experiments/{id}")).header("if-match", "\"1\"").json(&control::experiment("Same"));
    assert_eq!(world.ask(again, 200).await["version"], 1);
    assert_eq!(world.read(format!("/api/v1/experiments/{id}/versions")).await["items"].as_array().unwrap().len(), 1);
    assert_eq!(world.told().await, told, "and no news");
}

#[tokio::test]
async fn a_conflict_says_who_saved_which_version() {
    let world = World::new().await;
    let id = world.experiment("Contested").await;
    let path = format!("/api/v1/experiments/{id}");
    let change = |title: &str| put(&path).header("if-match", "\"1\"").json(&control::experiment(title));
    world.ask(change("Hers"), 200).await;
    let refused = world.ask(change("His"), 412).await;
    assert_eq!((&refused["code"], &refused["extra"]["version"]), (&json!("version-conflict"), &json!(2)));
    let detail = refused["detail"].as_str().unwrap();
    assert!(detail.contains("edda saved version 2") && detail.contains("version 1"), "{detail}");
    assert_eq!(world.read(&path).await["title"], "Hers");
    let blind = put(&path).json(&control::experiment("Blind"));
    assert_eq!(world.ask(blind, 428).await["code"], "missing-if-match");
}

#[tokio::test]
async fn of_two_who_save_at_once_one_wins_and_the_other_is_told() {
    let world = World::new().await;
    let id = world.experiment("Contested").await;
    let change = |title: &str| {
        let ask = put(format!("/api/v1/experiments/{id}")).header("if-match", "\"1\"").json(&control::experiment(title));
        world.call(ask.claim(&world.claim("edda")))
    };
    let (one, other) = tokio::join!(change("Hers"), change("His"));
    let mut statuses = [one.status, other.status];
    statuses.sort();
    assert_eq!(statuses, [StatusCode::OK, StatusCode::PRECONDITION_FAILED]);
}

#[tokio::test]
async fn what_is_archived_is_out_of_the_way_and_comes_back() {
    let world = World::new().await;
    let id = world.experiment("Put away").await;
    let path = format!("/api/v1/experiments/{id}");
    for _ in 0..2 {
        assert_eq!(world.call(delete(&path).claim(&world.claim("edda"))).await.status, 204);
    }
    assert_eq!(world.read("/api/v1/experiments?workspace=demo/demo").await["items"], json!([]));
    assert_eq!(world.read(&path).await["archived"], true);
    let run = post("/api/v1/runs").json(&json!({"experiment": id}));
    assert_eq!(world.ask(run, 409).await["code"], "experiment-archived");
    for _ in 0..2 {
        assert_eq!(world.ask(post(format!("{path}/restore")), 200).await["archived"], false);
    }
    assert_eq!(world.read("/api/v1/experiments?workspace=demo/demo").await["items"][0]["id"], json!(id));
    let kinds: Vec<_> = world.news(0).await.into_iter().map(|news| news.kind).collect();
    assert_eq!(kinds, ["experiment.created", "experiment.archived", "experiment.restored"], "each once");
}

#[tokio::test]
async fn more_than_a_mebibyte_is_refused_and_a_mebibyte_is_not() {
    let world = World::new().await;
    let sized = |size: usize| {
        let mut document = control::experiment("Large");
        let room = size - document.to_string().len();
        document["description"] = json!(format!("{}{}", document["description"].as_str().unwrap(), "x".repeat(room)));
        document.to_string()
    };
    let new = |text: String| post("/api/v1/experiments?workspace=demo/demo").body("application/json", text);
    assert_eq!(world.ask(new(sized((1 << 20) + 1)), 413).await["code"], "body-too-large");
    world.ask(new(sized(1 << 20)), 201).await;
}

#[tokio::test]
async fn an_invalid_experiment_is_refused_with_every_problem() {
    let world = World::new().await;
    let broken =
        json!({"title": "", "method": [{"type": "action", "name": "x"}, {"type": "nonsense", "name": "y", "provider": {}}]});
    let refused = world.ask(post("/api/v1/experiments?workspace=demo/demo").json(&broken), 422).await;
    assert_eq!(refused["code"], "invalid-experiment");
    let problems = refused["extra"]["problems"].as_array().unwrap();
    let checked = world.ask(post("/api/v1/experiments/check").json(&broken), 200).await;
    assert_eq!(checked["problems"].as_array(), Some(problems), "a check finds the same");
    for path in ["/description", "/method/0", "/method/1"] {
        let found = |problem: &serde_json::Value| {
            problem["path"].as_str().unwrap().starts_with(path) || problem["message"].as_str().unwrap().contains(&path[1..])
        };
        assert!(problems.iter().any(found), "{path} in {problems:?}");
    }
    assert_eq!(world.read("/api/v1/experiments?workspace=demo/demo").await["items"], json!([]));
    let fine = world.ask(post("/api/v1/experiments/check").json(&control::experiment("Fine")), 200).await;
    assert_eq!(
        (&fine["title"], fine["problems"].as_array().unwrap().iter().any(|one| one["severity"] == "error")),
        (&json!("Fine"), false)
    );
    assert_eq!(world.news(0).await, [], "a check keeps nothing");
}

#[tokio::test]
async fn examples_are_given_to_a_workspace_that_never_had_an_experiment() {
    let world = World::new().await;
    for _ in 0..2 {
        world.service.seed(world.workspace, &[YAML]).await.unwrap();
    }
    let listed = world.read("/api/v1/experiments?workspace=demo/demo").await;
    assert_eq!(listed["items"].as_array().unwrap().len(), 1);
    assert_eq!((&listed["items"][0]["title"], &listed["items"][0]["updated_by"]), (&json!("From YAML"), &json!("chaoshub")));
}
