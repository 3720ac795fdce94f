//! What news can be about. News say selectors, widget kinds say selectors, and the index joins the two.

use chaoshub_facade::experiment::ExperimentId;
use chaoshub_kernel::WorkspaceId;
use std::fmt;

/// One thing that news can be about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Selector {
    /// Any run of a workspace.
    WorkspaceRuns(WorkspaceId),
    /// The experiments of a workspace.
    WorkspaceExperiments(WorkspaceId),
    /// The activities of a workspace.
    WorkspaceActivity(WorkspaceId),
    /// One experiment itself.
    Experiment(ExperimentId),
    /// The runs of one experiment.
    ExperimentRuns(ExperimentId),
}

impl fmt::Display for Selector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::WorkspaceRuns(id) => write!(f, "workspace:{id}/runs"),
            Self::WorkspaceExperiments(id) => write!(f, "workspace:{id}/experiments"),
            Self::WorkspaceActivity(id) => write!(f, "workspace:{id}/activity"),
            Self::Experiment(id) => write!(f, "experiment:{id}"),
            Self::ExperimentRuns(id) => write!(f, "experiment:{id}/runs"),
        }
    }
}
