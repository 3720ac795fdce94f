//! Documents: what is read, what is refused, what is warned of, and on which line.

use super::{sample, samples};
use crate::toolkit::*;
use chaoshub_facade::experiment::Phase;
use proptest::prelude::*;
use serde_json::{Value, json};

fn parse(text: &str, format: Format) -> Document {
    Document::parse(text.as_bytes(), format).unwrap_or_else(|problems| panic!("{problems:?}"))
}

fn of(value: Value) -> Document {
    parse(&serde_json::to_string_pretty(&value).expect("JSON"), Format::Json)
}

/// An experiment that has nothing wrong with it.
fn good() -> Value {
    json!({
        "title": "Checkout survives",
        "description": "Why not",
        "steady-state-hypothesis": {"title": "All is well", "probes": [
            {"type": "probe", "name": "healthy", "tolerance": 200, "provider": {"type": "http", "url": "http://shop/health", "timeout": 3}}]},
        "method": [{"type": "action", "name": "kill", "provider": {"type": "process", "path": "kill", "arguments": ["1"]}}],
        "rollbacks": [{"type": "action", "name": "heal", "provider": {"type": "process", "path": "heal"}}]
    })
}

fn with(pointer: &str, value: Value) -> Vec<Problem> {
    let mut document = good();
    let (parent, key) = pointer.rsplit_once('/').expect("a pointer");
    match document.pointer_mut(parent).expect("a place") {
        Value::Object(map) => _ = map.insert(key.to_owned(), value),
        Value::Array(items) => items.push(value),
        _ => panic!("{pointer} is no container"),
    }
    of(document).check()
}

fn without(parent: &str, key: &str) -> Vec<Problem> {
    let mut document = good();
    document.pointer_mut(parent).and_then(Value::as_object_mut).expect("an object").shift_remove(key);
    of(document).check()
}

fn refused(text: &[u8], format: Format) -> Problem {
    let mut problems = Document::parse(text, format).expect_err("refused");
    assert_eq!(problems.len(), 1);
    problems.remove(0)
}

const PROBE: &str = "/steady-state-hypothesis/probes/0";

#[test]
fn a_good_experiment_has_no_problems() {
    assert_eq!(of(good()).check(), []);
}

#[test]
fn every_sample_is_read_without_errors() {
    for name in samples(".experiment.json").into_iter().chain(samples(".experiment.yaml")) {
        let format = if name.ends_with(".json") { Format::Json } else { Format::Yaml };
        let document = Document::parse(&sample(&name), format).unwrap_or_else(|problems| panic!("{name}: {problems:?}"));
        let errors: Vec<_> = document.check().into_iter().filter(|problem| problem.severity == Severity::Error).collect();
        assert_eq!(errors, [], "{name}");
    }
}

#[test]
fn what_chaos_refuses_is_an_error_where_it_stands() {
    let one = |problems: Vec<Problem>, path: &str, says: &str| {
        let found = problems.iter().find(|problem| problem.path == path && problem.severity == Severity::Error);
        let found = found.unwrap_or_else(|| panic!("no error at {path}: {problems:?}"));
        assert!(found.message.contains(says), "{}", found.message);
        assert!(found.line.is_some_and(|line| line >= 1));
    };
    one(without("", "title"), "", "`title` is missing");
    one(with("/title", json!("")), "/title", "empty");
    one(without("", "description"), "", "`description` is missing");
    one(without("", "method"), "", "`method` is missing");
    one(with("/method", json!({})), "/method", "list");
    one(with("/tags", json!(["a", ""])), "/tags/1", "tag");
    one(without(PROBE, "tolerance"), PROBE, "`tolerance` is missing");
    one(with(&format!("{PROBE}/tolerance"), json!(0.5)), &format!("{PROBE}/tolerance"), "range");
    one(with(&format!("{PROBE}/tolerance"), json!({"type": "near"})), &format!("{PROBE}/tolerance/type"), "not a kind");
    one(with(&format!("{PROBE}/provider"), json!({"type": "http"})), &format!("{PROBE}/provider"), "`url` is missing");
    one(with("/method/-", json!({"ref": "nowhere"})), "/method/1/ref", "nowhere");
    one(with("/method/-", json!({"type": "action", "name": "x"})), "/method/1", "`provider` is missing");
    one(
        with("/method/-", json!({"type": "action", "name": "x", "provider": {"type": "python", "module": "m"}})),
        "/method/1/provider",
        "`func`",
    );
    one(with("/method/-", json!({"type": "action", "name": "x", "provider": {"type": "ssh"}})), "/method/1/provider/type", "ssh");
    one(with("/secrets", json!({"api": {"token": {"type": "env"}}})), "/secrets/api/token", "`key`");
}

