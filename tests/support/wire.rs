//! HTTP/1.1 over one kept-alive connection, one request at a time: cheap enough to measure with, and it sends exactly
//! the bytes that it is given (a friendly client would tidy up what the fuzz wants to try).

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// How long one exchange may take before it counts as unanswered.
pub const EXCHANGE_LIMIT: Duration = Duration::from_secs(30);
/// Largest answer that is read, in bytes.
const ANSWER_MAX_BYTES: usize = 64 << 20;
const READ_BYTES: usize = 16 << 10;
const NARROW_READ_BYTES: usize = 2 << 10;

/// A kept-alive connection.
pub struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
    filled: usize,
    consumed: usize,
    body: Vec<u8>,
}

/// An answer, borrowed from its connection until the next exchange.
#[derive(Debug)]
pub struct Answer<'a> {
    /// The status code.
    pub status: u16,
    /// Status line and header lines.
    pub head: &'a [u8],
    /// The body, without chunk framing.
    pub body: &'a [u8],
}

impl Answer<'_> {
    /// The value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        header(self.head, name)
    }
}

/// An answer that stands alone.
#[derive(Clone, Debug)]
pub struct Kept {
    /// The status code.
    pub status: u16,
    /// Status line and header lines.
    pub head: Vec<u8>,
    /// The body, without chunk framing.
    pub body: Vec<u8>,
}

impl Kept {
    /// The body as JSON; `Null` when it is none.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }

    /// The value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        header(&self.head, name)
    }

    /// The body as text, for messages.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// Where the head ends and how long the body is.
struct Shape {
    status: u16,
    head_end: usize,
    length: Length,
}

enum Length {
    Known(usize),
    Chunked,
    UntilClose,
    /// A live stream: what has come with the head is all that is told of it.
    Endless,
}

impl Connection {
    /// Connects.
    pub async fn open(address: SocketAddr) -> io::Result<Self> {
        Self::open_with(address, READ_BYTES).await
    }

    /// Connects with little memory: one of thousands.
    pub async fn open_narrow(address: SocketAddr) -> io::Result<Self> {
        Self::open_with(address, NARROW_READ_BYTES).await
    }

    async fn open_with(address: SocketAddr, bytes: usize) -> io::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: vec![0; bytes], filled: 0, consumed: 0, body: Vec::new() })
    }

    /// Sends a request and reads its answer. After an error, and after the head of a live stream, the connection can
    /// carry no other request.
    pub async fn exchange(&mut self, request: &[u8]) -> io::Result<Answer<'_>> {
        self.stream.write_all(request).await?;
        self.buffer.copy_within(self.consumed..self.filled, 0);
        self.filled -= self.consumed;
        self.consumed = 0;
        let shape = loop {
            if let Some(shape) = shape_of(&self.buffer[..self.filled])? {
                break shape;
            }
            self.more().await?;
        };
        let head_end = shape.head_end;
        match shape.length {
            Length::Known(length) => {
                while self.filled < head_end + length {
                    self.more().await?;
                }
                self.consumed = head_end + length;
                Ok(Answer {
                    status: shape.status,
                    head: &self.buffer[..head_end],
                    body: &self.buffer[head_end..self.consumed],
                })
            }
            Length::Chunked => {
                self.read_chunks(head_end).await?;
                Ok(Answer { status: shape.status, head: &self.buffer[..head_end], body: &self.body })
            }
            Length::Endless => {
                self.consumed = self.filled;
                Ok(Answer {
                    status: shape.status,
                    head: &self.buffer[..head_end],
                    body: &self.buffer[head_end..self.filled],
                })
            }
            Length::UntilClose => {
                while self.more().await.is_ok() {}
                self.consumed = self.filled;
                Ok(Answer {
                    status: shape.status,
                    head: &self.buffer[..head_end],
                    body: &self.buffer[head_end..self.filled],
                })
            }
        }
    }

    /// Sends a request whose answer has no end (a live stream); what follows is read with [`Self::read_some`].
    pub async fn begin(&mut self, request: &[u8]) -> io::Result<()> {
        self.stream.write_all(request).await
    }

    /// The next bytes of a live stream, framing included. Ends with `UnexpectedEof`.
    pub async fn read_some(&mut self) -> io::Result<&[u8]> {
        let count = self.stream.read(&mut self.buffer).await?;
        if count == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(&self.buffer[..count])
    }

    async fn more(&mut self) -> io::Result<()> {
        if self.buffer.len() - self.filled < self.buffer.len() / 4 {
            let larger = (self.buffer.len() * 2).min(ANSWER_MAX_BYTES);
            if larger == self.buffer.len() {
                return Err(io::Error::other("the answer is larger than is read"));
            }
            self.buffer.resize(larger, 0);
        }
        let count = self.stream.read(&mut self.buffer[self.filled..]).await?;
        if count == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.filled += count;
        Ok(())
    }

    async fn read_chunks(&mut self, head_end: usize) -> io::Result<()> {
        self.body.clear();
        let mut at = head_end;
        loop {
            let line_end = self.find_line_end(at).await?;
            let size = std::str::from_utf8(&self.buffer[at..line_end])
                .ok()
                .and_then(|text| usize::from_str_radix(text.split(';').next()?.trim(), 16).ok())
                .ok_or_else(|| io::Error::other("a chunk without its size"))?;
            let data = line_end + 2;
            while self.filled < data + size + 2 {
                self.more().await?;
            }
            self.body.extend_from_slice(&self.buffer[data..data + size]);
            at = data + size + 2;
            if size == 0 {
                self.consumed = at;
                return Ok(());
            }
        }
    }

    async fn find_line_end(&mut self, from: usize) -> io::Result<usize> {
        loop {
            if let Some(at) = find(&self.buffer[from..self.filled], b"\r\n") {
                return Ok(from + at);
            }
            self.more().await?;
        }
    }
}

