//! Redaction: what is taken out, and what stays.

use super::{sample, samples};
use crate::toolkit::{Document, Format, Journal, Redactor};
use proptest::prelude::*;
use serde_json::json;

#[test]
fn known_values_go_wherever_they_stand() {
    let redactor = Redactor::new(["hunter22", "short", "two\nlines-of-it", "quo\"ted-value"]);
    assert_eq!(redactor.text("pw=hunter22; hunter22!"), "pw=[redacted]; [redacted]!");
    assert_eq!(redactor.text("short stays, lines-of-it goes"), "short stays, [redacted] goes");
    assert_eq!(redactor.text(r#"{"a": "quo\"ted-value"}"#), r#"{"a": "[redacted]"}"#);
    let mut value = json!({"hunter22": ["x hunter22 y", {"deep": "hunter22"}], "n": 1});
    redactor.value(&mut value);
    assert_eq!(value, json!({"[redacted]": ["x [redacted] y", {"deep": "[redacted]"}], "n": 1}));
}

#[test]
fn plain_credentials_go_without_being_known() {
    let redactor = Redactor::default();
    let key = "-----BEGIN RSA PRIVATE KEY-----\nMIIEow+/=\nAAAA\n-----END RSA PRIVATE KEY-----";
    let jwt = "eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJhY2NvdW50In0.c2lnbmF0dXJl";
    let cases = [
        ("Authorization: Bearer abcdefghijkl".to_owned(), "Authorization: Bearer [redacted]"),
        ("authorization: Basic dXNlcjpwYXNz".to_owned(), "authorization: Basic [redacted]"),
        ("id AKIAIOSFODNN7EXAMPLE.".to_owned(), "id [redacted]."),
        ("aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY".to_owned(), "aws_secret_access_key = [redacted]"),
        ("postgres://app:s3cret@db:5432/x".to_owned(), "postgres://app:[redacted]@db:5432/x"),
        ("tokens chp_abcdefgh12 and chr_ABCDEFGH-1".to_owned(), "tokens [redacted] and [redacted]"),
        (format!("cookie {jwt};"), "cookie [redacted];"),
        (format!("a\n{key}\nb"), "a\n[redacted]\nb"),
        (key.replace('\n', "\\n"), "[redacted]"),
    ];
    for (text, clean) in cases {
        assert_eq!(redactor.text(&text), clean);
    }
    let mut headers =
        json!({"Authorization": "opaque", "Set-Cookie": "a=b", "X-Token": "${token}", "password": "${pw}", "status": 200});
    redactor.value(&mut headers);
    assert_eq!(
        headers,
        json!({"Authorization": "[redacted]", "Set-Cookie": "[redacted]", "X-Token": "${token}", "password": "${pw}", "status": 200})
    );
}

#[test]
fn what_is_no_secret_stays_as_it_is() {
    let redactor = Redactor::new(Vec::<String>::new());
    for name in samples(".json").into_iter().chain(samples(".yaml")) {
        let bytes = sample(&name);
        assert!(redactor.bytes(&bytes) == bytes && redactor.json(&bytes) == bytes, "{name}");
    }
    for text in ["the bearer of news", "http://host:8080/a@b", "basic authentication", "chp_short", "mailto: a@b.c"] {
        assert_eq!(redactor.text(text), text);
    }
}

#[test]
fn a_redacted_journal_is_still_json() {
    let redactor = Redactor::new(["checkout-is-healthy"]);
    let bytes = sample("deviated.journal.json");
    let clean: serde_json::Value = serde_json::from_slice(&redactor.bytes(&bytes)).expect("JSON");
    assert_eq!(clean["run"][0]["activity"]["name"], "kill-dependency");
    assert_eq!(clean["steady_states"]["before"]["probes"][0]["activity"]["name"], "[redacted]");
}

#[test]
fn a_number_that_is_a_secret_becomes_text_where_it_stands_alone() {
    let redactor = Redactor::new(["1234567", "quo\"ted"]);
    let text = r#"{"a\"b": 1234567, "b": -1234567, "c": 0.1234567, "d": "x\\", "e": [1234567,71234567], "f": "no 1234567"}"#;
    let clean = r#"{"a\"b": "[redacted]", "b": -1234567, "c": 0.1234567, "d": "x\\", "e": ["[redacted]",71234567], "f": "no [redacted]"}"#;
    assert_eq!(String::from_utf8_lossy(&redactor.json(text.as_bytes())), clean);
}

#[test]
fn a_journal_loses_the_same_as_an_event() {
    let redactor = Redactor::new(["hunter22", "1234567"]);
    let output = json!({
        "headers": {"Set-Cookie": "session=\"a\\b\"; Path=/", "X-Api-Key": "k", "authorization": "${auth}", "Age": "7"},
        "body": {"password": "p", "api_key": "", "hunter22": 1234567, "cookie": ["is kept"], "said": "a password: p"},
    });
    let mut event = output.clone();
    redactor.value(&mut event);
    for text in [output.to_string(), serde_json::to_string_pretty(&output).expect("JSON")] {
        let journal: serde_json::Value = serde_json::from_slice(&redactor.json(text.as_bytes())).expect("JSON");
        assert_eq!(journal, event);
    }
    assert_eq!(
        event["headers"],
        json!({"Set-Cookie": "[redacted]", "X-Api-Key": "[redacted]", "authorization": "${auth}", "Age": "7"})
    );
}

#[test]
fn a_private_key_that_may_go_on_is_not_settled() {
    let settled = |text: &str| Redactor::settled(text.as_bytes());
    let begun = "a\nkey: -----BEGIN EC PRIVATE KEY-----\nMIIE\n";
    assert_eq!(settled(begun), 2);
    for text in ["a\n".to_owned(), format!("{begun}-----END EC PRIVATE KEY-----\n"), format!("{begun}(no key)\n")] {
        assert_eq!(settled(&text), text.len());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_pass_through(bytes in prop::collection::vec(any::<u8>(), 0..300), secret in "[a-z]{0,9}") {
        let redactor = Redactor::new([secret]);
        _ = (redactor.bytes(&bytes), redactor.json(&bytes));
        prop_assert!(Redactor::settled(&bytes) <= bytes.len());
    }
}

#[test]
fn a_secret_that_is_a_word_of_the_structure_leaves_the_document_what_it_is() {
    let redactor = Redactor::new(["failed", "status", "process", "headers", "default"]);
    let document = json!({
        "status": "failed", "failed": "failed",
        "run": [{"status": "failed", "activity": {"type": "action", "provider": {"type": "process", "path": "failed"}},
            "output": {"status": "failed", "stdout": "it failed", "headers": {"failed": "x"}}, "exception": ["it failed"]}],
        "experiment": {"runtime": {"rollbacks": {"strategy": "default"}}, "secrets": {"queue": {"vhost": "failed"}}},
    });
    let clean = json!({
        "status": "failed", "[redacted]": "[redacted]",
        "run": [{"status": "failed", "activity": {"type": "action", "provider": {"type": "process", "path": "[redacted]"}},
            "output": {"status": "[redacted]", "stdout": "it [redacted]", "headers": {"[redacted]": "x"}}, "exception": ["it [redacted]"]}],
        "experiment": {"runtime": {"rollbacks": {"strategy": "default"}}, "secrets": {"queue": {"vhost": "[redacted]"}}},
    });
    let mut value = document.clone();
    redactor.value(&mut value);
    assert_eq!(value, clean);
    for text in [document.to_string(), serde_json::to_string_pretty(&document).expect("JSON")] {
        let read: serde_json::Value = serde_json::from_slice(&redactor.json(text.as_bytes())).expect("JSON");
        assert_eq!(read, clean);
    }
}

#[test]
fn a_value_is_known_in_the_forms_in_which_it_turns_up() {
    let redactor = Redactor::new(["p/ss wörd", "it's\\so", "0012345678"]);
    for text in [
        "p/ss wörd",
        "p%2Fss%20w%C3%B6rd",
        "p/ss%20w%C3%B6rd",
        "p%2Fss+w%C3%B6rd",
        "p/ss w\\u00f6rd",
        "cC9zcyB3w7ZyZA==",
        "it\\'s\\\\so",
        "12345678",
        "0012345678",
    ] {
        assert_eq!(redactor.text(text), "[redacted]", "{text}");
    }
}

#[test]
fn numbers_are_known_as_they_were_written() {
    let long = "12345678901234567890123";
    let text = format!("{{\"secrets\": {{\"a\": {{\"b\": {long}, \"c\": 1234567.50}}}}}}");
    let document = Document::parse(text.as_bytes(), Format::Json).expect("a document");
    let redactor = Redactor::new(document.secret_values());
    for text in [long, "1234567.50", "1234567.5"] {
        assert_eq!(redactor.text(text), "[redacted]", "{text}");
    }
    let yaml = Document::parse(b"secrets:\n  a:\n    b: 1_234_567\n    c: 0x12D687F\n", Format::Yaml).expect("a document");
    let redactor = Redactor::new(yaml.secret_values());
    for text in ["1_234_567", "1234567", "0x12D687F", "19753087"] {
        assert_eq!(redactor.text(text), "[redacted]", "{text}");
    }
    let journal = format!("{{\"experiment\": {{\"secrets\": {{\"a\": {{\"b\": {long}}}}}}}, \"run\": []}}");
    let known = Journal::read(journal.as_bytes()).expect("a journal").secret_values();
    assert!(known.iter().any(|value| value == long), "{known:?}");
}
