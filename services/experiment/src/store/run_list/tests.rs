//! Lists of runs over many runs: through indexes, nothing sorted, in one order on both databases.

use super::{Archived, Filter, Key, List, Order, Position, SEARCHED, Text, count, page};
use crate::{Migrator, entity::run, store::write};
use chaoshub_chassis::db::{Db, storable};
use chaoshub_facade::experiment::{ExperimentId, Origin, RunId, RunState, Verdict};
use chaoshub_kernel::WorkspaceId;
use chaoshub_testkit::database::database;
use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{ConnectionTrait, DbBackend, EntityTrait, IntoActiveModel, Statement};
use serde_json::json;

const MANY: i64 = 20_000;

fn start() -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::days(20_000)
}

fn workspace() -> WorkspaceId {
    WorkspaceId::new(start())
}

/// A run that was asked for so many seconds after the start of time.
fn asked(workspace: WorkspaceId, number: i64, seconds: i64) -> run::Model {
    let at = start() + TimeDelta::seconds(seconds);
    run::Model {
        id: RunId::new(at).to_string(),
        workspace: workspace.to_string(),
        number,
        experiment: None,
        version: None,
        title: format!("Title {number}"),
        origin: write(Origin::Hub),
        environment: "default".into(),
        state: write(RunState::Ended),
        phase: None,
        verdict: Some(write(Verdict::Passed)),
        sentence: "Passed.".into(),
        reasons: json!([]),
        warnings: json!([]),
        raw_status: None,
        rollbacks: "unknown".into(),
        started_by: "ada".into(),
        requested_at: at,
        started_at: Some(at),
        ended_at: Some(at),
        last_seen_at: at,
        job: None,
        token_hash: None,
        stop_requested_at: None,
        stop_mode: None,
        stop_step: None,
        stop_step_at: None,
        plan: json!([]),
        done: 0,
        total: 0,
        current: None,
        node: None,
        chaoslib: None,
        events: 0,
        senders: json!({}),
        journal_digest: None,
        journal_bytes: None,
        manifest: json!({}),
        idempotency_key: None,
        unjoined: None,
        overlaps: None,
        request_digest: None,
    }
}

async fn insert(db: &Db, row: run::Model) {
    run::Entity::insert(storable(db, row.into_active_model())).exec_without_returning(db).await.unwrap();
}

/// Many runs of a few kinds, of which one in a hundred deviated and one in a thousand goes on.
async fn many(db: &Db, workspace: WorkspaceId, experiments: &[ExperimentId]) {
    let mut row = asked(workspace, 0, 0);
    row.experiment = Some("template".into());
    insert(db, row).await;
    let postgres = db.get_database_backend() == DbBackend::Postgres;
    let (numbers, at) = match postgres {
        true => (format!("generate_series(1, {MANY}) AS many(n)"), "requested_at + make_interval(secs => n)"),
        false => (
            format!(
                "(WITH RECURSIVE many(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM many WHERE n < {MANY}) SELECT n FROM many)"
            ),
            "strftime('%Y-%m-%dT%H:%M:%S', requested_at, '+' || n || ' seconds') || '+00:00'",
        ),
    };
    let columns = "id, workspace, number, experiment, title, origin, environment, state, verdict, sentence, reasons, warnings, \
                   rollbacks, started_by, requested_at, started_at, ended_at, last_seen_at, plan, done, total, events, senders, manifest";
    let sql = format!(
        "INSERT INTO runs ({columns}) SELECT id || n, workspace, n, \
         CASE n % 50 WHEN 0 THEN '{}' ELSE '{}' END, title || (n * 7919 % {MANY}), \
         CASE n % 40 WHEN 0 THEN 'upload' ELSE 'hub' END, environment, \
         CASE n % 1000 WHEN 0 THEN 'running' ELSE 'ended' END, \
         CASE WHEN n % 1000 = 0 THEN NULL WHEN n % 100 = 1 THEN 'deviated' WHEN n % 100 = 2 THEN 'lost' ELSE 'passed' END, \
         sentence, reasons, warnings, rollbacks, CASE n % 30 WHEN 0 THEN 'olga' ELSE 'ada' END, \
         {at}, {at}, {at}, last_seen_at, plan, done, total, events, senders, manifest FROM runs, {numbers} WHERE number = 0",
        experiments[0], experiments[1]
    );
    db.execute_unprepared(&sql).await.unwrap();
    db.execute_unprepared("DELETE FROM runs WHERE number = 0").await.unwrap();
    if postgres {
        db.execute_unprepared("ANALYZE runs").await.unwrap();
    }
}

