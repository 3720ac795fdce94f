//! Which runs a list holds, and which part of that leads through an index.

use chaoshub_facade::experiment::{ExperimentId, Origin, RunState, Verdict};
use sea_orm::{Value, prelude::DateTimeUtc};
use std::collections::BTreeSet;

/// What runs of archived experiments are to a list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Archived {
    /// Like all others.
    #[default]
    Include,
    /// Left out.
    Exclude,
    /// The only ones.
    Only,
}

/// What is looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Text {
    /// The run of this number.
    Number(i64),
    /// These letters in the title or in the sentence, or a number that is written so.
    Letters(String),
}

/// Which runs of a workspace. Lists of values: one of them, or any when there is none.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    pub experiment: Option<ExperimentId>,
    pub states: Vec<RunState>,
    pub verdicts: Vec<Verdict>,
    pub origins: Vec<Origin>,
    pub started_by: Vec<String>,
    /// A tag of the experiment.
    pub tag: Option<String>,
    pub archived: Archived,
    pub text: Option<Text>,
    /// Begun at this time or later.
    pub from: Option<DateTimeUtc>,
    /// Begun earlier than this.
    pub to: Option<DateTimeUtc>,
}

impl Filter {
    /// Whether every run fits.
    pub(super) fn is_empty(&self) -> bool {
        self.from.is_none() && self.to.is_none() && self.lead().is_none() && !self.picks()
    }

    /// What is looked up in an index that is sorted by the start: that of which there are the fewest.
    pub(super) fn lead(&self) -> Option<Lead> {
        let words = |column, words: Vec<&str>| (!words.is_empty()).then(|| Lead::new(column, words));
        if let Some(Text::Number(number)) = self.text {
            return Some(Lead { column: "number", values: vec![number.into()] });
        }
        if let Some(experiment) = self.experiment {
            return Some(Lead { column: "experiment", values: vec![experiment.to_string().into()] });
        }
        let states = words("state", self.states.iter().map(|state| state.as_str()).collect());
        let going_on = !self.states.contains(&RunState::Ended);
        states
            .clone()
            .filter(|_| going_on)
            .or_else(|| words("verdict_key", self.verdicts.iter().map(|verdict| verdict.as_str()).collect()))
            .or_else(|| words("started_by", self.started_by.iter().map(String::as_str).collect()))
            .or_else(|| words("origin", self.origins.iter().map(|origin| origin.as_str()).collect()))
            .or(states)
    }

    /// Whether something is asked for besides what leads.
    pub(super) fn picks(&self) -> bool {
        let lead = self.lead().map(|lead| lead.column);
        let besides = |column, asked| asked && lead != Some(column);
        besides("experiment", self.experiment.is_some())
            || besides("state", !self.states.is_empty())
            || besides("verdict_key", !self.verdicts.is_empty())
            || besides("started_by", !self.started_by.is_empty())
            || besides("origin", !self.origins.is_empty())
            || besides("number", self.text.is_some())
            || self.tag.is_some()
            || self.archived != Archived::Include
    }
}

/// The filter that leads: a column and its values, each once.
#[derive(Clone)]
pub(super) struct Lead {
    pub(super) column: &'static str,
    pub(super) values: Vec<Value>,
}

impl Lead {
    fn new(column: &'static str, words: Vec<&str>) -> Self {
        let once: BTreeSet<_> = words.into_iter().collect();
        Self { column, values: once.into_iter().map(Value::from).collect() }
    }
}
