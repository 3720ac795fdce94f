//! Experiments that runs from outside have made: where they come from, which documents they know, what was merged.

use sea_orm_migration::{prelude::*, schema};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let added = [
            ("experiments", schema::string("origin").default("hub").to_owned()),
            ("experiments", schema::timestamp_with_time_zone_null("adopted_at")),
            ("experiments", schema::string_null("adopted_by")),
            ("experiments", schema::string_null("merged_into")),
            ("versions", schema::string("origin").default("hub").to_owned()),
            ("versions", schema::string_null("fingerprint")),
            ("versions", schema::string_null("merged_from")),
            ("runs", schema::string_null("unjoined")),
        ];
        for (table, mut column) in added {
            manager.alter_table(Table::alter().table(table).add_column(&mut column).to_owned()).await?;
        }
        let known = Table::create()
            .table("known_documents")
            .col(schema::string("workspace"))
            .col(schema::string("key"))
            .col(schema::string("experiment"))
            .col(schema::big_integer("version"))
            .primary_key(Index::create().col("workspace").col("key"))
            .to_owned();
        manager.create_table(known).await?;
        let paths = [
            ("known_documents_of_experiment", "known_documents", "experiment"),
            ("versions_by_fingerprint", "versions", "fingerprint"),
            ("experiments_merged", "experiments", "merged_into"),
        ];
        for (name, table, column) in paths {
            manager.create_index(Index::create().name(name).table(table).col(column).to_owned()).await?;
        }
        Ok(())
    }
}
