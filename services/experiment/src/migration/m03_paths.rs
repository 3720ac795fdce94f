//! Ways to find runs that stay short however many there are: by number, by state, by verdict, and by a job still held.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // Runs are listed by number: the ids of runs from outside are made by clocks that are not ours.
        for old in ["runs_by_workspace", "runs_by_experiment"] {
            manager.drop_index(Index::drop().name(old).table("runs").to_owned()).await?;
        }
        let paths: [(&str, &[&'static str]); 4] = [
            ("runs_of_experiment", &["experiment", "number"]),
            ("runs_in_state", &["workspace", "state", "number"]),
            ("runs_with_verdict", &["workspace", "verdict", "number"]),
            ("runs_by_job", &["job"]),
        ];
        for (name, columns) in paths {
            let mut index = Index::create();
            index.name(name).table("runs");
            for column in columns {
                index.col(*column);
            }
            manager.create_index(index).await?;
        }
        Ok(())
    }
}
