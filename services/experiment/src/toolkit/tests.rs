//! The promises of this room, checked on real documents: every sample's verdict, and that no bytes can upset a reader.

use chaoshub_facade::experiment::{Phase, Verdict};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::{fs, path::PathBuf};

use super::observed::Observed;
use super::verdict::RollbackOutcome;
use super::*;

mod answers;
mod bounds;
mod causes;
mod documents;
mod fingerprint;
mod grammar;
mod parameters;
mod redaction;

fn sample(name: &str) -> Vec<u8> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/samples").join(name);
    fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn samples(ending: &str) -> Vec<String> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/samples");
    let entries = fs::read_dir(folder).expect("the samples are part of the sources");
    let mut names: Vec<String> =
        entries.map(|entry| entry.expect("a readable folder").file_name().to_string_lossy().into_owned()).collect();
    names.retain(|name| name.ends_with(ending));
    names.sort();
    names
}

fn judged(journal: Option<&[u8]>, observed: &Observed, ending: Ending) -> (Judgement, String) {
    let journal = journal.map(|bytes| Journal::read(bytes).expect("a journal"));
    let evidence = Evidence { journal: journal.as_ref(), observed, ending, experiment: None };
    let judgement = judge(&evidence);
    let sentence = sentence(&evidence, &judgement);
    (judgement, sentence)
}

fn events(list: &[(&str, Option<Phase>, Value)]) -> Observed {
    let mut observed = Observed::default();
    let start = chrono::DateTime::UNIX_EPOCH;
    for (index, (kind, phase, data)) in list.iter().enumerate() {
        let at = start + chrono::TimeDelta::seconds(i64::try_from(index).expect("a few events"));
        observed.observe(kind, *phase, Some(at), data);
    }
    observed
}

fn started() -> (&'static str, Option<Phase>, Value) {
    let plan = json!([
        {"key": "baseline-0", "phase": "baseline", "name": "healthy", "type": "probe", "background": false},
        {"key": "method-0", "phase": "method", "name": "kill", "type": "action", "background": false},
        {"key": "method-1", "phase": "method", "name": "look", "type": "probe", "background": false},
        {"key": "after-0", "phase": "after", "name": "healthy", "type": "probe", "background": false},
        {"key": "rollbacks-0", "phase": "rollbacks", "name": "heal", "type": "action", "background": false},
    ]);
    ("run.started", None, json!({"title": "T", "hypothesis": "All is well", "plan": plan}))
}

fn activity(phase: Phase, key: &str, name: &str, status: &str) -> (&'static str, Option<Phase>, Value) {
    (
        "activity.completed",
        Some(phase),
        json!({"key": key, "name": name, "type": "action", "status": status,
            "output": if phase == Phase::After { json!({"status": 503, "headers": {}, "body": "no"}) } else { json!("done") }}),
    )
}

fn begin(phase: Phase, key: &str, name: &str) -> (&'static str, Option<Phase>, Value) {
    ("activity.started", Some(phase), json!({"key": key, "name": name, "type": "action"}))
}

fn done(phase: Phase, met: bool, probe: &str) -> (&'static str, Option<Phase>, Value) {
    ("phase.completed", Some(phase), json!({"met": met, "probes": [{"key": probe, "name": "healthy", "tolerance_met": met}]}))
}

#[test]
fn every_sample_gets_its_verdict_and_sentence() {
    let expected: Value = serde_json::from_slice(&sample("verdicts.json")).expect("a table");
    let names = samples(".journal.json");
    let listed: Vec<&String> = expected.as_object().expect("by file").keys().collect();
    assert_eq!(listed.len(), names.len(), "every journal is in the table, and only those: {names:?}");
    for name in names {
        let line = verdict_of_file(&sample(&name)).expect("readable");
        assert_eq!(json!(line), expected[&name], "{name}");
    }
}

