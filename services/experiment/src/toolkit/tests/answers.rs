//! Answers that say of themselves that an activity failed, in journals and in events alike.

use super::{activity, begin, done, events, judged, sample, started};
use crate::toolkit::answers::complaint;
use crate::toolkit::tolerance::{accepts, against};
use crate::toolkit::verdict::RollbackOutcome;
use crate::toolkit::*;
use chaoshub_facade::experiment::{Phase, Verdict};
use serde_json::{Value, json};

/// `completed.journal.json` with another answer of one activity of the method.
fn with(activity: &Value, output: &Value) -> (Judgement, String) {
    let mut journal: Value = serde_json::from_slice(&sample("completed.journal.json")).expect("JSON");
    journal["run"][1]["activity"] = activity.clone();
    journal["run"][1]["output"] = output.clone();
    judged(Some(journal.to_string().as_bytes()), &Observed::default(), Ending::Uploaded)
}

fn action(provider: &str) -> Value {
    json!({"type": "action", "name": "cut-the-line", "provider": {"type": provider}})
}

fn probe(provider: &str, tolerance: Value) -> Value {
    json!({"type": "probe", "name": "look", "tolerance": tolerance, "provider": {"type": provider}})
}

/// The same answer as an event of a run whose document is known.
fn told(activity_: &Value, output: &Value) -> (Judgement, String) {
    let experiment = json!({
        "steady-state-hypothesis": {"title": "t", "probes": [{"name": "healthy"}]},
        "method": [activity_], "rollbacks": [{"type": "action", "name": "heal"}],
    });
    let observed = events(&[
        started(),
        done(Phase::Baseline, true, "baseline-0"),
        begin(Phase::Method, "method-0", "x"),
        (
            "activity.completed",
            Some(Phase::Method),
            json!({"key": "method-0", "name": activity_["name"], "type": activity_["type"],
            "status": "succeeded", "output": output}),
        ),
        done(Phase::After, true, "after-0"),
        activity(Phase::Rollbacks, "rollbacks-0", "heal", "succeeded"),
        ("run.finished", None, json!({"status": "completed", "deviated": false})),
    ]);
    let ending = Ending::Exited { code: Some(0), signal: None };
    let evidence = Evidence { journal: None, observed: &observed, ending, experiment: Some(&experiment) };
    let judgement = judge(&evidence);
    let sentence = sentence(&evidence, &judgement);
    (judgement, sentence)
}

#[test]
fn an_answer_that_says_of_itself_that_it_failed_is_never_passed_over() {
    let exit = |code: i64, stderr: &str| json!({"status": code, "stdout": "", "stderr": stderr});
    let http = |status: i64| json!({"status": status, "headers": {}, "body": "x"});
    let bad = [
        (action("process"), exit(1, "permission denied\n"), "cut-the-line exited with code 1 (permission denied)"),
        (action("process"), exit(-9, ""), "cut-the-line was ended by signal 9"),
        (action("http"), http(503), "cut-the-line returned HTTP status 503"),
        (action("http"), http(404), "cut-the-line returned HTTP status 404"),
        (action("python"), exit(2, "first\nlast.\n"), "cut-the-line exited with code 2 (last)"),
        (action("python"), http(500), "cut-the-line returned HTTP status 500"),
        (action("python"), json!({"returncode": 3, "stdout": "", "stderr": ""}), "cut-the-line exited with code 3"),
        (probe("process", Value::Null), exit(1, ""), "look exited with code 1"),
        (probe("http", json!(200)), http(201), "look returned 201 (expected 200)"),
        (probe("process", json!([0, 2])), exit(1, ""), "look returned exit 1 (expected one of 0, 2)"),
        (probe("python", json!({"type": "range", "range": [1, 3]})), json!(7), "look returned 7 (expected between 1 and 3)"),
        (probe("python", json!(true)), json!(false), "look returned false (expected true)"),
    ];
    for (activity, output, words) in bad {
        for (how, (judgement, sentence)) in [("journal", with(&activity, &output)), ("events", told(&activity, &output))] {
            assert_eq!(
                (judgement.verdict, judgement.reasons.as_slice()),
                (Verdict::Inconclusive, [Reason::MethodReportedFailure].as_slice()),
                "{how}: {activity} {output}"
            );
            let expected = format!("The steady state held, but in the method {words}, so the fault may not have been injected");
            assert!(sentence.starts_with(&expected), "{how}: {sentence}");
        }
    }
    let good = [
        (action("process"), exit(0, "a warning\n")),
        (action("http"), http(302)),
        (action("python"), json!({"status": 503})["none"].clone()),
        (action("python"), json!({"status": "failed"})),
        (probe("http", json!(404)), http(404)),
        (probe("process", json!([1, 2, 3])), exit(3, "")),
        (probe("python", json!([1, 3])), json!(2)),
        (probe("python", json!("${expected}")), json!("other")),
        (probe("python", json!({"type": "probe", "provider": {}})), json!("other")),
        (json!({"type": "action", "name": "a", "tolerance": 404, "provider": {"type": "http"}}), http(404)),
    ];
    for (activity, output) in good {
        assert_eq!(with(&activity, &output).0.verdict, Verdict::Passed, "{activity} {output}");
        assert_eq!(told(&activity, &output).0.verdict, Verdict::Passed, "{activity} {output}");
    }
}

