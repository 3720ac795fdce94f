//! Two processes of the service on one database.

use crate::{
    control::{self, filler},
    world::World,
};
use futures::future::join_all;
use serde_json::{Value, json};
use std::collections::BTreeSet;

#[tokio::test]
#[ignore = "needs PostgreSQL: scripts/postgres run cargo test -- --include-ignored"]
async fn events_of_one_run_that_arrive_at_both_replicas_are_gapless_and_there_once() {
    let [here, there] = World::two().await;
    let run = here.opened().await;
    // Two senders at once, each event of each sent to both, in pieces that overlap.
    let pieces: Vec<_> = (0..12).map(|piece| filler(piece * 5 + 1, 9)).collect();
    let sent = pieces.iter().enumerate().flat_map(|(number, piece)| {
        let (first, second) = if number % 2 == 0 { (&here, &there) } else { (&there, &here) };
        let run = &run;
        ["control", "other"].map(|sender| async move {
            let (one, other) = futures::join!(first.send_as(run, sender, piece), second.send_as(run, sender, piece));
            assert_eq!((one.status.as_u16(), other.status.as_u16()), (202, 202), "{} {}", one.json, other.json);
        })
    });
    join_all(sent).await;
    let events = there.events(&run).await;
    let numbers: Vec<_> = events.iter().map(|event| event["number"].as_i64().unwrap()).collect();
    assert_eq!(numbers, (1..=i64::try_from(events.len()).unwrap()).collect::<Vec<_>>());
    for sender in ["control", "other"] {
        let seqs: Vec<_> =
            events.iter().filter(|event| event["sender"] == sender).map(|event| event["sender_seq"].as_i64()).collect();
        assert_eq!(seqs.len(), 64, "each once");
        assert_eq!(seqs.into_iter().collect::<BTreeSet<_>>().len(), 64);
    }
    assert_eq!(here.events(&run).await, events);
}

#[tokio::test]
#[ignore = "needs PostgreSQL: scripts/postgres run cargo test -- --include-ignored"]
async fn what_a_replica_remembers_of_a_run_is_not_believed_when_the_other_has_heard_more() {
    let [here, there] = World::two().await;
    let run = here.opened().await;
    let events = control::recorded(true);
    // By turns, so that each remembers a run as it was before the other's events, and hears of half of what was completed.
    for (number, event) in events.iter().enumerate() {
        let world = if (number + 1) / 4 % 2 == 0 { &here } else { &there };
        assert_eq!(world.send(&run, std::slice::from_ref(event)).await.status, 202);
    }
    let seen = here.run(&run).await;
    assert_eq!(seen, there.run(&run).await);
    assert_eq!((&seen["progress"]["done"], &seen["progress"]["total"]), (&json!(4), &json!(4)), "{seen}");
}

#[tokio::test]
#[ignore = "needs PostgreSQL: scripts/postgres run cargo test -- --include-ignored"]
async fn runs_are_numbered_and_asked_for_once_whichever_replica_is_asked() {
    let [here, there] = World::two().await;
    let experiment = here.experiment("Survives").await;
    let ask = async |world: &World, key: &str| -> Value {
        let ask = chaoshub_testkit::http::post("/api/v1/runs").header("idempotency-key", key);
        world.ask(ask.json(&json!({"experiment": experiment})), 202).await
    };
    let keys: Vec<_> = (0..6).map(|number| format!("key-{number}")).collect();
    let both = keys.iter().map(async |key| futures::join!(ask(&here, key), ask(&there, key)));
    let asked = join_all(both).await;
    for (one, other) in &asked {
        assert_eq!(one["id"], other["id"], "the same key is one run");
    }
    let numbers: BTreeSet<_> = asked.iter().map(|(one, _)| one["number"].as_i64().unwrap()).collect();
    assert_eq!(numbers, (1..=6).collect());
}

#[tokio::test]
#[ignore = "needs PostgreSQL: scripts/postgres run cargo test -- --include-ignored"]
async fn one_replica_starts_runs_and_when_it_is_gone_the_other_goes_on_with_them() {
    let [here, there] = World::two().await;
    let run = here.started().await;
    there.turn().await;
    let orders = here.launcher.orders().len();
    assert_eq!(orders, 1, "started once, by the replica that has the lease");
    assert_eq!(there.send(&run, &control::recorded(true)[..3]).await.status, 202);
    let before = there.events(&run).await;
    here.stop().await;

    // The lease was given back; whoever takes it says so of each run.
    let adopted = async {
        loop {
            there.turn().await;
            if there
                .events(&run)
                .await
                .iter()
                .any(|event| event["kind"] == "run.adopted" && event["number"].as_u64() > Some(before.len() as u64))
            {
                return;
            }
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(30), adopted).await.expect("the other takes over");
    there.launcher.write(run.job(), "journal.json", control::sample("completed.journal.json"));
    there.launcher.end(run.job(), 0);
    there.turn().await;
    let ended = there.run(&run).await;
    assert_eq!((&ended["state"], &ended["verdict"]), (&json!("ended"), &json!("passed")), "{ended}");
    assert_eq!(there.events(&run).await[..before.len()], before);
    assert_eq!(there.launcher.orders().len(), 1);
}
