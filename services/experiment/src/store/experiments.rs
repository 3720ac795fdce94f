//! Queries on experiments and versions.

use crate::entity::{experiment, version};
use chaoshub_chassis::db::storable;
use chaoshub_facade::experiment::ExperimentId;
use chaoshub_kernel::WorkspaceId;
use sea_orm::{
    DbErr, IntoActiveModel, QueryOrder, QuerySelect,
    entity::prelude::*,
    sea_query::{BinOper, Expr, ExprTrait, Func},
};

/// One experiment, wherever it is; the caller's right to its workspace is checked with the row in hand.
///
/// # Errors
/// When the database fails.
pub async fn get(db: &impl ConnectionTrait, id: ExperimentId) -> Result<Option<experiment::Model>, DbErr> {
    experiment::Entity::find_by_id(id.to_string()).one(db).await
}

/// Adds an experiment or saves its changed row.
///
/// # Errors
/// When the database fails.
pub async fn insert(db: &impl ConnectionTrait, row: experiment::Model) -> Result<(), DbErr> {
    experiment::Entity::insert(storable(db, row.into_active_model())).exec_without_returning(db).await.map(|_| ())
}

/// Saves the whole row.
///
/// # Errors
/// When the database fails.
pub async fn update(db: &impl ConnectionTrait, row: experiment::Model) -> Result<(), DbErr> {
    storable(db, row.into_active_model().reset_all()).update(db).await.map(|_| ())
}

/// Which experiments of a workspace.
#[derive(Debug, Clone, Copy, Default)]
pub struct Filter<'a> {
    /// With these words in title or tags.
    pub search: Option<&'a str>,
    /// Only of this origin: `hub` or `outside`.
    pub origin: Option<&'a str>,
    /// Only archived ones, or only others; none asks for both.
    pub archived: Option<bool>,
}

/// A workspace's experiments, last changed first; never those that were merged into another.
/// At most `limit` of those that come after the row of `before`, by its `updated_at` and id.
///
/// # Errors
/// When the database fails.
pub async fn list(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    filter: Filter<'_>,
    before: Option<(DateTimeUtc, &str)>,
    limit: u64,
) -> Result<Vec<experiment::Model>, DbErr> {
    use experiment::Column;
    let mut query = experiment::Entity::find()
        .filter(Column::Workspace.eq(workspace.to_string()))
        .filter(Column::MergedInto.is_null())
        .order_by_desc(Column::UpdatedAt)
        .order_by_desc(Column::Id)
        .limit(limit);
    if let Some(archived) = filter.archived {
        query = query.filter(if archived { Column::ArchivedAt.is_not_null() } else { Column::ArchivedAt.is_null() });
    }
    if let Some(origin) = filter.origin {
        query = query.filter(Column::Origin.eq(origin));
    }
    if let Some(text) = filter.search.filter(|text| !text.is_empty()) {
        // The database makes both sides small: what it knows of letters is not what Rust knows.
        let literal = text.replace('\\', r"\\").replace('%', r"\%").replace('_', r"\_");
        let pattern = || Expr::expr(Func::lower(format!("%{literal}%"))).binary(BinOper::Escape, Expr::Constant('\\'.into()));
        let title = Expr::expr(Func::lower(Expr::col(Column::Title))).binary(BinOper::Like, pattern());
        let tags = Expr::expr(Func::lower(Expr::col(Column::Tags).cast_as("text"))).binary(BinOper::Like, pattern());
        query = query.filter(title.or(tags));
    }
    if let Some((at, id)) = before {
        let before = Column::UpdatedAt.lt(at).or(Column::UpdatedAt.eq(at).and(Column::Id.lt(id)));
        query = query.filter(before);
    }
    query.all(db).await
}

/// Whether the workspace has, or had, any experiment.
///
/// # Errors
/// When the database fails.
pub async fn any(db: &impl ConnectionTrait, workspace: WorkspaceId) -> Result<bool, DbErr> {
    let one = experiment::Entity::find().filter(experiment::Column::Workspace.eq(workspace.to_string())).limit(1);
    Ok(one.one(db).await?.is_some())
}

/// Adds a version.
///
/// # Errors
/// When the database fails, or the number is taken.
pub async fn insert_version(db: &impl ConnectionTrait, row: version::Model) -> Result<(), DbErr> {
    version::Entity::insert(row.into_active_model()).exec_without_returning(db).await.map(|_| ())
}

/// One version of an experiment.
///
/// # Errors
/// When the database fails.
pub async fn version(db: &impl ConnectionTrait, id: ExperimentId, number: i64) -> Result<Option<version::Model>, DbErr> {
    version::Entity::find_by_id((id.to_string(), number)).one(db).await
}

/// At most `limit` versions of an experiment, newest first, with smaller numbers than `before`.
///
/// # Errors
/// When the database fails.
pub async fn versions(
    db: &impl ConnectionTrait,
    id: ExperimentId,
    before: Option<i64>,
    limit: u64,
) -> Result<Vec<version::Model>, DbErr> {
    let mut query = version::Entity::find()
        .filter(version::Column::Experiment.eq(id.to_string()))
        .order_by_desc(version::Column::Number)
        .limit(limit);
    if let Some(before) = before {
        query = query.filter(version::Column::Number.lt(before));
    }
    query.all(db).await
}
