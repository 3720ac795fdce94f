//! Keeping experiments: every saved change is a version, and none is ever overwritten.

use super::{
    Experiment,
    belonging::{HUB, OUTSIDE, fingerprint_of},
    no_cursor, view,
    view::{Version, VersionDetail},
};
use crate::{
    entity,
    store::{self, belonging, experiments as rows},
    toolkit::{self, Document, Format, Problem, Severity},
};
use chaoshub_chassis::{
    db::fault,
    http::Caller,
    outbox::{Change, News},
};
use chaoshub_facade::{
    auth::{Access, WorkspaceRef},
    experiment::{ExperimentId, ExperimentSummary},
};
use chaoshub_kernel::{Fault, FaultKind, Page, PageAsk, Scope, WorkspaceId};
use chrono::{DateTime, SecondsFormat, Utc};
use sha2::{Digest, Sha256};

/// The largest experiment that is kept, bytes.
pub const LARGEST_SOURCE: usize = 1 << 20;

impl Experiment {
    /// A page of a workspace's experiments, last changed first.
    pub async fn list(&self, access: &Access, filter: rows::Filter<'_>, ask: &PageAsk) -> Result<Page<ExperimentSummary>, Fault> {
        access.need(Scope::ExperimentRead)?;
        self.summaries(access.workspace, filter, ask).await
    }

    /// The same, for whoever has been let in.
    pub(super) async fn summaries(
        &self,
        workspace: WorkspaceId,
        filter: rows::Filter<'_>,
        ask: &PageAsk,
    ) -> Result<Page<ExperimentSummary>, Fault> {
        let before = ask.after.as_deref().map(read_cursor).transpose()?;
        let found = rows::list(&self.db, workspace, filter, before, ask.limit() + 1).await.map_err(fault)?;
        let page = Page::cut(found, ask.limit(), |row| write_cursor(row.updated_at, &row.id));
        let ids: Vec<String> = page.items.iter().map(|row| row.id.clone()).collect();
        let mut marks = store::runs::marks(&self.db, &ids).await.map_err(fault)?;
        let mut items = Vec::with_capacity(ids.len());
        for row in &page.items {
            items.push(view::experiment_summary(row, marks.remove(&row.id).unwrap_or_default()).map_err(fault)?);
        }
        Ok(Page { items, next: page.next })
    }

    /// Says what is wrong with a text, without keeping it.
    #[must_use]
    pub fn check(&self, source: &[u8], format: Format) -> (Option<String>, Vec<Problem>) {
        match Document::parse(source, format) {
            Ok(document) => {
                let document = document.where_there_is(&self.config.run_env);
                (Some(document.title().to_owned()), document.check())
            }
            Err(problems) => (None, problems),
        }
    }

    /// Keeps a new experiment as its version 1.
    pub async fn create(
        &self,
        caller: &Caller,
        access: &Access,
        source: Vec<u8>,
        format: Format,
    ) -> Result<view::Experiment, Fault> {
        access.need(Scope::ExperimentWrite)?;
        let document = accept(&source, format)?;
        let mut change = self.begin().await?;
        let kept = self.keep(&mut change, access.workspace, &caller.claim.name, &document, source, format).await?;
        change.commit().await.map_err(fault)?;
        Ok(kept)
    }

    /// Gives a workspace that never had an experiment these ones.
    pub async fn seed(&self, workspace: WorkspaceId, by: &str, sources: &[&str]) -> Result<(), Fault> {
        let mut change = self.begin().await?;
        if rows::any(&*change, workspace).await.map_err(fault)? {
            return Ok(());
        }
        for source in sources {
            let document = accept(source.as_bytes(), Format::Yaml)?;
            self.keep(&mut change, workspace, by, &document, source.as_bytes().to_vec(), Format::Yaml).await?;
        }
        change.commit().await.map_err(fault)
    }

    async fn keep(
        &self,
        change: &mut Change,
        workspace: WorkspaceId,
        by: &str,
        document: &Document,
        source: Vec<u8>,
        format: Format,
    ) -> Result<view::Experiment, Fault> {
        let now = self.clock.now();
        let id = ExperimentId::new(now);
        let row = entity::experiment::Model {
            id: id.to_string(),
            workspace: workspace.to_string(),
            title: toolkit::shown_title(document.title()),
            description: document.description().to_owned(),
            tags: document.tags().into(),
            version: 1,
            updated_at: now,
            updated_by: by.to_owned(),
            archived_at: None,
            origin: HUB.to_owned(),
            adopted_at: None,
            adopted_by: None,
            merged_into: None,
        };
        let fingerprint = fingerprint_of(document);
        let mut version = self.version_row(id, 1, source, format, by);
        version.fingerprint = Some(fingerprint.clone());
        rows::insert(&**change, row.clone()).await.map_err(fault)?;
        rows::insert_version(&**change, version.clone()).await.map_err(fault)?;
        self.claim_document(change, &row, &fingerprint, 1).await?;
        change.tell(news("experiment.created", &row, by, workspace)).await.map_err(fault)?;
        view::experiment(&row, Vec::new(), Vec::new(), &version, true)
    }

