//! What people decide about experiments that runs from outside made: to adopt, to merge, to separate them.

use super::{
    Experiment,
    belonging::{HUB, OUTSIDE, document_key, made_outside, title_key},
    experiments::{describe, merged_away, news},
    view,
};
use crate::{
    entity::experiment::Model,
    store::{
        self,
        belonging::{self as moves, Moved},
        documents, experiments as rows, runs,
    },
};
use chaoshub_chassis::{
    db::fault,
    http::Caller,
    outbox::{Change, News},
};
use chaoshub_facade::{
    auth::Access,
    experiment::{ExperimentId, RunId},
};
use chaoshub_kernel::{Fault, Scope};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Where the runs of an experiment go.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct MergeInto {
    /// The experiment of the same workspace that gets them.
    pub into: ExperimentId,
}

/// What leaves an experiment. Nothing is said of one that was merged: it takes back what it brought.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
pub struct Separate {
    /// All runs from outside of this version.
    #[serde(default)]
    pub version: Option<i64>,
    /// One run from outside.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub run: Option<RunId>,
}

impl Experiment {
    /// Makes an experiment from outside one that people edit and run here. One that already is stays as it is.
    pub async fn adopt_experiment(&self, caller: &Caller, id: ExperimentId) -> Result<view::Experiment, Fault> {
        let (mut change, mut row, access) = self.writable(caller, id).await?;
        if row.merged_into.is_some() {
            return Err(merged_away());
        }
        if row.origin == OUTSIDE {
            let (now, by) = (self.clock.now(), &caller.claim.name);
            HUB.clone_into(&mut row.origin);
            row.adopted_at = Some(now);
            row.adopted_by = Some(by.clone());
            row.updated_at = now;
            row.updated_by.clone_from(by);
            // What runs bring from now on under its title is not its text any more.
            documents::move_titles(&*change, &row.id, None).await.map_err(fault)?;
            rows::update(&*change, row.clone()).await.map_err(fault)?;
            change.tell(news("experiment.adopted", &row, by, access.workspace)).await.map_err(fault)?;
        }
        change.commit().await.map_err(fault)?;
        self.whole(&row, true).await
    }

    /// Moves runs and versions of an experiment from outside to another one of its workspace, behind whose versions they
    /// are numbered on; which version that one shows does not change.
    pub async fn merge(&self, caller: &Caller, id: ExperimentId, ask: MergeInto) -> Result<view::Experiment, Fault> {
        let (mut change, mut row, access) = self.writable(caller, id).await?;
        let unknown = || Fault::not_found("experiment");
        let target = rows::get(&*change, ask.into).await.map_err(fault)?;
        let target = target.filter(|target| target.workspace == row.workspace).ok_or_else(unknown)?;
        if target.id == row.id {
            return Err(Fault::invalid("same-experiment", "an experiment is merged into another one, not into itself"));
        }
        if target.merged_into.as_deref() == Some(&row.id) || target.merged_into.is_some() {
            return Err(merged_away());
        }
        if row.merged_into.as_deref() == Some(&target.id) {
            change.commit().await.map_err(fault)?;
            return self.whole(&target, true).await;
        }
        if row.merged_into.is_some() {
            return Err(merged_away());
        }
        if row.origin != OUTSIDE {
            let detail =
                "people write and run this experiment here; only one that came from outside and was not adopted is merged";
            return Err(Fault::conflict("not-from-outside", detail));
        }
        let offset = moves::last_version(&*change, &target.id).await.map_err(fault)?;
        moves::copy_versions(&*change, &row.id, &target.id, offset).await.map_err(fault)?;
        moves::move_runs(&*change, &row.id, Moved::All, &target.id, offset).await.map_err(fault)?;
        documents::move_versions(&*change, &row.id, (0, i64::MAX), &target.id, offset).await.map_err(fault)?;
        let titles = Some(target.id.as_str()).filter(|_| target.origin == OUTSIDE);
        documents::move_titles(&*change, &row.id, titles).await.map_err(fault)?;
        row.merged_into = Some(target.id.clone());
        rows::update(&*change, row.clone()).await.map_err(fault)?;
        let by = &caller.claim.name;
        let mut told = news("experiment.merged", &row, by, access.workspace);
        told.data["into"] = target.id.clone().into();
        told.data["into_title"] = target.title.clone().into();
        change.tell(told).await.map_err(fault)?;
        change.tell(news("experiment.recorded", &target, by, access.workspace)).await.map_err(fault)?;
        change.commit().await.map_err(fault)?;
        self.whole(&target, true).await
    }

