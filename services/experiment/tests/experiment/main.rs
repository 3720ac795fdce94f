//! What experiment promises, through its public resources, its facade and its feed.

#![expect(clippy::unwrap_used, reason = "a test says what is wrong by panicking")]

mod apart;
mod belonging;
mod close;
mod contract;
mod control;
mod ingest;
mod lists;
mod news;
mod orders;
mod outside;
mod replicas;
mod rights;
mod runs;
mod secrets;
mod starting;
mod stop;
mod uploads;
mod versions;
mod world;
