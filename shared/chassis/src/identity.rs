//! What makes a database itself: its own id, made with it and kept in every copy, and its feed's, which is another one in
//! a copy that was restored. The table `identity` is part of every service's database; its migration is here too.

use sea_orm::{ActiveValue::Set, ConnectionTrait, DbErr, EntityTrait, sea_query::OnConflict};

pub mod m02_identity;
mod tie;

pub use tie::{TieError, tie};

mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "identity")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub name: String,
        pub value: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// The database's own id.
pub const DATABASE: &str = "database";

/// Its feed's identity.
pub const FEED: &str = "feed";

/// The feed's identity before the database was restored, a blank, and the last number that was given under it.
pub const FEED_BEFORE: &str = "feed-before";

/// What is noted under a name.
///
/// # Errors
/// When the database fails.
pub async fn get(db: &impl ConnectionTrait, name: &str) -> Result<Option<String>, DbErr> {
    Ok(entity::Entity::find_by_id(name).one(db).await?.map(|row| row.value))
}

/// Everything that is noted.
///
/// # Errors
/// When the database fails.
pub async fn all(db: &impl ConnectionTrait) -> Result<Vec<(String, String)>, DbErr> {
    Ok(entity::Entity::find().all(db).await?.into_iter().map(|row| (row.name, row.value)).collect())
}

/// Notes a value, in place of an earlier one.
///
/// # Errors
/// When the database fails.
pub async fn set(db: &impl ConnectionTrait, name: &str, value: &str) -> Result<(), DbErr> {
    let row = entity::ActiveModel { name: Set(name.to_owned()), value: Set(value.to_owned()) };
    let newer = OnConflict::column(entity::Column::Name).update_column(entity::Column::Value).to_owned();
    entity::Entity::insert(row).on_conflict(newer).exec_without_returning(db).await.map(|_| ())
}

/// A new id.
#[must_use]
pub fn fresh() -> String {
    uuid::Uuid::new_v4().simple().to_string()
}
