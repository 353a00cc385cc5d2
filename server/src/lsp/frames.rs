//! Keeps malformed input from ending the session.
//!
//! tower-lsp's reader stops for good at the first frame that it cannot decode. Here frames are
//! looked through before it: what is no JSON, or has no usable header, becomes a notification that
//! is logged, and reading goes on with the next frame (LSP base protocol, "Header Part").

use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWriteExt, BufReader, DuplexStream};
use tower_lsp::jsonrpc::{Request, Response};

/// What a frame that cannot be read is replaced with.
pub const MALFORMED: &str = "docket/malformed";

/// Larger than any document that docket reads, by far; a length beyond it is a broken header.
const MAX_BODY: usize = 256 << 20;

const LENGTH: &[u8] = b"content-length";

/// How much may wait between the client and the server.
const BUFFER: usize = 1 << 20;

/// `input` with every frame sound.
pub fn sound(input: impl AsyncRead + Unpin + Send + 'static) -> DuplexStream {
    let (mut to_server, from_here) = tokio::io::duplex(BUFFER);
    tokio::spawn(async move {
        let mut input = BufReader::with_capacity(1 << 16, input);
        // The server's end is dropped at `exit`: nobody reads on then.
        while let Some(frame) = next_frame(&mut input).await {
            let body = match frame {
                Ok(body) => body,
                Err(reason) => {
                    let params = serde_json::json!({ "reason": reason });
                    let note = serde_json::json!({ "jsonrpc": "2.0", "method": MALFORMED, "params": params });
                    note.to_string().into_bytes()
                }
            };
            let header = format!("Content-Length: {}\r\n\r\n", body.len());
            if to_server.write_all(header.as_bytes()).await.is_err()
                || to_server.write_all(&body).await.is_err()
            {
                return;
            }
        }
    });
    from_here
}

/// The next body, or why there is none to use; `None` at the end of the input.
async fn next_frame(input: &mut (impl AsyncBufReadExt + Unpin)) -> Option<Result<Vec<u8>, String>> {
    let mut length: Option<usize> = None;
    let mut odd = Vec::new();
    loop {
        let mut line = Vec::new();
        // A line without end is no header: take it in pieces that fit in memory.
        let n = (&mut *input)
            .take(1 << 16)
            .read_until(b'\n', &mut line)
            .await
            .ok()?;
        if n == 0 {
            return None;
        }
        let line = String::from_utf8_lossy(&line);
        let line = line.trim_end_matches(['\r', '\n']);
        if line.is_empty() {
            match length {
                Some(_) => break,
                // A stray empty line, or the end of a header without a length.
                None if odd.is_empty() => continue,
                None => return Some(Err(format!("no Content-Length in {:?}", odd.join(" ")))),
            }
        }
        // By its end: after a body that was longer than its header said, its rest comes first.
        match line.rsplit_once(':') {
            Some((name, value)) if ends_with_length(name) => match value.trim().parse() {
                Ok(n) if n <= MAX_BODY => length = Some(n),
                _ => odd.push(line.chars().take(100).collect::<String>()),
            },
            _ => odd.push(line.chars().take(100).collect()),
        }
        if odd.len() > 8 {
            return Some(Err(format!("no header in {:?}", odd.join(" "))));
        }
    }
    let mut body = vec![0; length?];
    input.read_exact(&mut body).await.ok()?;
    Some(check(&body).map(|()| body))
}

/// Reads `body` exactly as tower-lsp will: whatever it does not take would end the session.
fn check(body: &[u8]) -> Result<(), String> {
    #[derive(serde::Deserialize)]
    #[serde(untagged)]
    enum Message {
        Response(#[expect(dead_code, reason = "only read to see whether it can be")] Response),
        Request(#[expect(dead_code, reason = "as above")] Request),
    }
    let text = std::str::from_utf8(body).map_err(|error| format!("a body is no UTF-8: {error}"))?;
    match serde_json::from_str::<Message>(text) {
        Ok(_) => Ok(()),
        Err(error) if error.is_data() => Err("a body is no JSON-RPC 2.0 message".to_owned()),
        Err(error) => Err(format!("a body is no JSON: {error}")),
    }
}

fn ends_with_length(name: &str) -> bool {
    let name = name.trim_end().as_bytes();
    let start = name.len().saturating_sub(LENGTH.len());
    name[start..].eq_ignore_ascii_case(LENGTH)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOUND: &str = r#"{"jsonrpc":"2.0","method":"x"}"#;

    async fn through(input: Vec<u8>) -> String {
        let mut out = String::new();
        let mut sound = sound(std::io::Cursor::new(input));
        sound.read_to_string(&mut out).await.unwrap();
        out
    }

    fn frame(body: &str) -> String {
        format!("Content-Length: {}\r\n\r\n{body}", body.len())
    }

    #[tokio::test]
    async fn sound_frames_pass_as_they_are() {
        let answer = r#"{"jsonrpc":"2.0","id":1,"result":null}"#;
        let input = format!(
            "Content-Length: {}\r\nContent-Type: x\r\n\r\n{SOUND}content-length:  {}\r\n\r\n{answer}",
            SOUND.len(),
            answer.len()
        );
        assert_eq!(
            through(input.into_bytes()).await,
            frame(SOUND) + &frame(answer)
        );
    }

    #[tokio::test]
    async fn what_cannot_be_read_is_told_and_the_next_frame_is_read() {
        let deep = frame(&"[".repeat(1_000));
        for broken in [
            &b"Content-Length: 3\r\n\r\n{\"a"[..],
            b"Content-Length: x\r\n\r\n",
            b"hello\r\n\r\n",
            b"Content-Length: 1\r\n\r\n\xff",
            // Too short by one: the rest of the body stands before the next header.
            b"Content-Length: 1\r\n\r\n{}",
            b"Content-Length: 2\r\n\r\n{}",
            b"Content-Length: 2\r\n\r\n[]",
            b"Content-Length: 26\r\n\r\n{\"jsonrpc\":\"2.0\",\"id\":{}}",
            b"Content-Length: 40\r\n\r\n{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":\"\\ud800\"",
            deep.as_bytes(),
        ] {
            let out = through([broken, frame(SOUND).as_bytes(), frame(SOUND).as_bytes()].concat());
            let out = out.await;
            assert!(out.contains(MALFORMED), "{out}");
            assert!(out.ends_with(&frame(SOUND)), "{out}");
        }
    }
}
