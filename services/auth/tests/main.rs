//! The promises of auth, asked through its facade, its public surface and its operator's commands.

mod accounts;
mod contract;
mod forgery;
mod knocking;
mod members;
mod news;
mod operator;
mod sessions;
mod setup;
mod tokens;
mod world;
