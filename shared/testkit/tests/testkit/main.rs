//! The fakes keep the promises of what they stand for, and databases those that every service stands on.

#![expect(clippy::unwrap_used, reason = "a test says what is wrong by panicking")]

mod contract;
mod databases;
mod experiments;
mod history;
mod launcher;
mod replicas;
mod wire;
mod writers;
