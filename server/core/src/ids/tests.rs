//! Tests of ids: the table of words that are candidates and words that are none, and drawing.

use std::cell::RefCell;
use std::collections::HashSet;

use proptest::prelude::*;

use super::*;

fn found(text: &str) -> Vec<String> {
    let all = Span::new(0, text.len());
    mentions(text.as_bytes(), all)
        .into_iter()
        .map(|it| {
            assert_eq!(text[it.span.range()], it.value);
            it.value
        })
        .collect()
}

#[test]
fn candidates_are_whole_words_of_an_ids_shape() {
    let table: &[(&str, &[&str])] = &[
        ("T-7k3f", &["T-7k3f"]),
        ("see t-7K3F.", &["t-7K3F"]),
        ("(T-7k3f, T-9x2m)", &["T-7k3f", "T-9x2m"]),
        ("T-7k3f-parse-bodies", &[]),
        ("my-T-7k3f", &[]),
        ("my-T-7k3f-x", &[]),
        ("_T-7k3f", &[]),
        ("T-7k3f_", &[]),
        ("T-7k3f-", &["T-7k3f"]),
        ("feature/T-7k3f", &["T-7k3f"]),
        ("#T-7k3f @T-7k3f", &["T-7k3f", "T-7k3f"]),
        ("T-7k3f's", &["T-7k3f"]),
        ("T-7k3", &[]),
        ("T-7k3fg", &["T-7k3fg"]),
        ("T-7k3a", &[]),
        ("T-0123", &["T-0123"]),
        ("TASK-12 and PROJ-7", &["TASK-12", "PROJ-7"]),
        ("BACK-100.1. Then", &["BACK-100.1"]),
        ("BACK-100.", &["BACK-100"]),
        ("UTF-8", &["UTF-8"]),
        ("2-3", &[]),
        ("x86-64", &["x86-64"]),
        ("RFC-2119-bis", &[]),
        ("a.T-7k3f", &[]),
        ("ends. T-7k3f", &["T-7k3f"]),
        ("...T-7k3f", &["T-7k3f"]),
        ("\u{e9}T-7k3f", &[]),
        ("T-7k3f\u{e9}", &[]),
        ("\u{4fee}\u{6b63}T-7k3f\u{3002}", &["T-7k3f"]),
        ("T-12345678901", &[]),
        ("--T-7k3f", &[]),
        ("T-T-7k3f", &[]),
        ("https://x.org/T-7k3f and T-9x2m", &["T-9x2m"]),
        ("<https://x.org/a?b=T-7k3f>", &[]),
        ("tickets/T-7k3f.md", &["T-7k3f"]),
    ];
    for (text, expected) in table {
        assert_eq!(found(text), *expected, "{text}");
    }
}

#[test]
fn only_the_projects_own_ids_count_without_a_ticket() {
    let own = |id: &str| TicketId::new(id).is_own("T");
    assert!(own("T-7k3f") && own("t-7K3F") && own("T-7k3fx"));
    assert!(!own("UTF-8") && !own("ISO-8601") && !own("D-7k3f") && !own("T-12"));
    assert!(!own("T-7k3a") && !own("T"));
}

#[test]
fn spellings_of_one_id_are_equal() {
    assert_eq!(TicketId::new("t-7K3F"), TicketId::new(" T-7k3f "));
    assert_eq!(TicketId::new("task-12").as_str(), "TASK-12");
}

#[test]
fn a_draw_grows_with_the_project_and_avoids_what_is_taken() {
    assert_eq!(draw("T", 0, |_| 0, |_| false), "T-2222");
    assert_eq!(draw("T", LONG_FROM, |_| 26, |_| false), "T-zzzzz");
    let full = |it: &TicketId| it.as_str().len() < "T-22222".len();
    assert_eq!(draw("T", 0, |_| 0, full), "T-22222");
}

#[test]
fn draws_never_repeat() {
    let seen = RefCell::new(HashSet::new());
    let mut state = 7_usize;
    for n in 0..2_000 {
        let id = draw(
            "T",
            n,
            |below| {
                state = state
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1);
                (state >> 33) % below
            },
            |it| seen.borrow().contains(it),
        );
        assert!(TicketId::new(&id).is_own("T"));
        assert!(seen.borrow_mut().insert(TicketId::new(&id)));
    }
}

proptest! {
    #[test]
    fn a_drawn_id_is_found_in_prose(picks in prop::collection::vec(0..27_usize, 4), head in "[ (\u{4e00}*#]{0,3}", tail in "[ ).,:\u{4e00}]{0,3}") {
        let mut picks = picks.into_iter();
        let id = draw("T", 0, |_| picks.next().unwrap(), |_| false);
        prop_assert_eq!(found(&format!("{head}{id}{tail}")), [id]);
    }

    #[test]
    fn any_bytes_are_read_in_bounds(text in prop::collection::vec(prop_oneof![Just(b'-'), Just(b'T'), Just(b'7'), Just(b'.'), any::<u8>()], 0..200)) {
        let all = Span::new(0, text.len());
        for it in mentions(&text, all) {
            prop_assert_eq!(&text[it.span.range()], it.value.as_bytes());
        }
    }
}
