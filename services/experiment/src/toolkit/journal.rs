//! The journal that Chaos Toolkit leaves, as every version since 2018 wrote it: any key may be absent, any file cut.
//! Outputs are kept only in part; the bytes as received are kept elsewhere.

use chrono::{DateTime, Datelike, NaiveDateTime, Utc};
use serde_json::Value;

use super::answers;
use super::causes;
use super::document::gather;
use super::json::{Reader, Room};

/// What is kept of one output, bytes; the events carry as much.
const OUTPUT: usize = 16 * 1024;
/// What is kept of any string in an output, so that a long body leaves room for what follows it.
const TEXT: usize = 4 * 1024;
/// What is kept of the experiment: more than any document that the hub accepts.
const EXPERIMENT: usize = 4 * 1024 * 1024;
/// What is kept of a record's activity.
const ACTIVITY: usize = 64 * 1024;
/// Records kept of one list; a journal with more was written by a loop, and of the rest only what decides is looked for.
const RECORDS: usize = 10_000;

/// Why some bytes are no journal.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// Nothing is there.
    #[error("the file is empty; Chaos Toolkit writes its journal only when a run ends by itself")]
    Empty,
    /// It does not begin like JSON.
    #[error("this is not JSON (line {line}: expected {expected}); send the file that `chaos run --journal-path` wrote")]
    NotJson {
        /// Where it stops being JSON, from 1.
        line: u32,
        /// What should be there.
        expected: &'static str,
    },
    /// It is an experiment, not what a run of it left.
    #[error("this is an experiment, not a journal; a journal is what `chaos run` writes when it ends")]
    Experiment,
    /// It is some other JSON.
    #[error("this JSON is not a journal: it has none of `experiment`, `status`, `steady_states`, `run`")]
    NotAJournal,
}

/// What a run left. Absent keys are none; nothing here is invented.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Journal {
    /// The experiment's title.
    pub title: Option<String>,
    /// The document that ran, with its substitutions; null when it is missing.
    pub experiment: Value,
    /// Numbers of the experiment whose text is not what is written for their value, as they stand.
    pub spelled: Vec<String>,
    /// Which activities were only pretended: the experiment's `dry`, when it says so.
    pub dry: Option<String>,
    /// `completed`, `failed`, `aborted` or `interrupted`, in Chaos Toolkit's own words.
    pub status: Option<String>,
    /// Chaos Toolkit's flag; it knows only of the check after the method.
    pub deviated: Option<bool>,
    /// The hypothesis before the method.
    pub before: Option<State>,
    /// The hypothesis after the method.
    pub after: Option<State>,
    /// Each pass of the hypothesis during the method.
    pub during: Vec<State>,
    /// What the method did, in order of start; background activities overlap.
    pub run: Vec<Record>,
    /// What the rollbacks did.
    pub rollbacks: Vec<Record>,
    /// When it began.
    pub start: Option<DateTime<Utc>>,
    /// When it ended.
    pub end: Option<DateTime<Utc>>,
    /// The version of chaostoolkit-lib.
    pub chaoslib: Option<String>,
    /// The machine it ran on.
    pub node: Option<String>,
    /// What was read to its end.
    pub complete: Complete,
    /// Whether the file ends too early or is broken in the middle; what precedes the break is here.
    pub truncated: bool,
}

/// Which parts of a journal were there and read to their end: only these say anything by what they lack.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Complete {
    /// The experiment.
    pub experiment: bool,
    /// The three states.
    pub steady_states: bool,
    /// The method.
    pub run: bool,
    /// The rollbacks.
    pub rollbacks: bool,
}

/// One pass of the hypothesis.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct State {
    /// Whether every probe met its tolerance.
    pub met: Option<bool>,
    /// The probes up to the first that missed.
    pub probes: Vec<Record>,
}

/// One activity as it went.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Record {
    /// Its name; empty when the journal does not say.
    pub name: String,
    /// What was declared: `type`, `provider`, `tolerance`, ...
    pub activity: Value,
    /// What it answered, perhaps in part.
    pub output: Value,
    /// Whether something of the output was left out.
    pub cut: bool,
    /// `succeeded` or `failed`; none when it was cut.
    pub status: Option<String>,
    /// When it began.
    pub start: Option<DateTime<Utc>>,
    /// When it ended.
    pub end: Option<DateTime<Utc>>,
    /// Whether the output was within the tolerance; inside the hypothesis only.
    pub tolerance_met: Option<bool>,
    /// The message of the exception, from the last line that names a class on.
    pub error: Option<String>,
}

impl Record {
    /// Whether it raised, instead of answering.
    #[must_use]
    pub fn failed(&self) -> bool {
        self.status.as_deref() == Some("failed")
    }

    /// Whether it was cut, or could not be executed at all.
    #[must_use]
    pub fn unfinished(&self) -> bool {
        self.status.is_none()
    }

