//! One table a file, no logic.

pub mod activity;
pub mod hub;
pub mod subject;
pub mod widget;