    /// Lets runs from outside leave an experiment for one of their own, or undoes a merge.
    pub async fn separate(&self, caller: &Caller, id: ExperimentId, ask: Separate) -> Result<view::Experiment, Fault> {
        let (mut change, row, access) = self.writable(caller, id).await?;
        let by = &caller.claim.name;
        let (left, made) = match (&row.merged_into, ask.version, ask.run) {
            (Some(into), None, None) => {
                let into = into.clone();
                self.take_back(&change, row, &into).await?
            }
            (Some(_), ..) => return Err(merged_away()),
            (None, Some(version), None) => self.split_version(&change, row, version, &access, by).await?,
            (None, None, Some(run)) => self.split_run(&change, row, run, &access, by).await?,
            (None, ..) => {
                let detail = "say what is separated: `version` or `run`, one of them";
                return Err(Fault::invalid("nothing-named", detail));
            }
        };
        let told = |kind, row: &Model| -> News { news(kind, row, by, access.workspace) };
        change.tell(told("experiment.separated", &made)).await.map_err(fault)?;
        change.tell(told("experiment.recorded", &left)).await.map_err(fault)?;
        change.commit().await.map_err(fault)?;
        self.whole(&made, true).await
    }

    /// Undoes a merge: the versions that it brought, and all their runs, come back.
    async fn take_back(&self, change: &Change, mut row: Model, into: &str) -> Result<(Model, Model), Fault> {
        let target = rows::get(&**change, into.parse().map_err(|_| Fault::internal())?).await.map_err(fault)?;
        let target = target.ok_or_else(Fault::internal)?;
        if target.merged_into.is_some() {
            return Err(merged_away());
        }
        let bound = async |last| moves::edge(&**change, &target.id, Some(&row.id), last).await.map_err(fault);
        let here = moves::edge(&**change, &row.id, None, false).await.map_err(fault)?;
        if let (Some(first), Some(last), Some(here)) = (bound(false).await?, bound(true).await?, here) {
            let offset = here - first;
            moves::move_runs(&**change, &target.id, Moved::Versions(first, last), &row.id, offset).await.map_err(fault)?;
            documents::move_versions(&**change, &target.id, (first, last), &row.id, offset).await.map_err(fault)?;
            moves::drop_unused(&**change, &target.id, (first, last), target.version).await.map_err(fault)?;
        }
        let key = title_key(row.title.trim());
        let known = documents::find(&**change, &row.workspace, &key).await.map_err(fault)?;
        let lent = |known: &str| known == target.id && title_key(target.title.trim()) != key;
        if known.is_none_or(|known| lent(&known.experiment)) {
            documents::put(&**change, &row.workspace, &key, &row.id, 1).await.map_err(fault)?;
        }
        row.merged_into = None;
        row.updated_at = self.clock.now();
        rows::update(&**change, row.clone()).await.map_err(fault)?;
        Ok((target, row))
    }

