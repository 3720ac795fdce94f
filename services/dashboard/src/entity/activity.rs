//! `activities`: what happened in workspaces, in the order in which it became known here.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "activities")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub number: i64,
    pub id: String,
    pub workspace: String,
    pub at: DateTimeUtc,
    pub account: Option<String>,
    pub verb: String,
    pub object_kind: String,
    pub object_id: String,
    pub title: String,
    pub verdict: Option<String>,
    /// The feed, number and kind of the news that it was written down for; none in rows of before there was this.
    pub source: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
