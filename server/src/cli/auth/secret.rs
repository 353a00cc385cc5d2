//! A token from standard input: a pasted line that the terminal does not show, or all that a pipe has.

use std::io::{self, Read};

use docket_forge::Secret;

use super::super::failure::{Failure, FailureKind};

/// No token is longer.
const MAX_TOKEN: u64 = 4096;

/// What standard input is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Input {
    Terminal,
    Pipe,
}

/// From standard input, so that it is in no history and no list of processes.
pub(super) fn read(input: Input) -> Result<Secret, Failure> {
    let text = match input {
        Input::Terminal => unseen(|| {
            let mut line = String::new();
            io::stdin().read_line(&mut line).map(|_| line)
        }),
        Input::Pipe => {
            let mut text = String::new();
            let read = io::stdin().take(MAX_TOKEN).read_to_string(&mut text);
            read.map(|_| text)
        }
    };
    let text = text.map_err(|error| {
        Failure::new(FailureKind::Environment, format!("standard input: {error}"))
    })?;
    Secret::new(&text).ok_or_else(|| {
        Failure::new(FailureKind::Usage, "no token was given")
            .hint("`docket auth login < token.txt`, or paste it")
    })
}

/// Reads without the terminal showing what is typed, where it can be told to.
#[cfg(unix)]
fn unseen<T>(read: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
    use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};

    let stdin = io::stdin();
    let before = tcgetattr(&stdin).ok();
    if let Some(before) = &before {
        let mut silent = before.clone();
        silent.local_modes.remove(LocalModes::ECHO);
        // Shown is better than not read.
        let _ = tcsetattr(&stdin, OptionalActions::Now, &silent);
    }
    let read = read();
    if let Some(before) = &before {
        let _ = tcsetattr(&stdin, OptionalActions::Now, before);
    }
    read
}

#[cfg(not(unix))]
fn unseen<T>(read: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
    read()
}
