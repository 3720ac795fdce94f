//! However the events of a run come here, in the end the same is known of it.

use crate::{
    control,
    world::{Running, World},
};
use proptest::{collection::vec, prelude::*, test_runner::Config};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// What must not depend on the order: the run without what is counted or timed here.
async fn known(world: &World, run: &Running) -> Value {
    let mut known = world.run(run).await;
    let words = known.as_object_mut().unwrap();
    for word in ["id", "number", "experiment_id", "workspace_id", "requested_at"] {
        words.remove(word);
    }
    known
}

async fn pairs(world: &World, run: &Running) -> (Vec<i64>, BTreeSet<(String, i64)>, usize) {
    let events = world.events(run).await;
    let numbers = events.iter().map(|event| event["number"].as_i64().unwrap()).collect();
    let pair = |event: &Value| (event["sender"].as_str().unwrap().to_owned(), event["sender_seq"].as_i64().unwrap());
    (numbers, events.iter().map(pair).collect(), events.len())
}

/// Batches that hold every event at least once, cut anywhere, some sent again, in any order.
fn batches(events: usize) -> impl Strategy<Value = Vec<(usize, usize)>> {
    let piece = (0..events, 1..6usize).prop_map(move |(from, length)| (from, (from + length).min(events)));
    (vec(1..5usize, events), vec(piece, 0..6))
        .prop_map(move |(cuts, mut extra)| {
            let mut from = 0;
            for cut in cuts {
                if from < events {
                    extra.push((from, (from + cut).min(events)));
                    from += cut;
                }
            }
            extra
        })
        .prop_shuffle()
}

async fn live_and_ended(events: &[Value], order: &[(usize, usize)]) -> (Value, Value) {
    let world = World::new().await;
    let run = world.started().await;
    for (from, to) in order {
        assert_eq!(world.send(&run, &events[*from..*to]).await.status, 202);
    }
    assert_eq!(world.send(&run, &[]).await.json["through"], json!(events.len()));
    let (numbers, pairs, count) = pairs(&world, &run).await;
    assert_eq!(numbers, (1..).take(count).collect::<Vec<i64>>(), "numbers have no gaps");
    assert_eq!((pairs.len(), count), (events.len() + 2, events.len() + 2), "each event is there once");
    let live = known(&world, &run).await;
    world.launcher.end(run.job(), 0);
    world.turn().await;
    (live, known(&world, &run).await)
}

#[test]
fn any_order_and_repetition_of_batches_comes_to_the_same_end() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    for after_met in [true, false] {
        let events = control::recorded(after_met);
        let expected = runtime.block_on(live_and_ended(&events, &[(0, events.len())]));
        assert_eq!(expected.1["verdict"], if after_met { "passed" } else { "deviated" });
        proptest!(Config { cases: 12, failure_persistence: None, ..Config::default() }, |(order in batches(events.len()))| {
            prop_assert_eq!(&runtime.block_on(live_and_ended(&events, &order)), &expected);
        });
    }
}
