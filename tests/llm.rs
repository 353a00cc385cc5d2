//! docket's models against a mock that speaks the providers' wire formats.
//!
//! `tests/setup/llm` installs it, `tests/run llm` runs this with it; where it is not installed, it is
//! left out and says so. Gemini's streaming it has as well, but not its schema: that is held to the
//! documentation by the stubs of `server/ai`.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use docket_ai::endpoint::{Endpoint, Protocol};
use docket_ai::remote::{Patience, Remote};
use docket_ai::{
    Cancel, Event, Failure, Message, Model, Progress, PromptId, Reply, Request, Secret, Spent,
    Stop, Tool, ToolResult, structured,
};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};

/// Set by `tests/run llm`: the set-up has to be there.
const REQUIRED: &str = "DOCKET_TESTS_LLM";
/// How long a start may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// Each with what comes after the mock's address. Ollama is spoken to as docket speaks to it.
const WAYS: [(&str, Protocol, &str); 4] = [
    ("openai-chat", Protocol::OpenAiChat, "/v1"),
    ("openai", Protocol::OpenAiResponses, "/v1"),
    ("anthropic", Protocol::Anthropic, "/v1"),
    ("ollama", Protocol::OpenAiChat, "/v1"),
];

/// The mock; gone when dropped.
struct Mock {
    process: Child,
    port: u16,
}

#[derive(Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Title {
    title: String,
}

#[derive(Default)]
struct Told(Mutex<Vec<String>>);

impl Progress for Told {
    fn on(&self, event: &Event<'_>) {
        if let Event::Text(text) = event {
            self.0.lock().unwrap().push((*text).to_owned());
        }
    }
}

impl Mock {
    /// `None` where it is not installed and need not be.
    fn start() -> Option<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let target =
            std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
        let tools = target.join("tools/llm");
        if !tools.join("installed").exists() {
            assert!(
                std::env::var_os(REQUIRED).is_none(),
                "{} is not there: tests/setup/llm installs it",
                tools.display()
            );
            eprintln!("left out: tests/setup/llm installs what this needs");
            return None;
        }
        // Free a moment ago; the mock tells nobody which port it took.
        let port = {
            let listener = TcpListener::bind("127.0.0.1:0").unwrap();
            listener.local_addr().unwrap().port()
        };
        let mut process = Command::new("node")
            .arg(tools.join("node_modules/.bin/llmock"))
            .args(["--strict", "--journal-max", "0", "--log-level", "warn"])
            .args(["-p", &port.to_string(), "-f"])
            .arg(root.join("tests/llm/fixtures.json"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let begun = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            if process.try_wait().unwrap().is_some() || begun.elapsed() > PATIENCE {
                let mut said = String::new();
                let _ = process.kill();
                let mut pipe = BufReader::new(process.stderr.take().unwrap());
                while pipe.read_line(&mut said).unwrap_or(0) > 0 {}
                panic!("the mock did not start: {said}");
            }
            std::thread::yield_now();
        }
        Some(Self { process, port })
    }

    fn model(&self, (provider, protocol, path): (&str, Protocol, &str)) -> Remote {
        let endpoint = Endpoint {
            provider: provider.to_owned(),
            protocol,
            base: format!("http://127.0.0.1:{}{path}", self.port),
            key: Secret::new("mock"),
            proxy: None,
        };
        Remote::new(&endpoint, "claude-haiku-4-5", Patience::default()).unwrap()
    }

