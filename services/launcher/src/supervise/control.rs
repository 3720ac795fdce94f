//! The control socket of a job: one line of JSON asks, lines of JSON answer. The other end is in `call`.

use super::folder::{Folder, Phase, Standing};
use chaoshub_facade::launcher::StopSignal;
use rustix::fs::{Mode, OFlags, open};
use serde::{Deserialize, Serialize};
use std::{
    io,
    os::fd::{AsRawFd, OwnedFd},
    path::PathBuf,
    sync::Arc,
    time::Duration,
};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{UnixListener, UnixStream},
    sync::{Semaphore, mpsc, oneshot, watch},
    time::{sleep, timeout},
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

/// How many are answered at once. A job of the hub's own user can call without a key: it shall take neither our files,
/// which looking for processes needs, nor more than our patience.
const CALLERS: usize = 64;

/// The pause after a call that could not be taken, for want of open files for instance.
const AGAIN: Duration = Duration::from_millis(50);

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
    let room = Arc::new(Semaphore::new(CALLERS));
    while let Ok(place) = Arc::clone(&room).acquire_owned().await {
        let Ok((stream, _)) = listener.accept().await else {
            sleep(AGAIN).await;
            continue;
        };
        let (key, standing, orders) = (key.clone(), standing.clone(), orders.clone());
        tokio::spawn(async move {
            let _room_is_free_afterwards = place;
            answer(stream, &key, standing, orders).await
        });
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
        let now = standing.borrow_and_update().clone();
        let mut line = serde_json::to_vec(&now)?;
        line.push(b'\n');
        to.write_all(&line).await?;
        if request.ask != Ask::Watch || now.phase == Phase::Ended || standing.changed().await.is_err() {
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

#[cfg(test)]
mod tests {
    use super::*;

    const STARTING: Standing = Standing { phase: Phase::Starting, uid: None, process: None, exit: None };

    /// A supervisor's ear.
    fn served() -> (tempfile::TempDir, Folder, watch::Sender<Standing>) {
        let dir = tempfile::tempdir().unwrap();
        let folder = Folder::new(dir.path());
        folder.write_key("the key").unwrap();
        let (standing, seen) = watch::channel(STARTING);
        let (orders, _inbox) = mpsc::channel(1);
        tokio::spawn(serve(listen(&folder).unwrap(), "the key".to_owned(), seen, orders));
        (dir, folder, standing)
    }

    #[tokio::test]
    async fn who_watches_is_let_go_at_the_end_of_the_job() {
        let (_dir, folder, standing) = served();
        let mut lines = call(&folder, Ask::Watch).await.unwrap().lines();
        let mut next =
            async || timeout(PATIENCE, lines.next_line()).await.expect("the supervisor should not wait for us").unwrap();
        assert!(next().await.unwrap().contains("starting"));
        standing.send_replace(Standing { phase: Phase::Ended, ..STARTING });
        assert!(next().await.unwrap().contains("ended"));
        assert_eq!(next().await, None);
    }

    #[tokio::test]
    async fn many_silent_callers_keep_nobody_from_being_heard_for_long() {
        let (_dir, folder, _standing) = served();
        let (_open, path) = socket(&folder).unwrap();
        let mut silent = Vec::new();
        for _ in 0..CALLERS + 10 {
            silent.push(UnixStream::connect(&path).await.unwrap());
        }
        let heard = async { while super::ask(&folder, Ask::Status).await.is_err() {} };
        timeout(3 * PATIENCE, heard).await.expect("an answer");
    }
}
