//! The public API as a whole: its document is kept, every door is shut to strangers, health and numbers are told.

use crate::{
    document,
    home::{Home, layout},
};
use reqwest::{Method, header};
use serde_json::{Value, json};
use std::{collections::BTreeSet, fs, path::Path};

/// What anybody may ask: how to sign in, by oneself or by a provider or an invitation, keys that are public, and what a
/// `chaos run` elsewhere needs to begin.
const OPEN: [&str; 13] = [
    "get_sign_in_options",
    "set_up",
    "sign_up",
    "sign_in",
    "begin_sign_in",
    "begin_invited_sign_in",
    "come_back",
    "get_invitation",
    "renew",
    "sign_out",
    "get_keys",
    "get_control_file",
    "get_control_wheel",
];

fn top() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

/// A path with something plausible for each parameter.
fn address(path: &str, operation: &Value) -> String {
    let kind = path.split('/').nth(3).unwrap_or_default();
    let prefix = match kind {
        "experiments" => "exp",
        "runs" => "run",
        "hubs" => "hub",
        "widgets" => "wid",
        "tokens" => "tok",
        _ => "ws",
    };
    let id = format!("{prefix}_01890000-0000-7000-8000-000000000000");
    let path = path.replace("{id}", &id).replace("{number}", "1").replace("{account_name}", "ada").replace("{file}", "x");
    let path = path.replace("{provider}", "github").replace("{invitation}", "inv_01890000-0000-7000-8000-000000000000");
    let parameters = operation["parameters"].as_array().into_iter().flatten();
    let asked = parameters.filter(|parameter| parameter["in"] == "query" && parameter["required"] == true);
    let query = asked.map(|parameter| match parameter["name"].as_str().unwrap() {
        "workspace" => "workspace=demo/demo".to_owned(),
        "topics" => "topics=run:run_01890000-0000-7000-8000-000000000000".to_owned(),
        other => panic!("{path}: what is a plausible `{other}`?"),
    });
    let query = query.collect::<Vec<_>>().join("&");
    if query.is_empty() { path } else { format!("{path}?{query}") }
}

#[tokio::test]
async fn every_door_is_shut_to_strangers() {
    let home = Home::new();
    let mut hub = home.hub().await;
    let ada = hub.ada().await;
    let stranger = hub.stranger();
    let forged = [
        stranger.clone(),
        stranger.with_token("chp_nobody-ever-made-this-token"),
        stranger.with_token("chr_nor-this"),
        stranger.with_token(""),
    ];
    let mut open = BTreeSet::new();
    let (mut shut, mut ajar) = (0, Vec::new());
    for (method, path, operation) in document::operations() {
        let id = operation["operationId"].as_str().unwrap();
        if OPEN.contains(&id) {
            open.insert(id);
            continue;
        }
        shut += 1;
        let address = address(path, operation);
        for stranger in &forged {
            // With a body and without: a stranger learns nothing from what is wrong with it.
            for body in [None, Some("{}")] {
                let request = stranger.request(Method::from_bytes(method.as_bytes()).unwrap(), &address);
                let request = match body {
                    Some(body) => request.header(header::CONTENT_TYPE, "application/json").body(body),
                    None => request,
                };
                let reply = stranger.send(request).await;
                if ![401, 403, 404].contains(&reply.status) {
                    let with = body.map_or("nothing", |body| body);
                    ajar.push(format!("{method} {address} with {with}: {} {}", reply.status, reply.json["code"]));
                }
                let code = reply.json["code"].as_str().unwrap_or_default();
                assert!(
                    !code.is_empty() && code.bytes().all(|b| b.is_ascii_lowercase() || b == b'-'),
                    "{method} {address}: {code}"
                );
            }
        }
    }
    assert!(ajar.is_empty(), "doors that a stranger gets through: {ajar:#?}");
    assert_eq!(open, BTreeSet::from(OPEN), "each of them is still there");
    assert!(shut > 35, "{shut}");
    ada.get("/api/v1/me").await.is(200);
}

