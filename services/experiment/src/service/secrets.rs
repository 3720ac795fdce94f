//! What must not be kept or shown: the secrets that stand in a run's own experiment and all that the hub gives to a run,
//! besides what plainly is a credential.

use super::Experiment;
use crate::{
    entity::{run, version},
    store,
    toolkit::{Document, Format, Redactor},
};
use chaoshub_chassis::db::fault;
use chaoshub_facade::experiment::{Origin, RunId};
use chaoshub_kernel::Fault;
use serde_json::{Value, json};
use std::sync::Arc;

impl Experiment {
    /// Takes out the secrets of the run's experiment, what the hub gave to the run, and what plainly is a credential.
    pub(super) async fn redactor_of(&self, row: &run::Model) -> Result<Arc<Redactor>, Fault> {
        let id: RunId = row.id.parse().map_err(|_| Fault::internal())?;
        if let Some(known) = self.redactors.get(&id) {
            return Ok(known);
        }
        let document = self.document_of(row).await?;
        let token = self.tokens.get(&id);
        Ok(self.know(id, row, document.as_ref(), token.as_deref()))
    }

    /// Makes the redactor of a run and remembers it.
    pub(super) fn know(&self, id: RunId, row: &run::Model, document: Option<&Document>, token: Option<&str>) -> Arc<Redactor> {
        let mut values = document.map(Document::secret_values).unwrap_or_default();
        if row.origin == store::write(Origin::Hub) {
            let named = document.map(Document::secret_variables).unwrap_or_default();
            let given = self.config.run_env.iter().map(String::as_str);
            // What is not among --run-env a run does not get from the hub; the names are few, so all are looked up.
            values.extend(given.chain(named).filter_map(|name| std::env::var(name).ok()));
            values.extend(token.map(str::to_owned));
        }
        let redactor = Arc::new(Redactor::new(values));
        self.redactors.insert(id, redactor.clone());
        redactor
    }

    /// The experiment of a run as the hub knows it. It may be large, so it is read outside of any transaction.
    pub(super) async fn document_of(&self, row: &run::Model) -> Result<Option<Document>, Fault> {
        // What ran outside is what it reported: the version that it belongs to may have other settings.
        let here = row.origin == store::write(Origin::Hub);
        let (true, Some(experiment), Some(number)) =
            (here, row.experiment.as_deref().and_then(|id| id.parse().ok()), row.version)
        else {
            let id: RunId = row.id.parse().map_err(|_| Fault::internal())?;
            let Some(row) = store::runs::get(&self.db, id).await.map_err(fault)? else { return Ok(None) };
            let Some(text) = row.manifest.get("experiment").map(ToString::to_string) else { return Ok(None) };
            let read = move || Document::parse(text.as_bytes(), Format::Json).ok();
            return tokio::task::spawn_blocking(read).await.map_err(|_| Fault::internal());
        };
        let Some(version) = store::experiments::version(&self.db, experiment, number).await.map_err(fault)? else {
            return Ok(None);
        };
        let format = store::read(&version.format).map_err(fault)?;
        let read = move || super::view::parse_saved(&version, format).map(Some);
        tokio::task::spawn_blocking(read).await.map_err(|_| Fault::internal())?
    }
}

/// Takes out the literal secrets of an experiment that somebody else ran.
pub(super) fn redactor_for(experiment: Option<&Value>) -> Redactor {
    let secrets = experiment.and_then(only_secrets);
    Redactor::new(secrets.map(|secrets| secrets.secret_values()).unwrap_or_default())
}

/// Masks the literal secrets of an experiment that somebody else runs; what cannot be understood is left out.
pub(super) fn mask(experiment: &mut Value) {
    let masked = only_secrets(experiment).map(|secrets| secrets.masked()["secrets"].clone());
    if let Some(place) = experiment.get_mut("secrets") {
        *place = masked.unwrap_or_default();
    }
}

/// A document of the secrets alone: an experiment that ran elsewhere may be larger than one that is kept here.
fn only_secrets(experiment: &Value) -> Option<Document> {
    let secrets = json!({"secrets": experiment.get("secrets")?});
    Document::parse(secrets.to_string().as_bytes(), Format::Json).ok()
}

/// The text of a version for somebody who may not write it: as it was saved, or else the masked document where taking
/// the secrets out of the text is not sure to have found them, such as very short ones.
pub(super) fn without_secrets(version: &version::Model, format: Format, document: &Document) -> String {
    let masked = document.masked();
    let text = Redactor::new(document.secret_values()).text(&String::from_utf8_lossy(&version.source));
    let shown = Document::parse(text.as_bytes(), format);
    if shown.is_ok_and(|shown| shown.value().get("secrets") == masked.get("secrets")) {
        return text;
    }
    serde_json::to_string_pretty(&masked).unwrap_or_default()
}
