//! `docket tour`: a sample project in the user's own editor, or drawn in the terminal.

mod draw;
mod editor;
mod sample;

use std::path::{Path, PathBuf};

use docket_core::ide::tickets as ide;

use crate::branches;
use crate::cli::args::Tour;
use crate::cli::failure::{Failure, FailureKind};
use crate::cli::open::{Place, read};
use crate::cli::screen::{BOLD, CYAN, DIM, Screen};
use crate::env::Env;
use editor::{Editor, Kind};

/// What the terminal draws, and how many lines of each.
const PAGES: [(&str, usize); 5] = [
    ("src/main.rs", 40),
    ("src/sensor.rs", 40),
    ("web/timer.ts", 40),
    ("scripts/report.py", 40),
    (".docs/tickets/T-5tmr-show-the-timer-in-the-browser.md", 11),
];

pub(crate) fn run(env: &Env, screen: &Screen, args: &Tour) -> Result<u8, Failure> {
    let wanted = Wanted::of(args.editor.as_deref())?;
    let temporary = tempfile::Builder::new()
        .prefix("docket-tour-")
        .tempdir()
        .map_err(|error| {
            Failure::new(
                FailureKind::Environment,
                format!("there is no place for the sample project: {error}"),
            )
            .hint("name one: `docket tour --keep DIR`")
        })?;
    let folder = match &args.keep {
        Some(folder) => kept(env, folder)?,
        None => temporary.path().join("kettle"),
    };
    let make = |it: &Path| std::fs::create_dir_all(it);
    let own = temporary.path().join("tour");
    make(&folder).and_then(|()| make(&own)).map_err(|error| {
        Failure::new(
            FailureKind::Environment,
            format!("`{}`: {error}", folder.display()),
        )
    })?;
    let me = branches::identity(&folder, env);
    sample::make(&folder, env.today(), me.as_deref())?;

    if let Some(editor) = wanted.editor(env, screen) {
        match editor::open(env, &editor, &folder, &own) {
            Ok(()) => {
                screen.note(&farewell(args.keep.is_some().then_some(folder.as_path())));
                return Ok(0);
            }
            Err(error) => screen.note(&format!("{error:#}; so the tour is drawn here")),
        }
    }
    let kept = args.keep.is_some().then_some(folder.as_path());
    screen.print(&drawn(env, screen, &folder, kept)?)?;
    Ok(0)
}

/// What the user asked to be shown in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wanted {
    Found,
    Named(Kind),
    Terminal,
}

impl Wanted {
    fn of(name: Option<&str>) -> Result<Self, Failure> {
        match name {
            None => Ok(Self::Found),
            Some("none" | "terminal") => Ok(Self::Terminal),
            Some(name) => match Kind::named(name) {
                Some(kind) => Ok(Self::Named(kind)),
                None => Err(Failure::new(
                    FailureKind::Usage,
                    format!("the tour does not know the editor `{name}`"),
                )
                .hint(
                    "`docket tour nvim`, `docket tour code`, or `docket tour none` to see it here",
                )),
            },
        }
    }

    /// The editor to open; one that was named and is not there is told.
    fn editor(self, env: &Env, screen: &Screen) -> Option<Editor> {
        match self {
            Self::Terminal => None,
            Self::Found if !env.terminal.stdout => None,
            Self::Found => Kind::ALL
                .into_iter()
                .filter_map(|it| editor::find(env, it).ok())
                .find(|it| editor::is_handy(env, it)),
            Self::Named(kind) => editor::find(env, kind)
                .inspect_err(|why| {
                    screen.note(&format!("{} {why}; so the tour is drawn here", kind.name()));
                })
                .inspect(|_| {
                    if kind == Kind::Code && editor::extension().is_none() {
                        screen.note(
                            "the extension is not built here: it must be installed in the editor \
                             (README, \"Visual Studio Code\")",
                        );
                    }
                })
                .ok(),
        }
    }
}

/// A folder to keep the project in: new, or empty.
fn kept(env: &Env, folder: &Path) -> Result<PathBuf, Failure> {
    let folder = env.cwd.join(folder);
    let is_taken = match std::fs::read_dir(&folder) {
        Ok(mut it) => it.next().is_some(),
        Err(_) => folder.exists(),
    };
    match is_taken {
        true => Err(Failure::new(
            FailureKind::Refused,
            format!("`{}` is not empty", folder.display()),
        )
        .hint("name a folder that does not exist yet")),
        false => Ok(folder),
    }
}

fn drawn(
    env: &Env,
    screen: &Screen,
    folder: &Path,
    kept: Option<&Path>,
) -> Result<String, Failure> {
    let width = match screen.terminal.stdout {
        true => screen.terminal.width,
        false => 110,
    };
    let root = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    let place = Place {
        root,
        filter: Vec::new(),
    };
    let project = read(env, screen, place)?;
    let n_tickets = ide::tickets(&project.snapshot, &ide::Filter::default()).len();
    let mut out = format!(
        "{BOLD}A small project about a kettle, as your editor shows it with docket{BOLD:#}\n\
         {DIM}{n_tickets} tickets in .docs/tickets. Beside an id in a comment stands what is known \
         of its ticket; what is wrong is underlined, and told at the line's end.{DIM:#}\n\n"
    );
    for (path, max_lines) in PAGES {
        out.push_str(&draw::file(&project, path, max_lines, width));
        out.push('\n');
    }
    out.push_str(&format!("{BOLD}In your editor{BOLD:#}\n"));
    for kind in Kind::ALL {
        let name = kind.name();
        let line = match editor::find(env, kind) {
            Ok(_) if kind == Kind::Neovim => format!("  docket tour nvim    {DIM}{name}{DIM:#}\n"),
            Ok(_) => format!("  docket tour code    {DIM}{name}{DIM:#}\n"),
            Err(why) => format!("  {DIM}{name} {why}{DIM:#}\n"),
        };
        out.push_str(&line);
    }
    out.push('\n');
    out.push_str(&farewell(kept));
    out.push('\n');
    Ok(out)
}

fn farewell(kept: Option<&Path>) -> String {
    let here = match kept {
        Some(folder) => format!(
            "  {CYAN}cd {}{CYAN:#}    the sample project\n",
            folder.display()
        ),
        None => format!(
            "  {CYAN}docket tour --keep DIR{CYAN:#}  keep the sample project, to try commands in it\n"
        ),
    };
    format!(
        "{BOLD}Next{BOLD:#}\n{here}  \
         {CYAN}docket todos{CYAN:#}            the TODOs of your own project, nothing to set up\n  \
         {CYAN}docket init{CYAN:#}             make .docs/ with a first ticket\n  \
         {CYAN}docket check{CYAN:#}            what is to be mended"
    )
}
