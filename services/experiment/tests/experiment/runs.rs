//! Asking for runs: once each, written down before anything happens, started when it can be.

use crate::{control, world::World};
use chaoshub_facade::launcher::Exit;
use chaoshub_kernel::{Clock, Fault};
use chaoshub_testkit::{
    http::{Ask, delete, get, post},
    launcher::Starts,
};
use chrono::TimeDelta;
use futures::future::join_all;
use serde_json::json;

fn keyed(world: &World, experiment: &str, key: &str) -> Ask {
    post("/api/v1/runs").claim(&world.claim("olga")).header("idempotency-key", key).json(&json!({"experiment": experiment}))
}

#[tokio::test]
async fn a_key_stands_for_one_request_also_when_the_experiment_is_archived_since() {
    let world = World::new().await;
    let (experiment, another) = (world.experiment("Once").await, world.experiment("Another").await);
    let first = world.call(keyed(&world, &experiment, "deploy-7")).await;
    assert_eq!(first.status, 202);
    let reused = world.call(keyed(&world, &another, "deploy-7")).await;
    assert_eq!((reused.status.as_u16(), reused.code()), (409, "idempotency-key-reused"));
    let changed = post("/api/v1/runs").claim(&world.claim("olga")).header("idempotency-key", "deploy-7");
    let changed = world.call(changed.json(&json!({"experiment": experiment, "rollback_strategy": "never"}))).await;
    assert_eq!((changed.status.as_u16(), changed.code()), (409, "idempotency-key-reused"));
    world.ask(delete(format!("/api/v1/experiments/{experiment}")), 204).await;
    let again = world.call(keyed(&world, &experiment, "deploy-7")).await;
    assert_eq!((again.status.as_u16(), &again.json["id"]), (202, &first.json["id"]));
    assert_eq!(world.call(keyed(&world, &experiment, "deploy-8")).await.code(), "experiment-archived");
}

#[tokio::test]
async fn the_same_key_again_is_the_same_run_also_at_once() {
    let world = World::new().await;
    let experiment = world.experiment("Once").await;
    let replies = join_all((0..8).map(|_| world.call(keyed(&world, &experiment, "deploy-7")))).await;
    assert!(replies.iter().all(|reply| reply.status == 202 && reply.json["id"] == replies[0].json["id"]));
    world.turn().await;
    let later = world.call(keyed(&world, &experiment, "deploy-7")).await;
    assert_eq!((later.status.as_u16(), &later.json["id"]), (202, &replies[0].json["id"]));
    let other = world.call(keyed(&world, &experiment, "deploy-8")).await;
    assert_ne!(other.json["id"], replies[0].json["id"]);
    world.turn().await;
    assert_eq!(world.launcher.orders().len(), 2);
    assert_eq!(world.call(keyed(&world, &experiment, &"k".repeat(129))).await.code(), "invalid-idempotency-key");
}

#[tokio::test]
async fn a_run_is_of_the_version_that_was_asked_for() {
    let world = World::new().await;
    let experiment = world.experiment("First").await;
    let path = format!("/api/v1/experiments/{experiment}");
    let change = chaoshub_testkit::http::put(&path).header("if-match", "\"1\"").json(&control::experiment("Second"));
    world.ask(change, 200).await;
    let old = world.ask(post("/api/v1/runs").json(&json!({"experiment": experiment, "version": 1})), 202).await;
    assert_eq!((&old["version"], &old["title"], &old["state"]), (&json!(1), &json!("First"), &json!("requested")));
    assert_eq!(old["progress"], json!({"done": 0, "total": 4, "current": null}));
    world.turn().await;
    assert!(world.launcher.only_order().files["experiment.json"].contains("First"));
    let none = post("/api/v1/runs").json(&json!({"experiment": experiment, "version": 3}));
    assert_eq!(world.ask(none, 404).await["code"], "not-found");
}

