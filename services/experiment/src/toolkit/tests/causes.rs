//! Python's exceptions in plain words, the same from journal, events and log.

use super::{events, judged, sample, started};
use crate::toolkit::causes::cause;
use crate::toolkit::*;
use chaoshub_facade::experiment::Phase;
use serde_json::{Value, json};

#[test]
fn the_fact_comes_first_and_classes_are_left_out() {
    let pool = "HTTPConnectionPool(host='127.0.0.1', port=1): Max retries exceeded with url: /x (Caused by ";
    let cases = [
        (format!("chaoslib.exceptions.ActivityFailed: failed to connect to http://127.0.0.1:1/x: {pool}NewConnectionError('<urllib3.connection.HTTPConnection object at 0x7f>: Failed to establish a new connection: [Errno 111] Connection refused'))"), "connection refused at 127.0.0.1:1"),
        (format!("requests.exceptions.ConnectionError: {pool}NewConnectionError(\"HTTPConnection(host='127.0.0.1', port=1): Failed to establish a new connection: [Errno 111] Connection refused\"))"), "connection refused at 127.0.0.1:1"),
        (format!("failed to connect to http://127.0.0.1:1/x: {pool}ConnectTimeoutError(<urllib3.connection.HTTPConnection object at 0x7f>, 'Connection to 127.0.0.1 timed out. (connect timeout=3)'))"), "no answer from 127.0.0.1:1 within 3 s"),
        ("requests.exceptions.ReadTimeout: HTTPSConnectionPool(host='shop.example', port=443): Read timed out. (read timeout=0.5)".to_owned(), "no answer from shop.example:443 within 0.5 s"),
        ("chaoslib.exceptions.ActivityFailed: activity took too long to complete".to_owned(), "no answer in time"),
        ("chaoslib.exceptions.ActivityFailed: process activity took too long to complete".to_owned(), "process activity took too long to complete"),
        ("failed to connect to http://shop.invalid/: HTTPConnectionPool(host='shop.invalid', port=80): Max retries exceeded with url: / (Caused by NameResolutionError(\"<urllib3.connection.HTTPConnection object at 0x7f>: Failed to resolve 'shop.invalid' ([Errno -2] Name or service not known)\"))".to_owned(), "the host name shop.invalid cannot be resolved"),
        ("socket.gaierror: [Errno -3] Temporary failure in name resolution".to_owned(), "the host name cannot be resolved"),
        ("failed to connect to https://shop.example/: HTTPSConnectionPool(host='shop.example', port=443): Max retries exceeded with url: / (Caused by SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: self-signed certificate (_ssl.c:992)')))".to_owned(), "TLS error at shop.example:443: certificate verify failed: self-signed certificate"),
        ("('Connection aborted.', RemoteDisconnected('Remote end closed connection without response'))".to_owned(), "connection closed without an answer"),
        ("ConnectionResetError: [Errno 104] Connection reset by peer".to_owned(), "connection reset"),
        ("OSError: [Errno 101] Network is unreachable".to_owned(), "network is unreachable"),
        ("chaoslib.exceptions.ActivityFailed: ModuleNotFoundError: No module named 'chaosk8s'".to_owned(), "the Python module chaosk8s is not installed"),
        ("PermissionError: [Errno 13] Permission denied: '/etc/shadow'".to_owned(), "permission denied: /etc/shadow"),
        ("FileNotFoundError: [Errno 2] No such file or directory: 'kubectl'".to_owned(), "no such file or directory: kubectl"),
        ("chaoslib.exceptions.ActivityFailed: ValueError: no such host".to_owned(), "no such host"),
        ("chaoslib.exceptions.ActivityFailed: KeyError: 'replicas'".to_owned(), "the key 'replicas' is missing"),
        ("AssertionError".to_owned(), "AssertionError"),
        ("kubernetes.client.exceptions.ApiException: (404)\nReason: Not Found\nHTTP response headers: x".to_owned(), "(404)"),
        ("Traceback (most recent call last):\n  File \"a.py\", line 1, in f\n    raise ValueError(\"a: b\")\nValueError: a: b\n\nDuring handling of the above exception, another exception occurred:\n\nTraceback (most recent call last):\nmy.own.Trouble: the second one\nwith more".to_owned(), "the second one"),
        ("attack failed: {\n  \"error\": \"Unmarshalling\"\n}".to_owned(), "attack failed: { \"error\": \"Unmarshalling\" }"),
        ("Configuration makes reference to an environment key that does not exist: REGION".to_owned(), "the environment variable REGION is not set"),
        ("Secrets make reference to an environment key that does not exist: WORD".to_owned(), "the environment variable WORD is not set"),
        ("plain words without a class.".to_owned(), "plain words without a class"),
        (String::new(), ""),
    ];
    for (text, words) in cases {
        assert_eq!(cause(&text).words, words, "{text}");
    }
}

