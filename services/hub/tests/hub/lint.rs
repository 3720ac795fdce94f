//! `chaoshub lint`, and the check that it shares with the pages, against the real validator of Chaos Toolkit.

use crate::home::{Home, tools};
use chaoshub_experiment::operator::{Format, Severity, lint};
use proptest::{prelude::*, sample::Index, strategy::ValueTree, test_runner::TestRunner};
use serde_json::{Value, json};
use std::{io::Write, path::PathBuf, process::Stdio};

fn cases() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../experiment/tests/cases")
}

fn table() -> Vec<Value> {
    let text = std::fs::read_to_string(cases().join("documents.ndjson")).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Why the real validator refuses each document, all in one process.
async fn judged(documents: &[Value]) -> Vec<Option<String>> {
    let python = tools().await.join("bin/python");
    let lines: String = documents.iter().map(|document| format!("{document}\n")).collect();
    let judge = cases().join("judge.py");
    let ask = move || {
        let mut command = std::process::Command::new(python);
        let mut child = command.arg(judge).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let mut input = child.stdin.take().unwrap();
        let writes = std::thread::spawn(move || input.write_all(lines.as_bytes()).unwrap());
        let output = child.wait_with_output().unwrap();
        writes.join().unwrap();
        output
    };
    let output = tokio::task::spawn_blocking(ask).await.unwrap();
    let answers = String::from_utf8(output.stdout).unwrap();
    let answers: Vec<Value> = answers.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(answers.len(), documents.len(), "one answer for each document");
    answers.iter().map(|answer| answer["refused"].as_str().map(str::to_owned)).collect()
}

fn errors(document: &Value) -> Vec<String> {
    let format = if document["format"] == "yaml" { Format::Yaml } else { Format::Json };
    let problems = lint(document["text"].as_str().unwrap().as_bytes(), format);
    let errors = problems.into_iter().filter(|problem| problem.severity == Severity::Error);
    errors.map(|problem| format!("{}: {}", problem.path, problem.message)).collect()
}

#[tokio::test]
async fn the_table_says_what_the_real_validator_says() {
    let table = table();
    for (row, refused) in table.iter().zip(judged(&table).await) {
        assert_eq!(row["refused"] == true, refused.is_some(), "{}: {refused:?}", row["name"]);
    }
}

/// Every place of a document, as a pointer.
fn places(value: &Value, here: &str, into: &mut Vec<String>) {
    let under = |key: &str| format!("{here}/{}", key.replace('~', "~0").replace('/', "~1"));
    match value {
        Value::Object(map) => map.iter().for_each(|(key, value)| {
            into.push(under(key));
            places(value, &under(key), into);
        }),
        Value::Array(items) => items.iter().enumerate().for_each(|(index, value)| {
            into.push(under(&index.to_string()));
            places(value, &under(&index.to_string()), into);
        }),
        _ => {}
    }
}

/// A document of the table with some of its places changed, removed, or taken from another one.
fn change(document: &mut Value, other: &Value, how: u8, at: Index, from: Index, odd: &Value) {
    let (mut here, mut there) = (Vec::new(), Vec::new());
    places(document, "", &mut here);
    places(other, "", &mut there);
    let (Some(place), Some(source)) = (here.get(at.index(here.len().max(1))), there.get(from.index(there.len().max(1)))) else {
        return;
    };
    let key = place.rsplit('/').next().unwrap_or_default();
    let same = there.iter().find(|place| place.rsplit('/').next() == Some(key)).unwrap_or(source);
    let new = match how {
        0 => odd.clone(),
        1 => other.pointer(source).cloned().unwrap_or_default(),
        _ => other.pointer(same).cloned().unwrap_or_default(),
    };
    if how == 3 {
        let (parent, key) = place.rsplit_once('/').unwrap();
        if let Some(map) = document.pointer_mut(parent).and_then(Value::as_object_mut) {
            map.shift_remove(key);
        }
    } else if let Some(value) = document.pointer_mut(place) {
        *value = new;
    }
}

fn made(count: usize) -> Vec<Value> {
    let objects: Vec<Value> = table()
        .iter()
        .filter(|row| row["format"] == "json")
        .filter_map(|row| serde_json::from_str(row["text"].as_str()?).ok())
        .filter(Value::is_object)
        .collect();
    let odd = prop::sample::select(vec![
        json!(null),
        json!(true),
        json!(0),
        json!(1.5),
        json!(""),
        json!("x"),
        json!([]),
        json!({}),
        json!(["x"]),
        json!({"a": 1}),
    ]);
    let step = (any::<Index>(), 0_u8..4, any::<Index>(), any::<Index>(), odd);
    let grammar = (any::<Index>(), prop::collection::vec(step, 1..4));
    let mut runner = TestRunner::default();
    (0..count)
        .map(|_| {
            let (base, steps) = grammar.new_tree(&mut runner).unwrap().current();
            let mut document = objects[base.index(objects.len())].clone();
            for (other, how, at, from, odd) in steps {
                change(&mut document, &objects[other.index(objects.len())], how, at, from, &odd);
            }
            json!({"format": "json", "text": document.to_string()})
        })
        .collect()
}

#[tokio::test]
async fn an_error_is_what_the_real_validator_refuses_whatever_is_made_from_the_grammar() {
    let count = std::env::var("CHAOSHUB_TEST_DOCUMENTS").ok().and_then(|count| count.parse().ok()).unwrap_or(2_000);
    let documents = made(count);
    let mut refusals = 0;
    for (document, refused) in documents.iter().zip(judged(&documents).await) {
        let errors = errors(document);
        refusals += usize::from(refused.is_some());
        assert_eq!(errors.is_empty(), refused.is_none(), "{}\nthe real one: {refused:?}\nours: {errors:?}", document["text"]);
    }
    assert!(refusals > count / 10 && refusals < count, "{refusals} of {count} were refused");
}

#[tokio::test]
async fn lint_prints_a_line_for_each_finding_and_fails_on_errors() {
    let home = Home::new();
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let good = "title: t\ndescription: d\nmethod: []\n";
    let fine = file("fine.yaml", good);
    let bad = file("bad.json", "{\n  \"title\": \"t\", \"descripton\": \"d\",\n  \"method\": [{}]\n}");
    let said = home.run(&["lint", &fine]).await.well();
    let findings: Vec<Value> = said.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(findings.iter().all(|finding| finding["severity"] == "warning" && finding["file"] == fine.as_str()), "{findings:?}");
    assert!(said.err.contains("1 file checked: 0 errors, 2 warnings."), "{}", said.err);
    let said = home.run(&["lint", &fine, &bad]).await;
    assert_eq!(said.code, 1, "{said:?}");
    let findings: Vec<Value> = said.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let found = |code: &str, pointer: &str| {
        findings.iter().find(|finding| finding["code"] == code && finding["pointer"] == pointer).unwrap()
    };
    let keys: Vec<&String> = findings[0].as_object().unwrap().keys().collect();
    assert_eq!(keys, ["file", "line", "column", "pointer", "severity", "code", "message"]);
    assert_eq!(found("missing", "")["severity"], "error");
    assert_eq!((&found("wrong-type", "/method/0")["line"], &found("wrong-type", "/method/0")["column"]), (&json!(3), &json!(14)));
    assert_eq!(
        found("unknown-key", "/descripton")["message"],
        "Chaos Toolkit does not read `descripton`. Did you mean `description`?"
    );
    let said = home.run_with_input(&["lint", "-"], good).await.well();
    assert!(said.out.lines().all(|line| line.contains("\"file\":\"-\"")), "{}", said.out);
    let said = home.run(&["lint", &fine, "/no/such/file.json"]).await;
    assert_eq!(said.code, 2, "{said:?}");
    assert!(said.err.contains("/no/such/file.json") && said.err.contains("1 file could not be read."), "{}", said.err);
}
