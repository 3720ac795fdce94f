//! The check against the real validator: an error is what Chaos Toolkit refuses, all else is a warning. What it says of each
//! document of the table is written down there; that it still says so is asked where the real one is at hand.

use crate::toolkit::*;
use proptest::prelude::*;
use serde_json::Value;
use std::path::PathBuf;

fn table() -> Vec<Value> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/cases/documents.ndjson");
    let text = std::fs::read_to_string(path).expect("the table is part of the sources");
    text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

fn errors(text: &str, format: Format) -> Vec<Problem> {
    let problems = Document::parse(text.as_bytes(), format).map_or_else(|problems| problems, |document| document.check());
    problems.into_iter().filter(|problem| problem.severity == Severity::Error).collect()
}

fn of(row: &Value) -> (&str, Format) {
    let format = if row["format"] == "yaml" { Format::Yaml } else { Format::Json };
    (row["text"].as_str().expect("a text"), format)
}

#[test]
fn an_error_is_what_chaos_toolkit_refuses_and_nothing_else() {
    let rows = table();
    assert!(rows.len() >= 150);
    let wrong: Vec<String> = rows
        .iter()
        .filter_map(|row| {
            let (text, format) = of(row);
            let found = errors(text, format);
            (found.is_empty() == (row["refused"] == true))
                .then(|| format!("{} ({format:?}): refused {}, {found:?}", row["name"], row["refused"]))
        })
        .collect();
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), rows.len(), wrong.join("\n"));
}

#[test]
fn every_problem_has_a_code_and_reads_as_a_sentence() {
    for row in table() {
        let (text, format) = of(&row);
        let problems = Document::parse(text.as_bytes(), format).map_or_else(|problems| problems, |document| document.check());
        for Problem { code, message, .. } in problems {
            assert!(!code.is_empty() && code.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-'), "{code}: {message}");
            assert!(message.ends_with(['.', '?']), "{message}");
            let first = message.chars().next().expect("a letter");
            assert!(!first.is_lowercase(), "{message}");
        }
    }
}

fn warned(text: &str, format: Format) -> Vec<(String, String, String)> {
    let document = Document::parse(text.as_bytes(), format).expect("a document");
    document.check().into_iter().map(|problem| (problem.path, problem.code, problem.message)).collect()
}

#[test]
fn keys_that_are_nearly_others_are_asked_about() {
    let text = r#"{"title": "t", "description": "d", "descripton": "x", "metod": [], "method": [
        {"type": "action", "name": "a", "backgroud": true, "provider": {"type": "process", "path": "true", "argments": []}}]}"#;
    let found = warned(text, Format::Json);
    for (path, meant) in [
        ("/descripton", "description"),
        ("/metod", "method"),
        ("/method/0/backgroud", "background"),
        ("/method/0/provider/argments", "arguments"),
    ] {
        let message = format!("Did you mean `{meant}`?");
        assert!(
            found.iter().any(|one| one.0 == path && one.1 == "unknown-key" && one.2.ends_with(&message)),
            "{path}: {found:?}"
        );
    }
    let fine = r#"{"title": "t", "description": "d", "method": [], "x-owner": "me", "interruption": {}, "safeguards": []}"#;
    assert!(warned(fine, Format::Json).iter().all(|one| one.1 != "unknown-key"));
}

#[test]
fn secrets_in_clear_and_secrets_that_nobody_declares_are_warned_of() {
    let provider = r#"{"type": "python", "module": "json", "func": "dumps", "secrets": ["k8s"], "arguments": {"obj": 1, "token": "sk-123456"}}"#;
    let text = format!(
        r#"{{"title": "t", "description": "d", "configuration": {{"db_password": "in-clear", "api_token": {{"type": "env", "key": "T", "default": "x1"}}, "fine": "${{x}}"}},
        "secrets": {{"shop": {{"pin": "1234"}}}}, "method": [{{"type": "action", "name": "a", "provider": {provider}}},
        {{"type": "action", "name": "b", "provider": {{"type": "process", "path": "true", "arguments": ["--token=abc", "--password", "def", "--user", "me", "ghp_abcdefghijklmnopqrstuvwx"]}}}},
        {{"type": "action", "name": "c", "provider": {{"type": "http", "timeout": 1, "url": "http://me:word@shop/", "headers": {{"Authorization": "Bearer ${{t}}", "X-Api-Key": "k"}}}}}}]}}"#
    );
    let found = warned(&text, Format::Json);
    let paths: Vec<&str> = found.iter().filter(|one| one.1 == "secret-in-clear").map(|one| one.0.as_str()).collect();
    let expected = [
        "/configuration/db_password",
        "/configuration/api_token/default",
        "/secrets/shop/pin",
        "/method/0/provider/arguments/token",
        "/method/1/provider/arguments/0",
        "/method/1/provider/arguments/2",
        "/method/1/provider/arguments/5",
        "/method/2/provider/url",
        "/method/2/provider/headers/X-Api-Key",
    ];
    for path in expected {
        assert!(paths.contains(&path), "{path}: {paths:?}");
    }
    assert_eq!(paths.len(), expected.len(), "{paths:?}");
    assert!(found.iter().any(|one| one.0 == "/method/0/provider/secrets/0" && one.1 == "undeclared-secret"));
}

#[test]
fn a_variable_that_may_be_missing_is_named_unless_the_hub_gives_it() {
    let text = "title: t\ndescription: d\nmethod: []\nconfiguration:\n  region: {type: env, key: REGION_OF_NOBODY}\n";
    let document = Document::parse(text.as_bytes(), Format::Yaml).expect("a document");
    let missing = |document: &Document| document.check().into_iter().find(|one| one.code == "variable-may-be-missing");
    let found = missing(&document).expect("a warning");
    assert_eq!((found.severity, found.line, found.column), (Severity::Warning, Some(5), Some(3)));
    assert!(found.message.contains("`REGION_OF_NOBODY`"));
    assert_eq!(missing(&document.where_there_is(&["REGION_OF_NOBODY".to_owned()])), None);
}

#[test]
fn two_numbers_of_http_and_process_are_no_range() {
    for (kind, warned_of) in [("http", true), ("process", true), ("python", false)] {
        let text = format!(
            r#"{{"title": "t", "description": "d", "method": [], "steady-state-hypothesis": {{"title": "h", "probes": [
            {{"type": "probe", "name": "p", "tolerance": [200, 299], "provider": {{"type": "{kind}", "url": "http://x", "path": "x", "module": "m", "func": "f"}}}}]}}}}"#
        );
        let found = warned(&text, Format::Json);
        assert_eq!(found.iter().any(|one| one.1 == "not-a-range" && one.2.contains("only 200 and 299")), warned_of, "{kind}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_pattern_and_any_path_are_judged(pattern in r"[a-c0-3(){}\[\]|*+?\\^$.:<>=!PxiN#,-]{0,24}") {
        _ = crate::toolkit::patterns::refused(&pattern);
        _ = crate::toolkit::jsonpath::is_path(&pattern);
    }
}
