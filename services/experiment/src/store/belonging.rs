//! Queries that move runs and versions between experiments, and that find what belongs to none yet.

use crate::entity::{experiment, run, version};
use sea_orm::{
    DbErr, QueryOrder, QuerySelect, Statement,
    entity::prelude::*,
    sea_query::{ExprTrait, Func},
};

/// How many versions a workspace's experiments have that runs from outside made and nobody has adopted or archived.
///
/// # Errors
/// When the database fails.
pub async fn outside_documents(db: &impl ConnectionTrait, workspace: &str) -> Result<u64, DbErr> {
    use experiment::Column;
    let ids: Vec<String> = experiment::Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::Workspace.eq(workspace))
        .filter(Column::Origin.eq("outside"))
        .filter(Column::ArchivedAt.is_null())
        .filter(Column::MergedInto.is_null())
        .into_tuple()
        .all(db)
        .await?;
    if ids.is_empty() {
        return Ok(0);
    }
    version::Entity::find().filter(version::Column::Experiment.is_in(ids)).count(db).await
}

/// The largest number of an experiment's versions; 0 when it has none.
///
/// # Errors
/// When the database fails.
pub async fn last_version(db: &impl ConnectionTrait, experiment: &str) -> Result<i64, DbErr> {
    edge(db, experiment, None, true).await.map(|number| number.unwrap_or(0))
}

/// The first or last number of an experiment's versions, or of those that a merge brought from another one.
///
/// # Errors
/// When the database fails.
pub async fn edge(
    db: &impl ConnectionTrait,
    experiment: &str,
    merged_from: Option<&str>,
    last: bool,
) -> Result<Option<i64>, DbErr> {
    use version::Column;
    let mut query = version::Entity::find().select_only().filter(Column::Experiment.eq(experiment));
    if let Some(from) = merged_from {
        query = query.filter(Column::MergedFrom.eq(from));
    }
    let number = Expr::col(Column::Number);
    let number = if last { Func::max(number) } else { Func::min(number) };
    let found: Option<Option<i64>> = query.expr_as(number, "number").into_tuple().one(db).await?;
    Ok(found.flatten())
}

/// Copies all versions of an experiment behind those of another, numbered on by `offset`; each says where it came from.
///
/// # Errors
/// When the database fails.
pub async fn copy_versions(db: &impl ConnectionTrait, from: &str, into: &str, offset: i64) -> Result<(), DbErr> {
    let sql = "INSERT INTO versions (experiment, number, source, format, digest, created_at, created_by, origin, fingerprint, \
               merged_from) SELECT $1, number + $2, source, format, digest, created_at, created_by, origin, fingerprint, $3 \
               FROM versions WHERE experiment = $4";
    let values = [into.into(), offset.into(), from.into(), from.into()];
    db.execute_raw(Statement::from_sql_and_values(db.get_database_backend(), sql, values)).await.map(|_| ())
}

/// Which runs of an experiment are moved.
#[derive(Debug, Clone, Copy)]
pub enum Moved<'a> {
    /// All of them.
    All,
    /// Those of versions from one number to another that came from outside.
    Versions(i64, i64),
    /// One that came from outside.
    One(&'a str),
}

/// Moves runs of an experiment to another one, their versions numbered on by `offset`, and says how many.
///
/// # Errors
/// When the database fails.
pub async fn move_runs(db: &impl ConnectionTrait, from: &str, which: Moved<'_>, into: &str, offset: i64) -> Result<u64, DbErr> {
    use run::Column;
    let moved = run::Entity::update_many()
        .col_expr(Column::Experiment, Expr::value(into))
        .col_expr(Column::Version, Expr::col(Column::Version).add(offset))
        .filter(Column::Experiment.eq(from));
    let moved = match which {
        Moved::All => moved,
        Moved::Versions(first, last) => moved.filter(Column::Version.between(first, last)).filter(Column::Origin.ne("hub")),
        Moved::One(run) => moved.filter(Column::Id.eq(run)).filter(Column::Origin.ne("hub")),
    };
    Ok(moved.exec(db).await?.rows_affected)
}

