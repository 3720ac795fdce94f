//! Bounds: what is read and remembered stays small, and what a verdict turns on is not lost by it.

use super::sample;
use crate::toolkit::*;
use chaoshub_facade::experiment::Phase;
use serde_json::{Value, json};

#[test]
fn a_huge_nested_or_hostile_file_is_read_in_linear_time() {
    let deep = [b"{\"experiment\": ".as_slice(), &b"[".repeat(2_000_000)].concat();
    assert!(Journal::read(&deep).is_ok_and(|journal| journal.truncated));
    let numbers = format!("{{\"status\": \"completed\", \"run\": [{{\"output\": [{}1]}}]}}", "1,".repeat(1_000_000));
    let journal = Journal::read(numbers.as_bytes()).expect("a journal");
    assert!(journal.run[0].output.as_array().is_some_and(|items| items.len() < 5_000));
    let long = format!("{{\"status\": \"completed\", \"run\": [{{\"output\": 1{}}}]}}", "0".repeat(4_000));
    let journal = Journal::read(long.as_bytes()).expect("a journal");
    assert!(!journal.truncated && journal.run[0].output.is_null());
}

#[test]
fn large_outputs_are_kept_in_part() {
    let body = "x".repeat(100_000);
    let journal = json!({"status": "completed", "run": [{"activity": {"name": "a"}, "status": "succeeded",
        "output": {"status": 0, "stdout": body, "stderr": "late"}}]});
    let journal = Journal::read(journal.to_string().as_bytes()).expect("a journal");
    let record = &journal.run[0];
    assert_eq!(record.output["stderr"], "late");
    assert!(record.output["stdout"].as_str().is_some_and(|text| text.len() == 4096));
}

#[test]
fn what_decides_is_seen_however_much_comes_before_it() {
    let pass = |met: bool, status: &str| json!({"steady_state_met": met, "probes": [{"activity": {"name": "p"}, "status": status, "tolerance_met": met}]});
    let mut journal: Value = serde_json::from_slice(&sample("continuous.journal.json")).expect("JSON");
    let mut during = vec![pass(true, "succeeded"); 11_000];
    during.extend([pass(false, "succeeded"), pass(false, "failed"), pass(true, "succeeded")]);
    journal["steady_states"]["during"] = json!(during);
    let verdict = |journal: &Value| verdict_of_file(journal.to_string().as_bytes()).expect("readable");
    assert_eq!(verdict(&journal).reasons, [Reason::DeviatedDuring]);
    let mut journal: Value = serde_json::from_slice(&sample("completed.journal.json")).expect("JSON");
    let mut run = vec![json!({"activity": {"name": "again"}, "status": "succeeded"}); 11_000];
    run.push(json!({"activity": {"name": "last"}, "status": "failed"}));
    journal["run"] = json!(run);
    assert_eq!(verdict(&journal).reasons, [Reason::MethodActivityFailed]);
}

#[test]
fn what_events_say_is_remembered_within_bounds() {
    let mut observed = Observed::default();
    let long = "é".repeat(100_000);
    for n in 0..3 {
        let key = format!("method-{n}-{long}");
        let failed = json!({"key": key, "name": long, "status": "failed", "error": long, "output": long});
        observed.observe("activity.started", Some(Phase::Method), None, &failed);
        observed.observe("activity.completed", Some(Phase::Method), None, &failed);
        observed.observe("activity.completed", Some(Phase::Baseline), None, &failed);
    }
    assert!(format!("{observed:?}").len() < 100_000);
}
