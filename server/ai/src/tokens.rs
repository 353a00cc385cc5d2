//! How many tokens a text has, without any provider's tables.

use crate::{Message, Request};

/// Around each message, call or tool, more than any provider adds of its own.
const FRAME: u64 = 64;
/// What a provider puts before a conversation by itself: some hundred tokens where there are tools.
const PREAMBLE: u64 = 1_024;

/// An estimate for packing a context, rather too high than too low: a token is about four letters
/// of a word, a punctuation mark, or a character beyond ASCII.
pub fn estimate(text: &str) -> u64 {
    let (mut tokens, mut word) = (0, 0_u64);
    for it in text.chars() {
        match it {
            it if it.is_ascii_alphanumeric() || it == '_' => {
                word += 1;
                continue;
            }
            ' ' => {}
            _ => tokens += 1,
        }
        tokens += word.div_ceil(4);
        word = 0;
    }
    tokens + word.div_ceil(4)
}

/// More than a provider can count for what is sent: the tokens of every provider are made of whole
/// bytes, so that no text has more of them than bytes.
pub fn most(request: &Request) -> u64 {
    let mut bytes = request.system.len() as u64;
    let mut frames = 1;
    for message in &request.messages {
        frames += 1;
        match message {
            Message::User(text) => bytes += text.len() as u64,
            Message::Assistant { text, calls } => {
                bytes += text.len() as u64;
                for call in calls {
                    frames += 1;
                    let signatures: usize = call.signatures.iter().map(String::len).sum();
                    let size = call.name.len() + call.id.len() + signatures;
                    bytes += (size + call.arguments.to_string().len()) as u64;
                }
            }
            Message::Tools(results) => {
                for result in results {
                    frames += 1;
                    let size = result.name.len() + result.id.len() + result.content.len();
                    bytes += size as u64;
                }
            }
        }
    }
    for tool in &request.tools {
        frames += 1;
        let size = tool.name.len() + tool.description.len();
        bytes += (size + tool.parameters.to_string().len()) as u64;
    }
    if let Some(schema) = &request.schema {
        frames += 1;
        // Providers fill in what their dialect wants: `required`, `additionalProperties`.
        bytes += 2 * schema.schema.to_string().len() as u64;
    }
    bytes + frames * FRAME + PREAMBLE
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::PromptId;

    #[test]
    fn an_estimate_grows_with_the_text() {
        assert_eq!(estimate(""), 0);
        assert_eq!(estimate("word"), 1);
        assert_eq!(estimate("fn main() {}"), 1 + 1 + 4);
        assert_eq!(estimate("naïve"), 3);
        assert!(estimate("日本語") == 3);
    }

    #[test]
    fn the_most_counts_all_that_is_sent() {
        let mut request = Request::new("t", PromptId::default(), "s", "u");
        let bare = most(&request);
        request.messages.push(Message::User("x".repeat(1_000)));
        assert_eq!(most(&request), bare + 1_000 + FRAME);
    }
}
