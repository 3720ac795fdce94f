//! Jobs. Their state only ever moves up: a statement that would move one down changes nothing.

use crate::{entity::job as table, service::Wanted};
use chaoshub_chassis::db::fault;
use chaoshub_facade::launcher::{Exit, Job, JobId, JobState};
use chaoshub_kernel::{Fault, WorkspaceId};
use chrono::{DateTime, Utc};
use sea_orm::{ActiveValue::Set, ConnectionTrait, QuerySelect, QueryTrait, entity::prelude::*, sea_query::OnConflict};

/// A job with what is wanted of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) job: Job,
    pub(crate) wanted: Wanted,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) home: Option<String>,
}

const STATES: [(JobState, &str); 4] =
    [(JobState::Accepted, "accepted"), (JobState::Running, "running"), (JobState::Ended, "ended"), (JobState::Lost, "lost")];

const WANTED: [(Wanted, &str); 3] = [(Wanted::Running, "running"), (Wanted::Stopped, "stopped"), (Wanted::Released, "released")];

/// Writes a new job down; false when its id is there already.
pub(crate) async fn insert(
    on: &impl ConnectionTrait,
    id: JobId,
    workspace: WorkspaceId,
    home: &str,
    now: DateTime<Utc>,
) -> Result<bool, Fault> {
    let row = table::ActiveModel {
        id: Set(id.to_string()),
        workspace: Set(workspace.to_string()),
        state: Set(state_text(JobState::Accepted).to_owned()),
        wanted: Set(wanted_text(Wanted::Running).to_owned()),
        created_at: Set(now),
        ended_at: Set(None),
        code: Set(None),
        signal: Set(None),
        failure: Set(None),
        over_time: Set(false),
        home: Set(Some(home.to_owned())),
    };
    let once = OnConflict::column(table::Column::Id).do_nothing().to_owned();
    let inserted = table::Entity::insert(row).on_conflict(once).exec_without_returning(on).await.map_err(fault)?;
    Ok(inserted > 0)
}

pub(crate) async fn get(on: &impl ConnectionTrait, id: JobId) -> Result<Option<Row>, Fault> {
    table::Entity::find_by_id(id.to_string()).one(on).await.map_err(fault)?.map(row).transpose()
}

/// Every job that has not ended.
pub(crate) async fn open(on: &impl ConnectionTrait) -> Result<Vec<Row>, Fault> {
    let open = [JobState::Accepted, JobState::Running].map(state_text);
    let rows = table::Entity::find().filter(table::Column::State.is_in(open)).all(on).await.map_err(fault)?;
    rows.into_iter().map(row).collect()
}

/// Moves a job up; false when it stands there or higher already.
pub(crate) async fn advance(on: &impl ConnectionTrait, id: JobId, state: JobState, exit: Option<&Exit>) -> Result<bool, Fault> {
    let below = STATES.into_iter().filter(|(lower, _)| may_become(*lower, state)).map(|(_, text)| text);
    let mut change = table::Entity::update_many()
        .filter(table::Column::Id.eq(id.to_string()))
        .filter(table::Column::State.is_in(below))
        .col_expr(table::Column::State, state_text(state).into());
    if let Some(exit) = exit {
        change = change
            .col_expr(table::Column::EndedAt, exit.at.into())
            .col_expr(table::Column::Code, exit.code.into())
            .col_expr(table::Column::Signal, exit.signal.into())
            .col_expr(table::Column::Failure, exit.failure.clone().into())
            .col_expr(table::Column::OverTime, exit.over_time.into());
    }
    Ok(change.exec(on).await.map_err(fault)?.rows_affected > 0)
}

/// Writes down what is wanted of a job. Wanting less comes after wanting more, never the other way round.
pub(crate) async fn want(on: &impl ConnectionTrait, id: JobId, wanted: Wanted) -> Result<(), Fault> {
    let weaker = WANTED.into_iter().filter(|(other, _)| *other < wanted).map(|(_, text)| text);
    table::Entity::update_many()
        .filter(table::Column::Id.eq(id.to_string()))
        .filter(table::Column::Wanted.is_in(weaker))
        .col_expr(table::Column::Wanted, wanted_text(wanted).into())
        .exec(on)
        .await
        .map(drop)
        .map_err(fault)
}

/// Forgets released jobs that were made before `before`, at most `limit`; says how many.
pub(crate) async fn sweep(on: &impl ConnectionTrait, before: DateTime<Utc>, limit: u64) -> Result<u64, Fault> {
    let old = table::Entity::find()
        .select_only()
        .column(table::Column::Id)
        .filter(table::Column::Wanted.eq(wanted_text(Wanted::Released)))
        .filter(table::Column::CreatedAt.lt(before))
        .limit(limit)
        .into_query();
    let swept = table::Entity::delete_many().filter(table::Column::Id.in_subquery(old)).exec(on).await.map_err(fault)?;
    Ok(swept.rows_affected)
}

/// Whether news may move a job from one state to the other. An end is an end, whatever comes later.
const fn may_become(from: JobState, to: JobState) -> bool {
    match from {
        JobState::Accepted => !matches!(to, JobState::Accepted),
        JobState::Running => matches!(to, JobState::Ended | JobState::Lost),
        JobState::Ended | JobState::Lost => false,
    }
}

fn row(row: table::Model) -> Result<Row, Fault> {
    let unreadable = || {
        tracing::error!(job.id = row.id, "the launcher's database holds a job that this version cannot read");
        Fault::internal()
    };
    let exit = row.ended_at.map(|at| Exit {
        code: row.code,
        signal: row.signal,
        at,
        failure: row.failure.clone(),
        over_time: row.over_time,
    });
    let id = row.id.parse().map_err(|_| unreadable())?;
    let workspace = row.workspace.parse().map_err(|_| unreadable())?;
    let state = STATES.into_iter().find(|(_, text)| *text == row.state).ok_or_else(unreadable)?.0;
    let wanted = WANTED.into_iter().find(|(_, text)| *text == row.wanted).ok_or_else(unreadable)?.0;
    Ok(Row { job: Job { id, workspace, state, exit }, wanted, created_at: row.created_at, home: row.home })
}

const fn state_text(state: JobState) -> &'static str {
    match state {
        JobState::Accepted => STATES[0].1,
        JobState::Running => STATES[1].1,
        JobState::Ended => STATES[2].1,
        JobState::Lost => STATES[3].1,
    }
}

const fn wanted_text(wanted: Wanted) -> &'static str {
    match wanted {
        Wanted::Running => WANTED[0].1,
        Wanted::Stopped => WANTED[1].1,
        Wanted::Released => WANTED[2].1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_are_written_as_they_are_read() {
        for (state, text) in STATES {
            assert_eq!(state_text(state), text);
            assert_eq!(serde_json::to_value(state).unwrap(), text);
        }
        for (wanted, text) in WANTED {
            assert_eq!(wanted_text(wanted), text);
        }
    }

    #[test]
    fn late_news_can_only_move_a_job_up() {
        let moves: Vec<_> = STATES
            .into_iter()
            .flat_map(|(from, _)| STATES.into_iter().map(move |(to, _)| (from, to)))
            .filter(|(from, to)| may_become(*from, *to))
            .collect();
        use JobState::{Accepted as A, Ended as E, Lost as L, Running as R};
        assert_eq!(moves, [(A, R), (A, E), (A, L), (R, E), (R, L)]);
    }
}
