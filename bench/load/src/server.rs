//! The servers that are measured: started on their own core, asked for their processor time and memory, ended.

use crate::{
    Bench, Outcome,
    client::{Answer, Connection, request},
    load::milliseconds,
};
use sea_orm::ConnectionTrait;
use serde_json::Value;
use std::{net::SocketAddr, path::PathBuf, process::Stdio, time::Duration};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    process::{Child, ChildStdout, Command},
    time::Instant,
};

/// How long a server may take to start or to end.
const PATIENCE: Duration = Duration::from_secs(20);

/// Ticks of `/proc/<pid>/stat` in a second: the same on every Linux that user programs see (`proc_pid_stat(5)`).
const TICKS: f64 = 100.0;

/// Every scope that a load needs.
const SCOPES: &str = "workspace:read,experiment:read,experiment:write,run:read,run:start,run:stop,run:ingest,hub:read,hub:write";

/// The account of the loads, and its password.
pub const ACCOUNT: (&str, &str) = ("bench", "a password only for loads");

/// The workspace that comes with it.
pub const WORKSPACE: &str = "bench/bench";

/// A running server. Killed when dropped.
pub struct Server {
    child: Child,
    pid: u32,
    pub address: SocketAddr,
    _output: BufReader<ChildStdout>,
}

impl Server {
    /// Runs a program on the server's core until it says where it listens.
    pub async fn start(bench: &Bench, program: PathBuf, arguments: &[String], log: &str) -> Outcome<Self> {
        let mut child = bench
            .on_server_core(&program)
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(std::fs::File::create(bench.folder.join(log))?)
            .spawn()?;
        let pid = child.id().ok_or("the server ended at once")?;
        let mut output = BufReader::new(child.stdout.take().ok_or("the server has no output")?);
        let hello = async {
            let mut line = String::new();
            while output.read_line(&mut line).await? > 0 {
                if let Some((_, rest)) = line.split_once("listening on ") {
                    return Ok(rest.trim_end().trim_end_matches(')').parse()?);
                }
                line.clear();
            }
            Outcome::Err(format!("{} ended without saying where it listens; see {log}", program.display()).into())
        };
        let address = tokio::time::timeout(PATIENCE, hello).await??;
        Ok(Self { child, pid, address, _output: output })
    }

    /// Processor time so far, seconds.
    pub fn cpu(&self) -> Outcome<f64> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.pid))?;
        let fields = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
        let ticks: u64 = fields.split_whitespace().skip(11).take(2).filter_map(|ticks| ticks.parse::<u64>().ok()).sum();
        Ok(ticks as f64 / TICKS)
    }

    /// Memory that is resident, MB.
    pub fn memory(&self) -> Outcome<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.pid))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kib: f64 = line.and_then(|text| text.split_whitespace().next()).ok_or("no VmRSS")?.parse()?;
        Ok(kib / 1024.0)
    }

    /// Asks it to end and waits.
    pub async fn stop(mut self) -> Outcome<()> {
        let pid = rustix::process::Pid::from_child_id(self.pid).ok_or("no pid")?;
        rustix::process::kill_process(pid, rustix::process::Signal::TERM)?;
        tokio::time::timeout(PATIENCE, self.child.wait()).await??;
        Ok(())
    }
}

trait FromChildId: Sized {
    fn from_child_id(id: u32) -> Option<Self>;
}

impl FromChildId for rustix::process::Pid {
    fn from_child_id(id: u32) -> Option<Self> {
        Self::from_raw(i32::try_from(id).ok()?)
    }
}

/// How a hub is laid out: in one process over SQLite, unless it says otherwise.
#[derive(Clone, Copy, Default)]
pub struct Form {
    pub split: bool,
    pub postgres: bool,
}

impl std::fmt::Display for Form {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let layout = if self.split { "split" } else { "whole" };
        write!(to, "{layout}_{}", if self.postgres { "postgres" } else { "sqlite" })
    }
}

/// A hub's data folder with an account, a workspace and a token.
pub struct House<'a> {
    bench: &'a Bench,
    name: String,
    form: Form,
    /// The settings that every command on it needs.
    place: Vec<String>,
    pub data: PathBuf,
    pub token: String,
}

/// A hub at work on it.
pub struct Hub {
    pub server: Server,
    pub token: String,
    /// The workspace.
    pub workspace: String,
    /// The hub that it opens with.
    pub page: String,
}

impl<'a> House<'a> {
    pub async fn new(bench: &'a Bench, name: &str) -> Outcome<Self> {
        Self::of(bench, name, Form::default()).await
    }

    pub async fn of(bench: &'a Bench, name: &str, form: Form) -> Outcome<Self> {
        let data = bench.folder.join(name);
        let mut place = vec![format!("--data-dir={}", data.display())];
        if form.postgres {
            place.push(format!("--database-url={}", databases(bench, name).await?));
        }
        let say = async |words: &[&str], input: &str| {
            let words: Vec<_> = words.iter().copied().chain(place.iter().map(String::as_str)).collect();
            bench.chaoshub(&words, input).await
        };
        let (account, password) = ACCOUNT;
        say(&["account", "create", account, "--password-stdin", "--admin"], password).await?;
        let scopes = format!("--scope={SCOPES}");
        let said = say(&["token", "create", "--account", account, "--workspace", WORKSPACE, &scopes], "").await?;
        Ok(Self { bench, name: name.to_owned(), form, place, data, token: said.trim().to_owned() })
    }

