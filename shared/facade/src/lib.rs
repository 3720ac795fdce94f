//! What services may ask of each other: one trait a service, one for feeds, and the words they are asked in.
//! Every call carries a signed claim that the callee verifies. Implementations live elsewhere.

pub mod auth;
pub mod experiment;
pub mod feed;
pub mod launcher;

#[cfg(feature = "contract")]
pub mod contract;
