//! What a run is given: the experiment, how `chaos` is called, and a token that dies with it.

use super::Experiment;
use crate::{
    entity::{run, version},
    service::runs::RollbackStrategy,
    toolkit::Format,
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chaoshub_facade::{
    experiment::RunId,
    launcher::{JobId, Limits, StartJob},
};
use chaoshub_kernel::Fault;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Where the control module writes every event before it sends it.
pub(super) const EVENTS_FILE: &str = "events.ndjson";

/// Where `chaos` writes its journal.
pub(super) const JOURNAL_FILE: &str = "journal.json";

/// A new run token: 32 random bytes behind a prefix that secret scanners can know.
pub(super) fn new_token() -> String {
    let bytes: [u8; 32] = rand::random();
    format!("chr_{}", BASE64_URL_SAFE_NO_PAD.encode(bytes))
}

impl Experiment {
    /// The job that carries the run out.
    pub(super) fn job(
        &self,
        id: JobId,
        row: &run::Model,
        version: &version::Model,
        format: Format,
        token: String,
    ) -> Result<StartJob, Fault> {
        let experiment_file = match format {
            Format::Json => "experiment.json",
            Format::Yaml => "experiment.yaml",
        };
        // Known from now on in all its forms; later only the token's hash is.
        let run: RunId = row.id.parse().map_err(|_| Fault::internal())?;
        self.know(run, row, super::view::parse_saved(version, format).ok().as_ref(), Some(&token));
        let source = String::from_utf8(version.source.clone()).map_err(|_| Fault::internal())?;
        let manifest = |key: &str| row.manifest.get(key).cloned().unwrap_or(Value::Null);
        let strategy: RollbackStrategy =
            serde_json::from_value(manifest("rollback_strategy")).unwrap_or(RollbackStrategy::Always);
        // No secret stands in the arguments: every user of the machine can read them.
        let mut argv: Vec<String> =
            ["chaos", "--no-version-check", "--no-log-file", "--settings", "settings.yaml", "run"].map(str::to_owned).into();
        argv.extend(["--journal-path", JOURNAL_FILE, "--control-file", "control.json"].map(str::to_owned));
        argv.extend(["--rollback-strategy".to_owned(), crate::store::write(strategy)]);
        let mut files = BTreeMap::from([
            (experiment_file.to_owned(), source),
            ("settings.yaml".to_owned(), "{}\n".to_owned()),
            ("control.json".to_owned(), control_file()),
        ]);
        if manifest("parameters").as_object().is_some_and(|parameters| !parameters.is_empty()) {
            files.insert("parameters.json".to_owned(), json!({"configuration": manifest("parameters")}).to_string());
            argv.extend(["--var-file", "parameters.json"].map(str::to_owned));
        }
        argv.push(experiment_file.to_owned());
        let url = self.config.run_url.as_deref().unwrap_or(&self.edge.public_url);
        let mut env = BTreeMap::from([
            ("CHAOSHUB_URL".to_owned(), url.to_owned()),
            ("CHAOSHUB_RUN".to_owned(), row.id.clone()),
            ("CHAOSHUB_TOKEN".to_owned(), token),
            ("CHAOSHUB_EVENTS".to_owned(), EVENTS_FILE.to_owned()),
        ]);
        for name in &self.config.run_env {
            if let Ok(value) = std::env::var(name) {
                env.insert(name.clone(), value);
            }
        }
        let workspace = row.workspace.parse().map_err(|_| Fault::internal())?;
        let limits = Limits { wall_clock: self.config.run_wall_clock, ..Limits::default() };
        Ok(StartJob { id, workspace, argv, env, files, limits })
    }
}

/// The control file of a run that the hub starts; all that it needs stands in its environment.
fn control_file() -> String {
    json!({"chaoshub": {"provider": {"type": "python", "module": "chaoshub_control"}}}).to_string()
}
