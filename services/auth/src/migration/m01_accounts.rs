//! Accounts, who is signed in, and the code for the first account.

use sea_orm_migration::{prelude::*, schema};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let accounts = Table::create()
            .table("accounts")
            .col(schema::string("id").primary_key())
            .col(schema::string("name").unique_key())
            .col(schema::boolean("admin"))
            .col(schema::string_null("password_hash"))
            .col(schema::timestamp_with_time_zone("created_at"))
            .to_owned();
        let sign_ins = Table::create()
            .table("sign_ins")
            .col(schema::string("id").primary_key())
            .col(schema::string("account"))
            .col(schema::string("digest").unique_key())
            .col(schema::string("browser"))
            .col(schema::timestamp_with_time_zone("created_at"))
            .col(schema::timestamp_with_time_zone("seen_at"))
            .col(schema::timestamp_with_time_zone_null("ended_at"))
            .foreign_key(ForeignKey::create().from("sign_ins", "account").to("accounts", "id"))
            .to_owned();
        let setup_codes = Table::create()
            .table("setup_codes")
            .col(schema::integer("id").primary_key())
            .col(schema::string("digest"))
            .col(schema::timestamp_with_time_zone("created_at"))
            .to_owned();
        manager.create_table(accounts).await?;
        manager.create_table(sign_ins).await?;
        manager.create_table(setup_codes).await
    }
}
