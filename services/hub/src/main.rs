//! `chaoshub`: the one binary. The only crate that knows every service.

mod backup;
mod cli;
mod clients;
mod compose;
mod container;
mod demo;
mod descriptors;
mod files;
mod health;
mod lint;
mod openapi;
mod operate;
mod part;
mod restore;
mod serve;
mod spa;
mod split;
mod target;

use clap::Parser;
use cli::{Cli, Command};
use std::process::ExitCode;

fn main() -> ExitCode {
    // A missing `.env` is the usual case; one that cannot be read is said.
    if let Err(cause) = dotenvy::dotenv()
        && !cause.not_found()
    {
        return refuse(&format!(".env cannot be read: {cause}"));
    }
    match Cli::parse().command {
        Command::Supervise(args) => chaoshub_launcher::supervise(&args),
        Command::Verdict(args) => operate::verdict(&args),
        Command::Lint(args) => lint::lint(&args),
        Command::Openapi => operate::openapi(),
        Command::Serve(args) => run(serve::serve(*args)),
        Command::Split(args) => run(split::split(args)),
        Command::Backup(args) => run(backup::backup(args)),
        Command::Restore(args) => run(restore::restore(args)),
        Command::Migrate(place) => run(operate::migrate(place)),
        Command::Account(command) => run(operate::account(command)),
        Command::Token(command) => run(operate::token(command)),
        Command::Health(args) => run(container::health(args)),
        Command::Tools(args) => run(container::tools(args)),
        Command::Target(args) => run(target::serve(args)),
    }
}

/// Runs a command to its end; a failure is one line that says what to do.
fn run(command: impl Future<Output = Result<(), String>>) -> ExitCode {
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(cause) => return refuse(&format!("the runtime does not start: {cause}")),
    };
    match runtime.block_on(command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => refuse(&why),
    }
}

fn refuse(why: &str) -> ExitCode {
    eprintln!("chaoshub: {why}");
    ExitCode::FAILURE
}