    /// What its own answer says against it, in words that follow its name. Outside of the hypothesis, where Chaos Toolkit
    /// looks at no answer.
    #[must_use]
    pub fn complaint(&self) -> Option<String> {
        if self.failed() || self.unfinished() { None } else { answers::complaint(&self.activity, &self.output, self.cut) }
    }

    /// Whether it is an action that lists what it acted on, and the list is empty.
    #[must_use]
    pub fn hit_nothing(&self) -> bool {
        !self.failed() && answers::hit_nothing(&self.activity, &self.output)
    }

    /// How much a verdict turns on it.
    fn weight(&self) -> u8 {
        match (self.failed(), self.unfinished() || self.tolerance_met == Some(false) || self.complaint().is_some()) {
            (true, _) => 2,
            (false, other) => u8::from(other),
        }
    }

    /// The declared tolerance.
    #[must_use]
    pub fn tolerance(&self) -> Option<&Value> {
        self.activity.get("tolerance")
    }
}

impl State {
    /// The probe that decided against the hypothesis.
    #[must_use]
    pub fn miss(&self) -> Option<&Record> {
        if self.met != Some(false) {
            return None;
        }
        let missed = self.probes.iter().find(|probe| probe.tolerance_met == Some(false) || probe.failed());
        missed.or(self.probes.last())
    }

    /// How much a verdict turns on it: a miss decides, a pass that could not be asked leaves a question.
    fn weight(&self) -> u8 {
        match (self.raised(), self.met) {
            (false, Some(false)) => 2,
            (raised, _) => u8::from(raised),
        }
    }

    /// Whether a probe raised, so that there is no answer to compare.
    #[must_use]
    pub fn raised(&self) -> bool {
        self.probes.iter().any(Record::failed)
    }
}

impl Journal {
    /// Reads a journal, or as much of it as is there.
    ///
    /// # Errors
    /// When nothing in the bytes looks like a journal.
    pub fn read(bytes: &[u8]) -> Result<Self, Unreadable> {
        let mut reader = Reader::new(bytes);
        let mut journal = Self::default();
        let mut known = false;
        let mut method = false;
        match reader.peek() {
            None => return Err(Unreadable::Empty),
            Some(b'{') => {}
            Some(_) => {
                reader.skip();
                return Err(not_json(&mut reader).unwrap_or(Unreadable::NotAJournal));
            }
        }
        let closed = reader.object(|reader, key| {
            known |= matches!(key, "experiment" | "status" | "steady_states" | "run" | "chaoslib-version");
            method |= key == "method";
            journal.member(reader, key);
        });
        if !known {
            let broken = if method { None } else { not_json(&mut reader) };
            return Err(broken.unwrap_or(if method { Unreadable::Experiment } else { Unreadable::NotAJournal }));
        }
        journal.truncated = !closed;
        // A whole file without the key recorded none; a cut one may have lost them.
        journal.complete.rollbacks |= closed && journal.rollbacks.is_empty();
        journal.title = journal.experiment.get("title").and_then(Value::as_str).map(str::to_owned);
        journal.dry = dry(&journal.experiment);
        Ok(journal)
    }

    /// The experiment as it may become a document of its own: without what a run leaves in it.
    #[must_use]
    pub fn document(&self) -> Option<Value> {
        let mut document = self.experiment.clone();
        document.as_object_mut()?.shift_remove("dry");
        self.complete.experiment.then_some(document)
    }

    /// The literal values in the secrets of its experiment, for a redactor.
    #[must_use]
    pub fn secret_values(&self) -> Vec<String> {
        let mut found = Vec::new();
        if let Some(secrets) = self.experiment.get("secrets") {
            gather(secrets, &self.spelled, &mut found);
        }
        found
    }

    fn member(&mut self, reader: &mut Reader<'_>, key: &str) {
        match key {
            "chaoslib-version" => self.chaoslib = reader.text(TEXT),
            "node" => self.node = reader.text(TEXT),
            "status" => self.status = reader.text(TEXT),
            "start" => self.start = time(reader),
            "end" => self.end = time(reader),
            "deviated" => self.deviated = flag(reader),
            "experiment" => {
                let mut room = Room::of(EXPERIMENT, EXPERIMENT);
                reader.spelled = Some(Vec::new());
                self.experiment = reader.value(&mut room).unwrap_or_default();
                self.spelled = reader.spelled.take().unwrap_or_default();
                self.complete.experiment = self.experiment.is_object() && reader.broken.is_none() && !room.cut;
            }
            "steady_states" => {
                self.complete.steady_states = reader.object(|reader, key| match key {
                    "before" => self.before = state(reader),
                    "after" => self.after = state(reader),
                    "during" => {
                        reader
                            .array(|reader| state(reader).into_iter().for_each(|new| keep(&mut self.during, new, State::weight)));
                    }
                    _ => reader.skip(),
                });
            }
            "run" => self.complete.run = records(reader, &mut self.run),
            "rollbacks" => self.complete.rollbacks = records(reader, &mut self.rollbacks),
            _ => reader.skip(),
        }
    }
}

