//! Runs, their events, and the cursors of followed feeds.

use sea_orm_migration::{prelude::*, schema};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(runs()).await?;
        manager.create_table(events()).await?;
        manager.create_table(cursors()).await?;
        let index = |name: &str, columns: &[&'static str]| {
            let mut index = Index::create();
            index.name(name).table("runs");
            for column in columns {
                index.col(*column);
            }
            index
        };
        manager.create_index(index("runs_numbered", &["workspace", "number"]).unique().to_owned()).await?;
        manager.create_index(index("runs_once", &["workspace", "idempotency_key"]).unique().to_owned()).await?;
        manager.create_index(index("runs_by_workspace", &["workspace", "id"])).await?;
        manager.create_index(index("runs_by_experiment", &["experiment", "id"])).await?;
        manager.create_index(index("runs_by_state", &["state"])).await?;
        manager.create_index(index("runs_by_journal", &["workspace", "journal_digest"])).await?;
        let events_once =
            Index::create().name("events_once").table("events").col("run").col("sender").col("sender_seq").unique().to_owned();
        manager.create_index(events_once).await
    }
}

fn runs() -> TableCreateStatement {
    Table::create()
        .table("runs")
        .col(schema::string("id").primary_key())
        .col(schema::string("workspace"))
        .col(schema::big_integer("number"))
        .col(schema::string_null("experiment"))
        .col(schema::big_integer_null("version"))
        .col(schema::string("title"))
        .col(schema::string("origin"))
        .col(schema::string("environment"))
        .col(schema::string("state"))
        .col(schema::string_null("phase"))
        .col(schema::string_null("verdict"))
        .col(schema::text("sentence"))
        .col(schema::json_binary("reasons"))
        .col(schema::json_binary("warnings"))
        .col(schema::string_null("raw_status"))
        .col(schema::string("rollbacks"))
        .col(schema::string("started_by"))
        .col(schema::timestamp_with_time_zone("requested_at"))
        .col(schema::timestamp_with_time_zone_null("started_at"))
        .col(schema::timestamp_with_time_zone_null("ended_at"))
        .col(schema::timestamp_with_time_zone("last_seen_at"))
        .col(schema::string_null("job"))
        .col(schema::string_null("token_hash"))
        .col(schema::timestamp_with_time_zone_null("stop_requested_at"))
        .col(schema::string_null("stop_mode"))
        .col(schema::string_null("stop_step"))
        .col(schema::timestamp_with_time_zone_null("stop_step_at"))
        .col(schema::json_binary("plan"))
        .col(schema::big_integer("done"))
        .col(schema::big_integer("total"))
        .col(schema::string_null("current"))
        .col(schema::string_null("node"))
        .col(schema::string_null("chaoslib"))
        .col(schema::big_integer("events"))
        .col(schema::json_binary("senders"))
        .col(schema::string_null("journal_digest"))
        .col(schema::big_integer_null("journal_bytes"))
        .col(schema::json_binary("manifest"))
        .col(schema::string_null("idempotency_key"))
        .to_owned()
}

fn events() -> TableCreateStatement {
    Table::create()
        .table("events")
        .col(schema::string("run"))
        .col(schema::big_integer("number"))
        .col(schema::string("sender"))
        .col(schema::big_integer("sender_seq"))
        .col(schema::timestamp_with_time_zone("at"))
        .col(schema::timestamp_with_time_zone("received_at"))
        .col(schema::string("kind"))
        .col(schema::string_null("phase"))
        .col(schema::json_binary("data"))
        .primary_key(Index::create().col("run").col("number"))
        .to_owned()
}

fn cursors() -> TableCreateStatement {
    Table::create().table("cursors").col(schema::string("feed").primary_key()).col(schema::big_integer("number")).to_owned()
}
