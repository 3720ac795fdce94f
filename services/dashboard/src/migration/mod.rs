//! The steps of the dashboard's database, one a file; a merged one is never edited.

mod m01_hubs;
mod m02_activities;
mod m03_cursors;
mod m04_activity_sources;

use chaoshub_chassis::{follow, identity, outbox};
use sea_orm_migration::prelude::*;

/// Brings the dashboard's database up to date.
#[derive(Debug, Clone, Copy)]
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(outbox::migration::Migration),
            Box::new(m01_hubs::Migration),
            Box::new(m02_activities::Migration),
            Box::new(m03_cursors::Migration),
            Box::new(identity::m02_identity::Migration),
            Box::new(follow::m02_positions::Migration),
            Box::new(m04_activity_sources::Migration),
        ]
    }
}
