//! Days by the words that people use for them.

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};

use crate::ide::fuzzy::Query;

const WEEKDAYS: [(&str, Weekday); 7] = [
    ("monday", Weekday::Monday),
    ("tuesday", Weekday::Tuesday),
    ("wednesday", Weekday::Wednesday),
    ("thursday", Weekday::Thursday),
    ("friday", Weekday::Friday),
    ("saturday", Weekday::Saturday),
    ("sunday", Weekday::Sunday),
];

const NUMBERS: [&str; 13] = [
    "zero", "a", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
    "twelve",
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unit {
    Day,
    Week,
    Month,
    Year,
}

const UNITS: [(Unit, &str); 4] = [
    (Unit::Day, "day"),
    (Unit::Week, "week"),
    (Unit::Month, "month"),
    (Unit::Year, "year"),
];

/// The days that `typed` may mean, soonest first, each with its words. `3d`, `2w`, `6m` and `in 2
/// weeks` are read as well; days that are out of the calendar are left out.
///
/// `friday` is the first one after today, `next friday` the one of next week, which begins on Monday.
pub(super) fn dates(today: Date, typed: &str) -> Vec<(String, Date)> {
    let amounts = amounts(typed);
    if !amounts.is_empty() {
        let days = amounts
            .into_iter()
            .map(|(n, unit)| (said(n, unit), after(today, n, unit)));
        return found(days.collect());
    }
    let mut days: Vec<(String, Option<Date>)> = Vec::new();
    let mut add = |words: &str, date: Option<Date>| days.push((words.to_owned(), date));
    add("today", Some(today));
    add("tomorrow", today.tomorrow().ok());
    let monday = today.nth_weekday(1, Weekday::Monday).ok();
    for (name, weekday) in WEEKDAYS {
        add(name, today.nth_weekday(1, weekday).ok());
        let offset = i64::from(weekday.to_monday_zero_offset());
        let next = monday.and_then(|it| it.checked_add(offset.days()).ok());
        add(&format!("next {name}"), next);
    }
    add("next week", monday);
    add("in a week", after(today, 1, Unit::Week));
    add("in two weeks", after(today, 2, Unit::Week));
    add("end of the month", Some(today.last_of_month()));
    let month = today.last_of_month().tomorrow().ok();
    add("next month", month);
    add("end of next month", month.map(Date::last_of_month));
    add("in a month", after(today, 1, Unit::Month));
    add("end of the year", Some(today.last_of_year()));
    let query = Query::new(typed);
    days.retain(|(words, date)| {
        query.score(words).is_some() || date.is_some_and(|it| it.to_string().starts_with(typed))
    });
    let mut days = found(days);
    days.sort_by_key(|it| it.1);
    days
}

/// Whether `typed` begins words for a day, blanks and all: where a sentence goes on, it does not.
pub(super) fn may_begin(today: Date, typed: &str) -> bool {
    let plain = typed.chars().all(|it| it.is_alphanumeric() || it == ' ');
    let lower = typed.trim_start().to_lowercase();
    let begins = |(words, _): &(String, Date)| words.starts_with(&lower);
    plain && (!amounts(typed).is_empty() || dates(today, "").iter().any(begins))
}

fn found(days: Vec<(String, Option<Date>)>) -> Vec<(String, Date)> {
    days.into_iter()
        .filter_map(|(words, date)| Some((words, date?)))
        .collect()
}

fn after(today: Date, n: i32, unit: Unit) -> Option<Date> {
    let date = match unit {
        Unit::Day => today.checked_add(n.days()),
        Unit::Week => today.checked_add(n.weeks()),
        Unit::Month => today.checked_add(n.months()),
        Unit::Year => today.checked_add(n.years()),
    };
    date.ok()
}

fn said(n: i32, unit: Unit) -> String {
    let name = UNITS.iter().find(|it| it.0 == unit).map_or("", |it| it.1);
    let plural = if n == 1 { "" } else { "s" };
    format!("in {n} {name}{plural}")
}

/// The amounts that `10d`, `in 2 w` or `in three weeks` may mean; of `in 2` each unit's.
fn amounts(typed: &str) -> Vec<(i32, Unit)> {
    let typed = typed.trim().to_lowercase();
    let bare = typed
        .strip_prefix("in ")
        .or(typed.strip_prefix('+'))
        .unwrap_or(&typed);
    let bare = bare.trim_start();
    let digits = bare.len()
        - bare
            .trim_start_matches(|it: char| it.is_ascii_digit())
            .len();
    let (n, unit) = match digits {
        0 => {
            let (word, unit) = bare.split_once(' ').unwrap_or((bare, ""));
            // A word alone is one of those that name a day.
            let n = NUMBERS
                .iter()
                .position(|it| *it == word)
                .filter(|_| typed.starts_with("in "));
            (n.map(|it| it as i32), unit)
        }
        _ => (bare[..digits].parse().ok(), &bare[digits..]),
    };
    let Some(n) = n.filter(|it| (0..10_000).contains(it)) else {
        return Vec::new();
    };
    let unit = unit.trim();
    let is_meant = |name: &str| name.starts_with(unit) || unit == format!("{name}s");
    let counted = typed.starts_with("in ") || !unit.is_empty();
    let units = UNITS.iter().filter(|it| counted && is_meant(it.1));
    units.map(|it| (n, it.0)).collect()
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;
    use crate::fixture::TODAY;

    #[track_caller]
    fn check(typed: &str, expect: Expect) {
        let days = dates(TODAY, typed).into_iter();
        let days: Vec<_> = days
            .map(|(words, date)| format!("{words} {date}"))
            .collect();
        expect.assert_eq(&days.join(", "));
    }

    #[test]
    fn words_are_days() {
        // TODAY is a Friday.
        check("next fri", expect!["next friday 2026-11-27"]);
        check(
            "friday",
            expect!["friday 2026-11-27, next friday 2026-11-27"],
        );
        check(
            "next w",
            expect!["next week 2026-11-23, next wednesday 2026-11-25"],
        );
        check(
            "next month",
            expect!["next month 2026-12-01, end of next month 2026-12-31"],
        );
        check("tom", expect!["tomorrow 2026-11-21"]);
        check(
            "end of",
            expect![
                "end of the month 2026-11-30, end of next month 2026-12-31, end of the year 2026-12-31"
            ],
        );
        check("yesterday", expect![""]);
    }

    #[test]
    fn amounts_are_days() {
        check("in 2 weeks", expect!["in 2 weeks 2026-12-04"]);
        check("in two we", expect!["in 2 weeks 2026-12-04"]);
        check("in a mon", expect!["in 1 month 2026-12-20"]);
        check(
            "in 3",
            expect![
                "in 3 days 2026-11-23, in 3 weeks 2026-12-11, in 3 months 2027-02-20, in 3 years 2029-11-20"
            ],
        );
        check("10d", expect!["in 10 days 2026-11-30"]);
        check("+1 day", expect!["in 1 day 2026-11-21"]);
        check("in 1 year", expect!["in 1 year 2027-11-20"]);
        check("in 9999 years", expect![""]);
        check("in 2 lightyears", expect![""]);
        check(
            "2",
            expect![
                "today 2026-11-20, tomorrow 2026-11-21, saturday 2026-11-21, sunday 2026-11-22, monday 2026-11-23, next monday 2026-11-23, next week 2026-11-23, tuesday 2026-11-24, next tuesday 2026-11-24, wednesday 2026-11-25, next wednesday 2026-11-25, thursday 2026-11-26, next thursday 2026-11-26, friday 2026-11-27, next friday 2026-11-27, in a week 2026-11-27, next saturday 2026-11-28, next sunday 2026-11-29, end of the month 2026-11-30, next month 2026-12-01, in two weeks 2026-12-04, in a month 2026-12-20, end of next month 2026-12-31, end of the year 2026-12-31"
            ],
        );
    }

    #[test]
    fn a_sentence_is_no_day() {
        for (typed, begins) in [
            ("next fr", true),
            ("in 2 w", true),
            ("in ", true),
            ("tomorrow", true),
            ("tomorrow and", false),
            ("next, fr", false),
            ("2026-12-01 x", false),
        ] {
            assert_eq!(may_begin(TODAY, typed), begins, "{typed}");
        }
    }
}
