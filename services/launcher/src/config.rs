//! The settings of the launcher.

use chaoshub_facade::launcher::Limits;
use clap::Args;
use std::{path::PathBuf, time::Duration};

/// Where and how runs are carried out.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
#[command(next_help_heading = "Carrying out runs")]
#[group(id = "launcher")]
pub struct Config {
    /// Folder for jobs and their tools. Unless given, `runner` in the data folder; when the hub is root and other users
    /// cannot get there, a folder of its own below /var/lib/chaoshub.
    #[arg(long, env = "CHAOSHUB_RUNNER_DIR")]
    pub runner_dir: Option<PathBuf>,

    /// Folder for the tools alone, to share them between hubs or bring them along in an image.
    #[arg(long, env = "CHAOSHUB_RUNNER_TOOLS_DIR")]
    pub runner_tools_dir: Option<PathBuf>,

    /// The Python that runs experiments, 3.11 or newer with venv. Unless given, one is looked for.
    #[arg(long, env = "CHAOSHUB_RUNNER_PYTHON")]
    pub runner_python: Option<PathBuf>,

    /// The first of the user ids that jobs are given when the hub is root.
    #[arg(long, env = "CHAOSHUB_RUNNER_UID_BASE", default_value_t = 61_184, value_parser = clap::value_parser!(u32).range(1000..=4_000_000_000))]
    pub runner_uid_base: u32,

    /// How many of them there are: so many jobs can be there at once.
    #[arg(long, env = "CHAOSHUB_RUNNER_UID_COUNT", default_value_t = 4336, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub runner_uid_count: u32,

    /// Folder or file that jobs may read besides the system's programs and libraries. May be given several times.
    #[arg(long, env = "CHAOSHUB_RUNNER_READ", value_delimiter = ':')]
    pub runner_read: Vec<PathBuf>,

    /// Runs jobs as the hub's own user with nothing between them and its keys, even where the kernel has Landlock.
    /// Of no effect for root. Only for a hub whose every user you trust with everything.
    #[arg(long, env = "CHAOSHUB_RUNNER_UNSANDBOXED")]
    pub runner_unsandboxed: bool,

    /// The most time that a job may take, minutes.
    #[arg(long, env = "CHAOSHUB_RUNNER_WALL_CLOCK_MINUTES", default_value_t = 24 * 60, value_parser = clap::value_parser!(u64).range(1..))]
    pub runner_wall_clock_minutes: u64,

    /// The most address space that a job may have, MiB. Unless given, as much as there is.
    #[arg(long, env = "CHAOSHUB_RUNNER_MEMORY_MIB", value_parser = clap::value_parser!(u64).range(64..))]
    pub runner_memory_mib: Option<u64>,

    /// How long a job that is over its time may play its rollbacks before it is cut, seconds.
    #[arg(long, env = "CHAOSHUB_RUNNER_GRACE_SECONDS", default_value_t = 30)]
    pub runner_grace_seconds: u64,

    /// How much of what a job prints is kept, MiB.
    #[arg(long, env = "CHAOSHUB_RUNNER_LOG_MIB", default_value_t = 16, value_parser = clap::value_parser!(u64).range(1..=1024))]
    pub runner_log_mib: u64,
}

impl Default for Config {
    /// What the help says. The users are those that systemd keeps for such purposes (UIDS-GIDS: 61184 to 65519).
    fn default() -> Self {
        Self {
            runner_dir: None,
            runner_tools_dir: None,
            runner_python: None,
            runner_uid_base: 61_184,
            runner_uid_count: 4336,
            runner_read: Vec::new(),
            runner_unsandboxed: false,
            runner_wall_clock_minutes: 24 * 60,
            runner_memory_mib: None,
            runner_grace_seconds: 30,
            runner_log_mib: 16,
        }
    }
}

impl Config {
    /// The most that any job may use.
    #[must_use]
    pub fn ceilings(&self) -> Ceilings {
        Ceilings {
            wall_clock: Duration::from_secs(self.runner_wall_clock_minutes.saturating_mul(60)),
            memory_bytes: self.runner_memory_mib.map(|mib| mib.saturating_mul(1 << 20)),
        }
    }
}

/// The most that any job may use, whatever is asked for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ceilings {
    /// Time.
    pub wall_clock: Duration,
    /// Address space; none for no limit.
    pub memory_bytes: Option<u64>,
}

impl Ceilings {
    /// Holds down what is asked for.
    #[must_use]
    pub fn hold(self, asked: Limits) -> Limits {
        let memory_bytes = asked.memory_bytes.into_iter().chain(self.memory_bytes).min();
        Limits { wall_clock: asked.wall_clock.min(self.wall_clock), memory_bytes, ..asked }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        launcher: Config,
    }

    #[test]
    fn settings_not_given_are_the_documented_ones() {
        assert_eq!(Line::parse_from(["chaoshub"]).launcher, Config::default());
    }

    #[test]
    fn a_job_gets_no_more_than_the_ceiling() {
        let ceilings = Ceilings { wall_clock: Duration::from_secs(60), memory_bytes: Some(100) };
        let held = ceilings.hold(Limits { wall_clock: Duration::from_secs(61), memory_bytes: None, ..Limits::default() });
        assert_eq!((held.wall_clock, held.memory_bytes), (Duration::from_secs(60), Some(100)));
        let modest = Limits { wall_clock: Duration::from_secs(5), memory_bytes: Some(7), ..Limits::default() };
        assert_eq!(ceilings.hold(modest.clone()), modest);
    }
}
