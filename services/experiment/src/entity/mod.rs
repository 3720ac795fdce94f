//! The tables of the experiment database, one a file, without logic.

pub mod event;
pub mod experiment;
pub mod known_document;
pub mod run;
pub mod version;
