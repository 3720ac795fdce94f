//! The promises of auth, asked through its facade, its public surface and its operator's commands.

#![expect(clippy::unwrap_used, reason = "what cannot fail in a test is said with an unwrap")]

mod accounts;
mod contract;
mod double;
mod faults_of_2018;
mod forgery;
mod knocking;
mod members;
mod news;
mod operator;
mod outside;
mod password;
mod pending;
mod replicas;
mod sessions;
mod setup;
mod sign_up;
mod tokens;
mod visitor;
mod ways_in;
mod world;
