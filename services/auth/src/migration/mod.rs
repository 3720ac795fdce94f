//! The steps of the auth database, one a file; a merged one is never edited.

mod m01_accounts;
mod m02_organizations;
mod m03_tokens;
mod m04_sign_in;
mod m05_token_parents;

use chaoshub_chassis::{identity, outbox};
use sea_orm_migration::prelude::*;

/// Brings the auth database up to date.
pub struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(outbox::migration::Migration),
            Box::new(m01_accounts::Migration),
            Box::new(m02_organizations::Migration),
            Box::new(m03_tokens::Migration),
            Box::new(m04_sign_in::Migration),
            Box::new(m05_token_parents::Migration),
            Box::new(identity::m02_identity::Migration),
        ]
    }
}
