//! The processes of a split hub: `chaoshub serve --only <part>`, each started, listened to, and started again when it ends.

use super::{Doors, pulse::Pulses, relay::Relay};
use crate::{cli::SplitArgs, compose, part::Part};
use rustix::process::{Pid, Signal, kill_process};
use std::{collections::HashMap, ffi::OsString, net::SocketAddr, process::Stdio, sync::Arc, time::Duration};
use tokio::{
    io::{AsyncBufReadExt, BufReader, Lines},
    process::{ChildStdin, ChildStdout, Command},
    sync::{oneshot, watch},
};
use tokio_util::sync::CancellationToken;

/// Before a part that has ended is started again.
const PAUSE: Duration = Duration::from_millis(500);

/// How long a part may take to end; it gives what is open ten seconds itself.
const GRACE: Duration = Duration::from_secs(12);

/// What every part is started with.
#[derive(Clone)]
pub(super) struct Settings {
    arguments: Arc<Vec<OsString>>,
    environment: Arc<HashMap<&'static str, String>>,
    code: Arc<watch::Sender<Option<String>>>,
}

impl Settings {
    /// The same for all; only `--only` differs. A key of their own is made unless one is set.
    pub(super) fn new(args: &SplitArgs, public_url: &str, control: SocketAddr, relays: &HashMap<Part, Arc<Relay>>) -> Self {
        let mut arguments: Vec<OsString> = ["--listen", "127.0.0.1:0", "--internal-listen", "127.0.0.1:0"].map(Into::into).into();
        arguments.extend(["--until-stdin-ends".into(), "--public-url".into(), public_url.into()]);
        arguments.extend(["--data-dir".into(), args.place.data_dir.clone().into()]);
        arguments.extend(args.demo.then(|| "--demo".into()));
        let mut environment = HashMap::new();
        for (part, relay) in relays {
            let name = match part {
                Part::Auth => "CHAOSHUB_AUTH_URL",
                Part::Launcher => "CHAOSHUB_LAUNCHER_URL",
                _ => "CHAOSHUB_EXPERIMENT_URL",
            };
            environment.insert(name, format!("http://{}", relay.address()));
        }
        environment.insert("CHAOSHUB_LOG", args.logging.log.clone());
        environment.insert("CHAOSHUB_LOG_FORMAT", args.logging.log_format.to_string());
        if let Some(url) = &args.place.database_url {
            environment.insert("CHAOSHUB_DATABASE_URL", url.as_given().to_owned());
        }
        // The front door, which tells where a request came from.
        let others = std::env::var("CHAOSHUB_TRUSTED_PROXIES").map_or(String::new(), |proxies| format!(",{proxies}"));
        environment.insert("CHAOSHUB_TRUSTED_PROXIES", format!("127.0.0.1{others}"));
        if std::env::var_os("CHAOSHUB_INTERNAL_KEY").is_none() {
            environment.insert("CHAOSHUB_INTERNAL_KEY", compose::fresh_internal_key());
        }
        if args.demo {
            // The demo's experiments on the hub itself ask for these, as they do for the sample target.
            const FOR_RUNS: &str = "CHAOSHUB_DEMO_RELAYS,CHAOSHUB_DEMO_HUB";
            let others = std::env::var("CHAOSHUB_RUN_ENV").map_or(String::new(), |names| format!(",{names}"));
            environment.insert("CHAOSHUB_DEMO_RELAYS", format!("http://{control}/relays"));
            environment.insert("CHAOSHUB_DEMO_HUB", public_url.to_owned());
            environment.insert("CHAOSHUB_RUN_ENV", format!("{FOR_RUNS}{others}"));
        }
        Self { arguments: Arc::new(arguments), environment: Arc::new(environment), code: Arc::default() }
    }

    /// Prints the code for the first administrator as `chaoshub serve` does, each time that auth says one: one that is
    /// started again has another.
    pub(super) async fn say_codes(self) {
        let mut codes = self.code.subscribe();
        codes.mark_changed();
        while codes.changed().await.is_ok() {
            if let Some(code) = codes.borrow_and_update().as_deref() {
                crate::serve::say_code(code);
            }
        }
    }
}

