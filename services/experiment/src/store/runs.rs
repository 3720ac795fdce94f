//! Queries on runs.

use crate::entity::run::{self, Column};
use chaoshub_chassis::db::storable;
use chaoshub_facade::experiment::{RunId, RunMark, RunState};
use chaoshub_kernel::WorkspaceId;
use sea_orm::{
    DbBackend, DbErr, FromQueryResult, IntoActiveModel, Iterable, QueryOrder, QuerySelect, Statement, entity::prelude::*,
    sea_query::Expr,
};
use std::{
    collections::HashMap,
    ops::{Deref, DerefMut},
};

/// What lists show of a run. What they do not is left where it is: a manifest may hold a whole experiment.
#[derive(Debug, Clone, DerivePartialModel)]
#[sea_orm(entity = "run::Entity")]
pub struct Line {
    pub id: String,
    pub workspace: String,
    pub number: i64,
    pub experiment: Option<String>,
    pub version: Option<i64>,
    pub title: String,
    pub origin: String,
    pub environment: String,
    pub state: String,
    pub phase: Option<String>,
    pub verdict: Option<String>,
    pub sentence: String,
    pub started_by: String,
    pub requested_at: DateTimeUtc,
    pub started_at: Option<DateTimeUtc>,
    pub ended_at: Option<DateTimeUtc>,
    pub done: i64,
    pub total: i64,
    pub current: Option<String>,
}

/// What tells whether there is something to do for a run.
#[derive(Debug, Clone, DerivePartialModel)]
#[sea_orm(entity = "run::Entity")]
pub struct Due {
    pub id: String,
    pub origin: String,
    pub job: Option<String>,
    pub started_at: Option<DateTimeUtc>,
    pub last_seen_at: DateTimeUtc,
    pub stop_requested_at: Option<DateTimeUtc>,
}

impl Line {
    /// The columns, as they are asked for.
    pub(super) const COLUMNS: &str = "id, workspace, number, experiment, version, title, origin, environment, state, phase, verdict, \
                                      sentence, started_by, requested_at, started_at, ended_at, done, total, current";
}

impl From<&run::Model> for Line {
    fn from(row: &run::Model) -> Self {
        let run::Model { number, version, requested_at, started_at, ended_at, done, total, .. } = *row;
        Self {
            id: row.id.clone(),
            workspace: row.workspace.clone(),
            number,
            experiment: row.experiment.clone(),
            version,
            title: row.title.clone(),
            origin: row.origin.clone(),
            environment: row.environment.clone(),
            state: row.state.clone(),
            phase: row.phase.clone(),
            verdict: row.verdict.clone(),
            sentence: row.sentence.clone(),
            started_by: row.started_by.clone(),
            requested_at,
            started_at,
            ended_at,
            done,
            total,
            current: row.current.clone(),
        }
    }
}

/// One run, wherever it is; the caller's right to its workspace is checked with the row in hand.
///
/// # Errors
/// When the database fails.
pub async fn get(db: &impl ConnectionTrait, id: RunId) -> Result<Option<run::Model>, DbErr> {
    // Not `one`: its `LIMIT ?` has SQLite prepare the statement anew each time, in case the number matters to the plan.
    Ok(run::Entity::find_by_id(id.to_string()).all(db).await?.pop())
}

/// A run without its manifest, which may hold a whole experiment: what every batch asks for.
///
/// # Errors
/// When the database fails.
pub async fn known(db: &impl ConnectionTrait, id: RunId) -> Result<Option<run::Model>, DbErr> {
    Ok(without_manifest(id).all(db).await?.pop())
}

/// The same, which nobody else can change until `tx` ends.
///
/// # Errors
/// When the database fails.
pub async fn locked(tx: &impl ConnectionTrait, id: RunId) -> Result<Option<Locked>, DbErr> {
    Ok(without_manifest(id).lock_exclusive().all(tx).await?.pop().map(Locked::from))
}

fn without_manifest(id: RunId) -> Select<run::Entity> {
    let lean = Column::iter().filter(|column| !matches!(column, Column::Manifest));
    let nothing = Expr::value(serde_json::Value::Null);
    run::Entity::find_by_id(id.to_string()).select_only().columns(lean).expr_as(nothing, "manifest")
}

/// A row that nobody else changes meanwhile, with what it was when it was read.
pub struct Locked {
    was: run::Model,
    row: run::Model,
}

impl Locked {
    /// The row as it is now.
    pub fn into_row(self) -> run::Model {
        self.row
    }
}

