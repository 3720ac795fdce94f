//! Which other runs were live while a run was.

use sea_orm_migration::{prelude::*, schema};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let overlaps = Table::alter().table("runs").add_column(schema::json_binary_null("overlaps")).to_owned();
        manager.alter_table(overlaps).await
    }
}
