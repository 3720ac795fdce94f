//! What lists of runs are sorted and filtered by: columns that the database computes, and an index for each.

use sea_orm_migration::{
    prelude::*,
    sea_orm::{ConnectionTrait, DbBackend},
};

#[derive(DeriveMigrationName)]
pub struct Migration;

/// When a run began, or was asked for while it has not begun; from begin to end in milliseconds, -1 before the end; its
/// title in small letters; its verdict, empty before the end. Never null, so that both databases put them in one order.
const SQLITE: [(&str, &str); 4] = [
    ("effective_start", "TEXT GENERATED ALWAYS AS (coalesce(started_at, requested_at)) VIRTUAL"),
    (
        "duration_key",
        "INTEGER GENERATED ALWAYS AS (coalesce(max(0, CAST(round((julianday(ended_at) - julianday(started_at)) * 86400000) \
         AS INTEGER)), -1)) VIRTUAL",
    ),
    ("title_key", "TEXT GENERATED ALWAYS AS (substr(lower(title), 1, 200)) VIRTUAL"),
    ("verdict_key", "TEXT GENERATED ALWAYS AS (coalesce(verdict, '')) VIRTUAL"),
];

/// The same; `COLLATE "C"` compares bytes as SQLite does.
const POSTGRES: [(&str, &str); 4] = [
    ("effective_start", "timestamptz NOT NULL GENERATED ALWAYS AS (coalesce(started_at, requested_at)) STORED"),
    (
        "duration_key",
        "bigint NOT NULL GENERATED ALWAYS AS (CASE WHEN ended_at IS NULL OR started_at IS NULL THEN -1 \
         ELSE greatest(0, (extract(epoch FROM (ended_at - started_at)) * 1000)::bigint) END) STORED",
    ),
    ("title_key", "text COLLATE \"C\" NOT NULL GENERATED ALWAYS AS (substr(lower(title COLLATE \"C\"), 1, 200)) STORED"),
    ("verdict_key", "text COLLATE \"C\" NOT NULL GENERATED ALWAYS AS (coalesce(verdict, '')) STORED"),
];

/// Each filter leads through an index that is sorted by the start, each other order through one of its own.
const INDEXES: [&str; 9] = [
    "runs_by_start ON runs (workspace, effective_start, number)",
    "runs_by_verdict ON runs (workspace, verdict_key, effective_start, number)",
    "runs_by_state_and_start ON runs (workspace, state, effective_start, number)",
    "runs_by_origin ON runs (workspace, origin, effective_start, number)",
    "runs_by_person ON runs (workspace, started_by, effective_start, number)",
    "runs_by_experiment ON runs (experiment, effective_start, number)",
    "runs_that_passed ON runs (experiment, effective_start, number) WHERE verdict = 'passed'",
    "runs_by_duration ON runs (workspace, duration_key, number)",
    "runs_by_title ON runs (workspace, title_key, number)",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let db = manager.get_connection();
        let columns = if db.get_database_backend() == DbBackend::Postgres { POSTGRES } else { SQLITE };
        // No builder knows generated columns and partial indexes of both databases.
        for (name, definition) in columns {
            db.execute_unprepared(&format!("ALTER TABLE runs ADD COLUMN {name} {definition}")).await?;
        }
        for index in INDEXES {
            db.execute_unprepared(&format!("CREATE INDEX {index}")).await?;
        }
        for old in ["runs_in_state", "runs_with_verdict", "runs_of_experiment"] {
            manager.drop_index(Index::drop().name(old).table("runs").to_owned()).await?;
        }
        Ok(())
    }
}
