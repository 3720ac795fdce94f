//! Every promise of the launcher. The tests' own program is also the supervisor, so what is tested is the real one:
//! each promise of the spawner is kept as root, with a user for each job, and as nobody, behind Landlock.

#![expect(clippy::unwrap_used, reason = "a test says what is wrong by panicking")]

mod contract;
mod place;
mod process;
mod service;
mod spawner;
mod tools;
mod unstarted;

use chaoshub_launcher::{SuperviseArgs, supervise};
use chaoshub_testkit::database::on_postgres;
use clap::Parser;
use futures::future::BoxFuture;
use libtest_mimic::{Arguments, Failed, Trial};
use place::{Place, ProcessPlace};
use std::{
    fs,
    future::Future,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Command, ExitCode},
    sync::Arc,
};

/// What this program can be besides the tests.
#[derive(Parser)]
enum Role {
    /// The supervisor of a job.
    Supervise(SuperviseArgs),
    /// A supervisor where no fence can be raised any more.
    Smothered {
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// Somebody who starts a job and waits to be killed.
    Starter {
        #[arg(long)]
        dir: PathBuf,
    },
}

type Check = fn(Arc<dyn Place>) -> BoxFuture<'static, ()>;
type Promise = (&'static str, Check);

/// Names promises and how to check them, from functions over a place.
macro_rules! promises {
    ($module:ident: $($name:ident),* $(,)?) => {
        [$({
            let check: $crate::Check = |place| Box::pin($module::$name(place));
            (concat!(stringify!($module), "::", stringify!($name)), check)
        }),*]
    };
}
pub(crate) use promises;

fn main() -> ExitCode {
    if let Ok(role) = Role::try_parse() {
        return match role {
            Role::Supervise(args) => supervise(&args),
            Role::Smothered { arguments } => process::be_smothered(&arguments),
            Role::Starter { dir } => process::be_a_starter(&dir),
        };
    }
    let arguments = Arguments::from_args();
    let shared = tempfile::tempdir().expect("a temporary folder");
    let mut trials = Vec::new();
    let promises = spawner::PROMISES
        .into_iter()
        .chain(process::PROMISES)
        .chain(tools::PROMISES)
        .chain(service::PROMISES)
        .chain(unstarted::PROMISES);
    for (name, check) in promises.chain(contract::PROMISES_HERE).chain(contract::PROMISES_ELSEWHERE) {
        if is_root() {
            let cannot = beyond_the_database(name);
            trials.push(Trial::test(format!("as_root::{name}"), move || keep(check)).with_ignored_flag(cannot));
            let shared = shared.path().to_owned();
            let cannot = cannot || beyond_the_kernel(name);
            let trial = Trial::test(format!("as_nobody::{name}"), move || {
                if name.contains("tools") {
                    // Nobody could not write them where they are kept.
                    block_on(tools::prepared());
                }
                keep_as_nobody(&shared, name)
            });
            trials.push(trial.with_ignored_flag(cannot));
        } else {
            let cannot = beyond_the_database(name) || beyond_the_kernel(name);
            trials.push(Trial::test(format!("as_self::{name}"), move || keep(check)).with_ignored_flag(cannot));
        }
    }
    if is_root() {
        give_program_to_everybody(shared.path());
    } else if !arguments.exact {
        // Listed as ignored, by name: giving each job a user of its own needs root.
        trials.push(Trial::test("as_root::every_promise", || Ok(())).with_ignored_flag(true));
    }
    libtest_mimic::run(&arguments, trials).exit_code()
}

/// Before Linux 6.12 Landlock keeps no signal from another process of the same user; docs/SECURITY.md says so.
fn beyond_the_kernel(name: &str) -> bool {
    let release = rustix::system::uname().release().to_string_lossy().into_owned();
    let mut numbers = release.split(['.', '-']).map(|part| part.parse::<u32>().unwrap_or(0));
    let kernel = (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0));
    name.ends_with("a_job_can_touch_no_process_outside") && kernel < (6, 12)
}

/// On SQLite a process is alone, and no lease is ever another's.
fn beyond_the_database(name: &str) -> bool {
    name.ends_with("who_has_slept_through_the_end_of_its_lease_gives_no_job_up") && !on_postgres()
}

fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

fn keep(check: Check) -> Result<(), Failed> {
    block_on(async move { check(Arc::new(ProcessPlace::new())).await });
    Ok(())
}

/// Runs a future on a runtime of its own.
pub(crate) fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Runtime::new().expect("a runtime").block_on(future)
}

/// The test's program may lie where only we can reach it.
fn give_program_to_everybody(shared: &Path) {
    let program = std::env::current_exe().expect("the path of this program");
    fs::set_permissions(shared, fs::Permissions::from_mode(0o755)).expect("a folder for everybody");
    fs::copy(program, shared.join("tests")).expect("a copy of this program");
}

fn keep_as_nobody(shared: &Path, name: &str) -> Result<(), Failed> {
    let output = Command::new("setpriv")
        .args(["--reuid=65534", "--regid=65534", "--clear-groups", "--inh-caps=-all", "--bounding-set=-all"])
        .arg(shared.join("tests"))
        .args(["--exact", &format!("as_self::{name}")])
        .current_dir("/")
        .env_remove("TMPDIR")
        .output()
        .map_err(|error| format!("setpriv (util-linux) is needed: {error}"))?;
    let printed = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    if output.status.success() && printed.contains("1 passed") { Ok(()) } else { Err(printed.into()) }
}
