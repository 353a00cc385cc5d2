//! Through a proxy: a real one in this process, which takes `CONNECT` and passes on what comes.

use std::io::{BufRead, BufReader};
use std::net::{Shutdown, TcpListener, TcpStream};

use super::*;
use crate::ProxyVariables;

/// What a proxy does with a tunnel that is asked for.
#[derive(Clone, Copy)]
enum Manner {
    /// Opens it.
    Willing,
    /// Wants a password first, and opens it to who has one.
    Guarded,
    /// Says that it is open, and keeps what comes.
    Listening,
}

/// A proxy's address, and what came to it: the heads of requests, and the first bytes of tunnels
/// that are listened to.
fn proxy(manner: Manner) -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let came: Arc<Mutex<Vec<String>>> = Arc::default();
    let noted = Arc::clone(&came);
    std::thread::spawn(move || {
        for client in listener.incoming() {
            let noted = Arc::clone(&noted);
            std::thread::spawn(move || serve(client.unwrap(), manner, &noted));
        }
    });
    (address, came)
}

fn serve(mut client: TcpStream, manner: Manner, noted: &Mutex<Vec<String>>) {
    let mut reader = BufReader::new(client.try_clone().unwrap());
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if reader.read_line(&mut head).unwrap() == 0 {
            return;
        }
    }
    lock(noted).push(head.clone());
    let has_password = head.contains("Proxy-Authorization: Basic YW5hOmh1bnRlcjI=");
    if matches!(manner, Manner::Guarded) && !has_password {
        let _ = client.write_all(b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n");
        return;
    }
    let _ = client.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n");
    if matches!(manner, Manner::Listening) {
        let mut first = [0; 3];
        let _ = reader.read_exact(&mut first);
        lock(noted).push(format!("{first:02x?}"));
        return;
    }
    let target = head.split_whitespace().nth(1).unwrap();
    let mut server = TcpStream::connect(target).unwrap();
    let mut back = server.try_clone().unwrap();
    let mut to_client = client.try_clone().unwrap();
    std::thread::spawn(move || {
        let _ = std::io::copy(&mut back, &mut to_client);
        let _ = to_client.shutdown(Shutdown::Both);
    });
    let _ = std::io::copy(&mut reader, &mut server);
    let _ = server.shutdown(Shutdown::Both);
}

/// As the variable would be written.
fn named(https: &str) -> Option<Proxy> {
    let variables = ProxyVariables {
        https,
        ..ProxyVariables::default()
    };
    let found = variables.proxy_for("https://api.github.com").unwrap();
    assert!(found.is_some(), "{https}");
    found
}

#[tokio::test]
async fn requests_and_their_answers_go_through_the_tunnel() {
    let stub = Stub::start().await;
    let (address, came) = proxy(Manner::Guarded);
    let github = GitHub::new(Options {
        proxy: named(&format!("http://ana:hunter2@{address}")),
        ..stub.options()
    })
    .unwrap();
    let made = github.create(&titled("Through")).await.unwrap();
    assert_eq!(github.issue(made.number).await.unwrap().title, "Through");
    let host = stub.address().replace("http://", "");
    let heads = lock(&came).clone();
    assert!(!heads.is_empty());
    for head in heads {
        assert!(
            head.starts_with(&format!("CONNECT {host} HTTP/1.1")),
            "{head}"
        );
        // What is for GitHub is not for the proxy.
        assert!(!head.contains(TOKEN), "{head}");
    }
}

#[tokio::test]
async fn a_proxy_sees_the_host_and_then_only_tls() {
    let (address, came) = proxy(Manner::Listening);
    let github = GitHub::new(Options {
        proxy: named(&address),
        patience: Patience {
            pauses: vec![],
            ..Patience::default()
        },
        ..at("https://github.invalid/api/v3")
    })
    .unwrap();
    let error = github.viewer().await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Unavailable);
    assert!(
        error
            .message
            .contains(&format!("through the proxy http://{address}")),
        "{}",
        error.message
    );
    let came = lock(&came).clone();
    assert!(
        came[0].starts_with("CONNECT github.invalid:443 HTTP/1.1"),
        "{came:?}"
    );
    // A handshake record of TLS (RFC 8446, 5.1).
    assert_eq!(came[1], "[16, 03, 01]");
}

#[tokio::test]
async fn a_password_that_is_missing_is_said_and_nothing_was_sent() {
    let stub = Stub::start().await;
    let (address, _) = proxy(Manner::Guarded);
    let github = GitHub::new(Options {
        proxy: named(&address),
        ..stub.options()
    })
    .unwrap();
    let error = github.create(&titled("One")).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Unavailable, "{}", error.message);
    assert!(
        error.message.contains("USER:PASSWORD@"),
        "{}",
        error.message
    );
    assert_eq!(stub.sent().await, []);
}

#[tokio::test]
async fn a_proxy_that_is_not_there_is_named() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let stub = Stub::start().await;
    let (willing, _) = proxy(Manner::Willing);
    let through = |it: &str| {
        GitHub::new(Options {
            proxy: named(it),
            ..stub.options()
        })
        .unwrap()
    };
    assert!(through(&willing).viewer().await.is_ok());
    let error = through(&address.to_string()).create(&titled("One")).await;
    let error = error.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Unavailable);
    assert!(error.message.contains("HTTPS_PROXY"), "{}", error.message);
}
