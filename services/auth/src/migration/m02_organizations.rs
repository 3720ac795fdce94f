//! Organizations, their workspaces, and the roles given on both.

use sea_orm_migration::{prelude::*, schema};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let organizations = Table::create()
            .table("organizations")
            .col(schema::string("id").primary_key())
            .col(schema::string("name").unique_key())
            .col(schema::string("title"))
            .col(schema::timestamp_with_time_zone("created_at"))
            .to_owned();
        let workspaces = Table::create()
            .table("workspaces")
            .col(schema::string("id").primary_key())
            .col(schema::string("organization"))
            .col(schema::string("name"))
            .col(schema::string("title"))
            .col(schema::timestamp_with_time_zone("created_at"))
            .foreign_key(ForeignKey::create().from("workspaces", "organization").to("organizations", "id"))
            .to_owned();
        // Unique inside its organization only: two teams may both have a `production`.
        let workspace_names =
            Index::create().name("workspace_names").table("workspaces").col("organization").col("name").unique().to_owned();
        manager.create_table(organizations).await?;
        manager.create_table(workspaces).await?;
        manager.create_index(workspace_names).await?;
        roles(manager, "organization_roles", "organization", "organizations").await?;
        roles(manager, "workspace_roles", "workspace", "workspaces").await
    }
}

async fn roles(manager: &SchemaManager<'_>, table: &'static str, on: &'static str, whole: &'static str) -> Result<(), DbErr> {
    let roles = Table::create()
        .table(table)
        .col(schema::string(on))
        .col(schema::string("account"))
        .col(schema::string("role"))
        .col(schema::timestamp_with_time_zone("since"))
        .primary_key(Index::create().col(on).col("account"))
        .foreign_key(ForeignKey::create().from(table, on).to(whole, "id"))
        .foreign_key(ForeignKey::create().from(table, "account").to("accounts", "id"))
        .to_owned();
    let by_account = Index::create().name(format!("{table}_by_account")).table(table).col("account").to_owned();
    manager.create_table(roles).await?;
    manager.create_index(by_account).await
}
