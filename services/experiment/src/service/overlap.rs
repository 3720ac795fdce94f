//! Runs that are live at the same time in one environment: either may cause what the other one sees, so both records say so.

use super::{Experiment, runs::NewRun};
use crate::{
    entity::run,
    store::overlaps::{self, LiveRun, LiveTime},
};
use chaoshub_chassis::{db::fault, outbox::Change};
use chaoshub_facade::experiment::RunId;
use chaoshub_kernel::{Fault, WorkspaceId};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

/// At most so many other runs are looked at and remembered for a run: more tell nothing new.
const MOST: u64 = 20;

/// Whether a run may start while another one is live in its environment.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum OverlapPolicy {
    /// It may; both records say that they overlapped.
    #[default]
    Allow,
    /// It is refused with `run-in-progress`, which names the live runs.
    Refuse,
}

/// Another run that was live at the same time in the same environment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct OverlappingRun {
    /// Its id.
    pub id: RunId,
    /// Its number.
    pub number: i64,
}

/// What a refused start names of each live run.
#[derive(Serialize)]
struct InProgress<'a> {
    id: &'a str,
    number: i64,
    title: &'a str,
    started_by: &'a str,
    same_experiment: bool,
}

impl Experiment {
    /// The runs that are live where a new one is to start, within the change that starts it: of two at once, one sees the other.
    pub(super) async fn live_runs(
        &self,
        change: &Change,
        workspace: WorkspaceId,
        environment: &str,
    ) -> Result<Vec<LiveRun>, Fault> {
        overlaps::live(&**change, workspace, environment, MOST).await.map_err(fault)
    }

    /// Tells the live runs of the new one, which has its number now.
    pub(super) async fn tell_live_runs(&self, change: &Change, new: &run::Model, live: &[LiveRun]) -> Result<(), Fault> {
        for one in live {
            let mut known = one.overlaps.as_ref().and_then(|known| known.as_array().cloned()).unwrap_or_default();
            if known.len() < usize::try_from(MOST).unwrap_or(usize::MAX) {
                known.push(json!({"id": new.id, "number": new.number}));
                overlaps::save(&**change, &one.id, json!(known)).await.map_err(fault)?;
            }
        }
        Ok(())
    }

    /// Forgets, at the end of a run, the others that were live by their records only: a run that is delivered late was
    /// over before its record began. Where it cannot be known, the warning stays.
    pub(super) async fn forget_false_overlaps(&self, change: &Change, ended: &mut run::Model) -> Result<(), Fault> {
        let others = ids_in(ended.overlaps.as_ref());
        if others.is_empty() {
            return Ok(());
        }
        let known = overlaps::times(&**change, others).await.map_err(fault)?;
        let apart = |other: &&LiveTime| match (ended.started_at, other.started_at) {
            (Some(mine), Some(theirs)) => {
                other.ended_at.is_some_and(|end| end <= mine) || ended.ended_at.is_some_and(|end| end <= theirs)
            }
            // The other one has not begun, and this one is over.
            (Some(_), None) => other.ended_at.is_none(),
            // Nothing was heard of this one; that is no proof that it touched nothing.
            (None, _) => false,
        };
        let false_ones: Vec<String> = known.iter().filter(apart).map(|other| other.id.clone()).collect();
        self.forget(change, ended, &false_ones, &known).await
    }

    async fn forget(
        &self,
        change: &Change,
        ended: &mut run::Model,
        false_ones: &[String],
        known: &[LiveTime],
    ) -> Result<(), Fault> {
        ended.overlaps = without(ended.overlaps.as_ref(), false_ones);
        let me = std::slice::from_ref(&ended.id);
        for other in known.iter().filter(|other| false_ones.contains(&other.id)) {
            let theirs = without(other.overlaps.as_ref(), me).unwrap_or(Value::Array(Vec::new()));
            overlaps::save(&**change, &other.id, theirs).await.map_err(fault)?;
        }
        Ok(())
    }
}

fn ids_in(overlaps: Option<&Value>) -> Vec<String> {
    let entries = overlaps.and_then(Value::as_array).into_iter().flatten();
    entries.filter_map(|entry| entry.get("id").and_then(Value::as_str).map(str::to_owned)).collect()
}

fn without(overlaps: Option<&Value>, ids: &[String]) -> Option<Value> {
    let left: Vec<Value> =
        overlaps?.as_array()?.iter().filter(|entry| !ids.iter().any(|id| entry["id"] == *id)).cloned().collect();
    (!left.is_empty()).then(|| Value::Array(left))
}

/// The live runs as the new one keeps them.
pub(super) fn kept(live: &[LiveRun]) -> Option<Value> {
    (!live.is_empty()).then(|| live.iter().map(|one| json!({"id": one.id, "number": one.number})).collect())
}

/// Refuses a start beside live runs where the caller wants none.
///
/// # Errors
/// `run-in-progress`, which names them.
pub(super) fn refuse(ask: &NewRun, live: &[LiveRun]) -> Result<(), Fault> {
    match (ask.overlap, live) {
        (OverlapPolicy::Refuse, [first, ..]) => Err(in_progress(first, live, &ask.experiment.to_string())),
        _ => Ok(()),
    }
}

fn in_progress(first: &LiveRun, live: &[LiveRun], experiment: &str) -> Fault {
    let same = |one: &LiveRun| one.experiment.as_deref() == Some(experiment);
    let told = live.iter().find(|one| same(one)).unwrap_or(first);
    let what = if same(told) { "this experiment" } else { "another experiment, in the same environment," };
    let runs: Vec<_> = live
        .iter()
        .map(|one| InProgress {
            id: &one.id,
            number: one.number,
            title: &one.title,
            started_by: &one.started_by,
            same_experiment: same(one),
        })
        .collect();
    let detail = format!(
        "run {} of {what} is live; wait until it has ended, or start with `overlap` `allow`: then either run may cause what \
         the other one sees",
        told.number
    );
    Fault::conflict("run-in-progress", detail).with_extra(json!({ "runs": runs }))
}

/// The warning of a run that was not alone, in words.
pub(super) fn warning(others: &[OverlappingRun]) -> String {
    let numbers: Vec<_> = others.iter().map(|other| other.number.to_string()).collect();
    let (runs, were) = match numbers.as_slice() {
        [one] => (format!("run {one}"), "was"),
        [rest @ .., last] => (format!("runs {} and {last}", rest.join(", ")), "were"),
        [] => return String::new(),
    };
    format!("Ran while {runs} {were} live. Either run may have caused what the other one saw; run it again alone to be sure.")
}
