//! A database of its own for each test: SQLite, or with `CHAOSHUB_TEST_DATABASE=postgres` one on the server that
//! `CHAOSHUB_TEST_POSTGRES_URL` names, which `scripts/postgres run` starts. A server that is not there fails the test.

use chaoshub_chassis::db::{self, DatabaseUrl, Db, Place};
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DbBackend, Statement};
use sea_orm_migration::MigratorTrait;
use std::{
    env, fs,
    hash::{DefaultHasher, Hash, Hasher},
    path::Path,
};

/// Says which database tests use.
const CHOICE: &str = "CHAOSHUB_TEST_DATABASE";

/// The address of a server on which tests may make databases.
const SERVER: &str = "CHAOSHUB_TEST_POSTGRES_URL";

/// How old a forgotten copy must be to be swept away: no test takes so long.
const OLD_SECONDS: u64 = 6 * 3600;

/// Whether tests use PostgreSQL.
///
/// # Panics
/// When the choice is neither `sqlite` nor `postgres`.
#[must_use]
pub fn on_postgres() -> bool {
    match env::var(CHOICE).as_deref() {
        Err(_) | Ok("" | "sqlite") => false,
        Ok("postgres") => true,
        Ok(other) => panic!("{CHOICE} is `sqlite` or `postgres`, not `{other}`"),
    }
}

/// An empty, migrated database.
///
/// # Panics
/// When it cannot be made.
pub async fn database<M: MigratorTrait>(service: &str) -> Db {
    if !on_postgres() {
        return db::in_memory::<M>().await.expect("a database in memory");
    }
    db::open::<M>(&replicated::<M>(service).await, service).await.expect("a copy of the template")
}

/// Where the database of `service` is for whoever has that data folder: the same one for the same folder.
///
/// # Panics
/// When it cannot be made.
pub async fn place_in<M: MigratorTrait>(data_dir: &Path, service: &str) -> Place {
    if !on_postgres() {
        return Place::Folder(data_dir.to_owned());
    }
    let note = data_dir.join(format!("{service}.test-database"));
    let name = match fs::read_to_string(&note) {
        Ok(name) => name,
        Err(_) => {
            let name = copy::<M>(service).await;
            fs::create_dir_all(data_dir).and_then(|()| fs::write(&note, &name)).expect("a note in the data folder");
            name
        }
    };
    Place::Server(address(&name))
}

/// A migrated database that several replicas can use at once: always on PostgreSQL.
///
/// # Panics
/// When it cannot be made.
pub async fn replicated<M: MigratorTrait>(service: &str) -> Place {
    Place::Server(address(&copy::<M>(service).await))
}

/// An empty database that nothing has been done to: always on PostgreSQL.
///
/// # Panics
/// When it cannot be made.
pub async fn untouched() -> (Place, String) {
    let name = format!("chaoshub_c_{}", uuid::Uuid::now_v7().simple());
    let admin = admin().await;
    run(&admin, &format!("CREATE DATABASE {name}")).await;
    admin.close().await.expect("a connection that closes");
    (Place::Server(address(&name)), url_of(&name))
}

/// The address, with `{service}` in it, of empty databases for these services: always on PostgreSQL.
///
/// # Panics
/// When they cannot be made.
#[must_use]
pub fn url_for(services: &'static [&'static str]) -> String {
    let name = format!("chaoshub_c_{}", uuid::Uuid::now_v7().simple());
    let prefix = name.clone();
    // On a thread of its own: whoever asks may or may not be within a runtime.
    let made = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async {
            let admin = admin().await;
            for service in services {
                run(&admin, &format!("CREATE DATABASE {prefix}_{service}")).await;
            }
            admin.close().await.expect("a connection that closes");
        });
    });
    made.join().expect("databases");
    format!("{}_{{service}}", url_of(&name))
}

/// The address of a database on the tests' server.
///
/// # Panics
/// When there is no server.
#[must_use]
pub fn url_of(name: &str) -> String {
    let server = env::var(SERVER).unwrap_or_else(|_| {
        panic!("tests over PostgreSQL need {SERVER}; start them with `scripts/postgres run cargo test`, which starts a server")
    });
    let (server, _) = server.rsplit_once('/').expect("the address of a database");
    format!("{server}/{name}")
}

fn address(name: &str) -> DatabaseUrl {
    let Ok(url) = url_of(name).parse();
    url
}