#[test]
fn what_chaos_would_misread_is_a_warning() {
    let one = |problems: Vec<Problem>, path: &str, says: &str| {
        let found = problems
            .iter()
            .any(|problem| problem.path == path && problem.severity == Severity::Warning && problem.message.contains(says));
        assert!(found, "no warning at {path}: {problems:?}");
        assert!(problems.iter().all(|problem| problem.severity == Severity::Warning), "{problems:?}");
    };
    one(without("", "steady-state-hypothesis"), "", "cannot prove");
    one(with(&format!("{PROBE}/tolerance"), json!([3, 1])), &format!("{PROBE}/tolerance"), "Swap");
    one(with(&format!("{PROBE}/type"), json!("action")), &format!("{PROBE}/type"), "measures");
    one(with(&format!("{PROBE}/provider/url"), json!("http://")), &format!("{PROBE}/provider/url"), "host");
    one(with("/rollbacks/-", json!({"ref": "heal"})), "/rollbacks/1/ref", "Rollbacks are not searched");
    one(with("/runtime", json!({"rollbacks": {"strategy": "sometimes"}})), "/runtime/rollbacks/strategy", "always");
    one(with("/runtime", json!({"hypothesis": {"strategy": "often"}})), "/runtime/hypothesis/strategy", "continuously");
    one(with("/contributions", json!({"security": "huge"})), "/contributions/security", "high");
    one(without("", "rollbacks"), "/rollbacks", "no rollbacks");
    one(with("/dry", json!("activities")), "/dry", "protects nothing");
    one(with("/method/0/timeout", json!(3)), "/method/0/timeout", "never enforced");
    one(with("/method/0/dry", json!("yes")), "/method/0/dry", "no effect");
    one(with("/method/0/provider/arguments", json!("-9 1")), "/method/0/provider/arguments", "shell");
    one(with("/method/0/provider/path", json!("${tool}")), "/method/0/provider/path", "not replaced");
    one(
        with(&format!("{PROBE}/provider/expected_status"), json!(200)),
        &format!("{PROBE}/provider/expected_status"),
        "no effect",
    );
    one(
        with(&format!("{PROBE}/provider/headers"), json!({"Authorization": "Bearer abc"})),
        &format!("{PROBE}/provider/headers/Authorization"),
        "in clear",
    );
    one(with(&format!("{PROBE}/provider/url"), json!("http://me:word@shop/")), &format!("{PROBE}/provider/url"), "in clear");
    one(without(&format!("{PROBE}/provider"), "timeout"), &format!("{PROBE}/provider"), "timeout");
    one(with("/secrets", json!({"api": {"token": "in-clear"}})), "/secrets/api/token", "in clear");
    one(with("/configuration", json!({"db_password": "in-clear"})), "/configuration/db_password", "in clear");
    one(with("/runtime", json!({"rollbacks": {"strategy": "never"}})), "/runtime/rollbacks/strategy", "fault stays");
}

#[test]
fn problems_stand_on_their_line_in_json_and_yaml() {
    let json = "{\n  \"title\": \"t\",\n  \"description\": \"d\",\n  \"method\": [\n    {\"type\": \"action\",\n     \"name\": \"\",\n     \"provider\": {\"type\": \"nope\"}}\n  ]\n}";
    let yaml = "---\ntitle: t\ndescription: d\nmethod:\n  - type: action\n    name: ''\n    provider:\n      type: nope\n";
    let line = |text, format, path: &str| {
        let problems = parse(text, format).check();
        problems.iter().find(|problem| problem.path == path).and_then(|problem| problem.line)
    };
    assert_eq!(line(json, Format::Json, "/method/0/name"), Some(6));
    assert_eq!(line(json, Format::Json, "/method/0/provider/type"), Some(7));
    assert_eq!(line(yaml, Format::Yaml, "/method/0/name"), Some(6));
    assert_eq!(line(yaml, Format::Yaml, "/method/0/provider/type"), Some(8));
    let twice = parse("title: a\ndescription: d\nmethod: []\ntitle: b\n", Format::Yaml);
    assert!(twice.check().iter().any(|problem| problem.line == Some(4) && problem.message.contains("twice")));
    let twice = parse("{\"title\": \"a\",\n\"description\": \"d\",\n\"method\": [],\n\"title\": \"b\"}", Format::Json);
    assert!(twice.check().iter().any(|problem| problem.line == Some(4) && problem.message.contains("twice")));
}