impl From<run::Model> for Locked {
    fn from(row: run::Model) -> Self {
        Self { was: row.clone(), row }
    }
}

impl Deref for Locked {
    type Target = run::Model;
    fn deref(&self) -> &run::Model {
        &self.row
    }
}

impl DerefMut for Locked {
    fn deref_mut(&mut self) -> &mut run::Model {
        &mut self.row
    }
}

/// Adds a run under the workspace's next number, which `row.number` is set to.
///
/// # Errors
/// When the database fails, or the id or idempotency key is taken.
pub async fn insert(db: &impl ConnectionTrait, mut row: run::Model) -> Result<run::Model, DbErr> {
    let last: Option<Option<i64>> = run::Entity::find()
        .select_only()
        .column_as(Column::Number.max(), "last")
        .filter(Column::Workspace.eq(&row.workspace))
        .into_tuple()
        .one(db)
        .await?;
    row.number = last.flatten().unwrap_or(0) + 1;
    run::Entity::insert(storable(db, row.clone().into_active_model())).exec_without_returning(db).await?;
    Ok(row)
}

/// Saves what has changed of a row, and nothing else: neither a large manifest nor the indexes of what stays.
///
/// # Errors
/// When the database fails, or there is no such run.
pub async fn update(db: &impl ConnectionTrait, row: &Locked) -> Result<(), DbErr> {
    let mut new = <run::ActiveModel as ActiveModelTrait>::default();
    changes(row).for_each(|column| new.set(column, row.row.get(column)));
    if !new.is_changed() {
        return Ok(());
    }
    let saved = run::Entity::update_many().set(storable(db, new)).filter(Column::Id.eq(&row.id)).exec(db).await?;
    if saved.rows_affected == 0 { Err(DbErr::RecordNotUpdated) } else { Ok(()) }
}

fn changes(row: &Locked) -> impl Iterator<Item = Column> {
    Column::iter().filter(|column| row.row.get(*column) != row.was.get(*column))
}

/// The names of what has changed of a row.
#[cfg(test)]
pub(crate) fn changed(row: &Locked) -> Vec<&'static str> {
    changes(row).map(|column| IdenStatic::as_str(&column)).collect()
}

/// The run that an idempotency key of a workspace stands for.
///
/// # Errors
/// When the database fails.
pub async fn by_key(db: &impl ConnectionTrait, workspace: WorkspaceId, key: &str) -> Result<Option<run::Model>, DbErr> {
    run::Entity::find().filter(Column::Workspace.eq(workspace.to_string())).filter(Column::IdempotencyKey.eq(key)).one(db).await
}

/// The run of a workspace whose journal has this digest.
///
/// # Errors
/// When the database fails.
pub async fn by_journal(db: &impl ConnectionTrait, workspace: WorkspaceId, digest: &str) -> Result<Option<run::Model>, DbErr> {
    run::Entity::find().filter(Column::Workspace.eq(workspace.to_string())).filter(Column::JournalDigest.eq(digest)).one(db).await
}

/// Every run of the installation that has not ended: what the reconciler looks at.
///
/// # Errors
/// When the database fails.
pub async fn unfinished(db: &impl ConnectionTrait) -> Result<Vec<Due>, DbErr> {
    let unended = run::Entity::find().filter(Column::State.is_in(unended())).order_by_asc(Column::Id);
    unended.into_partial_model().all(db).await
}

/// The states of a run that has not ended.
pub(super) fn unended() -> impl Iterator<Item = &'static str> {
    RunState::ALL.into_iter().filter(|state| *state != RunState::Ended).map(RunState::as_str)
}

/// Runs that have ended while the launcher still holds what their jobs left: each with its job.
///
/// # Errors
/// When the database fails.
pub async fn unreleased(db: &impl ConnectionTrait) -> Result<Vec<(String, String)>, DbErr> {
    let held = run::Entity::find()
        .select_only()
        .columns([Column::Id, Column::Job, Column::State])
        // Larger than nothing is not null, and found through the index; a condition on the state would lead to another.
        .filter(Column::Job.gt(""))
        .into_tuple::<(String, String, String)>()
        .all(db)
        .await?;
    let ended = held.into_iter().filter(|(_, _, state)| state == RunState::Ended.as_str());
    Ok(ended.map(|(run, job, _)| (run, job)).collect())
}

/// The launcher holds nothing of this run any more.
///
/// # Errors
/// When the database fails.
pub async fn released(db: &impl ConnectionTrait, id: &str) -> Result<(), DbErr> {
    let released = run::Entity::update_many().col_expr(Column::Job, Expr::value(None::<String>));
    released.filter(Column::Id.eq(id)).exec(db).await.map(|_| ())
}

