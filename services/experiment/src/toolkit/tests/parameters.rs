//! What may be given to a run, and how its title tells it.

use crate::toolkit::{
    parameter_defaults, parameters,
    parameters::{ParameterKind, ParameterType},
    run_title, unknown_parameters, used_parameters,
};
use serde_json::{Value, json};
use std::collections::BTreeMap;

fn experiment() -> Value {
    json!({"configuration": {
        "qty": 1,
        "label": "none",
        "rate": 0.5,
        "on": false,
        "names": ["a"],
        "api_password": "hunter22",
        "env_qty": {"type": "env", "key": "QTY_OF_NOBODY", "env_var_type": "int", "default": 2},
        "found": {"type": "probe", "name": "found", "provider": {"type": "process", "path": "true"}},
    }})
}

fn given(values: Value) -> BTreeMap<String, Value> {
    serde_json::from_value(values).unwrap()
}

#[test]
fn each_entry_of_the_configuration_is_a_parameter_with_its_type() {
    use ParameterKind::{Dynamic, Env, Literal};
    use ParameterType::{Boolean, Integer, Json, Number, String};
    let found = parameters(&experiment());
    let told: Vec<_> = found.iter().map(|one| (one.name.as_str(), one.kind, one.takes)).collect();
    assert_eq!(
        told,
        [
            ("qty", Literal, Integer),
            ("label", Literal, String),
            ("rate", Literal, Number),
            ("on", Literal, Boolean),
            ("names", Literal, Json),
            ("api_password", Literal, String),
            ("env_qty", Env, Integer),
            ("found", Dynamic, Json),
        ]
    );
    assert_eq!((&found[0].default, &found[5].default), (&Some(json!(1)), &None), "a secret is no default to show");
    assert_eq!((found[6].variable.as_deref(), &found[6].default), (Some("QTY_OF_NOBODY"), &Some(json!(2))));
    assert!(parameters(&json!({"configuration": []})).is_empty() && parameters(&json!({})).is_empty());
}

#[test]
fn unknown_names_are_told_with_what_was_meant_and_what_there_is() {
    let declared = parameters(&experiment());
    assert_eq!(unknown_parameters(&declared, &given(json!({"qty": 3, "env_qty": "text", "found": null}))), None);
    let told = unknown_parameters(&declared, &given(json!({"qtyy": 3, "elsewhere": 1}))).unwrap();
    assert!(
        told.contains("`qtyy` (did you mean `qty`?)") && told.contains("`elsewhere`,") && told.contains("`env_qty`"),
        "{told}"
    );
    let none = unknown_parameters(&[], &given(json!({"qty": 3}))).unwrap();
    assert!(none.contains("no `configuration`"), "{none}");
}

#[test]
fn a_title_tells_the_values_and_no_secret() {
    let declared = parameters(&experiment());
    let told = |title: &str, values: Value| run_title(title, &declared, &given(values));
    assert_eq!(told("Kill ${qty} of ${label}", json!({"qty": 3, "label": "web"})), "Kill 3 of web");
    assert_eq!(told("Kill ${qty} of ${label}", json!({})), "Kill 1 of none", "the experiment's own values");
    assert_eq!(told("Kill", json!({"qty": 3, "on": true})), "Kill (qty=3, on=true)");
    assert_eq!(told("Kill", json!({"qty": 3, "on": true, "label": "x", "rate": 1})), "Kill (qty=3, label=x, rate=1, and 1 more)");
    assert_eq!(told("With ${api_password} ${env_qty}", json!({"api_password": "hunter23"})), "With ${api_password} ${env_qty}");
    assert!(told("Kill", json!({"label": "x".repeat(500)})).chars().count() < 60);
}

#[test]
fn what_a_run_was_given_stands_beside_what_the_experiment_says() {
    let values = json!({"qty": 3, "api_password": "hunter23"});
    let defaults = parameter_defaults(&parameters(&experiment()), &given(values.clone()));
    let used = json!(used_parameters(values.as_object().unwrap(), &defaults));
    assert_eq!(
        used,
        json!([{"name": "qty", "value": 3, "default": 1}, {"name": "api_password", "value": "[redacted]", "default": null}])
    );
}
