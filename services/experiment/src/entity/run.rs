//! `runs`: one execution each, and everything computed about it.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "runs")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    pub workspace: String,
    /// Counted per workspace.
    pub number: i64,
    pub experiment: Option<String>,
    pub version: Option<i64>,
    pub title: String,
    pub origin: String,
    pub environment: String,
    pub state: String,
    pub phase: Option<String>,
    pub verdict: Option<String>,
    pub sentence: String,
    pub reasons: Json,
    pub warnings: Json,
    pub raw_status: Option<String>,
    pub rollbacks: String,
    pub started_by: String,
    pub requested_at: DateTimeUtc,
    pub started_at: Option<DateTimeUtc>,
    pub ended_at: Option<DateTimeUtc>,
    pub last_seen_at: DateTimeUtc,
    /// The launcher's job, for runs that the hub starts.
    pub job: Option<String>,
    /// SHA-256 of the run token, hexadecimal. Several, separated by spaces, where the run was ordered again with a fresh
    /// token: nobody knows whether an earlier order was carried out after all.
    pub token_hash: Option<String>,
    pub stop_requested_at: Option<DateTimeUtc>,
    pub stop_mode: Option<String>,
    pub stop_step: Option<String>,
    pub stop_step_at: Option<DateTimeUtc>,
    /// The activities that were planned.
    pub plan: Json,
    pub done: i64,
    pub total: i64,
    pub current: Option<String>,
    pub node: Option<String>,
    pub chaoslib: Option<String>,
    /// The last event's number.
    pub events: i64,
    /// For each sender, the number up to which nothing of it is missing.
    pub senders: Json,
    pub journal_digest: Option<String>,
    pub journal_bytes: Option<i64>,
    /// What was run: parameters, strategy, versions.
    pub manifest: Json,
    pub idempotency_key: Option<String>,
    /// Why a run from outside belongs to no experiment: `limit`, `too-large`, `no-document`.
    pub unjoined: Option<String>,
    /// Other runs that were live at the same time in its environment: id and number each.
    pub overlaps: Option<Json>,
    /// SHA-256 of the request that the key came with, hexadecimal; none for one of an earlier version.
    pub request_digest: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
