//! The demo: three experiments that show what can come of one.

use crate::{
    ask::{Asker, codes, kinds},
    home::{self, Home},
};
use serde_json::{Value, json};

async fn demo_run(ada: &Asker, title: &str, target: &str) -> Value {
    let kept = ada.get("/api/v1/experiments?workspace=demo/demo").await.is(200).json;
    let experiment = kept["items"].as_array().unwrap().iter().find(|one| one["title"] == title).unwrap();
    let wish = json!({"experiment": experiment["id"], "parameters": {"target": target}});
    let run = ada.post("/api/v1/runs", &wish).await.is(202).json;
    assert_eq!((&run["state"], &run["origin"], &run["started_by"]), (&json!("requested"), &json!("hub"), &json!("ada")));
    ada.ended(run["id"].as_str().unwrap()).await
}

#[tokio::test]
async fn the_demo_passes_deviates_and_misses_its_baseline() {
    home::tools().await;
    let home = Home::new();
    let mut hub = home.hub().await;
    let ada = hub.ada().await;
    // One shop for each, since each breaks its own.
    let shops = (home.target().await, home.target().await, home.target().await);
    let (passed, deviated, missed) = tokio::join!(
        demo_run(&ada, "Checkout survives a slow payment provider", &shops.0.url),
        demo_run(&ada, "Checkout survives a payment provider that is gone", &shops.1.url),
        demo_run(&ada, "Stock survives the loss of a replica", &shops.2.url),
    );
    // They run side by side here, which their records may say.
    let warnings: Vec<_> = codes(&passed["warnings"]).into_iter().filter(|code| *code != "overlapped").collect();
    assert_eq!((&passed["verdict"], codes(&passed["reasons"]), warnings), (&json!("passed"), vec![], vec![]));
    assert_eq!((&deviated["verdict"], codes(&deviated["reasons"])), (&json!("deviated"), vec!["deviated-after"]));
    assert_eq!((&missed["verdict"], codes(&missed["reasons"])), (&json!("baseline-not-met"), vec!["baseline-missed"]));
    assert_eq!((&passed["rollbacks"], &deviated["rollbacks"]), (&json!("played"), &json!("played")));
    assert_eq!(passed["progress"]["done"], passed["progress"]["total"]);
    for run in [&passed, &deviated, &missed] {
        assert!(run["journal"]["bytes"].as_u64().unwrap() > 500 && run["sentence"].as_str().unwrap().ends_with('.'), "{run}");
        let id = run["id"].as_str().unwrap();
        let events = ada.events(id).await;
        assert_eq!(events.len() as u64, run["events"].as_u64().unwrap());
        let kinds = kinds(&events);
        assert_eq!(kinds.iter().filter(|kind| *kind == "run.ended").count(), 1, "{kinds:?}");
        assert_eq!(kinds.last().unwrap(), "run.ended", "{kinds:?}");
        for once in ["run.requested", "run.launched", "run.started", "run.finished", "process.exited", "journal.received"] {
            assert_eq!(kinds.iter().filter(|kind| *kind == once).count(), 1, "{once} in {kinds:?}");
        }
        let journal = ada.get(&format!("/api/v1/runs/{id}/journal")).await.is(200);
        let title = journal.json["experiment"]["title"].as_str().unwrap();
        assert!(
            run["title"].as_str().unwrap().starts_with(&format!("{title} (target=")),
            "its parameters are in its title: {run}"
        );
        let log = ada.get(&format!("/api/v1/runs/{id}/log")).await.is(200);
        assert!(String::from_utf8(log.bytes).unwrap().contains("Running experiment"));
    }
    let told = kinds(&ada.events(passed["id"].as_str().unwrap()).await);
    for planned in passed["plan"].as_array().unwrap() {
        let (key, phase) = (planned["key"].as_str().unwrap(), planned["phase"].as_str().unwrap());
        let completed = format!("activity.completed {phase} {key}");
        assert_eq!(told.iter().filter(|kind| **kind == completed).count(), 1, "{completed} in {told:?}");
    }
    let runs = ada.get("/api/v1/runs?workspace=demo/demo&verdict=deviated").await.is(200).json;
    assert_eq!(runs["items"].as_array().unwrap().len(), 1);
}
