//! Addresses: where the next page is, and whether an address is GitHub's own.

use http::Uri;
use http::uri::Scheme;
use jiff::Timestamp;

/// The `next` of a `Link` header (RFC 8288), as it is written.
pub(super) fn next(header: &str) -> Option<String> {
    header.split(',').find_map(|link| {
        let (address, parameters) = link.trim().strip_prefix('<')?.split_once('>')?;
        let is_next = parameters.split(';').any(|it| {
            let it = it.trim();
            it.strip_prefix("rel=")
                .is_some_and(|rel| rel.trim_matches('"').split(' ').any(|it| it == "next"))
        });
        is_next.then(|| address.to_owned())
    })
}

/// Whether two addresses are of one server: scheme, host and port.
pub(super) fn same_server(one: &str, other: &str) -> bool {
    let (Ok(one), Ok(other)) = (one.parse::<Uri>(), other.parse::<Uri>()) else {
        return false;
    };
    let server = |it: &Uri| {
        Some((
            it.scheme_str()?.to_ascii_lowercase(),
            it.host()?.to_ascii_lowercase(),
            port(it)?,
        ))
    };
    server(&one).is_some() && server(&one) == server(&other)
}

fn port(uri: &Uri) -> Option<u16> {
    uri.port_u16().or_else(|| {
        let scheme = uri.scheme()?;
        Some(if *scheme == Scheme::HTTPS { 443 } else { 80 })
    })
}

/// An address as a `Location` gives it, made whole.
pub(super) fn absolute(location: &str, of: &str) -> Option<String> {
    match location.starts_with('/') {
        false => Some(location.to_owned()),
        true => {
            let uri = of.parse::<Uri>().ok()?;
            Some(format!(
                "{}://{}{location}",
                uri.scheme_str()?,
                uri.authority()?
            ))
        }
    }
}

/// The next page of a list in the order of change, given what the page before ended with.
///
/// GitHub's own links hold a cursor (`after`) and are followed as they are. A server that counts
/// pages instead would let an issue slip through: one on an earlier page changes, moves to the end,
/// and every other one moves up by one, over the border between two pages. There the next page is
/// asked for by time: what changed at or after the last change that was seen. Where too many
/// share that second, or the list is not in order, its own link is as good as it gets.
pub(super) fn after(link: &str, changes: &[Timestamp]) -> String {
    let by_time = || {
        let (path, query) = link.split_once('?')?;
        let parameters: Vec<(&str, &str)> = query
            .split('&')
            .map(|it| it.split_once('=').unwrap_or((it, "")))
            .collect();
        let value = |name| parameters.iter().find(|(it, _)| *it == name).map(|it| it.1);
        if value("page").is_none() || value("after").is_some() || value("cursor").is_some() {
            return None;
        }
        let last = *changes.last()?;
        let before = value("since").and_then(|it| it.replace("%3A", ":").parse().ok());
        let overlap = changes.iter().rev().take_while(|it| **it == last).count();
        if !changes.is_sorted()
            || before.is_some_and(|before: Timestamp| before >= last)
            || overlap * 10 > changes.len().max(10)
        {
            return None;
        }
        let kept = parameters
            .iter()
            .filter(|(name, _)| !matches!(*name, "page" | "since"))
            .map(|(name, value)| format!("{name}={value}&"));
        // A server whose times have milliseconds may compare them as texts: then each has all three
        // digits, as its own have.
        let last = match changes.iter().any(|it| it.subsec_nanosecond() != 0) {
            true => format!("{last:.3}"),
            false => last.to_string(),
        };
        Some(format!("{path}?{}since={last}", kept.collect::<String>()))
    };
    by_time().unwrap_or_else(|| link.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn times(seconds: &[i64]) -> Vec<Timestamp> {
        let at = |it: &i64| Timestamp::from_second(1_700_000_000 + it).unwrap();
        seconds.iter().map(at).collect()
    }

    #[test]
    fn the_next_page_is_found_among_links() {
        let header = r#"<https://api.github.com/repositories/1/issues?page=1>; rel="prev", <https://api.github.com/repositories/1/issues?after=Y3%3D&page=3>; rel="next""#;
        assert_eq!(
            next(header).as_deref(),
            Some("https://api.github.com/repositories/1/issues?after=Y3%3D&page=3")
        );
        assert_eq!(next(r#"<https://a/b?page=1>; rel="last""#), None);
        assert_eq!(next(""), None);
    }

    #[test]
    fn a_server_is_scheme_host_and_port() {
        let same = |it| same_server("https://api.github.com", it);
        assert!(same("https://api.github.com:443/repos"));
        assert!(same("HTTPS://API.github.com/"));
        for other in [
            "http://api.github.com/",
            "https://api.github.com:8443/",
            "https://api.github.com.evil.example/",
            "https://evil.example/api.github.com",
            "/repos",
            "no address",
        ] {
            assert!(!same(other), "{other}");
        }
    }

    #[test]
    fn a_location_without_a_host_is_of_the_same_server() {
        let of = "http://127.0.0.1:80/repos/a/b";
        assert_eq!(
            absolute("/repositories/7", of).as_deref(),
            Some("http://127.0.0.1:80/repositories/7")
        );
        assert_eq!(absolute("https://x/y", of).as_deref(), Some("https://x/y"));
    }

    #[test]
    fn a_cursor_is_followed_as_it_is() {
        let link = "https://h/repositories/1/issues?state=all&after=Y3%3D&page=2";
        assert_eq!(after(link, &times(&[1, 2, 3])), link);
    }

    #[test]
    fn counted_pages_go_on_by_time() {
        let link = "https://h/repositories/1/issues?state=all&page=2&per_page=100";
        assert_eq!(
            after(link, &times(&[1, 2, 3])),
            "https://h/repositories/1/issues?state=all&per_page=100&since=2023-11-14T22:13:23Z"
        );
        let link = format!("{link}&since=2023-11-14T22%3A13%3A23Z");
        // No further by time, not in order, and too many of one second.
        for changes in [&[3][..], &[5, 4], &[4, 5, 5, 5, 5]] {
            assert_eq!(after(&link, &times(changes)), link);
        }
    }

    #[test]
    fn a_time_is_written_as_the_server_writes_its_own() {
        let at = |millis| Timestamp::from_millisecond(1_700_000_000_000 + millis).unwrap();
        let link = "https://h/issues?page=2&per_page=100";
        let next = |changes: &[i64]| {
            let changes: Vec<_> = changes.iter().map(|it| at(*it)).collect();
            after(link, &changes)
                .split_once("since=")
                .unwrap()
                .1
                .to_owned()
        };
        assert_eq!(next(&[1_000, 2_000]), "2023-11-14T22:13:22Z");
        assert_eq!(next(&[1_001, 2_120]), "2023-11-14T22:13:22.120Z");
        assert_eq!(next(&[1_001, 2_000]), "2023-11-14T22:13:22.000Z");
    }
}
