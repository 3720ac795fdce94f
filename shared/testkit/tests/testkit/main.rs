//! The fakes keep the promises of what they stand for.

#![expect(clippy::unwrap_used, reason = "a test says what is wrong by panicking")]

mod contract;
mod experiments;
mod launcher;
mod wire;
mod writers;