#[test]
fn a_killed_run_is_interrupted_and_its_rollbacks_are_unknown() {
    let observed = events(&[started(), done(Phase::Baseline, true, "baseline-0"), begin(Phase::Method, "method-0", "kill")]);
    let (judgement, sentence) = judged(None, &observed, Ending::StoppedByUs { killed: true });
    assert_eq!((judgement.verdict, judgement.rollbacks), (Verdict::Interrupted, RollbackOutcome::Unknown));
    assert_eq!(judgement.reasons, [Reason::Killed]);
    assert_eq!(judgement.warnings, [Warning::RollbacksUnknown]);
    assert_eq!(
        sentence,
        "It did not stop when asked and was killed while kill was running; whether the rollbacks were played is not known."
    );
}

#[test]
fn a_run_that_never_began_failed_to_start() {
    let (judgement, sentence) = judged(None, &Observed::default(), Ending::Exited { code: Some(1), signal: None });
    assert_eq!((judgement.verdict, judgement.reasons.as_slice()), (Verdict::Failed, [Reason::DidNotStart].as_slice()));
    assert_eq!(sentence, "Chaos Toolkit ended with exit code 1 before the run began; its log says why.");
}

#[test]
fn a_run_that_dies_in_the_middle_is_told_from_one_that_is_killed_from_outside() {
    let observed = events(&[started(), begin(Phase::Method, "method-0", "kill")]);
    let (exited, _) = judged(None, &observed, Ending::Exited { code: Some(1), signal: None });
    assert_eq!((exited.verdict, exited.reasons.as_slice()), (Verdict::Failed, [Reason::EndedWithoutJournal].as_slice()));
    let (killed, sentence) = judged(None, &observed, Ending::Exited { code: None, signal: Some(9) });
    assert_eq!((killed.verdict, killed.reasons.as_slice()), (Verdict::Interrupted, [Reason::EndedBySignal].as_slice()));
    assert!(sentence.starts_with("Its process was ended by signal 9 while kill was running"), "{sentence}");
}

#[test]
fn silence_is_lost_unless_the_end_was_told() {
    let observed = events(&[started(), begin(Phase::Method, "method-0", "kill")]);
    let (lost, sentence) = judged(None, &observed, Ending::Silent);
    assert_eq!((lost.verdict, lost.reasons.as_slice()), (Verdict::Lost, [Reason::FellSilent].as_slice()));
    assert!(sentence.starts_with("No sign of life any more while kill was running; check that the fault is gone"), "{sentence}");
    assert_eq!(judged(None, &Observed::default(), Ending::Silent).0.verdict, Verdict::Lost);
    let told = whole(true, "completed", false);
    assert_eq!(judged(None, &told, Ending::Silent).0.verdict, Verdict::Passed);
}

fn whole(after: bool, status: &str, deviated: bool) -> Observed {
    events(&[
        started(),
        activity(Phase::Baseline, "baseline-0", "healthy", "succeeded"),
        done(Phase::Baseline, true, "baseline-0"),
        begin(Phase::Method, "method-0", "kill"),
        activity(Phase::Method, "method-0", "kill", "succeeded"),
        activity(Phase::After, "after-0", "healthy", "succeeded"),
        done(Phase::After, after, "after-0"),
        activity(Phase::Rollbacks, "rollbacks-0", "heal", "succeeded"),
        ("run.finished", None, json!({"status": status, "deviated": deviated})),
    ])
}

#[test]
fn events_alone_are_judged_like_a_journal() {
    let (passed, sentence) = judged(None, &whole(true, "completed", false), Ending::Exited { code: Some(0), signal: None });
    assert_eq!((passed.verdict, passed.rollbacks), (Verdict::Passed, RollbackOutcome::Played));
    assert_eq!(sentence, "The steady state held before and after the method; rollbacks played.");
    let (deviated, sentence) = judged(None, &whole(false, "completed", true), Ending::Exited { code: Some(1), signal: None });
    assert_eq!(deviated.verdict, Verdict::Deviated);
    assert_eq!(sentence, "3.0 s after the method began, the probe healthy returned 503; rollbacks played.");
}

