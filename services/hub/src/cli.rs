//! Commands and settings. Every setting is also an environment variable; the help is their manual.

use crate::{lint, part::Part};
use chaoshub_chassis::{
    db::{self, DatabaseUrl},
    origin,
    telemetry::LogFormat,
};
use clap::{Args, Parser, Subcommand, ValueEnum};
use secrecy::SecretString;
use std::{fmt, net::SocketAddr, path::PathBuf};

/// The hub where a team practises chaos engineering.
///
/// Keeps Chaos Toolkit experiments, runs them safely, shows every run live, and says in plain words what it proved.
#[derive(Debug, Parser)]
#[command(name = "chaoshub", version, after_help = "Begin with `chaoshub serve`, then open the address that it prints.")]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Start the hub
    Serve(Box<ServeArgs>),
    /// Start the hub split: each part in a process of its own, with relays between them that experiments can disturb
    Split(SplitArgs),
    /// Bring the databases up to date and stop
    Migrate(Place),
    /// Copy everything that the hub keeps into a new folder, with the hub running or not
    #[command(after_help = BACKUP_HELP)]
    Backup(BackupArgs),
    /// Put a backup in place, or one database of it, while the hub is stopped
    #[command(after_help = RESTORE_HELP)]
    Restore(RestoreArgs),
    /// Print the OpenAPI document of the public API
    Openapi,
    /// Make accounts and set passwords, with the hub running or not
    #[command(subcommand)]
    Account(AccountCommand),
    /// Make API tokens, with the hub running or not
    #[command(subcommand)]
    Token(TokenCommand),
    /// Judge journals of `chaos run`: one JSON line for each file
    Verdict(VerdictArgs),
    /// Check experiments: one JSON line for each finding; fails when Chaos Toolkit would refuse one
    #[command(after_help = lint::HELP)]
    Lint(lint::LintArgs),
    /// Serve the small shop that the demo's experiments attack
    Target(TargetArgs),
    /// Ask the hub that runs here whether it is ready: the health check of a container
    Health(HealthArgs),
    /// Prepare the tools of runs and stop: for images that bring them along
    Tools(ToolsArgs),
    /// Watch over one job; the hub calls this itself
    #[command(hide = true)]
    Supervise(chaoshub_launcher::SuperviseArgs),
}

/// Where the hub keeps what it knows.
#[derive(Debug, Clone, Args)]
pub(crate) struct Place {
    /// Folder of databases, keys and journals
    #[arg(long, env = "CHAOSHUB_DATA_DIR", value_name = "DIR", default_value = "data")]
    pub(crate) data_dir: PathBuf,

    /// Databases on a PostgreSQL server, such as postgres://user:password@host/chaoshub_{service}, where {service} stands
    /// for auth, launcher, experiment and dashboard [default: SQLite files in the data folder]
    #[arg(long, env = "CHAOSHUB_DATABASE_URL", value_name = "URL", hide_env_values = true)]
    pub(crate) database_url: Option<DatabaseUrl>,
}

impl Place {
    /// Where the databases of these services are.
    pub(crate) fn databases(&self, services: &[&str]) -> Result<db::Place, String> {
        db::Place::of(&self.data_dir, self.database_url.as_ref(), services)
    }
}

/// The folders that make up an installation on SQLite.
#[derive(Debug, Clone, Args)]
pub(crate) struct Folders {
    #[command(flatten)]
    pub(crate) place: Place,

    /// Folder of the signing key and the installation's id [default: keys in the data folder]
    #[arg(long, env = "CHAOSHUB_KEYS_DIR", value_name = "DIR")]
    pub(crate) keys_dir: Option<PathBuf>,

    /// Folder of journals and logs [default: objects in the data folder]
    #[arg(long, env = "CHAOSHUB_OBJECTS_DIR", value_name = "DIR")]
    pub(crate) objects_dir: Option<PathBuf>,
}

impl Folders {
    pub(crate) fn keys(&self) -> PathBuf {
        self.keys_dir.clone().unwrap_or_else(|| self.place.data_dir.join("keys"))
    }

    pub(crate) fn objects(&self) -> PathBuf {
        self.objects_dir.clone().unwrap_or_else(|| self.place.data_dir.join("objects"))
    }

