//! Experiments and their versions.

use sea_orm_migration::{prelude::*, schema};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let experiments = Table::create()
            .table("experiments")
            .col(schema::string("id").primary_key())
            .col(schema::string("workspace"))
            .col(schema::string("title"))
            .col(schema::text("description"))
            .col(schema::json_binary("tags"))
            .col(schema::big_integer("version"))
            .col(schema::timestamp_with_time_zone("updated_at"))
            .col(schema::string("updated_by"))
            .col(schema::timestamp_with_time_zone_null("archived_at"))
            .to_owned();
        let versions = Table::create()
            .table("versions")
            .col(schema::string("experiment"))
            .col(schema::big_integer("number"))
            .col(schema::blob("source"))
            .col(schema::string("format"))
            .col(schema::string("digest"))
            .col(schema::timestamp_with_time_zone("created_at"))
            .col(schema::string("created_by"))
            .primary_key(Index::create().col("experiment").col("number"))
            .to_owned();
        let by_workspace =
            Index::create().name("experiments_by_workspace").table("experiments").col("workspace").col("updated_at").to_owned();
        manager.create_table(experiments).await?;
        manager.create_table(versions).await?;
        manager.create_index(by_workspace).await
    }
}