#[test]
fn what_cannot_be_read_says_where_and_why() {
    let at = |text: &str, format| {
        let problem = refused(text.as_bytes(), format);
        (problem.line, problem.message)
    };
    assert_eq!(at("{\n  \"title\": \"t\"\n  \"method\": []}", Format::Json).0, Some(3));
    let odd = parse("{\"a\": NaN}", Format::Json).check();
    assert!(odd.iter().any(|problem| problem.code == "not-a-number" && problem.severity == Severity::Warning));
    assert!(at("{} {}", Format::Json).1.contains("follows"));
    assert!(at("[]", Format::Json).1.contains("an object"));
    assert!(at("", Format::Yaml).1.contains("empty"));
    assert_eq!(at("title: t\nmethod: [\n", Format::Yaml).0.map(|line| line >= 2), Some(true));
    assert!(at("a: 1\n---\nb: 2\n", Format::Yaml).1.contains("second document"));
    assert!(at("a: !!python/object:os.system x\n", Format::Yaml).1.contains("tag"));
    assert!(refused(b"{\"a\":\n \"\xff\"}", Format::Json).message.contains("UTF-8"));
    assert!(refused(&vec![b' '; 1024 * 1024 + 1], Format::Json).message.contains("1 MiB"));
    assert!(at(&"[".repeat(100_000), Format::Json).1.contains("JSON"));
    let deep = format!("{{\"a\": {}{}}}", "[".repeat(500), "]".repeat(500));
    assert!(at(&deep, Format::Json).1.contains("deep"));
    assert!(at(&"[".repeat(100_000), Format::Yaml).1.contains("YAML"));
    assert!(at(&format!("{}x", "- ".repeat(500)), Format::Yaml).1.contains("deep"));
}

#[test]
fn aliases_are_read_but_do_not_explode() {
    let document = parse("base: &base {type: action, name: a}\nmethod:\n  - <<: *base\n    name: b\n  - *base\n", Format::Yaml);
    assert_eq!(document.value()["method"], json!([{"name": "b", "type": "action"}, {"type": "action", "name": "a"}]));
    let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..12 {
        bomb += &format!("a{level}: &a{level} [{}]\n", format!("*a{}, ", level - 1).repeat(10));
    }
    assert!(refused(bomb.as_bytes(), Format::Yaml).message.contains("aliases"));
    let long = format!("a: &a {}\nb: [{}]\n", "x".repeat(100_000), "*a, ".repeat(1_000));
    assert!(refused(long.as_bytes(), Format::Yaml).message.contains("aliases"));
    let nested: String = (0..40).map(|level| format!("&n{level} [")).collect();
    let nested = format!("a: {nested}{}{}\n", "x".repeat(100_000), "]".repeat(40));
    assert!(refused(nested.as_bytes(), Format::Yaml).message.contains("aliases"));
}

#[test]
fn yaml_scalars_are_those_of_chaos_toolkit() {
    let text = "a: yes\nb: 'yes'\nc: 1e3\nd: 1.5\ne: 010\nf: 0x1F\ng: ~\nh: 1.0.0\ni: -7\nj: 1_000\nk: 2026-11-20\nl: |\n  two\n  lines\nm: 0.5\nn: \"200\"\n";
    let expected = json!({"a": true, "b": "yes", "c": "1e3", "d": 1.5, "e": 8, "f": 31, "g": null, "h": "1.0.0", "i": -7,
        "j": 1000, "k": "2026-11-20", "l": "two\nlines\n", "m": 0.5, "n": "200"});
    assert_eq!(*parse(text, Format::Yaml).value(), expected);
}

