//! What clients should not send: each is refused with its own code, and changes nothing.

use crate::{
    ask::Asker,
    experiments::{experiment, held},
    gate::Gate,
    home::{self, Home},
    wait::until,
};
use reqwest::{Method, header};
use serde_json::{Value, json};
use std::fs;

const KEEP: &str = "/api/v1/experiments?workspace=demo/demo";
const UNKNOWN: &str = "01890000-0000-7000-8000-000000000000";

async fn titles(ada: &Asker) -> usize {
    ada.get(KEEP).await.is(200).json["items"].as_array().unwrap().len()
}

#[tokio::test]
async fn what_is_no_experiment_is_refused_and_says_where_and_why() {
    let home = Home::new();
    let mut hub = home.hub().await;
    let ada = hub.ada().await;
    let before = titles(&ada).await;
    let json = "application/json";
    let reply = ada.post_bytes(KEEP, json, "{\"title\": \"cut").await.refuses(422, "invalid-experiment");
    assert!(!reply.json["extra"]["problems"].as_array().unwrap().is_empty(), "{}", reply.json);
    for (kind, text) in
        [(json, "[]"), (json, ""), (json, "\u{0}"), ("application/yaml", "a: [b"), ("application/yaml", "title: x")]
    {
        ada.post_bytes(KEEP, kind, text).await.refuses(422, "invalid-experiment");
    }
    for depth in [200, 400_000] {
        ada.post_bytes(KEEP, json, "[".repeat(depth)).await.refuses(422, "invalid-experiment");
        ada.post_bytes(KEEP, "application/yaml", "[".repeat(depth)).await.refuses(422, "invalid-experiment");
        let nested =
            format!("{{\"title\": \"deep\", \"description\": \"d\", \"method\": {}{}}}", "[".repeat(depth), "]".repeat(depth));
        ada.post_bytes(KEEP, json, nested).await.refuses(422, "invalid-experiment");
    }
    let laughs = (1..12).map(|n| format!("a{n}: &a{n} [{}]\n", vec![format!("*a{}", n - 1); 10].join(", ")));
    let laughs = "a0: &a0 [lol]\n".to_owned() + &laughs.collect::<String>();
    ada.post_bytes(KEEP, "application/yaml", laughs).await.refuses(422, "invalid-experiment");
    ada.post_bytes(KEEP, "text/plain", "{}").await.refuses(415, "unsupported-format");
    ada.post_bytes(KEEP, json, " ".repeat((1 << 20) + 1)).await.refuses(413, "body-too-large");
    ada.post_bytes(KEEP, json, " ".repeat((2 << 20) + 1)).await.refuses(413, "body-too-large");
    assert_eq!(titles(&ada).await, before, "nothing of it was kept");

    let check = ada.post_bytes("/api/v1/experiments/check", json, "{\"title\": 7}").await.is(200).json;
    assert!(check["problems"].as_array().unwrap().iter().any(|problem| problem["severity"] == "error"), "{check}");
}

#[tokio::test]
async fn a_change_made_from_an_old_version_is_a_conflict_and_loses_nothing() {
    let home = Home::new();
    let mut hub = home.hub().await;
    let ada = hub.ada().await;
    let gate = Gate::new().await;
    let id = ada.keep(&held(&gate, "First")).await;
    let path = format!("/api/v1/experiments/{id}");
    let put = async |tag: Option<&str>, title: &str| {
        let request = ada.request(Method::PUT, &path).json(&held(&gate, title));
        ada.send(match tag {
            Some(tag) => request.header(header::IF_MATCH, tag),
            None => request,
        })
        .await
    };
    put(None, "Second").await.refuses(428, "missing-if-match");
    put(Some("nonsense"), "Second").await.refuses(428, "missing-if-match");
    assert_eq!(put(Some("\"1\""), "Second").await.is(200).json["version"], 2);
    let conflict = put(Some("\"1\""), "Third").await.refuses(412, "version-conflict").json;
    assert_eq!(conflict["extra"]["version"], 2, "{conflict}");
    assert!(conflict["detail"].as_str().unwrap().contains("ada"), "{conflict}");
    let versions = ada.get(&format!("{path}/versions")).await.is(200).json;
    assert_eq!(versions["items"].as_array().unwrap().iter().map(|one| &one["number"]).collect::<Vec<_>>(), [2, 1]);
    assert_eq!(ada.get(&format!("{path}/versions/1")).await.is(200).json["document"]["title"], "First");
    ada.get(&format!("{path}/versions/3")).await.refuses(404, "not-found");
    ada.get(&format!("{path}/versions/x")).await.refuses(404, "not-found");

    ada.delete(&path).await.is(204);
    ada.post("/api/v1/runs", &json!({ "experiment": id })).await.refuses(409, "experiment-archived");
    assert_eq!(ada.post(&format!("{path}/restore"), &Value::Null).await.is(200).json["archived"], false);
}