#[test]
fn a_failed_activity_of_the_method_is_never_passed_over() {
    let mut observed = whole(true, "completed", false);
    observed.observe(
        "activity.completed",
        Some(Phase::Method),
        None,
        &json!({"key": "method-1", "name": "look", "status": "failed", "error": "boom"}),
    );
    let (judgement, sentence) = judged(None, &observed, Ending::Uploaded);
    assert_eq!(
        (judgement.verdict, judgement.reasons.as_slice()),
        (Verdict::Inconclusive, [Reason::MethodActivityFailed].as_slice())
    );
    assert!(sentence.starts_with("The steady state held, but in the method look failed (boom)"), "{sentence}");
    let mut journal: Value = serde_json::from_slice(&sample("deviated.journal.json")).expect("JSON");
    journal["run"][0]["status"] = json!("failed");
    let (judgement, _) = judged(Some(journal.to_string().as_bytes()), &Observed::default(), Ending::Uploaded);
    assert_eq!(judgement.warnings, [Warning::Also(Reason::MethodActivityFailed)]);
}

/// A sample with some values set, given as pointers.
fn changed(name: &str, changes: &[(&str, Value)]) -> (Judgement, String) {
    let mut journal: Value = serde_json::from_slice(&sample(name)).expect("JSON");
    for (pointer, value) in changes {
        *journal.pointer_mut(pointer).unwrap_or_else(|| panic!("{pointer} in {name}")) = value.clone();
    }
    judged(Some(journal.to_string().as_bytes()), &Observed::default(), Ending::Uploaded)
}

#[test]
fn the_rows_of_the_rule_are_tried_in_order() {
    let verdict = |name, changes: &[(&str, Value)]| changed(name, changes).0.verdict;
    assert_eq!(verdict("deviated.journal.json", &[("/status", json!("interrupted"))]), Verdict::Interrupted);
    assert_eq!(verdict("deviated.journal.json", &[("/status", json!("failed"))]), Verdict::Deviated);
    // Versions before 1.35 call a clean miss failed.
    assert_eq!(verdict("gate-not-met.journal.json", &[("/status", json!("failed"))]), Verdict::BaselineNotMet);
    assert_eq!(
        verdict(
            "gate-not-met.journal.json",
            &[("/status", json!("failed")), ("/steady_states/before/probes/0/status", json!("failed"))]
        ),
        Verdict::Failed
    );
    // --fail-fast ends a run that only checks during the method as failed.
    assert_eq!(verdict("continuous.journal.json", &[("/status", json!("failed"))]), Verdict::Deviated);
    assert_eq!(verdict("completed.journal.json", &[("/status", json!("failed"))]), Verdict::Failed);
    assert_eq!(verdict("completed.journal.json", &[("/experiment/dry", json!("actions"))]), Verdict::Inconclusive);
    assert_eq!(verdict("completed.journal.json", &[("/experiment/dry", json!(false))]), Verdict::Passed);
    assert_eq!(
        verdict("completed.journal.json", &[("/experiment/method", json!([])), ("/run", json!([]))]),
        Verdict::Inconclusive
    );
}

#[test]
fn a_probe_that_raised_during_the_method_is_no_deviation_and_no_pass() {
    let missed =
        json!({"steady_state_met": false, "probes": [{"activity": {"name": "p"}, "status": "failed", "tolerance_met": false}]});
    let (judgement, _) = changed("continuous.journal.json", &[("/steady_states/during", json!([missed]))]);
    assert_eq!(
        (judgement.verdict, judgement.reasons.as_slice()),
        (Verdict::Inconclusive, [Reason::DuringProbeFailed].as_slice())
    );
}

#[test]
fn rollbacks_that_failed_or_were_cut_are_warned_of() {
    for status in [json!("failed"), Value::Null] {
        let (judgement, sentence) = changed("completed.journal.json", &[("/rollbacks/0/status", status)]);
        assert_eq!((judgement.verdict, judgement.rollbacks), (Verdict::Passed, RollbackOutcome::Failed));
        assert_eq!(judgement.warnings, [Warning::RollbackFailed]);
        assert!(sentence.ends_with("the rollback say-bye failed."), "{sentence}");
    }
    let (none, _) = changed("gate-not-met.journal.json", &[]);
    assert_eq!(none.rollbacks, RollbackOutcome::NoneDeclared);
}

