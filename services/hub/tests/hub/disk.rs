//! A disk that takes no more: told in words, and all is well again when there is room, without a restart.

use crate::{
    home::{Home, layout},
    wait::until,
};
use chaoshub_testkit::database::on_postgres;
use rustix::process::{Pid, Resource, Rlimit, prlimit};
use serde_json::json;

#[tokio::test]
async fn a_disk_that_takes_no_more_is_told_and_all_is_well_when_there_is_room() {
    if layout() == "split" || on_postgres() {
        // It is about the files of one process.
        return;
    }
    let home = Home::new().with("CHAOSHUB_RUNNER_PYTHON", "/nowhere/python3");
    // The largest file that it may write, in blocks of 512 bytes; without the trap the signal would end it (setrlimit(2)).
    let mut hub = home.hub_after("trap '' XFSZ; ulimit -Sf 6000").await;
    let ada = hub.ada().await;
    let text = |n: usize| json!({"title": format!("Number {n}"), "description": "x".repeat(200_000), "method": []});
    let mut kept = 0;
    let refused = loop {
        let reply = ada.post("/api/v1/experiments?workspace=demo/demo", &text(kept)).await;
        if reply.status != 201 {
            break reply;
        }
        kept += 1;
        assert!(kept < 100, "the disk is full at some time");
    };
    assert_eq!(refused.status, 503, "{}", refused.json);
    let code = refused.json["code"].as_str().unwrap();
    assert!(["database-unavailable", "disk-full"].contains(&code), "{}", refused.json);
    assert!(refused.headers.contains_key("retry-after"));
    let told = async || {
        let ready = hub.stranger().get("/readyz").await;
        (ready.status == 503).then_some(ready.json)
    };
    let ready = until("it is not ready", told).await;
    assert_eq!((&ready["ready"], &ready["databases"]["experiment"]), (&json!(false), &json!(false)), "{ready}");
    assert!(ready["problems"]["database of experiment"]["detail"].as_str().unwrap().contains("disk"), "{ready}");
    ada.get("/api/v1/experiments?workspace=demo/demo").await.is(200);

    let unlimited = Rlimit { current: None, maximum: None };
    prlimit(Pid::from_raw(hub.pid()), Resource::Fsize, unlimited).unwrap();
    until("it is ready again", async || (hub.stranger().get("/readyz").await.status == 200).then_some(())).await;
    ada.post("/api/v1/experiments?workspace=demo/demo", &text(kept)).await.is(201);
    let listed = ada.get("/api/v1/experiments?workspace=demo/demo&limit=200&q=Number").await.is(200).json;
    assert_eq!(listed["items"].as_array().unwrap().len(), kept + 1, "nothing that was acknowledged is lost");
}
