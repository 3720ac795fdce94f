//! What every form of a facade promises, local, remote or fake, over any database: one suite each, run by macro.
//! A form gives the suite a world to act in; the suite sees nothing else of it.

pub mod auth;
pub mod experiment;
pub mod feed;
pub mod launcher;
