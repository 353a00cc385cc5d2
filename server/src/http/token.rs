//! Who may ask: a token that lasts as long as the server, and one that is good once.

use std::fmt::Write;
use std::sync::Mutex;

/// 32 random bytes, as hexadecimal digits.
const LENGTH: usize = 32;

pub(super) struct Tokens {
    lasting: String,
    once: String,
    /// What is left to be used up.
    unused: Mutex<Option<String>>,
}

impl Tokens {
    pub(super) fn draw() -> Result<Self, getrandom::Error> {
        let once = draw()?;
        Ok(Self {
            lasting: draw()?,
            unused: Mutex::new(Some(once.clone())),
            once,
        })
    }

    pub(super) fn lasting(&self) -> &str {
        &self.lasting
    }

    pub(super) fn once(&self) -> &str {
        &self.once
    }

    /// Whether a request with this header's value may be answered.
    pub(super) fn admits(&self, authorization: Option<&str>) -> bool {
        bearer(authorization).is_some_and(|it| same(it, &self.lasting))
    }

    /// The lasting token for one that came in an address; the other kind is used up by this.
    pub(super) fn enter(&self, authorization: Option<&str>) -> Option<&str> {
        let given = bearer(authorization)?;
        if same(given, &self.lasting) {
            return Some(&self.lasting);
        }
        let mut unused = match self.unused.lock() {
            Ok(unused) => unused,
            Err(poisoned) => poisoned.into_inner(),
        };
        let is_good = unused.as_deref().is_some_and(|it| same(given, it));
        is_good.then(|| {
            *unused = None;
            self.lasting.as_str()
        })
    }
}

fn draw() -> Result<String, getrandom::Error> {
    let mut bytes = [0; LENGTH];
    getrandom::fill(&mut bytes)?;
    let mut out = String::with_capacity(2 * LENGTH);
    for it in bytes {
        // Writing to a string cannot fail.
        let _ = write!(out, "{it:02x}");
    }
    Ok(out)
}

fn bearer(authorization: Option<&str>) -> Option<&str> {
    authorization?.strip_prefix("Bearer ")
}

/// Compares in a time that tells nothing of where they differ.
fn same(one: &str, other: &str) -> bool {
    one.len() == other.len()
        && one
            .bytes()
            .zip(other.bytes())
            .fold(0, |all, (a, b)| all | (a ^ b))
            == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lasting_token_admits_and_nothing_else_does() {
        let tokens = Tokens::draw().unwrap();
        let with = |token: &str| tokens.admits(Some(&format!("Bearer {token}")));
        assert_eq!(tokens.lasting().len(), 64);
        assert!(with(tokens.lasting()));
        assert!(!with(tokens.once()) && !with("") && !with(&tokens.lasting()[1..]));
        assert!(!tokens.admits(None) && !tokens.admits(Some(tokens.lasting())));
        assert_ne!(Tokens::draw().unwrap().lasting(), tokens.lasting());
    }

    #[test]
    fn the_other_enters_once() {
        let tokens = Tokens::draw().unwrap();
        let enter = |token: &str| tokens.enter(Some(&format!("Bearer {token}")));
        assert_eq!(enter("guess"), None);
        assert_eq!(enter(tokens.once()), Some(tokens.lasting()));
        assert_eq!(enter(tokens.once()), None);
        assert_eq!(enter(tokens.lasting()), Some(tokens.lasting()));
    }
}
