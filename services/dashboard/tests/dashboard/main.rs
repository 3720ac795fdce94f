//! The dashboard through its HTTP resources, beside a fake auth and fake experiments.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod cards;
mod hubs;
mod news;
mod replicas;
mod rights;
mod stream;
mod world;
