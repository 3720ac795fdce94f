//! A job: whose it is, where it stands, what is wanted of it. Never its environment, its files or its output.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "jobs")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    pub workspace: String,
    pub state: String,
    pub wanted: String,
    pub created_at: DateTimeUtc,
    pub ended_at: Option<DateTimeUtc>,
    pub code: Option<i32>,
    pub signal: Option<i32>,
    pub failure: Option<String>,
    pub over_time: bool,
    /// The name of the folder in which it is started; none for one of an earlier version.
    pub home: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
