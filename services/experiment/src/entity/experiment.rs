//! `experiments`: what is known of an experiment besides its versions.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "experiments")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    pub workspace: String,
    pub title: String,
    pub description: String,
    pub tags: Json,
    pub version: i64,
    pub updated_at: DateTimeUtc,
    pub updated_by: String,
    pub archived_at: Option<DateTimeUtc>,
    /// `hub` when people write it, `outside` when runs from outside made it and nobody has adopted it.
    pub origin: String,
    pub adopted_at: Option<DateTimeUtc>,
    pub adopted_by: Option<String>,
    /// The experiment that has its runs and versions now.
    pub merged_into: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
