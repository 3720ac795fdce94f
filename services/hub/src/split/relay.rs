//! A TCP relay before a part's internal listener, which can be made slow, deaf, broken or babbling while it runs.

use crate::part::Part;
use axum::{
    Json, Router,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::get,
};
use serde::{Deserialize, Serialize};
use std::{collections::HashMap, io, net::SocketAddr, sync::Arc, time::Duration};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{
        TcpListener, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    sync::watch,
};

/// The longest delay that can be asked for.
const LONGEST_DELAY_MS: u64 = 60_000;

/// What is passed on at once.
const PIECE: usize = 16 << 10;

/// What a relay does with what goes through it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(tag = "mode", rename_all = "kebab-case")]
pub(super) enum Mode {
    /// Passes everything on.
    #[default]
    Pass,
    /// Passes answers on after a while.
    Delay {
        /// Milliseconds.
        delay_ms: u64,
    },
    /// Breaks every connection.
    Reset,
    /// Takes connections and says nothing: half-open, as behind a firewall that drops.
    Silent,
    /// Answers with what is no HTTP.
    Garbage,
}

/// One relay.
pub(super) struct Relay {
    listener: TcpListener,
    address: SocketAddr,
    mode: watch::Sender<Mode>,
    target: watch::Sender<Option<SocketAddr>>,
}

impl Relay {
    /// On a free port of this machine.
    pub(super) async fn open() -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        Ok(Self { listener, address, mode: watch::Sender::default(), target: watch::Sender::default() })
    }

    /// Where it listens.
    pub(super) const fn address(&self) -> SocketAddr {
        self.address
    }

    /// From now on it leads there.
    pub(super) fn lead_to(&self, target: SocketAddr) {
        self.target.send_replace(Some(target));
    }

    /// Takes connections for ever.
    pub(super) async fn serve(self: Arc<Self>) {
        loop {
            match self.listener.accept().await {
                Ok((stream, _)) => {
                    let relay = self.clone();
                    tokio::spawn(async move { relay.connection(stream).await });
                }
                Err(cause) => {
                    tracing::warn!(error = %cause, "a relay cannot take a connection");
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
            }
        }
    }

    async fn connection(&self, asking: TcpStream) {
        // At the start, who asks is ahead of who answers.
        let mut known = self.target.subscribe();
        let target = known.wait_for(Option::is_some).await.ok().and_then(|target| *target);
        let Some(target) = target else { return };
        let Ok(asked) = TcpStream::connect(target).await else { return };
        let (from_asking, to_asking) = asking.into_split();
        let (from_asked, to_asked) = asked.into_split();
        let mode = self.mode.subscribe();
        let broken = tokio::select! {
            end = questions(from_asking, to_asked, mode.clone()) => end,
            end = answers(from_asked, to_asking, mode) => end,
        };
        tracing::trace!(?broken, "a relayed connection has ended");
    }
}

/// What is asked passes on, unless the relay is deaf.
async fn questions(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, mut mode: watch::Receiver<Mode>) -> io::Result<()> {
    let mut piece = vec![0; PIECE];
    loop {
        let bytes = from.read(&mut piece).await?;
        if bytes == 0 {
            // The answer may still be on its way.
            to.shutdown().await?;
            return std::future::pending().await;
        }
        heard(&mut mode).await;
        to.write_all(&piece[..bytes]).await?;
    }
}

/// Returns when what was sent may be passed on.
async fn heard(mode: &mut watch::Receiver<Mode>) {
    let heard = mode.wait_for(|mode| *mode != Mode::Silent).await;
    drop(heard);
}

/// What is answered is slowed down, replaced or cut off.
async fn answers(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, mut mode: watch::Receiver<Mode>) -> io::Result<()> {
    let mut piece = vec![0; PIECE];
    loop {
        let now = *mode.borrow_and_update();
        match now {
            Mode::Reset => return broken(&to),
            Mode::Garbage => {
                to.write_all(b"\x00\x15 this is no answer \xff\xfe\r\n\r\n").await?;
                return to.shutdown().await;
            }
            Mode::Pass | Mode::Delay { .. } | Mode::Silent => {}
        }
        let bytes = tokio::select! {
            bytes = from.read(&mut piece) => bytes?,
            _ = mode.changed() => continue,
        };
        if bytes == 0 {
            return to.shutdown().await;
        }
        let now = *mode.borrow();
        match now {
            Mode::Delay { delay_ms } => tokio::time::sleep(Duration::from_millis(delay_ms)).await,
            Mode::Silent => heard(&mut mode).await,
            Mode::Pass | Mode::Reset | Mode::Garbage => {}
        }
        if matches!(*mode.borrow(), Mode::Pass | Mode::Delay { .. }) {
            to.write_all(&piece[..bytes]).await?;
        }
    }
}

/// Closes so that the other side sees a reset (RFC 9293, section 3.10.4) and no orderly end.
fn broken(stream: &OwnedWriteHalf) -> io::Result<()> {
    let stream: &TcpStream = stream.as_ref();
    stream.set_zero_linger()
}

/// `GET` and `POST /relays/<part>`.
pub(super) fn router(relays: HashMap<Part, Arc<Relay>>) -> Router {
    let relays: Arc<HashMap<String, Arc<Relay>>> =
        Arc::new(relays.into_iter().map(|(part, relay)| (part.to_string(), relay)).collect());
    Router::new().route("/relays/{part}", get(look).post(set)).with_state(relays)
}

type Relays = State<Arc<HashMap<String, Arc<Relay>>>>;

async fn look(State(relays): Relays, Path(part): Path<String>) -> Response {
    match relays.get(&part) {
        Some(relay) => Json(*relay.mode.borrow()).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn set(State(relays): Relays, Path(part): Path<String>, Json(mode): Json<Mode>) -> Response {
    let Some(relay) = relays.get(&part) else { return StatusCode::NOT_FOUND.into_response() };
    let mode = match mode {
        Mode::Delay { delay_ms } => Mode::Delay { delay_ms: delay_ms.min(LONGEST_DELAY_MS) },
        mode => mode,
    };
    tracing::info!(relay = part, ?mode, "a relay is set");
    relay.mode.send_replace(mode);
    Json(mode).into_response()
}
