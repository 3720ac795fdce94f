//! Which documents are the same experiment.

use crate::toolkit::{Document, Format, fingerprint, fingerprint::SHOWN_TITLE, shown_title};
use serde_json::{Value, json};

fn written() -> Value {
    json!({
        "title": "Checkout survives", "description": "Why", "tags": ["a"],
        "configuration": {"seconds": {"type": "env", "key": "SECONDS", "default": "3"}},
        "secrets": {"k8s": {"token": "[redacted]"}},
        "steady-state-hypothesis": {"title": "Shop answers", "probes": [
            {"type": "probe", "name": "front", "tolerance": 200, "provider": {"type": "http", "url": "http://shop", "timeout": 3}}]},
        "method": [{"type": "action", "name": "kill", "provider": {"type": "process", "path": "kill", "arguments": ["-9", "1"]}}],
    })
}

fn with(change: impl FnOnce(&mut Value)) -> Option<String> {
    let mut document = written();
    change(&mut document);
    fingerprint(&document)
}

#[test]
fn what_changes_from_run_to_run_makes_no_other_experiment() {
    let same = fingerprint(&written());
    assert!(same.is_some());
    assert_eq!(with(|it| it["configuration"] = json!({"seconds": "30"})), same, "a resolved configuration");
    assert_eq!(with(|it| it["secrets"] = json!({"k8s": {"token": {"type": "env", "key": "T"}}})), same);
    assert_eq!(with(|it| it["extensions"] = json!([{"name": "chaoshub"}])), same);
    assert_eq!(with(|it| it["controls"] = json!([{"name": "chaoshub", "automatic": true}])), same);
    assert_eq!(with(|it| it["method"][0]["controls"] = json!([])), same);
    assert_eq!(with(|it| it["rollbacks"] = json!([])), same, "no rollbacks and none declared");
    assert_eq!(with(|it| it["dry"] = json!("")), same);
    assert_eq!(with(|it| it["tags"] = json!(["b"])), same);
    assert_eq!(with(|it| it["title"] = json!(" Checkout survives ")), same);
    assert_eq!(with(|it| it["steady-state-hypothesis"]["probes"][0]["tolerance"] = json!(200.0)), same);
    let yaml = "method:\n- provider: {arguments: ['-9', '1'], path: kill, type: process}\n  name: kill\n  type: action\n\
        steady-state-hypothesis:\n  probes:\n  - {tolerance: 200, name: front, type: probe, provider: {url: 'http://shop', \
        timeout: 3, type: http}}\n  title: Shop answers\ntitle: Checkout survives\ndescription: other\n";
    let read = Document::parse(yaml.as_bytes(), Format::Yaml).unwrap();
    assert_eq!(fingerprint(read.value()), same, "the same in YAML with its keys in another order");
}

#[test]
fn what_is_tried_makes_it_another() {
    let first = fingerprint(&written());
    let others = [
        with(|it| it["title"] = json!("Checkout dies")),
        with(|it| it["steady-state-hypothesis"]["title"] = json!("Other")),
        with(|it| it["steady-state-hypothesis"]["probes"][0]["tolerance"] = json!(201)),
        with(|it| it["steady-state-hypothesis"]["probes"] = json!([])),
        with(|it| it["method"][0]["provider"]["arguments"] = json!(["1", "-9"])),
        with(|it| it["method"] = json!([])),
        with(|it| it["rollbacks"] = it["method"].clone()),
        with(|it| it["method"][0]["pauses"] = json!({"after": 3})),
    ];
    for (n, other) in others.iter().enumerate() {
        assert!(other.is_some() && *other != first, "change {n}");
    }
    let distinct: std::collections::BTreeSet<_> = others.iter().collect();
    assert_eq!(distinct.len(), others.len());
}

#[test]
fn what_is_no_experiment_has_none() {
    for none in [
        json!(null),
        json!([]),
        json!({}),
        json!({"title": 7, "method": []}),
        json!({"title": "x", "method": "y"}),
        json!({"title": " ", "method": []}),
    ] {
        assert_eq!(fingerprint(&none), None, "{none}");
    }
}

#[test]
fn a_long_title_is_shown_short_and_in_one_line() {
    assert_eq!(shown_title("Two\nlines  here"), "Two lines here");
    let long = "ü".repeat(SHOWN_TITLE);
    assert_eq!(shown_title(&long), long);
    assert_eq!(shown_title(&format!("{long}x")), format!("{long}…"));
}
