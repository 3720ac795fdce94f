//! A client that costs next to nothing: HTTP/1.1 over one kept connection (RFC 9112), and a reader of event streams.
//! It knows just what the hub and the references answer with.

use crate::Outcome;
use std::{net::SocketAddr, time::Duration};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::Instant,
};

/// The bytes of a request.
pub fn request(method: &str, path: &str, token: &str, extra: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    let mut text = format!("{method} {path} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {token}\r\n{extra}");
    if method != "GET" {
        if !extra.contains("content-type") {
            text.push_str("content-type: application/json\r\n");
        }
        text.push_str(&format!("content-length: {length}\r\n"));
    }
    text.push_str("\r\n");
    text.push_str(body);
    text.into_bytes()
}

/// What came back.
pub struct Answer {
    pub status: u16,
    pub body: Vec<u8>,
}

/// A connection that is kept.
pub struct Connection {
    socket: TcpStream,
    buffer: Vec<u8>,
}

impl Connection {
    pub async fn open(address: SocketAddr) -> Outcome<Self> {
        let socket = TcpStream::connect(address).await?;
        socket.set_nodelay(true)?;
        Ok(Self { socket, buffer: Vec::with_capacity(64 << 10) })
    }

    /// Sends a request and reads the whole answer.
    pub async fn ask(&mut self, request: &[u8]) -> Outcome<Answer> {
        self.socket.write_all(request).await?;
        let (head, status) = self.head().await?;
        let text = String::from_utf8_lossy(&self.buffer[..head]).to_ascii_lowercase();
        let body = match header(&text, "content-length") {
            Some(length) => self.exactly(head, length.parse()?).await?,
            None if text.contains("transfer-encoding: chunked") => self.chunks(head).await?,
            None => self.exactly(head, 0).await?,
        };
        Ok(Answer { status, body })
    }

    /// The same for an answer that must be a 2xx: failures are quick, and would look good.
    pub async fn good(&mut self, request: &[u8]) -> Outcome<Answer> {
        let answer = self.ask(request).await?;
        match answer.status {
            200..300 => Ok(answer),
            status => Err(format!("answered {status}: {}", String::from_utf8_lossy(&answer.body)).into()),
        }
    }

    /// The length of the next answer's head, and its status.
    async fn head(&mut self) -> Outcome<(usize, u16)> {
        loop {
            if let Some(end) = find(&self.buffer, b"\r\n\r\n") {
                let status = self.buffer.get(9..12).and_then(|digits| std::str::from_utf8(digits).ok());
                return Ok((end + 4, status.ok_or("the answer has no status")?.parse()?));
            }
            self.more().await?;
        }
    }

    async fn exactly(&mut self, head: usize, length: usize) -> Outcome<Vec<u8>> {
        while self.buffer.len() < head + length {
            self.more().await?;
        }
        let body = self.buffer[head..head + length].to_vec();
        self.buffer.drain(..head + length);
        Ok(body)
    }

    async fn chunks(&mut self, head: usize) -> Outcome<Vec<u8>> {
        let (mut at, mut body) = (head, Vec::new());
        loop {
            let Some(line) = find(&self.buffer[at..], b"\r\n") else {
                self.more().await?;
                continue;
            };
            let size = usize::from_str_radix(std::str::from_utf8(&self.buffer[at..at + line])?, 16)?;
            let begin = at + line + 2;
            while self.buffer.len() < begin + size + 2 {
                self.more().await?;
            }
            body.extend_from_slice(&self.buffer[begin..begin + size]);
            at = begin + size + 2;
            if size == 0 {
                self.buffer.drain(..at);
                return Ok(body);
            }
        }
    }

    async fn more(&mut self) -> Outcome<()> {
        match self.socket.read_buf(&mut self.buffer).await? {
            0 => Err("the server closed the connection".into()),
            _ => Ok(()),
        }
    }
}

/// One subscriber of an event stream.
pub struct Listener {
    connection: Connection,
}

impl Listener {
    /// Subscribes; returns when the stream has begun.
    pub async fn open(address: SocketAddr, token: &str, path: &str) -> Outcome<Self> {
        let mut connection = Connection::open(address).await?;
        connection.buffer = Vec::with_capacity(4 << 10);
        connection.socket.write_all(&request("GET", path, token, "accept: text/event-stream\r\n", "")).await?;
        let (head, status) = connection.head().await?;
        if status != 200 {
            return Err(format!("the stream {path} answered {status}").into());
        }
        connection.buffer.drain(..head);
        Ok(Self { connection })
    }

    /// Reads until `mark` has come; says when. What came before it is forgotten.
    pub async fn until(&mut self, mark: &str, patience: Duration) -> Outcome<Instant> {
        let reading = async {
            loop {
                let buffer = &mut self.connection.buffer;
                if let Some(at) = String::from_utf8_lossy(buffer).find(mark) {
                    let now = Instant::now();
                    buffer.drain(..(at + mark.len()).min(buffer.len()));
                    return Ok(now);
                }
                // The mark may be torn in two; nothing longer is waited for.
                let keep = buffer.len().saturating_sub(mark.len());
                buffer.drain(..keep);
                self.connection.more().await?;
            }
        };
        tokio::time::timeout(patience, reading).await.map_err(|_| format!("`{mark}` did not come within {patience:?}"))?
    }

    /// Reads and forgets, as long as there is anything.
    pub async fn drain(mut self) {
        while self.connection.more().await.is_ok() {
            self.connection.buffer.clear();
        }
    }
}

fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':').map(str::trim))
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|window| window == what)
}