    /// Refuses what databases on a server have tools of their own for.
    pub(crate) fn on_sqlite(&self, what: &str) -> Result<(), String> {
        match self.place.database_url {
            None => Ok(()),
            Some(_) => Err(format!(
                "the databases are on a PostgreSQL server, so {what} them with pg_dump and pg_restore (dashboard first, then \
                 experiment, launcher, auth), and copy the folders of keys and objects after them; docs/OPERATIONS.md, \
                 \"Backup of PostgreSQL\", has the commands"
            )),
        }
    }
}

const BACKUP_HELP: &str = "\
The backup holds the four databases, the keys, the journals and logs, and `backup.json`, a list of all files with their \
sizes and SHA-256. The databases are copied by SQLite at one moment each and checked; nobody who works on the hub is held \
up. The folder gets its name when it is whole, so one that has this name can be trusted. Runs that go on are in it as far \
as they have come. It holds secrets: the signing key, and the digests of passwords and tokens.

Every night, from cron, as the user of the hub:
  chaoshub backup --data-dir /srv/chaoshub /backup/chaoshub-$(date +%F)
To try one without touching the hub, restore it elsewhere and start it on another port:
  chaoshub restore /backup/chaoshub-2026-12-01 --data-dir /tmp/trial
  chaoshub serve --data-dir /tmp/trial --listen 127.0.0.1:9090";

const RESTORE_HELP: &str = "\
Every file is compared with the list that was made with the backup before anything is changed. A folder in use by a hub is \
refused, and one that holds something unless you give --replace; then what was there is set aside, not deleted. Runs that \
went on when the backup was made are found lost at the next start. What parts of the hub have read of each other and the \
backup does not know is noticed, said in the log, and read again, so that nothing new is missed.

After losing everything:
  chaoshub restore /backup/chaoshub-2026-12-01 --data-dir /srv/chaoshub
When only the database of runs is damaged:
  chaoshub restore /backup/chaoshub-2026-12-01 --data-dir /srv/chaoshub --only experiment --replace";

#[derive(Debug, Args)]
pub(crate) struct BackupArgs {
    /// Folder to make; it must not exist
    #[arg(value_name = "TO")]
    pub(crate) to: PathBuf,

    #[command(flatten)]
    pub(crate) folders: Folders,
}

#[derive(Debug, Args)]
pub(crate) struct RestoreArgs {
    /// Folder that `chaoshub backup` has made
    #[arg(value_name = "FROM")]
    pub(crate) from: PathBuf,

    /// Restore the database of this service alone, and the journals that are missing
    #[arg(long, value_name = "SERVICE", value_parser = crate::compose::SERVICES)]
    pub(crate) only: Option<String>,

    /// Set aside what is there already
    #[arg(long)]
    pub(crate) replace: bool,

    #[command(flatten)]
    pub(crate) folders: Folders,
}

#[derive(Debug, Clone, Args)]
pub(crate) struct ServeArgs {
    /// Address to listen on
    #[arg(long, env = "CHAOSHUB_LISTEN", value_name = "ADDR:PORT", default_value = "127.0.0.1:8080", value_parser = address)]
    pub(crate) listen: SocketAddr,

    #[command(flatten)]
    pub(crate) place: Place,

    /// Folder of the signing key and the installation's id, which replicas share [default: keys in the data folder]
    #[arg(long, env = "CHAOSHUB_KEYS_DIR", value_name = "DIR")]
    pub(crate) keys_dir: Option<PathBuf>,

    /// Folder of journals and logs, which replicas share [default: objects in the data folder]
    #[arg(long, env = "CHAOSHUB_OBJECTS_DIR", value_name = "DIR")]
    pub(crate) objects_dir: Option<PathBuf>,

    /// Address that people and runs use, such as https://chaos.example.org [default: http://localhost:<port>]
    #[arg(long, env = "CHAOSHUB_PUBLIC_URL", value_name = "URL", value_parser = origin::parse)]
    pub(crate) public_url: Option<String>,

    /// Connections that are held at once, as far as the process may open files; idle ones make room for new ones
    #[arg(long, env = "CHAOSHUB_CONNECTION_LIMIT", value_name = "COUNT", default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(16..))]
    pub(crate) connection_limit: u32,

    /// Seed, once, the organization `demo` with three experiments against the sample target
    #[arg(long, env = "CHAOSHUB_DEMO")]
    pub(crate) demo: bool,

    /// Start although the database of this service is a new one, and its data are gone; give it once, after you have looked
    #[arg(long, value_name = "SERVICE", value_parser = crate::compose::SERVICES)]
    pub(crate) accept_empty: Vec<String>,

    #[command(flatten)]
    pub(crate) logging: Logging,

