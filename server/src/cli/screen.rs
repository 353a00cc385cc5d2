//! Standard output and standard error: results on the one, all else on the other.

use std::io::{self, BufWriter, Write};
use std::time::Duration;

use anstyle::{AnsiColor, Style};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::Serialize;

use super::args::Color;
use super::failure::{Failure, FailureKind, FailureOutput};
use crate::env::{Env, Terminal};

pub(crate) const BOLD: Style = Style::new().bold();
pub(crate) const DIM: Style = Style::new().dimmed();
pub(crate) const RED: Style = AnsiColor::Red.on_default().bold();
pub(crate) const YELLOW: Style = AnsiColor::Yellow.on_default().bold();
pub(crate) const GREEN: Style = AnsiColor::Green.on_default();
pub(crate) const BLUE: Style = AnsiColor::Blue.on_default();
pub(crate) const CYAN: Style = AnsiColor::Cyan.on_default();
pub(crate) const MAGENTA: Style = AnsiColor::Magenta.on_default();

/// Columns of a pipe.
const UNCUT: usize = 1_000_000;
/// Work that takes less shows no progress.
const PATIENCE: Duration = Duration::from_secs(1);

/// Where results and messages go, and in which form.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Screen {
    pub(crate) json: bool,
    pub(crate) terminal: Terminal,
}

impl Screen {
    /// Settles colours for the whole program.
    pub(crate) fn new(env: &Env, json: bool, color: Color) -> Self {
        match color {
            Color::Auto => anstream::ColorChoice::Auto,
            Color::Always => anstream::ColorChoice::Always,
            Color::Never => anstream::ColorChoice::Never,
        }
        .write_global();
        let mut terminal = env.terminal;
        if !terminal.stdout {
            // What reads a pipe gets lines whole.
            terminal.width = UNCUT;
        }
        Self { json, terminal }
    }

    /// Prints text with ANSI styles, which are taken off where they are not wanted.
    pub(crate) fn print(&self, styled: &str) -> Result<(), Failure> {
        let mut stdout = anstream::stdout().lock();
        fine(
            stdout
                .write_all(styled.as_bytes())
                .and_then(|()| stdout.flush()),
        )
    }

    /// Prints one line of JSON.
    pub(crate) fn print_json(&self, value: &impl Serialize) -> Result<(), Failure> {
        let mut stdout = BufWriter::new(io::stdout().lock());
        let done = serde_json::to_writer(&mut stdout, value).map_err(io::Error::from);
        fine(
            done.and_then(|()| stdout.write_all(b"\n"))
                .and_then(|()| stdout.flush()),
        )
    }

    /// Tells something beside the result, in words.
    pub(crate) fn note(&self, styled: &str) {
        // There is nowhere to tell that this failed.
        let _ = writeln!(anstream::stderr(), "{styled}");
    }

    /// Shows what is going to happen and asks whether it should. Without a person to ask, it
    /// should not.
    pub(crate) fn confirm(&self, plan: &str) -> Result<bool, Failure> {
        if self.json || !self.terminal.stdin || !self.terminal.stderr {
            if !self.json {
                self.note(&format!(
                    "{CYAN}hint{CYAN:#}{BOLD}:{BOLD:#} nothing is done yet: `--yes` does it"
                ));
            }
            return Ok(false);
        }
        self.note(plan.trim_end());
        // As in `note`.
        let _ = write!(anstream::stderr(), "Do this? [y/N] ");
        let mut answer = String::new();
        io::stdin().read_line(&mut answer).map_err(|error| {
            Failure::new(FailureKind::Environment, format!("standard input: {error}"))
        })?;
        Ok(matches!(answer.trim().to_lowercase().as_str(), "y" | "yes"))
    }

    /// Asks for a line; `None` where there is no person, or they have nothing to say.
    pub(crate) fn ask(&self, question: &str) -> Option<String> {
        if self.json || !self.terminal.stdin || !self.terminal.stderr {
            return None;
        }
        // As in `note`.
        let _ = write!(anstream::stderr(), "{question} ");
        let mut answer = String::new();
        io::stdin().read_line(&mut answer).ok()?;
        let answer = answer.trim();
        (!answer.is_empty()).then(|| answer.to_owned())
    }

    pub(crate) fn fail(&self, failure: &Failure) {
        if self.json {
            // As above.
            let _ = self.print_json(&FailureOutput::from(failure));
            return;
        }
        self.note(&format!(
            "{RED}error{RED:#}{BOLD}:{BOLD:#} {}",
            failure.message
        ));
        if let Some(hint) = &failure.hint {
            self.note(&format!("{CYAN}hint{CYAN:#}{BOLD}:{BOLD:#} {hint}"));
        }
    }

    /// A spinner with words.
    pub(crate) fn waiting(&self, message: &'static str) -> Progress {
        self.spinner(message, "{spinner} {msg} [{elapsed}]")
    }

    /// A spinner that counts files.
    pub(crate) fn progress(&self, message: &'static str) -> Progress {
        self.spinner(message, "{spinner} {msg} {pos} files [{elapsed}]")
    }

    /// A spinner on standard error; nothing unless that is a terminal and the work takes a second.
    fn spinner(&self, message: &'static str, template: &str) -> Progress {
        if !self.terminal.stderr || self.json {
            return Progress {
                bar: ProgressBar::hidden(),
                waker: None,
            };
        }
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        bar.set_message(message);
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        let (stop, stopped) = crossbeam_channel::bounded::<()>(0);
        let late = bar.clone();
        let waker = std::thread::spawn(move || {
            if stopped.recv_timeout(PATIENCE) == Err(crossbeam_channel::RecvTimeoutError::Timeout) {
                late.set_draw_target(ProgressDrawTarget::stderr());
                late.enable_steady_tick(Duration::from_millis(100));
            }
        });
        Progress {
            bar,
            waker: Some(Waker {
                stop: Some(stop),
                thread: Some(waker),
            }),
        }
    }
}

/// Work that goes on; dropping it clears the line.
pub(crate) struct Progress {
    bar: ProgressBar,
    waker: Option<Waker>,
}

struct Waker {
    stop: Option<crossbeam_channel::Sender<()>>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Progress {
    pub(crate) fn say(&self, message: &str) {
        self.bar.set_message(message.to_owned());
    }

    pub(crate) fn set(&self, n_files: u64) {
        self.bar.set_position(n_files);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.waker = None;
        self.bar.finish_and_clear();
    }
}

impl Drop for Waker {
    fn drop(&mut self) {
        self.stop = None;
        if let Some(thread) = self.thread.take() {
            // It only waits; a panic in it has nothing to tell.
            let _ = thread.join();
        }
    }
}

/// Who closes the pipe has read enough.
fn fine(done: io::Result<()>) -> Result<(), Failure> {
    match done {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Failure::new(
            FailureKind::Environment,
            format!("standard output: {error}"),
        )),
        _ => Ok(()),
    }
}
