//! The product as its users have it: the binary `chaoshub`, over HTTP and on the command line, with the real `chaos`.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod ask;
mod document;
mod experiments;
mod front;
mod gate;
mod home;
mod kin;
mod wait;

mod backup;
mod bad_input;
mod connections;
mod demo;
mod disk;
mod doors;
mod headers;
mod isolation;
mod journals;
mod lint;
mod migrations;
mod news;
mod operator;
mod outside;
mod replicas;
mod restart;
mod rights;
mod roles;
mod split;
mod start;
mod stop;