#[test]
fn a_rollback_whose_answer_says_that_it_failed_has_failed() {
    let (judgement, sentence) = judged(
        Some(&sample("action-that-exits-with-an-error.journal.json")),
        &Observed::default(),
        Ending::Exited { code: Some(0), signal: None },
    );
    assert_eq!((judgement.verdict, judgement.rollbacks), (Verdict::Inconclusive, RollbackOutcome::Failed));
    assert_eq!(judgement.warnings, [Warning::RollbackFailed]);
    assert!(sentence.ends_with("the rollback start-cache exited with code 5 (no such unit)."), "{sentence}");
    let mut observed = events(&[started(), done(Phase::Baseline, true, "baseline-0"), done(Phase::After, true, "after-0")]);
    let failed = json!({"key": "rollbacks-0", "name": "heal", "type": "action", "status": "succeeded",
        "output": {"status": 5, "stdout": "", "stderr": "no such unit"}});
    observed.observe("activity.completed", Some(Phase::Rollbacks), None, &failed);
    observed.observe("run.finished", None, None, &json!({"status": "completed", "deviated": false}));
    let (judgement, sentence) = judged(None, &observed, Ending::Silent);
    assert_eq!(judgement.rollbacks, RollbackOutcome::Failed);
    assert!(sentence.ends_with("the rollback heal exited with code 5 (no such unit)."), "{sentence}");
}

#[test]
fn a_failing_answer_is_a_warning_where_something_stronger_has_decided() {
    let mut journal: Value = serde_json::from_slice(&sample("deviated.journal.json")).expect("JSON");
    journal["run"][0]["activity"] = action("process");
    journal["run"][0]["output"] = json!({"status": 1, "stdout": "", "stderr": ""});
    let (judgement, _) = judged(Some(journal.to_string().as_bytes()), &Observed::default(), Ending::Uploaded);
    assert_eq!(judgement.verdict, Verdict::Deviated);
    assert_eq!(judgement.warnings, [Warning::Also(Reason::MethodReportedFailure)]);
}

#[test]
fn an_action_that_lists_nothing_is_warned_of() {
    for (activity, output, warned) in [
        (action("python"), json!([]), true),
        (action("python"), json!(["pod-1"]), false),
        (action("python"), json!({}), false),
        (action("python"), json!(null), false),
        (probe("python", Value::Null), json!([]), false),
    ] {
        for (judgement, _) in [with(&activity, &output), told(&activity, &output)] {
            assert_eq!(judgement.verdict, Verdict::Passed);
            assert_eq!(judgement.warnings.contains(&Warning::ActionHitNothing), warned, "{activity} {output}");
        }
    }
}

#[test]
fn a_failing_answer_is_seen_however_much_comes_before_it() {
    let mut journal: Value = serde_json::from_slice(&sample("completed.journal.json")).expect("JSON");
    let mut run = vec![json!({"activity": action("process"), "status": "succeeded", "output": {"status": 0}}); 11_000];
    run.push(json!({"activity": action("process"), "status": "succeeded", "output": {"status": 1}}));
    journal["run"] = json!(run);
    let (judgement, _) = judged(Some(journal.to_string().as_bytes()), &Observed::default(), Ending::Uploaded);
    assert_eq!(judgement.reasons, [Reason::MethodReportedFailure]);
    let mut observed = events(&[started(), done(Phase::Baseline, true, "baseline-0"), done(Phase::After, true, "after-0")]);
    for n in 0..3_000 {
        let code = i64::from(n == 2_999);
        let data = json!({"key": format!("method-{n}"), "name": "again", "type": "action", "status": "succeeded",
            "output": {"status": code, "stdout": "x".repeat(2_000), "stderr": ""}});
        observed.observe("activity.completed", Some(Phase::Method), None, &data);
    }
    assert!(format!("{observed:?}").len() < 2_000_000);
    observed.observe("run.finished", None, None, &json!({"status": "completed", "deviated": false}));
    assert!(judged(None, &observed, Ending::Silent).0.reasons.contains(&Reason::MethodReportedFailure));
}

