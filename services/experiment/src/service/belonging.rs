//! To which experiment a run from outside belongs: the one that knows its document, or its title, or a new one.

use super::{Experiment, experiments, secrets};
use crate::{
    entity,
    store::{belonging, documents, experiments as rows},
    toolkit::{self, Document, Format},
};
use chaoshub_chassis::{db::fault, outbox::Change};
use chaoshub_facade::experiment::ExperimentId;
use chaoshub_kernel::{Fault, WorkspaceId};
use chrono::{DateTime, Utc};
use serde_json::Value;

/// The origin of what runs from outside have made.
pub(super) const OUTSIDE: &str = "outside";

/// The origin of what people have written here.
pub(super) const HUB: &str = "hub";

/// Where a run from outside belongs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Home {
    /// To this experiment, as a run of this version.
    In(String, i64),
    /// To none, for this reason: `limit`, `too-large`, `no-document`.
    Nowhere(&'static str),
}

impl Home {
    /// The experiment, its version, and the reason where there is none: what the row of a run says.
    pub(super) fn columns(self) -> (Option<String>, Option<i64>, Option<String>) {
        match self {
            Self::In(experiment, version) => (Some(experiment), Some(version), None),
            Self::Nowhere(why) => (None, None, Some(why.to_owned())),
        }
    }
}

/// What a run from outside ran, as it may become a version: without secrets.
pub(super) struct Reported {
    fingerprint: String,
    document: Document,
    source: Vec<u8>,
}

impl Reported {
    /// Reads a document that has no secrets any more.
    ///
    /// # Errors
    /// The reason why it cannot be kept.
    pub(super) fn read(document: &Value) -> Result<Self, &'static str> {
        let fingerprint = toolkit::fingerprint(document).ok_or("no-document")?;
        let source = serde_json::to_vec_pretty(document).map_err(|_| "no-document")?;
        if source.len() > experiments::LARGEST_SOURCE {
            return Err("too-large");
        }
        let document = Document::parse(&source, Format::Json).map_err(|_| "no-document")?;
        Ok(Self { fingerprint, document, source })
    }
}

/// Takes the secrets out of what somebody else ran.
pub(super) fn without_secrets(document: &mut Value) {
    let redactor = secrets::redactor_for(Some(document));
    secrets::mask(document);
    redactor.value(document);
}

/// What makes a saved document the same as one that is reported by a run; empty when nothing can be said.
pub(super) fn fingerprint_of(document: &Document) -> String {
    let mut value = document.value().clone();
    without_secrets(&mut value);
    toolkit::fingerprint(&value).unwrap_or_default()
}

pub(super) fn document_key(fingerprint: &str) -> String {
    format!("d:{fingerprint}")
}

pub(super) fn title_key(title: &str) -> String {
    format!("t:{}", toolkit::digest(title))
}

impl Experiment {
    /// Finds where a run belongs that `by` reports, or makes the experiment or version that it belongs to. There is one
    /// change at a time on a database, so two runs of a new document make one experiment.
    pub(super) async fn home(
        &self,
        change: &mut Change,
        workspace: WorkspaceId,
        reported: Result<Reported, &'static str>,
        by: &str,
        at: DateTime<Utc>,
    ) -> Result<Home, Fault> {
        let reported = match reported {
            Ok(reported) => reported,
            Err(why) => return Ok(Home::Nowhere(why)),
        };
        let place = workspace.to_string();
        let key = document_key(&reported.fingerprint);
        if let Some(known) = documents::find(&**change, &place, &key).await.map_err(fault)? {
            return Ok(Home::In(known.experiment, known.version));
        }
        if belonging::outside_documents(&**change, &place).await.map_err(fault)? >= self.config.outside_documents {
            return Ok(Home::Nowhere("limit"));
        }
        let title = title_key(reported.document.title().trim());
        let known = documents::find(&**change, &place, &title).await.map_err(fault)?;
        let (mut row, number) = match known.map(|known| known.experiment.parse::<ExperimentId>()) {
            Some(Ok(id)) => {
                let row = rows::get(&**change, id).await.map_err(fault)?.ok_or_else(Fault::internal)?;
                let last = belonging::last_version(&**change, &row.id).await.map_err(fault)?;
                (row, last + 1)
            }
            Some(Err(_)) => return Err(Fault::internal()),
            None => {
                let row = made_outside(ExperimentId::new(self.clock.now()), workspace, by, at);
                rows::insert(&**change, row.clone()).await.map_err(fault)?;
                documents::put(&**change, &place, &title, &row.id, 1).await.map_err(fault)?;
                (row, 1)
            }
        };
        let changed = at.max(row.updated_at);
        experiments::describe(&mut row, &reported.document, number, by, changed);
        let id: ExperimentId = row.id.parse().map_err(|_| Fault::internal())?;
        let mut version = self.version_row(id, number, reported.source, Format::Json, by);
        version.origin = OUTSIDE.to_owned();
        version.fingerprint = Some(reported.fingerprint);
        version.created_at = at;
        rows::insert_version(&**change, version).await.map_err(fault)?;
        rows::update(&**change, row.clone()).await.map_err(fault)?;
        documents::put(&**change, &place, &key, &row.id, number).await.map_err(fault)?;
        change.tell(experiments::news("experiment.recorded", &row, by, workspace)).await.map_err(fault)?;
        Ok(Home::In(row.id, number))
    }

    /// From now on runs of this document belong to an experiment that people have written, unless another one that they
    /// have written knows it already.
    pub(super) async fn claim_document(
        &self,
        change: &Change,
        row: &entity::experiment::Model,
        fingerprint: &str,
        number: i64,
    ) -> Result<(), Fault> {
        if fingerprint.is_empty() {
            return Ok(());
        }
        let key = document_key(fingerprint);
        if let Some(known) = documents::find(&**change, &row.workspace, &key).await.map_err(fault)?
            && known.experiment != row.id
        {
            let other = known.experiment.parse().map_err(|_| Fault::internal())?;
            let other = rows::get(&**change, other).await.map_err(fault)?;
            if other.is_some_and(|other| other.origin == HUB) {
                return Ok(());
            }
        }
        documents::put(&**change, &row.workspace, &key, &row.id, number).await.map_err(fault)
    }
}

/// An experiment that a run from outside makes; its document is described next.
pub(super) fn made_outside(id: ExperimentId, workspace: WorkspaceId, by: &str, at: DateTime<Utc>) -> entity::experiment::Model {
    entity::experiment::Model {
        id: id.to_string(),
        workspace: workspace.to_string(),
        title: String::new(),
        description: String::new(),
        tags: serde_json::json!([]),
        version: 1,
        updated_at: at,
        updated_by: by.to_owned(),
        archived_at: None,
        origin: OUTSIDE.to_owned(),
        adopted_at: None,
        adopted_by: None,
        merged_into: None,
    }
}
