//! Which token made a token, so that what it made ends with it.

use sea_orm_migration::{prelude::*, schema};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let parent = Table::alter().table("tokens").add_column(schema::string_null("parent")).to_owned();
        let by_parent = Index::create().name("tokens_by_parent").table("tokens").col("parent").to_owned();
        manager.alter_table(parent).await?;
        manager.create_index(by_parent).await
    }
}
