//! Databases survive a kill at any moment of the first start and of an upgrade, and what earlier versions left half made
//! is completed.

use crate::home::Home;
use chaoshub_chassis::db::{self, Db, Place};
use chaoshub_testkit::{
    database::on_postgres,
    migrations::{interrupted, schema_of},
};
use std::{
    path::Path,
    process::Stdio,
    time::{Duration, Instant},
};

/// Does the same with the migrations of each service.
macro_rules! each_service {
    (|$service:ident, $migrator:ident| $do:expr) => {{
        each_service!(@one "auth", chaoshub_auth::Migrator, $service, $migrator, $do);
        each_service!(@one "launcher", chaoshub_launcher::Migrator, $service, $migrator, $do);
        each_service!(@one "experiment", chaoshub_experiment::Migrator, $service, $migrator, $do);
        each_service!(@one "dashboard", chaoshub_dashboard::Migrator, $service, $migrator, $do);
    }};
    (@one $name:literal, $path:path, $service:ident, $migrator:ident, $do:expr) => {{
        use $path as $migrator;
        let $service = $name;
        $do
    }};
}

/// More statements than any service has.
const MANY: usize = 200;

/// A file of SQLite; one that is empty is made beside it, to compare with.
async fn in_folder<M: sea_orm_migration::MigratorTrait>(data_dir: &Path, service: &str) -> Vec<String> {
    let db = db::open::<M>(&Place::Folder(data_dir.to_owned()), service).await.unwrap();
    schema_and_close(db).await
}

async fn schema_and_close(db: Db) -> Vec<String> {
    let schema = schema_of(&db).await;
    db.close().await.unwrap();
    schema
}

#[tokio::test]
async fn a_migration_interrupted_between_any_two_statements_is_completed() {
    each_service!(|service, Migrator| {
        let clean = tempfile::tempdir().unwrap();
        let clean = in_folder::<Migrator>(clean.path(), service).await;
        let mut commits = 0;
        loop {
            let folder = tempfile::tempdir().unwrap();
            let whole = interrupted::<Migrator>(folder.path(), service, commits).await;
            assert_eq!(in_folder::<Migrator>(folder.path(), service).await, clean, "{service} after {commits} commits");
            if whole {
                break;
            }
            commits += 1;
            assert!(commits < MANY, "{service} never comes to an end");
        }
        assert!(commits > 5, "{service}: the commits are counted");
    });
}

#[tokio::test]
async fn a_table_that_is_not_what_a_migration_makes_is_left_alone_and_named() {
    let folder = tempfile::tempdir().unwrap();
    let place = Place::Folder(folder.path().to_owned());
    let db = db::open::<chaoshub_dashboard::Migrator>(&place, "dashboard").await.unwrap();
    let spoil = "DROP TABLE cursors; CREATE TABLE cursors (kept text); INSERT INTO cursors VALUES ('this'); \
                 DELETE FROM seaql_migrations WHERE version = 'm03_cursors'";
    chaoshub_testkit::database::run(&db, spoil).await;
    db.close().await.unwrap();
    let why = db::open::<chaoshub_dashboard::Migrator>(&place, "dashboard").await.unwrap_err().to_string();
    assert!(why.contains("the table `cursors` is there already") && !why.contains('\n'), "{why}");
}

/// How many starts are killed: some here, a hundred and more in `make soak`.
fn rounds() -> usize {
    std::env::var("CHAOSHUB_TEST_ROUNDS").map_or(12, |rounds| rounds.parse().unwrap())
}

#[tokio::test]
async fn a_start_or_an_upgrade_killed_at_any_moment_goes_on_at_the_next_start() {
    let started = Instant::now();
    let clean = Home::new();
    clean.run(&["migrate"]).await.well();
    let longest = started.elapsed();
    for round in 0..rounds() {
        let home = Home::new();
        // An upgrade from some older state, half made or not; on PostgreSQL, and now and then here, a first start.
        if !on_postgres() && round % 4 != 0 {
            each_service!(|service, Migrator| {
                interrupted::<Migrator>(&home.data(), service, rand::random::<u8>() as usize % 40).await
            });
        }
        for _ in 0..=round % 3 {
            let mut child = home.command(&["migrate"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
            let moment = longest.mul_f64(rand::random::<f64>()).max(Duration::from_millis(1));
            if tokio::time::timeout(moment, child.wait()).await.is_err() {
                child.kill().await.unwrap();
            }
        }
        home.run(&["migrate"]).await.well();
        each_service!(|service, Migrator| {
            let expected = schema(&clean, service).await;
            assert_eq!(schema(&home, service).await, expected, "{service}, round {round}");
            if !on_postgres() {
                in_folder::<Migrator>(&home.data(), service).await;
            }
        });
    }
}

/// The schema as a home's database has it now, without migrating it.
async fn schema(home: &Home, service: &str) -> Vec<String> {
    let url = match home.setting("CHAOSHUB_DATABASE_URL") {
        Some(url) => url.replace("{service}", service),
        None => format!("sqlite://{}/databases/{service}.sqlite", home.data().display()),
    };
    schema_and_close(chaoshub_testkit::database::as_it_is(&url).await).await
}