    async fn split_version(
        &self,
        change: &Change,
        mut row: Model,
        number: i64,
        access: &Access,
        by: &str,
    ) -> Result<(Model, Model), Fault> {
        let id: ExperimentId = row.id.parse().map_err(|_| Fault::internal())?;
        let version = rows::version(&**change, id, number).await.map_err(fault)?.ok_or_else(|| Fault::not_found("version"))?;
        let (_, from_outside) = moves::runs_of_version(&**change, &row.id, number).await.map_err(fault)?;
        let first = moves::edge(&**change, &row.id, None, false).await.map_err(fault)?;
        let last = moves::last_version(&**change, &row.id).await.map_err(fault)?;
        let alone = row.origin == OUTSIDE && first == Some(last);
        if from_outside == 0 || alone {
            let detail = match alone {
                true => "all its runs are of this version; separated they would be the same experiment again",
                false => "no run from outside is of this version",
            };
            return Err(Fault::conflict("nothing-to-separate", detail));
        }
        let made = self.made_of(change, &row, &version, access, by).await?;
        moves::move_runs(&**change, &row.id, Moved::Versions(number, number), &made.id, 1 - number).await.map_err(fault)?;
        if let Some(fingerprint) = version.fingerprint.as_deref().filter(|fingerprint| !fingerprint.is_empty()) {
            let key = document_key(fingerprint);
            documents::put(&**change, &row.workspace, &key, &made.id, 1).await.map_err(fault)?;
        }
        // One that people write keeps what it shows. One from outside shows what its own runs ran.
        let spared = if row.origin == OUTSIDE { 0 } else { row.version };
        moves::drop_unused(&**change, &row.id, (number, number), spared).await.map_err(fault)?;
        if row.origin == OUTSIDE && row.version == number {
            let last = moves::last_version(&**change, &row.id).await.map_err(fault)?;
            let shown = rows::version(&**change, id, last).await.map_err(fault)?.ok_or_else(Fault::internal)?;
            let document = view::parse_saved(&shown, store::read(&shown.format).map_err(fault)?)?;
            describe(&mut row, &document, last, by, self.clock.now());
            rows::update(&**change, row.clone()).await.map_err(fault)?;
        }
        Ok((row, made))
    }

    async fn split_run(
        &self,
        change: &Change,
        row: Model,
        run: RunId,
        access: &Access,
        by: &str,
    ) -> Result<(Model, Model), Fault> {
        let id: ExperimentId = row.id.parse().map_err(|_| Fault::internal())?;
        let unknown = || Fault::not_found("run");
        let known = runs::get(&**change, run).await.map_err(fault)?.filter(|run| run.experiment.as_deref() == Some(&row.id));
        let known = known.ok_or_else(unknown)?;
        let number = known.version.ok_or_else(Fault::internal)?;
        if known.origin == HUB {
            return Err(Fault::conflict("nothing-to-separate", "this run was started here, of this experiment"));
        }
        let (_, from_outside) = moves::runs_of_version(&**change, &row.id, number).await.map_err(fault)?;
        if from_outside == 1 {
            return self.split_version(change, row, number, access, by).await;
        }
        let version = rows::version(&**change, id, number).await.map_err(fault)?.ok_or_else(Fault::internal)?;
        let made = self.made_of(change, &row, &version, access, by).await?;
        moves::move_runs(&**change, &row.id, Moved::One(&known.id), &made.id, 1 - number).await.map_err(fault)?;
        Ok((row, made))
    }

    /// A new experiment from outside whose first version is this one.
    async fn made_of(
        &self,
        change: &Change,
        row: &Model,
        version: &crate::entity::version::Model,
        access: &Access,
        by: &str,
    ) -> Result<Model, Fault> {
        let now = self.clock.now();
        let id = ExperimentId::new(now);
        let document = view::parse_saved(version, store::read(&version.format).map_err(fault)?)?;
        let mut made = made_outside(id, access.workspace, by, now);
        describe(&mut made, &document, 1, by, now);
        let mut copy = version.clone();
        (copy.experiment, copy.number, copy.merged_from) = (made.id.clone(), 1, None);
        OUTSIDE.clone_into(&mut copy.origin);
        if version.origin == HUB {
            // What a person wrote may hold secrets, and the copy is of what runs from outside reported.
            let mut masked = document.value().clone();
            super::belonging::without_secrets(&mut masked);
            let source = serde_json::to_vec_pretty(&masked).map_err(|_| Fault::internal())?;
            let written = self.version_row(id, 1, source, crate::toolkit::Format::Json, by);
            (copy.source, copy.format, copy.digest) = (written.source, written.format, written.digest);
        }
        rows::insert(&**change, made.clone()).await.map_err(fault)?;
        rows::insert_version(&**change, copy).await.map_err(fault)?;
        tracing::info!(experiment.id = made.id, from = row.id, "runs from outside were separated");
        Ok(made)
    }

    /// An experiment that the caller may write, as it is now, in a change.
    async fn writable(&self, caller: &Caller, id: ExperimentId) -> Result<(Change, Model, Access), Fault> {
        let (_, access) = self.reach(caller, id).await?;
        access.need(Scope::ExperimentWrite)?;
        let change = self.begin().await?;
        let row = rows::get(&*change, id).await.map_err(fault)?.ok_or_else(|| Fault::not_found("experiment"))?;
        Ok((change, row, access))
    }
}
