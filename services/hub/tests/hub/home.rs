//! A folder of a test's own with a hub in it: starting the binary, killing it, starting it again, and leaving nothing behind.

use crate::{
    ask::{Asker, PASSWORD},
    kin,
    wait::{until, within},
};
use chaoshub_testkit::database::{on_postgres, url_for};
use rustix::process::Signal;
use serde_json::json;
use std::{
    fs::{self, File, Permissions},
    net::TcpListener,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Output, Stdio},
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};
use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    process::{Child, Command},
    sync::OnceCell,
};

/// The binary that is tested.
const PROGRAM: &str = env!("CARGO_BIN_EXE_chaoshub");

/// The services with databases.
const SERVICES: &[&str] = &["auth", "launcher", "experiment", "dashboard"];

/// Users for the jobs of one hub; more than any test runs at once.
const USERS: u32 = 20;

/// The same folder that the launcher's own tests use, so that the tools are made once.
pub fn tools_dir() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("chaos-tools")
}

/// The folder of a finished environment with `chaos` and the control module; made by whoever comes first.
pub async fn tools() -> &'static Path {
    static TOOLS: OnceCell<PathBuf> = OnceCell::const_new();
    TOOLS.get_or_init(|| async { chaoshub_launcher::toolchain::prepare(&tools_dir()).await.unwrap().dir }).await
}

/// How the hub is laid out: `serve`, all of it in one process, or `split`, each part in its own behind a front door.
/// Each promise is kept in both: the tests are run once with each.
pub fn layout() -> &'static str {
    match std::env::var("CHAOSHUB_TEST_LAYOUT").as_deref() {
        Err(_) | Ok("serve") => "serve",
        Ok("split") => "split",
        Ok(other) => panic!("CHAOSHUB_TEST_LAYOUT is `serve` or `split`, not `{other}`"),
    }
}

/// How many experiments the demo has: three on a shop, and two on the hub itself where it is split.
pub fn demo_experiments(layout: &str) -> usize {
    if layout == "split" { 5 } else { 3 }
}

/// A folder for everything that one test leaves.
pub struct Home {
    folder: TempDir,
    settings: Vec<(String, String)>,
}

