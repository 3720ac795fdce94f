//! Jobs.

use sea_orm_migration::{prelude::*, schema};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let jobs = Table::create()
            .table("jobs")
            .col(schema::string("id").primary_key())
            .col(schema::string("workspace"))
            .col(schema::string("state"))
            .col(schema::string("wanted"))
            .col(schema::timestamp_with_time_zone("created_at"))
            .col(schema::timestamp_with_time_zone_null("ended_at"))
            .col(schema::integer_null("code"))
            .col(schema::integer_null("signal"))
            .col(schema::string_null("failure"))
            .col(schema::boolean("over_time"))
            .to_owned();
        manager.create_table(jobs).await?;
        let by_state = Index::create().name("jobs_by_state").table("jobs").col("state").to_owned();
        manager.create_index(by_state).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("jobs").to_owned()).await
    }
}
