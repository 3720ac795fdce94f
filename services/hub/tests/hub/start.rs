//! Starting: the first administrator, and settings that cannot be meant.

use crate::{
    ask::PASSWORD,
    home::{Home, Said, demo_experiments, layout},
};
use serde_json::{Value, json};
use std::fs;

#[tokio::test]
async fn the_code_of_the_first_start_makes_the_administrator_once() {
    let home = Home::new();
    let mut hub = home.hub().await;
    let code = hub.setup_code().await;
    let stranger = hub.stranger();
    assert_eq!(stranger.get("/api/v1/auth/options").await.is(200).json["setup_required"], true);
    let wish = |code: &str, name: &str, password: &str| json!({"code": code, "name": name, "password": password});
    let ask = async |wish: Value| stranger.post("/api/v1/auth/setup", &wish).await;
    ask(wish("AAAA-BBBB-CCCC-DDDD-EEEE-FFFF", "ada", PASSWORD)).await.refuses(403, "wrong-setup-code");
    ask(wish(&code, "ada", "short")).await.refuses(422, "weak-password");
    assert!(ask(wish(&code, "api", PASSWORD)).await.status == 422, "a reserved name");
    let me = ask(wish(&code, "ada", PASSWORD)).await.is(201);
    assert_eq!((&me.json["account"]["name"], &me.json["account"]["admin"]), (&json!("ada"), &json!(true)));
    let demo = me.json["workspaces"].as_array().unwrap().iter().find(|one| one["workspace"]["organization"] == "demo").unwrap();
    assert_eq!((&demo["workspace"]["name"], &demo["role"]), (&json!("demo"), &json!("owner")));
    ask(wish(&code, "eve", PASSWORD)).await.refuses(409, "setup-done");
    let ada = stranger.with_cookies_of(&me);
    let kept = ada.get("/api/v1/experiments?workspace=demo/demo").await.is(200).json;
    assert_eq!(kept["items"].as_array().unwrap().len(), demo_experiments(layout()), "the demo has its experiments");

    hub.kill().await;
    let hub = home.hub().await;
    assert_eq!(hub.stranger().get("/api/v1/auth/options").await.is(200).json["setup_required"], false);
    let ada = hub.ada_again().await;
    let kept = ada.get("/api/v1/experiments?workspace=demo/demo").await.is(200).json;
    assert_eq!(kept["items"].as_array().unwrap().len(), demo_experiments(layout()), "the demo is made once");
    assert_eq!(hub.rest_of_output().await, "", "a second start prints no code");
}

#[tokio::test]
async fn the_code_of_an_earlier_start_is_void() {
    let home = Home::new();
    let mut hub = home.hub().await;
    let first = hub.setup_code().await;
    hub.kill().await;
    let mut hub = home.hub().await;
    let second = hub.setup_code().await;
    assert_ne!(first, second);
    let ask = async |code: &str| {
        hub.stranger().post("/api/v1/auth/setup", &json!({"code": code, "name": "ada", "password": PASSWORD})).await
    };
    ask(&first).await.refuses(403, "wrong-setup-code");
    ask(&second).await.is(201);
}

/// The start has failed, and one line says why and names what it is about.
fn stopped(said: &Said, names: &str) {
    assert_ne!(said.code, 0, "{said:?}");
    assert_eq!(said.out, "", "{said:?}");
    // Besides it, clap names the values that it knows, indented, and where the help is.
    let more = |line: &str| line.is_empty() || line.starts_with("  ") || line.starts_with("For more information");
    let lines: Vec<_> = said.err.lines().filter(|line| !more(line)).collect();
    assert_eq!(lines.len(), 1, "{said:?}");
    assert!(lines[0].contains(names), "{said:?} does not name {names}");
    assert!(!lines[0].contains("panicked"), "{said:?}");
}