/// One part, in whatever process it runs at the moment.
pub(super) struct Child {
    part: Part,
    settings: Settings,
    doors: Arc<Doors>,
    relay: Option<Arc<Relay>>,
    pulses: Pulses,
}

/// A process that has said where it listens.
struct Running {
    process: tokio::process::Child,
    /// Held: when it is closed, the process ends.
    _stdin: Option<ChildStdin>,
}

impl Child {
    pub(super) const fn new(
        part: Part,
        settings: Settings,
        doors: Arc<Doors>,
        relay: Option<Arc<Relay>>,
        pulses: Pulses,
    ) -> Self {
        Self { part, settings, doors, relay, pulses }
    }

    /// Starts it again whenever it has ended, until told to stop.
    pub(super) async fn keep(self, stop: CancellationToken) {
        while !stop.is_cancelled() {
            // One that is still starting when all are told to stop is not waited for.
            let Some(started) = stop.run_until_cancelled(self.start()).await else { return };
            match started {
                Ok(mut running) => tokio::select! {
                    ended = running.process.wait() => {
                        self.doors[&self.part].send_replace(None);
                        tracing::warn!(part = %self.part, exit = ?ended.ok(), "a part has ended; it is started again");
                    }
                    () = self.pulses.lost(self.part) => {
                        self.doors[&self.part].send_replace(None);
                        tracing::error!(part = %self.part, "a part has not moved for a minute; it is killed and started again");
                        let _gone = running.process.kill().await;
                    }
                    () = stop.cancelled() => return end(running).await,
                },
                Err(why) => tracing::error!(part = %self.part, error = why, "a part does not start"),
            }
            stop.clone().run_until_cancelled_owned(tokio::time::sleep(PAUSE)).await;
        }
    }

    async fn start(&self) -> Result<Running, String> {
        let program = std::env::current_exe().map_err(|cause| cause.to_string())?;
        let mut command = Command::new(program);
        command.args(["serve", "--only", self.part.as_str()]).args(&*self.settings.arguments).envs(&*self.settings.environment);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true);
        let mut process = command.spawn().map_err(|cause| cause.to_string())?;
        let stdin = process.stdin.take();
        let output = process.stdout.take().ok_or("it has no output")?;
        let (said, hears) = oneshot::channel();
        tokio::spawn(self.settings.clone().listen(BufReader::new(output).lines(), said));
        let (public, internal) = hears.await.map_err(|_| "it ended without saying where it listens".to_owned())?;
        if let (Some(relay), Some(internal)) = (&self.relay, internal) {
            relay.lead_to(internal);
        }
        self.pulses.moves(self.part);
        self.doors[&self.part].send_replace(Some(public));
        Ok(Running { process, _stdin: stdin })
    }
}

type Addresses = (SocketAddr, Option<SocketAddr>);

impl Settings {
    /// Reads what a part prints: perhaps the code for the first administrator, then where it listens.
    async fn listen(self, mut lines: Lines<BufReader<ChildStdout>>, said: oneshot::Sender<Addresses>) {
        let mut said = Some(said);
        while let Ok(Some(line)) = lines.next_line().await {
            if let Some(code) = line.strip_prefix("    ") {
                self.code.send_replace(Some(code.to_owned()));
            } else if let Some(addresses) = addresses(&line)
                && let Some(said) = said.take()
            {
                let _nobody_waits = said.send(addresses);
            }
        }
    }
}

fn addresses(line: &str) -> Option<Addresses> {
    let (_, rest) = line.split_once("(listening on ")?;
    let rest = rest.strip_suffix(')')?;
    match rest.split_once(", inside on ") {
        Some((public, internal)) => Some((public.parse().ok()?, internal.parse().ok())),
        None => Some((rest.parse().ok()?, None)),
    }
}

/// Asks a process to end, and makes it when it does not.
async fn end(mut running: Running) {
    if let Some(pid) = running.process.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw) {
        let _gone = kill_process(pid, Signal::TERM);
    }
    if tokio::time::timeout(GRACE, running.process.wait()).await.is_err() {
        let _gone = running.process.kill().await;
    }
}

/// Waits until every part has said where it listens.
pub(super) async fn all_ready(doors: &Doors) {
    for door in doors.values() {
        let mut open = door.subscribe();
        let _address = open.wait_for(Option::is_some).await;
    }
}
