//! What happened in workspaces.

use sea_orm_migration::{prelude::*, schema};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let number = ColumnDef::new("number").big_integer().not_null().auto_increment().primary_key().to_owned();
        let activities = Table::create()
            .table("activities")
            .col(number)
            .col(schema::string("id"))
            .col(schema::string("workspace"))
            .col(schema::timestamp_with_time_zone("at"))
            .col(schema::string_null("account"))
            .col(schema::string("verb"))
            .col(schema::string("object_kind"))
            .col(schema::string("object_id"))
            .col(schema::text("title"))
            .col(schema::string_null("verdict"))
            .to_owned();
        let by_workspace =
            Index::create().name("activities_by_workspace").table("activities").col("workspace").col("number").to_owned();
        let by_time = Index::create().name("activities_by_time").table("activities").col("at").to_owned();
        manager.create_table(activities).await?;
        manager.create_index(by_workspace).await?;
        manager.create_index(by_time).await
    }
}