#[tokio::test]
async fn a_start_that_is_lost_on_its_way_is_made_good_and_once() {
    let world = World::new().await;
    world.launcher.starts(Starts::Lost);
    let experiment = world.experiment("Starts").await;
    let id = world.request(&experiment).await;
    world.turn().await;
    let waiting = world.read(format!("/api/v1/runs/{id}")).await;
    assert_eq!((&waiting["state"], &waiting["verdict"]), (&json!("starting"), &json!(null)), "written down before it was asked");
    assert!(waiting["sentence"].as_str().unwrap().contains("the launcher does not answer"));
    world.launcher.starts(Starts::Run);
    for _ in 0..3 {
        world.turn().await;
    }
    let order = world.launcher.only_order();
    assert_eq!(order.env["CHAOSHUB_RUN"], id);
    let events = world.read(format!("/api/v1/runs/{id}/events")).await;
    let launched = events["items"].as_array().unwrap().iter().filter(|event| event["kind"] == "run.launched").count();
    assert_eq!(launched, 1);
}

#[tokio::test]
async fn a_hub_that_dies_between_writing_down_and_starting_starts_it_later() {
    let world = World::new().await;
    world.launcher.starts(Starts::Lost);
    let run_id = world.request(&world.experiment("Starts").await).await;
    world.turn().await;
    let world = world.restart_after(TimeDelta::seconds(30)).await;
    world.launcher.starts(Starts::Run);
    world.turn().await;
    let order = world.launcher.only_order();
    let events = [control::recorded(true)[0].clone()];
    let run = crate::world::Running { id: run_id, token: order.env["CHAOSHUB_TOKEN"].clone(), job: Some(order.id) };
    assert_eq!(world.send(&run, &events).await.status, 202, "its token is good");
}

#[tokio::test]
async fn a_start_whose_answer_is_lost_is_not_repeated_and_its_token_is_good() {
    let world = World::new().await;
    world.launcher.starts(Starts::Unanswered);
    let id = world.request(&world.experiment("Starts").await).await;
    world.turn().await;
    world.launcher.starts(Starts::Run);
    world.turn().await;
    let order = world.launcher.only_order();
    let run = crate::world::Running { id, token: order.env["CHAOSHUB_TOKEN"].clone(), job: Some(order.id) };
    assert_eq!(world.send(&run, &control::recorded(true)).await.status, 202);
}

#[tokio::test]
async fn a_job_that_found_no_room_is_asked_for_again_with_the_same_token() {
    let world = World::new().await;
    world.launcher.starts(Starts::Full);
    let id = world.request(&world.experiment("Starts").await).await;
    world.turn().await;
    let waiting = world.read(format!("/api/v1/runs/{id}")).await;
    assert_eq!(waiting["sentence"], "Waiting to start: the runner has no room; it is tried again.");
    assert!(world.launcher.orders().is_empty());
    world.launcher.starts(Starts::Run);
    world.turn().await;
    let order = world.launcher.only_order();
    let run = crate::world::Running { id, token: order.env["CHAOSHUB_TOKEN"].clone(), job: Some(order.id) };
    assert_eq!(world.send(&run, &control::recorded(true)).await.status, 202);
}

#[tokio::test]
async fn a_launcher_that_is_not_ready_is_waited_for_and_the_run_says_why() {
    let world = World::new().await;
    world.launcher.wait_for(Some("Chaos Toolkit is being installed"));
    let id = world.request(&world.experiment("Waits").await).await;
    world.turn().await;
    let told = world.told().await;
    let waiting = world.read(format!("/api/v1/runs/{id}")).await;
    assert_eq!(
        (&waiting["state"], &waiting["sentence"]),
        (&json!("requested"), &json!("Waiting to start: Chaos Toolkit is being installed."))
    );
    world.turn().await;
    assert_eq!(world.told().await, told, "said once");
    world.launcher.wait_for(None);
    world.turn().await;
    assert_eq!(world.read(format!("/api/v1/runs/{id}")).await["state"], "starting");
    assert_eq!(world.launcher.orders().len(), 1);
}

#[tokio::test]
async fn a_run_that_has_spoken_is_never_started_a_second_time() {
    let world = World::new().await;
    let run = world.started().await;
    world.send(&run, &control::recorded(true)[..6]).await;
    world.launcher.forget_everything();
    world.turn().await;
    assert!(world.launcher.orders().is_empty());
    let ended = world.run(&run).await;
    assert_eq!((&ended["state"], &ended["verdict"]), (&json!("ended"), &json!("lost")));
}

