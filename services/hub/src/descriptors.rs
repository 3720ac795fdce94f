//! How many files and connections the process may hold open, and who gets how many of them.

use chaoshub_chassis::http::ConnectionLimits;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Where the system names no limit.
const UNLIMITED: u64 = 1 << 20;

/// Never used for connections, at the least and at the most: databases, pipes to supervisors, journals, questions to other
/// parts. Four SQLite databases of eight connections and three files each are 96.
const RESERVE: (u64, u64) = (192, 1024);

/// What a listener gets however little there is.
const LEAST: usize = 16;

/// The process's limit on open files.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Descriptors(u64);

/// The limits of a process's listeners.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Connections {
    /// What anybody may reach.
    pub(crate) public: ConnectionLimits,
    /// What other parts, or the operator alone, may reach.
    pub(crate) internal: ConnectionLimits,
}

impl Descriptors {
    /// Raises the process's limit on open files to the highest that it may set itself. Jobs get a limit of their own.
    pub(crate) fn raise() -> Self {
        let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
        let highest = maximum.unwrap_or(UNLIMITED).min(UNLIMITED);
        let soft = current.unwrap_or(UNLIMITED);
        if soft >= highest {
            return Self(soft);
        }
        match setrlimit(Resource::Nofile, Rlimit { current: Some(highest), maximum }) {
            Ok(()) => Self(highest),
            Err(cause) => {
                tracing::warn!(limit = soft, error = %cause, "the limit on open files cannot be raised");
                Self(soft)
            }
        }
    }

    /// What the listeners of this process may hold, when `wanted` are wished for.
    pub(crate) fn connections(self, wanted: usize) -> Connections {
        let reserve = (self.0 / 4).clamp(RESERVE.0, RESERVE.1);
        let free = usize::try_from(self.0.saturating_sub(reserve)).unwrap_or(usize::MAX);
        let internal = (free / 4).clamp(LEAST, 1024);
        let public = (free - internal.min(free)).min(wanted).max(LEAST);
        if public < wanted {
            tracing::warn!(
                open_files = self.0,
                connections = public,
                wanted,
                "the limit on open files allows fewer connections than wanted; raise it (LimitNOFILE, ulimit -Hn)"
            );
        }
        // Whoever asks at an internal listener is one of few addresses.
        let internal = ConnectionLimits { per_address: internal, ..ConnectionLimits::of(internal) };
        Connections { public: ConnectionLimits::of(public), internal }
    }
}

impl Connections {
    /// For a process that opens another connection for each that comes in.
    pub(crate) fn in_pairs(self) -> Self {
        let half = |limits: ConnectionLimits| ConnectionLimits::of((limits.total / 2).max(LEAST));
        Self { public: half(self.public), internal: half(self.internal) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_leave_files_to_databases_and_runs() {
        for (files, public) in [(256, 48), (1024, 576), (1 << 20, 10_000)] {
            let connections = Descriptors(files).connections(10_000);
            assert_eq!(connections.public.total, public, "{files}");
            let left = files - (connections.public.total + connections.internal.total) as u64;
            assert!(left >= RESERVE.0, "{files}: {left}");
        }
        assert_eq!(Descriptors(1024).connections(100).public.total, 100);
    }
}
