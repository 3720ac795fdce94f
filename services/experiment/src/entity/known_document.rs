//! `known_documents`: to which experiment a run from outside belongs, by what it runs.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "known_documents")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace: String,
    /// `d:` and the fingerprint of a document, or `t:` and the digest of a title.
    #[sea_orm(primary_key, auto_increment = false)]
    pub key: String,
    pub experiment: String,
    /// The version that is this document; the first one for a title.
    pub version: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