/// A copy of the template of these migrations, which is made where it is missing.
async fn copy<M: MigratorTrait>(service: &str) -> String {
    let mut hash = DefaultHasher::new();
    M::migrations().iter().for_each(|step| step.name().hash(&mut hash));
    let hash = hash.finish();
    let template = format!("chaoshub_t_{service}_{hash:016x}");
    let admin = admin().await;
    if !is_there(&admin, &template).await {
        // One connection, so the lock is where the next statement is.
        run(&admin, "SELECT pg_advisory_lock(1)").await;
        if !is_there(&admin, &template).await {
            make::<M>(&admin, service, &template).await;
            sweep(&admin).await;
        }
        run(&admin, "SELECT pg_advisory_unlock(1)").await;
    }
    let name = format!("chaoshub_c_{}", uuid::Uuid::now_v7().simple());
    run(&admin, &format!("CREATE DATABASE {name} TEMPLATE {template}")).await;
    admin.close().await.expect("a connection that closes");
    name
}

async fn make<M: MigratorTrait>(admin: &Db, service: &str, template: &str) {
    let unfinished = format!("{template}_new");
    run(admin, &format!("DROP DATABASE IF EXISTS {unfinished}")).await;
    run(admin, &format!("CREATE DATABASE {unfinished}")).await;
    let db = db::open::<M>(&Place::Server(address(&unfinished)), service).await.expect("the migrations");
    db.close().await.expect("a connection that closes");
    run(admin, &format!("ALTER DATABASE {unfinished} RENAME TO {template}")).await;
}

/// Drops copies of tests that are long over; their names say when they were made.
async fn sweep(admin: &Db) {
    let names = rows(admin, "SELECT datname::text AS line FROM pg_database WHERE datname LIKE 'chaoshub\\_c\\_%'").await;
    let now = uuid::Uuid::now_v7().get_timestamp().expect("version 7 holds a time").to_unix().0;
    for name in names {
        let made = name.get(11..43).and_then(|id| uuid::Uuid::try_parse(id).ok()?.get_timestamp());
        if made.is_some_and(|made| made.to_unix().0 + OLD_SECONDS < now) {
            run(admin, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await;
        }
    }
}

async fn admin() -> Db {
    as_it_is(&url_of("postgres")).await
}

async fn is_there(admin: &Db, name: &str) -> bool {
    !rows(admin, &format!("SELECT datname::text AS line FROM pg_database WHERE datname = '{name}'")).await.is_empty()
}

/// The database at this address, with one connection, as it is: nothing is migrated.
///
/// # Panics
/// When it cannot be opened.
pub async fn as_it_is(url: &str) -> Db {
    let mut options = ConnectOptions::new(url);
    options.max_connections(1).sqlx_logging(false);
    Database::connect(options).await.expect("a database")
}

/// Runs statements that answer nothing.
///
/// # Panics
/// When one fails.
pub async fn run(db: &Db, sql: &str) {
    db.execute_unprepared(sql).await.unwrap_or_else(|cause| panic!("{sql}: {cause}"));
}

async fn rows(db: &Db, sql: &str) -> Vec<String> {
    let rows = db.query_all_raw(Statement::from_string(db.get_database_backend(), sql)).await;
    let rows = rows.unwrap_or_else(|cause| panic!("{sql}: {cause}"));
    rows.iter().map(|row| row.try_get("", "line").expect("a text")).collect()
}

/// Every row of every table, as text.
///
/// # Panics
/// When the database fails.
pub async fn written_down(db: &Db) -> String {
    let postgres = db.get_database_backend() == DbBackend::Postgres;
    let tables = match postgres {
        true => "SELECT table_name::text AS line FROM information_schema.tables WHERE table_schema = 'public'",
        false => "SELECT name AS line FROM sqlite_master WHERE type = 'table'",
    };
    let mut all = String::new();
    for table in rows(db, tables).await {
        let columns = match postgres {
            true => format!(
                "SELECT CASE data_type WHEN 'bytea' THEN 'encode(' || quote_ident(column_name) || ', ''escape'')' \
                 ELSE quote_ident(column_name) || '::text' END AS line \
                 FROM information_schema.columns WHERE table_schema = 'public' AND table_name = '{table}'"
            ),
            false => format!("SELECT 'CAST(\"' || name || '\" AS TEXT)' AS line FROM pragma_table_info('{table}')"),
        };
        let texts: Vec<_> = rows(db, &columns).await.into_iter().map(|column| format!("coalesce({column}, '')")).collect();
        for row in rows(db, &format!("SELECT {} AS line FROM \"{table}\"", texts.join(" || ' ' || "))).await {
            all += &format!("{table}: {row}\n");
        }
    }
    all
}
