//! What a run was asked for with, so that an idempotency key stands for one request.

use sea_orm_migration::{prelude::*, schema};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let digest = Table::alter().table("runs").add_column(schema::string_null("request_digest")).to_owned();
        manager.alter_table(digest).await
    }
}