#[tokio::test]
async fn a_setting_that_cannot_be_meant_stops_the_start_with_one_line() {
    let home = Home::new();
    for (arguments, names) in [
        (["serve", "--listen", "127.0.0.1:99999"], "--listen"),
        (["serve", "--listen", "here"], "127.0.0.1:8080"),
        (["serve", "--public-url", "chaos.example.org"], "https://chaos.example.org"),
        (["serve", "--public-url", "https://chaos.example.org/hub"], "--public-url"),
        (["serve", "--run-wall-clock", "soon"], "--run-wall-clock"),
        (["serve", "--log", ";;=;"], "log filter"),
        (["serve", "--log-format", "loud"], "--log-format"),
    ] {
        stopped(&home.run(&arguments).await, names);
    }
    for missing in ["--listen", "--data-dir", "--public-url", "--journal-limit", "--run-env", "--runner-dir"] {
        stopped(&home.run(&["serve", missing]).await, missing);
    }
    let unknown = ["token", "create", "--account", "ada", "--workspace", "demo/demo", "--scope", "run:everything"];
    stopped(&home.run(&unknown).await, "run:everything");
    for (name, value) in [
        ("CHAOSHUB_LISTEN", "127.0.0.1:port"),
        ("CHAOSHUB_PUBLIC_URL", "localhost"),
        ("CHAOSHUB_RUN_LOST_AFTER", "0"),
        ("CHAOSHUB_JOURNAL_LIMIT", "many"),
        ("CHAOSHUB_RUNNER_UID_BASE", "-1"),
        ("CHAOSHUB_SESSION_DAYS", "0"),
    ] {
        let output = home.command(&["serve"]).env(name, value).output().await.unwrap();
        stopped(&Said::from(output), value);
    }
    for (url, says) in [
        ("hush", "CHAOSHUB_DATABASE_URL"),
        ("mysql://ada:hush@localhost/chaoshub_{service}", "CHAOSHUB_DATABASE_URL"),
        ("postgres://ada:hush@localhost/one-for-all", "{service}"),
        // Nobody has this name (RFC 6761).
        ("postgres://ada:hush@nowhere.invalid/chaoshub_{service}", "cannot be reached"),
    ] {
        for command in [&["serve", "--log", "off", "--listen", "127.0.0.1:0"][..], &["migrate"]] {
            let output = home.command(command).env("CHAOSHUB_DATABASE_URL", url).output().await.unwrap();
            let said = Said::from(output);
            stopped(&said, says);
            assert!(!said.err.contains("hush"), "{said:?}");
        }
    }
    assert!(!home.data().join("databases/auth.sqlite").exists(), "nothing was made");
}

#[tokio::test]
async fn settings_of_a_file_are_read_and_one_that_cannot_be_read_stops_the_start() {
    let home = Home::new();
    fs::write(home.path().join(".env"), "CHAOSHUB_PUBLIC_URL=nonsense\n").unwrap();
    stopped(&home.run(&["serve"]).await, "nonsense");
    fs::write(home.path().join(".env"), "this is no setting\n").unwrap();
    stopped(&home.run(&["serve"]).await, ".env");
    fs::write(home.path().join(".env"), b"A=\xff\xfe\n").unwrap();
    stopped(&home.run(&["serve"]).await, ".env");
}

#[tokio::test]
async fn a_data_folder_or_an_address_that_cannot_be_had_stops_the_start_with_one_line() {
    let home = Home::new();
    // An address that is kept for examples and is nobody's (RFC 5737).
    stopped(&home.run(&["serve", "--listen", "192.0.2.1:8080"]).await, "192.0.2.1:8080");
    let file = home.path().join("file");
    fs::write(&file, "precious").unwrap();
    stopped(&home.run(&["serve", "--listen", "127.0.0.1:0", "--data-dir", file.to_str().unwrap()]).await, file.to_str().unwrap());
    assert_eq!(fs::read_to_string(&file).unwrap(), "precious");

    let hub = home.hub().await;
    let second = home.run(&["serve", "--log", "off", "--listen", "127.0.0.1:0"]).await;
    stopped(&second, "another hub already uses");
    let elsewhere = home.path().join("elsewhere");
    let arguments = ["serve", "--log", "off", "--listen", hub.address(), "--data-dir", elsewhere.to_str().unwrap()];
    stopped(&home.run(&arguments).await, hub.address());
    hub.stranger().get("/api/v1/auth/options").await.is(200);
}