#[tokio::test]
async fn a_job_that_could_not_start_fails_the_run_and_says_so() {
    let world = World::new().await;
    let run = world.started().await;
    let failure = Some("there is no such program: chaos".to_owned());
    world.launcher.end_as(run.job(), Exit { code: None, signal: None, at: world.clock.now(), failure, over_time: false });
    world.turn().await;
    let ended = world.run(&run).await;
    assert_eq!((&ended["verdict"], &ended["reasons"][0]["code"]), (&json!("failed"), &json!("never-started")));
    assert_eq!(ended["sentence"], "Nothing was started, so nothing was touched.");
    let exited = world.events(&run).await.into_iter().find(|event| event["kind"] == "process.exited").unwrap();
    assert_eq!(exited["data"]["failure"], "there is no such program: chaos");
}

#[tokio::test]
async fn a_run_goes_on_through_a_restart_of_the_hub_and_says_that_it_is_looked_after_again() {
    let world = World::new().await;
    let run = world.started().await;
    let events = control::recorded(true);
    world.send(&run, &events[..6]).await;
    let world = world.restart_after(TimeDelta::hours(2)).await;
    world.turn().await;
    assert_eq!(world.send(&run, &events[6..]).await.json["through"], json!(events.len()));
    let kinds: Vec<_> = world.events(&run).await.iter().map(|event| event["kind"].as_str().unwrap().to_owned()).collect();
    assert_eq!(kinds.iter().filter(|kind| *kind == "run.adopted").count(), 1);
    world.launcher.end(run.job(), 0);
    world.turn().await;
    assert_eq!(world.run(&run).await["verdict"], "passed");
}

#[tokio::test]
async fn while_the_launcher_is_away_nothing_is_concluded() {
    let world = World::new().await;
    let run = world.started().await;
    world.launcher.fail(Some(Fault::unavailable("no-answer", "the launcher does not answer")));
    world.later(TimeDelta::hours(1)).await;
    assert_eq!(world.run(&run).await["state"], "starting");
    world.launcher.fail(None);
    world.turn().await;
    assert_eq!(world.launcher.orders().len(), 1);
    assert_eq!(world.run(&run).await["state"], "starting");
}

#[tokio::test]
async fn the_log_is_read_in_pieces_live_and_afterwards() {
    let world = World::new().await;
    let run = world.started().await;
    let log = async |after: u64| {
        let reply = world.call(get(format!("/api/v1/runs/{}/log?after={after}", run.id)).claim(&world.claim("vera"))).await;
        let next: u64 = reply.headers["x-next"].to_str().unwrap().parse().unwrap();
        (String::from_utf8(reply.bytes.to_vec()).unwrap(), next)
    };
    assert_eq!(log(0).await, (String::new(), 0));
    world.launcher.write(run.job(), "output.log", "one\ntw");
    assert_eq!(log(0).await, ("one\n".to_owned(), 4));
    world.launcher.write(run.job(), "output.log", "one\ntwo\nthree");
    assert_eq!(log(4).await, ("two\n".to_owned(), 8));
    world.launcher.end(run.job(), 0);
    world.turn().await;
    assert!(world.launcher.released(run.job()));
    assert_eq!(log(8).await, ("three".to_owned(), 13));
    assert_eq!(log(99).await, (String::new(), 13));
}

#[tokio::test]
async fn unknown_parameters_are_refused_and_known_ones_are_told() {
    let world = World::new().await;
    let mut document = control::experiment("Kill ${qty} of ${label}");
    document["configuration"] = json!({"qty": 1, "label": "none", "admin_password": "hunter22"});
    let experiment = world.write(&document).await;
    let declared = world.read(format!("/api/v1/experiments/{experiment}")).await["parameters"].clone();
    assert_eq!(declared[0], json!({"name": "qty", "kind": "literal", "type": "integer", "default": 1, "variable": null}));
    assert_eq!(declared[2]["default"], json!(null), "a secret is not shown");

    let start =
        |parameters: serde_json::Value| post("/api/v1/runs").json(&json!({"experiment": experiment, "parameters": parameters}));
    let refused = world.ask(start(json!({"qtyy": 3, "label": "web"})), 422).await;
    assert_eq!(refused["code"], "unknown-parameter");
    assert!(refused["detail"].as_str().unwrap().contains("`qtyy` (did you mean `qty`?)"), "{refused}");
    assert_eq!(refused["extra"]["parameters"], json!(["qty", "label", "admin_password"]));
    assert_eq!(world.read("/api/v1/runs?workspace=demo/demo").await["items"], json!([]), "nothing was written down");

    let command = json!({"type": "probe", "name": "x", "provider": {"type": "process", "path": "id"}});
    for definition in [command, json!({"type": "env", "key": "CHAOSHUB_TOKEN"})] {
        let refused = world.ask(start(json!({"label": definition})), 422).await;
        assert_eq!(refused["code"], "invalid-parameter", "who may start a run brings no commands and reads no variables");
    }

    let run = world.ask(start(json!({"qty": 3, "label": "web", "admin_password": "hunter23"})), 202).await;
    assert_eq!(run["title"], "Kill 3 of web");
    assert_eq!(run["parameters"][2], json!({"name": "qty", "value": 3, "default": 1}));
    assert!(!run.to_string().contains("hunter2"), "{run}");
    world.turn().await;
    let given: serde_json::Value = serde_json::from_str(&world.launcher.only_order().files["parameters.json"]).unwrap();
    assert_eq!(given["configuration"], json!({"qty": 3, "label": "web", "admin_password": "hunter23"}), "with their types");
}

