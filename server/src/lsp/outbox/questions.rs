//! What the user is asked before something is done.

use std::path::PathBuf;
use std::time::Duration;

use tower_lsp::gen_lsp_types as lsp;

use super::Session;
use crate::engine::{Event, Reply};

/// A question that nobody answers within this is answered with no.
const PATIENCE: Duration = Duration::from_secs(600);

/// A plan, and whether it is to be carried out.
pub struct Question {
    pub message: String,
    pub yes: &'static str,
    pub no: &'static str,
    pub reply: Reply<bool>,
}

impl Session {
    /// A client that cannot ask gives no answer, which is no.
    pub(super) fn ask(&self, question: Question) {
        let client = self.client.clone();
        tokio::spawn(async move {
            let choices = vec![item(question.yes), item(question.no)];
            let kind = lsp::MessageType::Info;
            let asked = client.show_message_request(kind, question.message, Some(choices));
            let answer = tokio::time::timeout(PATIENCE, asked).await;
            let yes = matches!(answer, Ok(Ok(Some(it))) if it.title == question.yes);
            question.reply.send(yes);
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
