//! Every query of the service. Workspace or owner is always an argument; no rules live here.

pub mod activities;
pub mod hubs;
pub mod subjects;
pub mod widgets;

pub use sea_orm::{ConnectionTrait, DbErr};