#[tokio::test]
async fn the_document_in_the_repository_is_the_one_that_the_binary_prints() {
    let kept = fs::read_to_string(top().join("docs/openapi.json")).unwrap();
    assert!(kept == document::printed(), "docs/openapi.json is behind the code: run make openapi");
    assert!(document::DOCUMENT["openapi"].as_str().unwrap().starts_with("3.1"));
    let mut ids = BTreeSet::new();
    for (method, path, operation) in document::operations() {
        assert!(ids.insert(operation["operationId"].as_str().unwrap()), "{method} {path} has an id of its own");
        assert!(
            operation["responses"].as_object().unwrap().keys().any(|status| status.starts_with(['2', '3'])),
            "{method} {path}"
        );
    }
    let text = document::DOCUMENT.to_string();
    for name in text.split("#/components/schemas/").skip(1).map(|rest| rest.split('"').next().unwrap()) {
        assert!(document::DOCUMENT["components"]["schemas"][name].is_object(), "{name} is named and not there");
    }
}

#[tokio::test]
async fn the_example_of_settings_names_exactly_what_the_hub_knows() {
    let settings = |text: &str| {
        let names = text.split(|c: char| !c.is_ascii_uppercase() && !c.is_ascii_digit() && c != '_');
        names.filter(|name| name.starts_with("CHAOSHUB_")).map(str::to_owned).collect::<BTreeSet<_>>()
    };
    let help = Home::new().run(&["serve", "--help"]).await.well().out;
    let example = fs::read_to_string(top().join(".env.example")).unwrap();
    assert_eq!(settings(&example), settings(&help));
    assert!(settings(&help).len() > 20);
}

#[tokio::test]
async fn health_and_numbers_are_told() {
    let home = Home::new();
    let mut hub = home.hub().await;
    let ada = hub.ada().await;
    let stranger = hub.stranger();
    assert_eq!(stranger.get("/livez").await.is(200).bytes, b"ok\n");
    let ready = stranger.get("/readyz").await.is(200).json;
    assert_eq!(ready["ready"], true);
    for service in ["auth", "launcher", "experiment", "dashboard"] {
        assert_eq!(ready["databases"][service], true, "{ready}");
    }
    let metrics = stranger.get("/metrics").await.is(200);
    assert!(metrics.headers[header::CONTENT_TYPE].to_str().unwrap().starts_with("text/plain"));
    if layout() == "split" {
        // Each process has numbers of its own; at the front door there are those of the pages.
        return;
    }
    let journal = include_bytes!("../../../experiment/tests/samples/completed.journal.json");
    ada.post_bytes("/api/v1/journals?workspace=demo/demo", "application/json", &journal[..]).await.is(201);
    let metrics = stranger.get("/metrics").await.is(200);
    let text = String::from_utf8(metrics.bytes).unwrap();
    assert!(text.contains("chaoshub_runs_ended_total{verdict=\"passed\"} 1"), "{text}");
    for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        assert!(line.starts_with("chaoshub_"), "{line}");
        assert!(line.rsplit_once(' ').is_some_and(|(_, value)| value.parse::<f64>().is_ok()), "{line}");
    }
}

#[tokio::test]
async fn the_control_file_and_the_wheel_it_names_are_given_to_everybody() {
    let home = Home::new();
    let hub = home.hub().await;
    let stranger = hub.stranger();
    let file = stranger.get("/api/v1/clients/control.json?workspace=demo/demo").await.is(200).json;
    let provider = &file["chaoshub"]["provider"];
    assert_eq!((&provider["type"], &provider["module"]), (&json!("python"), &json!("chaoshub_control")));
    let port = hub.address().rsplit_once(':').unwrap().1;
    assert_eq!(provider["arguments"], json!({"url": format!("http://localhost:{port}"), "workspace": "demo/demo"}));
    assert!(stranger.get("/api/v1/clients/control.json?workspace=nonsense").await.status == 422);
    let refused = stranger.get("/api/v1/clients/other.whl").await.refuses(404, "not-found").json;
    let named = refused["detail"].as_str().unwrap().split_whitespace().find(|word| word.contains("/api/v1/clients/")).unwrap();
    let wheel = stranger.get(named).await.is(200);
    assert!(wheel.bytes.starts_with(b"PK"), "a wheel is a zip file");
}
