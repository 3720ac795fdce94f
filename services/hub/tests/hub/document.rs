//! The document of the API, as the binary prints it, and whether an answer is what it says.

use jsonschema::Validator;
use serde_json::{Value, json};
use std::{
    collections::HashMap,
    process::Command,
    sync::{Arc, LazyLock, Mutex},
};

/// The document.
pub static DOCUMENT: LazyLock<Value> = LazyLock::new(|| serde_json::from_slice(printed().as_bytes()).unwrap());

/// What `chaoshub openapi` prints.
pub fn printed() -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_chaoshub")).arg("openapi").current_dir("/").output().unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// Every operation: method in capitals, path with its parameters, and what is said of it.
pub fn operations() -> impl Iterator<Item = (String, &'static str, &'static Value)> {
    let paths = DOCUMENT["paths"].as_object().unwrap();
    paths.iter().flat_map(|(path, operations)| {
        let operations = operations.as_object().unwrap();
        operations.iter().map(move |(method, operation)| (method.to_uppercase(), path.as_str(), operation))
    })
}

/// Panics when an answer of the public API is not one that the document tells of.
pub fn check(method: &str, path: &str, status: u16, content_type: Option<&str>, body: &Value) {
    if !path.starts_with("/api/") && !path.starts_with("/.well-known/") {
        return;
    }
    let asked = format!("{method} {path}, answered {status}");
    let media = content_type.map(|text| text.split(';').next().unwrap().trim());
    if status >= 400 {
        assert_eq!(media, Some("application/problem+json"), "{asked}");
        assert_eq!(body["status"], status, "{asked}: {body}");
        assert!(body["instance"].as_str().is_some_and(|instance| !instance.is_empty()), "{asked}: {body}");
        return hold(&asked, "ProblemDocument", &json!({"$ref": "#/components/schemas/ProblemDocument"}), body);
    }
    let (template, operation) = find(method, path).unwrap_or_else(|| panic!("{asked}: not in the document"));
    let response = &operation["responses"][status.to_string()];
    assert!(response.is_object(), "{asked}: the document does not tell of this status");
    let Some(content) = response["content"].as_object() else {
        return assert_eq!(body, &Value::Null, "{asked}: the document tells of no body");
    };
    let told = media.and_then(|media| content.get(media));
    let told = told.unwrap_or_else(|| panic!("{asked}: the document tells of {:?}, not of {media:?}", content.keys()));
    // A journal is given as it was received, and Python writes what is not JSON.
    if media == Some("application/json") && operation["operationId"] != "get_journal" {
        hold(&asked, &format!("{method} {template} {status}"), &told["schema"], body);
    }
}

fn hold(asked: &str, name: &str, schema: &Value, body: &Value) {
    static KNOWN: LazyLock<Mutex<HashMap<String, Arc<Validator>>>> = LazyLock::new(Mutex::default);
    let make = || {
        let whole = json!({"allOf": [schema], "components": DOCUMENT["components"]});
        Arc::new(jsonschema::draft202012::new(&whole).unwrap())
    };
    let validator = KNOWN.lock().unwrap().entry(name.to_owned()).or_insert_with(make).clone();
    let wrong: Vec<_> = validator.iter_errors(body).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(wrong.is_empty(), "{asked}: not what the document says: {wrong:?}\n{body}");
}

/// The operation behind a path; words win over parameters.
fn find(method: &str, path: &str) -> Option<(&'static str, &'static Value)> {
    let fits = |template: &str| {
        let (wanted, given) = (template.split('/'), path.split('/'));
        wanted.clone().count() == given.clone().count()
            && wanted.zip(given).all(|(wanted, given)| wanted.starts_with('{') || wanted == given)
    };
    let fitting = operations().filter(|(known, template, _)| known == method && fits(template));
    fitting.min_by_key(|(_, template, _)| template.matches('{').count()).map(|(_, template, operation)| (template, operation))
}
