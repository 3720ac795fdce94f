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
    /// `hub` when a person saved it, `outside` when a run from outside brought it.
    pub origin: String,
    /// What makes it the same experiment as another document; empty when nothing can be said, null before it was looked at.
    pub fingerprint: Option<String>,
    /// The experiment that this version came from by a merge.
    pub merged_from: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
