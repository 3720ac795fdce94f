//! The steps of the launcher's database, one a file; a merged one is never edited.

mod m01_jobs;
mod m04_homes;

use chaoshub_chassis::{identity, lease, outbox};
use sea_orm_migration::prelude::*;

/// Brings the launcher's database up to date.
pub struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(outbox::migration::Migration),
            Box::new(m01_jobs::Migration),
            Box::new(lease::migration::Migration),
            Box::new(m04_homes::Migration),
            Box::new(identity::m02_identity::Migration),
        ]
    }
}
