//! The references: what the same work costs with nothing around it. Bare axum handlers over SQLite, with the same
//! pragmas as the hub's and a claim that is verified once and then known.

use crate::{Bench, Outcome, server::Server};
use axum::{
    Router,
    body::Body,
    extract::{FromRef, FromRequestParts, Path, State},
    http::{StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use bytes::Bytes;
use chaoshub_chassis::claims::{SigningKey, Verifier};
use chaoshub_kernel::{AccountId, Bearer, Scopes, SignedClaim, SystemClock, UserClaim};
use futures::StreamExt;
use sea_orm::sqlx::{
    self, SqlitePool,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use serde_json::Value;
use std::{convert::Infallible, path::PathBuf, sync::Arc};
use tokio::sync::{broadcast, mpsc, oneshot};
use tokio_stream::wrappers::BroadcastStream;

/// Rows that the reads choose from.
pub const ROWS: u64 = 1000;

/// Bodies that wait for the one who writes them.
const WAITING: usize = 1024;

/// A reference at work, with a claim that it believes.
pub struct Reference {
    pub server: Server,
    pub token: String,
}

/// Starts the references on the server's core.
pub async fn start(bench: &Bench) -> Outcome<Reference> {
    let folder = bench.folder.join("reference");
    std::fs::create_dir_all(&folder)?;
    let arguments = ["reference".to_owned(), folder.display().to_string()];
    let server = Server::start(bench, bench.binary("chaoshub-bench"), &arguments, "reference.log").await?;
    let token = std::fs::read_to_string(folder.join("token"))?;
    Ok(Reference { server, token })
}

#[derive(Clone)]
struct App {
    db: SqlitePool,
    verifier: Verifier,
    /// Bodies for the writer that commits all that wait at once.
    group: mpsc::Sender<(String, oneshot::Sender<()>)>,
    frames: broadcast::Sender<Bytes>,
}

/// Serves until it is told to stop.
pub async fn serve(folder: &std::path::Path) -> Outcome<()> {
    let verifier = claim(folder)?;
    let db = database(folder.join("reference.sqlite")).await?;
    let (group, waiting) = mpsc::channel(WAITING);
    tokio::spawn(write_in_groups(db.clone(), waiting));
    let app = App { db, verifier, group, frames: broadcast::channel(WAITING).0 };
    let router = Router::new()
        .route("/rows/{id}", get(row))
        .route("/rows", get(page))
        .route("/each", post(each))
        .route("/grouped", post(grouped))
        .route("/stream", get(stream))
        .route("/publish", post(publish))
        .with_state(app);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    println!("listening on {}", listener.local_addr()?);
    axum::serve(listener, router).await?;
    Ok(())
}

/// Somebody whose claim is good.
struct Caller;

impl<S: Send + Sync> FromRequestParts<S> for Caller
where
    App: FromRef<S>,
{
    type Rejection = StatusCode;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, StatusCode> {
        let header = parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let jwt = header.and_then(|text| text.strip_prefix("Bearer ")).ok_or(StatusCode::UNAUTHORIZED)?;
        let verified = App::from_ref(state).verifier.verify(&SignedClaim::from_jwt(jwt)).await;
        verified.map(|_| Self).map_err(|_| StatusCode::UNAUTHORIZED)
    }
}

async fn row(State(app): State<App>, _: Caller, Path(id): Path<String>) -> Result<Response, StatusCode> {
    let found = sqlx::query_scalar::<_, String>("SELECT body FROM rows WHERE id = ?").bind(id).fetch_one(&app.db).await;
    Ok(json(found.map_err(broken)?))
}

async fn page(State(app): State<App>, _: Caller) -> Result<Response, StatusCode> {
    let found = sqlx::query_scalar::<_, String>("SELECT body FROM rows WHERE workspace = 'w' ORDER BY id DESC LIMIT 50");
    let found = found.fetch_all(&app.db).await.map_err(broken)?;
    Ok(json(format!("[{}]", found.join(","))))
}

/// One transaction for each body.
async fn each(State(app): State<App>, _: Caller, body: String) -> Result<StatusCode, StatusCode> {
    parse(&body)?;
    let mut change = app.db.begin_with("BEGIN IMMEDIATE").await.map_err(broken)?;
    sqlx::query("INSERT INTO bodies (body) VALUES (?)").bind(body).execute(&mut *change).await.map_err(broken)?;
    change.commit().await.map_err(broken)?;
    Ok(StatusCode::ACCEPTED)
}

/// One transaction for all bodies that wait.
async fn grouped(State(app): State<App>, _: Caller, body: String) -> Result<StatusCode, StatusCode> {
    parse(&body)?;
    let (done, written) = oneshot::channel();
    let gone = |_| StatusCode::INTERNAL_SERVER_ERROR;
    app.group.send((body, done)).await.map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
    written.await.map_err(gone)?;
    Ok(StatusCode::ACCEPTED)
}

async fn write_in_groups(db: SqlitePool, mut waiting: mpsc::Receiver<(String, oneshot::Sender<()>)>) {
    let mut group = Vec::new();
    while waiting.recv_many(&mut group, WAITING).await > 0 {
        let (bodies, done): (Vec<_>, Vec<_>) = group.drain(..).unzip();
        let written = async {
            let mut change = db.begin_with("BEGIN IMMEDIATE").await?;
            for body in bodies {
                sqlx::query("INSERT INTO bodies (body) VALUES (?)").bind(body).execute(&mut *change).await?;
            }
            change.commit().await
        };
        if written.await.is_ok() {
            done.into_iter().for_each(|done| _ = done.send(()));
        }
    }
}

async fn stream(State(app): State<App>, _: Caller) -> Response {
    let frames = BroadcastStream::new(app.frames.subscribe());
    let frames = frames.filter_map(|frame| std::future::ready(frame.ok().map(Ok::<_, Infallible>)));
    ([(header::CONTENT_TYPE, "text/event-stream")], Body::from_stream(frames)).into_response()
}

async fn publish(State(app): State<App>, _: Caller, body: String) -> StatusCode {
    // Nobody listening is no failure.
    _ = app.frames.send(format!("event: bare\ndata: {body}\n\n").into());
    StatusCode::ACCEPTED
}

fn json(text: String) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], text).into_response()
}

