//! The supervisor: a small process beside each job that outlives the hub. It starts the job shut in, keeps its
//! limits, hears stops, writes down how it ended. It knows a folder and nothing else.

mod confine;
mod control;
mod fence;
mod folder;
mod keeper;
pub(crate) mod kin;
mod log;

use clap::Args;
use std::{
    io::{self, Write},
    path::PathBuf,
    process::ExitCode,
};

pub(crate) use control::{Ask, ask, call};
pub(crate) use folder::{Fence, FenceNeed, Folder, Phase, Spec, Standing, write_private};

/// The arguments of the hidden command `supervise`.
#[derive(Debug, Clone, Args)]
pub struct SuperviseArgs {
    /// The job's folder.
    #[arg(long)]
    dir: PathBuf,
    /// Become the job instead of watching it; the supervisor starts itself once more with this.
    #[arg(long, hide = true)]
    confine: bool,
}

/// Watches over the job whose folder is given until it has ended. Call it first thing in `main`, outside of any
/// runtime: it makes its own, and the second form changes the rights of the calling thread.
#[must_use]
pub fn supervise(args: &SuperviseArgs) -> ExitCode {
    let folder = Folder::new(&args.dir);
    if args.confine {
        return confine::confine(&folder);
    }
    match keeper::keep(&folder) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Standard error is the supervisor's log in the job's folder.
            let _log_full = writeln!(io::stderr(), "the supervisor gave up: {error}");
            ExitCode::FAILURE
        }
    }
}
