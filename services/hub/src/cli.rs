//! Commands and settings. Every setting is also an environment variable; the help is their manual.

use chaoshub_chassis::telemetry::LogFormat;
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::{net::SocketAddr, path::PathBuf};

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
    /// Bring the databases up to date and stop
    Migrate(Place),
    /// Print the OpenAPI document of the public API
    Openapi,
    /// Make accounts, with the hub running or not
    #[command(subcommand)]
    Account(AccountCommand),
    /// Make API tokens, with the hub running or not
    #[command(subcommand)]
    Token(TokenCommand),
    /// Judge journals of `chaos run`: one JSON line for each file
    Verdict(VerdictArgs),
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
}

#[derive(Debug, Clone, Args)]
pub(crate) struct ServeArgs {
    /// Address to listen on
    #[arg(long, env = "CHAOSHUB_LISTEN", value_name = "ADDR:PORT", default_value = "127.0.0.1:8080", value_parser = address)]
    pub(crate) listen: SocketAddr,

    #[command(flatten)]
    pub(crate) place: Place,

    /// Address that people and runs use, such as https://chaos.example.org [default: http://localhost:<port>]
    #[arg(long, env = "CHAOSHUB_PUBLIC_URL", value_name = "URL", value_parser = chaoshub_chassis::origin::parse)]
    pub(crate) public_url: Option<String>,

    /// Seed, once, the organization `demo` with three experiments against the sample target
    #[arg(long, env = "CHAOSHUB_DEMO")]
    pub(crate) demo: bool,

    /// What is logged: a level, or levels of parts such as `info,chaoshub_launcher=debug`
    #[arg(long, env = "CHAOSHUB_LOG", value_name = "FILTER", default_value = "info,sqlx=warn,sea_orm_migration=warn")]
    pub(crate) log: String,

    /// How log lines look
    #[arg(long, env = "CHAOSHUB_LOG_FORMAT", value_name = "FORMAT", default_value = "text")]
    pub(crate) log_format: LogLook,

    #[command(flatten)]
    pub(crate) auth: chaoshub_auth::Config,

    #[command(flatten)]
    pub(crate) experiment: chaoshub_experiment::Config,

    #[command(flatten)]
    pub(crate) launcher: chaoshub_launcher::Config,

    #[command(flatten)]
    pub(crate) dashboard: chaoshub_dashboard::Config,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogLook {
    /// For people
    Text,
    /// One JSON object a line
    Json,
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
