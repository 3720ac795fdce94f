//! What news mean here: an activity to write down, selectors to look up.

use super::selector::Selector;
use crate::{
    entity::activity,
    words::{Activity, ActivityId, ObjectKind, trusted},
};
use chaoshub_facade::{
    experiment::{ExperimentId, Verdict},
    feed::mark,
};
use chaoshub_kernel::{Envelope, WorkspaceId};
use serde_json::Value;
use std::collections::HashSet;

/// The activity that news of that feed are, when they are one.
#[must_use]
pub fn told(feed: &str, news: &Envelope) -> Option<activity::Model> {
    let text = |name: &str| news.data.get(name).and_then(Value::as_str).map(str::to_owned);
    // Read as "edda ran Kill a pod", "vera became viewer".
    let (account, verb, kind, title) = match news.kind.as_str() {
        "experiment.created" => (text("by"), "created", ObjectKind::Experiment, text("title")),
        "experiment.changed" => (text("by"), "changed", ObjectKind::Experiment, text("title")),
        "experiment.archived" => (text("by"), "archived", ObjectKind::Experiment, text("title")),
        "experiment.restored" => (text("by"), "restored", ObjectKind::Experiment, text("title")),
        "experiment.adopted" => (text("by"), "adopted", ObjectKind::Experiment, text("title")),
        "experiment.separated" => (text("by"), "separated", ObjectKind::Experiment, text("title")),
        "experiment.merged" => {
            let title = text("title").zip(text("into_title")).map(|(title, into)| format!("{title} into {into}"));
            (text("by"), "merged", ObjectKind::Experiment, title)
        }
        // What is uploaded has ended already: one line is enough.
        "run.requested" if of_upload(news) => return None,
        "run.requested" => (text("by"), "started", ObjectKind::Run, text("title")),
        "run.ended" if of_upload(news) => (text("by"), "uploaded", ObjectKind::Run, text("title")),
        "run.ended" => (text("by"), "ran", ObjectKind::Run, text("title")),
        "workspace.created" => (None, "created", ObjectKind::Workspace, text("title").or_else(|| text("name"))),
        "member.changed" => match text("role") {
            Some(role) => (text("account"), "became", ObjectKind::Member, Some(role)),
            None => (text("account"), "left", ObjectKind::Member, Some("the workspace".to_owned())),
        },
        _ => return None,
    };
    Some(activity::Model {
        number: 0,
        id: ActivityId::new(news.at).to_string(),
        workspace: news.workspace?.to_string(),
        at: news.at,
        account,
        verb: verb.to_owned(),
        object_kind: kind.as_str().to_owned(),
        object_id: news.subject.clone(),
        title: title.unwrap_or_default(),
        verdict: text("verdict").filter(|verdict| known(verdict).is_some()),
        source: Some(format!("{feed} {} {}", news.number, mark(news))),
    })
}

/// What news are about.
#[must_use]
pub fn selectors(news: &Envelope) -> Vec<Selector> {
    let Some(workspace) = news.workspace else { return Vec::new() };
    match news.kind.as_str() {
        "experiment.created" | "experiment.changed" | "experiment.archived" | "experiment.restored" | "experiment.adopted" => {
            let mut all = vec![Selector::WorkspaceExperiments(workspace), Selector::WorkspaceActivity(workspace)];
            all.extend(news.subject.parse().map(Selector::Experiment));
            all
        }
        // Runs moved between experiments, too.
        "experiment.recorded" | "experiment.merged" | "experiment.separated" => {
            let mut all = vec![
                Selector::WorkspaceExperiments(workspace),
                Selector::WorkspaceActivity(workspace),
                Selector::WorkspaceRuns(workspace),
            ];
            if let Ok(experiment) = news.subject.parse() {
                all.extend([Selector::Experiment(experiment), Selector::ExperimentRuns(experiment)]);
            }
            all
        }
        "run.changed" => runs(workspace, &news.data),
        "run.requested" | "run.ended" => {
            let mut all = runs(workspace, &news.data);
            all.push(Selector::WorkspaceActivity(workspace));
            all
        }
        "workspace.created" | "member.changed" => vec![Selector::WorkspaceActivity(workspace)],
        _ => Vec::new(),
    }
}

fn of_upload(news: &Envelope) -> bool {
    news.data.pointer("/summary/origin").and_then(Value::as_str) == Some("upload")
}

fn runs(workspace: WorkspaceId, data: &Value) -> Vec<Selector> {
    let experiment = data.pointer("/summary/experiment_id").and_then(Value::as_str);
    let experiment = experiment.and_then(|id| id.parse::<ExperimentId>().ok());
    [Selector::WorkspaceRuns(workspace)].into_iter().chain(experiment.map(Selector::ExperimentRuns)).collect()
}

/// An activity as it is shown.
#[must_use]
pub fn activity(row: activity::Model) -> Activity {
    Activity {
        id: trusted(&row.id),
        at: row.at,
        account: row.account,
        verb: row.verb,
        object_kind: trusted(&row.object_kind),
        object_id: row.object_id,
        title: row.title,
        verdict: row.verdict.and_then(|verdict| known(&verdict)),
        count: 1,
    }
}

/// Activities as a list shows them, newest first: one line for each run, and uploads that follow each other in one line.
#[must_use]
pub fn folded(rows: Vec<activity::Model>) -> Vec<Activity> {
    let mut ended = HashSet::new();
    let mut lines: Vec<Activity> = Vec::new();
    for one in rows.into_iter().map(activity) {
        let of_run = one.object_kind == ObjectKind::Run;
        if of_run && one.verb == "started" && ended.contains(&one.object_id) {
            continue;
        }
        if of_run && one.verb == "ran" && !ended.insert(one.object_id.clone()) {
            // A lost run that was judged again: what counts is the newer verdict.
            continue;
        }
        let upload = |line: &&mut Activity| one.verb == "uploaded" && line.verb == "uploaded" && line.account == one.account;
        match lines.last_mut().filter(upload) {
            Some(line) => line.count += 1,
            None => lines.push(one),
        }
    }
    lines
}

fn known(verdict: &str) -> Option<Verdict> {
    Verdict::ALL.into_iter().find(|one| one.as_str() == verdict)
}
