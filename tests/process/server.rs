//! A test's LSP client for a real `docket lsp`, over its real pipes.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::World;
use crate::support::client::full;

/// Longer than anything takes; only a hang reaches it.
pub const PATIENCE: Duration = Duration::from_secs(60);

pub struct Server {
    pub process: Child,
    /// Taken away where a test closes it.
    pub input: Option<ChildStdin>,
    output: Receiver<Value>,
    next_id: i64,
    /// Read while something else was waited for.
    unread: VecDeque<Value>,
}

impl Server {
    /// A server in the world's repository that was told nothing yet.
    pub fn start(world: &World) -> Self {
        Self::run(&mut world.command(&["lsp"]))
    }

    /// One that serves the repository, and has read it.
    pub fn serve(world: &World) -> Self {
        let mut server = Self::start(world);
        server.initialize(&world.project.uri(""));
        server.workspace();
        server
    }

    pub fn run(command: &mut Command) -> Self {
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = command.stderr(Stdio::null()).spawn().unwrap();
        let (input, output) = (process.stdin.take(), process.stdout.take().unwrap());
        Self {
            process,
            input,
            output: messages(output),
            next_id: 0,
            unread: VecDeque::new(),
        }
    }

    pub fn initialize(&mut self, folder: &str) {
        let folders = json!([{ "uri": folder, "name": "test" }]);
        let params = json!({ "processId": null, "rootUri": folder, "workspaceFolders": folders,
            "capabilities": full() });
        self.request("initialize", params);
        self.notify("initialized", json!({}));
    }

    /// Sends bytes as they are; a server that is gone takes none, which the next wait tells.
    pub fn send_raw(&mut self, bytes: &[u8]) {
        if let Some(input) = &mut self.input {
            let _ = input.write_all(bytes).and_then(|()| input.flush());
        }
    }

    pub fn send(&mut self, message: &Value) {
        self.send_raw(&frame(message.to_string().as_bytes()));
    }

    pub fn notify(&mut self, method: &str, params: Value) {
        self.send(&json!({ "jsonrpc": "2.0", "method": method, "params": params }));
    }

