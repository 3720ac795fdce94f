//! `chaoshub serve`: opens the door last and closes it first.

use crate::{cli::ServeArgs, compose};
use chaoshub_chassis::{Ctx, tasks::Tasks, telemetry};
use chaoshub_kernel::SystemClock;
use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
};

/// How long open requests and background tasks may take to end.
const GRACE: Duration = Duration::from_secs(10);

/// Starts everything, serves until told to stop, stops everything. Runs that go on are left to their supervisors.
pub(crate) async fn serve(args: ServeArgs) -> Result<(), String> {
    telemetry::log_to_stderr(args.log_format.into(), &args.log)?;
    telemetry::metrics();
    let databases = args.place.databases(&compose::SERVICES)?;
    let data_dir = prepare(&args.place.data_dir)?;
    let own = |given: &Option<PathBuf>, name: &str| given.clone().unwrap_or_else(|| data_dir.join(name));
    let (keys_dir, objects_dir) = (own(&args.keys_dir, "keys"), own(&args.objects_dir, "objects"));
    for shared in [&keys_dir, &objects_dir] {
        make(shared, 0o700)?;
    }
    let listener = TcpListener::bind(args.listen).await.map_err(|cause| {
        format!("cannot listen on {}: {cause}; choose another address with --listen or CHAOSHUB_LISTEN", args.listen)
    })?;
    let address = listener.local_addr().map_err(|cause| cause.to_string())?;
    let public_url = args.public_url.clone().unwrap_or_else(|| format!("http://localhost:{}", address.port()));
    let ctx = Ctx {
        clock: Arc::new(SystemClock),
        databases,
        keys_dir,
        objects_dir,
        data_dir,
        public_url: public_url.as_str().into(),
        internal_key: compose::internal_key(),
        tasks: Tasks::new(),
    };
    let _one = Lock::take(&ctx.data_dir)?;
    let house = compose::all(&ctx, args).await?;
    say_hello(&public_url, address, house.setup_code.as_deref());
    let stopping = ctx.tasks.stopping();
    let end_streams = stopping.clone();
    let server = axum::serve(listener, house.router.into_make_service_with_connect_info::<SocketAddr>()).with_graceful_shutdown(
        async move {
            told_to_stop().await;
            tracing::info!("stopping; runs go on and are found again at the next start");
            end_streams.cancel();
        },
    );
    tokio::select! {
        done = async { server.await } => done.map_err(|cause| format!("the server failed: {cause}"))?,
        // Streams never end by themselves; after the grace they are cut.
        () = async { stopping.cancelled().await; tokio::time::sleep(GRACE).await } => {}
    }
    ctx.tasks.stop(GRACE).await;
    Ok(())
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
    make(data_dir, 0o711)?;
    let data_dir = data_dir.canonicalize().map_err(failed)?;
    std::fs::set_permissions(&data_dir, std::fs::Permissions::from_mode(0o711)).map_err(failed)?;
    for secret in ["databases", "keys", "objects"] {
        let folder = data_dir.join(secret);
        make(&folder, 0o700)?;
        std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o700)).map_err(failed)?;
    }
    Ok(data_dir)
}

/// Makes a folder where it is missing; one that is there stays as it is, and may be read-only.
fn make(folder: &Path, mode: u32) -> Result<(), String> {
    use std::os::unix::fs::DirBuilderExt;
    let made = std::fs::DirBuilder::new().recursive(true).mode(mode).create(folder);
    made.map_err(|cause| format!("cannot use the folder {}: {cause}", folder.display()))
}

/// One hub at a time on a data folder; the operating system lets go of it whatever happens to us.
struct Lock(#[expect(dead_code, reason = "held, not read")] std::fs::File);

impl Lock {
    fn take(data_dir: &Path) -> Result<Self, String> {
        let path = data_dir.join("hub.lock");
        let file = std::fs::File::create(&path).map_err(|cause| format!("cannot write {}: {cause}", path.display()))?;
        match file.try_lock() {
            Ok(()) => Ok(Self(file)),
            Err(_) => {
                Err(format!("another hub already uses {}; stop it, or choose another folder with --data-dir", data_dir.display()))
            }
        }
    }
}

/// What the person at the terminal needs, apart from the log.
fn say_hello(public_url: &str, address: SocketAddr, setup_code: Option<&str>) {
    println!("ChaosHub is ready at {public_url} (listening on {address})");
    if let Some(code) = setup_code {
        println!(
            "Nobody has an account yet. Open the address and make the first administrator with this one-time code:\n\n    {code}\n"
        );
    }
}
