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

/// The days that `typed` may mean, soonest first, each with its words. `3d`, `2w` and `6m` are read
/// as well; days that are out of the calendar are left out.
pub(super) fn dates(today: Date, typed: &str) -> Vec<(String, Date)> {
    let mut days: Vec<(String, Option<Date>)> = Vec::new();
    let mut add = |words: &str, date: Option<Date>| days.push((words.to_owned(), date));
    if let Some((n, unit)) = amount(typed) {
        let date = match unit {
            'd' => today.checked_add(n.days()),
            'w' => today.checked_add(n.weeks()),
            _ => today.checked_add(n.months()),
        };
        let unit = match unit {
            'd' => "day",
            'w' => "week",
            _ => "month",
        };
        let plural = if n == 1 { "" } else { "s" };
        add(&format!("in {n} {unit}{plural}"), date.ok());
        return found(days);
    }
    add("today", Some(today));
    add("tomorrow", today.tomorrow().ok());
    for (name, weekday) in WEEKDAYS {
        add(name, today.nth_weekday(1, weekday).ok());
    }
    add("in a week", today.checked_add(1.week()).ok());
    add("in two weeks", today.checked_add(2.weeks()).ok());
    add("end of the month", Some(today.last_of_month()));
    add("in a month", today.checked_add(1.month()).ok());
    add("end of the year", Some(today.last_of_year()));
    let query = Query::new(typed);
    days.retain(|(words, date)| {
        query.score(words).is_some() || date.is_some_and(|it| it.to_string().starts_with(typed))
    });
    let mut days = found(days);
    days.sort_by_key(|it| it.1);
    days
}

fn found(days: Vec<(String, Option<Date>)>) -> Vec<(String, Date)> {
    days.into_iter()
        .filter_map(|(words, date)| Some((words, date?)))
        .collect()
}

fn amount(typed: &str) -> Option<(i32, char)> {
    let typed = typed.trim().strip_prefix('+').unwrap_or(typed.trim());
    let unit = typed.chars().next_back()?;
    let digits = typed.strip_suffix(unit)?;
    let n = digits.parse().ok().filter(|it| (0..10_000).contains(it))?;
    matches!(unit, 'd' | 'w' | 'm').then_some((n, unit))
}
