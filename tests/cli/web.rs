//! `docket board --web` as a process: it says where it is, and answers there.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::Stdio;
use std::time::Duration;

use super::{KETTLE, command, docket, schema};
use crate::support::project::Project;

#[test]
fn the_board_is_served_where_it_says() {
    let project = Project::new(KETTLE);
    let mut child = command(&project, &["board", "--web", "--json"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    let value: serde_json::Value = serde_json::from_str(&line).unwrap();
    schema::check("board-web", &value);
    let (host, token) = value["url"]
        .as_str()
        .unwrap()
        .strip_prefix("http://")
        .and_then(|it| it.split_once("/#"))
        .unwrap();
    let mut stream = TcpStream::connect(host).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(30)))
        .unwrap();
    write!(
        stream,
        "POST /api/ticket HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {token}\r\n\
         content-type: application/json\r\ncontent-length: 19\r\nconnection: close\r\n\r\n{{\"ticket\":\"T-7k3f\"}}"
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}

#[test]
fn a_port_that_is_taken_is_said() {
    let project = Project::new(KETTLE);
    let taken = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let run = docket(&project, &["board", "--web", "--port", &port]);
    assert_eq!(run.code, 2);
    assert!(
        run.stderr.contains(&port) && run.stderr.contains("without `--port`"),
        "{}",
        run.stderr
    );
    assert_eq!(docket(&project, &["board", "--no-open"]).code, 2);
}
