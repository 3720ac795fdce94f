//! Hubs, their widgets, and the selector index.

use sea_orm_migration::{prelude::*, schema};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let hubs = Table::create()
            .table("hubs")
            .col(schema::string("id").primary_key())
            .col(schema::string("workspace"))
            .col(schema::string("title"))
            .col(schema::text("description"))
            .col(schema::boolean("is_default"))
            .col(schema::timestamp_with_time_zone("created_at"))
            .col(schema::timestamp_with_time_zone("updated_at"))
            .to_owned();
        let widgets = Table::create()
            .table("widgets")
            .col(schema::string("id").primary_key())
            .col(schema::string("hub"))
            .col(schema::string("kind"))
            .col(schema::string("title"))
            .col(schema::json_binary("config"))
            .col(schema::integer("x"))
            .col(schema::integer("y"))
            .col(schema::integer("w"))
            .col(schema::integer("h"))
            .foreign_key(ForeignKey::create().from("widgets", "hub").to("hubs", "id").on_delete(ForeignKeyAction::Cascade))
            .to_owned();
        let subjects = Table::create()
            .table("subjects")
            .col(schema::string("selector"))
            .col(schema::string("widget"))
            .col(schema::string("hub"))
            .primary_key(Index::create().col("selector").col("widget"))
            .foreign_key(ForeignKey::create().from("subjects", "widget").to("widgets", "id").on_delete(ForeignKeyAction::Cascade))
            .to_owned();
        let index = |name: &'static str, table: &'static str, column: &'static str| {
            Index::create().name(name).table(table).col(column).to_owned()
        };
        manager.create_table(hubs).await?;
        manager.create_table(widgets).await?;
        manager.create_table(subjects).await?;
        manager.create_index(index("hubs_by_workspace", "hubs", "workspace")).await?;
        manager.create_index(index("widgets_by_hub", "widgets", "hub")).await?;
        manager.create_index(index("subjects_by_widget", "subjects", "widget")).await?;
        // A workspace has one default hub, however often the news of its making is read. No builder knows partial indexes.
        manager
            .get_connection()
            .execute_unprepared("CREATE UNIQUE INDEX hubs_one_default ON hubs (workspace) WHERE is_default")
            .await
            .map(|_| ())
    }
}
