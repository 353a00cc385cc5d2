//! What the user is asked before something is done.

use std::path::PathBuf;
use std::time::Duration;

use tower_lsp::gen_lsp_types as lsp;

use super::Session;
use crate::engine::{Event, Reply};

/// A question that nobody answers within this stays unanswered.
const PATIENCE: Duration = Duration::from_secs(600);

/// A question with its answers to choose from.
pub struct Question {
    pub message: String,
    pub choices: Vec<String>,
    /// The answer that was chosen, if any.
    pub reply: Reply<Option<String>>,
}

impl Session {
    /// A client that cannot ask gives no answer.
    pub(super) fn ask(&self, question: Question) {
        let client = self.client.clone();
        tokio::spawn(async move {
            let choices = question.choices.iter().map(|it| item(it)).collect();
            let kind = lsp::MessageType::Info;
            let asked = client.show_message_request(kind, question.message, Some(choices));
            let answer = tokio::time::timeout(PATIENCE, asked).await;
            question.reply.send(match answer {
                Ok(Ok(chosen)) => chosen.map(|it| it.title),
                _ => None,
            });
        });
    }

    pub(super) fn ask_consent(&self, root: PathBuf) {
        let (client, handle) = (self.client.clone(), self.handle.clone());
        let message = format!(
            "{} is very wide. Should docket read everything below it? Without, it still works in the files that you open.",
            root.display()
        );
        tokio::spawn(async move {
            let choices = vec![item("Read it"), item("Open files only")];
            let answer =
                client.show_message_request(lsp::MessageType::Info, message, Some(choices));
            let given = matches!(answer.await, Ok(Some(it)) if it.title == "Read it");
            handle.post(Event::Consent { root, given });
        });
    }
}

fn item(title: &str) -> lsp::MessageActionItem {
    lsp::MessageActionItem {
        title: title.into(),
        ..Default::default()
    }
}