/// How the database goes about it, step by step.
async fn plan(db: &Db, mut statement: Statement) -> String {
    let postgres = db.get_database_backend() == DbBackend::Postgres;
    statement.sql = format!("EXPLAIN {}{}", if postgres { "" } else { "QUERY PLAN " }, statement.sql);
    let steps = db.query_all_raw(statement).await.unwrap();
    let column = if postgres { "QUERY PLAN" } else { "detail" };
    let steps = steps.iter().map(|step| step.try_get::<String>("", column).unwrap());
    steps.collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn usual_lists_of_many_runs_follow_an_index_and_sort_nothing() {
    let db = database::<Migrator>("experiment").await;
    let (here, experiments) = (workspace(), [ExperimentId::new(start()), ExperimentId::new(start())]);
    many(&db, here, &experiments).await;
    let base = Filter::default();
    let ranged = Filter { from: Some(start()), to: Some(start() + TimeDelta::seconds(500)), ..base.clone() };
    let filters = [
        (base.clone(), "runs_by_start"),
        (ranged, "runs_by_start"),
        (Filter { verdicts: vec![Verdict::Deviated], ..base.clone() }, "runs_by_verdict"),
        (Filter { verdicts: vec![Verdict::Deviated, Verdict::Lost, Verdict::Lost], ..base.clone() }, "runs_by_verdict"),
        (Filter { experiment: Some(experiments[0]), ..base.clone() }, "runs_by_experiment"),
        (Filter { states: vec![RunState::Ended], ..base.clone() }, "runs_by_state_and_start"),
        (Filter { states: vec![RunState::Requested, RunState::Running], ..base.clone() }, "runs_by_state_and_start"),
        (Filter { origins: vec![Origin::Upload], ..base.clone() }, "runs_by_origin"),
        (Filter { started_by: vec!["olga".into()], ..base.clone() }, "runs_by_person"),
    ];
    let after = Position::Started(start() + TimeDelta::seconds(9_000), 9_000);
    for (filter, index) in &filters {
        let list = List::new(db.get_database_backend(), here, filter, Order::NEWEST);
        assert!(!list.picks(), "{filter:?}");
        let parts = if filter.verdicts.len().max(filter.states.len()) > 1 { 2 } else { 1 };
        for after in [None, Some(&after)] {
            let steps = plan(&db, list.rows(after, None, 51)).await;
            // Of runs that nearly all have ended PostgreSQL rather goes through all, by the start.
            let common = filter.states == [RunState::Ended] && steps.contains("runs_by_start");
            assert!(common || steps.matches(index).count() == parts, "{filter:?}: {steps}");
            assert!(!steps.contains("Seq Scan") && !steps.contains("SCAN runs"), "{filter:?}: {steps}");
            // The few rows of several parts are merged: those may be sorted.
            let sorts = steps.matches("Sort Key").count() + steps.matches("TEMP B-TREE").count();
            assert!(sorts == 0 || (parts == 2 && sorts <= 2), "{filter:?}: {steps}");
        }
        let steps = plan(&db, list.counted(1001)).await;
        assert!(!steps.contains("Seq Scan") && !steps.contains("SCAN runs"), "{filter:?}: {steps}");
    }
    let orders = [
        (Key::Duration, "runs_by_duration"),
        (Key::Number, "runs_numbered"),
        (Key::Title, "runs_by_title"),
        (Key::Verdict, "runs_by_verdict"),
    ];
    for (key, index) in orders {
        for descending in [true, false] {
            let list = List::new(db.get_database_backend(), here, &base, Order { key, descending });
            let steps = plan(&db, list.rows(None, None, 51)).await;
            assert!(steps.contains(index) && !steps.contains("Sort") && !steps.contains("TEMP B-TREE"), "{key:?}: {steps}");
        }
    }
    // What does not lead is looked for in a bounded piece of the index that leads.
    let searching = Filter { text: Some(Text::Letters("nothing of it".into())), verdicts: vec![Verdict::Passed], ..base };
    let list = List::new(db.get_database_backend(), here, &searching, Order::NEWEST);
    let steps = plan(&db, list.places(None, SEARCHED)).await;
    assert!(steps.contains("runs_by_verdict") && !steps.contains("Sort"), "{steps}");
    let found = page(&db, here, &searching, Order::NEWEST, None, 51).await.unwrap();
    assert!(found.runs.is_empty());
    let Some(Position::Started(at, _)) = found.searched_to else { panic!("there is more to look through") };
    let looked_at = (start() + TimeDelta::seconds(MANY) - at).num_seconds();
    assert!((10_000..10_500).contains(&looked_at), "about two of a hundred are no part of it: {looked_at}");
    let counted = count(&db, here, &searching).await.unwrap();
    assert_eq!((counted.count, counted.more), (0, true));
}

#[tokio::test]
async fn every_order_and_filter_goes_through_all_that_fit_once() {
    let db = database::<Migrator>("experiment").await;
    let (here, there) = (workspace(), WorkspaceId::new(start()));
    let titles = ["b", "A", "a", "Ä", "ä", "Zebra", "zebra", "_", "1", "a b", "a-b", "ab"];
    let verdicts = [Some(Verdict::Passed), None, Some(Verdict::BaselineNotMet), Some(Verdict::Deviated)];
    let mut rows = Vec::new();
    for number in 1..=48 {
        let place = usize::try_from(number).unwrap();
        // Several begin in the same second, some at a fraction of it; some not yet.
        let mut row = asked(here, number, number * 7 % 5);
        row.requested_at += TimeDelta::microseconds(number % 3 * 250_001);
        row.started_at = (number % 6 != 0).then(|| row.requested_at - TimeDelta::seconds(number % 4));
        row.ended_at = row.started_at.filter(|_| number % 4 != 1).map(|at| at + TimeDelta::milliseconds(number * 37 % 11 * 1001));
        row.title = titles[place % titles.len()].into();
        row.verdict = verdicts[place % verdicts.len()].map(write);
        row.started_by = ["ada", "olga"][place % 2].into();
        row.origin = write([Origin::Hub, Origin::Outside, Origin::Upload][place % 3]);
        if number % 4 == 1 {
            row.state = write(RunState::Running);
        }
        rows.push(row.clone());
        insert(&db, row).await;
        insert(&db, asked(there, number, number)).await;
    }
    let filters = [
        Filter::default(),
        Filter { verdicts: vec![Verdict::Deviated, Verdict::Passed], ..Filter::default() },
        Filter { verdicts: vec![Verdict::Passed], started_by: vec!["ada".into(), "olga".into()], ..Filter::default() },
        Filter { states: vec![RunState::Running, RunState::Stopping], ..Filter::default() },
        Filter { states: RunState::ALL.to_vec(), origins: vec![Origin::Outside, Origin::Hub], ..Filter::default() },
        Filter { text: Some(Text::Letters("A".into())), ..Filter::default() },
        Filter { text: Some(Text::Letters("41".into())), ..Filter::default() },
        Filter { text: Some(Text::Number(41)), verdicts: vec![Verdict::Deviated], ..Filter::default() },
        Filter { from: Some(start()), to: Some(start() + TimeDelta::seconds(3)), ..Filter::default() },
        Filter { archived: Archived::Only, ..Filter::default() },
        Filter { archived: Archived::Exclude, tag: None, ..Filter::default() },
        Filter { tag: Some("none has it".into()), ..Filter::default() },
    ];
    let begun = |row: &run::Model| row.started_at.unwrap_or(row.requested_at);
    let took = |row: &run::Model| match (row.started_at, row.ended_at) {
        (Some(from), Some(to)) => (to - from).num_milliseconds(),
        _ => -1,
    };
    let fits = |row: &run::Model, filter: &Filter| {
        let word = |words: Vec<&str>, word: &str| words.is_empty() || words.contains(&word);
        word(filter.verdicts.iter().map(|one| one.as_str()).collect(), row.verdict.as_deref().unwrap_or_default())
            && word(filter.states.iter().map(|one| one.as_str()).collect(), &row.state)
            && word(filter.origins.iter().map(|one| one.as_str()).collect(), &row.origin)
            && word(filter.started_by.iter().map(String::as_str).collect(), &row.started_by)
            && filter.from.is_none_or(|from| begun(row) >= from)
            && filter.to.is_none_or(|to| begun(row) < to)
            && filter.archived != Archived::Only
            && filter.tag.is_none()
            && match &filter.text {
                None => true,
                Some(Text::Number(number)) => row.number == *number,
                Some(Text::Letters(text)) => {
                    let text = text.to_ascii_lowercase();
                    row.title.to_ascii_lowercase().contains(&text)
                        || row.sentence.to_ascii_lowercase().contains(&text)
                        || text.parse() == Ok(row.number)
                }
            }
    };
    for key in [Key::Started, Key::Duration, Key::Number, Key::Title, Key::Verdict] {
        for descending in [false, true] {
            for filter in &filters {
                let mut wanted: Vec<_> = rows.iter().filter(|row| fits(row, filter)).collect();
                let verdict = |row: &run::Model| row.verdict.clone().unwrap_or_default();
                wanted.sort_by(|a, b| {
                    let by = match key {
                        Key::Started => begun(a).cmp(&begun(b)),
                        Key::Duration => took(a).cmp(&took(b)),
                        Key::Number => std::cmp::Ordering::Equal,
                        Key::Title => a.title.to_ascii_lowercase().cmp(&b.title.to_ascii_lowercase()),
                        Key::Verdict => verdict(a).cmp(&verdict(b)).then(begun(a).cmp(&begun(b))),
                    };
                    by.then(a.number.cmp(&b.number))
                });
                if descending {
                    wanted.reverse();
                }
                let wanted: Vec<_> = wanted.iter().map(|row| row.number).collect();
                let mut listed = Vec::new();
                let mut after = None;
                loop {
                    let found = page(&db, here, filter, Order { key, descending }, after.as_ref(), 5).await.unwrap();
                    assert!(found.searched_to.is_none(), "there are few");
                    let Some(last) = found.runs.last() else { break };
                    after = Some(last.position.clone());
                    listed.extend(found.runs.iter().map(|run| run.line.number));
                }
                assert_eq!(listed, wanted, "{key:?} {descending} {filter:?}");
                let hits = count(&db, here, filter).await.unwrap();
                assert_eq!((hits.count, hits.more), (wanted.len() as u64, false), "{filter:?}");
            }
        }
    }
}

#[tokio::test]
async fn a_search_through_many_runs_goes_on_where_it_paused_and_finds_each_once() {
    let db = database::<Migrator>("experiment").await;
    let (here, experiments) = (workspace(), [ExperimentId::new(start()), ExperimentId::new(start())]);
    many(&db, here, &experiments).await;
    // Only the first and the last one, and whatever else has this title by chance.
    db.execute_unprepared("UPDATE runs SET sentence = 'A needle.' WHERE number IN (1, 7, 19999)").await.unwrap();
    let needle = Filter { text: Some(Text::Letters("needle".into())), ..Filter::default() };
    let narrow = Filter { verdicts: vec![Verdict::Passed, Verdict::Deviated], ..needle.clone() };
    for filter in [needle, narrow] {
        for key in [Key::Started, Key::Duration, Key::Title, Key::Number, Key::Verdict] {
            let order = Order { key, descending: true };
            let (mut after, mut listed, mut pauses) = (None, Vec::new(), 0);
            loop {
                let found = page(&db, here, &filter, order, after.as_ref(), 2).await.unwrap();
                listed.extend(found.runs.iter().map(|run| run.line.number));
                let full = found.runs.len() == 2;
                pauses += usize::from(!full && found.searched_to.is_some());
                after = if full { found.runs.last().map(|run| run.position.clone()) } else { found.searched_to };
                if after.is_none() {
                    break;
                }
            }
            listed.sort_unstable();
            assert_eq!(listed, [1, 7, 19999], "{order:?}");
            assert!((1..=3).contains(&pauses), "{order:?}: {pauses}");
        }
    }
}
