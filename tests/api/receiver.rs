//! A program that takes requests and remembers them: a webhook's receiver, or a gateway of text messages.

use std::collections::HashMap;
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;

/// A request as it came in.
#[derive(Debug)]
pub struct Received {
    pub target: String,
    pub headers: HashMap<String, String>,
    pub body: String,
}

impl Received {
    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

/// A receiver that answers with the statuses given, one after the other, the last one for ever.
pub struct Receiver {
    pub port: u16,
    received: mpsc::UnboundedReceiver<Received>,
}

impl Receiver {
    pub async fn open(answers: &'static [&'static str]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (tell, received) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            let mut answers =
                answers.iter().cycle().take(answers.len()).chain(std::iter::repeat(answers.last().unwrap()));
            while let Ok((stream, _)) = listener.accept().await {
                let request = answer(stream, answers.next().unwrap()).await;
                if tell.send(request).is_err() {
                    break;
                }
            }
        });
        Self { port, received }
    }

    /// What comes in next.
    pub async fn next(&mut self) -> Received {
        tokio::time::timeout(Duration::from_secs(20), self.received.recv()).await.expect("a request").unwrap()
    }

    /// Holds it to having received nothing more.
    #[track_caller]
    pub fn rests(&mut self) {
        let more = self.received.try_recv();
        assert!(more.is_err(), "{more:?}");
    }
}

async fn answer(mut stream: TcpStream, status: &str) -> Received {
    let mut bytes = Vec::new();
    let (head, length) = loop {
        assert_ne!(stream.read_buf(&mut bytes).await.unwrap(), 0, "a request that ends early");
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, _)) = text.split_once("\r\n\r\n") {
            let length = head
                .to_lowercase()
                .split("content-length: ")
                .nth(1)
                .map_or(0, |rest| rest.lines().next().unwrap().trim().parse().unwrap());
            break (head.to_owned(), length);
        }
    };
    let begin = head.len() + 4;
    while bytes.len() < begin + length {
        assert_ne!(stream.read_buf(&mut bytes).await.unwrap(), 0, "a body that ends early");
    }
    let response = format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
    stream.write_all(response.as_bytes()).await.unwrap();
    let mut lines = head.lines();
    let target = lines.next().unwrap().split(' ').nth(1).unwrap().to_owned();
    let headers =
        lines.filter_map(|line| line.split_once(": ")).map(|(name, value)| (name.to_lowercase(), value.to_owned()));
    Received { target, headers: headers.collect(), body: String::from_utf8(bytes[begin..].to_vec()).unwrap() }
}