    /// An experiment with its latest version.
    pub async fn get(&self, caller: &Caller, id: ExperimentId) -> Result<view::Experiment, Fault> {
        let (row, access) = self.reach(caller, id).await?;
        access.need(Scope::ExperimentRead)?;
        self.whole(&row, access.scopes.has(Scope::ExperimentWrite)).await
    }

    pub(super) async fn whole(&self, row: &entity::experiment::Model, may_write: bool) -> Result<view::Experiment, Fault> {
        let id: ExperimentId = row.id.parse().map_err(|_| Fault::internal())?;
        let version = rows::version(&self.db, id, row.version).await.map_err(fault)?.ok_or_else(Fault::internal)?;
        let mut marks = store::runs::marks(&self.db, std::slice::from_ref(&row.id)).await.map_err(fault)?;
        let merged = belonging::merged(&self.db, &row.id, MOST_MERGED_SHOWN).await.map_err(fault)?;
        view::experiment(row, marks.remove(&row.id).unwrap_or_default(), merged, &version, may_write)
    }

    /// Saves a changed text as the next version, if `based_on` is still the latest.
    pub async fn change(
        &self,
        caller: &Caller,
        id: ExperimentId,
        based_on: i64,
        source: Vec<u8>,
        format: Format,
    ) -> Result<view::Experiment, Fault> {
        let (_, access) = self.reach(caller, id).await?;
        access.need(Scope::ExperimentWrite)?;
        let document = accept(&source, format)?;
        let fingerprint = fingerprint_of(&document);
        let by = &caller.claim.name;
        let mut change = self.begin().await?;
        // Read again inside: the one seen before may have been changed meanwhile.
        let mut row = rows::get(&*change, id).await.map_err(fault)?.ok_or_else(|| Fault::not_found("experiment"))?;
        may_change(&row)?;
        if row.version != based_on {
            let detail = format!(
                "{} saved version {} meanwhile; yours was made from version {based_on} and is not saved yet",
                row.updated_by, row.version
            );
            let outdated = Fault::new(FaultKind::Outdated, "version-conflict", detail);
            return Err(outdated.with_extra(serde_json::json!({"version": row.version})));
        }
        let latest = rows::version(&*change, id, row.version).await.map_err(fault)?.ok_or_else(Fault::internal)?;
        let last = belonging::last_version(&*change, &row.id).await.map_err(fault)?;
        let mut version = self.version_row(id, last + 1, source, format, by);
        version.fingerprint = Some(fingerprint.clone());
        if latest.digest == version.digest {
            drop(change);
            return self.whole(&row, true).await;
        }
        describe(&mut row, &document, version.number, by, version.created_at);
        self.claim_document(&change, &row, &fingerprint, version.number).await?;
        rows::insert_version(&*change, version).await.map_err(fault)?;
        rows::update(&*change, row.clone()).await.map_err(fault)?;
        change.tell(news("experiment.changed", &row, by, access.workspace)).await.map_err(fault)?;
        change.commit().await.map_err(fault)?;
        self.whole(&row, true).await
    }

    /// Puts an experiment out of the way, or brings it back. Nothing is lost either way.
    pub async fn archive(&self, caller: &Caller, id: ExperimentId, archived: bool) -> Result<view::Experiment, Fault> {
        let (_, access) = self.reach(caller, id).await?;
        access.need(Scope::ExperimentWrite)?;
        let mut change = self.begin().await?;
        let mut row = rows::get(&*change, id).await.map_err(fault)?.ok_or_else(|| Fault::not_found("experiment"))?;
        if row.merged_into.is_some() {
            return Err(merged_away());
        }
        if row.archived_at.is_some() != archived {
            row.archived_at = archived.then(|| self.clock.now());
            rows::update(&*change, row.clone()).await.map_err(fault)?;
            let kind = if archived { "experiment.archived" } else { "experiment.restored" };
            change.tell(news(kind, &row, &caller.claim.name, access.workspace)).await.map_err(fault)?;
        }
        // Also when nothing was to change: the connection is needed below.
        change.commit().await.map_err(fault)?;
        self.whole(&row, true).await
    }

    /// A page of versions, newest first.
    pub async fn versions(&self, caller: &Caller, id: ExperimentId, ask: &PageAsk) -> Result<Page<Version>, Fault> {
        let (_, access) = self.reach(caller, id).await?;
        access.need(Scope::ExperimentRead)?;
        let before = ask.after.as_deref().map(str::parse).transpose().map_err(|_| no_cursor())?;
        let found = rows::versions(&self.db, id, before, ask.limit() + 1).await.map_err(fault)?;
        let page = Page::cut(found, ask.limit(), |row| row.number.to_string());
        let items = page.items.iter().map(view::version).collect::<Result<_, _>>().map_err(fault)?;
        Ok(Page { items, next: page.next })
    }