/// How many runs of a version there are, and how many of them came from outside.
///
/// # Errors
/// When the database fails.
pub async fn runs_of_version(db: &impl ConnectionTrait, experiment: &str, version: i64) -> Result<(u64, u64), DbErr> {
    use run::Column;
    let of = run::Entity::find().filter(Column::Experiment.eq(experiment)).filter(Column::Version.eq(version));
    let outside = of.clone().filter(Column::Origin.ne("hub")).count(db).await?;
    Ok((of.count(db).await?, outside))
}

/// Removes versions of an experiment that came from outside and that no run has any more; `spared` stays.
///
/// # Errors
/// When the database fails.
pub async fn drop_unused(
    db: &impl ConnectionTrait,
    experiment: &str,
    (first, last): (i64, i64),
    spared: i64,
) -> Result<(), DbErr> {
    let sql = "DELETE FROM versions WHERE experiment = $1 AND number BETWEEN $2 AND $3 AND number <> $4 AND origin = 'outside' \
               AND NOT EXISTS (SELECT 1 FROM runs WHERE runs.experiment = versions.experiment AND runs.version = versions.number)";
    let values = [experiment.into(), first.into(), last.into(), spared.into()];
    db.execute_raw(Statement::from_sql_and_values(db.get_database_backend(), sql, values)).await.map(|_| ())
}

/// The experiments whose runs another one has now, at most `limit`.
///
/// # Errors
/// When the database fails.
pub async fn merged(db: &impl ConnectionTrait, into: &str, limit: u64) -> Result<Vec<experiment::Model>, DbErr> {
    use experiment::Column;
    experiment::Entity::find().filter(Column::MergedInto.eq(into)).order_by_asc(Column::Id).limit(limit).all(db).await
}

/// Versions of which nobody has said what makes them the same as another, at most `limit`.
///
/// # Errors
/// When the database fails.
pub async fn unread_versions(db: &impl ConnectionTrait, limit: u64) -> Result<Vec<version::Model>, DbErr> {
    version::Entity::find().filter(version::Column::Fingerprint.is_null()).limit(limit).all(db).await
}

/// Says what makes a version the same as another; empty when nothing can be said.
///
/// # Errors
/// When the database fails.
pub async fn set_fingerprint(db: &impl ConnectionTrait, experiment: &str, number: i64, fingerprint: &str) -> Result<(), DbErr> {
    use version::Column;
    version::Entity::update_many()
        .col_expr(Column::Fingerprint, Expr::value(fingerprint))
        .filter(Column::Experiment.eq(experiment))
        .filter(Column::Number.eq(number))
        .exec(db)
        .await
        .map(|_| ())
}

/// Runs from outside that belong to no experiment, and of which it is not said why: their ids and numbers, from a number
/// on, by number, at most `limit`.
///
/// # Errors
/// When the database fails.
pub async fn homeless_runs(db: &impl ConnectionTrait, from: i64, limit: u64) -> Result<Vec<(String, i64)>, DbErr> {
    use run::Column;
    run::Entity::find()
        .select_only()
        .columns([Column::Id, Column::Number])
        .filter(Column::Experiment.is_null())
        .filter(Column::Number.gte(from))
        .filter(Column::Unjoined.is_null())
        .filter(Column::Origin.ne("hub"))
        .order_by_asc(Column::Number)
        .limit(limit)
        .into_tuple()
        .all(db)
        .await
}

/// Says where a run belongs, or why nowhere.
///
/// # Errors
/// When the database fails.
pub async fn set_home(
    db: &impl ConnectionTrait,
    run: &str,
    home: Option<(&str, i64)>,
    unjoined: Option<&str>,
) -> Result<(), DbErr> {
    use run::Column;
    run::Entity::update_many()
        .col_expr(Column::Experiment, Expr::value(home.map(|(experiment, _)| experiment.to_owned())))
        .col_expr(Column::Version, Expr::value(home.map(|(_, version)| version)))
        .col_expr(Column::Unjoined, Expr::value(unjoined.map(str::to_owned)))
        .filter(Column::Id.eq(run))
        .exec(db)
        .await
        .map(|_| ())
}