#[test]
fn the_plan_follows_the_hypothesis_strategy() {
    let keys = |strategy: &str| {
        let mut document = good();
        document["runtime"] = json!({"hypothesis": {"strategy": strategy}});
        document["method"].as_array_mut().expect("a list").push(json!({"ref": "healthy"}));
        of(document).plan().into_iter().map(|planned| planned.key).collect::<Vec<_>>()
    };
    assert_eq!(keys("default"), ["baseline-0", "method-0", "method-1", "after-0", "rollbacks-0"]);
    assert_eq!(keys("continuously"), keys("default"));
    assert_eq!(keys("before-method-only"), ["baseline-0", "method-0", "method-1", "rollbacks-0"]);
    assert_eq!(keys("after-method-only"), ["method-0", "method-1", "after-0", "rollbacks-0"]);
    assert_eq!(keys("during-method-only"), ["method-0", "method-1", "rollbacks-0"]);
    let plan = parse(&String::from_utf8_lossy(&sample("failing-action.experiment.yaml")), Format::Yaml).plan();
    let reference = plan.iter().find(|planned| planned.key == "method-4").expect("the reference");
    assert_eq!(
        (reference.phase, reference.name.as_str(), reference.kind.as_str()),
        (Phase::Method, "checkout-is-healthy", "probe")
    );
    assert_eq!(
        json!(plan[0]),
        json!({"key": "baseline-0", "phase": "baseline", "name": "checkout-is-healthy", "type": "probe", "background": false})
    );
}

#[test]
fn secrets_are_masked_and_declarations_are_not() {
    let mut document = good();
    document["secrets"] =
        json!({"api": {"token": "hunter22", "key": {"type": "env", "key": "API_KEY"}, "more": {"deep": 1234567}}});
    let document = of(document);
    assert_eq!(
        document.masked()["secrets"],
        json!({"api": {"token": "[redacted]", "key": {"type": "env", "key": "API_KEY"}, "more": {"deep": "[redacted]"}}})
    );
    assert_eq!(document.secret_values(), ["hunter22", "1234567"]);
}

#[test]
fn tolerances_and_answers_read_as_words() {
    use crate::toolkit::tolerance::{against, short, span, words};
    let cases = [
        (json!(200), "200"),
        (json!([1, 3]), "between 1 and 3"),
        (json!([200, 201, 204]), "one of 200, 201, 204"),
        (json!({"type": "range", "range": [0.1, 2.5], "target": "body"}), "between 0.1 and 2.5"),
        (json!({"type": "regex", "pattern": "^ok", "target": "stdout"}), "matches ^ok"),
        (json!({"type": "jsonpath", "path": "$.replicas", "expect": [3]}), "$.replicas is 3"),
        (json!(true), "true"),
    ];
    for (tolerance, expected) in cases {
        assert_eq!(words(&tolerance), expected);
    }
    let http = json!({"status": 503, "headers": {}, "body": {"replicas": 2}});
    assert_eq!(against(&http, Some(&json!(200))), "returned 503 (expected 200)");
    let path = json!({"type": "jsonpath", "path": "$.replicas", "expect": [3], "target": "body"});
    assert_eq!(against(&http, Some(&path)), "returned $.replicas = 2 (expected 3)");
    let process = json!({"status": 3, "stdout": "no\n", "stderr": ""});
    assert_eq!(short(&process), "exit 3");
    let regex = json!({"type": "regex", "pattern": "^ok", "target": "stdout"});
    assert_eq!(against(&process, Some(&regex)), "returned “no” (expected a match of ^ok)");
    assert_eq!((short(&json!(0.3100)), short(&json!(null))), ("0.31".to_owned(), "nothing".to_owned()));
    assert_eq!(
        (span(0.085), span(2.44), span(31.2), span(125.0)),
        ("85 ms".into(), "2.4 s".into(), "31 s".into(), "2 min 5 s".into())
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_read_or_refused(text in "[-a-z0-9:&*!{}\\[\\]'\"#|> \n?,~%@`$<.]{0,120}") {
        for format in [Format::Json, Format::Yaml] {
            if let Ok(document) = Document::parse(text.as_bytes(), format) {
                _ = (document.check(), document.plan(), document.masked());
            }
        }
    }

    #[test]
    fn a_damaged_document_is_read_or_refused(at in any::<prop::sample::Index>(), byte in any::<u8>(), yaml in any::<bool>()) {
        let (name, format) = if yaml { ("failing-action.experiment.yaml", Format::Yaml) } else { ("completed.experiment.json", Format::Json) };
        let mut bytes = sample(name);
        let at = at.index(bytes.len());
        bytes[at] = byte;
        if let Ok(document) = Document::parse(&bytes, format) {
            _ = (document.check(), document.plan());
        }
    }
}
