//! Queries on runs that are live at the same time.

use super::runs::unended;
use crate::entity::run::{self, Column};
use chaoshub_kernel::WorkspaceId;
use sea_orm::{DbErr, QueryOrder, QuerySelect, entity::prelude::*, sea_query::Expr};

/// A live run, as far as somebody who wants to start another one has to know it.
#[derive(Debug, Clone, DerivePartialModel)]
#[sea_orm(entity = "run::Entity")]
pub struct LiveRun {
    pub id: String,
    pub number: i64,
    pub experiment: Option<String>,
    pub title: String,
    pub started_by: String,
    pub overlaps: Option<Json>,
}

/// The live runs of an environment, newest first, at most `limit`.
///
/// # Errors
/// When the database fails.
pub async fn live(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    environment: &str,
    limit: u64,
) -> Result<Vec<LiveRun>, DbErr> {
    run::Entity::find()
        .filter(Column::Workspace.eq(workspace.to_string()))
        .filter(Column::State.is_in(unended()))
        .filter(Column::Environment.eq(environment))
        .order_by_desc(Column::Number)
        .limit(limit)
        .into_partial_model()
        .all(db)
        .await
}

/// When a run was live, and with whom it says that it was.
#[derive(Debug, Clone, DerivePartialModel)]
#[sea_orm(entity = "run::Entity")]
pub struct LiveTime {
    pub id: String,
    pub started_at: Option<DateTimeUtc>,
    pub ended_at: Option<DateTimeUtc>,
    pub overlaps: Option<Json>,
}

/// When each of these runs was live.
///
/// # Errors
/// When the database fails.
pub async fn times(db: &impl ConnectionTrait, ids: Vec<String>) -> Result<Vec<LiveTime>, DbErr> {
    run::Entity::find().filter(Column::Id.is_in(ids)).into_partial_model().all(db).await
}

/// Saves which other runs were live while this one was.
///
/// # Errors
/// When the database fails.
pub async fn save(db: &impl ConnectionTrait, run: &str, overlaps: Json) -> Result<(), DbErr> {
    let saved = run::Entity::update_many().col_expr(Column::Overlaps, Expr::value(overlaps));
    saved.filter(Column::Id.eq(run)).exec(db).await.map(|_| ())
}