#[tokio::test]
async fn an_id_of_nothing_is_not_found_and_a_body_that_is_not_meant_is_refused() {
    let home = Home::new();
    let mut hub = home.hub().await;
    let ada = hub.ada().await;
    for id in
        [format!("run_{UNKNOWN}"), format!("exp_{UNKNOWN}"), "run_".to_owned(), "..%2F..%2Fetc".to_owned(), "x".repeat(3000)]
    {
        ada.get(&format!("/api/v1/runs/{id}")).await.refuses(404, "not-found");
        ada.get(&format!("/api/v1/runs/{id}/events")).await.refuses(404, "not-found");
        ada.get(&format!("/api/v1/runs/{id}/log")).await.refuses(404, "not-found");
        ada.post(&format!("/api/v1/runs/{id}/stop"), &json!({"mode": "hard"})).await.refuses(404, "not-found");
        ada.get(&format!("/api/v1/experiments/{id}")).await.refuses(404, "not-found");
    }
    ada.post("/api/v1/runs", &json!({"experiment": format!("exp_{UNKNOWN}")})).await.refuses(404, "not-found");
    ada.post("/api/v1/runs", &json!({"experiment": "nonsense"})).await.refuses(422, "invalid-body");
    ada.post_bytes("/api/v1/runs", "text/plain", "{}").await.refuses(415, "not-json");
    ada.post_bytes("/api/v1/runs", "application/json", "{").await.refuses(422, "invalid-body");
    ada.post_bytes("/api/v1/runs", "application/json", "[".repeat(500_000)).await.refuses(422, "invalid-body");
    ada.post_bytes("/api/v1/runs", "application/json", " ".repeat((2 << 20) + 1)).await.refuses(413, "body-too-large");
    ada.get("/api/v1/runs?workspace=nonsense").await.is(422);
    ada.get("/api/v1/runs?workspace=demo/demo&state=resting").await.refuses(422, "invalid-query");
    ada.get("/api/v1/runs?workspace=demo/demo&after=nonsense").await.refuses(422, "invalid-cursor");
    ada.get("/api/v1/runs").await.refuses(422, "invalid-query");
    ada.get("/api/v1/nothing").await.refuses(404, "no-such-address");
    ada.send(ada.request(Method::DELETE, "/api/v1/me")).await.refuses(405, "method-not-allowed");
}

