//! Every query of auth. Whose it is, is always an argument; no rules here.

pub mod accounts;
pub mod identities;
pub mod invitations;
pub mod organizations;
pub mod roles;
pub mod setup_codes;
pub mod sign_ins;
pub mod spent_states;
pub mod tokens;
pub mod workspaces;

use chaoshub_chassis::db::fault;
use chaoshub_kernel::Fault;
pub use sea_orm::ConnectionTrait;
use sea_orm::{DbErr, SqlErr};
use std::str::FromStr;

/// Reads back a text that this store wrote.
fn read<T: FromStr>(text: &str) -> Result<T, Fault> {
    text.parse().map_err(|_| {
        tracing::error!("the auth database holds a value that this version cannot read");
        Fault::internal()
    })
}

/// A taken name is the caller's to know of; any other failure is ours.
fn taken(cause: DbErr) -> Fault {
    match cause.sql_err() {
        Some(SqlErr::UniqueConstraintViolation(_)) => Fault::conflict("name-taken", "this name is taken; choose another one"),
        _ => fault(cause),
    }
}