#[tokio::test]
async fn a_run_beside_a_live_one_is_refused_when_asked_and_both_say_that_they_overlapped() {
    let world = World::new().await;
    let (experiment, other) = (world.experiment("First").await, world.experiment("Second").await);
    let start =
        |experiment: &str, overlap: &str| post("/api/v1/runs").json(&json!({"experiment": experiment, "overlap": overlap}));
    let alone = world.ask(start(&experiment, "refuse"), 202).await;
    assert_eq!((&alone["overlaps"], &alone["warnings"]), (&json!([]), &json!([])));

    let same = world.ask(start(&experiment, "refuse"), 409).await;
    assert_eq!((&same["code"], &same["extra"]["runs"][0]["id"]), (&json!("run-in-progress"), &alone["id"]));
    assert_eq!(same["extra"]["runs"][0]["same_experiment"], true);
    let beside = world.ask(start(&other, "refuse"), 409).await;
    assert_eq!(beside["extra"]["runs"][0]["same_experiment"], false, "they share the environment");

    let second = world.ask(start(&other, "allow"), 202).await;
    let told = |run: &serde_json::Value| (run["overlaps"][0]["number"].clone(), run["warnings"][0]["code"].clone());
    assert_eq!(told(&second), (json!(1), json!("overlapped")));
    let first = world.read(format!("/api/v1/runs/{}", alone["id"].as_str().unwrap())).await;
    assert_eq!(told(&first), (json!(2), json!("overlapped")));
    let outside = world.opened().await;
    let outside = world.run(&outside).await;
    assert_eq!(outside["overlaps"].as_array().unwrap().len(), 2, "a run from outside is never refused, but says so");
}

#[tokio::test]
async fn of_two_starts_at_once_that_want_to_be_alone_one_is_refused() {
    let world = World::new().await;
    let experiment = world.experiment("Alone").await;
    let start = || post("/api/v1/runs").json(&json!({"experiment": experiment, "overlap": "refuse"}));
    let replies = join_all((0..6).map(|_| world.call(start().claim(&world.claim("olga"))))).await;
    assert_eq!(replies.iter().filter(|reply| reply.status == 202).count(), 1);
    assert!(replies.iter().all(|reply| reply.status == 202 || reply.code() == "run-in-progress"));
}

#[tokio::test]
async fn a_run_that_was_over_before_the_other_began_did_not_overlap_with_it() {
    let world = World::new().await;
    let experiment = world.experiment("Waits").await;
    let waiting = world.ask(post("/api/v1/runs").json(&json!({"experiment": experiment})), 202).await;
    let outside = world.opened().await;
    assert_eq!(world.run(&outside).await["warnings"][0]["code"], "overlapped", "both records are open");
    world.send(&outside, &control::recorded(true)).await;
    world.later(TimeDelta::hours(2)).await;
    let ended = world.run(&outside).await;
    assert_eq!((&ended["state"], &ended["overlaps"]), (&json!("ended"), &json!([])));
    assert!(!ended["warnings"].to_string().contains("overlapped"), "{ended}");
    let other = world.read(format!("/api/v1/runs/{}", waiting["id"].as_str().unwrap())).await;
    assert_eq!(other["overlaps"], json!([]), "the other record says so too");
}
