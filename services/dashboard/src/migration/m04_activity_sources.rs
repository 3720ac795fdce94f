//! Which news an activity was written down for, so that news that are read again make no second one.

use sea_orm_migration::{prelude::*, schema};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let source = Table::alter().table("activities").add_column(schema::string_null("source")).to_owned();
        // Those of before have none, and nulls are all different.
        let once = Index::create().name("activities_once").table("activities").col("source").unique().to_owned();
        manager.alter_table(source).await?;
        manager.create_index(once).await
    }
}