#[tokio::test]
async fn only_the_runs_own_token_brings_its_events_and_only_good_ones() {
    home::tools().await;
    let home = Home::new();
    let mut hub = home.hub().await;
    let ada = hub.ada().await;
    let gate = Gate::new().await;
    // As root the runs' users tell us their tokens, as their work folders are read by nobody else.
    let mut tokens = Vec::new();
    for number in 0..2 {
        let run = ada.start(&held(&gate, &format!("Run {number}"))).await;
        let token = until("the run's process is there", async || token_of(&run)).await;
        tokens.push((run, token));
    }
    let [(one, one_token), (two, _)] = &tokens[..] else { panic!("two runs") };
    let event = |seq: i64| json!({"seq": seq, "at": "2026-11-20T09:00:00Z", "kind": "made.up", "phase": null, "data": {}});
    let batch = |sender: &str, events: &[Value]| json!({"sender": sender, "events": events});
    let run = hub.stranger().with_token(one_token);
    let post = async |run_id: &str, batch: Value| run.post(&format!("/api/v1/runs/{run_id}/events"), &batch).await;

    post(two, batch("test", &[event(1)])).await.refuses(401, "invalid-token");
    ada.post(&format!("/api/v1/runs/{one}/events"), &batch("test", &[event(1)])).await.refuses(403, "not-your-run");
    run.get(&format!("/api/v1/runs/{one}")).await.refuses(401, "invalid-token");
    run.get("/api/v1/me").await.refuses(401, "invalid-token");

    for (sender, events) in [
        ("hub", vec![event(1)]),
        ("", vec![event(1)]),
        ("a b", vec![event(1)]),
        (&*"x".repeat(65), vec![event(1)]),
        ("test", vec![event(0)]),
        ("test", vec![event(-1)]),
        ("test", (1..=1001).map(event).collect()),
        ("test", vec![json!({"seq": 1, "at": "2026-11-20T09:00:00Z", "kind": "", "data": {}})]),
        ("test", vec![json!({"seq": 1, "at": "2026-11-20T09:00:00Z", "kind": "made.up", "data": []})]),
    ] {
        post(one, batch(sender, &events)).await.refuses(422, "invalid-batch");
    }
    for wrong in [json!({}), json!([]), batch("test", &[json!({"seq": 1})]), batch("test", &[json!({"seq": "1"})])] {
        post(one, wrong).await.refuses(422, "invalid-body");
    }
    assert_eq!(post(one, batch("test", &[])).await.is(202).json, json!({"through": 0, "wanted": "run"}));
    assert_eq!(post(one, batch("test", &[event(2)])).await.is(202).json["through"], 0, "the first is missing");
    assert_eq!(post(one, batch("test", &[event(1), event(2)])).await.is(202).json["through"], 2);
    assert_eq!(post(one, batch("test", &[event(1), event(2)])).await.is(202).json["through"], 2, "again is harmless");
    let seen = ada.events(one).await;
    assert_eq!(seen.iter().filter(|event| event["sender"] == "test").count(), 2);
    gate.open("/hold");
    for (run, _) in &tokens {
        assert_eq!(ada.ended(run).await["verdict"], "passed");
    }
}

/// The token in the environment of a run's process.
fn token_of(run: &str) -> Option<String> {
    let processes = fs::read_dir("/proc").ok()?.flatten();
    let environments = processes.filter_map(|entry| fs::read_to_string(entry.path().join("environ")).ok());
    let of_run = environments.into_iter().find(|text| text.contains(&format!("CHAOSHUB_RUN={run}\0")))?;
    of_run.split('\0').find_map(|pair| pair.strip_prefix("CHAOSHUB_TOKEN=").map(str::to_owned))
}

#[tokio::test]
async fn the_same_idempotency_key_is_one_run() {
    // Runs that never begin are enough.
    let home = Home::new().with("CHAOSHUB_RUNNER_PYTHON", "/nowhere/python3");
    let mut hub = home.hub().await;
    let ada = hub.ada().await;
    let gate = Gate::new().await;
    let wish = json!({"experiment": ada.keep(&experiment(&gate, "Once", &[])).await});
    let ask =
        async |key: &str| ada.send(ada.request(Method::POST, "/api/v1/runs").header("idempotency-key", key).json(&wish)).await;
    let (one, other) = tokio::join!(ask("a key"), ask("a key"));
    assert_eq!(one.is(202).json["id"], other.is(202).json["id"], "even at the same time");
    let first = ask("a key").await.is(202).json;
    let second = ask("another key").await.is(202).json;
    assert_ne!(first["id"], second["id"]);
    ask(&"k".repeat(129)).await.refuses(422, "invalid-idempotency-key");
    let runs = ada.get("/api/v1/runs?workspace=demo/demo").await.is(200).json;
    assert_eq!(runs["items"].as_array().unwrap().len(), 2);
}
