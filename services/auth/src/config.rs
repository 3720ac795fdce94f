//! The settings of auth.

mod configured;
mod network;
mod providers;

pub use configured::{Configured, Dialect};
pub use network::Network;
pub use providers::{Providers, SignUp};

use clap::Args;

/// How people sign in, and for how long.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Signing in")]
#[group(id = "auth")]
pub struct Config {
    /// Days until somebody signed in must sign in again, however busy.
    #[arg(long, env = "CHAOSHUB_SESSION_DAYS", default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..=365))]
    pub session_days: u32,

    /// Days of silence after which somebody signed in must sign in again.
    #[arg(long, env = "CHAOSHUB_SESSION_IDLE_DAYS", default_value_t = 14, value_parser = clap::value_parser!(u32).range(1..=365))]
    pub session_idle_days: u32,

    /// Memory that hashing one password takes, KiB. More makes a stolen database harder to break and signing in
    /// heavier; passwords keep the settings that they were hashed with.
    #[arg(long, env = "CHAOSHUB_PASSWORD_MEMORY_KIB", default_value_t = 19_456, value_parser = clap::value_parser!(u32).range(8..=1_048_576))]
    pub password_memory_kib: u32,

    /// Passes over that memory.
    #[arg(long, env = "CHAOSHUB_PASSWORD_PASSES", default_value_t = 2, value_parser = clap::value_parser!(u32).range(1..=100))]
    pub password_passes: u32,

    /// Wrong passwords that one account may be given from one network address, or from one browser that it has signed in
    /// from, within the window before they have to wait there.
    #[arg(long, env = "CHAOSHUB_SIGN_IN_ATTEMPTS", default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..))]
    pub sign_in_attempts: u32,

    /// Failed attempts from one network address within the window. Behind a reverse proxy everybody has the
    /// proxy's address unless it is named with --trusted-proxies.
    #[arg(long, env = "CHAOSHUB_SIGN_IN_ATTEMPTS_PER_ADDRESS", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..))]
    pub sign_in_attempts_per_address: u32,

    /// The window for both, minutes.
    #[arg(long, env = "CHAOSHUB_SIGN_IN_WINDOW_MINUTES", default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=1440))]
    pub sign_in_window_minutes: u32,

    /// Proxies whose header X-Forwarded-For is believed: addresses or networks such as 10.0.0.0/8, with commas between.
    #[arg(long, env = "CHAOSHUB_TRUSTED_PROXIES", value_name = "NETWORKS", value_delimiter = ',')]
    pub trusted_proxies: Vec<Network>,

    /// Where people may come from.
    #[command(flatten)]
    pub providers: Providers,
}

impl Default for Config {
    /// What the help says. The cost of a password is OWASP's advice for Argon2id (Password Storage Cheat Sheet).
    fn default() -> Self {
        Self {
            session_days: 30,
            session_idle_days: 14,
            password_memory_kib: 19_456,
            password_passes: 2,
            sign_in_attempts: 10,
            sign_in_attempts_per_address: 100,
            sign_in_window_minutes: 5,
            trusted_proxies: Vec::new(),
            providers: Providers::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::{CommandFactory, FromArgMatches, Parser};

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        auth: Config,
    }

    #[test]
    fn settings_not_given_are_the_documented_ones() {
        let read = Line::command().get_matches_from(["chaoshub"]);
        let read = Line::from_arg_matches(&read).unwrap().auth;
        assert_eq!(format!("{read:?}"), format!("{:?}", Config::default()));
    }
}