#[test]
fn journal_and_events_quote_an_exception_alike() {
    let bytes = sample("error-ends-with-brace.journal.json");
    let (_, sentence) = judged(Some(&bytes), &Observed::default(), Ending::Uploaded);
    assert!(sentence.contains("stress-cpu failed (attack failed: { \"error\": \"Unmarshalling task type"), "{sentence}");
    let journal: Value = serde_json::from_slice(&bytes).expect("JSON");
    let error = journal["run"][0]["exception"][1].as_str().expect("a text");
    let mut observed = events(&[started()]);
    let failed = json!({"key": "method-0", "name": "stress-cpu", "status": "failed", "error": error});
    observed.observe("activity.completed", Some(Phase::Method), None, &failed);
    observed.observe("run.finished", None, None, &json!({"status": "completed"}));
    let (_, told) = judged(None, &observed, Ending::Silent);
    let quoted = |sentence: &str| sentence.split("stress-cpu failed (").nth(1).map(|rest| rest[..60].to_owned());
    assert_eq!(quoted(&told), quoted(&sentence));
}

#[test]
fn a_probe_without_an_answer_did_not_respond_or_could_not_run() {
    let of = |error: &str| {
        let mut journal: Value = serde_json::from_slice(&sample("gate-not-met.journal.json")).expect("JSON");
        let probe = &mut journal["steady_states"]["before"]["probes"][0];
        probe["status"] = json!("failed");
        probe["exception"] = json!(["Traceback (most recent call last):\n", error]);
        journal["status"] = json!("failed");
        judged(Some(journal.to_string().as_bytes()), &Observed::default(), Ending::Uploaded).1
    };
    assert_eq!(
        of("chaoslib.exceptions.ActivityFailed: failed to connect to http://127.0.0.1:1/: [Errno 111] Connection refused\n"),
        "Before the method the probe wants-204 did not respond (connection refused at 127.0.0.1:1); the method did not run."
    );
    assert!(of("chaoslib.exceptions.ActivityFailed: ValueError: odd\n").contains("wants-204 could not run (odd)"));
}

#[test]
fn the_last_error_of_the_log_says_why_a_run_did_not_start() {
    let log = "\u{1b}[32m[2026-12-01 00:38:42 INFO] Validating the experiment's syntax\n\u{1b}[31m[2026-12-01 00:38:42 ERROR] Configuration makes reference to an environment key that does not exist: REGION_OF_NOBODY\n\u{1b}[0m";
    let error = last_error(log).expect("an error");
    let observed = events(&[("process.exited", None, json!({"code": 1, "log_error": error}))]);
    let (judgement, sentence) = judged(None, &observed, Ending::Exited { code: Some(1), signal: None });
    assert_eq!(judgement.reasons, [Reason::DidNotStart]);
    assert_eq!(
        sentence,
        "Chaos Toolkit ended with exit code 1 before the run began: the environment variable REGION_OF_NOBODY is not set."
    );
    assert_eq!(last_error("[2026-12-01 00:38:42 ERROR] [experiment:42] no good").as_deref(), Some("no good"));
    assert_eq!(
        last_error("x\nTraceback (most recent call last):\n  File\nValueError: odd\n").as_deref(),
        Some("ValueError: odd")
    );
    assert_eq!(last_error("[2026-12-01 00:38:42 INFO] all is well\n"), None);
}
