//! How far followed feeds have been read.

use sea_orm_migration::{prelude::*, schema};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let cursors = Table::create()
            .table("cursors")
            .col(schema::string("feed").primary_key())
            .col(schema::big_integer("number"))
            .to_owned();
        manager.create_table(cursors).await
    }
}
