//! Queries on the way of every request stay short however many runs, events and experiments there are.

use super::{
    events::sent_after,
    runs::{beside, last_ten},
};
use crate::Migrator;
use chaoshub_chassis::db;
use chaoshub_facade::experiment::RunId;
use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, DbBackend, EntityTrait, PaginatorTrait, QueryTrait, Statement};

/// How SQLite goes about it, step by step.
async fn plan(db: &db::Db, mut statement: Statement) -> Vec<String> {
    statement.sql = format!("EXPLAIN QUERY PLAN {}", statement.sql);
    let steps = db.query_all_raw(statement).await.unwrap();
    steps.iter().map(|step| step.try_get("", "detail").unwrap()).collect()
}

fn id<T>(new: impl Fn(DateTime<Utc>) -> T) -> T {
    new(DateTime::UNIX_EPOCH)
}

#[tokio::test]
async fn the_last_runs_of_experiments_are_not_ranked_among_all() {
    let db = db::in_memory::<Migrator>().await.unwrap();
    let many: Vec<String> = (0..200).map(|n| format!("exp_{n}")).collect();
    let steps = plan(&db, last_ten(DbBackend::Sqlite, &many)).await;
    let touches: Vec<_> = steps.iter().filter(|step| step.contains(" runs ")).collect();
    assert_eq!(touches.len(), 200);
    assert!(touches.iter().all(|step| step.starts_with("SEARCH") && step.contains("runs_by_experiment")), "{touches:?}");
    assert!(!steps.iter().any(|step| step.contains("TEMP B-TREE")), "nothing is sorted: {steps:?}");
    assert_eq!(crate::entity::run::Entity::find().count(&db).await.unwrap(), 0);
}

#[tokio::test]
async fn events_are_read_on_from_where_one_was() {
    let db = db::in_memory::<Migrator>().await.unwrap();
    let steps = plan(&db, sent_after(id(RunId::new), "hub", ("control", 7)).build(DbBackend::Sqlite)).await;
    assert_eq!(steps, ["SEARCH events USING INDEX events_once (run=? AND (sender,sender_seq)>(?,?))"]);
}

#[tokio::test]
async fn what_is_asked_every_second_and_with_every_batch_looks_things_up() {
    let db = db::in_memory::<Migrator>().await.unwrap();
    let asked = [
        ("SELECT id FROM runs WHERE state IN ('requested', 'starting', 'running', 'stopping') ORDER BY id", "runs_by_state"),
        ("SELECT id, job, state FROM runs WHERE job > ''", "runs_by_job"),
        ("SELECT MAX(sender_seq) AS highest FROM events WHERE run = 'r' AND sender = 'control'", "events_once"),
        ("SELECT sender_seq FROM events WHERE run = 'r' AND sender = 'control' AND sender_seq IN (7, 9)", "events_once"),
        (
            "SELECT sender_seq FROM events WHERE run = 'r' AND sender = 'control' AND sender_seq > 7 AND sender_seq <= 1007",
            "events_once",
        ),
        ("SELECT * FROM events WHERE run = 'r' AND number > 7 ORDER BY number LIMIT 501", "sqlite_autoindex_events_1"),
        ("SELECT MAX(number) FROM runs WHERE workspace = 'w'", "runs_numbered"),
        ("SELECT * FROM runs WHERE workspace = 'w' AND idempotency_key = 'k'", "runs_once"),
        ("SELECT * FROM runs WHERE workspace = 'w' AND journal_digest = 'd'", "runs_by_journal"),
        (
            "SELECT * FROM experiments WHERE workspace = 'w' AND archived_at IS NULL ORDER BY updated_at DESC, id DESC LIMIT 51",
            "experiments_by_workspace",
        ),
    ];
    for (sql, index) in asked {
        let steps = plan(&db, Statement::from_string(DbBackend::Sqlite, sql)).await;
        assert!(steps[0].starts_with("SEARCH") && steps[0].contains(index), "{sql}: {steps:?}");
    }
}

#[tokio::test]
async fn what_is_beside_a_run_is_three_looks_into_an_index() {
    let db = db::in_memory::<Migrator>().await.unwrap();
    let steps = plan(&db, beside(DbBackend::Sqlite, "exp", DateTime::UNIX_EPOCH, 7)).await;
    let touches: Vec<_> = steps.iter().filter(|step| step.contains(" runs ")).collect();
    assert_eq!(touches.len(), 3, "{steps:?}");
    let indexes = ["runs_by_experiment", "runs_by_experiment", "runs_that_passed"];
    for (step, index) in touches.iter().zip(indexes) {
        assert!(step.starts_with("SEARCH") && step.contains(index), "{steps:?}");
    }
    assert!(!steps.iter().any(|step| step.contains("TEMP B-TREE")), "nothing is sorted: {steps:?}");
}
