//! `cursors`: how far each followed feed has been read, in the database of the service that follows.

use chaoshub_facade::feed::Position;
use sea_orm::{
    ActiveValue::Set,
    DbErr, QuerySelect,
    entity::prelude::*,
    sea_query::{ExprTrait, OnConflict},
};

mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "cursors")]
    pub struct Model {
        /// The feed's name, which is its service's.
        #[sea_orm(primary_key, auto_increment = false)]
        pub feed: String,
        pub number: i64,
        /// The feed's identity.
        pub identity: Option<String>,
        pub mark: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

use entity::{ActiveModel, Column, Entity, Model};

/// After the last news of `feed` whose effect is saved; the beginning at first.
///
/// # Errors
/// When the database fails.
pub async fn get(db: &impl ConnectionTrait, feed: &str) -> Result<Position, DbErr> {
    Ok(Entity::find_by_id(feed).one(db).await?.map_or_else(Position::default, position))
}

/// The same, which nobody else can change until `tx` ends.
///
/// # Errors
/// When the database fails.
pub async fn locked(tx: &impl ConnectionTrait, feed: &str) -> Result<Position, DbErr> {
    let there = OnConflict::column(Column::Feed).do_nothing().to_owned();
    Entity::insert(row(feed, &Position::default())).on_conflict(there).exec_without_returning(tx).await?;
    Ok(Entity::find_by_id(feed).lock_exclusive().one(tx).await?.map_or_else(Position::default, position))
}

/// Remembers it, unless another process has read on already.
///
/// # Errors
/// When the database fails.
pub async fn advance(db: &impl ConnectionTrait, feed: &str, to: &Position) -> Result<(), DbErr> {
    let behind = Expr::col((Entity, Column::Number)).lte(to.number);
    let newer = newer().action_and_where(behind).to_owned();
    Entity::insert(row(feed, to)).on_conflict(newer).exec_without_returning(db).await.map(|_| ())
}

/// Remembers it, also where it is before what was remembered.
///
/// # Errors
/// When the database fails.
pub async fn set(db: &impl ConnectionTrait, feed: &str, to: &Position) -> Result<(), DbErr> {
    Entity::insert(row(feed, to)).on_conflict(newer()).exec_without_returning(db).await.map(|_| ())
}

fn newer() -> OnConflict {
    OnConflict::column(Column::Feed).update_columns([Column::Number, Column::Identity, Column::Mark]).to_owned()
}

fn row(feed: &str, at: &Position) -> ActiveModel {
    ActiveModel { feed: Set(feed.to_owned()), number: Set(at.number), identity: Set(at.feed.clone()), mark: Set(at.mark.clone()) }
}

fn position(row: Model) -> Position {
    Position { number: row.number, feed: row.identity, mark: row.mark }
}
