//! The watching itself: start, reap, stop by the ladder, kill whatever is left, write down the end.

use super::{
    control::{self, Order},
    folder::{Folder, Phase, Spec, Standing},
    kin, log,
};
use chaoshub_facade::launcher::{Exit, StopSignal};
use chaoshub_kernel::{Clock, SystemClock};
use rustix::process::{Signal, WaitOptions, WaitStatus, set_child_subreaper, setsid, umask};
use std::{
    fs::File,
    io::{self, Write},
    os::{fd::OwnedFd, unix::process::CommandExt},
    process::{Command, Stdio},
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{UnixStream, unix::pipe},
    signal::unix::{self, SignalKind},
    sync::{mpsc, watch},
    task::JoinHandle,
    time::{Instant, sleep_until, timeout},
};

/// How long processes that a job left behind may take to end after a polite request.
const LEFTOVERS: Duration = Duration::from_secs(2);

/// How often to look again for processes that were being forked while the others were killed.
const KILL_AGAIN: Duration = Duration::from_millis(20);

/// How long watchers may take to hear the end, and the log to be written to its last line.
const FAREWELL: Duration = Duration::from_secs(2);

/// How long the last step before the program may take; only a hanging file system takes longer.
const LAUNCH: Duration = Duration::from_secs(30);

/// Watches over the job of `folder` until it has ended. Does nothing when another supervisor does so already.
pub(super) fn keep(folder: &Folder) -> io::Result<()> {
    // Away from the hub's session first: neither its terminal nor its service manager ends us then.
    setsid()?;
    umask(rustix::fs::Mode::from_raw_mode(0o077));
    let Some(_lock) = lock(folder)? else { return Ok(()) };
    let key = folder.read_key()?;
    let spec = folder.take_spec()?;
    // Whoever loses its parent below us becomes our child, so nobody can flee.
    set_child_subreaper(Some(rustix::process::getpid()))?;
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(run(folder, spec, key))
}