    /// Starts the hub; returns when it says that it listens.
    pub async fn open(&self) -> Outcome<Server> {
        let layout = if self.form.split { "split" } else { "serve" };
        let mut arguments = vec![layout.to_owned(), "--listen=127.0.0.1:0".to_owned()];
        arguments.extend(self.place.clone());
        Server::start(self.bench, self.bench.binary("chaoshub"), &arguments, &format!("{}.log", self.name)).await
    }

    /// Starts the hub, and finds its workspace and the page of it.
    pub async fn start(&self) -> Outcome<Hub> {
        let server = self.open().await?;
        let find = async |path: &str| {
            let begin = Instant::now();
            // The page is made from auth's news, a moment after the first start.
            while begin.elapsed() < PATIENCE {
                let found = get(server.address, &self.token, path).await?;
                if let Some(id) = found.pointer("/items/0/id").and_then(Value::as_str) {
                    return Ok(id.to_owned());
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            Outcome::Err(format!("{path} stays empty").into())
        };
        let workspace = find("/api/v1/workspaces").await?;
        let page = find(&format!("/api/v1/hubs?workspace={WORKSPACE}")).await?;
        Ok(Hub { server, token: self.token.clone(), workspace, page })
    }
}

impl Hub {
    /// The bytes of a request with the token of the loads.
    pub fn request(&self, method: &str, path: &str, body: &Value) -> Vec<u8> {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        request(method, path, &self.token, "", &body)
    }

    /// One request; anything but a 2xx is an error.
    pub async fn ask(&self, method: &str, path: &str, body: &Value) -> Outcome<Value> {
        let mut to = Connection::open(self.server.address).await?;
        read(to.good(&self.request(method, path, body)).await?)
    }

    /// Opens a run from outside, and gives its id.
    pub async fn open_run(&self, title: &str) -> Outcome<String> {
        let now = chrono::Utc::now();
        let id = chaoshub_facade::experiment::RunId::new(now).to_string();
        let body = serde_json::json!({
            "workspace": WORKSPACE, "experiment": {"title": title}, "node": "bench", "started_at": now,
        });
        self.ask("PUT", &format!("/api/v1/runs/{id}"), &body).await?;
        Ok(id)
    }
}

/// Makes databases of that name, one for each service; gives the setting that names them.
async fn databases(bench: &Bench, name: &str) -> Outcome<String> {
    let server = bench.postgres.as_deref().ok_or("PostgreSQL is needed: scripts/postgres run bench/run")?;
    let connection = sea_orm::Database::connect(server).await?;
    for service in ["auth", "launcher", "experiment", "dashboard"] {
        connection.execute_unprepared(&format!("CREATE DATABASE {name}_{service}")).await?;
    }
    connection.close().await?;
    let (server, _) = server.rsplit_once('/').ok_or("the server's address names no database")?;
    Ok(format!("{server}/{name}_{{service}}"))
}

/// A first answer of `/readyz`, asked again and again; the time since `begin`, milliseconds.
pub async fn ready(address: SocketAddr, begin: Instant) -> Outcome<f64> {
    while begin.elapsed() < PATIENCE {
        let answer = Connection::open(address).await?.ask(&request("GET", "/readyz", "", "", "")).await?;
        if answer.status == 200 {
            return Ok(milliseconds(begin.elapsed()));
        }
    }
    Err("the hub does not become ready".into())
}

async fn get(address: SocketAddr, token: &str, path: &str) -> Outcome<Value> {
    read(Connection::open(address).await?.good(&request("GET", path, token, "", "")).await?)
}

/// The JSON of an answer; null where it is none.
fn read(answer: Answer) -> Outcome<Value> {
    Ok(serde_json::from_slice(&answer.body).unwrap_or(Value::Null))
}

impl Bench {
    /// A program that is built beside this one.
    pub fn binary(&self, name: &str) -> PathBuf {
        self.binaries.join(name)
    }

    /// A command on the server's core, with nothing of our environment that could change what it does.
    fn on_server_core(&self, program: &std::path::Path) -> Command {
        let mut command = Command::new("taskset");
        command.args(["-c", &self.server_core]).arg(program).current_dir(&self.folder).kill_on_drop(true);
        self.clean(&mut command);
        command.env("CHAOSHUB_RUNNER_TOOLS_DIR", &self.tools);
        // All browsers of a crowd are one account's here.
        command.env("CHAOSHUB_STREAMS_PER_ACCOUNT", "10000");
        command
    }

    /// Leaves a command only what it needs of our environment.
    pub fn clean(&self, command: &mut Command) {
        command.env_clear().env("HOME", &self.folder).env("LANG", "C.UTF-8");
        command.env("PATH", std::env::var_os("PATH").unwrap_or_else(|| "/usr/bin:/bin".into()));
    }

    /// Runs an operator's command, and gives what it printed.
    async fn chaoshub(&self, arguments: &[&str], input: &str) -> Outcome<String> {
        let mut command = self.on_server_core(&self.binary("chaoshub"));
        let mut child = command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
        let mut stdin = child.stdin.take().ok_or("no standard input")?;
        stdin.write_all(input.as_bytes()).await?;
        drop(stdin);
        let output = child.wait_with_output().await?;
        if !output.status.success() {
            return Err(format!("chaoshub {arguments:?}: {}", String::from_utf8_lossy(&output.stderr)).into());
        }
        Ok(String::from_utf8(output.stdout)?)
    }
}
