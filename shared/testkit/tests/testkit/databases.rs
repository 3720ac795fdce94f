//! Opening databases: one after the other, several at once, and those that cannot be opened.

use chaoshub_chassis::{
    db::{self, Db, Place},
    identity, lease, outbox,
};
use chaoshub_testkit::database::{place_in, untouched, written_down};
use futures::future::join_all;
use sea_orm::ConnectionTrait;
use sea_orm_migration::prelude::*;
use std::path::Path;

/// A service's steps, as far as it has come.
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(outbox::migration::Migration),
            Box::new(identity::m02_identity::Migration),
            Box::new(lease::migration::Migration),
        ]
    }
}

async fn open(place: &Place) -> Result<Db, String> {
    db::open::<Migrator>(place, "auth").await.map_err(|why| why.to_string())
}

fn server(url: &str) -> Place {
    let Ok(url) = url.parse();
    Place::of(Path::new(""), Some(&url), &["auth"]).unwrap()
}

#[tokio::test]
async fn a_database_of_a_newer_version_is_refused_with_one_line() {
    let folder = tempfile::tempdir().unwrap();
    let place = place_in::<Migrator>(folder.path(), "auth").await;
    let db = open(&place).await.unwrap();
    db.execute_unprepared("INSERT INTO seaql_migrations (version, applied_at) VALUES ('m99_tomorrow', 1)").await.unwrap();
    db.close().await.unwrap();
    let said = open(&place).await.unwrap_err();
    assert!(said.contains("newer") && said.contains("m99_tomorrow") && !said.contains('\n'), "{said}");
}

/// The same service before its last step.
struct Older;

#[async_trait::async_trait]
impl MigratorTrait for Older {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        Migrator::migrations().into_iter().take(2).collect()
    }
}

#[tokio::test]
async fn a_database_of_an_older_version_is_brought_up_to_date_and_keeps_what_is_in_it() {
    let folder = tempfile::tempdir().unwrap();
    let place = place_in::<Older>(folder.path(), "auth").await;
    let db = db::open::<Older>(&place, "auth").await.unwrap();
    chaoshub_testkit::happen_slowly(&db, chaoshub_testkit::frozen_clock(), async {}).await;
    assert!(db.execute_unprepared("SELECT * FROM leases").await.is_err());
    db.close().await.unwrap();
    let db = open(&place).await.unwrap();
    db.execute_unprepared("SELECT * FROM leases").await.unwrap();
    assert!(written_down(&db).await.contains("something.slow"));
}

#[tokio::test]
async fn several_that_open_a_folder_at_once_migrate_it_once() {
    let folder = tempfile::tempdir().unwrap();
    let place = Place::Folder(folder.path().to_owned());
    for opened in join_all((0..4).map(|_| open(&place))).await {
        db::check(&opened.unwrap()).await.unwrap();
    }
}

#[tokio::test]
#[ignore = "needs PostgreSQL: scripts/postgres run cargo test -- --include-ignored"]
async fn several_that_open_a_server_at_once_migrate_it_once() {
    let (place, _) = untouched().await;
    for opened in join_all((0..4).map(|_| open(&place))).await {
        db::check(&opened.unwrap()).await.unwrap();
    }
}

#[tokio::test]
#[ignore = "needs PostgreSQL: scripts/postgres run cargo test -- --include-ignored"]
async fn a_server_that_refuses_or_is_not_there_is_said_in_one_line_without_the_password() {
    let (_, url) = untouched().await;
    let (scheme, rest) = url.split_once("://").unwrap();
    let (account, address) = rest.split_once('@').unwrap();
    let password = account.split_once(':').unwrap().1;
    let (host, _) = address.split_once(':').unwrap();
    for (wrong, says) in [
        (format!("{scheme}://chaoshub:not-the-secret@{address}"), "password authentication failed"),
        (format!("{url}_gone"), "createdb"),
        (format!("{scheme}://{account}@{host}:1/nothing"), "cannot be reached"),
    ] {
        let said = open(&server(&wrong)).await.unwrap_err();
        assert!(said.contains(says) && said.contains("of auth") && !said.contains('\n'), "{said}");
        assert!(!said.contains(password) && !said.contains("not-the-secret"), "{said}");
    }
}
