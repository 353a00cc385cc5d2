//! Edits against a naive model, and positions in each encoding.

use proptest::prelude::*;

use super::*;

/// The same edit on a plain string, character by character.
fn naive(
    text: &str,
    start: Position,
    end: Position,
    new: &str,
    encoding: Encoding,
) -> Option<String> {
    let (start, end) = (
        naive_offset(text, start, encoding)?,
        naive_offset(text, end, encoding)?,
    );
    (start <= end).then(|| format!("{}{new}{}", &text[..start], &text[end..]))
}

fn naive_offset(text: &str, position: Position, encoding: Encoding) -> Option<usize> {
    let mut starts = vec![0];
    let bytes = text.as_bytes();
    for (idx, byte) in bytes.iter().enumerate() {
        if *byte == b'\n' || (*byte == b'\r' && bytes.get(idx + 1) != Some(&b'\n')) {
            starts.push(idx + 1);
        }
    }
    let line = position.line as usize;
    if line > starts.len() {
        return None;
    }
    let Some(&start) = starts.get(line) else {
        return Some(text.len());
    };
    let stop = starts.get(line + 1).copied().unwrap_or(text.len());
    let content = text[start..stop].trim_end_matches(['\r', '\n']);
    let mut units = 0;
    for (at, c) in content.char_indices() {
        let width = match encoding {
            Encoding::Utf8 => c.len_utf8(),
            Encoding::Utf16 => c.len_utf16(),
            Encoding::Utf32 => 1,
        };
        // A place inside a character counts as its start.
        if units + width > position.column as usize {
            return Some(start + at);
        }
        units += width;
    }
    Some(start + content.len())
}

fn position() -> impl Strategy<Value = Position> {
    (0..7u32, 0..9u32).prop_map(|(line, column)| Position { line, column })
}

fn encoding() -> impl Strategy<Value = Encoding> {
    prop_oneof![
        Just(Encoding::Utf8),
        Just(Encoding::Utf16),
        Just(Encoding::Utf32)
    ]
}

const TEXT: &str = "[a-c\u{e9}\u{4e2d}\u{1F600}\t \n\r]{0,24}(\r\n)?[ab\u{1F600}\n\u{2028}]{0,12}";

proptest! {
    #[test]
    fn edits_equal_those_of_a_plain_string(
        text in TEXT,
        edits in proptest::collection::vec((position(), position(), "[x\u{1F600}\r\n]{0,4}"), 0..6),
        encoding in encoding(),
    ) {
        let mut document = Document::new(&text, 0, "");
        let mut model = text;
        for (start, end, new) in edits {
            let change = ContentChange { range: Some((start, end)), text: new.clone() };
            let before = document.text();
            match (document.changed(&[change], 1, encoding), naive(&model, start, end, &new, encoding)) {
                (Ok(next), Some(expected)) => {
                    prop_assert_eq!(next.text(), expected.clone());
                    document = next;
                    model = expected;
                }
                (Err(_), None) => prop_assert_eq!(document.text(), before),
                (got, expected) => prop_assert!(false, "{got:?} against {expected:?}"),
            }
        }
    }

    #[test]
    fn a_position_leads_back_to_its_offset(text in TEXT, encoding in encoding()) {
        let document = Document::new(&text, 0, "");
        let lines = crate::span::Lines::full(text.as_bytes());
        for (offset, _) in text.char_indices() {
            let position = document.position(offset, encoding);
            let inside_break = text[..offset].ends_with('\r') && text[offset..].starts_with('\n');
            if !inside_break {
                prop_assert_eq!(position, lines.position(offset, encoding));
                prop_assert_eq!(document.offset(position, encoding), offset);
            }
        }
    }
}

#[test]
fn a_bad_edit_in_a_batch_changes_nothing() {
    let document = Document::new("one\ntwo\n", 3, "");
    let at = |line, column| Position { line, column };
    let good = ContentChange {
        range: Some((at(0, 0), at(0, 3))),
        text: "1".into(),
    };
    let far = ContentChange {
        range: Some((at(9, 0), at(9, 1))),
        text: String::new(),
    };
    let reversed = ContentChange {
        range: Some((at(1, 2), at(1, 0))),
        text: String::new(),
    };
    assert_eq!(
        document
            .changed(&[good.clone(), far], 4, Encoding::Utf16)
            .unwrap_err(),
        BadEdit::LineBeyondEnd { line: 9, lines: 3 }
    );
    assert_eq!(
        document
            .changed(&[good.clone(), reversed], 4, Encoding::Utf16)
            .unwrap_err(),
        BadEdit::Reversed
    );
    assert_eq!(
        document
            .changed(&[good], 4, Encoding::Utf16)
            .unwrap()
            .text(),
        "1\ntwo\n"
    );
}

#[test]
fn utf16_becomes_text_and_nul_is_binary() {
    let (text, charset) = decode(b"\xff\xfeh\x00i\x00").unwrap();
    assert_eq!((&*text, charset), (&b"hi"[..], Charset::Utf16Le));
    assert!(decode(b"a\0b").is_err());
}
