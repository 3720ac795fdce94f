//! A hub that is split: what happens to the rest when one part is slow, silent, broken, babbling or gone.

use crate::{
    ask::{Asker, PASSWORD, kinds},
    experiments::held,
    gate::Gate,
    home::{self, Home, Hub},
    kin,
    wait::{until, within},
};
use reqwest::{Method, header};
use rustix::process::Signal;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// Every way in which a part that is asked can fail whoever asks, as a relay does it.
fn failures() -> [Value; 4] {
    [
        json!({"mode": "reset"}),
        json!({"mode": "silent"}),
        json!({"mode": "garbage"}),
        json!({"mode": "delay", "delay_ms": 30_000}),
    ]
}

/// How long an answer may take while a part fails: its limit in the other part, with room for a busy machine.
const AT_MOST: Duration = Duration::from_secs(12);

/// How long after a part is well again the others may take to notice.
const RECOVERED: Duration = Duration::from_secs(30);

async fn says_who(ada: &Asker, path: &str, part: &str, mode: &Value) {
    let reply = tokio::time::timeout(AT_MOST, ada.get(path)).await.unwrap_or_else(|_| panic!("{path} while {part} is {mode}"));
    let reply = reply.refuses(503, "service-unavailable");
    assert_eq!(reply.json["extra"]["service"], part, "{path} while {part} is {mode}");
    assert_eq!(reply.headers[header::CONTENT_TYPE], "application/problem+json");
}

async fn answers(ada: &Asker, path: &str) {
    within(RECOVERED, &format!("{path} answers"), async || Some(ada.get(path).await).filter(|reply| reply.status == 200)).await;
}

async fn page(hub: &Hub) -> u16 {
    let asked = hub.stranger().request(Method::GET, "/livez");
    asked.send().await.unwrap().status().as_u16()
}

#[tokio::test]
async fn when_auth_fails_the_others_say_so_and_recover() {
    let home = Home::new();
    let mut hub = home.split().await;
    let ada = hub.ada().await;
    answers(&ada, "/api/v1/experiments?workspace=demo/demo").await;
    for mode in failures() {
        hub.relay("auth", &mode).await;
        // Whose rights cannot be asked is told that, by whichever part was asked.
        for path in ["/api/v1/runs?workspace=demo/demo", "/api/v1/hubs?workspace=demo/demo"] {
            says_who(&ada, path, "auth", &mode).await;
        }
        // Auth itself is well, and so are the pages.
        ada.get("/api/v1/me").await.is(200);
        assert_eq!(page(&hub).await, 200);
        hub.relay("auth", &json!({"mode": "pass"})).await;
        for path in ["/api/v1/runs?workspace=demo/demo", "/api/v1/hubs?workspace=demo/demo"] {
            answers(&ada, path).await;
        }
    }
}

#[tokio::test]
async fn when_experiment_fails_hubs_show_the_rest_and_recover() {
    let home = Home::new();
    let mut hub = home.split().await;
    let ada = hub.ada().await;
    let hubs = async || {
        let hubs = ada.get("/api/v1/hubs?workspace=demo/demo").await.is(200).json;
        hubs["items"][0]["id"].as_str().map(str::to_owned)
    };
    let path = format!("/api/v1/hubs/{}", until("the hub of the demo is made", hubs).await);
    let experiments = async || {
        let hub = ada.get(&path).await.is(200).json;
        let widgets = hub["widgets"].as_array().unwrap().clone();
        widgets.into_iter().find(|widget| widget["kind"] == "experiments")
    };
    let ready = async || experiments().await.filter(|widget| widget["data"]["state"] == "ready");
    until("the experiments are shown", ready).await;
    for mode in failures() {
        hub.relay("experiment", &mode).await;
        // What is not of the dashboard's own is asked for anew when a run changes; here nobody tells it, so the page
        // comes with what was there before, and in time.
        let shown = tokio::time::timeout(AT_MOST, ada.get(&path)).await.expect("the page comes").is(200).json;
        assert!(shown["widgets"].as_array().unwrap().len() >= 3, "{shown}");
        // A topic of a run can only be allowed by experiment.
        says_who(&ada, "/api/v1/stream?topics=run:run_01900000-0000-7000-8000-000000000000", "experiment", &mode).await;
        // Asked itself, experiment is well.
        ada.get("/api/v1/runs?workspace=demo/demo").await.is(200);
        hub.relay("experiment", &json!({"mode": "pass"})).await;
        until("the experiments are shown again", ready).await;
    }
}

