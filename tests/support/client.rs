//! A test's LSP client: speaks to the real server over an in-memory pipe, waits with deadlines, and
//! fails where a message was left unread.

use std::collections::VecDeque;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{
    AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader, DuplexStream, ReadHalf, WriteHalf,
};
use tokio::task::JoinHandle;

use docket::env::Env;
use docket::lsp::End;

/// Longer than anything takes; only a hang reaches it.
const PATIENCE: Duration = Duration::from_secs(30);

pub struct Client {
    input: WriteHalf<DuplexStream>,
    output: BufReader<ReadHalf<DuplexStream>>,
    server: JoinHandle<anyhow::Result<End>>,
    next_id: i64,
    /// Read while something else was waited for.
    unread: VecDeque<Value>,
    /// Answers requests of the server as an editor does that accepts everything.
    pub answers_requests: bool,
    /// Methods whose messages a test does not care for.
    pub ignored: Vec<&'static str>,
}

impl Client {
    /// A server with nothing said to it yet.
    pub fn start(env: Env) -> Self {
        let (ours, theirs) = tokio::io::duplex(1 << 20);
        let (their_input, their_output) = tokio::io::split(theirs);
        let server = tokio::spawn(docket::lsp::serve(env, their_input, their_output));
        let (output, input) = tokio::io::split(ours);
        Self {
            input,
            output: BufReader::new(output),
            server,
            next_id: 0,
            unread: VecDeque::new(),
            answers_requests: true,
            ignored: vec![
                "window/workDoneProgress/create",
                "$/progress",
                "client/registerCapability",
                "workspace/configuration",
                "workspace/diagnostic/refresh",
            ],
        }
    }

    /// `initialize` and `initialized` with these capabilities and this folder.
    pub async fn initialize(&mut self, capabilities: Value, folder: &str) -> Value {
        let folders = json!([{ "uri": folder, "name": "test" }]);
        let params = json!({ "processId": null, "rootUri": folder, "workspaceFolders": folders,
            "capabilities": capabilities });
        let answer = self.request("initialize", params).await;
        self.notify("initialized", json!({})).await;
        answer
    }

    pub async fn send(&mut self, message: &Value) {
        let body = message.to_string();
        self.send_raw(&format!("Content-Length: {}\r\n\r\n{body}", body.len()))
            .await;
    }

    pub async fn send_raw(&mut self, bytes: &str) {
        let write = self.input.write_all(bytes.as_bytes());
        tokio::time::timeout(PATIENCE, write)
            .await
            .expect("the server stopped reading")
            .unwrap();
    }

    pub async fn notify(&mut self, method: &str, params: Value) {
        self.send(&json!({ "jsonrpc": "2.0", "method": method, "params": params }))
            .await;
    }

