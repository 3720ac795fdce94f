//! Two hubs, each with every service, on one PostgreSQL: whatever happens at one is seen at the other, and when one is
//! killed nothing is lost.

use crate::{
    ask::{Asker, PASSWORD, kinds},
    experiments::held,
    front::Front,
    gate::Gate,
    home::{self, Home, Hub},
    kin,
    wait::{until, within},
};
use chaoshub_testkit::database::url_of;
use reqwest::Method;
use rustix::process::Signal;
use serde_json::{Value, json};
use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

/// A stream, as far as it was heard; whether it is over.
#[derive(Clone, Default)]
struct Heard(Arc<Mutex<(String, bool)>>);

impl Heard {
    async fn of(asker: &Asker, topics: &str) -> Self {
        let mut response = asker.request(Method::GET, &format!("/api/v1/stream?topics={topics}")).send().await.unwrap();
        assert_eq!(response.status(), 200);
        let heard = Self::default();
        let kept = heard.clone();
        tokio::spawn(async move {
            while let Ok(Some(bytes)) = response.chunk().await {
                kept.0.lock().unwrap().0 += &String::from_utf8_lossy(&bytes);
            }
            kept.0.lock().unwrap().1 = true;
        });
        until("the stream begins", async || heard.text().contains("retry:").then_some(())).await;
        heard
    }

    fn text(&self) -> String {
        self.0.lock().unwrap().0.clone()
    }

    fn is_over(&self) -> bool {
        self.0.lock().unwrap().1
    }

    async fn says(&self, what: &str) {
        until(&format!("the stream says {what}"), async || self.text().contains(what).then_some(())).await;
    }
}

/// Ada, signed in as one browser that may ask either hub. The code of the hub that started last is good.
async fn ada_at_both(first: &Hub, last: &mut Hub) -> [Asker; 2] {
    let code = last.setup_code().await;
    let wish = json!({"code": code, "name": "ada", "password": PASSWORD});
    let reply = last.stranger().post("/api/v1/auth/setup", &wish).await.is(201);
    [first.stranger().with_cookies_of(&reply), last.stranger().with_cookies_of(&reply)]
}

#[tokio::test]
#[ignore = "needs PostgreSQL: scripts/postgres run cargo test -- --include-ignored"]
async fn a_run_started_at_one_hub_is_watched_at_the_other_and_outlives_the_kill_of_the_first() {
    home::tools().await;
    let (home, front, gate) = (Home::of_replicas(), Front::new().await, Gate::new().await);
    let first = home.replica("first", &front.url).await;
    let mut second = home.replica("second", &front.url).await;
    front.lead_to(&[first.address(), second.address()]);
    let [at_first, at_second] = ada_at_both(&first, &mut second).await;
    let run = at_first.start(&held(&gate, "Outlives its hub")).await;
    let heard = Heard::of(&at_second, &format!("run:{run}")).await;
    gate.reached("/hold").await;
    heard.says("\"key\":\"method-1\"").await;
    let before = at_second.events(&run).await;
    // More may have come meanwhile.
    assert_eq!(at_first.events(&run).await[..before.len()], before, "both tell the same");
    first.kill().await;
    front.lead_to(&[second.address()]);

    let adopted = async || kinds(&at_second.events(&run).await).contains(&"run.adopted".to_owned()).then_some(());
    within(Duration::from_secs(30), "the second adopts the run", adopted).await;
    gate.open("/hold");
    let ended = at_second.ended(&run).await;
    assert_eq!((&ended["verdict"], &ended["rollbacks"]), (&json!("passed"), &json!("played")), "{ended}");
    heard.says("run.ended").await;
    let events = at_second.events(&run).await;
    assert_eq!(events[..before.len()], before, "what was there before is as it was");
    let kinds = kinds(&events);
    for key in ["baseline baseline-0", "method method-0", "method method-1", "method method-2", "rollbacks rollbacks-0"] {
        for moment in ["started", "completed"] {
            let kind = format!("activity.{moment} {key}");
            assert_eq!(kinds.iter().filter(|known| **known == kind).count(), 1, "{kind} in {kinds:?}");
        }
    }
    assert_eq!((gate.count("/begin"), gate.count("/go-on"), gate.count("/undo")), (1, 1, 1), "everything was done once");
    at_second.get(&format!("/api/v1/runs/{run}/journal")).await.is(200);

    // And the second does alone what both did before.
    let next = at_second.start(&held(&gate, "Runs at the second")).await;
    assert_eq!(at_second.ended(&next).await["verdict"], "passed");
}

