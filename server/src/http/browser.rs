//! Opens an address in the user's own browser.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use crate::env::Env;

/// Starts what the system opens addresses with, and waits for nothing. Tells whether it could be started.
#[expect(
    clippy::disallowed_methods,
    reason = "the user asked for the board in a browser; the address is ours"
)]
pub fn open(env: &Env, address: &str) -> bool {
    let Some((program, arguments)) = opener(env) else {
        return false;
    };
    Command::new(program)
        .args(arguments)
        .arg(address)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .is_ok()
}

fn opener(env: &Env) -> Option<(PathBuf, &'static [&'static str])> {
    if cfg!(windows) {
        return Some((
            env.find_program("rundll32")?,
            &["url.dll,FileProtocolHandler"],
        ));
    }
    if cfg!(target_os = "macos") {
        return Some((env.find_program("open")?, &[]));
    }
    let has_screen = env.var("DISPLAY").is_some() || env.var("WAYLAND_DISPLAY").is_some();
    // In a terminal of VS Code on another machine `$BROWSER` opens it on the user's own.
    let named = env
        .var("BROWSER")
        .filter(|it| !it.contains([' ', ':', '%']));
    let program = named.and_then(|it| match it.starts_with('/') {
        true => Some(PathBuf::from(it)),
        false => env.find_program(it),
    });
    program
        .or_else(|| env.find_program("xdg-open").filter(|_| has_screen))
        .map(|it| (it, &[][..]))
}

#[cfg(test)]
#[cfg(all(unix, not(target_os = "macos")))]
mod tests {
    use super::*;

    fn env(vars: &[(&str, &str)]) -> Env {
        let now = "2026-11-21T00:00:00[UTC]".parse().unwrap();
        let env = Env::fixed("/p", now, 7);
        vars.iter()
            .fold(env, |env, (name, value)| env.with_var(name, value))
    }

    #[test]
    fn a_browser_is_opened_only_where_one_can_be_seen() {
        assert_eq!(opener(&env(&[("PATH", "/usr/bin")])), None);
        let named = opener(&env(&[("BROWSER", "/opt/remote-open.sh")]));
        assert_eq!(named, Some(("/opt/remote-open.sh".into(), &[][..])));
        let odd = opener(&env(&[("BROWSER", "firefox %s:lynx")]));
        assert_eq!(odd, None);
    }
}