#[test]
fn a_cut_journal_is_completed_by_the_events() {
    let (judgement, _) = judged(
        Some(&sample("completed-cut.journal.json")),
        &whole(true, "completed", false),
        Ending::Exited { code: Some(0), signal: None },
    );
    assert_eq!((judgement.verdict, judgement.rollbacks), (Verdict::Passed, RollbackOutcome::Played));
    assert_eq!(judgement.warnings, [Warning::Also(Reason::JournalIncomplete)]);
}

#[test]
fn progress_says_phase_and_step() {
    let mut list = vec![];
    assert_eq!(progress(&events(&list)), "Waiting for its first sign of life");
    list.push(started());
    assert_eq!(progress(&events(&list)), "Started");
    list.push(begin(Phase::Baseline, "baseline-0", "healthy"));
    assert_eq!(progress(&events(&list)), "Checking the baseline, step 1 of 1: healthy");
    list.push(activity(Phase::Baseline, "baseline-0", "healthy", "succeeded"));
    list.push(done(Phase::Baseline, true, "baseline-0"));
    assert_eq!(progress(&events(&list)), "Baseline holds; method is next");
    list.push(activity(Phase::Method, "method-0", "kill", "succeeded"));
    list.push(begin(Phase::Method, "method-1", "look"));
    assert_eq!(progress(&events(&list)), "Baseline holds; method, step 2 of 2: look");
    assert_eq!(
        events(&list).progress(),
        chaoshub_facade::experiment::Progress { done: 2, total: 5, current: Some("look".into()) }
    );
    list.push(("run.stopping", None, json!({"how": "flag", "why": "asked"})));
    assert_eq!(progress(&events(&list)), "Stopping; baseline holds; method, step 2 of 2: look");
}

