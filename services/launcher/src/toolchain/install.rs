//! Making a virtual environment in its final place, because its scripts name that place. A marker says that it is whole.

use super::{ToolchainError, python::Python};
use crate::control_wheel;
use rustix::fs::{FlockOperation, flock};
use std::{
    env,
    fs::{self, File, Permissions},
    io,
    os::unix::fs::PermissionsExt,
    path::Path,
    time::{Duration, Instant},
};
use tokio::process::Command;

/// Says that an environment is whole.
const COMPLETE: &str = ".complete";

/// What pip needs to know of the machine: mirrors, proxies, certificates. Nothing of the hub's own settings.
const PASSED_ON: [&str; 11] = [
    "HOME",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "NO_PROXY",
    "http_proxy",
    "https_proxy",
    "no_proxy",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "REQUESTS_CA_BUNDLE",
    "TMPDIR",
];

/// How often to look whether another process is done making the same environment.
const LOOK_AGAIN: Duration = Duration::from_millis(100);

/// Makes `tools/name`, unless it is there.
pub(super) async fn install(tools: &Path, name: &str, python: &Python, requirements: &str) -> Result<(), ToolchainError> {
    let dir = tools.join(name);
    if dir.join(COMPLETE).exists() {
        return Ok(());
    }
    let _alone = alone(&tools.join(format!(".{name}.lock"))).await?;
    if dir.join(COMPLETE).exists() {
        return Ok(());
    }
    let began = Instant::now();
    tracing::info!(tools.dir = %dir.display(), python.version = python.version, "preparing the tools that runs need; this takes a moment the first time");
    if dir.exists() {
        fs::remove_dir_all(&dir)?;
    }
    let sources = tools.join(format!(".{name}.sources"));
    fs::create_dir_all(&sources)?;
    fs::write(sources.join("requirements.txt"), requirements)?;
    fs::write(sources.join(control_wheel::file_name()), control_wheel::bytes())?;
    fill(&dir, &sources, &python.program).await?;
    fs::remove_dir_all(&sources)?;
    let open = dir.clone();
    tokio::task::spawn_blocking(move || open_to_everybody(&open)).await.map_err(io::Error::other)??;
    fs::write(dir.join(COMPLETE), "")?;
    tracing::info!(tools.dir = %dir.display(), duration_ms = began.elapsed().as_millis(), "the tools that runs need are ready");
    Ok(())
}

async fn fill(dir: &Path, sources: &Path, python: &Path) -> Result<(), ToolchainError> {
    step("making a virtual environment", Command::new(python).args(["-I", "-m", "venv"]).arg(dir)).await?;
    let inside = dir.join("bin/python");
    let pip = || {
        let mut command = Command::new(&inside);
        command.args(["-I", "-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check", "--no-compile"]);
        command
    };
    // One dependency is published as source only; its code runs while it is built, but it is the code that was locked.
    let locked = ["--require-hashes", "--prefer-binary", "--requirement"];
    step("installing Chaos Toolkit", pip().args(locked).arg(sources.join("requirements.txt"))).await?;
    let wheel = sources.join(control_wheel::file_name());
    step("installing the control module", pip().args(["--no-deps", "--no-index"]).arg(wheel)).await?;
    // Jobs cannot write here, so without this each one would compile everything anew.
    let compile = ["-I", "-m", "compileall", "-q", "-j", "0"];
    step("compiling the tools", Command::new(&inside).args(compile).arg(dir.join("lib"))).await?;
    step("starting chaos", Command::new(dir.join("bin/chaos")).args(["--no-version-check", "--no-log-file", "--help"])).await
}

async fn step(step: &'static str, command: &mut Command) -> Result<(), ToolchainError> {
    command.env_clear().env("PATH", "/usr/local/bin:/usr/bin:/bin").env("LANG", "C.UTF-8").current_dir("/").kill_on_drop(true);
    for (name, value) in env::vars_os() {
        let passed = name.to_str().is_some_and(|name| PASSED_ON.contains(&name) || name.starts_with("PIP_"));
        if passed {
            command.env(name, value);
        }
    }
    let output = command.output().await.map_err(|error| ToolchainError::Step { step, said: error.to_string() })?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let last = said.lines().rev().find(|line| line.starts_with("ERROR")).or_else(|| said.lines().next_back());
    Err(ToolchainError::Step { step, said: last.unwrap_or("it did not say why").to_owned() })
}

/// Waits to be the only process that makes this environment.
async fn alone(path: &Path) -> io::Result<File> {
    let file = File::options().create(true).truncate(false).write(true).open(path)?;
    loop {
        match flock(&file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => return Ok(file),
            Err(rustix::io::Errno::WOULDBLOCK) => tokio::time::sleep(LOOK_AGAIN).await,
            Err(errno) => return Err(errno.into()),
        }
    }
}

/// Lets every user read it, whatever our own umask is; what is a program stays one.
fn open_to_everybody(path: &Path) -> io::Result<()> {
    let meta = fs::symlink_metadata(path)?;
    if meta.is_symlink() {
        return Ok(());
    }
    let program = meta.is_dir() || meta.permissions().mode() & 0o100 != 0;
    fs::set_permissions(path, Permissions::from_mode(if program { 0o755 } else { 0o644 }))?;
    if meta.is_dir() {
        for entry in fs::read_dir(path)? {
            open_to_everybody(&entry?.path())?;
        }
    }
    Ok(())
}