    /// The body of what was sent last.
    fn last(&self) -> Value {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        let asked = "GET /__aimock/journal HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n";
        stream.write_all(asked.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let body = answer.split_once("\r\n\r\n").unwrap().1;
        let journal: Value = serde_json::from_str(body).unwrap_or_else(|_| panic!("{answer}"));
        let entries = journal.as_array().or_else(|| journal["entries"].as_array());
        entries.unwrap().last().unwrap().clone()
    }
}

impl Drop for Mock {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn request(text: &str) -> Request {
    let mut request = Request::new("test", PromptId::default(), "You are terse.", text);
    request.max_output = 200;
    request
}

async fn ask(model: &Remote, request: &Request) -> Result<Reply, Failure> {
    model.ask(request, &(), &Cancel::new()).await
}

#[tokio::test]
async fn every_protocol_speaks_to_the_mock() {
    let Some(mock) = Mock::start() else { return };
    for way in WAYS {
        let model = mock.model(way);
        let told = Told::default();
        let asked = request("say two words");
        let reply = model.ask(&asked, &told, &Cancel::new()).await.unwrap();
        assert_eq!(
            (reply.text.as_str(), reply.stop),
            ("two words", Stop::End),
            "{way:?}"
        );
        // Elsewhere the mock counts nothing, which is not to be taken for none.
        let counts = way.1 == Protocol::OpenAiChat;
        let usage = reply.usage;
        assert_eq!(usage.is_some(), counts, "{way:?}: {usage:?}");
        assert!(usage.is_none_or(|it| it.output > 0), "{way:?}: {usage:?}");
        let pieces = told.0.into_inner().unwrap();
        assert!(pieces.len() > 1, "{way:?}: {pieces:?}");
        assert_eq!(pieces.concat(), "two words", "{way:?}");
    }
}

#[tokio::test]
async fn every_protocol_sends_the_schema_and_mends_what_breaks_it_once() {
    let Some(mock) = Mock::start() else { return };
    for way in WAYS {
        let model = mock.model(way);
        let cancel = Cancel::new();
        let asked = request("a title");
        let answer =
            structured::ask::<Title>(&model, &asked, "title", &|_| Ok(()), &(), &cancel).await;
        assert_eq!(answer.unwrap().value.title, "Ring the bell", "{way:?}");
        // The mock's journal has other requests without it: it keeps what it understands. The stubs
        // of `server/ai` hold each protocol to it.
        if way.1 == Protocol::OpenAiChat {
            let sent = mock.last().to_string();
            assert!(sent.contains("additionalProperties"), "{way:?}: {sent}");
        }
        let asked = request("break the schema");
        let answer =
            structured::ask::<Title>(&model, &asked, "title", &|_| Ok(()), &(), &cancel).await;
        assert_eq!(answer.unwrap().value.title, "Mended", "{way:?}");
    }
}

#[tokio::test]
async fn every_protocol_goes_through_a_tool_and_back() {
    let Some(mock) = Mock::start() else { return };
    for way in WAYS {
        let model = mock.model(way);
        let mut asked = request("which ticket");
        asked.tools.push(Tool {
            name: "find".to_owned(),
            description: "Finds a ticket.".to_owned(),
            parameters: json!({"type": "object", "properties": {"id": {"type": "string"}}}),
        });
        let reply = ask(&model, &asked).await.unwrap();
        assert_eq!(reply.stop, Stop::Tools, "{way:?}");
        assert_eq!(reply.calls[0].arguments, json!({"id": "T-1"}), "{way:?}");
        let result = ToolResult {
            id: reply.calls[0].id.clone(),
            name: "find".to_owned(),
            content: "T-1 is done".to_owned(),
        };
        asked.messages.push(Message::Assistant {
            text: reply.text,
            calls: reply.calls,
        });
        asked.messages.push(Message::Tools(vec![result]));
        let reply = ask(&model, &asked).await.unwrap();
        assert_eq!(reply.text, "T-1 it is", "{way:?}");
    }
}

#[tokio::test]
async fn every_protocols_faults_are_typed() {
    let Some(mock) = Mock::start() else { return };
    for way in WAYS {
        let model = mock.model(way);
        let cases = [
            ("go on for long", "too-long"),
            ("limit me", "rate-limited"),
            ("overload", "overloaded"),
            ("bad key", "auth"),
            ("break off", "cut"),
        ];
        for (text, code) in cases {
            let failure = ask(&model, &request(text)).await.unwrap_err();
            assert_eq!(failure.error.code(), code, "{way:?} {text}: {failure}");
            let is_free = failure.spent == Spent::Nothing;
            let was_turned_away = !matches!(code, "too-long" | "cut");
            assert_eq!(
                is_free, was_turned_away,
                "{way:?} {text}: {:?}",
                failure.spent
            );
            if code == "rate-limited" {
                assert_eq!(failure.error.retry_after(), Some(Duration::from_secs(7)));
            }
        }
    }
}