/// Takes the lock. The hub holds it for an instant when it looks for signs of life, so one refusal proves nothing.
fn lock(folder: &Folder) -> io::Result<Option<File>> {
    for _ in 0..50 {
        if let Some(lock) = folder.lock()? {
            return Ok(Some(lock));
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    Ok(None)
}

async fn run(folder: &Folder, spec: Spec, key: String) -> io::Result<()> {
    let listener = control::listen(folder)?;
    let starting = Standing { phase: Phase::Starting, uid: spec.uid, process: None, exit: None };
    let (standing, seen) = watch::channel(starting);
    let (orders, inbox) = mpsc::channel(8);
    let server = tokio::spawn(control::serve(listener, key, seen, orders));
    let mut keeper = Keeper { folder, standing, inbox, ladder: None, over_time: false, killed: false, main: None };
    let result = keeper.live(&spec).await;
    if result.is_err() {
        // Nothing may run unwatched. The hub finds the lock free and no end written down: the job is lost.
        signal_all(Signal::KILL);
    }
    server.abort();
    let _nobody_listens = timeout(FAREWELL, keeper.standing.closed()).await;
    result
}

/// The next step of stopping, and when it is due.
struct Ladder {
    at: Instant,
    next: StopSignal,
}

struct Keeper<'a> {
    folder: &'a Folder,
    standing: watch::Sender<Standing>,
    inbox: mpsc::Receiver<Order>,
    ladder: Option<Ladder>,
    over_time: bool,
    killed: bool,
    /// The job's process until it has been reaped.
    main: Option<i32>,
}

impl Keeper<'_> {
    async fn live(&mut self, spec: &Spec) -> io::Result<()> {
        let mut children = unix::signal(SignalKind::child())?;
        let mut told_to_end = unix::signal(SignalKind::terminate())?;
        let (failure, log) = match self.launch(spec).await {
            Ok((failure, log)) => (failure, Some(log)),
            Err(error) => (Some(format!("the job could not be started: {error}")), None),
        };
        if failure.is_none() {
            say_ready();
            self.ladder = Some(Ladder { at: Instant::now() + spec.limits.wall_clock, next: StopSignal::Interrupt });
        }
        let (code, signal) = loop {
            if let Some(ended) = self.reap()? {
                break ended;
            }
            if self.main.is_none() {
                break (None, None);
            }
            tokio::select! {
                _ = children.recv() => {}
                _ = told_to_end.recv() => self.climb(spec, StopSignal::Interrupt),
                Some((signal, done)) = self.inbox.recv() => {
                    self.send(signal);
                    let _asker_left = done.send(());
                }
                () = due(self.ladder.as_ref()) => {
                    let next = self.ladder.take().map_or(StopSignal::Kill, |ladder| ladder.next);
                    // Whoever told us to end has climbed the first step already.
                    self.over_time |= next == StopSignal::Interrupt;
                    self.climb(spec, next);
                }
            }
        };
        let at = SystemClock.now();
        self.end_leftovers(&mut children).await?;
        if let Some(mut log) = log {
            // Whatever held the other end is dead; this only waits for the last bytes.
            if timeout(FAREWELL, &mut log).await.is_err() {
                log.abort();
            }
        }
        let started = failure.is_none();
        let exit =
            Exit { code: code.filter(|_| started), signal: signal.filter(|_| started), at, failure, over_time: self.over_time };
        self.become_phase(Phase::Ended, Some(exit))?;
        if !started {
            say_ready();
        }
        Ok(())
    }

    /// Starts this program once more, which shuts itself in and becomes the job. Answers what kept it from doing so.
    async fn launch(&mut self, spec: &Spec) -> io::Result<(Option<String>, JoinHandle<io::Result<()>>)> {
        let (ours, theirs) = std::os::unix::net::UnixStream::pair()?;
        let (printed, prints) = io::pipe()?;
        let child = Command::new("/proc/self/exe")
            .arg0("chaoshub")
            .args(["supervise", "--confine", "--dir"])
            .arg(self.folder.path())
            .env_clear()
            .stdin(Stdio::from(OwnedFd::from(theirs)))
            .stdout(prints.try_clone()?)
            .stderr(prints)
            .process_group(0)
            .spawn()?;
        // Not waited for through std: every child is reaped in one place, the fled ones too.
        let pid = i32::try_from(child.id()).map_err(io::Error::other)?;
        self.main = Some(pid);
        let log = pipe::Receiver::from_owned_fd(printed.into())?;
        let path = self.folder.log();
        let most = spec.log_bytes;
        let log = tokio::spawn(async move { log::keep(log, &path, most).await });
        ours.set_nonblocking(true)?;
        let mut ours = UnixStream::from_std(ours)?;
        let failure = match timeout(LAUNCH, hand_over(&mut ours, spec)).await {
            Ok(Ok(report)) if report.is_empty() => None,
            Ok(Ok(report)) => Some(report),
            Ok(Err(error)) => Some(format!("the job could not be started: {error}")),
            Err(_) => Some(format!("the job was not started: its program took more than {} s to begin", LAUNCH.as_secs())),
        };
        if failure.is_none() {
            self.standing.send_modify(|standing| standing.process = kin::mark(pid));
            self.become_phase(Phase::Running, None)?;
        } else {
            kin::send(pid, Signal::KILL);
        }
        Ok((failure, log))
    }

    /// Buries every child that has died, and answers how the job did, once.
    fn reap(&mut self) -> io::Result<Option<(Option<i32>, Option<i32>)>> {
        let mut ended = None;
        while let Some((pid, status)) = bury()? {
            if self.main == Some(pid) {
                self.main = None;
                ended = Some((status.exit_status(), status.terminating_signal()));
            }
        }
        Ok(ended)
    }

    /// Sends one step, and arranges for the next unless it is the last.
    fn climb(&mut self, spec: &Spec, step: StopSignal) {
        self.send(step);
        let (after, next) = match step {
            StopSignal::Interrupt => (spec.grace.interrupt, StopSignal::Cut),
            StopSignal::Cut => (spec.grace.cut, StopSignal::Kill),
            // Killed again and again until it is gone.
            StopSignal::Kill => (KILL_AGAIN, StopSignal::Kill),
        };
        self.ladder = Some(Ladder { at: Instant::now() + after, next });
    }

    fn send(&mut self, signal: StopSignal) {
        self.killed |= signal == StopSignal::Kill;
        let Some(main) = self.main else { return };
        match signal {
            StopSignal::Interrupt => kin::send(main, Signal::USR1),
            StopSignal::Cut => kin::send(main, Signal::USR2),
            StopSignal::Kill => {
                kin::kill_group(main);
                signal_all(Signal::KILL);
            }
        }
    }

    /// Ends what the job left running: asked first, unless the job itself was killed, then killed until nothing is left.
    async fn end_leftovers(&mut self, children: &mut unix::Signal) -> io::Result<()> {
        self.reap()?;
        if !signal_all(Signal::TERM) {
            return Ok(());
        }
        let mut patience = Instant::now() + if self.killed { Duration::ZERO } else { LEFTOVERS };
        while some_left() {
            let again = if Instant::now() < patience { patience } else { Instant::now() + KILL_AGAIN };
            tokio::select! {
                _ = children.recv() => {}
                Some((signal, done)) = self.inbox.recv() => {
                    if signal == StopSignal::Kill {
                        patience = Instant::now();
                    }
                    let _asker_left = done.send(());
                }
                () = sleep_until(again) => {}
            }
            self.reap()?;
            if Instant::now() >= patience {
                signal_all(Signal::KILL);
            }
        }
        Ok(())
    }

    fn become_phase(&mut self, phase: Phase, exit: Option<Exit>) -> io::Result<()> {
        let mut next = self.standing.borrow().clone();
        next.phase = phase;
        next.exit = exit;
        // The file first: who hears of the end may read it at once.
        self.folder.write_standing(&next)?;
        self.standing.send_replace(next);
        Ok(())
    }
}

/// Gives the order to the last step and hears what stopped it; nothing when it has become the program.
async fn hand_over(to: &mut UnixStream, spec: &Spec) -> io::Result<String> {
    to.write_all(&serde_json::to_vec(spec)?).await?;
    to.shutdown().await?;
    let mut report = String::new();
    to.read_to_string(&mut report).await?;
    Ok(report)
}

async fn due(ladder: Option<&Ladder>) {
    match ladder {
        Some(ladder) => sleep_until(ladder.at).await,
        None => std::future::pending().await,
    }
}

/// Signals every descendant; false when there is none.
fn signal_all(signal: Signal) -> bool {
    let all = kin::descendants(own_pid());
    for pid in &all {
        kin::send(*pid, signal);
    }
    !all.is_empty()
}

fn some_left() -> bool {
    !kin::descendants(own_pid()).is_empty()
}

fn own_pid() -> i32 {
    rustix::process::getpid().as_raw_nonzero().get()
}

fn bury() -> io::Result<Option<(i32, WaitStatus)>> {
    match rustix::process::wait(WaitOptions::NOHANG) {
        Ok(buried) => Ok(buried.map(|(pid, status)| (pid.as_raw_nonzero().get(), status))),
        Err(rustix::io::Errno::CHILD) => Ok(None),
        Err(errno) => Err(errno.into()),
    }
}

/// Tells the hub, if it still listens, that the control socket answers and the program runs or has failed to.
fn say_ready() {
    let mut out = io::stdout();
    let _hub_gone = out.write_all(b"ready\n").and_then(|()| out.flush());
}