    /// Run this part alone, and reach the others by URL [default: all of them in one process]
    #[arg(long, env = "CHAOSHUB_ONLY", value_name = "PART", requires = "internal_key")]
    pub(crate) only: Option<Part>,

    #[command(flatten)]
    pub(crate) peers: Peers,

    /// End at once when standard input ends: for the processes that `chaoshub split` starts
    #[arg(long, hide = true)]
    pub(crate) until_stdin_ends: bool,

    #[command(flatten)]
    pub(crate) auth: chaoshub_auth::Config,

    #[command(flatten)]
    pub(crate) experiment: chaoshub_experiment::Config,

    #[command(flatten)]
    pub(crate) launcher: chaoshub_launcher::Config,

    #[command(flatten)]
    pub(crate) dashboard: chaoshub_dashboard::Config,
}

/// What is said in the log, and how.
#[derive(Debug, Clone, Args)]
pub(crate) struct Logging {
    /// What is logged: a level, or levels of parts such as `info,chaoshub_launcher=debug`
    #[arg(long, env = "CHAOSHUB_LOG", value_name = "FILTER", default_value = "info,sqlx=warn,sea_orm_migration=warn")]
    pub(crate) log: String,

    /// How log lines look
    #[arg(long, env = "CHAOSHUB_LOG_FORMAT", value_name = "FORMAT", default_value = "text")]
    pub(crate) log_format: LogLook,
}

/// Where the other parts are, when each runs in a process of its own.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Split in several processes")]
pub(crate) struct Peers {
    /// Address for what the other parts ask, with --only; keep it from everybody else
    #[arg(long, env = "CHAOSHUB_INTERNAL_LISTEN", value_name = "ADDR:PORT", default_value = "127.0.0.1:8081", value_parser = address)]
    pub(crate) internal_listen: SocketAddr,

    /// Secret of 32 characters or more that the parts of one installation share
    #[arg(long, env = "CHAOSHUB_INTERNAL_KEY", value_name = "SECRET", hide_env_values = true, value_parser = internal_key)]
    pub(crate) internal_key: Option<SecretString>,

    /// Internal address of auth, such as http://auth:8081
    #[arg(long, env = "CHAOSHUB_AUTH_URL", value_name = "URL", value_parser = origin::parse)]
    pub(crate) auth_url: Option<String>,

    /// Internal address of launcher
    #[arg(long, env = "CHAOSHUB_LAUNCHER_URL", value_name = "URL", value_parser = origin::parse)]
    pub(crate) launcher_url: Option<String>,

    /// Internal address of experiment
    #[arg(long, env = "CHAOSHUB_EXPERIMENT_URL", value_name = "URL", value_parser = origin::parse)]
    pub(crate) experiment_url: Option<String>,
}

/// Everything else that `serve` knows is taken from the environment.
#[derive(Debug, Clone, Args)]
pub(crate) struct SplitArgs {
    /// Address to listen on
    #[arg(long, env = "CHAOSHUB_LISTEN", value_name = "ADDR:PORT", default_value = "127.0.0.1:8080", value_parser = address)]
    pub(crate) listen: SocketAddr,

    #[command(flatten)]
    pub(crate) place: Place,

    /// Address that people and runs use, such as https://chaos.example.org [default: http://localhost:<port>]
    #[arg(long, env = "CHAOSHUB_PUBLIC_URL", value_name = "URL", value_parser = origin::parse)]
    pub(crate) public_url: Option<String>,

    /// Connections that are held at once, as far as the process may open files; idle ones make room for new ones
    #[arg(long, env = "CHAOSHUB_CONNECTION_LIMIT", value_name = "COUNT", default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(16..))]
    pub(crate) connection_limit: u32,

    /// Seed, once, the organization `demo`, with experiments on the hub itself too
    #[arg(long, env = "CHAOSHUB_DEMO")]
    pub(crate) demo: bool,

    /// Start although the database of this service is a new one, and its data are gone; give it once, after you have looked
    #[arg(long, value_name = "SERVICE", value_parser = crate::compose::SERVICES)]
    pub(crate) accept_empty: Vec<String>,

    /// Address where the relays between the parts are disturbed; keep it from everybody else
    #[arg(long, value_name = "ADDR:PORT", default_value = "127.0.0.1:0", value_parser = address)]
    pub(crate) relays_listen: SocketAddr,

    #[command(flatten)]
    pub(crate) logging: Logging,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogLook {
    /// For people
    Text,
    /// One JSON object a line
    Json,
}

/// As it is given.
impl fmt::Display for LogLook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Text => "text",
            Self::Json => "json",
        })
    }
}

