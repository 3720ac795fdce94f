//! Fills a stopped hub's databases the quick way, so that there is much to read.

use crate::Outcome;
use sea_orm::sqlx::{self, AssertSqlSafe, SqlitePool, sqlite::SqliteConnectOptions};
use std::path::Path;

/// How much there is to be.
#[derive(Clone, Copy)]
pub struct Amount {
    pub experiments: u64,
    pub runs: u64,
    /// Of each run.
    pub events: u64,
}

/// The first second of the seeded past (UUID version 7 begins with the time).
const BEGAN: u64 = 1_700_000_000;

/// The id of the `n`th thing of a kind.
pub fn id(prefix: &str, n: u64) -> String {
    let milliseconds = (BEGAN + n) * 1000;
    format!("{prefix}_{:08x}-{:04x}-7000-8000-{n:012x}", milliseconds >> 16, milliseconds & 0xffff)
}

/// The same in SQL, for the number in `i`.
fn sql_id(prefix: &str, i: &str) -> String {
    let milliseconds = format!("(({BEGAN} + {i}) * 1000)");
    format!("printf('{prefix}_%08x-%04x-7000-8000-%012x', {milliseconds} >> 16, {milliseconds} & 65535, {i})")
}

fn sql_time(i: &str) -> String {
    format!("strftime('%Y-%m-%dT%H:%M:%f+00:00', {BEGAN} + {i}, 'unixepoch')")
}

/// Experiments, ended runs and their events in `workspace`, and an activity for each run.
pub async fn fill(data: &Path, workspace: &str, amount: Amount) -> Outcome<()> {
    let Amount { experiments, runs, events } = amount;
    let count =
        |from: u64, to: u64| format!("WITH RECURSIVE n(i) AS (SELECT {from} UNION ALL SELECT i + 1 FROM n WHERE i < {to}) ");
    let (experiment, run, at) = (sql_id("exp", "i"), sql_id("run", "i"), sql_time("i"));
    let document = r#"{"title": "Seeded", "description": "d", "method": []}"#;
    // Half of the runs are of the twenty experiments that were changed last: what a team works with, it runs.
    let chosen = format!("(CASE i % 2 WHEN 1 THEN {experiments} - 1 - i % 20 ELSE i % {experiments} END)");
    let of = sql_id("exp", &chosen);
    let statements = [
        format!(
            "INSERT INTO experiments (id, workspace, title, description, tags, version, updated_at, updated_by) {} \
             SELECT {experiment}, '{workspace}', 'Experiment ' || i, 'Seeded', '[\"tag\"]', 1, {at}, 'bench' FROM n",
            count(0, experiments - 1)
        ),
        format!(
            "INSERT INTO versions (experiment, number, source, format, digest, created_at, created_by) {} \
             SELECT {experiment}, 1, CAST('{document}' AS BLOB), 'json', 'd', {at}, 'bench' FROM n",
            count(0, experiments - 1)
        ),
        format!(
            "INSERT INTO runs (id, workspace, number, experiment, version, title, origin, environment, state, phase, verdict, \
               sentence, reasons, warnings, raw_status, rollbacks, started_by, requested_at, started_at, ended_at, last_seen_at, \
               plan, done, total, events, senders, manifest) {} \
             SELECT {run}, '{workspace}', i + 1, {of}, 1, 'Experiment ' || {chosen}, 'hub', 'default', 'ended', 'method', \
               CASE i % 10 WHEN 0 THEN 'deviated' ELSE 'passed' END, 'The steady state held.', '[]', '[]', 'completed', 'played', \
               'bench', {at}, {at}, {at}, {at}, \
               '[{{\"key\":\"method-0\",\"phase\":\"method\",\"name\":\"Do it\",\"type\":\"action\",\"background\":false}}]', \
               1, 1, {events}, '{{}}', '{{}}' FROM n",
            count(0, runs - 1)
        ),
        format!(
            "INSERT INTO events (run, number, sender, sender_seq, at, received_at, kind, phase, data) {}, \
             e(k) AS (SELECT 1 UNION ALL SELECT k + 1 FROM e WHERE k < {events}) \
             SELECT {run}, k, 'control', k, {at}, {at}, 'activity.completed', 'method', \
               '{{\"key\":\"method-0\",\"name\":\"Do it\",\"type\":\"action\",\"status\":\"succeeded\",\"output\":\"ok\"}}' FROM n, e",
            count(0, runs - 1).trim_end()
        ),
    ];
    execute(data, "experiment", &statements).await?;
    let activities = format!(
        "INSERT INTO activities (id, workspace, at, account, verb, object_kind, object_id, title, verdict) {} \
         SELECT {}, '{workspace}', {at}, 'bench', 'ran', 'run', {run}, 'Experiment ' || i, 'passed' FROM n",
        count(0, runs - 1),
        sql_id("act", "i")
    );
    execute(data, "dashboard", &[activities]).await
}

async fn execute(data: &Path, service: &str, statements: &[String]) -> Outcome<()> {
    let path = data.join("databases").join(format!("{service}.sqlite"));
    let db = SqlitePool::connect_with(SqliteConnectOptions::new().filename(path)).await?;
    for statement in statements {
        // Made above of numbers and of an id that the hub gave.
        sqlx::query(AssertSqlSafe(statement.clone())).execute(&db).await?;
    }
    db.close().await;
    Ok(())
}
