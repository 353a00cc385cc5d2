//! JSON-RPC that is none, over the real pipe.

use serde_json::{Value, json};

use super::server::{Server, frame};
use super::{REPOSITORY, World};

/// After each of these the server must answer as if nothing had been sent.
#[test]
fn malformed_messages_end_nothing() {
    let world = World::new(REPOSITORY);
    let mut server = Server::serve(&world);
    let uri = world.project.uri("a.rs");
    server.open(&uri, "rust", 1, "// TODO(T-7k3f): ring\n");
    let deep = [vec![b'['; 100_000], vec![b']'; 100_000]].concat();
    let deep_params = [
        br#"{"jsonrpc":"2.0","method":"x","params":"#.as_slice(),
        &deep,
        b"}",
    ]
    .concat();
    let bodies: &[(&str, &[u8])] = &[
        ("no JSON", b"{\"broken\""),
        ("nothing", b""),
        ("blanks", b"  \n "),
        (
            "invalid UTF-8",
            b"{\"jsonrpc\":\"2.0\",\"method\":\"\xff\xfe\"}",
        ),
        (
            "invalid UTF-8 in a text",
            b"{\"jsonrpc\":\"2.0\",\"method\":\"x\",\"params\":{\"t\":\"\xc3\"}}",
        ),
        (
            "half a surrogate pair",
            br#"{"jsonrpc":"2.0","method":"x","params":{"t":"\ud800"}}"#,
        ),
        ("a number", b"7"),
        ("null", b"null"),
        ("a string", b"\"initialize\""),
        ("an empty object", b"{}"),
        ("an empty batch", b"[]"),
        (
            "a batch",
            br#"[{"jsonrpc":"2.0","method":"x"},{"jsonrpc":"2.0","id":1,"method":"y"}]"#,
        ),
        ("an old version", br#"{"jsonrpc":"1.0","method":"x"}"#),
        ("no version", br#"{"method":"initialized","params":{}}"#),
        (
            "a method that is a number",
            br#"{"jsonrpc":"2.0","id":90,"method":7}"#,
        ),
        (
            "params that are a string",
            br#"{"jsonrpc":"2.0","id":91,"method":"textDocument/hover","params":"x"}"#,
        ),
        (
            "an id that is an object",
            br#"{"jsonrpc":"2.0","id":{},"method":"shutdown"}"#,
        ),
        (
            "an answer that nobody asked for",
            br#"{"jsonrpc":"2.0","id":424242,"result":null}"#,
        ),
        (
            "an answer with result and error",
            br#"{"jsonrpc":"2.0","id":5,"result":1,"error":{"code":1,"message":""}}"#,
        ),
        (
            "a cancellation of nothing",
            br#"{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":4711}}"#,
        ),
        (
            "a cancellation without an id",
            br#"{"jsonrpc":"2.0","method":"$/cancelRequest","params":7}"#,
        ),
        (
            "a second initialize",
            br#"{"jsonrpc":"2.0","id":92,"method":"initialize","params":{"capabilities":{}}}"#,
        ),
        ("a deep array", &deep),
        ("deep parameters", &deep_params),
        (
            "a key twice",
            br#"{"jsonrpc":"2.0","jsonrpc":"2.0","method":"x","method":"y"}"#,
        ),
        (
            "an edit without a document",
            br#"{"jsonrpc":"2.0","method":"textDocument/didChange","params":{}}"#,
        ),
    ];
    for (name, body) in bodies {
        server.send_raw(&frame(body));
        still_answers(&mut server, &uri, name);
    }
    let good = json!({ "jsonrpc": "2.0", "method": "docket/nothing" }).to_string();
    let headers: &[(&str, String)] = &[
        ("no header", "hello\r\n\r\n".into()),
        ("no number", "Content-Length: many\r\n\r\n".into()),
        ("a negative length", "Content-Length: -1\r\n\r\n".into()),
        (
            "a huge length",
            "Content-Length: 99999999999999999999\r\n\r\n".into(),
        ),
        (
            "only line feeds",
            format!("Content-Length: {}\n\n{good}", good.len()),
        ),
        (
            "another type",
            format!(
                "Content-Type: text/plain\r\nContent-Length: {}\r\n\r\n{good}",
                good.len()
            ),
        ),
        (
            "lower case",
            format!("content-length:{}\r\n\r\n{good}", good.len()),
        ),
        (
            "a length too short",
            format!("Content-Length: {}\r\n\r\n{good}", good.len() - 4),
        ),
        ("a line of 1 MB", format!("{}\r\n\r\n", "x".repeat(1 << 20))),
    ];
    for (name, bytes) in headers {
        server.send_raw(bytes.as_bytes());
        still_answers(&mut server, &uri, name);
    }
    server.finish();
}

#[track_caller]
fn still_answers(server: &mut Server, uri: &str, after: &str) {
    assert!(
        server.process.try_wait().unwrap().is_none(),
        "ended after {after}"
    );
    let card = server.hover(uri, 0, 10);
    assert!(card.contains("Ring the bell"), "after {after}: {card:?}");
}

#[test]
fn what_is_asked_before_initialize_is_refused() {
    let world = World::new(REPOSITORY);
    let mut server = Server::start(&world);
    let uri = world.project.uri("a.rs");
    server.open(&uri, "rust", 1, "// TODO(T-7k3f): ring\n");
    let at = json!({ "textDocument": { "uri": uri }, "position": { "line": 0, "character": 0 } });
    let error = server.try_request("textDocument/hover", at).unwrap_err();
    assert_eq!(error["code"], -32002, "{error}");
    server.initialize(&world.project.uri(""));
    assert_eq!(server.codes(&uri), [] as [&str; 0]);
    server.finish();
}

/// What comes byte by byte, or all at once, is the same session.
#[test]
fn frames_may_come_in_any_pieces() {
    let world = World::new(REPOSITORY);
    let mut server = Server::serve(&world);
    let uri = world.project.uri("a.rs");
    let document = json!({ "uri": uri, "languageId": "rust", "version": 1, "text": "// TODO(T-7k3f): é\u{1F600}\n" });
    let open = json!({ "jsonrpc": "2.0", "method": "textDocument/didOpen",
        "params": { "textDocument": document } });
    for byte in frame(open.to_string().as_bytes()) {
        server.send_raw(&[byte]);
    }
    let mut burst = Vec::new();
    for id in 1_000..1_200 {
        let at =
            json!({ "textDocument": { "uri": uri }, "position": { "line": 0, "character": 9 } });
        let hover =
            json!({ "jsonrpc": "2.0", "id": id, "method": "textDocument/hover", "params": at });
        burst.extend(frame(hover.to_string().as_bytes()));
    }
    server.send_raw(&burst);
    for id in 1_000..1_200 {
        let card: Value = server.answer(id).unwrap();
        assert!(card["contents"]["value"].is_string(), "{card}");
    }
    server.finish();
}
