//! The environment as a value: clock, folders, variables, terminal and randomness, read once at the start.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use jiff::Zoned;
use jiff::civil::Date;

/// All that docket takes from around it. Cheap to clone; tests make their own.
///
/// Only this file reads the process environment, the clock and the state of the terminal.
#[derive(Clone, Debug)]
pub struct Env {
    pub cwd: PathBuf,
    /// The program's arguments, its own name first.
    pub args: Arc<[OsString]>,
    pub vars: Arc<BTreeMap<OsString, OsString>>,
    /// This very program, where the system tells it.
    pub exe: Option<PathBuf>,
    pub terminal: Terminal,
    clock: Clock,
    seed: Arc<AtomicU64>,
}

/// What standard output and standard error are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terminal {
    pub stdout: bool,
    pub stderr: bool,
    pub stdin: bool,
    /// Columns; 80 where there is no terminal.
    pub width: usize,
}

#[derive(Clone, Debug)]
enum Clock {
    System,
    Fixed(Zoned),
}

impl Env {
    /// The environment of this process. `DOCKET_NOW` (a day, or a time with its zone) stops the
    /// clock, for tests and pictures.
    pub fn of_process() -> Self {
        let vars: BTreeMap<_, _> = std::env::vars_os().collect();
        let width = vars
            .get(OsStr::new("COLUMNS"))
            .and_then(|it| it.to_str()?.parse().ok())
            .or_else(|| terminal_size::terminal_size().map(|(width, _)| usize::from(width.0)));
        let clock = vars
            .get(OsStr::new("DOCKET_NOW"))
            .and_then(|it| fixed(it.to_str()?))
            .map_or(Clock::System, Clock::Fixed);
        Self {
            cwd: std::env::current_dir().unwrap_or_else(|_| PathBuf::from(".")),
            args: std::env::args_os().collect(),
            exe: std::env::current_exe().ok(),
            terminal: Terminal {
                stdout: std::io::stdout().is_terminal(),
                stderr: std::io::stderr().is_terminal(),
                stdin: std::io::stdin().is_terminal(),
                width: width.unwrap_or(80).max(20),
            },
            vars: Arc::new(vars),
            clock,
            seed: Arc::new(AtomicU64::new(fastrand::u64(..))),
        }
    }

    /// An environment without variables or terminal, its clock stopped at `now`.
    pub fn fixed(cwd: impl Into<PathBuf>, now: Zoned, seed: u64) -> Self {
        Self {
            cwd: cwd.into(),
            args: Arc::new([]),
            vars: Arc::default(),
            exe: None,
            terminal: Terminal {
                stdout: false,
                stderr: false,
                stdin: false,
                width: 80,
            },
            clock: Clock::Fixed(now),
            seed: Arc::new(AtomicU64::new(seed)),
        }
    }

    /// The same with one variable set.
    pub fn with_var(mut self, name: &str, value: &str) -> Self {
        Arc::make_mut(&mut self.vars).insert(name.into(), value.into());
        self
    }

    /// The time, in the local zone.
    pub fn now(&self) -> Zoned {
        match &self.clock {
            Clock::System => Zoned::now(),
            Clock::Fixed(now) => now.clone(),
        }
    }

    /// The local day, which due dates are compared with.
    pub fn today(&self) -> Date {
        self.now().date()
    }

