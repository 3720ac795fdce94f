//! The rules of the launcher: who may ask, what a job's row and its process have to do with each other.

mod local;
mod reconcile;
mod tooling;

pub(crate) use local::LocalLauncher;
pub use tooling::Tooling;
pub(crate) use tooling::prepare;

/// What is wanted of a job. Later ones ask for less of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Wanted {
    /// That it runs until it ends.
    Running,
    /// That it is killed, however often that takes.
    Stopped,
    /// That its folder is removed.
    Released,
}
