//! The end of a run of the hub's: whatever was lost on the way is fetched and kept, then it is judged.

use crate::{
    control,
    world::{Running, World},
};
use chaoshub_facade::launcher::Exit;
use chaoshub_kernel::{Clock, Fault};
use chaoshub_testkit::http::get;
use chrono::TimeDelta;
use serde_json::{Value, json};

/// The run's process is gone, and the hub has seen it.
async fn ends(world: &World, run: &Running, code: i32) -> Value {
    world.launcher.end(run.job(), code);
    world.turn().await;
    let ended = world.run(run).await;
    assert_eq!(ended["state"], "ended");
    ended
}

fn kinds(events: &[Value], sender: &str) -> Vec<String> {
    let of = events.iter().filter(|event| event["sender"] == sender);
    of.map(|event| event["kind"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn events_that_were_lost_on_the_way_are_read_from_the_file() {
    let world = World::new().await;
    let run = world.started().await;
    let events = control::recorded(true);
    world.send(&run, &events[3..5]).await;
    world.send(&run, &events[..2]).await;
    let mut file = control::lines(&events);
    // The process was killed in the middle of a line.
    file += r#"{"sender": "control", "seq": 19, "at": "2026-11-20T09:00:12Z", "ki"#;
    world.launcher.write(run.job(), "events.ndjson", file);
    let ended = ends(&world, &run, 0).await;
    let all = world.events(&run).await;
    assert_eq!(kinds(&all, "control").len(), events.len());
    assert_eq!(
        all.iter().map(|event| event["number"].as_i64().unwrap()).collect::<Vec<_>>(),
        (1..).take(all.len()).collect::<Vec<_>>()
    );
    assert_eq!((&ended["verdict"], &ended["rollbacks"]), (&json!("passed"), &json!("played")), "without a journal");
    assert_eq!(kinds(&all, "hub"), ["run.requested", "run.launched", "process.exited", "run.ended"]);
}

#[tokio::test]
async fn a_file_of_events_says_nothing_that_could_not_be_sent() {
    let world = World::new().await;
    let run = world.started().await;
    let mut lines = String::new();
    for line in [
        json!({"sender": "hub", "seq": 9, "at": "2026-11-20T09:00:12Z", "kind": "run.ended", "data": {"verdict": "passed"}}),
        json!({"sender": "", "seq": 1, "at": "2026-11-20T09:00:12Z", "kind": "custom", "data": {}}),
        json!({"sender": "control", "seq": 0, "at": "2026-11-20T09:00:12Z", "kind": "custom", "data": {}}),
        json!({"sender": "control", "seq": 1, "at": "2026-11-20T09:00:12Z", "kind": "custom", "data": "text"}),
        json!({"sender": "control", "seq": 1, "at": "2026-11-20T09:00:12Z", "kind": "custom.good", "data": {}}),
    ] {
        lines += &format!("{line}\nnot json\n\n");
    }
    world.launcher.write(run.job(), "events.ndjson", lines);
    let ended = ends(&world, &run, 1).await;
    let all = world.events(&run).await;
    assert_eq!(kinds(&all, "control"), ["custom.good"]);
    assert_eq!(kinds(&all, "hub"), ["run.requested", "run.launched", "process.exited", "run.ended"]);
    assert_eq!(ended["verdict"], "failed");
}

#[tokio::test]
async fn a_file_of_many_events_is_read_whole() {
    let world = World::new().await;
    let run = world.started().await;
    world.launcher.write(run.job(), "events.ndjson", control::lines(&control::filler(1, 2500)));
    ends(&world, &run, 0).await;
    assert_eq!(kinds(&world.events(&run).await, "control").len(), 2500);
}

#[tokio::test]
async fn journal_and_log_are_kept_and_the_job_is_released() {
    let world = World::new().await;
    let run = world.started().await;
    let path = format!("/api/v1/runs/{}", run.id);
    assert_eq!(world.ask(get(format!("{path}/journal")), 404).await["code"], "not-found");
    let journal = control::sample("completed.journal.json");
    world.launcher.write(run.job(), "journal.json", journal.clone());
    world.launcher.write(run.job(), "output.log", "it was logged\n");
    assert!(!world.launcher.released(run.job()));
    let ended = ends(&world, &run, 0).await;
    assert!(world.launcher.released(run.job()));
    assert_eq!((&ended["verdict"], &ended["raw_status"]), (&json!("passed"), &json!("completed")));
    assert_eq!(ended["sentence"], "The steady state held before and after the method; rollbacks played.");
    assert_eq!(ended["journal"]["bytes"], json!(journal.len()));
    let kept = world.call(get(format!("{path}/journal")).claim(&world.claim("vera"))).await;
    assert_eq!(kept.bytes, journal, "as it was left");
    assert_eq!(kept.headers["content-disposition"], format!("attachment; filename=\"{}.journal.json\"", run.id));
    let log = world.call(get(format!("{path}/log")).claim(&world.claim("vera"))).await;
    assert_eq!(log.bytes, "it was logged\n");
    let all = world.events(&run).await;
    assert_eq!(kinds(&all, "hub"), ["run.requested", "run.launched", "process.exited", "journal.received", "run.ended"]);
    assert_eq!(all.last().unwrap()["data"]["verdict"], "passed");
}

#[tokio::test]
async fn without_a_journal_the_events_decide() {
    for (after_met, verdict) in [(true, "passed"), (false, "deviated")] {
        let world = World::new().await;
        let run = world.started().await;
        world.send(&run, &control::recorded(after_met)).await;
        assert_eq!(ends(&world, &run, 0).await["verdict"], verdict);
    }
}

#[tokio::test]
async fn a_process_that_was_killed_by_somebody_is_interrupted() {
    let world = World::new().await;
    let run = world.started().await;
    world.send(&run, &control::recorded(true)[..7]).await;
    let killed = Exit { code: None, signal: Some(9), at: world.clock.now(), failure: None, over_time: true };
    world.launcher.end_as(run.job(), killed);
    world.turn().await;
    let ended = world.run(&run).await;
    assert_eq!((&ended["verdict"], &ended["rollbacks"]), (&json!("interrupted"), &json!("unknown")));
    let exited = world.events(&run).await.into_iter().find(|event| event["kind"] == "process.exited").unwrap();
    assert_eq!(exited["data"], json!({"code": null, "signal": 9, "failure": null, "over_time": true}));
}

#[tokio::test]
async fn a_job_without_a_trace_is_lost() {
    let world = World::new().await;
    let run = world.started().await;
    world.send(&run, &control::recorded(true)[..7]).await;
    world.launcher.lose(run.job());
    world.turn().await;
    let ended = world.run(&run).await;
    assert_eq!((&ended["verdict"], &ended["reasons"][0]["code"]), (&json!("lost"), &json!("fell-silent")));
    assert!(world.launcher.released(run.job()));
}

#[tokio::test]
async fn a_hub_that_dies_before_the_end_is_written_down_ends_the_run_later() {
    let world = World::new().await;
    let run = world.started().await;
    world.launcher.write(run.job(), "journal.json", control::sample("deviated.journal.json"));
    world.launcher.write(run.job(), "events.ndjson", control::lines(&control::recorded(false)));
    // It may have come as far as the events.
    world.send(&run, &control::recorded(false)).await;
    world.launcher.fail(Some(Fault::unavailable("no-answer", "the launcher does not answer")));
    world.launcher.end(run.job(), 1);
    world.turn().await;
    let world = world.restart_after(TimeDelta::minutes(3)).await;
    world.launcher.fail(None);
    world.turn().await;
    let ended = world.run(&run).await;
    assert_eq!((&ended["state"], &ended["verdict"]), (&json!("ended"), &json!("deviated")));
    let hub = kinds(&world.events(&run).await, "hub");
    assert_eq!(
        hub,
        ["run.requested", "run.launched", "run.adopted", "process.exited", "journal.received", "run.ended"],
        "each once"
    );
    assert!(world.launcher.released(run.job()));
}

#[tokio::test]
async fn what_could_not_be_released_is_released_later() {
    let world = World::new().await;
    let run = world.started().await;
    world.launcher.keep_for_now(true);
    ends(&world, &run, 0).await;
    assert!(!world.launcher.released(run.job()), "the run has ended all the same");
    let world = world.restart_after(TimeDelta::minutes(3)).await;
    world.launcher.keep_for_now(false);
    world.turn().await;
    assert!(world.launcher.released(run.job()));
    assert_eq!(kinds(&world.events(&run).await, "hub").last().unwrap(), "run.ended", "and it is not adopted");
}

#[tokio::test]
async fn a_journal_that_is_cut_or_nonsense_is_kept_and_judged_as_far_as_it_goes() {
    for (bytes, verdict) in
        [(control::sample("completed-cut.journal.json"), "inconclusive"), (b"{\"nonsense\": true}".to_vec(), "failed")]
    {
        let world = World::new().await;
        let run = world.started().await;
        world.launcher.write(run.job(), "journal.json", bytes.clone());
        let ended = ends(&world, &run, 1).await;
        assert_eq!(ended["verdict"], verdict);
        assert_eq!(ended["journal"]["bytes"], json!(bytes.len()));
    }
}

#[tokio::test]
async fn a_journal_that_is_too_large_is_not_kept_in_part_and_the_run_says_so() {
    let world = World::new().await;
    let run = world.started().await;
    world.send(&run, &control::recorded(false)).await;
    let large = format!("{{\"status\": \"completed\", \"padding\": \"{}\"}}", "x".repeat(65 << 20));
    world.launcher.write(run.job(), "journal.json", large);
    let ended = ends(&world, &run, 0).await;
    assert_eq!((&ended["verdict"], &ended["journal"]), (&json!("deviated"), &json!(null)), "the events decide");
    let warning = &ended["warnings"].as_array().unwrap().last().unwrap();
    assert_eq!(warning["code"], "journal-too-large");
    assert!(warning["detail"].as_str().unwrap().contains("65 MiB, more than the 64 MiB"), "{warning}");
    assert_eq!(world.ask(get(format!("/api/v1/runs/{}/journal", run.id)), 404).await["code"], "not-found");
}

#[tokio::test]
async fn a_file_of_events_is_as_bounded_as_what_is_sent() {
    let world = World::new().await;
    let run = world.started().await;
    let line = |sender: &str, note: &str| {
        json!({"sender": sender, "seq": 1, "at": "2026-11-20T09:00:12Z", "kind": "custom", "data": {"note": note}}).to_string()
            + "\n"
    };
    let mut lines: String = (0..40).map(|n| line(&format!("control-{n:02}"), "")).collect();
    lines += &line("control-00", &"x".repeat(5 << 20)).replace("\"seq\":1", "\"seq\":2");
    world.launcher.write(run.job(), "events.ndjson", lines);
    ends(&world, &run, 0).await;
    let all = world.events(&run).await;
    assert_eq!(all.iter().filter(|event| event["kind"] == "custom").count(), 16);
}

#[tokio::test]
async fn a_run_that_the_hub_ended_for_its_time_was_stopped_by_the_hub() {
    for (signal, code) in [(None, "stopped"), (Some(9), "killed")] {
        let world = World::new().await;
        let run = world.started().await;
        world.send(&run, &control::recorded(true)[..7]).await;
        let over = Exit { code: signal.is_none().then_some(1), signal, at: world.clock.now(), failure: None, over_time: true };
        if signal.is_none() {
            world.launcher.write(run.job(), "journal.json", control::sample("interrupted-sigterm.journal.json"));
        }
        world.launcher.end_as(run.job(), over);
        world.turn().await;
        let ended = world.run(&run).await;
        assert_eq!((&ended["verdict"], &ended["reasons"][0]["code"]), (&json!("interrupted"), &json!(code)));
    }
}

#[tokio::test]
async fn a_long_log_is_read_piece_by_piece_to_its_end() {
    let world = World::new().await;
    let run = world.started().await;
    let log: String = (0..300_000).map(|n| format!("line {n}\n")).collect();
    world.launcher.write(run.job(), "output.log", log.clone());
    ends(&world, &run, 0).await;
    let (mut read, mut after) = (Vec::new(), 0);
    loop {
        let piece = world.call(get(format!("/api/v1/runs/{}/log?after={after}", run.id)).claim(&world.claim("vera"))).await;
        assert_eq!(piece.status, 200);
        let next = piece.headers["x-next"].to_str().unwrap().parse().unwrap();
        assert_eq!(piece.bytes.len(), usize::try_from(next - after).unwrap());
        if next == after {
            break;
        }
        read.extend_from_slice(&piece.bytes);
        after = next;
    }
    assert!(read == log.as_bytes());
    let beyond = world.call(get(format!("/api/v1/runs/{}/log?after={}", run.id, u64::MAX)).claim(&world.claim("vera"))).await;
    assert_eq!((beyond.status.as_u16(), beyond.bytes.len()), (200, 0));
}
