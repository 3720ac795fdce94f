//! What must not be seen by whom.

use crate::{
    control,
    world::{World, config},
};
use chaoshub_experiment::Config;
use chaoshub_kernel::Scope;
use chaoshub_testkit::http::{get, post, put};
use serde_json::{Value, json};

const LONG: &str = "correct-horse-battery";
const SHORT: &str = "pw1";

fn with_secrets() -> Value {
    let mut document = control::experiment("Knows secrets");
    document["secrets"] = json!({
        "shop": {"token": LONG, "pin": SHORT, "from_env": {"type": "env", "key": "SHOP_TOKEN"}},
    });
    document
}

#[tokio::test]
async fn secrets_in_the_text_are_shown_only_to_who_may_write_it() {
    let world = World::new().await;
    let mut long_only = with_secrets();
    long_only["secrets"]["shop"].as_object_mut().unwrap().remove("pin");
    for document in [with_secrets(), long_only] {
        let id = world.write(&document).await;
        let reads_only = world.token([Scope::ExperimentRead]);
        for path in [format!("/api/v1/experiments/{id}"), format!("/api/v1/experiments/{id}/versions/1")] {
            let hers = world.read(&path).await;
            assert_eq!(hers["source"], json!(document.to_string()));
            assert!(!hers["document"].to_string().contains(LONG), "the document is masked even for her");
            for ask in
                [get(&path).claim(&world.claim("vera")), get(&path).claim(&world.claim("olga")), get(&path).bearer(&reads_only)]
            {
                let seen = world.call(ask).await;
                assert_eq!(seen.status, 200);
                let seen = String::from_utf8_lossy(&seen.bytes).into_owned();
                assert!(!seen.contains(LONG) && !seen.contains(SHORT), "{seen}");
                assert!(seen.contains("SHOP_TOKEN") && seen.contains("Knows secrets"), "the rest is shown: {seen}");
            }
        }
    }
}

