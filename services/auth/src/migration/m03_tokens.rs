//! API tokens.

use sea_orm_migration::{prelude::*, schema};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let tokens = Table::create()
            .table("tokens")
            .col(schema::string("id").primary_key())
            .col(schema::string("account"))
            .col(schema::string("workspace"))
            .col(schema::string("name"))
            .col(schema::string("digest").unique_key())
            .col(schema::string("hint"))
            .col(schema::string("scopes"))
            .col(schema::timestamp_with_time_zone("created_at"))
            .col(schema::timestamp_with_time_zone_null("expires_at"))
            .col(schema::timestamp_with_time_zone_null("used_at"))
            .foreign_key(ForeignKey::create().from("tokens", "account").to("accounts", "id"))
            .foreign_key(ForeignKey::create().from("tokens", "workspace").to("workspaces", "id"))
            .to_owned();
        let by_account = Index::create().name("tokens_by_account").table("tokens").col("account").to_owned();
        manager.create_table(tokens).await?;
        manager.create_index(by_account).await
    }
}
