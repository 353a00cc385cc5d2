//! How a server ends, and what does not end it.

use std::process::{Command, Stdio};
use std::time::Instant;

use serde_json::{Value, json};

use super::server::{PATIENCE, Server, ended, frame, messages};
use super::{REPOSITORY, World, write};

#[test]
fn exit_ends_it_while_the_input_stays_open() {
    let world = World::new(REPOSITORY);
    let mut server = Server::serve(&world);
    server.request("shutdown", Value::Null);
    server.notify("exit", Value::Null);
    assert_eq!(server.ended().code(), Some(0));
    let mut server = Server::serve(&world);
    server.notify("exit", Value::Null);
    assert_eq!(server.ended().code(), Some(1), "exit without shutdown");
    let mut server = Server::start(&world);
    server.notify("exit", Value::Null);
    assert_eq!(server.ended().code(), Some(1), "exit before anything else");
}

#[test]
fn the_end_of_the_input_ends_it() {
    let world = World::new(REPOSITORY);
    let mut server = Server::start(&world);
    drop(server.input.take());
    assert_eq!(server.ended().code(), Some(1));
    let mut server = Server::serve(&world);
    drop(server.input.take());
    assert_eq!(server.ended().code(), Some(1));
    let mut server = Server::serve(&world);
    server.send_raw(b"Content-Length: 100\r\n\r\n{\"half");
    drop(server.input.take());
    assert_eq!(server.ended().code(), Some(1), "within a message");
    let mut server = Server::serve(&world);
    server.request("shutdown", Value::Null);
    drop(server.input.take());
    assert_eq!(server.ended().code(), Some(0), "after shutdown");
}

/// A client that is killed takes its end of both pipes with it, in the middle of anything.
#[cfg(unix)]
#[test]
fn a_killed_client_ends_it() {
    let world = World::new(REPOSITORY);
    let uri = world.project.uri("");
    let params = json!({ "processId": null, "rootUri": uri, "capabilities": {} });
    let hello = json!({ "jsonrpc": "2.0", "id": 1, "method": "initialize", "params": params });
    let session = world.user.path().join("session");
    write(&session, frame(hello.to_string().as_bytes()));
    let mut client = Command::new("/bin/sh");
    client.args(["-c", "/bin/cat \"$0\"; exec /bin/sleep 600"]);
    let mut client = client.arg(session).stdout(Stdio::piped()).spawn().unwrap();
    let mut server = world.command(&["lsp"]);
    server.stdin(client.stdout.take().unwrap());
    let mut server = server.stdout(Stdio::piped()).spawn().unwrap();
    let output = messages(server.stdout.take().unwrap());
    let answer = output.recv_timeout(PATIENCE).unwrap();
    assert!(answer["result"]["capabilities"].is_object(), "{answer}");
    client.kill().unwrap();
    client.wait().unwrap();
    assert_eq!(ended(&mut server).code(), Some(1));
}

/// The output is gone, the input stays: what the server says goes nowhere, and it still ends.
#[test]
fn a_client_that_stopped_listening_can_still_end_it() {
    let world = World::new(REPOSITORY);
    let mut command = world.command(&["lsp"]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut process = command.spawn().unwrap();
    drop(process.stdout.take());
    let mut input = process.stdin.take().unwrap();
    let params = json!({ "processId": null, "rootUri": world.project.uri(""), "capabilities": {} });
    for (id, method, params) in [
        (json!(1), "initialize", params),
        (json!(2), "shutdown", Value::Null),
        (Value::Null, "exit", Value::Null),
    ] {
        let mut message = json!({ "jsonrpc": "2.0", "method": method, "params": params });
        if !id.is_null() {
            message["id"] = id;
        }
        let bytes = frame(message.to_string().as_bytes());
        // It may have gone before it was told to.
        let _ = std::io::Write::write_all(&mut input, &bytes);
    }
    ended(&mut process);
}

/// Needs a build with the drill, as every test build is; see `Backend::drill`.
#[test]
fn a_panic_is_an_error_answer_and_the_server_goes_on() {
    let world = World::new(REPOSITORY);
    let mut server = Server::serve(&world);
    let uri = world.project.uri("a.rs");
    server.open(&uri, "rust", 1, "// TODO(T-7k3f): ring\n");
    for place in ["handler", "question", "handler", "question"] {
        let answer = server.try_request("docket/drill", json!({ "place": place }));
        let error = answer.expect_err("a panic has no result");
        assert_eq!(error["code"], -32603, "{place}: {error}");
        let card = server.hover(&uri, 0, 10);
        assert!(card.contains("Ring the bell"), "{place}: {card}");
    }
    server.edit(&uri, 2, None, "// TODO(T-9999): ring\n");
    assert_eq!(server.codes(&uri), ["unknown-ticket"]);
    server.finish();
}

#[test]
fn nothing_is_answered_after_shutdown_but_errors() {
    let world = World::new(REPOSITORY);
    let mut server = Server::serve(&world);
    let uri = world.project.uri("a.rs");
    server.request("shutdown", Value::Null);
    let document = json!({ "textDocument": { "uri": uri } });
    let error = server
        .try_request("textDocument/diagnostic", document)
        .unwrap_err();
    assert_eq!(error["code"], -32600, "{error}");
    assert!(server.read(Instant::now()).is_err(), "nothing more is said");
    server.notify("exit", Value::Null);
    assert_eq!(server.ended().code(), Some(0));
}