#[tokio::test]
async fn a_job_is_given_no_secret_but_its_token_and_that_by_its_environment() {
    let world = World::new().await;
    let mut document = with_secrets();
    document["configuration"] = json!({"host": "localhost"});
    let experiment = world.write(&document).await;
    let ask = json!({"experiment": experiment, "parameters": {"host": "shop.example"}, "rollback_strategy": "deviated"});
    let run = world.ask(post("/api/v1/runs").json(&ask), 202).await;
    world.turn().await;
    let order = world.launcher.only_order();
    assert_eq!(order.argv[0], "chaos");
    let strategy = order.argv.iter().position(|one| one == "--rollback-strategy").unwrap();
    assert_eq!(order.argv[strategy + 1], "deviated");
    let token = &order.env["CHAOSHUB_TOKEN"];
    assert!(token.starts_with("chr_") && token.len() > 40);
    assert_eq!(order.env["CHAOSHUB_RUN"], run["id"]);
    assert_eq!(order.env["CHAOSHUB_URL"], "http://localhost:8080");
    let names: Vec<_> = order.env.keys().map(String::as_str).collect();
    assert_eq!(names, ["CHAOSHUB_EVENTS", "CHAOSHUB_RUN", "CHAOSHUB_TOKEN", "CHAOSHUB_URL"]);
    let arguments = order.argv.join(" ");
    assert!(!arguments.contains(token) && !arguments.contains(LONG) && !arguments.contains("shop.example"), "{arguments}");
    for (name, text) in &order.files {
        assert!(!text.contains(token), "{name}");
        assert_eq!(text.contains(LONG), name == "experiment.json", "{name}");
    }
    assert_eq!(order.files["parameters.json"], r#"{"configuration":{"host":"shop.example"}}"#);
}

#[tokio::test]
async fn a_run_reports_to_the_address_that_the_operator_gave_for_runs() {
    let world = World::with(Config { run_url: Some("http://experiment:8080".to_owned()), ..config() }).await;
    world.started().await;
    assert_eq!(world.launcher.only_order().env["CHAOSHUB_URL"], "http://experiment:8080");
}

#[tokio::test]
async fn of_a_token_only_its_hash_is_written_down() {
    let world = World::new().await;
    let run = world.started().await;
    world.send(&run, &control::recorded(true)).await;
    let written = world.written_down().await;
    assert!(written.contains(&run.id) && !written.contains(&run.token));
    assert!(!written.contains(&run.token["chr_".len()..]));
}

#[tokio::test]
async fn what_a_run_says_of_its_secrets_is_taken_out_before_it_is_kept() {
    let world = World::new().await;
    let run = world.start(&world.write(&with_secrets()).await).await;
    let tells = |seq: i64, text: &str| {
        control::event(seq, "activity.completed", Some("method"), json!({"key": "method-0", "name": "break", "output": text}))
    };
    let jwt = "eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJhY2NvdW50In0.c2lnbmF0dXJl";
    world.send(&run, &[tells(1, &format!("sent {LONG} to the shop"))]).await;
    world.launcher.write(run.job(), "output.log", format!("logged {LONG} and Bearer {jwt}\nhalf a line with {LONG}"));
    let live = world.call(get(format!("/api/v1/runs/{}/log", run.id)).claim(&world.claim("vera"))).await;
    assert_eq!(live.bytes, "logged [redacted] and Bearer [redacted]\n", "only whole lines while it runs");
    world.launcher.write(run.job(), "events.ndjson", control::lines(&[tells(2, &format!("late {LONG}")), tells(3, jwt)]));
    let journal = json!({"experiment": with_secrets(), "status": "completed", "run": [], "note": [LONG, jwt]});
    world.launcher.write(run.job(), "journal.json", journal.to_string());
    world.launcher.end(run.job(), 0);
    world.turn().await;
    assert_eq!(world.run(&run).await["state"], "ended");
    assert_eq!(world.events(&run).await.iter().filter(|event| event["sender"] == "control").count(), 3);
    let kept = world.call(get(format!("/api/v1/runs/{}/journal", run.id)).claim(&world.claim("vera"))).await;
    assert!(kept.bytes.windows(10).any(|part| part == b"[redacted]"));
    let written = world.written_down().await;
    let own = written.lines().filter(|line| line.contains(LONG)).collect::<Vec<_>>();
    assert!(own.iter().all(|line| line.starts_with("versions: ")), "only the saved text has it: {own:?}");
    assert!(!written.contains(jwt));
}

#[tokio::test]
async fn what_comes_from_outside_is_kept_without_its_secrets() {
    let world = World::new().await;
    let token = world.token([Scope::RunIngest]);
    let path = "/api/v1/runs/run_01900000-0000-7000-8000-000000000000";
    let about = json!({"workspace": "demo/demo", "experiment": with_secrets()});
    assert_eq!(world.call(put(path).bearer(&token).json(&about)).await.status, 201);
    let journal = |note: &str| json!({"experiment": with_secrets(), "status": "completed", "run": [], "note": note}).to_string();
    let finish = put(format!("{path}/journal")).bearer(&token);
    let finished = world.call(finish.body("application/json", journal(&format!("said {LONG}")))).await;
    assert_eq!(finished.status, 202, "{}", finished.json);
    let upload = post("/api/v1/journals?workspace=demo/demo").bearer(&token);
    assert_eq!(world.call(upload.body("application/json", journal(&format!("again {LONG}")))).await.status, 201);
    assert_eq!(world.kept(), 2);
    assert!(!world.written_down().await.contains(LONG));
}

#[tokio::test]
async fn a_secret_that_is_a_number_leaves_the_journal_whole() {
    let world = World::new().await;
    let mut document = control::experiment("Has a pin");
    document["secrets"] = json!({"shop": {"pin": 1234567}});
    let run = world.start(&world.write(&document).await).await;
    let mut journal: Value = serde_json::from_slice(&control::sample("completed.journal.json")).unwrap();
    journal["experiment"]["secrets"] = document["secrets"].clone();
    journal["run"][0]["output"] = json!([1234567, "pin 1234567", {"pin": 1234567}]);
    journal["run"][0]["duration"] = json!(0.1234567);
    world.launcher.write(run.job(), "journal.json", journal.to_string());
    let tells = json!({"key": "method-0", "name": "break", "output": [1234567, 71234567]});
    world.send(&run, &[control::event(1, "activity.completed", Some("method"), tells)]).await;
    world.launcher.end(run.job(), 0);
    world.turn().await;
    assert_eq!(world.run(&run).await["verdict"], "passed");
    let kept = world.call(get(format!("/api/v1/runs/{}/journal", run.id)).claim(&world.claim("vera"))).await;
    let kept: Value = serde_json::from_slice(&kept.bytes).unwrap();
    assert_eq!(kept["experiment"]["secrets"], json!({"shop": {"pin": "[redacted]"}}));
    assert_eq!(kept["run"][0]["output"], json!(["[redacted]", "pin [redacted]", {"pin": "[redacted]"}]));
    assert_eq!(kept["run"][0]["duration"], json!(0.1234567), "a longer number is another one");
    let told = world.events(&run).await.into_iter().find(|event| event["kind"] == "activity.completed").unwrap();
    assert_eq!(told["data"]["output"], json!(["[redacted]", 71234567]));
}

#[tokio::test]
async fn a_secret_of_a_run_elsewhere_goes_wherever_its_experiment_says_it() {
    let world = World::new().await;
    let mut document = with_secrets();
    document["method"][0]["provider"]["arguments"] = json!(["--token", LONG]);
    let about = json!({"workspace": "demo/demo", "experiment": document});
    let path = "/api/v1/runs/run_01900000-0000-7000-8000-000000000000";
    assert_eq!(world.call(put(path).bearer(&world.token([Scope::RunIngest])).json(&about)).await.status, 201);
    assert!(!world.written_down().await.contains(LONG));
}

#[tokio::test]
async fn a_private_key_that_is_logged_line_by_line_is_never_shown_in_part() {
    let world = World::new().await;
    let run = world.started().await;
    let look = async |after: u64| {
        let piece = world.call(get(format!("/api/v1/runs/{}/log?after={after}", run.id)).claim(&world.claim("vera"))).await;
        let next: u64 = piece.headers["x-next"].to_str().unwrap().parse().unwrap();
        (String::from_utf8(piece.bytes.to_vec()).unwrap(), next)
    };
    let begun = "before\n-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkq\n";
    world.launcher.write(run.job(), "output.log", begun);
    let (shown, next) = look(0).await;
    assert_eq!((shown.as_str(), next), ("before\n", 7), "what has begun is waited for");
    assert_eq!(look(next).await, (String::new(), 7));
    world.launcher.write(run.job(), "output.log", format!("{begun}hkiG9w0BAQEFAASC\n-----END PRIVATE KEY-----\nafter it\n"));
    assert_eq!(look(next).await.0, "[redacted]\nafter it\n");
    let broken = format!("{begun}(no key any more)\n");
    world.launcher.write(run.job(), "output.log", broken.clone());
    let (shown, end) = look(next).await;
    assert_eq!((shown.as_str(), end), ("[redacted](no key any more)\n", broken.len() as u64));
}

/// A case of this folder's.
fn case(name: &str) -> Vec<u8> {
    std::fs::read(format!("{}/tests/cases/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

#[tokio::test]
async fn a_secret_that_is_a_word_of_the_journal_changes_no_verdict() {
    let bytes = case("secret-is-a-word-of-the-journal.journal.json");
    let world = World::new().await;
    let ask = post("/api/v1/journals?workspace=demo/demo").bearer(&world.token([Scope::RunIngest]));
    let run = world.call(ask.body("application/json", bytes.clone())).await.json;
    let line = chaoshub_experiment::operator::verdict_of_file(&bytes).unwrap();
    assert_eq!((&run["verdict"], json!(line.verdict)), (&json!("inconclusive"), json!("inconclusive")));
    assert_eq!(run["reasons"][0]["code"], json!(line.reasons[0]));
    assert!(run["sentence"].as_str().unwrap().contains("stress-cpu failed (no such host)"), "{}", run["sentence"]);
    let path = format!("/api/v1/runs/{}/journal", run["id"].as_str().unwrap());
    let kept = world.call(get(path).claim(&world.claim("vera"))).await;
    let mut expected: Value = serde_json::from_slice(&bytes).unwrap();
    expected["experiment"]["secrets"]["queue"]["vhost"] = json!("[redacted]");
    assert_eq!(serde_json::from_slice::<Value>(&kept.bytes).unwrap(), expected);
}

#[tokio::test]
async fn what_an_uploaded_journal_calls_itself_is_shown_without_its_secrets() {
    let world = World::new().await;
    let mut journal: Value = serde_json::from_slice(&control::sample("failing-action.journal.json")).unwrap();
    journal["experiment"]["secrets"] = json!({"shop": {"token": LONG}});
    journal["experiment"]["title"] = json!(format!("Log in with {LONG}"));
    journal["run"][0]["exception"] = json!([format!("chaoslib.exceptions.ActivityFailed: no such user {LONG}\n")]);
    let ask = post("/api/v1/journals?workspace=demo/demo").bearer(&world.token([Scope::RunIngest]));
    let run = world.call(ask.body("application/json", journal.to_string())).await.json;
    assert_eq!(run["title"], "Log in with [redacted]");
    assert!(run["sentence"].as_str().unwrap().contains("(no such user [redacted])"), "{}", run["sentence"]);
    assert!(!world.written_down().await.contains(LONG));
}

#[tokio::test]
async fn what_the_hub_gives_to_a_run_is_in_nothing_that_is_kept() {
    // Set for every test by Cargo; what an operator allows is looked up in the same way.
    let given = env!("CARGO_MANIFEST_DIR");
    let world = World::with(Config { run_env: vec!["CARGO_MANIFEST_DIR".to_owned()], ..config() }).await;
    let mut document: Value = serde_json::from_slice(&case("secret-of-the-environment.experiment.json")).unwrap();
    document["secrets"]["shop"]["word"]["key"] = json!("CARGO_MANIFEST_DIR");
    let run = world.start(&world.write(&document).await).await;
    let order = world.launcher.only_order();
    assert_eq!(order.env["CARGO_MANIFEST_DIR"], given);
    let token = order.env["CHAOSHUB_TOKEN"].clone();
    let encoded = given.replace('/', "%2F");
    let said = format!("{given} {encoded} {token}");
    let tells =
        json!({"key": "method-0", "name": "call", "type": "action", "status": "failed", "error": format!("no way to {said}")});
    world.send(&run, &[control::event(1, "activity.completed", Some("method"), tells)]).await;
    world.launcher.write(run.job(), "output.log", format!("logged {said}\n"));
    let journal = json!({"experiment": document, "status": "completed", "rollbacks": [], "steady_states": {"before": null, "after": null, "during": []},
        "run": [{"activity": document["method"][0], "status": "failed", "output": said, "exception": [format!("ActivityFailed: no way to {said}")]}]});
    world.launcher.write(run.job(), "journal.json", journal.to_string());
    world.launcher.end(run.job(), 0);
    world.turn().await;
    let ended = world.run(&run).await;
    assert!(
        ended["sentence"].as_str().unwrap().contains("(no way to [redacted] [redacted] [redacted])"),
        "{}",
        ended["sentence"]
    );
    let log = world.call(get(format!("/api/v1/runs/{}/log", run.id)).claim(&world.claim("vera"))).await;
    assert_eq!(log.bytes, "logged [redacted] [redacted] [redacted]\n");
    let written = world.written_down().await;
    assert!(!written.contains(given) && !written.contains(&encoded) && !written.contains(&token));
}
