//! Identities at providers, sign-ins that were finished, and invitations.

use sea_orm_migration::{prelude::*, schema};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let identities = Table::create()
            .table("identities")
            .col(schema::string("id").primary_key())
            .col(schema::string("account"))
            .col(schema::string("issuer"))
            .col(schema::string("subject"))
            .col(schema::string("label"))
            .col(schema::timestamp_with_time_zone("created_at"))
            .col(schema::timestamp_with_time_zone("used_at"))
            .foreign_key(ForeignKey::create().from("identities", "account").to("accounts", "id"))
            .to_owned();
        let one_account =
            Index::create().name("identities_once").table("identities").col("issuer").col("subject").unique().to_owned();
        let by_account = Index::create().name("identities_by_account").table("identities").col("account").to_owned();
        let spent = Table::create()
            .table("spent_states")
            .col(schema::string("digest").primary_key())
            .col(schema::timestamp_with_time_zone("at"))
            .to_owned();
        let invitations = Table::create()
            .table("invitations")
            .col(schema::string("id").primary_key())
            .col(schema::string("workspace"))
            .col(schema::string("role"))
            .col(schema::string("digest").unique_key())
            .col(schema::string("made_by"))
            .col(schema::timestamp_with_time_zone("created_at"))
            .col(schema::timestamp_with_time_zone("expires_at"))
            .col(schema::timestamp_with_time_zone_null("used_at"))
            .foreign_key(ForeignKey::create().from("invitations", "workspace").to("workspaces", "id"))
            .foreign_key(ForeignKey::create().from("invitations", "made_by").to("accounts", "id"))
            .to_owned();
        let by_workspace = Index::create().name("invitations_by_workspace").table("invitations").col("workspace").to_owned();
        // Somebody's sessions are listed.
        let sessions = Index::create().name("sign_ins_by_account").table("sign_ins").col("account").to_owned();
        manager.create_table(identities).await?;
        manager.create_index(one_account).await?;
        manager.create_index(by_account).await?;
        manager.create_table(spent).await?;
        manager.create_table(invitations).await?;
        manager.create_index(by_workspace).await?;
        manager.create_index(sessions).await
    }
}
