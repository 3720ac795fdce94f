//! Stopping a run from the hub: gently, at once, by force, too early and too late.

use crate::{
    ask::{Asker, Reply, codes, kinds},
    experiments::{experiment, held},
    gate::Gate,
    home::{self, Home},
    kin,
    wait::until,
};
use serde_json::{Value, json};

async fn stop(ada: &Asker, run: &str, mode: &str) -> Reply {
    ada.post(&format!("/api/v1/runs/{run}/stop"), &json!({ "mode": mode })).await
}

fn steps(events: &[Value]) -> Vec<&str> {
    let steps = events.iter().filter(|event| event["kind"] == "stop.step");
    steps.map(|event| event["data"]["step"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_graceful_stop_plays_the_rollbacks_and_a_hard_one_warns_that_it_did_not() {
    home::tools().await;
    let home = Home::new();
    let mut hub = home.hub().await;
    let ada = hub.ada().await;
    let gates = [Gate::new().await, Gate::new().await];
    let graceful = ada.start(&held(&gates[0], "Stopped gently")).await;
    let hard = ada.start(&held(&gates[1], "Stopped at once")).await;
    for gate in &gates {
        gate.reached("/hold").await;
    }
    assert_eq!(ada.run(&graceful).await["can_stop"], true);

    let asked = stop(&ada, &graceful, "graceful").await.is(202).json;
    assert_eq!(asked["state"], "stopping");
    let again = stop(&ada, &graceful, "graceful").await.is(202).json;
    assert_eq!(again["stop_requested_at"], asked["stop_requested_at"], "asking twice is asking once");
    stop(&ada, &hard, "hard").await.is(202);

    let ended = ada.ended(&graceful).await;
    assert_eq!((&ended["verdict"], codes(&ended["reasons"])), (&json!("interrupted"), vec!["stopped"]), "{ended}");
    assert_eq!((&ended["rollbacks"], gates[0].count("/undo")), (&json!("played"), 1), "{ended}");
    assert!(!codes(&ended["warnings"]).contains(&"rollbacks-not-played"), "{ended}");
    let told = kinds(&ada.events(&graceful).await);
    assert_eq!(told.iter().filter(|kind| *kind == "stop.requested").count(), 1, "{told:?}");

    let ended = ada.ended(&hard).await;
    assert_eq!((&ended["verdict"], codes(&ended["reasons"])), (&json!("interrupted"), vec!["stopped"]), "{ended}");
    assert_eq!((&ended["rollbacks"], gates[1].count("/undo")), (&json!("not-played"), 0), "{ended}");
    assert!(codes(&ended["warnings"]).contains(&"rollbacks-not-played"), "{ended}");
    assert_eq!(steps(&ada.events(&hard).await), ["cut"]);

    for (run, gate) in [&graceful, &hard].into_iter().zip(&gates) {
        assert_eq!(gate.count("/go-on"), 0, "nothing more of the method was done");
        stop(&ada, run, "hard").await.refuses(409, "run-ended");
        assert_eq!(ada.run(run).await["can_stop"], false);
    }
}

#[tokio::test]
async fn a_run_that_ignores_every_signal_is_killed_and_nothing_of_it_is_left() {
    home::tools().await;
    let home = Home::new();
    let mut hub = home.hub().await;
    let ada = hub.ada().await;
    let gate = Gate::new().await;
    // In chaos' own process: deaf to signals, with a child in a session of its own, waiting where no exception gets in.
    let marker = format!("86400.{}", std::process::id());
    let deaf = format!(
        "import signal, subprocess, time, urllib.request\n\
         for number in (signal.SIGUSR1, signal.SIGUSR2, signal.SIGTERM, signal.SIGINT): signal.signal(number, signal.SIG_IGN)\n\
         subprocess.Popen(['sleep', '{marker}'], start_new_session=True)\n\
         urllib.request.urlopen('{}/deaf')\n\
         time.sleep(86400)",
        gate.url
    );
    let provider = json!({"type": "python", "module": "timeit", "func": "timeit", "arguments": {"stmt": deaf, "number": 1}});
    let action = json!({"type": "action", "name": "turn-a-deaf-ear", "provider": provider});
    let run = ada.start(&experiment(&gate, "Does not listen", &[action])).await;
    gate.reached("/deaf").await;
    assert_eq!(kin::saying(&format!("sleep {marker}")).len(), 1);
    stop(&ada, &run, "hard").await.is(202);
    let ended = ada.ended(&run).await;
    assert_eq!((&ended["verdict"], codes(&ended["reasons"])), (&json!("interrupted"), vec!["killed"]), "{ended}");
    assert!(codes(&ended["warnings"]).iter().any(|code| code.starts_with("rollbacks-")), "{ended}");
    assert_eq!((&ended["stop_step"], gate.count("/undo")), (&json!("kill"), 0));
    assert_eq!(steps(&ada.events(&run).await), ["cut", "kill"]);
    assert_eq!(kin::saying(&format!("sleep {marker}")), Vec::<i32>::new(), "what it has started is gone with it");
    let jobs = home.data().join("runner/jobs");
    until("nothing works in the folder of jobs", async || kin::below(&jobs).is_empty().then_some(())).await;
}

#[tokio::test]
async fn a_run_that_has_not_started_says_why_and_can_be_stopped() {
    // Without a Python nothing can start.
    let home = Home::new().with("CHAOSHUB_RUNNER_PYTHON", "/nowhere/python3");
    let mut hub = home.hub().await;
    let ada = hub.ada().await;
    let gate = Gate::new().await;
    let run = ada.start(&held(&gate, "Never starts")).await;
    let waiting = async || Some(ada.run(&run).await).filter(|run| run["sentence"].as_str().unwrap().contains("/nowhere/python3"));
    let waiting = until("the run says what it waits for", waiting).await;
    assert_eq!((&waiting["state"], &waiting["can_stop"]), (&json!("requested"), &json!(true)));
    stop(&ada, &run, "graceful").await.is(202);
    let ended = ada.ended(&run).await;
    assert_eq!((&ended["verdict"], codes(&ended["reasons"])), (&json!("interrupted"), vec!["stopped"]), "{ended}");
    assert_eq!((codes(&ended["warnings"]), &ended["started_at"]), (vec![], &json!(null)), "nothing was done: {ended}");
    let told = kinds(&ada.events(&run).await);
    assert!(!told.contains(&"run.launched".to_owned()), "{told:?}");
    assert_eq!(gate.count("/ok"), 0);
}