/// The run was heard of.
///
/// # Errors
/// When the database fails.
pub async fn seen(db: &impl ConnectionTrait, id: RunId, at: DateTimeUtc) -> Result<(), DbErr> {
    let seen = run::Entity::update_many().col_expr(Column::LastSeenAt, Expr::value(at));
    seen.filter(Column::Id.eq(id.to_string())).exec(db).await.map(|_| ())
}

/// The columns of a mark.
const MARK: &str = "experiment, id, number, state, verdict, started_at, effective_start";

#[derive(FromQueryResult)]
struct MarkRow {
    experiment: String,
    id: String,
    number: i64,
    state: String,
    verdict: Option<String>,
    started_at: Option<DateTimeUtc>,
    effective_start: DateTimeUtc,
}

impl MarkRow {
    fn mark(&self) -> Result<RunMark, DbErr> {
        Ok(RunMark {
            id: self.id.parse().map_err(|_| DbErr::Type(format!("not a run id: {}", self.id)))?,
            number: self.number,
            state: super::read(&self.state)?,
            verdict: self.verdict.as_deref().map(super::read).transpose()?,
            started_at: self.started_at,
        })
    }
}

/// The last ten runs of each of these experiments, newest first, in one query.
///
/// # Errors
/// When the database fails.
pub async fn marks(db: &impl ConnectionTrait, experiments: &[String]) -> Result<HashMap<String, Vec<RunMark>>, DbErr> {
    if experiments.is_empty() {
        return Ok(HashMap::new());
    }
    let mut rows = MarkRow::find_by_statement(last_ten(db.get_database_backend(), experiments)).all(db).await?;
    rows.sort_by_key(|row| std::cmp::Reverse((row.effective_start, row.number)));
    let mut marks: HashMap<String, Vec<RunMark>> = HashMap::new();
    for row in rows {
        let mark = row.mark()?;
        marks.entry(row.experiment).or_default().push(mark);
    }
    Ok(marks)
}

/// One short look into the index for each: ranking all runs would take longer with every run ever made.
pub(super) fn last_ten(backend: DbBackend, experiments: &[String]) -> Statement {
    let each = (1..=experiments.len()).map(|n| {
        format!(
            "SELECT * FROM (SELECT {MARK} FROM runs WHERE experiment = ${n} \
             ORDER BY effective_start DESC, number DESC LIMIT 10) AS last_{n}"
        )
    });
    let sql = each.collect::<Vec<_>>().join(" UNION ALL ");
    Statement::from_sql_and_values(backend, sql, experiments.iter().map(|id| id.as_str().into()))
}

/// The runs of an experiment on both sides of one of them, and the last one before it that passed.
#[derive(Debug, Default)]
pub struct Adjacent {
    pub previous: Option<RunMark>,
    pub next: Option<RunMark>,
    pub last_passed: Option<RunMark>,
}

/// What is on both sides of a run that began at `start`, or was asked for then: three short looks into an index.
///
/// # Errors
/// When the database fails.
pub async fn adjacent(db: &impl ConnectionTrait, experiment: &str, start: DateTimeUtc, number: i64) -> Result<Adjacent, DbErr> {
    let rows = db.query_all_raw(beside(db.get_database_backend(), experiment, start, number)).await?;
    let mut adjacent = Adjacent::default();
    for row in rows {
        let mark = Some(MarkRow::from_query_result(&row, "")?.mark()?);
        match row.try_get::<i32>("", "side")? {
            0 => adjacent.previous = mark,
            1 => adjacent.next = mark,
            _ => adjacent.last_passed = mark,
        }
    }
    Ok(adjacent)
}

pub(super) fn beside(backend: DbBackend, experiment: &str, start: DateTimeUtc, number: i64) -> Statement {
    let look = |side: i32, condition: &str, direction: &str| {
        format!(
            "SELECT * FROM (SELECT {side} AS side, {MARK} FROM runs WHERE experiment = $1 AND (effective_start, number) {condition} \
             ORDER BY effective_start {direction}, number {direction} LIMIT 1) AS side_{side}"
        )
    };
    let looks = [
        look(0, "< ($2, $3)", "DESC"),
        look(1, "> ($2, $3)", "ASC"),
        // The word is written out: only so is the index of those that passed known to hold them.
        look(2, "< ($2, $3) AND verdict = 'passed'", "DESC"),
    ];
    Statement::from_sql_and_values(backend, looks.join(" UNION ALL "), [experiment.into(), start.into(), number.into()])
}
