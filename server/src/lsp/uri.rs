//! `file:` URIs and paths, both ways (RFC 8089).

use std::path::{Path, PathBuf};

use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};
use tower_lsp::gen_lsp_types::Uri;

/// What RFC 3986 does not allow in a path, and what would end it.
const ESCAPED: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// The path of a `file:` URI; `None` for other schemes (`untitled:`, `git:`), which are no files.
pub fn to_path(uri: &Uri) -> Option<PathBuf> {
    let rest = uri.0.strip_prefix("file://")?;
    let (host, path) = rest.split_at(rest.find('/')?);
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let path = percent_decode_str(path).decode_utf8().ok()?;
    // A folder's URI may end with a slash; its path does not, unless it is the root.
    let path = match path.trim_end_matches('/') {
        "" => "/",
        trimmed => trimmed,
    };
    if !host.is_empty() && host != "localhost" {
        return Some(PathBuf::from(format!("//{host}{path}")));
    }
    Some(local(path, cfg!(windows)))
}

/// The URI of an absolute path.
pub fn of_path(path: &Path) -> Uri {
    let text = path.to_string_lossy();
    let text = if cfg!(windows) {
        text.replace('\\', "/")
    } else {
        text.into_owned()
    };
    let escaped = utf8_percent_encode(&text, ESCAPED).to_string();
    Uri(match escaped.strip_prefix("//") {
        Some(shared) => format!("file://{shared}"),
        None if escaped.starts_with('/') => format!("file://{escaped}"),
        None => format!("file:///{escaped}"),
    })
}

/// `/c:/x` is `C:\x` on Windows, where drive letters have one case here.
fn local(path: &str, windows: bool) -> PathBuf {
    let bytes = path.as_bytes();
    if windows && bytes.len() > 2 && bytes[1].is_ascii_alphabetic() && bytes[2] == b':' {
        let mut drive = path[1..].replace('/', "\\");
        drive[..1].make_ascii_uppercase();
        return drive.into();
    }
    path.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_survive_both_ways() {
        for path in [
            "/a/b.rs",
            "/with space/100%/#1?.md",
            "/\u{e9}\u{1F600}/[x]{y}.md",
        ] {
            let uri = of_path(Path::new(path));
            assert!(uri.0.is_ascii(), "{}", uri.0);
            assert_eq!(to_path(&uri).as_deref(), Some(Path::new(path)), "{}", uri.0);
        }
    }

    #[test]
    fn what_clients_send_is_understood() {
        let path = |it: &str| to_path(&Uri(it.into()));
        assert_eq!(
            path("file:///home/a%20b/c%2B%2B.cpp"),
            Some("/home/a b/c++.cpp".into())
        );
        assert_eq!(path("file://localhost/x"), Some("/x".into()));
        assert_eq!(path("file:///a/b/").unwrap().as_os_str(), "/a/b");
        assert_eq!(path("file:///"), Some("/".into()));
        assert_eq!(path("untitled:Untitled-1"), None);
        assert_eq!(path("git:/x?y"), None);
        assert_eq!(local("/c:/Users/x", true), PathBuf::from("C:\\Users\\x"));
        assert_eq!(local("/c:/Users/x", false), PathBuf::from("/c:/Users/x"));
    }
}
