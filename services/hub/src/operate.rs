//! The operator's commands, on the hub's databases, with the hub running or not.

use crate::{
    cli::{AccountCommand, Place, TokenCommand, VerdictArgs},
    compose,
};
use chaoshub_auth::operator::Operator;
use chaoshub_chassis::{db, identity};
use chaoshub_facade::auth::WorkspaceRef;
use chaoshub_kernel::{Clock, Fault, Slug, SlugError, SystemClock};
use secrecy::ExposeSecret;
use serde_json::json;
use std::{
    io::{Read, Write},
    process::ExitCode,
    sync::Arc,
};

/// Prints the OpenAPI document.
pub(crate) fn openapi() -> ExitCode {
    let text = crate::openapi::document().to_pretty_json().expect("the document has a JSON form");
    print(&text)
}

/// One JSON line for each journal; fails when one of them could not be judged.
pub(crate) fn verdict(args: &VerdictArgs) -> ExitCode {
    let mut all_judged = true;
    for path in &args.files {
        let judged = std::fs::read(path)
            .map_err(|cause| cause.to_string())
            .and_then(|bytes| chaoshub_experiment::operator::verdict_of_file(&bytes).map_err(|why| why.to_string()));
        let line = match judged {
            Ok(line) => json!({"file": path, "verdict": line.verdict, "reasons": line.reasons, "warnings": line.warnings}),
            Err(why) => {
                eprintln!("chaoshub: {}: {why}", path.display());
                all_judged = false;
                continue;
            }
        };
        if print(&line.to_string()) == ExitCode::FAILURE {
            return ExitCode::FAILURE;
        }
    }
    if all_judged { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// A reader that went away, such as `head`, is no reason for a panic.
fn print(text: &str) -> ExitCode {
    match writeln!(std::io::stdout(), "{text}") {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

/// Brings every database up to date.
pub(crate) async fn migrate(place: Place) -> Result<(), String> {
    let databases = place.databases(&compose::SERVICES)?;
    open_all(&databases).await?;
    match databases {
        db::Place::Folder(folder) => println!("The databases in {} are up to date.", folder.display()),
        db::Place::Server(_) => println!("The databases on the server are up to date."),
    }
    Ok(())
}

/// Opens the databases of all services, brought up to date.
async fn open_all(databases: &db::Place) -> Result<[(&'static str, db::Db); 4], String> {
    let said = |cause: db::OpenError| cause.to_string();
    Ok([
        ("auth", db::open::<chaoshub_auth::Migrator>(databases, "auth").await.map_err(said)?),
        ("launcher", db::open::<chaoshub_launcher::Migrator>(databases, "launcher").await.map_err(said)?),
        ("experiment", db::open::<chaoshub_experiment::Migrator>(databases, "experiment").await.map_err(said)?),
        ("dashboard", db::open::<chaoshub_dashboard::Migrator>(databases, "dashboard").await.map_err(said)?),
    ])
}

/// Sees to it that the databases are those of one installation, and none was emptied or replaced since the last start,
/// except where that is accepted.
pub(crate) async fn tie(databases: &db::Place, accepted: &[String]) -> Result<(), String> {
    let opened = open_all(databases).await?;
    let tied = identity::tie(&opened, accepted).await.map_err(|why| why.to_string());
    for (_, db) in opened {
        db.close().await.map_err(|cause| cause.to_string())?;
    }
    tied
}

/// `chaoshub account ...`.
pub(crate) async fn account(command: AccountCommand) -> Result<(), String> {
    let (AccountCommand::Create { name, place, .. } | AccountCommand::Password { name, place, .. }) = &command;
    let mut password = String::new();
    std::io::stdin().read_to_string(&mut password).map_err(|cause| format!("the password cannot be read: {cause}"))?;
    let password = password.trim_end_matches(['\r', '\n']);
    let name: Slug = name.parse().map_err(|why: SlugError| why.to_string())?;
    let operator = Operator::open(&place.databases(&["auth"])?, Arc::new(SystemClock)).await?;
    let done = match command {
        AccountCommand::Create { admin, .. } => {
            operator.create_account(&name, password.into(), admin).await.map(|_| format!("Made the account {name}."))
        }
        AccountCommand::Password { .. } => {
            let set = operator.set_password(&name, password.into()).await;
            set.map(|()| format!("The account {name} has a new password; its sessions have ended."))
        }
    };
    println!("{}", done.map_err(|why| why.detail)?);
    Ok(())
}

/// `chaoshub token ...`: the token alone on standard output.
pub(crate) async fn token(command: TokenCommand) -> Result<(), String> {
    let TokenCommand::Create { account, workspace, scopes, expires, place } = command;
    let workspace: WorkspaceRef = workspace.parse().map_err(|why: Fault| why.detail)?;
    let operator = Operator::open(&place.databases(&["auth"])?, Arc::new(SystemClock)).await?;
    let ends = expires.map(|span| SystemClock.now() + span);
    let scopes = scopes.into_iter().collect();
    let secret = operator.create_token(&account, &workspace, scopes, ends).await.map_err(|why| why.detail)?;
    println!("{}", secret.expose_secret());
    Ok(())
}
