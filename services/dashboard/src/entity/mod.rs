//! One table a file, no logic.

pub mod activity;
pub mod cursor;
pub mod hub;
pub mod subject;
pub mod widget;