    /// Sends a request without waiting for its answer.
    pub fn post(&mut self, method: &str, params: Value) -> i64 {
        self.next_id += 1;
        let id = self.next_id;
        self.send(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }));
        id
    }

    /// The result of a request; panics on an error.
    pub fn request(&mut self, method: &str, params: Value) -> Value {
        let answer = self.try_request(method, params);
        answer.unwrap_or_else(|error| panic!("{method} answered {error}"))
    }

    pub fn try_request(&mut self, method: &str, params: Value) -> Result<Value, Value> {
        let id = self.post(method, params);
        self.answer(id)
    }

    pub fn answer(&mut self, id: i64) -> Result<Value, Value> {
        let is_answer = |it: &Value| it["id"] == id && it["method"].is_null();
        let message = self.wait(&format!("the answer {id}"), is_answer);
        match message.get("error") {
            Some(error) => Err(error.clone()),
            None => Ok(message["result"].clone()),
        }
    }

    /// The next notification or request of that method from the server.
    pub fn expect(&mut self, method: &str) -> Value {
        self.wait(method, |it| it["method"] == method)
    }

    /// Waits for the first message that fits, keeping the others.
    pub fn wait(&mut self, what: &str, fits: impl Fn(&Value) -> bool) -> Value {
        if let Some(idx) = self.unread.iter().position(&fits) {
            return self.unread.remove(idx).unwrap();
        }
        let deadline = Instant::now() + PATIENCE;
        loop {
            match self.read(deadline) {
                Ok(message) if fits(&message) => return message,
                Ok(message) => self.unread.push_back(message),
                Err(error) => panic!(
                    "waited in vain for {what}: {error}; there came {:#?}",
                    self.unread
                ),
            }
        }
    }

    /// The next message before `deadline`. Requests are answered as an editor does that accepts
    /// everything; only what asks the user is left to the test.
    pub fn read(&mut self, deadline: Instant) -> Result<Value, RecvTimeoutError> {
        let left = deadline.saturating_duration_since(Instant::now());
        let message = self.output.recv_timeout(left)?;
        let method = message["method"].as_str().unwrap_or_default();
        if message.get("id").is_some() && !matches!(method, "" | "window/showMessageRequest") {
            let result = match method {
                "workspace/applyEdit" => json!({ "applied": true }),
                "workspace/configuration" => json!([null]),
                _ => Value::Null,
            };
            self.reply(&message["id"], result);
        }
        Ok(message)
    }

    pub fn reply(&mut self, id: &Value, result: Value) {
        self.send(&json!({ "jsonrpc": "2.0", "id": id, "result": result }));
    }

    /// The messages that the user was shown so far, in order.
    pub fn shown(&mut self) -> Vec<String> {
        let shown = self
            .unread
            .iter()
            .filter(|it| it["method"] == "window/showMessage");
        shown
            .map(|it| it["params"]["message"].as_str().unwrap().to_owned())
            .collect()
    }

    pub fn open(&mut self, uri: &str, language: &str, version: i32, text: &str) {
        let document =
            json!({ "uri": uri, "languageId": language, "version": version, "text": text });
        self.notify("textDocument/didOpen", json!({ "textDocument": document }));
    }

    /// Replaces `range` (line, character to line, character), or everything.
    pub fn edit(&mut self, uri: &str, version: i32, range: Option<[u32; 4]>, text: &str) {
        let change = match range {
            None => json!({ "text": text }),
            Some([line, character, end_line, end_character]) => json!({ "text": text, "range": {
                "start": { "line": line, "character": character },
                "end": { "line": end_line, "character": end_character } } }),
        };
        let params = json!({ "textDocument": { "uri": uri, "version": version },
            "contentChanges": [change] });
        self.notify("textDocument/didChange", params);
    }

    pub fn close(&mut self, uri: &str) {
        self.notify(
            "textDocument/didClose",
            json!({ "textDocument": { "uri": uri } }),
        );
    }

    /// The codes of a document's findings.
    pub fn codes(&mut self, uri: &str) -> Vec<String> {
        let document = json!({ "textDocument": { "uri": uri } });
        let report = self.request("textDocument/diagnostic", document);
        codes(&report)
    }

    /// What hovering shows.
    pub fn hover(&mut self, uri: &str, line: u32, character: u32) -> String {
        let at = json!({ "textDocument": { "uri": uri },
            "position": { "line": line, "character": character } });
        self.request("textDocument/hover", at)["contents"]["value"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    }

    /// Asks until a document's findings are as expected: watchers take the time that they take.
    pub fn settle(&mut self, uri: &str, expected: &[&str]) {
        self.until(&format!("{expected:?} in {uri}"), |server| {
            server.codes(uri) == expected
        });
    }

    /// Asks again and again until it is so.
    pub fn until(&mut self, what: &str, is_so: impl Fn(&mut Self) -> bool) {
        let deadline = Instant::now() + PATIENCE;
        while !is_so(self) {
            assert!(Instant::now() < deadline, "waited in vain for {what}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Findings by file, over the whole workspace.
    pub fn workspace(&mut self) -> Vec<(String, Vec<String>)> {
        let asked = json!({ "previousResultIds": [] });
        let report = self.request("workspace/diagnostic", asked);
        let items = report["items"].as_array().unwrap();
        let of = |it: &Value| (it["uri"].as_str().unwrap().to_owned(), codes(it));
        items.iter().map(of).collect()
    }

    pub fn execute(&mut self, command: &str, argument: Value) -> Result<Value, Value> {
        let params = json!({ "command": command, "arguments": [argument] });
        self.try_request("workspace/executeCommand", params)
    }

    /// Waits for the end of the process.
    pub fn ended(&mut self) -> ExitStatus {
        ended(&mut self.process)
    }

    /// Ends it as an editor does.
    pub fn finish(mut self) {
        self.request("shutdown", Value::Null);
        self.notify("exit", Value::Null);
        assert_eq!(self.ended().code(), Some(0));
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

pub fn frame(body: &[u8]) -> Vec<u8> {
    let mut frame = format!("Content-Length: {}\r\n\r\n", body.len()).into_bytes();
    frame.extend_from_slice(body);
    frame
}

/// Waits for the end of a process.
pub fn ended(process: &mut Child) -> ExitStatus {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(status) = process.try_wait().unwrap() {
            return status;
        }
        assert!(Instant::now() < deadline, "the process does not end");
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn codes(report: &Value) -> Vec<String> {
    let items = report["items"].as_array();
    let items = items.unwrap_or_else(|| panic!("no full report: {report}"));
    items
        .iter()
        .map(|it| it["code"].as_str().unwrap().to_owned())
        .collect()
}

/// Every message of a stream, read as it comes, so that a server is never held up by its reader.
pub fn messages(output: impl Read + Send + 'static) -> Receiver<Value> {
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        let mut output = BufReader::new(output);
        while let Some(message) = next_message(&mut output) {
            if sender.send(message).is_err() {
                return;
            }
        }
    });
    receiver
}

fn next_message(output: &mut impl BufRead) -> Option<Value> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        if output.read_line(&mut line).ok()? == 0 {
            return None;
        }
        match line.trim_end().split_once(": ") {
            Some((name, value)) if name.eq_ignore_ascii_case("content-length") => {
                length = value.parse().unwrap();
            }
            Some(_) => {}
            None => break,
        }
    }
    let mut body = vec![0; length];
    output.read_exact(&mut body).ok()?;
    Some(serde_json::from_slice(&body).unwrap())
}
