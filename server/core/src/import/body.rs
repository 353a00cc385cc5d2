//! A ticket's body, put together from what a tool keeps in several places.

/// Markdown that grows by paragraphs and sections.
#[derive(Default)]
pub(super) struct Body(String);

impl Body {
    /// Adds text after a blank line; nothing where the text is blank.
    pub(super) fn push(&mut self, text: &str) {
        let text = text.trim_end();
        let text = text.trim_start_matches(['\n', '\r']);
        if text.trim().is_empty() {
            return;
        }
        if !self.0.is_empty() {
            self.0.push_str("\n\n");
        }
        self.0.push_str(text);
    }

    /// Adds a section of the second level; nothing where the text is blank.
    pub(super) fn section(&mut self, heading: &str, text: &str) {
        if !text.trim().is_empty() {
            self.push(&format!("## {heading}"));
            self.push(text);
        }
    }

    pub(super) fn into_text(self) -> String {
        self.0
    }
}

/// Lists under a heading of acceptance criteria as check lists, so that docket counts them. What is
/// written without boxes and belongs to a closed ticket stays as it is: nobody ticked it.
pub(super) fn criteria(text: &str, is_closed: bool) -> String {
    let has_boxes = text.lines().any(|it| super::items::item(it).is_some());
    if has_boxes || is_closed {
        return text.to_owned();
    }
    let lines = text.lines().map(|line| {
        let trimmed = line.trim_start();
        let indent = &line[..line.len() - trimmed.len()];
        match trimmed.strip_prefix(['-', '*', '+']) {
            Some(rest) if rest.starts_with(' ') => format!("{indent}- [ ] {}", rest.trim_start()),
            // A text without any list is one criterion a line.
            _ if !trimmed.is_empty() && !text.lines().any(is_bullet) && indent.is_empty() => {
                format!("- [ ] {trimmed}")
            }
            _ => line.to_owned(),
        }
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn is_bullet(line: &str) -> bool {
    let line = line.trim_start();
    line.starts_with(['#', '`', '|', '>'])
        || line
            .strip_prefix(['-', '*', '+'])
            .is_some_and(|it| it.starts_with(' '))
}
