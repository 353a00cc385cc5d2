//! A text that is never shown.

use std::fmt;

/// A credential. Neither `Debug` nor an error shows it; what has to send it says
/// [`Secret::expose`].
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Without the white space around it, which comes with pasting; `None` where nothing is left.
    pub fn new(text: &str) -> Option<Self> {
        let text = text.trim();
        (!text.is_empty()).then(|| Self(text.to_owned()))
    }

    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_trimmed_and_never_shown() {
        let secret = Secret::new(" ghp_octo\n").unwrap();
        assert_eq!(secret.expose(), "ghp_octo");
        assert_eq!(format!("{secret:?}"), "Secret(..)");
        assert_eq!(Secret::new(" \n"), None);
    }
}