impl From<LogLook> for LogFormat {
    fn from(look: LogLook) -> Self {
        match look {
            LogLook::Text => Self::Text,
            LogLook::Json => Self::Json,
        }
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum AccountCommand {
    /// Make an account with an organization and a workspace of its own
    Create {
        /// Its name: lower-case letters, digits and hyphens
        name: String,
        /// Read the password from standard input
        #[arg(long, required = true)]
        password_stdin: bool,
        /// Let it administer the installation
        #[arg(long)]
        admin: bool,
        #[command(flatten)]
        place: Place,
    },
    /// Give an account a new password and end all of its sessions, for an owner who has forgotten the old one
    Password {
        /// Its name
        name: String,
        /// Read the password from standard input
        #[arg(long, required = true)]
        password_stdin: bool,
        #[command(flatten)]
        place: Place,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum TokenCommand {
    /// Make an API token and print it, and nothing else, on standard output
    Create {
        /// Whose token it is
        #[arg(long, value_name = "NAME")]
        account: String,
        /// The workspace that it is good for
        #[arg(long, value_name = "ORG/WORKSPACE")]
        workspace: String,
        /// What it may do; may be repeated
        #[arg(long = "scope", value_name = "SCOPE", required = true, value_delimiter = ',')]
        scopes: Vec<chaoshub_kernel::Scope>,
        /// When it ends, such as 90d or 12h [default: never]
        #[arg(long, value_name = "TIME", value_parser = lifetime)]
        expires: Option<chrono::TimeDelta>,
        #[command(flatten)]
        place: Place,
    },
}

#[derive(Debug, Args)]
pub(crate) struct VerdictArgs {
    /// Journals
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct TargetArgs {
    /// Address to listen on
    #[arg(long, env = "CHAOSHUB_TARGET_LISTEN", value_name = "ADDR:PORT", default_value = "127.0.0.1:8090", value_parser = address)]
    pub(crate) listen: SocketAddr,
}

#[derive(Debug, Args)]
pub(crate) struct HealthArgs {
    /// Address that the hub listens on
    #[arg(long, env = "CHAOSHUB_LISTEN", value_name = "ADDR:PORT", default_value = "127.0.0.1:8080", value_parser = address)]
    pub(crate) listen: SocketAddr,
}

#[derive(Debug, Args)]
pub(crate) struct ToolsArgs {
    /// Folder for the tools
    #[arg(long, env = "CHAOSHUB_RUNNER_TOOLS_DIR", value_name = "DIR")]
    pub(crate) runner_tools_dir: PathBuf,

    /// The Python that runs experiments, 3.11 or newer with venv. Unless given, one is looked for
    #[arg(long, env = "CHAOSHUB_RUNNER_PYTHON", value_name = "PROGRAM")]
    pub(crate) runner_python: Option<PathBuf>,
}

fn address(text: &str) -> Result<SocketAddr, String> {
    text.parse().map_err(|_| "give an address and a port, such as 127.0.0.1:8080 or [::1]:8080".to_owned())
}

fn internal_key(text: &str) -> Result<SecretString, String> {
    const SHORTEST: usize = 32;
    match text.len() >= SHORTEST {
        true => Ok(text.into()),
        false => Err(format!("give {SHORTEST} characters or more, such as `openssl rand -hex 32` prints")),
    }
}

fn lifetime(text: &str) -> Result<chrono::TimeDelta, String> {
    let wrong = || "give a number and d, h or m, such as 90d".to_owned();
    let unit = text.chars().last().ok_or_else(wrong)?;
    let count: i64 = text[..text.len() - unit.len_utf8()].parse().map_err(|_| wrong())?;
    let span = match unit {
        'd' => chrono::TimeDelta::try_days(count),
        'h' => chrono::TimeDelta::try_hours(count),
        'm' => chrono::TimeDelta::try_minutes(count),
        _ => None,
    };
    span.filter(|span| *span > chrono::TimeDelta::zero()).ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }

    #[test]
    fn times_are_read_with_their_unit() {
        assert_eq!(lifetime("90d"), Ok(chrono::TimeDelta::days(90)));
        assert_eq!(lifetime("5m"), Ok(chrono::TimeDelta::minutes(5)));
        for wrong in ["", "d", "0d", "-1d", "90", "9w", "1é"] {
            assert!(lifetime(wrong).is_err(), "{wrong}");
        }
    }
}
