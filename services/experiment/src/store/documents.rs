//! Queries on known documents: to which experiment a run from outside belongs.

use crate::entity::known_document::{ActiveModel, Column, Entity, Model};
use sea_orm::{
    ActiveValue::Set,
    DbErr,
    entity::prelude::*,
    sea_query::{ExprTrait, OnConflict},
};

/// What a key of a workspace stands for.
///
/// # Errors
/// When the database fails.
pub async fn find(db: &impl ConnectionTrait, workspace: &str, key: &str) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id((workspace.to_owned(), key.to_owned())).one(db).await
}

/// Lets a key of a workspace stand for this version from now on.
///
/// # Errors
/// When the database fails.
pub async fn put(db: &impl ConnectionTrait, workspace: &str, key: &str, experiment: &str, version: i64) -> Result<(), DbErr> {
    let row = ActiveModel {
        workspace: Set(workspace.to_owned()),
        key: Set(key.to_owned()),
        experiment: Set(experiment.to_owned()),
        version: Set(version),
    };
    let taken =
        OnConflict::columns([Column::Workspace, Column::Key]).update_columns([Column::Experiment, Column::Version]).to_owned();
    Entity::insert(row).on_conflict(taken).exec_without_returning(db).await.map(|_| ())
}

/// The keys of versions `from` to `to` of an experiment stand for those of another, numbered on by `offset`.
///
/// # Errors
/// When the database fails.
pub async fn move_versions(
    db: &impl ConnectionTrait,
    experiment: &str,
    (from, to): (i64, i64),
    into: &str,
    offset: i64,
) -> Result<(), DbErr> {
    Entity::update_many()
        .col_expr(Column::Experiment, Expr::value(into))
        .col_expr(Column::Version, Expr::col(Column::Version).add(offset))
        .filter(Column::Experiment.eq(experiment))
        .filter(Column::Key.starts_with("d:"))
        .filter(Column::Version.between(from, to))
        .exec(db)
        .await
        .map(|_| ())
}

/// The titles that an experiment is known by stand for another one, or for none any more.
///
/// # Errors
/// When the database fails.
pub async fn move_titles(db: &impl ConnectionTrait, experiment: &str, into: Option<&str>) -> Result<(), DbErr> {
    let titles = Column::Experiment.eq(experiment).and(Column::Key.starts_with("t:"));
    match into {
        Some(into) => {
            Entity::update_many().col_expr(Column::Experiment, Expr::value(into)).filter(titles).exec(db).await.map(|_| ())
        }
        None => Entity::delete_many().filter(titles).exec(db).await.map(|_| ()),
    }
}