impl Home {
    /// An empty one.
    pub fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let folder = tempfile::Builder::new().prefix("hub-test-").tempdir().unwrap();
        // Users of jobs must be able to pass, as in a real data folder.
        fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).unwrap();
        // Hubs on one machine must not give the same user to two jobs; neither must two runs of these tests.
        let mine = (std::process::id() % 100_000) * 1000 + COUNT.fetch_add(1, Ordering::Relaxed) * USERS;
        let settings = [
            ("CHAOSHUB_RUNNER_UID_BASE", (1_000_000 + mine).to_string()),
            ("CHAOSHUB_RUNNER_UID_COUNT", USERS.to_string()),
            ("CHAOSHUB_RUNNER_TOOLS_DIR", tools_dir().to_str().unwrap().to_owned()),
            // What hashing costs is tested elsewhere.
            ("CHAOSHUB_PASSWORD_MEMORY_KIB", "64".to_owned()),
            ("CHAOSHUB_PASSWORD_PASSES", "1".to_owned()),
        ];
        let mut settings: Vec<_> = settings.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        if on_postgres() {
            settings.push(("CHAOSHUB_DATABASE_URL".to_owned(), url_for(SERVICES)));
        }
        Self { folder, settings }
    }

    /// For several hubs on one PostgreSQL, which share keys, journals and the folder of jobs.
    pub fn of_replicas() -> Self {
        let home = Self::new();
        let shared = |name: &str| home.path().join(name).to_str().unwrap().to_owned();
        let (keys, objects, runner) = (shared("keys"), shared("objects"), shared("runner"));
        let home = home.with("CHAOSHUB_KEYS_DIR", &keys).with("CHAOSHUB_OBJECTS_DIR", &objects);
        let home = home.with("CHAOSHUB_RUNNER_DIR", &runner);
        if on_postgres() { home } else { home.with("CHAOSHUB_DATABASE_URL", &url_for(SERVICES)) }
    }

    /// With one more environment variable for everything that is started here.
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.settings.push((name.to_owned(), value.to_owned()));
        self
    }

    /// What an environment variable is for everything that is started here.
    pub fn setting(&self, name: &str) -> Option<&str> {
        self.settings.iter().rev().find(|(set, _)| set == name).map(|(_, value)| value.as_str())
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// The data folder of its hub.
    pub fn data(&self) -> PathBuf {
        self.path().join("data")
    }

    /// `chaoshub` with these arguments, not started yet: here, and knowing nothing of the tester's own settings.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(PROGRAM);
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_str().is_some_and(|name| name.starts_with("CHAOSHUB_"))) {
            command.env_remove(name);
        }
        command.args(arguments).current_dir(self.path()).stdin(Stdio::null()).kill_on_drop(true);
        command.env("CHAOSHUB_DATA_DIR", self.data()).envs(self.settings.iter().cloned());
        command
    }

    /// Runs a command of the operator's to its end.
    pub async fn run(&self, arguments: &[&str]) -> Said {
        Said::from(tokio::time::timeout(Duration::from_secs(60), self.command(arguments).output()).await.unwrap().unwrap())
    }

    /// The same with something on its standard input.
    pub async fn run_with_input(&self, arguments: &[&str], input: &str) -> Said {
        let mut command = self.command(arguments);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).await.unwrap();
        Said::from(tokio::time::timeout(Duration::from_secs(60), child.wait_with_output()).await.unwrap().unwrap())
    }

    /// Starts the hub with its demo on a free port.
    pub async fn hub(&self) -> Hub {
        self.hub_on("127.0.0.1:0").await
    }

    /// Starts the hub with its demo on an address.
    pub async fn hub_on(&self, listen: &str) -> Hub {
        self.laid_out(layout(), listen).await
    }

    /// Starts the hub with its demo on a free port, with more arguments.
    pub async fn hub_with(&self, arguments: &[&str]) -> Hub {
        let command = self.command(&[&[layout(), "--demo", "--listen", "127.0.0.1:0"], arguments].concat());
        self.start(layout(), command).await
    }

    /// Starts a hub that is split, whatever the layout of the other tests.
    pub async fn split(&self) -> Hub {
        self.laid_out("split", "127.0.0.1:0").await
    }

    /// The same with more settings.
    pub async fn split_with(&self, arguments: &[&str]) -> Hub {
        self.start("split", self.command(&[&["split", "--demo", "--listen", "127.0.0.1:0"], arguments].concat())).await
    }

    /// Starts a hub from a shell that does this first, such as `ulimit -n 300`.
    pub async fn hub_after(&self, first: &str) -> Hub {
        let like = self.command(&[]);
        let mut command = Command::new("sh");
        let start = format!("{first}; exec {PROGRAM} serve --demo --listen 127.0.0.1:0");
        command.args(["-c", &start]).current_dir(self.path()).stdin(Stdio::null()).kill_on_drop(true);
        for (name, value) in like.as_std().get_envs() {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        self.start("serve", command).await
    }

    /// Starts `chaoshub` with these arguments, whatever comes of it.
    pub fn begin(&self, arguments: &[&str]) -> Child {
        self.begun(self.command(arguments))
    }

    fn begun(&self, mut command: Command) -> Child {
        let log = File::options().create(true).append(true).open(self.log()).unwrap();
        command.stdout(Stdio::piped()).stderr(log).spawn().unwrap()
    }

    /// Starts one of several hubs on a free port, with a data folder of its own, behind a public address.
    pub async fn replica(&self, name: &str, public_url: &str) -> Hub {
        let mut command = self.command(&["serve", "--demo", "--listen", "127.0.0.1:0", "--public-url", public_url]);
        command.env("CHAOSHUB_DATA_DIR", self.path().join(name));
        self.start("serve", command).await
    }

    async fn laid_out(&self, layout: &str, listen: &str) -> Hub {
        self.start(layout, self.command(&[layout, "--demo", "--listen", listen])).await
    }

    async fn start(&self, layout: &str, command: Command) -> Hub {
        let mut child = self.begun(command);
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let hello = tokio::time::timeout(Duration::from_secs(60), lines.next_line()).await.unwrap().unwrap();
        let hello = hello.unwrap_or_else(|| panic!("the hub did not start: {}", self.said()));
        let address = hello.split("(listening on ").nth(1).unwrap().trim_end_matches(')').to_owned();
        assert!(hello.starts_with("ChaosHub is ready at http://localhost:"), "{hello}");
        let mut relays = None;
        if layout == "split" {
            let line = tokio::time::timeout(Duration::from_secs(10), lines.next_line()).await.unwrap().unwrap().unwrap();
            let url = line.split_once(" to ").unwrap().1.split_once("/relays/").unwrap().0;
            relays = Some(format!("{url}/relays"));
        }
        Hub { child, lines, address, relays }
    }

    /// What its hubs have logged.
    pub fn said(&self) -> String {
        fs::read_to_string(self.log()).unwrap_or_default()
    }

    fn log(&self) -> PathBuf {
        self.path().join("hub.log")
    }
}

impl Drop for Home {
    /// Ends what a test has started here and what that has started, also when the test has failed.
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("--- the hub's log\n{}---", self.said());
        }
        for _ in 0..100 {
            let left = kin::below(self.folder.path());
            if left.is_empty() {
                break;
            }
            for pid in left {
                kin::send(pid, Signal::KILL);
            }
            std::thread::yield_now();
        }
    }
}

