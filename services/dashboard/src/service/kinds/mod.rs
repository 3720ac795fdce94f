//! The kinds of widgets. A new one is a file beside these and a line in [`Registry::standard`].

mod activity;
mod experiments;
mod live_run;
mod run_status;
mod text;

use super::selector::Selector;
use async_trait::async_trait;
use chaoshub_chassis::{claims::ServiceIdentity, db::Db};
use chaoshub_facade::experiment::Experiments;
use chaoshub_kernel::{Fault, Scope, Scopes, WorkspaceId};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::{collections::BTreeSet, fmt, sync::Arc};

/// What a kind of widget is: how it is configured, what it is concerned by, and where its data comes from.
#[async_trait]
pub trait WidgetKind: Send + Sync {
    /// Its name, kebab-case; never changed once widgets of it exist.
    fn name(&self) -> &'static str;

    /// Its title, also that of a widget for which none is chosen.
    fn title(&self) -> &'static str;

    /// What it shows, in a sentence.
    fn description(&self) -> &'static str;

    /// The JSON Schema (2020-12) of its configuration.
    fn config_schema(&self) -> Value;

    /// Its width in columns and height in rows when it is put on a hub.
    fn size(&self) -> (i32, i32);

    /// What news must be about for its data to be read anew.
    fn selectors(&self, workspace: WorkspaceId, config: &Value) -> Vec<Selector>;

    /// What somebody must be allowed to read where its data comes from, besides the hub itself, to be shown it.
    fn needs(&self) -> &'static [Scope];

    /// Its data, as any viewer of the workspace may see it. Nothing of another workspace.
    async fn fetch(&self, sources: &Sources, workspace: WorkspaceId, config: &Value) -> Result<Value, Fault>;
}

/// The scopes that what a card shows needs, besides `hub:read`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Needs(&'static [Scope]);

impl Needs {
    /// Those that are not among `scopes`.
    #[must_use]
    pub fn missing(self, scopes: &Scopes) -> Vec<Scope> {
        // What a hub shows is not shown to who may not see the hub.
        [Scope::HubRead].iter().chain(self.0).copied().filter(|scope| !scopes.has(*scope)).collect()
    }
}

/// The scopes with commas between; empty when none are needed.
impl fmt::Display for Needs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scopes: Vec<_> = self.0.iter().map(|scope| scope.as_str()).collect();
        f.write_str(&scopes.join(","))
    }
}

/// Where kinds get their data from.
pub struct Sources {
    /// Our own database.
    pub db: Db,
    /// Experiments and runs.
    pub experiments: Arc<dyn Experiments>,
    /// Who asks for them.
    pub identity: ServiceIdentity,
}

/// The kinds there are.
pub struct Registry(Vec<Entry>);

struct Entry {
    kind: Box<dyn WidgetKind>,
    schema: jsonschema::Validator,
}

impl Registry {
    /// The kinds that ChaosHub has, in the order in which they are offered.
    #[must_use]
    pub fn standard() -> Self {
        Self::of(vec![
            Box::new(live_run::LiveRun),
            Box::new(run_status::RunStatus),
            Box::new(experiments::ExperimentList),
            Box::new(activity::ActivityList),
            Box::new(text::Text),
        ])
    }

    /// These kinds.
    ///
    /// # Panics
    /// When a kind's schema is not one.
    #[must_use]
    pub fn of(kinds: Vec<Box<dyn WidgetKind>>) -> Self {
        let entry = |kind: Box<dyn WidgetKind>| {
            let schema = jsonschema::draft202012::new(&kind.config_schema()).expect("a kind's schema is a JSON Schema");
            Entry { kind, schema }
        };
        Self(kinds.into_iter().map(entry).collect())
    }

    /// Every kind.
    pub fn iter(&self) -> impl Iterator<Item = &dyn WidgetKind> {
        self.0.iter().map(|entry| &*entry.kind)
    }

    /// What is needed to be shown the data of that kind; of an unknown kind there is nothing to be shown.
    #[must_use]
    pub fn needs(&self, name: &str) -> Needs {
        self.get(name).map_or(Needs(&[]), |kind| Needs(kind.needs()))
    }

    /// Each different set of needs that a kind has.
    #[must_use]
    pub fn all_needs(&self) -> BTreeSet<Needs> {
        self.iter().map(|kind| Needs(kind.needs())).collect()
    }

    /// The kind of that name.
    ///
    /// # Errors
    /// `unknown-widget-kind`.
    pub fn get(&self, name: &str) -> Result<&dyn WidgetKind, Fault> {
        self.entry(name).map(|entry| &*entry.kind)
    }

