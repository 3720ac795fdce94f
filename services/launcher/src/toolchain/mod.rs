//! The Python environment that `chaos` lives in: found Python, locked requirements, our control module. Made once for
//! each lock and wheel, shared by every job that can only read it.

mod install;
mod python;

use crate::{control_wheel, place, spawner::Tools};
use sha2::{Digest, Sha256};
use std::{
    io,
    path::{Path, PathBuf},
};

pub use python::Audience;
pub(crate) use python::first_shut;

/// A finished environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Toolchain {
    /// The virtual environment; its programs are in `bin`.
    pub dir: PathBuf,
    /// Where its Python lives, when that is outside `/usr`.
    python_home: Option<PathBuf>,
}

impl Toolchain {
    /// What a job is given of it.
    #[must_use]
    pub fn tools(&self) -> Tools {
        let read = [self.dir.clone()].into_iter().chain(self.python_home.clone()).collect();
        Tools { path: vec![self.dir.join("bin")], read }
    }
}

/// How to make it.
#[derive(Debug, Clone)]
pub struct Recipe {
    /// Environments are made in `tools` below this folder.
    pub dir: PathBuf,
    /// The Python to use; none to look for one.
    pub python: Option<PathBuf>,
    /// Who must be able to run it.
    pub audience: Audience,
}

/// Why there is none. It may be tried again; each text is a sentence for a person.
#[derive(Debug, thiserror::Error)]
pub enum ToolchainError {
    /// No Python will do.
    #[error("{0}")]
    NoPython(String),
    /// A step failed.
    #[error("{step} failed: {said}")]
    Step {
        /// What was being done.
        step: &'static str,
        /// The last of what was said about it.
        said: String,
    },
    /// The disk did not play along.
    #[error("the folder of the tools cannot be written: {0}")]
    Disk(#[from] io::Error),
}

/// Makes the environment below `dir` with whatever Python is found, for everybody on this machine, or takes the one
/// that is there. Safe to call from many processes at once: one makes it, the others wait.
///
/// # Errors
/// [`ToolchainError`], after which it may be called again.
pub async fn prepare(dir: &Path) -> Result<Toolchain, ToolchainError> {
    let audience = if rustix::process::geteuid().is_root() { Audience::Everybody } else { Audience::Ourselves };
    prepare_by(&Recipe { dir: dir.to_owned(), python: None, audience }).await
}

/// The same by a recipe.
///
/// # Errors
/// [`ToolchainError`], after which it may be called again.
pub async fn prepare_by(recipe: &Recipe) -> Result<Toolchain, ToolchainError> {
    let python = python::find(recipe).await?;
    let tools = folder(recipe)?;
    let requirements = control_wheel::requirements();
    let name = format!("chaos-{}", digest(&requirements, &python));
    install::install(&tools, &name, &python, &requirements).await?;
    let python_home = (!python.home.starts_with("/usr")).then(|| python.home.clone());
    Ok(Toolchain { dir: tools.join(name), python_home })
}

/// The folder of environments; those who are to run them get there, whatever our umask is.
fn folder(recipe: &Recipe) -> io::Result<PathBuf> {
    let tools = recipe.dir.join("tools");
    place::make(&tools, recipe.audience == Audience::Everybody)?;
    std::fs::canonicalize(tools)
}

/// Names an environment by everything that goes into it, so that another lock, wheel or Python makes another one.
fn digest(requirements: &str, python: &python::Python) -> String {
    let mut hash = Sha256::new();
    for part in [
        requirements.as_bytes(),
        control_wheel::bytes(),
        python.program.as_os_str().as_encoded_bytes(),
        python.version.as_bytes(),
    ] {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    hex::encode(&hash.finalize()[..8])
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{fs, os::unix::fs::PermissionsExt};

    #[test]
    fn who_is_to_run_the_tools_gets_to_them() {
        for (audience, mode) in [(Audience::Everybody, 0o711), (Audience::Ourselves, 0o700)] {
            let dir = tempfile::tempdir().unwrap();
            let recipe = Recipe { dir: dir.path().join("new"), python: None, audience };
            let tools = folder(&recipe).unwrap();
            for made in [tools.as_path(), &recipe.dir] {
                assert_eq!(fs::metadata(made).unwrap().permissions().mode() & 0o777, mode, "{}", made.display());
            }
        }
    }
}