/// A hub that runs; killed when it is dropped.
pub struct Hub {
    child: Child,
    lines: tokio::io::Lines<BufReader<tokio::process::ChildStdout>>,
    address: String,
    relays: Option<String>,
}

impl Hub {
    /// Sets the relay before a part of a hub that is split, such as `{"mode": "silent"}`.
    pub async fn relay(&self, part: &str, mode: &serde_json::Value) {
        let url = format!("{}/{part}", self.relays.as_ref().unwrap());
        assert!(reqwest::Client::new().post(url).json(mode).send().await.unwrap().status().is_success());
    }

    /// `127.0.0.1:port`.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Its process.
    pub fn pid(&self) -> i32 {
        i32::try_from(self.child.id().unwrap()).unwrap()
    }

    /// The setup code that it printed after its first line.
    pub async fn setup_code(&mut self) -> String {
        let read = async {
            loop {
                let line = self.lines.next_line().await.unwrap().expect("a hub that nobody has an account on prints a code");
                if let Some(code) = line.strip_prefix("    ") {
                    return code.to_owned();
                }
            }
        };
        tokio::time::timeout(Duration::from_secs(30), read).await.unwrap()
    }

    /// Somebody without credentials.
    pub fn stranger(&self) -> Asker {
        Asker::new(&self.address)
    }

    /// The first administrator, `ada`, owner of `demo`, signed in as a browser.
    pub async fn ada(&mut self) -> Asker {
        let code = self.setup_code().await;
        let stranger = self.stranger();
        let reply = stranger.post("/api/v1/auth/setup", &json!({"code": code, "name": "ada", "password": PASSWORD})).await;
        let ada = stranger.with_cookies_of(&reply.is(201));
        if self.relays.is_some() {
            // A hub that is split is ready before its demo is, and before each part knows that auth is there.
            let made = async || {
                let kept = ada.get("/api/v1/experiments?workspace=demo/demo").await;
                let made = kept.json["items"].as_array().is_some_and(|kept| kept.len() == demo_experiments("split"));
                (made && ada.get("/api/v1/hubs?workspace=demo/demo").await.status == 200).then_some(())
            };
            until("the demo is made", made).await;
        }
        ada
    }

    /// `ada` again, after a restart.
    pub async fn ada_again(&self) -> Asker {
        let stranger = self.stranger();
        let reply = stranger.post("/api/v1/auth/sign-in", &json!({"name": "ada", "password": PASSWORD})).await;
        stranger.with_cookies_of(&reply.is(200))
    }

    /// Ends it as a power cut would.
    pub async fn kill(mut self) {
        self.child.kill().await.unwrap();
    }

    /// Asks it to end, and says with which code it did.
    pub async fn terminate(mut self, time: Duration) -> Option<i32> {
        kin::send(self.pid(), Signal::TERM);
        within(time, "the hub ends", async || self.child.try_wait().unwrap()).await.code()
    }

    /// What it prints until it ends, besides what was read before.
    pub async fn rest_of_output(mut self) -> String {
        kin::send(self.pid(), Signal::TERM);
        let mut rest = String::new();
        while let Some(line) = self.lines.next_line().await.unwrap() {
            rest += &line;
        }
        until("the hub ends", async || self.child.try_wait().unwrap()).await;
        rest
    }
}

/// What a command said.
#[derive(Debug)]
pub struct Said {
    /// Its exit code.
    pub code: i32,
    /// Its standard output.
    pub out: String,
    /// Its standard error.
    pub err: String,
}

impl Said {
    /// Itself, when it went well.
    pub fn well(self) -> Self {
        assert_eq!(self.code, 0, "{self:?}");
        self
    }
}

impl From<Output> for Said {
    fn from(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Self { code: output.status.code().unwrap_or(-1), out: text(output.stdout), err: text(output.stderr) }
    }
}

/// An address for a hub that will be started again: its port is below those that the system gives away by itself.
pub fn kept_address() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let first = std::process::id() % 80 * 100;
    let addresses = (0..200).map(|_| format!("127.0.0.1:{}", 20_000 + first + NEXT.fetch_add(1, Ordering::Relaxed)));
    addresses.into_iter().find(|address| TcpListener::bind(address).is_ok()).expect("a free port")
}

/// The sample target, from the same binary; ends with its folder.
pub struct Target {
    _child: Child,
    /// `http://127.0.0.1:port`.
    pub url: String,
}

impl Home {
    /// Starts a sample target.
    pub async fn target(&self) -> Target {
        let mut child = self.command(&["target", "--listen", "127.0.0.1:0"]).stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let hello = tokio::time::timeout(Duration::from_secs(30), lines.next_line()).await.unwrap().unwrap().unwrap();
        let url = hello.strip_prefix("The sample target is ready at ").unwrap().to_owned();
        Target { _child: child, url }
    }
}
