//! Creates `identity`, with ids that nobody else has.

use sea_orm_migration::{prelude::*, schema};

/// The step; every service lists it among its own.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let identity =
            Table::create().table("identity").col(schema::string("name").primary_key()).col(schema::string("value")).to_owned();
        manager.create_table(identity).await?;
        for name in [super::DATABASE, super::FEED] {
            super::set(manager.get_connection(), name, &super::fresh()).await?;
        }
        Ok(())
    }
}
