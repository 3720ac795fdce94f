//! The promises of auth, asked through its facade, its public surface and its operator's commands.

#![expect(clippy::unwrap_used, reason = "what cannot fail in a test is said with an unwrap")]

mod accounts;
mod contract;
mod forgery;
mod knocking;
mod members;
mod news;
mod operator;
mod replicas;
mod sessions;
mod setup;
mod tokens;
mod world;
