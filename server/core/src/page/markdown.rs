//! A page's Markdown: its structure by byte ranges, and its prose.

use pulldown_cmark::{Event, LinkType, Parser, Tag, TagEnd};
use rustc_hash::FxHashMap;

use super::target::{is_local, link};
use super::{Heading, Link, LinkKind, Page, Prose, Task, anchor, outline};
use crate::ids;
use crate::span::Span;

/// Reads the Markdown in `within`.
pub(super) fn read(text: &str, within: Span) -> (Page, Prose) {
    let base = within.start as usize;
    let source = &text[within.range()];
    let mut events = Parser::new_ext(source, outline::OPTIONS).into_offset_iter();
    let mut reader = Reader {
        source,
        base,
        ..Reader::default()
    };
    while let Some((event, range)) = events.next() {
        let definition = match &event {
            Event::Start(Tag::Link { id, .. } | Tag::Image { id, .. }) if !id.is_empty() => events
                .reference_definitions()
                .get(id)
                .map(|it| it.span.clone()),
            _ => None,
        };
        reader.take(event, range, definition);
    }
    reader.finish()
}

/// The definitions of link targets in `within`, used or not, each as a link of its own.
pub(super) fn definitions(text: &str, within: Span) -> Vec<Link> {
    let base = within.start as usize;
    let source = &text[within.range()];
    let reader = Reader {
        source,
        base,
        ..Reader::default()
    };
    let parser = Parser::new_ext(source, outline::OPTIONS);
    let defined = parser.reference_definitions().iter();
    let links = defined.filter(|(_, it)| is_local(&it.dest));
    let links = links.map(|(_, it)| {
        let span = reader.span(it.span.start, it.span.end);
        let target = reader.definition_target(it.span.clone());
        let target = reader.is_written(target, &it.dest).then_some(target);
        link(LinkKind::Inline, &it.dest, span, target.unwrap_or(span))
    });
    let mut links: Vec<_> = links.collect();
    links.sort_by_key(|it| it.span);
    links
}

#[derive(Default)]
struct Reader<'a> {
    source: &'a str,
    base: usize,
    page: Page,
    prose: Prose,
    anchors: FxHashMap<String, usize>,
    heading: Option<Heading>,
    /// The first paragraph of the last of `page.tasks` is being read.
    in_task: bool,
    links: Vec<OpenLink>,
    /// Nesting of what is no prose: code blocks, autolinks, wiki links without a title.
    mute: usize,
    muted: Vec<TagEnd>,
    /// Prose that is not scanned yet: adjacent texts, which Markdown parts at any sign.
    run: Option<(usize, usize)>,
    /// The HTML block that is being read.
    html: Option<(usize, usize)>,
    /// How many list items are open.
    depth: usize,
}

struct OpenLink {
    link: Option<Link>,
    /// What the Markdown parser made of it.
    destination: String,
    /// Where the destination of an inline link is looked for: after the last thing in its text.
    text_end: usize,
    inline: bool,
}

