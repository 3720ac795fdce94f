//! The name of the folder in which a job that was accepted is started: where it is not, nothing of it was.

use sea_orm_migration::{prelude::*, schema};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let home = Table::alter().table("jobs").add_column(schema::string_null("home")).to_owned();
        manager.alter_table(home).await
    }
}
