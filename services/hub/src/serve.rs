//! `chaoshub serve`: opens the door last and closes it first.

use crate::{cli::ServeArgs, compose, descriptors::Descriptors, files, operate, part::Part, restore};
use chaoshub_chassis::{Ctx, http, origin, tasks::Tasks, telemetry};
use chaoshub_kernel::SystemClock;
use secrecy::ExposeSecret;
use std::{
    io::Read,
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
};

/// How long open requests and background tasks may take to end.
const GRACE: Duration = Duration::from_secs(10);

/// How often measurements are folded into numbers.
const METRICS_EVERY: Duration = Duration::from_secs(5);

/// Starts everything, serves until told to stop, stops everything. Runs that go on are left to their supervisors.
pub(crate) async fn serve(args: ServeArgs) -> Result<(), String> {
    telemetry::log_to_stderr(args.logging.log_format.into(), &args.logging.log)?;
    telemetry::metrics();
    let descriptors = Descriptors::raise();
    if args.until_stdin_ends {
        std::thread::spawn(end_with_stdin);
    }
    let only = args.only;
    let databases = args.place.databases(&compose::services(only))?;
    let data_dir = prepare(&args.place.data_dir)?;
    let own = |given: &Option<PathBuf>, name: &str| given.clone().unwrap_or_else(|| data_dir.join(name));
    let (keys_dir, objects_dir) = (own(&args.keys_dir, "keys"), own(&args.objects_dir, "objects"));
    for shared in [&keys_dir, &objects_dir] {
        files::make_with_parents(shared, 0o700)?;
    }
    let listener = bind(args.listen, "--listen or CHAOSHUB_LISTEN").await?;
    let address = listener.local_addr().map_err(|cause| cause.to_string())?;
    let internal_listener = match only {
        Some(_) => Some(bind(args.peers.internal_listen, "--internal-listen or CHAOSHUB_INTERNAL_LISTEN").await?),
        None => None,
    };
    let public_url =
        args.public_url.clone().map_or_else(|| origin::parse(&format!("http://localhost:{}", address.port())), Ok)?;
    let ctx = Ctx {
        clock: Arc::new(SystemClock),
        databases,
        keys_dir,
        objects_dir,
        data_dir,
        public_url: public_url.as_str().into(),
        internal_key: match &args.peers.internal_key {
            Some(key) => key.expose_secret().into(),
            None => compose::fresh_internal_key().into(),
        },
        tasks: Tasks::new(),
    };
    telemetry::keep_metrics(&ctx.tasks, METRICS_EVERY);
    let connections = descriptors.connections(args.connection_limit as usize);
    let _mine = Lock::take_all(&ctx.data_dir, only).await?;
    if only.is_none() {
        operate::tie(&ctx.databases, &args.accept_empty).await?;
    }
    let house = compose::house(&ctx, args).await?;
    let stopping = ctx.tasks.stopping();
    let mut internal_address = None;
    if let (Some(router), Some(listener)) = (house.internal, internal_listener) {
        internal_address = listener.local_addr().ok();
        let end = stopping.clone();
        ctx.tasks.spawn_to_end(http::serve("internal", listener, router, connections.internal, end));
    }
    say_hello(only, &public_url, address, internal_address, house.setup_code.as_deref());
    let end_streams = stopping.clone();
    ctx.tasks.spawn(async move {
        told_to_stop().await;
        tracing::info!("stopping; runs go on and are found again at the next start");
        end_streams.cancel();
    });
    tokio::select! {
        () = http::serve("public", listener, house.public, connections.public, stopping.clone()) => {}
        // Streams never end by themselves; after the grace they are cut.
        () = async { stopping.cancelled().await; tokio::time::sleep(GRACE).await } => {}
    }
    ctx.tasks.stop(GRACE).await;
    Ok(())
}

pub(crate) async fn bind(address: SocketAddr, setting: &str) -> Result<TcpListener, String> {
    let listening = TcpListener::bind(address).await;
    listening.map_err(|cause| format!("cannot listen on {address}: {cause}; choose another address with {setting}"))
}

/// Whoever started us holds the other end; when it is gone, so are we, and what we do is made to bear that.
fn end_with_stdin() {
    let mut nothing = [0; 64];
    let mut input = std::io::stdin().lock();
    while input.read(&mut nothing).is_ok_and(|bytes| bytes > 0) {}
    std::process::exit(1);
}

/// SIGTERM or SIGINT.
pub(crate) async fn told_to_stop() {
    let mut terminate = signal(SignalKind::terminate()).expect("a process may listen to its signals");
    let mut interrupt = signal(SignalKind::interrupt()).expect("a process may listen to its signals");
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
}

/// The data folder, made if need be. Others may pass through to the runs' own folders, but list nothing; what is
/// secret lies in folders that only we may enter.
fn prepare(data_dir: &Path) -> Result<PathBuf, String> {
    use std::os::unix::fs::PermissionsExt;
    let failed = |cause: std::io::Error| format!("cannot use the data folder {}: {cause}", data_dir.display());
    files::make_with_parents(data_dir, 0o711)?;
    restore::refuse_unfinished(data_dir)?;
    let data_dir = data_dir.canonicalize().map_err(failed)?;
    std::fs::set_permissions(&data_dir, std::fs::Permissions::from_mode(0o711)).map_err(failed)?;
    for secret in ["databases", "keys", "objects"] {
        let folder = data_dir.join(secret);
        files::make_with_parents(&folder, 0o700)?;
        std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o700)).map_err(failed)?;
    }
    Ok(data_dir)
}

/// Each part at most once on a data folder; the operating system lets go of it whatever happens to us.
pub(crate) struct Lock(#[expect(dead_code, reason = "held, not read")] std::fs::File);

impl Lock {
    /// How long to wait for one who is on the way out.
    const PATIENCE: Duration = Duration::from_secs(2);

    pub(crate) async fn take_all(data_dir: &Path, only: Option<Part>) -> Result<Vec<Self>, String> {
        let mut taken = Vec::new();
        for part in Part::ALL.into_iter().filter(|part| *part != Part::Web && only.is_none_or(|only| only == *part)) {
            taken.push(Self::take(data_dir, part).await?);
        }
        Ok(taken)
    }

    async fn take(data_dir: &Path, part: Part) -> Result<Self, String> {
        let path = data_dir.join(format!("{part}.lock"));
        let file = std::fs::File::create(&path).map_err(|cause| format!("cannot write {}: {cause}", path.display()))?;
        let begun = Instant::now();
        while file.try_lock().is_err() {
            if begun.elapsed() > Self::PATIENCE {
                let place = data_dir.display();
                return Err(format!("another hub already uses {place}; stop it, or choose another folder with --data-dir"));
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Ok(Self(file))
    }
}

/// What the person at the terminal needs, apart from the log.
fn say_hello(only: Option<Part>, public_url: &str, address: SocketAddr, internal: Option<SocketAddr>, setup_code: Option<&str>) {
    let code = || setup_code.map(say_code);
    match only {
        None => {
            println!("ChaosHub is ready at {public_url} (listening on {address})");
            code();
        }
        Some(part) => {
            // First, so that whoever waits for the last line has heard it.
            code();
            let inside = internal.map_or(String::new(), |internal| format!(", inside on {internal}"));
            println!("ChaosHub's {part} is ready (listening on {address}{inside})");
        }
    }
}

/// The code for the first administrator.
pub(crate) fn say_code(code: &str) {
    println!(
        "Nobody has an account yet. Open the address and make the first administrator with this one-time code:\n\n    {code}\n"
    );
}
