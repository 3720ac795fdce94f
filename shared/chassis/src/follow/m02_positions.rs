//! Lets `cursors` remember which feed was read, and which news were the last.

use sea_orm_migration::{prelude::*, schema};

/// The step; a service that follows feeds lists it after its own that makes the table.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // SQLite adds one column at a time.
        for column in [schema::string_null("identity"), schema::string_null("mark")] {
            manager.alter_table(Table::alter().table("cursors").add_column(column).to_owned()).await?;
        }
        Ok(())
    }
}
