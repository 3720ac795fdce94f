//! Runs that others start: opened by a control module, or known only by an uploaded journal. One record each, however often reported.

use super::{
    Experiment,
    belonging::{Reported, without_secrets},
    close,
    ingest::Admitted,
    judged::Judged,
    overlap, view,
};
use crate::{
    entity::run,
    store::{self, runs as rows},
    toolkit::{self, Ending, Journal, Observed, Redactor},
};
use bytes::Bytes;
use chaoshub_chassis::{db::fault, http::Caller, outbox::News};
use chaoshub_facade::{
    auth::{Access, WorkspaceRef},
    experiment::{Origin, RunId, Verdict},
};
use chaoshub_kernel::{Fault, Scope};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::sync::Arc;
use utoipa::ToSchema;

/// A run that a control module announces, under an id of its own making.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct OutsideRun {
    /// `organization/workspace`.
    pub workspace: String,
    /// The experiment that runs, secrets masked.
    #[schema(value_type = Object)]
    pub experiment: Value,
    /// The machine.
    #[serde(default)]
    pub node: Option<String>,
    /// Version of chaostoolkit.
    #[serde(default)]
    pub chaostoolkit: Option<String>,
    /// Version of chaostoolkit-lib.
    #[serde(default)]
    pub chaoslib: Option<String>,
    /// Version of Python.
    #[serde(default)]
    pub python: Option<String>,
    /// When it started, by that machine's clock.
    #[serde(default)]
    pub started_at: Option<DateTime<Utc>>,
}

/// Where an announced run can be watched.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct OpenedRun {
    /// The run.
    pub id: RunId,
    /// Its number.
    pub number: i64,
    /// The page for people.
    pub url: String,
}

impl Experiment {
    /// Opens a run from outside; the same id again answers the same record. The second value says whether it is new.
    pub async fn open(&self, caller: &Caller, id: RunId, ask: OutsideRun) -> Result<(OpenedRun, bool), Fault> {
        let workspace: WorkspaceRef = ask.workspace.parse()?;
        let access = caller.need(workspace, Scope::RunIngest).await?;
        let known = |known: run::Model| {
            if known.workspace != access.workspace.to_string() {
                return Err(Fault::not_found("run"));
            }
            Ok((self.opened(id, known.number, &access), false))
        };
        if let Some(row) = rows::known(&self.db, id).await.map_err(fault)? {
            return known(row);
        }
        // Secrets are looked for in all of a document that may be large: before anything is locked.
        let mut experiment = ask.experiment;
        let read = move || {
            without_secrets(&mut experiment);
            let reported = Reported::read(&experiment);
            (experiment, reported)
        };
        let (experiment, reported) = tokio::task::spawn_blocking(read).await.map_err(|_| Fault::internal())?;
        let planned = toolkit::plan(&experiment);
        let by = &caller.claim.name;
        let mut change = self.begin().await?;
        // Asked again inside: it may have been opened meanwhile.
        if let Some(row) = rows::known(&*change, id).await.map_err(fault)? {
            return known(row);
        }
        let home = self.home(&mut change, access.workspace, reported, by, self.clock.now()).await?;
        let (belongs_to, version, unjoined) = home.columns();
        let row = run::Model {
            experiment: belongs_to,
            version,
            unjoined,
            title: titled(experiment.get("title").and_then(Value::as_str)),
            sentence: "Started elsewhere.".to_owned(),
            total: super::runs::to_i64(planned.len()),
            plan: json!(planned),
            node: ask.node.clone(),
            chaoslib: ask.chaoslib.clone(),
            started_at: ask.started_at.filter(|at| toolkit::writable(*at)),
            manifest: json!({
                "experiment": experiment, "chaostoolkit": ask.chaostoolkit, "python": ask.python,
            }),
            ..self.blank(id, access.workspace, Origin::Outside, &caller.claim.name)
        };
        let live = self.live_runs(&change, access.workspace, &row.environment).await?;
        let row = run::Model { overlaps: overlap::kept(&live), ..row };
        let row = rows::insert(&*change, row).await.map_err(fault)?;
        self.tell_live_runs(&change, &row, &live).await?;
        self.tell_requested(&mut change, &row, &access).await?;
        change.commit().await.map_err(fault)?;
        Ok((self.opened(id, row.number, &access), true))
    }