    /// Whether `config` is one for a widget of that kind.
    ///
    /// # Errors
    /// `unknown-widget-kind`; `invalid-widget-config`, with every field that is wrong in `extra.problems`.
    pub fn check(&self, name: &str, config: &Value) -> Result<&dyn WidgetKind, Fault> {
        let entry = self.entry(name)?;
        let problems: Vec<_> = entry.schema.iter_errors(config).map(|error| problem(&error)).collect();
        let Some((path, message)) = problems.first() else {
            return Ok(&*entry.kind);
        };
        let detail = format!("{}: {message}", if path.is_empty() { "config" } else { path.trim_start_matches('/') });
        let all: Vec<_> = problems.iter().map(|(path, message)| json!({"path": path, "message": message})).collect();
        Err(Fault::invalid("invalid-widget-config", detail).with_extra(json!({"problems": all})))
    }

    fn entry(&self, name: &str) -> Result<&Entry, Fault> {
        self.0.iter().find(|entry| entry.kind.name() == name).ok_or_else(|| {
            let known: Vec<_> = self.iter().map(WidgetKind::name).collect();
            let detail = format!("`{name}` is no kind of widget; the kinds are {}", known.join(", "));
            Fault::invalid("unknown-widget-kind", detail)
        })
    }
}

/// Which field is wrong, as a JSON Pointer (RFC 6901), and how. A field that is missing or too many is named itself.
fn problem(error: &jsonschema::ValidationError<'_>) -> (String, String) {
    use jsonschema::error::ValidationErrorKind as Kind;
    let at = error.instance_path().to_string();
    let path = match error.kind() {
        Kind::Required { property } => format!("{at}/{}", property.as_str().unwrap_or_default()),
        Kind::AdditionalProperties { unexpected } => format!("{at}/{}", unexpected.first().map_or("", String::as_str)),
        _ => at,
    };
    (path, error.to_string())
}

/// A configuration that was checked against its schema, as the kind's own type.
fn read<T: DeserializeOwned>(config: &Value) -> Result<T, Fault> {
    T::deserialize(config).map_err(|cause| Fault::invalid("invalid-widget-config", cause.to_string()))
}

/// What a source answered, as a value.
fn value(answer: impl serde::Serialize) -> Value {
    serde_json::to_value(answer).expect("what a facade answers has a JSON form")
}

/// The configuration of kinds that list things: how many.
#[derive(serde::Deserialize)]
struct ListConfig {
    #[serde(default = "ListConfig::usual")]
    limit: u32,
}

impl ListConfig {
    const fn usual() -> u32 {
        20
    }

    fn schema() -> Value {
        json!({
            "type": "object",
            "additionalProperties": false,
            "properties": {
                "limit": {
                    "type": "integer", "minimum": 1, "maximum": 50, "default": Self::usual(),
                    "title": "Entries", "description": "How many to show"
                }
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_told_apart_by_name_and_fit_the_grid() {
        let registry = Registry::standard();
        let names: std::collections::BTreeSet<_> = registry.iter().map(WidgetKind::name).collect();
        assert_eq!(names.len(), registry.iter().count());
        for kind in registry.iter() {
            let (w, h) = kind.size();
            let at = crate::words::Rect { x: 0, y: 0, w, h };
            assert!(crate::service::places::check(at).is_ok(), "{}", kind.name());
        }
    }

    #[test]
    fn a_wrong_configuration_names_the_field() {
        let registry = Registry::standard();
        for (kind, config, field) in [
            ("activity", json!({"limit": 900}), "/limit"),
            ("activity", json!({"limits": 9}), "/limits"),
            ("activity", json!(7), ""),
            ("text", json!({}), "/markdown"),
            ("text", json!({"markdown": "x".repeat(20_001)}), "/markdown"),
            ("run-status", json!({"experiment": "exp_1"}), "/experiment"),
            ("live-run", json!({"a": 1}), "/a"),
        ] {
            let fault = registry.check(kind, &config).err().expect(kind);
            assert_eq!(fault.code, "invalid-widget-config");
            assert_eq!(fault.extra.unwrap()["problems"][0]["path"], field, "{kind}");
            assert!(fault.detail.starts_with(if field.is_empty() { "config" } else { &field[1..] }), "{}", fault.detail);
        }
        assert!(registry.check("activity", &json!({})).is_ok());
        assert_eq!(registry.check("clock", &json!({})).err().unwrap().code, "unknown-widget-kind");
    }
}
