//! Measures the real hub beside bare references, and prints one table. Started by `bench/run`, on the load's core.

mod client;
mod load;
mod reference;
mod rows;
mod seed;
mod server;
mod table;

use std::{path::PathBuf, process::ExitCode, time::Instant};

/// What may go wrong here is only ever told.
type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// Where and on what is measured.
pub struct Bench {
    /// A temporary folder; `bench/run` removes it.
    folder: PathBuf,
    /// The tools of runs, kept between benches.
    tools: PathBuf,
    /// The folder of the programs.
    binaries: PathBuf,
    server_core: String,
    /// A server of databases, where `scripts/postgres` runs us.
    postgres: Option<String>,
}

fn main() -> ExitCode {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let done = runtime.map_err(Into::into).and_then(|runtime| {
        runtime.block_on(async {
            match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
                ["reference", folder] => reference::serve(folder.as_ref()).await,
                [folder, server_core, ref only @ ..] => measure(folder, server_core, only).await,
                _ => Err("started by bench/run".into()),
            }
        })
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("bench: {why}");
            ExitCode::FAILURE
        }
    }
}

/// All rows, or those of the groups that are named. One that cannot be measured does not keep the others from it.
async fn measure(folder: &str, server_core: &str, only: &[&str]) -> Outcome<()> {
    let program = std::env::current_exe()?;
    let binaries = program.parent().ok_or("this program lies nowhere")?.to_owned();
    let target = binaries.parent().ok_or("this program lies nowhere")?;
    let bench = Bench {
        folder: folder.into(),
        tools: target.join("bench-tools"),
        server_core: server_core.to_owned(),
        binaries: binaries.clone(),
        postgres: std::env::var("CHAOSHUB_TEST_POSTGRES_URL").ok(),
    };
    let (mut table, mut failures) = (Vec::new(), Vec::new());
    macro_rules! group {
        ($name:ident) => {
            if only.is_empty() || only.contains(&stringify!($name)) {
                let begin = Instant::now();
                match rows::$name::rows(&bench).await {
                    Ok(mut rows) => table.append(&mut rows),
                    Err(why) => failures.push(format!("{} could not be measured: {why}", stringify!($name))),
                }
                eprintln!("    {} took {:.0} s", stringify!($name), begin.elapsed().as_secs_f64());
            }
        };
    }
    group!(start);
    group!(stream);
    group!(runs);
    group!(control);
    group!(api);
    group!(ingest);
    group!(growth);
    group!(sign_in);
    group!(layouts);
    table::print(&table);
    if failures.is_empty() { Ok(()) } else { Err(failures.join("\n       ").into()) }
}