#[tokio::test]
#[ignore = "needs PostgreSQL: scripts/postgres run cargo test -- --include-ignored"]
async fn a_hub_that_stood_still_finds_what_the_other_did_and_changes_nothing_of_it() {
    home::tools().await;
    let (home, front, gate) = (Home::of_replicas(), Front::new().await, Gate::new().await);
    let first = home.replica("first", &front.url).await;
    let mut second = home.replica("second", &front.url).await;
    front.lead_to(&[second.address()]);
    let [at_first, at_second] = ada_at_both(&first, &mut second).await;
    let run = at_second.start(&held(&gate, "Goes on")).await;
    gate.reached("/hold").await;
    kin::send(first.pid(), Signal::STOP);
    let adopted = async || kinds(&at_second.events(&run).await).contains(&"run.adopted".to_owned()).then_some(());
    until("the second adopts the run", adopted).await;
    gate.open("/hold");
    assert_eq!(at_second.ended(&run).await["verdict"], "passed");
    let events = at_second.events(&run).await;

    kin::send(first.pid(), Signal::CONT);
    assert_eq!(at_first.ended(&run).await["verdict"], "passed");
    let next = at_first.start(&held(&gate, "Comes next")).await;
    assert_eq!(at_first.ended(&next).await["verdict"], "passed");
    assert_eq!(at_first.events(&run).await, events);
    assert_eq!((gate.count("/begin"), gate.count("/undo")), (2, 2), "each run was carried out once");
}

#[tokio::test]
#[ignore = "needs PostgreSQL: scripts/postgres run cargo test -- --include-ignored"]
async fn a_role_withdrawn_at_one_hub_closes_streams_and_doors_at_the_other() {
    let (home, front) = (Home::of_replicas(), Front::new().await);
    let first = home.replica("first", &front.url).await;
    let mut second = home.replica("second", &front.url).await;
    let [at_first, at_second] = ada_at_both(&first, &mut second).await;
    let me = at_first.get("/api/v1/me").await.is(200).json;
    let demo = me["workspaces"].as_array().unwrap().iter().find(|one| one["workspace"]["name"] == "demo").unwrap();
    let demo = demo["workspace"]["id"].as_str().unwrap();
    at_second.post("/api/v1/accounts", &json!({"name": "vera", "password": PASSWORD})).await.is(201);
    let member = format!("/api/v1/workspaces/{demo}/members/vera");
    at_second.put(&member, &json!({"role": "viewer"})).await.is(200);
    // Who signs in at one hub is known at the other.
    let reply = first.stranger().post("/api/v1/auth/sign-in", &json!({"name": "vera", "password": PASSWORD})).await.is(200);
    let vera = second.stranger().with_cookies_of(&reply);
    let runs = "/api/v1/runs?workspace=demo/demo";
    vera.get(runs).await.is(200);
    let [hers, adas] = [&vera, &at_second].map(|who| (who.clone(), format!("workspace:{demo}")));
    let (hers, adas) = (Heard::of(&hers.0, &hers.1).await, Heard::of(&adas.0, &adas.1).await);

    at_first.delete(&member).await.is(204);
    within(Duration::from_secs(8), "her stream is closed", async || hers.is_over().then_some(())).await;
    vera.get(runs).await.refuses(404, "not-found");
    assert!(!adas.is_over(), "and nobody else's");
}

#[tokio::test]
#[ignore = "needs PostgreSQL: scripts/postgres run cargo test -- --include-ignored"]
async fn two_hubs_that_start_at_once_are_one_installation() {
    let (home, front) = (Home::of_replicas().with("CHAOSHUB_LOG", "trace"), Front::new().await);
    let (first, second) = tokio::join!(home.replica("first", &front.url), home.replica("second", &front.url));
    let mut seen: Vec<Value> = Vec::new();
    for hub in [&first, &second] {
        seen.push(hub.stranger().get("/.well-known/jwks.json").await.is(200).json);
    }
    assert_eq!(seen[0], seen[1], "they sign with one key");
    home.run_with_input(&["account", "create", "ada", "--password-stdin"], PASSWORD).await.well();
    let token = home.token("ada", "ada/ada", "experiment:read").await;
    for hub in [first, second] {
        hub.stranger().with_token(&token).get("/api/v1/experiments?workspace=ada/ada").await.is(200);
        assert_eq!(hub.terminate(Duration::from_secs(8)).await, Some(0));
    }
    let url = url_of("any");
    let password = url.split_once("@").and_then(|(account, _)| account.rsplit_once(':')).unwrap().1;
    assert!(
        home.said().contains("applied a migration") && !home.said().contains(password),
        "no password is logged, however much is"
    );
}