    /// Takes the journal of a run from outside: its last word. The same journal again changes nothing.
    pub async fn finish(&self, Admitted { run: id, row }: Admitted, journal: Bytes) -> Result<(), Fault> {
        if row.origin == store::write(Origin::Hub) {
            return Err(Fault::forbidden("not-your-run", "the hub fetches the journal of its own runs itself"));
        }
        let journal = accept(journal).await?;
        let lost = row.verdict.as_deref() == Some(Verdict::Lost.as_str());
        if row.ended_at.is_some() && row.journal_digest.is_some() && !lost {
            return Ok(());
        }
        let ending = |_: &run::Model| Ending::Exited { code: None, signal: None };
        self.end(id, Some(journal), Vec::new(), ending).await.map(|_| ())
    }

    /// Makes a run of an uploaded journal, or finds the one that was made of it before.
    pub async fn upload(&self, caller: &Caller, access: &Access, journal: Bytes) -> Result<(view::Run, bool), Fault> {
        access.need(Scope::RunIngest)?;
        let journal = accept(journal).await?;
        let parsed = journal.shown.clone().unwrap_or_default();
        let may_stop = access.scopes.has(Scope::RunStop);
        let known = |row: run::Model| Ok((view::run(&row, may_stop).map_err(fault)?, false));
        let digest = journal.digest.clone();
        if let Some(row) = rows::by_journal(&self.db, access.workspace, &digest).await.map_err(fault)? {
            return known(row);
        }
        let mut document = parsed.document();
        if let Some(document) = &mut document {
            without_secrets(document);
        }
        let reported = document.as_ref().map_or(Err("no-document"), Reported::read);
        let planned = document.as_ref().map(toolkit::plan).unwrap_or_default();
        let id = RunId::new(self.clock.now());
        let mut row = run::Model {
            title: titled(parsed.title.as_deref()),
            total: super::runs::to_i64(planned.len()),
            plan: json!(planned),
            started_at: parsed.start,
            ..self.blank(id, access.workspace, Origin::Upload, &caller.claim.name)
        };
        let left = self.keep_journal(id, journal).await?;
        let judged = Judged::of(&row, &Observed::default(), None, Some(&left), Ending::Uploaded)?;
        let mut change = self.begin().await?;
        // Asked again inside: somebody may have brought the same one meanwhile.
        if let Some(row) = rows::by_journal(&*change, access.workspace, &digest).await.map_err(fault)? {
            return known(row);
        }
        let home = self.home(&mut change, access.workspace, reported, &caller.claim.name, self.clock.now()).await?;
        (row.experiment, row.version, row.unjoined) = home.columns();
        let row = rows::insert(&*change, row).await.map_err(fault)?;
        self.tell_requested(&mut change, &row, access).await?;
        let row = self.end_within(&mut change, row, judged, Some(&left), Vec::new()).await?;
        change.commit().await.map_err(fault)?;
        self.ended(&row, id);
        Ok((view::run(&row, may_stop).map_err(fault)?, true))
    }

    async fn tell_requested(
        &self,
        change: &mut chaoshub_chassis::outbox::Change,
        row: &run::Model,
        access: &Access,
    ) -> Result<(), Fault> {
        let summary = view::run_summary(row).map_err(fault)?;
        let data = json!({"title": row.title, "by": row.started_by, "number": row.number, "summary": summary});
        let news = News { kind: "run.requested", subject: row.id.clone(), workspace: Some(access.workspace), data };
        change.tell(news).await.map_err(fault)
    }

    fn opened(&self, id: RunId, number: i64, access: &Access) -> OpenedRun {
        let (organization, workspace) = (&access.organization_name, &access.workspace_name);
        OpenedRun { id, number, url: format!("{}/{organization}/{workspace}/runs/{id}", self.edge.public_url) }
    }
}

/// The title of a run that a document of somebody else's gives it.
fn titled(title: Option<&str>) -> String {
    title.map_or_else(|| "An experiment without a title".to_owned(), toolkit::shown_title)
}

/// A journal that may be kept.
async fn accept(bytes: Bytes) -> Result<close::Received, Fault> {
    let again = bytes.clone();
    let read = tokio::task::spawn_blocking(move || Journal::read(&again)).await.map_err(|_| Fault::internal())?;
    let journal = read.map_err(|why| Fault::invalid("invalid-journal", why.to_string()))?;
    close::receive(Arc::new(Redactor::new(journal.secret_values())), bytes).await
}
