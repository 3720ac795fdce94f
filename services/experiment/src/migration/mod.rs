//! The steps of the experiment database, one a file; a merged one is never edited.

mod m01_experiments;
mod m02_runs;
mod m03_paths;
mod m05_requests;
mod m07_overlaps;
mod m08_runs_from_outside;
mod m09_listing;

use chaoshub_chassis::{follow, identity, lease, outbox};
use sea_orm_migration::prelude::*;

/// Brings the experiment database up to date.
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(outbox::migration::Migration),
            Box::new(m01_experiments::Migration),
            Box::new(m02_runs::Migration),
            Box::new(m03_paths::Migration),
            Box::new(lease::migration::Migration),
            Box::new(identity::m02_identity::Migration),
            Box::new(follow::m02_positions::Migration),
            Box::new(m05_requests::Migration),
            Box::new(m07_overlaps::Migration),
            Box::new(m08_runs_from_outside::Migration),
            Box::new(m09_listing::Migration),
        ]
    }
}