impl Reader<'_> {
    fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.base + start, self.base + end)
    }

    fn take(
        &mut self,
        event: Event<'_>,
        range: std::ops::Range<usize>,
        definition: Option<std::ops::Range<usize>>,
    ) {
        // The end of the link itself is no part of its text.
        let own_end = matches!(event, Event::End(TagEnd::Link | TagEnd::Image));
        if let (Some(open), false) = (self.links.last_mut(), own_end)
            && !matches!(event, Event::Start(_))
        {
            open.text_end = open.text_end.max(range.end);
        }
        match event {
            Event::Text(text) => self.text(&text, range),
            Event::Code(text) => {
                self.flush();
                self.word(&text, range.start);
                self.label(&text, range.end);
            }
            Event::SoftBreak | Event::HardBreak => {
                self.prose.plain.add(" ", self.base + range.start);
                self.label(" ", 0);
            }
            Event::Html(_) => match &mut self.html {
                Some((_, end)) => *end = range.end,
                None => self.html = Some((range.start, range.end)),
            },
            Event::InlineHtml(_) => {
                self.flush();
                self.comments(range.start, range.end);
            }
            Event::TaskListMarker(done) => {
                let marker = self.span(range.start, range.end);
                self.in_task = true;
                let at = self.prose.plain.text.len();
                self.prose.plain.tasks.push(at..at);
                self.page.tasks.push(Task {
                    done,
                    text: String::new(),
                    marker,
                    span: marker,
                });
            }
            Event::Start(tag) => self.start(tag, range, definition),
            Event::End(tag) => self.end(tag, range.end),
            _ => {}
        }
    }

    /// Adds to the words of the page.
    fn word(&mut self, text: &str, at: usize) {
        if self.heading.is_none() {
            self.prose.plain.open();
        }
        self.prose.plain.add(text, self.base + at);
    }

    fn text(&mut self, text: &str, range: std::ops::Range<usize>) {
        self.word(text, range.start);
        self.label(text, range.end);
        if self.mute > 0 {
            return;
        }
        match &mut self.run {
            Some((_, end)) if *end == range.start => *end = range.end,
            _ => {
                self.flush();
                self.run = Some((range.start, range.end));
            }
        }
    }

    /// Adds to the text of the heading and of the task item that are being read.
    fn label(&mut self, text: &str, end: usize) {
        if let Some(heading) = &mut self.heading {
            heading.text.push_str(text);
        }
        let plain = &mut self.prose.plain;
        if let (true, Some(words)) = (self.in_task, plain.tasks.last_mut()) {
            words.end = plain.text.len();
        }
        if let (true, Some(task)) = (self.in_task, self.page.tasks.last_mut()) {
            task.text.push_str(text);
            task.span.end = task.span.end.max((self.base + end) as u32);
        }
    }

    fn flush(&mut self) {
        if let Some((start, end)) = self.run.take() {
            for mut it in ids::mentions(self.source.as_bytes(), Span::new(start, end)) {
                it.span = self.span(it.span.start as usize, it.span.end as usize);
                self.prose.mentions.push(it);
            }
        }
    }

    fn start(
        &mut self,
        tag: Tag<'_>,
        range: std::ops::Range<usize>,
        definition: Option<std::ops::Range<usize>>,
    ) {
        self.flush();
        if is_block(&tag) {
            self.prose.plain.close(self.depth);
        }
        if matches!(tag, Tag::Item) {
            self.depth += 1;
        }
        let end = tag.to_end();
        match tag {
            Tag::Heading { level, .. } => {
                let at = self.prose.plain.text.len();
                self.prose.plain.headings.push(at..at);
                let text = self.source[range.clone()].trim_end();
                let span = self.span(range.start, range.start + text.len());
                self.heading = Some(Heading {
                    level: level as u8,
                    text: String::new(),
                    anchor: String::new(),
                    span,
                });
            }
            Tag::CodeBlock(_) => {
                self.mute(end);
                self.in_task = false;
            }
            Tag::List(_) | Tag::Item | Tag::BlockQuote(_) | Tag::Table(_) => self.in_task = false,
            Tag::Link {
                link_type,
                dest_url,
                ..
            }
            | Tag::Image {
                link_type,
                dest_url,
                ..
            } => self.link(link_type, &dest_url, range, definition, end),
            _ => {}
        }
    }

    fn mute(&mut self, end: TagEnd) {
        self.mute += 1;
        self.muted.push(end);
    }

    fn link(
        &mut self,
        link_type: LinkType,
        destination: &str,
        range: std::ops::Range<usize>,
        definition: Option<std::ops::Range<usize>>,
        end: TagEnd,
    ) {
        let span = self.span(range.start, range.end);
        let (kind, target_span, inline) = match link_type {
            LinkType::WikiLink { has_pothole } => {
                if !has_pothole {
                    self.mute(end);
                }
                let target = self.wiki_target(range.clone());
                (LinkKind::Wiki, target, false)
            }
            LinkType::Autolink | LinkType::Email => {
                self.mute(end);
                (LinkKind::Inline, span, false)
            }
            LinkType::Inline => (LinkKind::Inline, span, true),
            _ => {
                let target = definition.map(|it| self.definition_target(it));
                let target = target.filter(|it| self.is_written(*it, destination));
                (LinkKind::Inline, target.unwrap_or(span), false)
            }
        };
        let local = match kind {
            LinkKind::Wiki => true,
            LinkKind::Inline => link_type != LinkType::Email && is_local(destination),
        };
        let link = local.then(|| link(kind, destination, span, target_span));
        self.links.push(OpenLink {
            link,
            destination: destination.to_owned(),
            text_end: range.start,
            inline,
        });
    }

    /// The `page#heading` of `[[page#heading|title]]`, blanks around it excluded.
    fn wiki_target(&self, range: std::ops::Range<usize>) -> Span {
        let whole = &self.source[range.clone()];
        let head = whole.len() - whole.trim_start_matches(['!', '[']).len();
        let inner = whole[head..].trim_end_matches(']');
        let inner = inner.split('|').next().unwrap_or(inner);
        let blank = inner.len() - inner.trim_start().len();
        let start = range.start + head + blank;
        self.span(start, start + inner.trim().len())
    }

    /// The destination in `[label]: destination "title"`.
    fn definition_target(&self, range: std::ops::Range<usize>) -> Span {
        let whole = &self.source[range.clone()];
        match whole.find("]:") {
            Some(at) => self.destination(range.start + at + 2, range.end),
            None => self.span(range.start, range.end),
        }
    }

    /// The destination that begins after blanks at `from`.
    fn destination(&self, from: usize, end: usize) -> Span {
        let rest = &self.source[from..end];
        let start = from + rest.len() - rest.trim_start().len();
        let rest = &self.source.as_bytes()[start..end];
        if rest.first() == Some(&b'<') {
            let len = unescaped(&rest[1..], |it| it == b'>');
            return self.span(start + 1, start + 1 + len);
        }
        let mut depth = 0_usize;
        let len = unescaped(rest, |it| match it {
            b'(' => {
                depth += 1;
                false
            }
            b')' if depth == 0 => true,
            b')' => {
                depth -= 1;
                false
            }
            _ => it.is_ascii_whitespace(),
        });
        self.span(start, start + len)
    }

    /// Whether a place holds that destination. It may not where a destination goes on in the next
    /// line of a quotation; then the whole link is its place.
    fn is_written(&self, place: Span, destination: &str) -> bool {
        let written =
            &self.source[place.start as usize - self.base..place.end as usize - self.base];
        written == destination || written.contains(['\\', '&'])
    }

    fn end(&mut self, tag: TagEnd, end: usize) {
        self.flush();
        if self.muted.last() == Some(&tag) {
            self.muted.pop();
            self.mute -= 1;
        }
        match tag {
            TagEnd::Paragraph
            | TagEnd::CodeBlock
            | TagEnd::TableHead
            | TagEnd::TableRow
            | TagEnd::Item => self.prose.plain.close(self.depth),
            TagEnd::TableCell => self.prose.plain.add(" ", self.base + end),
            _ => {}
        }
        if tag == TagEnd::Item {
            self.depth -= 1;
        }
        match tag {
            TagEnd::Heading(_) => self.end_heading(),
            TagEnd::Paragraph | TagEnd::Item => self.in_task = false,
            TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough => self.label("", end),
            TagEnd::HtmlBlock => {
                if let Some((start, end)) = self.html.take() {
                    self.comments(start, end);
                }
            }
            TagEnd::Link | TagEnd::Image => {
                self.label("", end);
                self.end_link(end);
            }
            _ => {}
        }
    }

    fn end_heading(&mut self) {
        let Some(mut heading) = self.heading.take() else {
            return;
        };
        let plain = &mut self.prose.plain;
        let end = plain.text.len();
        if let Some(words) = plain.headings.last_mut() {
            words.end = end;
        }
        plain.text.push('\n');
        let base = anchor(&heading.text);
        heading.anchor.clone_from(&base);
        while self.anchors.contains_key(&heading.anchor) {
            let n = self.anchors.entry(base.clone()).or_default();
            *n += 1;
            heading.anchor = format!("{base}-{n}");
        }
        self.anchors.insert(heading.anchor.clone(), 0);
        self.page.headings.push(heading);
    }

    fn end_link(&mut self, end: usize) {
        let Some(open) = self.links.pop() else {
            return;
        };
        // A link in a link's text (an image) is passed over when the outer destination is sought.
        if let Some(outer) = self.links.last_mut() {
            outer.text_end = outer.text_end.max(end);
        }
        let Some(mut link) = open.link else {
            return;
        };
        if open.inline
            && let Some(at) = self.source[open.text_end..end].find("](")
        {
            let target = self.destination(open.text_end + at + 2, end - 1);
            if self.is_written(target, &open.destination) {
                link.target_span = target;
            }
        }
        self.page.links.push(link);
    }

    /// Finds the HTML comments between two places.
    fn comments(&mut self, start: usize, end: usize) {
        let mut at = start;
        while let Some(found) = self.source[at..end].find("<!--") {
            let from = at + found;
            let len = self.source[from + 4..end].find("-->");
            let to = len.map_or(end, |it| from + 4 + it + 3);
            let span = self.span(from, to);
            self.prose.comments.push(span);
            at = to;
        }
    }

    fn finish(mut self) -> (Page, Prose) {
        self.flush();
        for task in &mut self.page.tasks {
            let text = task.text.trim();
            if text.len() != task.text.len() {
                task.text = text.to_owned();
            }
        }
        self.page.links.sort_by_key(|it| it.span);
        (self.page, self.prose)
    }
}

/// Whether the tag ends what was said before it.
fn is_block(tag: &Tag<'_>) -> bool {
    matches!(
        tag,
        Tag::Paragraph
            | Tag::Heading { .. }
            | Tag::BlockQuote(_)
            | Tag::CodeBlock(_)
            | Tag::List(_)
            | Tag::Item
            | Tag::TableHead
            | Tag::TableRow
    )
}

/// How many bytes come before the first that `stop` accepts and no backslash precedes.
fn unescaped(bytes: &[u8], mut stop: impl FnMut(u8) -> bool) -> usize {
    let mut escaped = false;
    let at = bytes.iter().position(|&it| {
        if escaped {
            escaped = false;
            return false;
        }
        escaped = it == b'\\';
        stop(it)
    });
    at.unwrap_or(bytes.len())
}
