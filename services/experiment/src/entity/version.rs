//! `versions`: the saved states of an experiment, never overwritten.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "versions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub experiment: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub number: i64,
    /// The bytes as received.
    pub source: Vec<u8>,
    /// `json` or `yaml`.
    pub format: String,
    /// SHA-256 of the source, hexadecimal.
    pub digest: String,
    pub created_at: DateTimeUtc,
    pub created_by: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