#[tokio::test]
async fn when_the_launcher_fails_runs_wait_say_why_and_go_on() {
    home::tools().await;
    let home = Home::new();
    let mut hub = home.split().await;
    let ada = hub.ada().await;
    let gate = Gate::new().await;
    hub.relay("launcher", &json!({"mode": "reset"})).await;
    let run = ada.start(&held(&gate, "Waits for the launcher")).await;
    let waits = async || Some(ada.run(&run).await).filter(|run| run["sentence"].as_str().unwrap().contains("launcher"));
    let waiting = until("the run says what it waits for", waits).await;
    assert_eq!(waiting["state"], "requested", "{waiting}");
    hub.relay("launcher", &json!({"mode": "pass"})).await;
    gate.reached("/hold").await;
    hub.relay("launcher", &json!({"mode": "silent"})).await;
    gate.open("/hold");
    // The run itself tells of its end; its files are fetched when the launcher can be asked for them.
    gate.reached("/undo").await;
    hub.relay("launcher", &json!({"mode": "pass"})).await;
    assert_eq!(ada.ended(&run).await["verdict"], "passed");
}

#[tokio::test]
async fn a_part_that_is_killed_comes_back_and_a_run_does_not_notice() {
    home::tools().await;
    let home = Home::new();
    let mut hub = home.split().await;
    let ada = hub.ada().await;
    let gate = Gate::new().await;
    let run = ada.start(&held(&gate, "Goes on whoever is killed")).await;
    gate.reached("/hold").await;
    for part in ["experiment", "launcher", "auth", "dashboard", "web"] {
        let killed = kin::part(home.path(), part).unwrap();
        kin::send(killed, Signal::KILL);
        until("it is another process", async || kin::part(home.path(), part).filter(|pid| *pid != killed)).await;
    }
    until("all parts are ready", async || Some(ada.get("/readyz").await).filter(|reply| reply.status == 200)).await;
    answers(&ada, &format!("/api/v1/runs/{run}")).await;
    gate.open("/hold");
    let ended = until("the run ends", async || {
        Some(ada.get(&format!("/api/v1/runs/{run}")).await).filter(|reply| reply.json["state"] == "ended")
    });
    assert_eq!(ended.await.json["verdict"], "passed");
    let kinds = kinds(&ada.events(&run).await);
    for key in ["method method-0", "method method-1", "method method-2", "after after-0", "rollbacks rollbacks-0"] {
        let kind = format!("activity.completed {key}");
        assert_eq!(kinds.iter().filter(|known| **known == kind).count(), 1, "{kind} in {kinds:?}");
    }
    assert!(kinds.contains(&"run.adopted".to_owned()), "{kinds:?}");
}

#[tokio::test]
async fn what_is_between_the_parts_has_no_public_door() {
    let home = Home::new();
    let hub = home.split().await;
    let stranger = hub.stranger();
    for path in ["/internal/auth/access", "/internal/launcher/start", "/internal/experiment/feed", "/internal/auth/keys"] {
        stranger.post(path, &json!({})).await.refuses(404, "no-such-address");
    }
}

/// The lines of the log, which are JSON, that tell of a request of this id, and its path.
fn told(home: &Home, id: &str) -> Vec<(Value, String)> {
    let lines = home.said();
    let lines = lines.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let spans = |line: &Value| line["spans"].as_array().cloned().unwrap_or_default();
    let path = |line: &Value| {
        let span = spans(line).into_iter().find(|span| span["request.id"] == id)?;
        Some(span["path"].as_str()?.to_owned())
    };
    lines.filter_map(|line| path(&line).map(|path| (line, path))).collect()
}

#[tokio::test]
async fn one_question_can_be_followed_through_every_part() {
    let home = Home::new();
    let mut hub = home.split_with(&["--log-format", "json", "--log", "info,chaoshub=debug"]).await;
    let ada = hub.ada().await;
    let hubs = async || {
        let hubs = ada.get("/api/v1/hubs?workspace=demo/demo").await.is(200).json;
        hubs["items"][0]["id"].as_str().map(str::to_owned)
    };
    let path = format!("/api/v1/hubs/{}", until("the hub of the demo is made", hubs).await);
    let ask = async |path: &str, id: &str| ada.send(ada.request(Method::GET, path).header("x-request-id", id)).await;

    let reply = ask(&path, "a-question-from-outside").await.is(200);
    assert_eq!(reply.headers["x-request-id"], "a-question-from-outside");
    // Dashboard asks auth who may look, and experiment, behind its back, what the cards show; that asks auth once more.
    let followed = async || {
        let told = told(&home, "a-question-from-outside");
        let answered = |path: &str| told.iter().any(|(line, of)| of == path && line["message"] == "answered");
        let led = told.iter().any(|(line, of)| *of == path && line["part"] == "dashboard");
        (led && answered(&path) && answered("/internal/auth/access") && answered("/internal/experiment/experiments"))
            .then_some(())
    };
    until("it is told of by the front door and each part that worked for it", followed).await;

    ask("/livez", "a-question-for-the-pages").await.is(200);
    let pages = told(&home, "a-question-for-the-pages");
    let answered = pages.iter().filter(|(line, path)| path == "/livez" && line["message"] == "answered").count();
    assert_eq!(answered, 2, "by the pages and by the front door: {pages:?}");

    // A failure names it, too, whoever it is that fails.
    hub.relay("auth", &json!({"mode": "reset"})).await;
    let failed = ask("/api/v1/runs?workspace=demo/demo", "a-question-in-vain").await.refuses(503, "service-unavailable");
    assert_eq!(failed.json["instance"], "a-question-in-vain");
}