    /// A generator of random numbers; each call gives another one, all follow from the seed.
    pub fn rng(&self) -> fastrand::Rng {
        fastrand::Rng::with_seed(
            self.seed
                .fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::Relaxed),
        )
    }

    /// A variable that is set, not empty, and Unicode.
    pub fn var(&self, name: &str) -> Option<&str> {
        self.var_os(name)?.to_str()
    }

    /// A variable that is set and not empty.
    pub fn var_os(&self, name: &str) -> Option<&OsStr> {
        self.vars
            .get(OsStr::new(name))
            .map(OsString::as_os_str)
            .filter(|it| !it.is_empty())
    }

    /// The user's own folder.
    pub fn home(&self) -> Option<PathBuf> {
        self.var_os("HOME")
            .or_else(|| self.var_os("USERPROFILE"))
            .map(PathBuf::from)
    }

    /// `$XDG_CONFIG_HOME`, or what stands for it on this system.
    pub fn config_home(&self) -> Option<PathBuf> {
        self.folder("XDG_CONFIG_HOME", "APPDATA", ".config")
    }

    /// `$XDG_STATE_HOME`, or what stands for it on this system.
    pub fn state_home(&self) -> Option<PathBuf> {
        self.folder("XDG_STATE_HOME", "LOCALAPPDATA", ".local/state")
    }

    /// The file of the first folder of `$PATH` that has the program `name`.
    pub fn find_program(&self, name: &str) -> Option<PathBuf> {
        let endings: &[&str] = if cfg!(windows) {
            &[".exe", ".cmd", ".bat"]
        } else {
            &[""]
        };
        std::env::split_paths(self.var_os("PATH")?)
            .filter(|it| it.is_absolute())
            .flat_map(|dir| {
                endings
                    .iter()
                    .map(move |it| dir.join(format!("{name}{it}")))
            })
            .find(|it| is_program(it))
    }

    fn folder(&self, xdg: &str, windows: &str, fallback: &str) -> Option<PathBuf> {
        // The base directory specification: a relative path is invalid and ignored.
        let absolute = |name| {
            self.var_os(name)
                .map(PathBuf::from)
                .filter(|it| it.is_absolute())
        };
        absolute(xdg)
            .or_else(|| absolute(windows).filter(|_| cfg!(windows)))
            .or_else(|| Some(self.home()?.join(fallback)))
    }
}

fn fixed(text: &str) -> Option<Zoned> {
    let zone = jiff::tz::TimeZone::UTC;
    text.parse::<Zoned>()
        .ok()
        .or_else(|| Some(text.parse::<jiff::Timestamp>().ok()?.to_zoned(zone.clone())))
        .or_else(|| text.parse::<Date>().ok()?.to_zoned(zone).ok())
}

#[cfg(unix)]
fn is_program(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    path.metadata()
        .is_ok_and(|it| it.is_file() && it.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_program(path: &Path) -> bool {
    path.is_file()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn env(vars: &[(&str, &str)]) -> Env {
        let mut env = Env::fixed("/p", fixed("2026-11-21").unwrap(), 7);
        env.vars = Arc::new(vars.iter().map(|(k, v)| (k.into(), v.into())).collect());
        env
    }

    #[test]
    fn folders_follow_the_base_directory_specification() {
        let of = |vars: &[(&str, &str)]| env(vars).state_home();
        assert_eq!(of(&[]), None);
        assert_eq!(of(&[("HOME", "/h")]), Some("/h/.local/state".into()));
        assert_eq!(
            of(&[("HOME", "/h"), ("XDG_STATE_HOME", "")]),
            Some("/h/.local/state".into())
        );
        assert_eq!(
            of(&[("HOME", "/h"), ("XDG_STATE_HOME", "relative")]),
            Some("/h/.local/state".into())
        );
        #[cfg(unix)]
        assert_eq!(
            of(&[("HOME", "/h"), ("XDG_STATE_HOME", "/s")]),
            Some("/s".into())
        );
    }

    #[test]
    fn a_stopped_clock_reads_days_and_times() {
        for text in [
            "2026-11-21",
            "2026-11-21T23:59:00Z",
            "2026-11-21T23:59[UTC]",
        ] {
            let day = fixed(text).map(|it| it.date());
            assert_eq!(day, Some(jiff::civil::date(2026, 11, 21)), "{text}");
        }
        assert_eq!(fixed("soon"), None);
    }

    #[test]
    fn generators_follow_from_the_seed_and_differ() {
        let draw = |env: &Env| (env.rng().u64(..), env.rng().u64(..));
        assert_eq!(draw(&env(&[])), draw(&env(&[])));
        let (one, two) = draw(&env(&[]));
        assert_ne!(one, two);
    }
}
