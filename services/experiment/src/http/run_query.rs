//! Which runs: the query of lists of runs.

use crate::{
    service::run_list::UNENDED,
    store::run_list::{Archived, Filter, Key, Order, Text},
    toolkit,
};
use chaoshub_facade::experiment::{ExperimentId, Origin, RunState, Verdict};
use chaoshub_kernel::Fault;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer, de::DeserializeOwned, de::value::StrDeserializer};
use utoipa::{IntoParams, ToSchema};

/// The longest text that is looked for, characters.
const LONGEST_TEXT: usize = 200;

/// The most names in a filter.
const MOST_NAMES: usize = 20;

/// Which runs. Where several values are allowed, they are separated by commas, and a run with any of them fits.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct RunQuery {
    /// `organization/workspace`.
    pub(super) workspace: String,
    /// Only of this experiment.
    #[param(value_type = Option<String>)]
    experiment: Option<ExperimentId>,
    /// Only in these states; `active` stands for all but `ended`.
    #[param(value_type = Option<Vec<StateAsked>>, style = Form, explode = false, inline)]
    state: Option<Several<StateAsked>>,
    /// Only with these verdicts.
    #[param(value_type = Option<Vec<Verdict>>, style = Form, explode = false)]
    verdict: Option<Several<Verdict>>,
    /// Only from there.
    #[param(value_type = Option<Vec<Origin>>, style = Form, explode = false)]
    origin: Option<Several<Origin>>,
    /// Only started by these accounts, by their names; at most 20.
    #[param(value_type = Option<Vec<String>>, style = Form, explode = false)]
    started_by: Option<Several<String>>,
    /// Only of experiments with this tag.
    tag: Option<String>,
    /// Whether runs of archived experiments are listed, too (`include`, which is the default), not (`exclude`) or alone
    /// (`only`).
    #[param(inline)]
    archived: Option<ArchivedAsked>,
    /// Only with this text in the title or in the sentence; `#42` is the run of that number. At most 200 characters.
    text: Option<String>,
    /// Only started at this time or later; what has not started counts from when it was asked for.
    from: Option<DateTime<Utc>>,
    /// Only started earlier than this.
    to: Option<DateTime<Utc>>,
    /// What to sort by, with a `-` in front from the largest to the smallest; `-started` unless told. Runs that are equal
    /// in it follow their number.
    #[param(inline)]
    sort: Option<Sort>,
    /// Whether to count them: then `hits` says how many there are.
    #[serde(default)]
    #[param(default = false)]
    pub(super) count: bool,
    /// At most this many, 1 to 200; 50 unless told.
    pub(super) limit: Option<u32>,
    /// The `next` of the page before.
    pub(super) after: Option<String>,
}

/// What may be asked of the state.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum StateAsked {
    Active,
    Requested,
    Starting,
    Running,
    Stopping,
    Ended,
}

/// What runs of archived experiments are to a list.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum ArchivedAsked {
    Include,
    Exclude,
    Only,
}

/// What to sort by.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
pub(super) enum Sort {
    #[serde(rename = "started")]
    StartedUp,
    #[serde(rename = "-started")]
    StartedDown,
    #[serde(rename = "duration")]
    DurationUp,
    #[serde(rename = "-duration")]
    DurationDown,
    #[serde(rename = "number")]
    NumberUp,
    #[serde(rename = "-number")]
    NumberDown,
    #[serde(rename = "title")]
    TitleUp,
    #[serde(rename = "-title")]
    TitleDown,
    #[serde(rename = "verdict")]
    VerdictUp,
    #[serde(rename = "-verdict")]
    VerdictDown,
}

impl From<Sort> for Order {
    fn from(sort: Sort) -> Self {
        let (key, descending) = match sort {
            Sort::StartedUp => (Key::Started, false),
            Sort::StartedDown => (Key::Started, true),
            Sort::DurationUp => (Key::Duration, false),
            Sort::DurationDown => (Key::Duration, true),
            Sort::NumberUp => (Key::Number, false),
            Sort::NumberDown => (Key::Number, true),
            Sort::TitleUp => (Key::Title, false),
            Sort::TitleDown => (Key::Title, true),
            Sort::VerdictUp => (Key::Verdict, false),
            Sort::VerdictDown => (Key::Verdict, true),
        };
        Self { key, descending }
    }
}

/// Values that are separated by commas.
#[derive(Debug)]
struct Several<T>(Vec<T>);

impl<'de, T: DeserializeOwned> Deserialize<'de> for Several<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let words = text.split(',').filter(|word| !word.is_empty());
        words.map(|word| T::deserialize(StrDeserializer::<D::Error>::new(word))).collect::<Result<_, _>>().map(Self)
    }
}

impl RunQuery {
    /// What it asks for, once it is checked.
    pub(super) fn read(self) -> Result<(Filter, Order), Fault> {
        let invalid = |detail: &str| Fault::invalid("invalid-query", detail);
        let text = self.text.as_deref().map(str::trim).filter(|text| !text.is_empty());
        if text.is_some_and(|text| text.chars().count() > LONGEST_TEXT) {
            return Err(invalid("`text` has at most 200 characters"));
        }
        if [self.from, self.to].into_iter().flatten().any(|time| !toolkit::writable(time)) {
            return Err(invalid("`from` and `to` are times of the years 0 to 9999"));
        }
        let started_by = several(self.started_by);
        if started_by.len() > MOST_NAMES {
            return Err(invalid("`started_by` has at most 20 names"));
        }
        let filter = Filter {
            experiment: self.experiment,
            states: states(&several(self.state)),
            verdicts: several(self.verdict),
            origins: several(self.origin),
            started_by,
            tag: self.tag.filter(|tag| !tag.is_empty()),
            archived: self.archived.map_or(Archived::Include, Into::into),
            text: text.map(|text| match text.strip_prefix('#').and_then(|number| number.parse().ok()) {
                Some(number) => Text::Number(number),
                None => Text::Letters(text.to_owned()),
            }),
            from: self.from,
            to: self.to,
        };
        Ok((filter, self.sort.map_or(Order::NEWEST, Into::into)))
    }
}

fn several<T>(asked: Option<Several<T>>) -> Vec<T> {
    asked.map_or_else(Vec::new, |several| several.0)
}

fn states(asked: &[StateAsked]) -> Vec<RunState> {
    let meant = asked.iter().flat_map(|state| match state {
        StateAsked::Active => UNENDED.to_vec(),
        StateAsked::Requested => vec![RunState::Requested],
        StateAsked::Starting => vec![RunState::Starting],
        StateAsked::Running => vec![RunState::Running],
        StateAsked::Stopping => vec![RunState::Stopping],
        StateAsked::Ended => vec![RunState::Ended],
    });
    meant.collect()
}

impl From<ArchivedAsked> for Archived {
    fn from(asked: ArchivedAsked) -> Self {
        match asked {
            ArchivedAsked::Include => Self::Include,
            ArchivedAsked::Exclude => Self::Exclude,
            ArchivedAsked::Only => Self::Only,
        }
    }
}
