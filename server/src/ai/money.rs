//! Money in words.

use docket_store::spending::{DOLLAR, Pico};

/// `$1.25`, `$0.0042`: two places, more below a cent; rounded up, so that what costs something is
/// never shown as nothing.
pub fn dollars(money: Pico) -> String {
    if money <= 0 {
        return "$0.00".to_owned();
    }
    let places = match money {
        it if it >= DOLLAR / 100 => 2,
        _ => 6,
    };
    let unit = DOLLAR / 10_i64.pow(places);
    let units = money / unit + i64::from(money % unit > 0);
    let whole = units / 10_i64.pow(places);
    let part = units % 10_i64.pow(places);
    let text = format!("${whole}.{part:0width$}", width = places as usize);
    match places {
        2 => text,
        _ => text.trim_end_matches('0').to_owned(),
    }
}

/// Dollars of the configuration, which is checked to be a sane number.
pub fn of_dollars(dollars: f64) -> Pico {
    (dollars * DOLLAR as f64).round() as Pico
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_costs_something_is_never_nothing() {
        let cases = [
            (0, "$0.00"),
            (1, "$0.000001"),
            (DOLLAR / 1_000, "$0.001"),
            (4_200_000_000, "$0.0042"),
            (DOLLAR / 100, "$0.01"),
            (DOLLAR / 100 + 1, "$0.02"),
            (DOLLAR + DOLLAR / 4, "$1.25"),
            (1_234 * DOLLAR, "$1234.00"),
        ];
        for (money, text) in cases {
            assert_eq!(dollars(money), text);
        }
        assert_eq!(of_dollars(2.5), 5 * DOLLAR / 2);
    }
}