fn parse(body: &str) -> Result<Value, StatusCode> {
    serde_json::from_str(body).map_err(|_| StatusCode::BAD_REQUEST)
}

fn broken(_: sqlx::Error) -> StatusCode {
    StatusCode::INTERNAL_SERVER_ERROR
}

/// A claim in the file `token`, and what verifies it.
fn claim(folder: &std::path::Path) -> Outcome<Verifier> {
    let key = SigningKey::generate();
    let now = chrono::Utc::now();
    let signed = key.sign(&UserClaim {
        installation: "reference".to_owned(),
        account: Some(AccountId::new(now)),
        name: "bench".to_owned(),
        bearer: Bearer::Token("tok_reference".to_owned()),
        admin: false,
        ceiling: Scopes::all(),
        workspace: None,
        expires_at: now + chrono::TimeDelta::hours(1),
    });
    std::fs::write(folder.join("token"), signed.as_jwt())?;
    Verifier::with_keys(&key.key_set("reference"), Arc::new(SystemClock)).map_err(|fault| fault.detail.into())
}

/// A new database with rows as large as a run's answer.
async fn database(path: PathBuf) -> Outcome<SqlitePool> {
    for ending in ["sqlite", "sqlite-wal", "sqlite-shm"] {
        // Not there the first time.
        _ = std::fs::remove_file(path.with_extension(ending));
    }
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(std::time::Duration::from_secs(10))
        .pragma("temp_store", "MEMORY")
        .pragma("cache_size", "-8000");
    let db = SqlitePoolOptions::new().max_connections(8).connect_with(options).await?;
    sqlx::query("CREATE TABLE rows (id TEXT PRIMARY KEY, workspace TEXT NOT NULL, body TEXT NOT NULL)").execute(&db).await?;
    sqlx::query("CREATE INDEX rows_by_workspace ON rows (workspace, id)").execute(&db).await?;
    sqlx::query("CREATE TABLE bodies (number INTEGER PRIMARY KEY AUTOINCREMENT, body TEXT NOT NULL)").execute(&db).await?;
    let mut change = db.begin().await?;
    for id in 0..ROWS {
        let body = serde_json::json!({"id": id, "title": "A row as large as a run", "more": "x".repeat(900)}).to_string();
        sqlx::query("INSERT INTO rows VALUES (?, 'w', ?)").bind(id.to_string()).bind(body).execute(&mut *change).await?;
    }
    change.commit().await?;
    Ok(db)
}
