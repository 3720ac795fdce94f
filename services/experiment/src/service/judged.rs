//! What a run's end comes to: computed from all that is known of it, before anything is locked.

use super::{append::place, close::Left, view::Note};
use crate::{
    entity::run,
    store,
    toolkit::{self, Document, Ending, Evidence, Journal, Judgement, Observed},
};
use chaoshub_chassis::db::fault;
use chaoshub_facade::experiment::RunState;
use chaoshub_kernel::Fault;
use chrono::{DateTime, Utc};
use serde_json::json;

/// What is said of a journal of so many bytes that was not kept.
pub(super) fn too_large(bytes: u64) -> Option<Note> {
    let detail = format!(
        "The journal has {} MiB, more than the {} MiB that the hub keeps, so it was not kept; the verdict comes from the run's \
         events. Have activities return less.",
        bytes >> 20,
        super::close::LARGEST_FILE >> 20
    );
    Some(note("journal-too-large", detail))
}

/// What a run's end comes to, computed before anything is locked.
pub(super) struct Judged {
    judgement: Judgement,
    /// What deserves attention besides, which no journal and no event tells.
    pub(super) warnings: Vec<Note>,
    sentence: String,
    started: bool,
    plan: serde_json::Value,
    done: i64,
    total: i64,
}

impl Judged {
    /// Judges the run by everything that is known of it.
    pub(super) fn of(
        row: &run::Model,
        observed: &Observed,
        document: Option<&Document>,
        left: Option<&Left>,
        ending: Ending,
    ) -> Result<Self, Fault> {
        let journal = left.and_then(|left| left.judged.as_ref());
        let evidence = Evidence { journal, observed, ending, experiment: document.map(Document::value) };
        let judgement = toolkit::judge(&evidence);
        // The verdict is that of the bytes received; what is said of it is said of the clean ones.
        let journal = left.and_then(|left| left.shown.as_ref());
        let evidence = Evidence { journal, ..evidence };
        let sentence = toolkit::sentence(&evidence, &judgement);
        let mut standing = row.clone();
        place(&mut standing, observed).map_err(fault)?;
        let played = journal.map_or(0, played);
        let done = standing.done.max(played);
        let total = if journal.is_some() { standing.total.max(done) } else { standing.total };
        Ok(Self { judgement, warnings: Vec::new(), sentence, started: observed.started, plan: standing.plan, done, total })
    }

    pub(super) fn write(self, row: &mut run::Model, left: Option<&Left>, now: DateTime<Utc>) {
        let Judgement { verdict, reasons, warnings, rollbacks } = self.judgement;
        let journal = left.and_then(|left| left.shown.as_ref());
        row.state = store::write(RunState::Ended);
        row.verdict = Some(store::write(verdict));
        row.reasons = json!(reasons.iter().map(|one| note(one.code(), one.describe())).collect::<Vec<_>>());
        let warnings = warnings.iter().map(|one| note(one.code(), one.describe()));
        row.warnings = json!(warnings.chain(self.warnings).collect::<Vec<_>>());
        row.sentence = self.sentence;
        row.rollbacks = store::write(rollbacks);
        row.raw_status = journal.and_then(|journal| journal.status.clone());
        row.current = None;
        row.phase = None;
        if self.started {
            row.plan = self.plan;
        }
        row.done = self.done;
        row.total = self.total;
        let end = journal.and_then(|journal| journal.end);
        // By the clock of the run, but not where its token would outlive it.
        row.ended_at = end.filter(|end| row.token_hash.is_none() || *end <= now).or(Some(now));
        if let Some(journal) = journal {
            row.started_at = row.started_at.or(journal.start);
            row.node = row.node.take().or_else(|| journal.node.clone());
            row.chaoslib = row.chaoslib.take().or_else(|| journal.chaoslib.clone());
        }
    }
}

/// The activities that a journal tells of, but for the passes during the method.
fn played(journal: &Journal) -> i64 {
    let probes = [&journal.before, &journal.after].into_iter().flatten().map(|state| state.probes.len()).sum::<usize>();
    super::runs::to_i64(probes + journal.run.len() + journal.rollbacks.len())
}

fn note(code: &str, detail: impl Into<String>) -> Note {
    Note { code: code.to_owned(), detail: detail.into() }
}