/// Writes a request into `out` (cleared first).
pub fn write_request(out: &mut Vec<u8>, method: &str, target: &str, headers: &[(&str, &str)], body: &[u8]) {
    out.clear();
    for part in [method.as_bytes(), b" ", target.as_bytes(), b" HTTP/1.1\r\nhost: localhost\r\n"] {
        out.extend_from_slice(part);
    }
    for (name, value) in headers {
        for part in [name.as_bytes(), b": ", value.as_bytes(), b"\r\n"] {
            out.extend_from_slice(part);
        }
    }
    if !body.is_empty() || method == "POST" {
        out.extend_from_slice(format!("content-length: {}\r\n", body.len()).as_bytes());
    }
    out.extend_from_slice(b"\r\n");
    out.extend_from_slice(body);
}

/// One request on a connection of its own, as bytes.
pub async fn exchange_once(address: SocketAddr, request: &[u8]) -> io::Result<Kept> {
    let exchange = async {
        let mut connection = Connection::open(address).await?;
        let answer = connection.exchange(request).await?;
        Ok(Kept { status: answer.status, head: answer.head.to_vec(), body: answer.body.to_vec() })
    };
    tokio::time::timeout(EXCHANGE_LIMIT, exchange).await.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
}

/// One JSON request on a connection of its own.
pub async fn call(
    address: SocketAddr,
    method: &str,
    target: &str,
    headers: &[(&str, &str)],
    body: Option<&Value>,
) -> io::Result<Kept> {
    let bytes = body.map(Value::to_string).unwrap_or_default();
    let mut all = headers.to_vec();
    if body.is_some() {
        all.push(("content-type", "application/json"));
    }
    let mut request = Vec::new();
    write_request(&mut request, method, target, &all, bytes.as_bytes());
    exchange_once(address, &request).await
}

/// First occurrence of `needle`.
pub fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|window| window == needle)
}

fn shape_of(bytes: &[u8]) -> io::Result<Option<Shape>> {
    let Some(end) = find(bytes, b"\r\n\r\n") else { return Ok(None) };
    let head = &bytes[..end + 4];
    let status = head
        .get(9..12)
        .filter(|_| head.starts_with(b"HTTP/1."))
        .and_then(|digits| std::str::from_utf8(digits).ok()?.parse().ok())
        .ok_or_else(|| io::Error::other("not an answer of HTTP/1.1"))?;
    let length = match (header(head, "content-length"), header(head, "transfer-encoding")) {
        _ if status == 204 || status == 304 || status < 200 => Length::Known(0),
        _ if header(head, "content-type").is_some_and(|kind| kind.starts_with("text/event-stream")) => Length::Endless,
        (Some(length), _) => Length::Known(length.parse().map_err(|_| io::Error::other("a bad content-length"))?),
        (None, Some(_)) => Length::Chunked,
        (None, None) => Length::UntilClose,
    };
    Ok(Some(Shape { status, head_end: head.len(), length }))
}

fn header<'a>(head: &'a [u8], name: &str) -> Option<&'a str> {
    let mut lines = head.split(|byte| *byte == b'\n').skip(1);
    lines.find_map(|line| {
        let (its_name, value) = line.split_at_checked(line.iter().position(|byte| *byte == b':')?)?;
        let matches = its_name.eq_ignore_ascii_case(name.as_bytes());
        matches.then(|| std::str::from_utf8(&value[1..]).ok().map(str::trim)).flatten()
    })
}
