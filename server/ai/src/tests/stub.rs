//! A server for tests: each connection gets the next act of a script, and is written down.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;

use crate::Secret;
use crate::endpoint::{Endpoint, Protocol};

/// What a connection gets.
pub(crate) enum Act {
    /// Status line and headers as they are, and a body.
    Whole(&'static str, String),
    /// Server-sent events, and how they end.
    Stream(Vec<String>, End),
    /// Nothing at all.
    Silence,
}

pub(crate) enum End {
    Whole,
    /// In the middle of the chunked body.
    Cut,
    /// Goes on forever without a byte.
    Hang,
}

/// A request as it came.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) line: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Value,
}

pub(crate) struct Stub {
    pub(crate) base: String,
    seen: Arc<Mutex<Vec<Seen>>>,
    /// Told when a client goes away from an act that hangs.
    pub(crate) left: Arc<Notify>,
}

impl Seen {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(it, _)| it == name);
        found.map(|(_, value)| value.as_str())
    }
}

impl Stub {
    pub(crate) async fn new(script: impl IntoIterator<Item = Act>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}/v1/", listener.local_addr().unwrap());
        let seen = Arc::new(Mutex::new(Vec::new()));
        let left = Arc::new(Notify::new());
        let mut script: VecDeque<Act> = script.into_iter().collect();
        let (into, gone) = (Arc::clone(&seen), Arc::clone(&left));
        tokio::spawn(async move {
            while let Ok((mut socket, _)) = listener.accept().await {
                let Some(request) = read(&mut socket).await else {
                    continue;
                };
                into.lock().unwrap().push(request);
                let act = script.pop_front();
                let gone = Arc::clone(&gone);
                tokio::spawn(async move {
                    // A client that goes away in the middle is what some tests are about.
                    let _ = play(&mut socket, act, &gone).await;
                });
            }
        });
        Self { base, seen, left }
    }

    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    pub(crate) fn endpoint(&self, protocol: Protocol) -> Endpoint {
        Endpoint {
            provider: "stub".to_owned(),
            protocol,
            base: self.base.clone(),
            key: Secret::new("sk-test"),
            proxy: None,
        }
    }
}

async fn read(socket: &mut TcpStream) -> Option<Seen> {
    let mut bytes = Vec::new();
    let head = loop {
        if let Some(at) = bytes.windows(4).position(|it| it == b"\r\n\r\n") {
            break at;
        }
        if socket.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    };
    let text = String::from_utf8(bytes[..head].to_vec()).unwrap();
    let mut lines = text.split("\r\n");
    let line = lines.next().unwrap().to_owned();
    let headers: Vec<_> = lines
        .map(|it| it.split_once(':').unwrap())
        .map(|(name, value)| (name.to_lowercase(), value.trim().to_owned()))
        .collect();
    let length = headers.iter().find(|(it, _)| it == "content-length");
    let length: usize = length.map_or(0, |(_, it)| it.parse().unwrap());
    while bytes.len() < head + 4 + length {
        if socket.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    }
    let body = serde_json::from_slice(&bytes[head + 4..]).unwrap_or(Value::Null);
    Some(Seen {
        line,
        headers,
        body,
    })
}

async fn play(socket: &mut TcpStream, act: Option<Act>, gone: &Notify) -> std::io::Result<()> {
    match act {
        None => {
            let text =
                "HTTP/1.1 500 Out Of Script\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";
            socket.write_all(text.as_bytes()).await
        }
        Some(Act::Silence) => hang(socket, gone).await,
        Some(Act::Whole(head, body)) => {
            let text = format!(
                "HTTP/1.1 {head}\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}",
                body.len()
            );
            socket.write_all(text.as_bytes()).await
        }
        Some(Act::Stream(frames, end)) => {
            let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n";
            socket.write_all(head.as_bytes()).await?;
            for frame in frames {
                let frame = format!("{frame}\n\n");
                let chunk = format!("{:x}\r\n{frame}\r\n", frame.len());
                socket.write_all(chunk.as_bytes()).await?;
                socket.flush().await?;
            }
            match end {
                End::Whole => socket.write_all(b"0\r\n\r\n").await,
                End::Cut => Ok(()),
                End::Hang => hang(socket, gone).await,
            }
        }
    }
}

async fn hang(socket: &mut TcpStream, gone: &Notify) -> std::io::Result<()> {
    let mut byte = [0];
    // Nothing more is sent by a client: what comes is its end.
    while socket.read(&mut byte).await? > 0 {}
    gone.notify_one();
    Ok(())
}

/// `data: …`
pub(crate) fn data(value: &Value) -> String {
    format!("data: {value}")
}

/// `event: …` and `data: …`, as Anthropic sends them; the event's name is the type of its data.
pub(crate) fn event(value: &Value) -> String {
    format!("event: {}\ndata: {value}", value["type"].as_str().unwrap())
}