fn not_json(reader: &mut Reader<'_>) -> Option<Unreadable> {
    let broken = reader.broken?;
    Some(Unreadable::NotJson { line: reader.line(broken.at), expected: broken.expected })
}

/// `dry` of an experiment that a run has marked: false, null and empty mean no.
fn dry(experiment: &Value) -> Option<String> {
    match experiment.get("dry")? {
        Value::String(what) if !what.is_empty() => Some(what.clone()),
        Value::Bool(true) => Some("activities".to_owned()),
        _ => None,
    }
}

fn state(reader: &mut Reader<'_>) -> Option<State> {
    if reader.peek() != Some(b'{') {
        reader.skip();
        return None;
    }
    let mut state = State::default();
    reader.object(|reader, key| match key {
        "steady_state_met" => state.met = flag(reader),
        "probes" => {
            records(reader, &mut state.probes);
        }
        _ => reader.skip(),
    });
    (state.met.is_some() || !state.probes.is_empty()).then_some(state)
}

/// True when the list was closed. A record that the file cuts is left out: it would look like one that the run cut.
fn records(reader: &mut Reader<'_>, into: &mut Vec<Record>) -> bool {
    reader.array(|reader| {
        let mut record = Record::default();
        let is_object = reader.peek() == Some(b'{');
        let closed = reader.object(|reader, key| member(reader, key, &mut record));
        if closed && is_object {
            keep(into, record, Record::weight);
        }
    })
}

fn member(reader: &mut Reader<'_>, key: &str, record: &mut Record) {
    match key {
        "activity" => {
            record.activity = reader.value(&mut Room::of(ACTIVITY, ACTIVITY)).unwrap_or_default();
            let name = record.activity.get("name").or_else(|| record.activity.get("ref"));
            record.name = name.and_then(Value::as_str).unwrap_or_default().to_owned();
        }
        "output" => {
            let mut room = Room::of(OUTPUT, TEXT);
            record.output = reader.value(&mut room).unwrap_or_default();
            record.cut = room.cut;
        }
        "status" => record.status = reader.text(TEXT),
        "start" => record.start = time(reader),
        "end" => record.end = time(reader),
        "tolerance_met" => record.tolerance_met = flag(reader),
        "exception" => record.error = exception(reader),
        _ => reader.skip(),
    }
}

/// The message of an exception: the end of a list of lines, or of one text, from the last line that names a class on.
fn exception(reader: &mut Reader<'_>) -> Option<String> {
    let mut said = String::new();
    let mut take = |text: String| {
        let starts = text.lines().any(causes::names_a_class);
        if starts {
            said.clear();
        }
        // Of a traceback that names no class the end says most.
        if said.len() + text.len() > TEXT && !starts {
            return;
        }
        said.push_str(if starts { causes::message(&text) } else { &text });
        if !said.ends_with('\n') {
            said.push('\n');
        }
    };
    if reader.peek() == Some(b'[') {
        reader.array(|reader| reader.text(TEXT).into_iter().for_each(&mut take));
    } else {
        reader.text(TEXT).into_iter().for_each(&mut take);
    }
    let said = said.trim();
    (!said.is_empty()).then(|| said.to_owned())
}

fn flag(reader: &mut Reader<'_>) -> Option<bool> {
    reader.value(&mut Room::of(TEXT, TEXT))?.as_bool()
}

fn time(reader: &mut Reader<'_>) -> Option<DateTime<Utc>> {
    let text = reader.text(TEXT)?;
    // Before 2019 times had no zone; they are UTC.
    let naive = || NaiveDateTime::parse_from_str(&text, "%Y-%m-%dT%H:%M:%S%.f").map(|naive| naive.and_utc());
    let time = DateTime::parse_from_rfc3339(&text).map(|zoned| zoned.to_utc()).or_else(|_| naive()).ok()?;
    writable(time).then_some(time)
}

/// Whether everybody can write the time down: RFC 3339 has years of four digits.
#[must_use]
pub fn writable(time: DateTime<Utc>) -> bool {
    (0..=9999).contains(&time.year())
}

/// Keeps what comes, up to a bound; beyond it, what weighs more takes the place of the last one.
fn keep<T>(into: &mut Vec<T>, new: T, weight: impl Fn(&T) -> u8) {
    if into.len() < RECORDS {
        into.push(new);
    } else if let Some(last) = into.last_mut().filter(|last| weight(last) < weight(&new)) {
        *last = new;
    }
}
