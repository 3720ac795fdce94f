//! A server that strangers try to fill, hold and starve.

use super::*;
use axum::routing::{get, post};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// Longer than anything here takes.
const SOON: Duration = Duration::from_secs(10);

fn limits(total: usize) -> ConnectionLimits {
    ConnectionLimits {
        for_this_machine: 0,
        header_within: Duration::from_millis(300),
        read_within: Duration::from_millis(300),
        ..ConnectionLimits::of(total)
    }
}

async fn begin(limits: ConnectionLimits) -> (SocketAddr, CancellationToken) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let endless = || async { Body::from_stream(futures::stream::repeat(Ok::<_, Infallible>(Bytes::from(vec![0; 1 << 20])))) };
    let router = Router::new()
        .route("/", get(|| async { "here" }).post(|body: String| async move { body }))
        .route("/slow", post(|body: Bytes| async move { body.len().to_string() }))
        .route("/endless", get(endless));
    let stop = CancellationToken::new();
    tokio::spawn(serve("test", listener, router, limits, stop.clone()));
    (address, stop)
}

async fn send(address: SocketAddr, text: &str) -> TcpStream {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(text.as_bytes()).await.unwrap();
    stream
}

/// All that comes until the other side hangs up.
async fn rest(stream: &mut TcpStream) -> String {
    let mut all = Vec::new();
    // A reset is an end, too.
    let _ended = tokio::time::timeout(SOON, stream.read_to_end(&mut all)).await.expect("the server hangs up");
    String::from_utf8_lossy(&all).into_owned()
}

async fn asks(address: SocketAddr) -> String {
    rest(&mut send(address, "GET / HTTP/1.1\r\nhost: here\r\nconnection: close\r\n\r\n").await).await
}

#[tokio::test]
async fn half_a_header_and_a_silent_connection_are_closed() {
    let (address, _stop) = begin(limits(8)).await;
    let mut half = send(address, "GET / HTTP/1.1\r\nhost: he").await;
    let mut silent = send(address, "").await;
    assert_eq!(rest(&mut half).await, "");
    assert_eq!(rest(&mut silent).await, "");
}

#[tokio::test]
async fn a_header_that_comes_byte_by_byte_has_no_more_time() {
    let (address, _stop) = begin(limits(8)).await;
    let mut drips = send(address, "GET / HTTP/1.1\r\n").await;
    let mut drops = tokio::time::interval(Duration::from_millis(20));
    let ends = async {
        while drips.write_all(b"x").await.is_ok() {
            drops.tick().await;
        }
    };
    tokio::time::timeout(SOON, ends).await.expect("it is closed although bytes come");
}

#[tokio::test]
async fn connections_that_do_nothing_shut_nobody_out() {
    let (address, _stop) = begin(ConnectionLimits { header_within: SOON * 10, ..limits(8) }).await;
    let mut held = Vec::new();
    for n in 0..40 {
        held.push(
            send(address, if n % 2 == 0 { "" } else { "POST / HTTP/1.1\r\nhost: here\r\ncontent-length: 9\r\n\r\nhalf" }).await,
        );
        assert!(asks(address).await.ends_with("here"), "{n}");
    }
}

#[tokio::test]
async fn a_connection_is_kept_for_the_next_request_longer_than_for_a_header() {
    let (address, _stop) = begin(limits(8)).await;
    let mut kept = send(address, "GET / HTTP/1.1\r\nhost: here\r\n\r\n").await;
    let mut answer = vec![0; 4096];
    let read = kept.read(&mut answer).await.unwrap();
    assert!(String::from_utf8_lossy(&answer[..read]).ends_with("here"));
    let mut silent = send(address, "").await;
    assert_eq!(rest(&mut silent).await, "", "by now a header would be too late");
    kept.write_all(b"GET / HTTP/1.1\r\nhost: here\r\nconnection: close\r\n\r\n").await.unwrap();
    assert!(rest(&mut kept).await.ends_with("here"));
}

#[tokio::test]
async fn an_answer_that_nobody_reads_is_given_up() {
    let (address, stop) = begin(limits(2)).await;
    let unread = [
        send(address, "GET /endless HTTP/1.1\r\nhost: here\r\n\r\n").await,
        send(address, "GET /endless HTTP/1.1\r\nhost: here\r\n\r\n").await,
    ];
    let answered = async {
        while !asks(address).await.ends_with("here") {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(SOON, answered).await.expect("there is room again");
    drop(unread);
    stop.cancel();
}

#[tokio::test]
async fn a_header_that_is_too_large_or_has_too_many_fields_is_refused() {
    let (address, _stop) = begin(limits(8)).await;
    let large = format!("GET / HTTP/1.1\r\nhost: here\r\nx: {}\r\n\r\n", "x".repeat(300_000));
    let many: String = (0..MOST_FIELDS + 1).map(|n| format!("x-{n}: 1\r\n")).collect();
    for text in [large, format!("GET / HTTP/1.1\r\nhost: here\r\n{many}\r\n")] {
        let mut stream = TcpStream::connect(address).await.unwrap();
        // It may be refused before all of it is sent.
        let _refused = stream.write_all(text.as_bytes()).await;
        let answer = rest(&mut stream).await;
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 431"), "{answer}");
    }
}

#[tokio::test]
async fn what_has_begun_ends_when_the_server_is_stopped() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let stop = CancellationToken::new();
    let router = Router::new().route("/", post(|body: String| async move { body }));
    let server = tokio::spawn(serve("test", listener, router, limits(8), stop.clone()));
    let mut half = send(address, "POST / HTTP/1.1\r\nhost: here\r\ncontent-length: 9\r\nexpect: 100-continue\r\n\r\n").await;
    let mut first = [0; 25];
    half.read_exact(&mut first).await.unwrap();
    assert!(first.starts_with(b"HTTP/1.1 100"));
    stop.cancel();
    half.write_all(b"the whole").await.unwrap();
    assert!(rest(&mut half).await.ends_with("the whole"));
    tokio::time::timeout(SOON, server).await.expect("it ends").unwrap();
}

#[tokio::test]
async fn a_host_is_named_exactly_once() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = Router::new().route("/api/x", get(|| async { "here" }));
    let router = crate::http::stack(router, crate::http::Limits { body_bytes: 100, answer_within: SOON });
    tokio::spawn(serve("test", listener, router, limits(8), CancellationToken::new()));
    let answer =
        async |head: &str| rest(&mut send(address, &format!("GET /api/x HTTP/1.{head}connection: close\r\n\r\n")).await).await;
    for bad in ["1\r\n", "1\r\nhost: a\r\nhost: a\r\n", "1\r\nhost: a/b\r\n", "1\r\nhost: a, b\r\n"] {
        let answer = answer(bad).await;
        assert!(answer.starts_with("HTTP/1.1 400") && answer.contains("invalid-host"), "{bad}: {answer}");
    }
    for good in ["1\r\nhost: a:8080\r\n", "1\r\nhost: [::1]:80\r\n", "0\r\n"] {
        let answer = answer(good).await;
        assert!(answer.contains(" 200 OK") && answer.contains("cache-control: no-store"), "{good}: {answer}");
    }
}