    /// One version with its text.
    pub async fn version(&self, caller: &Caller, id: ExperimentId, number: i64) -> Result<VersionDetail, Fault> {
        let (_, access) = self.reach(caller, id).await?;
        access.need(Scope::ExperimentRead)?;
        let row = rows::version(&self.db, id, number).await.map_err(fault)?.ok_or_else(|| Fault::not_found("version"))?;
        view::version_detail(&row, access.scopes.has(Scope::ExperimentWrite))
    }

    /// The experiment, and the caller's rights where it is; `not-found` when the caller may not know of it.
    pub(super) async fn reach(&self, caller: &Caller, id: ExperimentId) -> Result<(entity::experiment::Model, Access), Fault> {
        let unknown = || Fault::not_found("experiment");
        let row = rows::get(&self.db, id).await.map_err(fault)?.ok_or_else(unknown)?;
        let workspace: WorkspaceId = row.workspace.parse().map_err(|_| Fault::internal())?;
        let access = self.edge.auth.access(&caller.signed, WorkspaceRef::Id(workspace)).await;
        match access {
            Ok(access) => Ok((row, access)),
            Err(refused) if refused.kind == FaultKind::NotFound => Err(unknown()),
            Err(other) => Err(other),
        }
    }

    pub(super) fn version_row(
        &self,
        id: ExperimentId,
        number: i64,
        source: Vec<u8>,
        format: Format,
        by: &str,
    ) -> entity::version::Model {
        entity::version::Model {
            experiment: id.to_string(),
            number,
            digest: hex::encode(Sha256::digest(&source)),
            source,
            format: store::write(format),
            created_at: self.clock.now(),
            created_by: by.to_owned(),
            origin: HUB.to_owned(),
            fingerprint: None,
            merged_from: None,
        }
    }
}

/// How many of the experiments that were merged into one are named with it.
const MOST_MERGED_SHOWN: u64 = 50;

/// What the row of an experiment says of the version that it shows.
pub(super) fn describe(row: &mut entity::experiment::Model, document: &Document, number: i64, by: &str, at: DateTime<Utc>) {
    row.version = number;
    row.title = toolkit::shown_title(document.title());
    row.description = document.description().to_owned();
    row.tags = document.tags().into();
    row.updated_at = at;
    by.clone_into(&mut row.updated_by);
}

/// Whether people may edit and run it here.
///
/// # Errors
/// `not-adopted`, `experiment-merged`.
pub(super) fn may_change(row: &entity::experiment::Model) -> Result<(), Fault> {
    if row.merged_into.is_some() {
        return Err(merged_away());
    }
    if row.origin == OUTSIDE {
        let detail = "runs from outside made this experiment; adopt it first, then it can be edited and run here";
        return Err(Fault::conflict("not-adopted", detail));
    }
    Ok(())
}

pub(super) fn merged_away() -> Fault {
    let detail = "this experiment was merged into another one, which has its runs now; separate it again first";
    Fault::conflict("experiment-merged", detail)
}

/// Where a page of experiments ends: when its last one was changed, and its id.
fn write_cursor(at: DateTime<Utc>, id: &str) -> String {
    format!("{}|{id}", at.to_rfc3339_opts(SecondsFormat::AutoSi, true))
}

fn read_cursor(text: &str) -> Result<(DateTime<Utc>, &str), Fault> {
    let (at, id) = text.split_once('|').ok_or_else(no_cursor)?;
    Ok((at.parse().map_err(|_| no_cursor())?, id))
}

/// A text that may be kept, or every problem that stands against it.
fn accept(source: &[u8], format: Format) -> Result<Document, Fault> {
    if source.len() > LARGEST_SOURCE {
        return Err(Fault::new(FaultKind::TooLarge, "body-too-large", "an experiment has at most 1 MiB"));
    }
    let refused = |problems: &[Problem]| {
        let first = problems.iter().find(|problem| is_error(problem)).map_or("", |problem| problem.message.as_str());
        Fault::invalid("invalid-experiment", format!("this is not a Chaos Toolkit experiment: {first}"))
            .with_extra(serde_json::json!({ "problems": problems }))
    };
    let document = Document::parse(source, format).map_err(|problems| refused(&problems))?;
    let problems = document.check();
    if problems.iter().any(is_error) { Err(refused(&problems)) } else { Ok(document) }
}

fn is_error(problem: &Problem) -> bool {
    problem.severity == Severity::Error
}

pub(super) fn news(kind: &'static str, row: &entity::experiment::Model, by: &str, workspace: WorkspaceId) -> News {
    News {
        kind,
        subject: row.id.clone(),
        workspace: Some(workspace),
        data: serde_json::json!({"title": row.title, "by": by, "version": row.version}),
    }
}
