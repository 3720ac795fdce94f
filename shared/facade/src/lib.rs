//! What services may ask of each other: one trait a service, one for feeds, and the words they are asked in.
//! Every call carries a signed claim that the callee verifies. The remote forms are here, over any transport; the local ones live elsewhere.

pub mod auth;
pub mod experiment;
pub mod feed;
pub mod launcher;
pub mod wire;

#[cfg(feature = "contract")]
pub mod contract;
