//! The settings of the service.

use chrono::TimeDelta;
use std::time::Duration;

/// Settings of experiments and runs.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Runs")]
#[group(id = "experiment")]
pub struct Config {
    /// Longest time that a run may take, in seconds; then it is stopped
    #[arg(long = "run-wall-clock", env = "CHAOSHUB_RUN_WALL_CLOCK", value_name = "SECONDS", default_value = "3600", value_parser = seconds)]
    pub run_wall_clock: Duration,

    /// Silence after which a run from outside counts as lost, in seconds
    #[arg(long = "run-lost-after", env = "CHAOSHUB_RUN_LOST_AFTER", value_name = "SECONDS", default_value = "120", value_parser = seconds)]
    pub run_lost_after: Duration,

    /// Events that one run may have at the most; more of them are refused
    #[arg(long = "run-events", env = "CHAOSHUB_RUN_EVENTS", value_name = "COUNT", default_value = "1000000", value_parser = clap::value_parser!(i64).range(1000..))]
    pub run_events: i64,

    /// Address at which the hub's own runs reach it, where that is not the one that people use, such as
    /// http://experiment:8080 in a cluster [default: the public address]
    #[arg(long = "run-url", env = "CHAOSHUB_RUN_URL", value_name = "URL", value_parser = chaoshub_chassis::origin::parse)]
    pub run_url: Option<String>,

    /// Names of environment variables of the hub that its runs may see, separated by commas
    #[arg(long = "run-env", env = "CHAOSHUB_RUN_ENV", value_name = "NAMES", value_delimiter = ',')]
    pub run_env: Vec<String>,

    /// Largest journal or upload that is accepted, in bytes
    #[arg(long = "journal-limit", env = "CHAOSHUB_JOURNAL_LIMIT", value_name = "BYTES", default_value = "33554432")]
    pub journal_limit: usize,

    /// Most documents of runs from outside that a workspace keeps as experiments and versions that nobody has adopted
    #[arg(long = "outside-documents", env = "CHAOSHUB_OUTSIDE_DOCUMENTS", value_name = "COUNT", default_value = "1000")]
    pub outside_documents: u64,
}

/// A run is written down as heard of at most this often: it says "still here" every second.
const SEEN_EVERY: TimeDelta = TimeDelta::seconds(5);

impl Config {
    /// How old the last sign of life may become before the next one is written down.
    pub(crate) fn seen_every(&self) -> TimeDelta {
        SEEN_EVERY.min(self.lost_after() / 4)
    }

    pub(crate) fn lost_after(&self) -> TimeDelta {
        TimeDelta::from_std(self.run_lost_after).unwrap_or(TimeDelta::MAX)
    }
}

fn seconds(text: &str) -> Result<Duration, String> {
    match text.parse::<u64>() {
        Ok(0) => Err("give at least one second".to_owned()),
        Ok(seconds) => Ok(Duration::from_secs(seconds)),
        Err(_) => Err("give a whole number of seconds".to_owned()),
    }
}
