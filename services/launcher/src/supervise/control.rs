//! The control socket of a job: one line of JSON asks, lines of JSON answer. The other end is in `call`.

use super::folder::{Folder, Standing};
use chaoshub_facade::launcher::StopSignal;
use rustix::fs::{Mode, OFlags, open};
use serde::{Deserialize, Serialize};
use std::{
    io,
    os::fd::{AsRawFd, OwnedFd},
    path::PathBuf,
    time::Duration,
};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{UnixListener, UnixStream},
    sync::{mpsc, oneshot, watch},
    time::timeout,
};

/// What can be asked of a supervisor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Ask {
    /// Where the job stands: one line.
    Status,
    /// Send it a step of stopping: one line, where it stands afterwards.
    Signal(StopSignal),
    /// Where it stands, now and whenever that changes, until it has ended.
    Watch,
}

#[derive(Serialize, Deserialize)]
struct Request {
    key: String,
    ask: Ask,
}

/// A signal to send, and where to confirm that it was.
pub(super) type Order = (StopSignal, oneshot::Sender<()>);

/// How long a caller may take to say what it wants, and a supervisor to answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// More than any request needs.
const REQUEST_BYTES: u64 = 4096;

/// Opens the socket of `folder`.
pub(super) fn listen(folder: &Folder) -> io::Result<UnixListener> {
    let (_open, path) = socket(folder)?;
    match std::fs::remove_file(&path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    UnixListener::bind(path)
}

/// Answers everybody who connects and shows the key.
pub(super) async fn serve(listener: UnixListener, key: String, standing: watch::Receiver<Standing>, orders: mpsc::Sender<Order>) {
    while let Ok((stream, _)) = listener.accept().await {
        let (key, standing, orders) = (key.clone(), standing.clone(), orders.clone());
        tokio::spawn(async move { answer(stream, &key, standing, orders).await });
    }
}

async fn answer(
    mut stream: UnixStream,
    key: &str,
    mut standing: watch::Receiver<Standing>,
    orders: mpsc::Sender<Order>,
) -> io::Result<()> {
    let mut line = String::new();
    let (from, mut to) = stream.split();
    timeout(PATIENCE, BufReader::new(from.take(REQUEST_BYTES)).read_line(&mut line)).await??;
    let request: Request = serde_json::from_str(&line)?;
    if request.key != key {
        return Err(io::ErrorKind::PermissionDenied.into());
    }
    if let Ask::Signal(signal) = request.ask {
        let (done, confirmed) = oneshot::channel();
        if orders.send((signal, done)).await.is_ok() {
            let _ended_meanwhile = confirmed.await;
        }
    }
    loop {
        let mut line = serde_json::to_vec(&*standing.borrow_and_update())?;
        line.push(b'\n');
        to.write_all(&line).await?;
        if request.ask != Ask::Watch || standing.changed().await.is_err() {
            return Ok(());
        }
    }
}

/// Asks the supervisor of `folder`, and gives the connection to read its lines from.
pub(crate) async fn call(folder: &Folder, ask: Ask) -> io::Result<BufReader<UnixStream>> {
    let request = Request { key: folder.read_key()?, ask };
    let mut line = serde_json::to_vec(&request)?;
    line.push(b'\n');
    let (_open, path) = socket(folder)?;
    let mut stream = timeout(PATIENCE, UnixStream::connect(path)).await??;
    stream.write_all(&line).await?;
    Ok(BufReader::new(stream))
}

/// Asks for one answer.
pub(crate) async fn ask(folder: &Folder, ask: Ask) -> io::Result<Standing> {
    let mut line = String::new();
    timeout(PATIENCE, call(folder, ask).await?.read_line(&mut line)).await??;
    Ok(serde_json::from_str(&line)?)
}

/// A path to the socket that is always short enough: a socket address holds 108 bytes (unix(7)), a folder's path may
/// be longer, but through an open folder it is `/proc/self/fd/<n>/control`. Good as long as the folder is held open.
fn socket(folder: &Folder) -> io::Result<(OwnedFd, PathBuf)> {
    let open = open(folder.path(), OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty())?;
    let path = PathBuf::from(format!("/proc/self/fd/{}/{}", open.as_raw_fd(), Folder::SOCKET));
    Ok((open, path))
}
