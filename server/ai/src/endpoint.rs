//! Where a model is, and in which protocol it is spoken to.

use docket_core::secret::Secret;

/// A wire format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    /// `POST chat/completions`; what compatible servers speak, Ollama's `/v1` among them.
    OpenAiChat,
    /// `POST responses`.
    OpenAiResponses,
    Anthropic,
    Gemini,
}

/// A provider that docket knows by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Provider {
    /// What a model's name begins with: `anthropic/…`.
    pub name: &'static str,
    pub protocol: Protocol,
    /// Ends in a slash.
    pub base: &'static str,
    /// The variable in which the provider's own documentation keeps a key; none is needed without.
    pub variable: Option<&'static str>,
}

/// The providers that need no configuration but a key.
///
/// Ollama is reached by its OpenAI-compatible address: in its own protocol the crate that speaks it
/// leaves the schema out.
pub const PROVIDERS: [Provider; 5] = [
    Provider {
        name: "openai",
        protocol: Protocol::OpenAiResponses,
        base: "https://api.openai.com/v1/",
        variable: Some("OPENAI_API_KEY"),
    },
    Provider {
        name: "openai-chat",
        protocol: Protocol::OpenAiChat,
        base: "https://api.openai.com/v1/",
        variable: Some("OPENAI_API_KEY"),
    },
    Provider {
        name: "anthropic",
        protocol: Protocol::Anthropic,
        base: "https://api.anthropic.com/v1/",
        variable: Some("ANTHROPIC_API_KEY"),
    },
    Provider {
        name: "gemini",
        protocol: Protocol::Gemini,
        base: "https://generativelanguage.googleapis.com/v1beta/",
        variable: Some("GEMINI_API_KEY"),
    },
    Provider {
        name: "ollama",
        protocol: Protocol::OpenAiChat,
        base: "http://localhost:11434/v1/",
        variable: None,
    },
];

/// Where requests for a model go.
#[derive(Clone, Debug)]
pub struct Endpoint {
    /// The provider's name, as the user calls it.
    pub provider: String,
    pub protocol: Protocol,
    pub base: String,
    pub key: Option<Secret>,
    /// Through which proxy; `None`: directly.
    pub proxy: Option<String>,
}

/// `provider/model`; a model's own name may have slashes.
pub fn split(model: &str) -> Option<(&str, &str)> {
    model
        .split_once('/')
        .filter(|(provider, name)| !provider.is_empty() && !name.is_empty())
}

/// The provider of that name.
pub fn provider(name: &str) -> Option<&'static Provider> {
    PROVIDERS.iter().find(|it| it.name == name)
}

/// Whether what is sent there is encrypted, or stays on this machine. A key, and a project's text,
/// goes nowhere else.
pub fn is_safe(base: &str) -> bool {
    let host = |scheme: &str| {
        let rest = base.strip_prefix(scheme)?;
        let host = rest.split('/').next()?;
        (!host.is_empty() && !host.contains('@')).then_some(host)
    };
    host("https://").is_some()
        || host("http://").is_some_and(|it| {
            let name = match it.strip_prefix('[') {
                Some(rest) => rest.split(']').next(),
                None => it.split(':').next(),
            };
            matches!(name, Some("localhost" | "127.0.0.1" | "::1"))
        })
}

/// With one slash at its end: what is appended would replace the last part otherwise.
pub(crate) fn with_slash(base: &str) -> String {
    format!("{}/", base.trim_end_matches('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_is_named_with_its_provider() {
        assert_eq!(split("openai/gpt-5"), Some(("openai", "gpt-5")));
        assert_eq!(
            split("router/meta/llama-3"),
            Some(("router", "meta/llama-3"))
        );
        for bad in ["gpt-5", "/gpt-5", "openai/"] {
            assert_eq!(split(bad), None, "{bad}");
        }
    }

    #[test]
    fn only_encrypted_or_local_addresses_are_safe() {
        for good in [
            "https://api.example.org/v1/",
            "http://localhost:11434/v1/",
            "http://127.0.0.1:4320/",
            "http://[::1]:80/",
        ] {
            assert!(is_safe(good), "{good}");
        }
        for bad in [
            "http://api.example.org/v1/",
            "https://user@evil.example/",
            "http://localhost.evil.example/",
            "http://localhost@evil.example/",
            "ftp://localhost/",
            "https://",
            "",
        ] {
            assert!(!is_safe(bad), "{bad}");
        }
        for it in PROVIDERS {
            assert!(is_safe(it.base) && it.base.ends_with('/'));
        }
    }
}