#[tokio::test]
async fn a_code_that_auth_says_when_it_is_started_again_is_said() {
    let home = Home::new();
    let mut hub = home.split().await;
    let first = hub.setup_code().await;
    kin::send(kin::part(home.path(), "auth").unwrap(), Signal::KILL);
    let second = hub.setup_code().await;
    assert_ne!(first, second);
    let wish = json!({"code": second, "name": "ada", "password": PASSWORD});
    until("it is good", async || {
        let reply = hub.stranger().post("/api/v1/auth/setup", &wish).await;
        (reply.status != 503).then(|| reply.is(201))
    })
    .await;
}

#[tokio::test]
async fn parts_take_the_database_that_the_option_names_and_one_that_waits_for_it_is_not_waited_for() {
    let home = Home::new();
    // Nobody listens there; each part waits some seconds for it before it says so.
    let url = "postgres://ada:hush@127.0.0.1:1/chaoshub_{service}";
    let mut split = home.begin(&["split", "--listen", "127.0.0.1:0", "--database-url", url]);
    until("a part says what it cannot reach", async || home.said().contains("cannot be reached").then_some(())).await;
    kin::send(i32::try_from(split.id().unwrap()).unwrap(), Signal::TERM);
    within(Duration::from_secs(5), "it ends", async || split.try_wait().unwrap()).await;
    let said = home.said();
    assert!(!said.contains("hush") && !said.contains('\u{1b}'), "neither passwords nor colours: {said}");
}

#[tokio::test]
async fn the_hub_practises_on_itself() {
    home::tools().await;
    let home = Home::new();
    let mut hub = home.split().await;
    let ada = hub.ada().await;
    for (title, verdict) in
        [("The hub is read while its launcher is gone", "passed"), ("The hub knows people while auth is silent", "deviated")]
    {
        let list = async || {
            let kept = ada.get("/api/v1/experiments?workspace=demo/demo").await.is(200).json;
            kept["items"].as_array().unwrap().iter().find(|one| one["title"] == title).cloned()
        };
        let experiment = until("the demo is made", list).await;
        let run = ada.post("/api/v1/runs", &json!({"experiment": experiment["id"]})).await.is(202).json;
        let ended = until("the run ends", async || {
            Some(ada.get(&format!("/api/v1/runs/{}", run["id"].as_str().unwrap())).await)
                .filter(|reply| reply.json["state"] == "ended")
        });
        let ended = ended.await.json;
        assert_eq!((&ended["verdict"], &ended["rollbacks"]), (&json!(verdict), &json!("played")), "{ended}");
    }
}

#[tokio::test]
async fn a_part_that_stands_still_is_named_soon_and_is_well_when_it_moves_again() {
    let home = Home::new();
    let mut hub = home.split().await;
    let ada = hub.ada().await;
    let (frozen, other) = ("/api/v1/hubs?workspace=demo/demo", "/api/v1/experiments?workspace=demo/demo");
    answers(&ada, frozen).await;
    let pid = kin::part(home.path(), "dashboard").unwrap();
    kin::send(pid, Signal::STOP);
    // The first one to ask waits as long as parts wait for each other, and no longer.
    says_who(&ada, frozen, "dashboard", &json!("frozen")).await;
    let begun = Instant::now();
    for _ in 0..5 {
        says_who(&ada, frozen, "dashboard", &json!("frozen")).await;
    }
    assert!(begun.elapsed() < Duration::from_secs(4), "it is not waited for again: {:?}", begun.elapsed());
    ada.get(other).await.is(200);
    let ready = hub.stranger().get("/readyz").await.is(503).json;
    assert_eq!((&ready["parts"]["dashboard"], &ready["parts"]["experiment"]), (&json!(false), &json!(true)), "{ready}");
    kin::send(pid, Signal::CONT);
    answers(&ada, frozen).await;
    assert_eq!(kin::part(home.path(), "dashboard"), Some(pid), "it is the same process");
}