#[test]
fn a_long_answer_is_judged_by_its_status_and_not_by_what_was_left_out() {
    let body = json!({"status": 200, "headers": {}, "body": "x".repeat(90_000) + "end"});
    let matches = json!({"type": "regex", "target": "body", "pattern": "end$"});
    assert_eq!(with(&probe("http", matches), &body).0.verdict, Verdict::Passed);
    let mut failed = body.clone();
    failed["status"] = json!(500);
    assert_eq!(with(&probe("http", json!(200)), &failed).0.reasons, [Reason::MethodReportedFailure]);
    assert_eq!(with(&action("http"), &failed).0.reasons, [Reason::MethodReportedFailure]);
}

#[test]
fn a_dry_run_is_not_blamed_for_answers_that_were_never_given() {
    assert!(complaint(&probe("http", json!(200)), &Value::Null, false).is_some());
    let mut journal: Value = serde_json::from_slice(&sample("completed.journal.json")).expect("JSON");
    journal["experiment"]["dry"] = json!("activities");
    for record in journal["run"].as_array_mut().expect("a list") {
        record["output"] = Value::Null;
        record["activity"]["tolerance"] = json!(200);
    }
    let (judgement, _) = judged(Some(journal.to_string().as_bytes()), &Observed::default(), Ending::Uploaded);
    assert_eq!((judgement.verdict, judgement.reasons.as_slice()), (Verdict::Inconclusive, [Reason::DryRun].as_slice()));
    let mut observed = Observed::default();
    observed.observe(
        "run.started",
        None,
        None,
        &json!({"title": "T", "hypothesis": "All is well", "dry": "activities", "plan": []}),
    );
    let pretended = json!({"key": "method-0", "name": "look", "type": "action", "status": "succeeded", "output": null});
    observed.observe("activity.completed", Some(Phase::Method), None, &pretended);
    observed.observe("phase.completed", Some(Phase::After), None, &json!({"met": true, "probes": []}));
    observed.observe("run.finished", None, None, &json!({"status": "completed", "deviated": false}));
    assert_eq!(judged(None, &observed, Ending::Silent).0.reasons, [Reason::DryRun]);
}

#[test]
fn what_came_later_means_nothing_where_the_baseline_was_missed() {
    let (judgement, sentence) =
        judged(Some(&sample("baseline-missed-and-went-on.journal.json")), &Observed::default(), Ending::Uploaded);
    assert_eq!((judgement.verdict, judgement.reasons.as_slice()), (Verdict::BaselineNotMet, [Reason::BaselineMissed].as_slice()));
    assert!(judgement.warnings.contains(&Warning::MethodRanAnyway));
    assert_eq!(
        sentence,
        "Before the method the probe shop-answers returned 503 (expected 200); the method ran anyway, so later checks prove nothing."
    );
    let observed = events(&[
        started(),
        done(Phase::Baseline, false, "baseline-0"),
        begin(Phase::Method, "method-0", "kill"),
        activity(Phase::Method, "method-0", "kill", "succeeded"),
        done(Phase::After, false, "after-0"),
        ("run.finished", None, json!({"status": "completed", "deviated": true})),
    ]);
    let (judgement, _) = judged(None, &observed, Ending::Exited { code: Some(1), signal: None });
    assert_eq!(judgement.verdict, Verdict::BaselineNotMet);
    assert!(judgement.warnings.contains(&Warning::MethodRanAnyway));
}

#[test]
fn a_list_is_what_chaos_toolkit_takes_it_for() {
    let http = json!({"status": 204, "headers": {}, "body": ""});
    let (_, sentence) =
        judged(Some(&sample("two-statuses-are-not-a-range.journal.json")), &Observed::default(), Ending::Uploaded);
    assert!(sentence.contains("accepts-orders returned 204 (expected one of 200, 299)"), "{sentence}");
    for (tolerance, output, fits, words) in [
        (json!([200, 299]), http.clone(), false, "returned 204 (expected one of 200, 299)"),
        (json!([1, 3]), json!(4), false, "returned 4 (expected between 1 and 3)"),
        (json!(["a", "c"]), json!("d"), false, "returned “d” (expected between “a” and “c”)"),
        (json!([1, 2, 3]), json!(4), false, "returned 4 (expected one of 1, 2, 3)"),
        (json!([5]), json!(4), false, "returned 4 (expected one of 5)"),
        (json!({"type": "range", "range": [200, 299], "target": "status"}), http.clone(), true, ""),
        (json!(["a", "c"]), json!("b"), true, ""),
        (json!([200, 204]), http, true, ""),
        (json!(1), json!(true), true, ""),
    ] {
        assert_eq!(accepts(&tolerance, &output, false), Some(fits), "{tolerance} {output}");
        assert!(fits || against(&output, Some(&tolerance)) == words, "{}", against(&output, Some(&tolerance)));
    }
}