    /// Sends a request without waiting for its answer.
    pub async fn post(&mut self, method: &str, params: Value) -> i64 {
        self.next_id += 1;
        let id = self.next_id;
        self.send(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }))
            .await;
        id
    }

    /// The result of a request; panics on an error answer.
    pub async fn request(&mut self, method: &str, params: Value) -> Value {
        let answer = self.try_request(method, params).await;
        answer.unwrap_or_else(|error| panic!("{method} answered {error}"))
    }

    pub async fn try_request(&mut self, method: &str, params: Value) -> Result<Value, Value> {
        let id = self.post(method, params).await;
        self.answer(id).await
    }

    pub async fn answer(&mut self, id: i64) -> Result<Value, Value> {
        let message = self
            .wait(&format!("the answer {id}"), |it| {
                it["id"] == id && it["method"].is_null()
            })
            .await;
        match message.get("error") {
            Some(error) => Err(error.clone()),
            None => Ok(message["result"].clone()),
        }
    }

    /// The next notification or request of that method from the server.
    pub async fn expect(&mut self, method: &str) -> Value {
        self.wait(method, |it| it["method"] == method).await["params"].take()
    }

    /// Waits for the first message that fits, keeping the others.
    pub async fn wait(&mut self, what: &str, fits: impl Fn(&Value) -> bool) -> Value {
        if let Some(idx) = self.unread.iter().position(&fits) {
            return self.unread.remove(idx).unwrap();
        }
        let deadline = tokio::time::Instant::now() + PATIENCE;
        loop {
            let Ok(message) = tokio::time::timeout_at(deadline, self.read()).await else {
                panic!("waited in vain for {what}; there came: {:#?}", self.unread);
            };
            let message = message.unwrap_or_else(|| panic!("the server hung up before {what}"));
            if fits(&message) {
                return message;
            }
            self.unread.push_back(message);
        }
    }

    /// The parameters of the messages of that method that came and were left.
    pub fn seen(&self, method: &str) -> Vec<&Value> {
        let of = self.unread.iter().filter(|it| it["method"] == method);
        of.map(|it| &it["params"]).collect()
    }

    /// Waits for a message of that method, and leaves it.
    pub async fn peek(&mut self, method: &str) {
        let message = self.wait(method, |it| it["method"] == method).await;
        self.unread.push_front(message);
    }

    async fn read(&mut self) -> Option<Value> {
        let mut length = 0;
        loop {
            let mut line = String::new();
            if self.output.read_line(&mut line).await.ok()? == 0 {
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
        self.output.read_exact(&mut body).await.ok()?;
        let message: Value = serde_json::from_slice(&body).unwrap();
        if self.answers_requests && message.get("method").is_some() && message.get("id").is_some() {
            let result = match message["method"].as_str().unwrap() {
                "workspace/applyEdit" => json!({ "applied": true }),
                "window/showDocument" => json!({ "success": true }),
                "workspace/configuration" => json!([null]),
                _ => Value::Null,
            };
            self.send(&json!({ "jsonrpc": "2.0", "id": message["id"], "result": result }))
                .await;
        }
        Some(message)
    }

    pub async fn open(&mut self, uri: &str, language: &str, text: &str) {
        let document = json!({ "uri": uri, "languageId": language, "version": 1, "text": text });
        self.notify("textDocument/didOpen", json!({ "textDocument": document }))
            .await;
    }

    /// Replaces `range` (line, character to line, character), or everything.
    pub async fn edit(&mut self, uri: &str, version: i32, range: Option<[u32; 4]>, text: &str) {
        let change = match range {
            None => json!({ "text": text }),
            Some([line, character, end_line, end_character]) => json!({ "text": text, "range": {
                "start": { "line": line, "character": character },
                "end": { "line": end_line, "character": end_character } } }),
        };
        let document = json!({ "uri": uri, "version": version });
        let params = json!({ "textDocument": document, "contentChanges": [change] });
        self.notify("textDocument/didChange", params).await;
    }

    /// Shuts the server down and fails where it said something that nobody read.
    pub async fn finish(mut self) {
        self.request("shutdown", Value::Null).await;
        self.notify("exit", Value::Null).await;
        let end = tokio::time::timeout(PATIENCE, self.server)
            .await
            .expect("the server did not end");
        assert_eq!(end.unwrap().unwrap(), End::Orderly);
        self.unread.retain(|it| {
            let method = it["method"].as_str().unwrap_or_default();
            !self.ignored.contains(&method)
        });
        assert!(self.unread.is_empty(), "left unread: {:#?}", self.unread);
    }
}

/// The capabilities of an editor that can do everything docket asks about.
pub fn full() -> Value {
    json!({
        "general": { "positionEncodings": ["utf-16"] },
        "window": { "workDoneProgress": true, "showDocument": { "support": true } },
        "workspace": {
            "applyEdit": true, "configuration": true,
            "workspaceEdit": { "documentChanges": true, "resourceOperations": ["create", "rename", "delete"],
                "changeAnnotationSupport": { "groupsOnLabel": true } },
            "fileOperations": { "willRename": true, "didRename": true, "willDelete": true, "didDelete": true },
            "didChangeWatchedFiles": { "dynamicRegistration": true },
            "inlayHint": { "refreshSupport": false }, "diagnostics": { "refreshSupport": true },
            "symbol": { "tagSupport": { "valueSet": [1] }, "resolveSupport": { "properties": ["location.range"] } }
        },
        "textDocument": {
            "diagnostic": { "relatedInformation": true, "codeDescriptionSupport": true,
                "tagSupport": { "valueSet": [1, 2] }, "dataSupport": true },
            "hover": { "contentFormat": ["markdown"] },
            "codeAction": { "codeActionLiteralSupport": { "codeActionKind": { "valueSet": ["quickfix"] } },
                "isPreferredSupport": true, "dataSupport": true, "honorsChangeAnnotations": true, "resolveSupport": { "properties": ["edit"] } },
            "completion": { "completionItem": { "documentationFormat": ["markdown"], "labelDetailsSupport": true,
                "resolveSupport": { "properties": ["documentation"] } } },
            "documentLink": { "tooltipSupport": true },
            "documentSymbol": { "hierarchicalDocumentSymbolSupport": true, "tagSupport": { "valueSet": [1] } },
            "foldingRange": { "lineFoldingOnly": true, "foldingRange": { "collapsedText": true } },
            "selectionRange": {}, "implementation": {}, "callHierarchy": {},
            "codeLens": {}, "formatting": {},
            "semanticTokens": { "requests": { "range": true, "full": { "delta": true } }, "formats": ["relative"],
                "tokenTypes": ["namespace", "type", "class", "enumMember", "variable", "decorator", "keyword",
                    "string", "number", "operator", "macro"],
                "tokenModifiers": ["declaration", "deprecated", "readonly"] },
            "rename": { "prepareSupport": true, "honorsChangeAnnotations": true }
        }
    })
}

/// An environment whose clock stands at noon of 2026-11-20.
pub fn env(cwd: &std::path::Path) -> Env {
    Env::fixed(cwd, "2026-11-20T12:00:00[UTC]".parse().unwrap(), 7)
}
