//! Serving a router on a listener, with limits on connections and on the time that each may take (RFC 9112, sections 9.3
//! to 9.6).

pub use super::connections::ConnectionLimits;
use super::{
    connections::{Connection, Connections, Doing, Full, Seat, closed},
    problem::Refused,
};
use axum::{
    Router,
    body::{Body, Bytes, HttpBody},
    extract::{ConnectInfo, Request},
    http::{Response, Version, header},
};
use chaoshub_kernel::{Fault, FaultKind};
use http_body::{Frame, SizeHint};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use std::{
    convert::Infallible,
    io::{self, IoSlice},
    net::SocketAddr,
    pin::{Pin, pin},
    sync::Arc,
    task::{Context, Poll, ready},
    time::Duration,
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::{TcpListener, TcpStream},
    time::Instant,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tower::Service;

/// How often it is looked who took too long.
const LOOK: Duration = Duration::from_secs(1);

/// How often it is said that there is no room.
const SAY_AGAIN: Duration = Duration::from_secs(30);

/// The pause after the system could not give a connection.
const AFTER_FAILURE: Duration = Duration::from_millis(100);

/// The largest header, bytes; also what is read and written at once.
const LARGEST_HEADER: usize = 64 << 10;

/// The most header fields of a request.
const MOST_FIELDS: usize = 100;

/// Serves `router` until `stop`, then lets requests that have begun end. `name` is what the listener is called in log and
/// metrics. Handlers find the caller's address as `ConnectInfo<SocketAddr>`.
pub async fn serve(name: &'static str, listener: TcpListener, router: Router, limits: ConnectionLimits, stop: CancellationToken) {
    let connections = Connections::new(name, limits);
    let open = TaskTracker::new();
    let (mut look, mut said) = (tokio::time::interval(LOOK), None);
    look.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        let accepted = tokio::select! {
            () = stop.cancelled() => break,
            _ = look.tick() => {
                connections.close_overdue();
                continue;
            }
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, peer)) => {
                let entered = tokio::select! {
                    entered = connections.enter(peer.ip()) => entered,
                    () = stop.cancelled() => break,
                };
                match entered {
                    Ok(seat) => _ = open.spawn(connection(stream, peer, seat, router.clone(), stop.clone())),
                    Err(full) => refuse(name, full, &mut said),
                }
            }
            Err(cause) => {
                if !of_the_other_side(&cause) {
                    closed("not-accepted");
                    tracing::error!(listener = name, error = %cause, "a connection cannot be taken");
                    tokio::time::sleep(AFTER_FAILURE).await;
                }
            }
        }
    }
    drop(listener);
    open.close();
    // Those who do not end are still held to their times.
    tokio::select! {
        () = open.wait() => {}
        () = async { loop { look.tick().await; connections.close_overdue(); } } => {}
    }
}

/// Whether somebody hung up before we answered, which is no trouble of ours.
fn of_the_other_side(cause: &io::Error) -> bool {
    use io::ErrorKind as Kind;
    matches!(cause.kind(), Kind::ConnectionRefused | Kind::ConnectionAborted | Kind::ConnectionReset)
}

/// Counts a connection that is not taken, and says so from time to time.
fn refuse(name: &'static str, full: Full, said: &mut Option<Instant>) {
    let (reason, words) = match full {
        Full::All => ("full", "connections are refused: all places are taken by requests that are being answered"),
        Full::Address => ("address-full", "connections are refused: one address has taken all that one may have"),
    };
    closed(reason);
    if said.is_none_or(|at| at.elapsed() >= SAY_AGAIN) {
        *said = Some(Instant::now());
        tracing::warn!(listener = name, reason, "{words}");
    }
}

async fn connection(stream: TcpStream, peer: SocketAddr, seat: Seat, router: Router, stop: CancellationToken) {
    // A message of a live stream is small and must not wait for the next one.
    let _at_worst_slower = stream.set_nodelay(true);
    let watched = Watched { stream, connection: seat.connection.clone() };
    let noted = seat.connection.clone();
    let service = service_fn(move |request: hyper::Request<Incoming>| {
        let asking = Asking(noted.clone());
        asking.0.does(if request.body().is_end_stream() { Doing::Answered } else { Doing::SendingBody });
        let sending = noted.clone();
        let mut request: Request = request.map(|body| Body::new(Sent { body, connection: sending }));
        request.extensions_mut().insert(ConnectInfo(peer));
        if let Some(fault) = malformed(&request) {
            request.extensions_mut().insert(Refused(fault));
        }
        let answer = router.clone().call(request);
        async move {
            let answer: Response<Body> = answer.await?;
            Ok::<_, Infallible>(answer.map(|body| Answered { body, _asking: asking }))
        }
    });
    let mut rules = http1::Builder::new();
    rules.max_buf_size(LARGEST_HEADER).max_headers(MOST_FIELDS);
    let mut served = pin!(rules.serve_connection(TokioIo::new(watched), service));
    let close = seat.connection.close.clone();
    let done = tokio::select! {
        done = served.as_mut() => done,
        () = close.cancelled() => return,
        () = stop.cancelled() => {
            served.as_mut().graceful_shutdown();
            tokio::select! {
                done = served.as_mut() => done,
                () = close.cancelled() => return,
            }
        }
    };
    if let Err(cause) = done {
        tracing::debug!(error = %cause, "a connection ended early");
    }
}

/// What cannot be in a request of HTTP/1.1: a host is named exactly once (RFC 9112, section 3.2).
fn malformed(request: &Request) -> Option<Fault> {
    let mut hosts = request.headers().get_all(header::HOST).iter();
    let good = match (hosts.next(), hosts.next()) {
        (Some(host), None) => host.as_bytes().iter().all(|byte| byte.is_ascii_graphic() && !b"/?#@,\\".contains(byte)),
        (None, _) => request.version() < Version::HTTP_11,
        _ => false,
    };
    (!good).then(|| Fault::new(FaultKind::Malformed, "invalid-host", "send exactly one `Host` header, with the hub's name"))
}

/// While it lives, a request is being answered.
struct Asking(Arc<Connection>);

impl Drop for Asking {
    fn drop(&mut self) {
        self.0.does(Doing::Idle);
    }
}

/// The body of a request; when all of it is there, whoever sent it waits for an answer.
struct Sent {
    body: Incoming,
    connection: Arc<Connection>,
}

impl HttpBody for Sent {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let frame = ready!(Pin::new(&mut self.body).poll_frame(cx));
        if frame.is_none() || self.body.is_end_stream() {
            self.connection.does(Doing::Answered);
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// The body of an answer; once it has gone out, the connection is idle.
struct Answered {
    body: Body,
    _asking: Asking,
}

impl HttpBody for Answered {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// A connection's bytes, and what they say of it.
struct Watched {
    stream: TcpStream,
    connection: Arc<Connection>,
}

impl AsyncRead for Watched {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(cx, buf);
        if read.is_ready() && buf.filled().len() > before {
            self.connection.heard();
        }
        read
    }
}

impl Watched {
    fn note(&self, written: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        self.connection.stuck(written.is_pending());
        written
    }
}

impl AsyncWrite for Watched {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(cx, buf);
        self.note(written)
    }

    fn poll_write_vectored(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bufs: &[IoSlice<'_>]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(cx, bufs);
        self.note(written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
#[path = "server_tests.rs"]
mod tests;
