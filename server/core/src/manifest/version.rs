//! Versions and requirements of several ecosystems, read alike.

use std::cmp::Ordering;

/// Up to four numbers and what follows them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Version {
    numbers: [u64; 4],
    /// How many of the numbers are written.
    n_written: usize,
    /// Empty for a release.
    pre: String,
}

/// An operator and a version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Requirement {
    operator: Operator,
    version: Version,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operator {
    AtLeast,
    Above,
    AtMost,
    Below,
    /// Of the numbers that are written: `=2` is met by 2.3.
    Same,
    /// `^`: up to the next change of the first number that is not 0.
    Caret,
    /// `~` of Cargo and npm: the second number may not change.
    Tilde,
    /// `~=` of Python, `~>` of Ruby: the last number that is written may change.
    Compatible,
}

impl Version {
    /// `None` where it does not begin with a number, a `v` apart.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut rest = text.trim();
        rest = rest.strip_prefix('v').unwrap_or(rest);
        let mut numbers = [0; 4];
        let mut n_written = 0;
        while n_written < 4 {
            let len = rest.bytes().take_while(u8::is_ascii_digit).count();
            if len == 0 {
                break;
            }
            numbers[n_written] = rest[..len].parse().ok()?;
            n_written += 1;
            rest = &rest[len..];
            match rest.strip_prefix('.') {
                Some(tail) if tail.starts_with(|it: char| it.is_ascii_digit()) => rest = tail,
                _ => break,
            }
        }
        let pre = rest.split('+').next().unwrap_or_default();
        (n_written > 0).then(|| Self {
            numbers,
            n_written,
            pre: pre.trim_start_matches(['-', '.']).to_owned(),
        })
    }

    fn compare(&self, other: &Self) -> Ordering {
        let pre = match (self.pre.is_empty(), other.pre.is_empty()) {
            (true, true) => Ordering::Equal,
            // A release comes after its previews.
            (true, false) => Ordering::Greater,
            (false, true) => Ordering::Less,
            (false, false) => compare_pre(&self.pre, &other.pre),
        };
        self.numbers.cmp(&other.numbers).then(pre)
    }

    /// The first version whose number at `idx` is one higher.
    fn after(&self, idx: usize) -> Self {
        let mut numbers = [0; 4];
        numbers[..=idx].copy_from_slice(&self.numbers[..=idx]);
        numbers[idx] = numbers[idx].saturating_add(1);
        Self {
            numbers,
            n_written: self.n_written,
            pre: String::new(),
        }
    }
}

impl Requirement {
    pub(super) fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let operators = [
            (">=", Operator::AtLeast),
            ("<=", Operator::AtMost),
            ("===", Operator::Same),
            ("==", Operator::Same),
            ("~=", Operator::Compatible),
            ("~>", Operator::Compatible),
            (">", Operator::Above),
            ("<", Operator::Below),
            ("=", Operator::Same),
            ("^", Operator::Caret),
            ("~", Operator::Tilde),
            ("", Operator::AtLeast),
        ];
        let (sign, operator) = operators.into_iter().find(|it| text.starts_with(it.0))?;
        Some(Self {
            operator,
            version: Version::parse(&text[sign.len()..])?,
        })
    }

    pub(super) fn matches(&self, version: &Version) -> bool {
        let wanted = &self.version;
        let order = version.compare(wanted);
        let below = |limit: Version| order != Ordering::Less && version.numbers < limit.numbers;
        match self.operator {
            Operator::AtLeast => order != Ordering::Less,
            Operator::Above => order == Ordering::Greater && !wanted.begins(version),
            Operator::AtMost => order != Ordering::Greater || wanted.begins(version),
            Operator::Below => order == Ordering::Less && !wanted.begins(version),
            Operator::Same => {
                wanted.begins(version) && (wanted.pre.is_empty() || order == Ordering::Equal)
            }
            Operator::Caret => {
                let first = wanted.numbers[..wanted.n_written.min(3)]
                    .iter()
                    .position(|it| *it != 0);
                below(wanted.after(first.unwrap_or(wanted.n_written.min(3) - 1)))
            }
            Operator::Tilde => below(wanted.after(wanted.n_written.clamp(1, 2) - 1)),
            Operator::Compatible => below(wanted.after(wanted.n_written.max(2) - 2)),
        }
    }
}

impl Version {
    /// Whether `other` has the numbers that are written: `2` begins 2.3.0.
    fn begins(&self, other: &Self) -> bool {
        self.numbers[..self.n_written] == other.numbers[..self.n_written]
            && (other.pre.is_empty()
                || other.numbers[self.n_written..].iter().any(|it| *it > 0)
                || self.pre == other.pre)
    }
}

/// Part by part, numbers as numbers, as semver has it (<https://semver.org/#spec-item-11>).
fn compare_pre(a: &str, b: &str) -> Ordering {
    let mut parts = (a.split('.'), b.split('.'));
    loop {
        let order = match (parts.0.next(), parts.1.next()) {
            (None, None) => return Ordering::Equal,
            (None, Some(_)) => return Ordering::Less,
            (Some(_), None) => return Ordering::Greater,
            (Some(a), Some(b)) => match (a.parse::<u64>(), b.parse::<u64>()) {
                (Ok(a), Ok(b)) => a.cmp(&b),
                (Ok(_), Err(_)) => Ordering::Less,
                (Err(_), Ok(_)) => Ordering::Greater,
                (Err(_), Err(_)) => a.cmp(b),
            },
        };
        if order != Ordering::Equal {
            return order;
        }
    }
}

/// The lowest version that a dependency's requirement allows; `None` where it allows any, or names
/// a path or a repository.
pub(super) fn lowest(requirement: &str) -> Option<String> {
    let requirement = requirement.trim();
    let plain = match requirement.strip_prefix("npm:") {
        Some(alias) => alias.rsplit_once('@').map_or("", |it| it.1),
        None => requirement
            .strip_prefix("workspace:")
            .unwrap_or(requirement),
    };
    if plain.contains([':', '/']) {
        return None;
    }
    plain
        .split("||")
        .filter_map(lowest_of_all)
        .min_by(|a, b| a.0.compare(&b.0))
        .map(|it| it.1)
}

/// The highest lower bound of comparators that hold together.
fn lowest_of_all(comparators: &str) -> Option<(Version, String)> {
    // `1.2 - 2.0` of npm: the first is the lower one.
    let comparators = comparators.split(" - ").next().unwrap_or_default();
    let mut lowest: Option<(Version, String)> = None;
    let mut upper = false;
    for word in comparators.split([',', ' ']).map(str::trim) {
        let bare = word.trim_start_matches(['=', '>', '<', '~', '^', '!']);
        let sign = &word[..word.len() - bare.len()];
        // `>= 1.2`: the operator stands alone.
        let bounds_above = sign.starts_with(['<', '!']) || sign.is_empty() && upper;
        upper = bare.is_empty() && sign.starts_with(['<', '!']);
        let version = bare.trim_end_matches(".*").trim_end_matches(".x");
        if let Some(found) = Version::parse(version).filter(|_| !bounds_above)
            && lowest
                .as_ref()
                .is_none_or(|it| it.0.compare(&found) == Ordering::Less)
        {
            lowest = Some((found, version.trim_start_matches('v').to_owned()));
        }
    }
    lowest
}
