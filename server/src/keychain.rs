//! The system's keyring, which may be locked, or not there at all.

use std::sync::mpsc;
use std::time::Duration;

use docket_forge::Secret;

/// docket's own entries.
const SERVICE: &str = "docket";
/// For a keyring or a program to answer: it may be asking somebody who is not there.
const PATIENCE: Duration = Duration::from_secs(20);

/// Why something cannot be kept, or taken out.
#[derive(Debug, thiserror::Error)]
#[error("the system's keyring: {0}")]
pub struct KeychainError(pub String);

/// What is kept under a name; `None` also where there is no keyring.
pub fn get(account: &str) -> Option<String> {
    let entry = entry(account);
    in_time(move || entry.ok()?.get_password().ok()).flatten()
}

/// Keeps a secret under a name.
///
/// # Errors
///
/// Where there is no keyring, or it is locked.
pub fn keep(account: &str, secret: &Secret) -> Result<(), KeychainError> {
    let (entry, secret) = (entry(account), secret.clone());
    in_time(move || entry?.set_password(secret.expose()))
        .ok_or_else(late)?
        .map_err(told)
}

/// Takes out what is kept under a name; whether there was something.
///
/// # Errors
///
/// As [`keep`].
pub fn forget(account: &str) -> Result<bool, KeychainError> {
    let entry = entry(account);
    match in_time(move || entry?.delete_credential()).ok_or_else(late)? {
        Ok(()) => Ok(true),
        Err(keyring::Error::NoEntry) => Ok(false),
        Err(error) => Err(told(error)),
    }
}

/// What is asked of the system, unless it takes too long: a locked keyring waits for a person.
pub fn in_time<T: Send + 'static>(ask: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    let (answer, answered) = mpsc::channel();
    std::thread::spawn(move || {
        // Nobody waits any more where this fails.
        let _ = answer.send(ask());
    });
    answered.recv_timeout(PATIENCE).ok()
}

fn entry(account: &str) -> keyring::Result<keyring::Entry> {
    keyring::Entry::new(SERVICE, account)
}

fn late() -> KeychainError {
    KeychainError("it does not answer; is it locked?".to_owned())
}

fn told(error: keyring::Error) -> KeychainError {
    // An error of a keyring can hold the bytes that it could not read.
    KeychainError(match error {
        keyring::Error::NoEntry => "it has no token".to_owned(),
        keyring::Error::BadEncoding(_) => "what it has is no text".to_owned(),
        error => error.to_string(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_keyring_has_is_in_no_error() {
        let bad = told(keyring::Error::BadEncoding(b"ghp_secret".to_vec()));
        assert!(!format!("{bad} {bad:?}").contains("secret"));
    }
}
