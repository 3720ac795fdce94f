//! The parts that can run in processes of their own, and which public addresses are whose.

use clap::ValueEnum;
use std::fmt;

/// What `--only` can name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, ValueEnum)]
pub(crate) enum Part {
    /// Accounts, sign-in, workspaces, roles, tokens
    Auth,
    /// Starts runs; asks auth
    Launcher,
    /// Experiments and runs; asks auth and launcher
    Experiment,
    /// Hubs and the live stream; asks auth and experiment
    Dashboard,
    /// The pages for people; asks nobody
    Web,
}

/// First segments of public paths, and whose they are; everything else is the pages'.
const PREFIXES: [(&str, Part); 15] = [
    ("/.well-known/jwks.json", Part::Auth),
    ("/api/v1/accounts", Part::Auth),
    ("/api/v1/auth", Part::Auth),
    ("/api/v1/me", Part::Auth),
    ("/api/v1/organizations", Part::Auth),
    ("/api/v1/tokens", Part::Auth),
    ("/api/v1/workspaces", Part::Auth),
    ("/api/v1/experiments", Part::Experiment),
    ("/api/v1/journals", Part::Experiment),
    ("/api/v1/runs", Part::Experiment),
    ("/api/v1/runs.csv", Part::Experiment),
    ("/api/v1/hubs", Part::Dashboard),
    ("/api/v1/stream", Part::Dashboard),
    ("/api/v1/widget-kinds", Part::Dashboard),
    ("/api/v1/widgets", Part::Dashboard),
];

impl Part {
    /// Every part.
    pub(crate) const ALL: [Self; 5] = [Self::Auth, Self::Launcher, Self::Experiment, Self::Dashboard, Self::Web];

    /// The part as it is written.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Auth => "auth",
            Self::Launcher => "launcher",
            Self::Experiment => "experiment",
            Self::Dashboard => "dashboard",
            Self::Web => "web",
        }
    }

    /// Whose a public path is.
    pub(crate) fn of_path(path: &str) -> Self {
        let below = |prefix: &str| path.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        PREFIXES.iter().find(|(prefix, _)| below(prefix)).map_or(Self::Web, |(_, part)| *part)
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_public_operation_is_reached_by_the_prefix_of_its_service() {
        let documents = [
            (Part::Auth, chaoshub_auth::openapi()),
            (Part::Experiment, chaoshub_experiment::openapi()),
            (Part::Dashboard, chaoshub_dashboard::openapi()),
            (Part::Web, crate::clients::router().into_openapi()),
        ];
        for (part, document) in documents {
            assert!(!document.paths.paths.is_empty());
            for path in document.paths.paths.keys() {
                assert_eq!(Part::of_path(path), part, "{path}");
            }
        }
        for path in ["/", "/demo/demo/runs", "/api/v1/runsome", "/api/v1", "/assets/x.js"] {
            assert_eq!(Part::of_path(path), Part::Web, "{path}");
        }
    }
}
