//! Every query of the service. Owner or workspace is always an argument; no rules live here.

pub mod belonging;
pub mod documents;
pub mod events;
pub mod experiments;
pub mod objects;
pub mod overlaps;
pub mod run_list;
pub mod runs;
#[cfg(test)]
mod tests;
mod words;

pub use sea_orm::{ConnectionTrait, DbErr};
pub use words::{read, write};