#[test]
fn every_finding_has_its_own_code_and_explains_itself() {
    let codes: std::collections::BTreeSet<_> = Reason::ALL.iter().map(|reason| reason.code()).collect();
    assert_eq!(codes.len(), Reason::ALL.len());
    for reason in Reason::ALL {
        assert!(reason.code().bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-'), "{}", reason.code());
        assert!(reason.describe().ends_with('.') && reason.describe().len() > 20, "{}", reason.code());
    }
}

#[test]
fn a_cut_at_any_byte_is_read_or_refused() {
    for (name, step) in [("deviated.journal.json", 1), ("continuous.journal.json", 23), ("failing-action.journal.json", 23)] {
        let bytes = sample(name);
        let text = bytes.trim_ascii_end().len();
        for end in (0..text).step_by(step) {
            if let Ok(journal) = Journal::read(&bytes[..end]) {
                assert!(journal.truncated, "{name} cut at {end}");
                let line = verdict_of_file(&bytes[..end]).expect("read before");
                assert_ne!(line.verdict, Verdict::Passed, "{name} cut at {end}");
            }
        }
        assert!(!Journal::read(&bytes[..text]).expect("whole").truncated, "{name}");
    }
}

#[test]
fn what_is_no_journal_says_what_it_is() {
    let why = |bytes: &[u8]| Journal::read(bytes).expect_err("no journal");
    for nothing in [b"".as_slice(), b" \n"] {
        assert_eq!(why(nothing), Unreadable::Empty);
    }
    for text in [b"<html></html>".as_slice(), b"title: yaml\n"] {
        assert!(matches!(why(text), Unreadable::NotJson { line: 1, .. }));
    }
    for other in [b"[1, 2]".as_slice(), b"{\"a\": 1}"] {
        assert_eq!(why(other), Unreadable::NotAJournal);
    }
    assert_eq!(why(&sample("deviated.experiment.json")), Unreadable::Experiment);
}

#[test]
fn what_json_cannot_say_is_read_all_the_same() {
    assert!(!Journal::read(&sample("not-a-number.journal.json")).expect("a journal").truncated);
    let strange = b"\xef\xbb\xbf{\"status\": \"completed\", \"duration\": -Infinity, \"node\": \"\\ud83d\\ude00 \\ud800\"}";
    let journal = Journal::read(strange).expect("a journal");
    assert_eq!(journal.node.as_deref(), Some("\u{1f600} \u{fffd}"));
}

#[test]
fn times_without_a_zone_are_utc() {
    let journal = Journal::read(&sample("legacy-lib0.20-completed.journal.json")).expect("a journal");
    assert_eq!(journal.start.map(|start| start.to_rfc3339()), Some("2026-11-20T19:20:15.695292+00:00".to_owned()));
}

fn mutated() -> impl Strategy<Value = Vec<u8>> {
    let names = samples(".journal.json");
    (0..names.len(), prop::collection::vec((any::<prop::sample::Index>(), 0_u8..4, any::<u8>()), 0..12)).prop_map(
        move |(which, changes)| {
            let mut bytes = sample(&names[which]);
            for (index, how, byte) in changes {
                let at = index.index(bytes.len());
                match how {
                    0 => bytes[at] = byte,
                    1 => bytes.insert(at, byte),
                    2 => _ = bytes.remove(at),
                    _ => bytes.insert(at, b"{}[]\",:\\"[usize::from(byte) % 8]),
                }
            }
            bytes
        },
    )
}

fn any_event() -> impl Strategy<Value = (String, Option<Phase>, Value)> {
    let kinds = [
        "run.started",
        "phase.started",
        "phase.completed",
        "activity.started",
        "activity.completed",
        "run.stopping",
        "run.finished",
        "other",
    ];
    let phases =
        [None, Some(Phase::Baseline), Some(Phase::Method), Some(Phase::During), Some(Phase::After), Some(Phase::Rollbacks)];
    let status = prop::sample::select(vec![
        json!("succeeded"),
        json!("failed"),
        json!("completed"),
        json!("interrupted"),
        json!(null),
        json!(7),
    ]);
    let flag = prop::sample::select(vec![json!(true), json!(false), json!(null), json!("odd")]);
    (prop::sample::select(kinds.to_vec()), prop::sample::select(phases.to_vec()), status, flag, 0..4_u8).prop_map(|(kind, phase, status, flag, n)| {
        let data = json!({"key": format!("method-{n}"), "name": "é", "status": status, "deviated": flag, "met": flag, "how": "flag", "probes": [{"key": format!("method-{n}"), "name": "n", "tolerance_met": flag}]});
        (kind.to_owned(), phase, data)
    })
}

fn any_ending() -> impl Strategy<Value = Ending> {
    prop_oneof![
        (any::<Option<i32>>(), any::<Option<i32>>()).prop_map(|(code, signal)| Ending::Exited { code, signal }),
        any::<bool>().prop_map(|killed| Ending::StoppedByUs { killed }),
        Just(Ending::Silent),
        Just(Ending::Uploaded),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        _ = verdict_of_file(&bytes);
        _ = verdict_of_file(&[b"{\"run\": ".as_slice(), &bytes].concat());
    }

    #[test]
    fn a_damaged_journal_is_read_or_refused(bytes in mutated()) {
        _ = verdict_of_file(&bytes);
    }

    #[test]
    fn any_json_journal_is_judged(bytes in mutated(), list in prop::collection::vec(any_event(), 0..20), ending in any_ending()) {
        let observed = events(&list.iter().map(|(kind, phase, data)| (kind.as_str(), *phase, data.clone())).collect::<Vec<_>>());
        let journal = Journal::read(&bytes).ok();
        for journal in [None, journal.as_ref()] {
            let evidence = Evidence { journal, observed: &observed, ending, experiment: None };
            let judgement = judge(&evidence);
            prop_assert_eq!(&judgement, &judge(&evidence));
            prop_assert_eq!(judgement.verdict == Verdict::Passed, judgement.reasons.is_empty());
            prop_assert!(sentence(&evidence, &judgement).ends_with('.'));
            prop_assert!(!progress(&observed).is_empty());
        }
    }
}
