//! What experiment promises, through its public resources, its facade and its feed.

mod close;
mod contract;
mod control;
mod ingest;
mod lists;
mod news;
mod orders;
mod outside;
mod rights;
mod runs;
mod secrets;
mod stop;
mod uploads;
mod versions;
mod world;
