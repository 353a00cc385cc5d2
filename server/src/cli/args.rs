//! The program's arguments.

mod adopt;
mod ai;
mod analyze;
mod import;
mod plan;
mod pr;
mod retire;
mod sync;

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};
use docket_core::finding::Severity;

pub use self::sync::{Auth, AuthVerb, Outbox, OutboxVerb, Resolve, Sync};

pub use adopt::Adopt;
pub use ai::{
    Discuss, Estimate, Expand, Prompt, PromptVerb, Proposals, ProposalsVerb, Propose, Schema,
    WriteDocs, WriteTests,
};
pub use analyze::Analyze;
pub use import::{Import, ImportFrom};
pub use plan::{Align, Plan};
pub use pr::Pr;
pub use retire::{Archive, Delete, Retired};

/// A repository's tickets and TODOs: in your editor, and here.
///
/// Tickets are Markdown files in `.docs/tickets`, TODOs are where they always were. The language
/// server (`docket lsp`) shows both in any editor; the other verbs answer the same in a terminal.
#[derive(Clone, Debug, Parser)]
#[command(
    name = "docket",
    version,
    max_term_width = 100,
    subcommand_required = true
)]
#[command(after_help = "Try it: docket tour\n\
    Exit code: 0 fine, 1 findings or a refused change, 2 usage or environment.")]
pub struct Args {
    #[command(subcommand)]
    pub verb: Verb,

    /// Print JSON, also for failures.
    #[arg(long, global = true)]
    pub json: bool,

    /// When to use colours; NO_COLOR and CLICOLOR are heeded too.
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub color: Color,

    /// Work as if started in DIR.
    #[arg(short = 'C', long = "directory", global = true, value_name = "DIR")]
    pub directory: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Color {
    Auto,
    Always,
    Never,
}

impl From<Level> for Severity {
    fn from(level: Level) -> Self {
        match level {
            Level::Error => Self::Error,
            Level::Warning => Self::Warning,
            Level::Information => Self::Information,
            Level::Hint => Self::Hint,
        }
    }
}

#[derive(Clone, Debug, Subcommand)]
pub enum Verb {
    /// See docket at work on a small sample project, in your editor or here.
    Tour(Tour),
    /// Make `.docs/` with a first ticket and a brief; changes no existing file.
    Init(Init),
    /// Report what is wrong with TODOs, tickets and pages.
    Check(Check),
    /// List every TODO in a real comment.
    Todos(Todos),
    /// List tickets.
    #[command(visible_alias = "ls")]
    List(List),
    /// Show one ticket with its TODOs, and what waits for it.
    Show(Show),
    /// List the tickets that are ready to be worked on, best first.
    Next(Next),
    /// Draw the tickets by status.
    Board(Board),
    /// Make a ticket.
    New(New),
    /// Change fields of a ticket; every other byte of its file stays.
    Set(Set),
    /// Give a ticket another title or id, in its file's name and wherever it is named as well.
    Rename(Rename),
    /// Give tickets that a merge left with one id an id each, with the references that mean them.
    Renumber(Renumber),
    /// Make tickets for TODOs that nothing tracks: as a plan first, which you may edit.
    Adopt(Adopt),
    /// Move a ticket that is done out of the way; all that names it goes on doing so.
    Archive(Archive),
    /// Delete a ticket, and take its id out of what names it.
    Delete(Delete),
    /// Make tickets of another tool's: Backlog.md, beads, Task Master, spec-kit, OpenSpec, Obsidian, check lists.
    Import(Import),
    /// Find what is worth a look: stale tickets, hot spots, TODO clusters, vulnerable crates.
    Analyze(Analyze),
    /// Make requirements and tickets of a brief, by a model or by its lists; a second run adds what is new.
    Plan(Plan),
    /// Show what is out of line with what it was derived from, or say that it still holds.
    Align(Align),
    /// Split a ticket into parts that are tickets: by a model, or by its check list.
    Expand(Expand),
    /// Say how large a ticket is, and why: by a model, or by counting.
    Estimate(Estimate),
    /// Write pages of what source files declare, and renew them.
    WriteDocs(WriteDocs),
    /// Write tests for a ticket's acceptance criteria: by a model, or skeletons.
    WriteTests(WriteTests),
    /// Make a migration of what the data model page says, for SQLite and PostgreSQL, tried on both.
    Schema(Schema),
    /// Have roles work something out in pairs, by a model; each pair proposes a page.
    Discuss(Discuss),
    /// Show what was proposed and waits for you; accept it, or refuse it.
    Proposals(Proposals),
    /// Begin work on a ticket: its branch, its status, you as its assignee.
    Start(Start),
    /// Push a ticket's branch and open its pull request, or tell how its checks are.
    Pr(Pr),
    /// Keep tickets and GitHub issues in step, both ways.
    Sync(Sync),
    /// Show what waits to be sent to GitHub; send it again, or let it go.
    Outbox(Outbox),
    /// Keep a token for GitHub, or a model's key, in the system's keyring, or say whose is used.
    Auth(Auth),
    /// Decide where a ticket and its issue both changed the same field.
    Resolve(Resolve),
    /// Show what models are told, and how the project's own prompts differ.
    Prompt(Prompt),
    /// Show the project on one screen.
    Status,
    /// Explain a rule, or list them all.
    Explain(Explain),
    /// Look for what keeps docket from working here.
    Doctor,
    /// Print the completion script of a shell.
    Completions(Completions),
    /// Offer the tickets to a coding agent, by MCP on standard input and output.
    Mcp,
    /// Run the language server on standard input and output.
    Lsp(Lsp),
}

#[derive(Clone, Debug, ClapArgs)]
#[command(after_help = "Examples:\n  \
    docket tour         in the editor that is found, else drawn here\n  \
    docket tour code    in Visual Studio Code\n  \
    docket tour none    drawn here")]
pub struct Tour {
    /// `nvim`, `code`, or `none` to draw it in the terminal.
    pub editor: Option<String>,
    /// Make the sample project in this folder and keep it.
    #[arg(long, value_name = "DIR")]
    pub keep: Option<PathBuf>,
}

#[derive(Clone, Debug, ClapArgs)]
#[command(after_help = "Examples:\n  \
    docket init\n  \
    docket init ../other-project\n  \
    docket init --hook              git asks docket before each commit")]
pub struct Init {
    /// The project's folder [default: the repository around the current folder].
    pub path: Option<PathBuf>,
    /// Make git's hooks `pre-commit` and `commit-msg` as well; one that is there stays as it is.
    #[arg(long)]
    pub hook: bool,
}

#[derive(Clone, Debug, ClapArgs)]
#[command(after_help = "Examples:\n  \
    docket check                             the whole project\n  \
    docket check src --fail-on error         a folder; exit 1 only for errors\n  \
    docket check --level hint                untracked TODOs as well\n  \
    docket check --fix                       make the safe fixes\n  \
    docket check --since origin/main         only what this branch adds\n  \
    docket check --staged --since HEAD       only what the next commit adds\n  \
    docket check --baseline .docs/baseline.json --write-baseline\n  \
    docket check --baseline .docs/baseline.json   only what is not written down there\n  \
    docket check --format sarif > out.sarif  for code scanning\n  \
    docket check --format github             annotations in GitHub Actions")]
pub struct Check {
    /// Files or folders to report on, or a project's root [default: the project].
    pub paths: Vec<PathBuf>,
    /// How to print the findings.
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: Format,
    /// Exit with 1 if there is a finding of this severity or above.
    #[arg(long, value_name = "LEVEL", default_value = "warning")]
    pub fail_on: FailOn,
    /// Print findings of this severity and above [default: information; everything for machines].
    #[arg(long, value_name = "LEVEL")]
    pub level: Option<Level>,
    /// Make the fixes that are certain enough, and report what is left.
    #[arg(long)]
    pub fix: bool,
    /// Only findings that are absent at the merge base of REV and the commit that is checked out.
    #[arg(long, value_name = "REV")]
    pub since: Option<String>,
    /// Look at what is staged rather than at the files on the disk.
    #[arg(long, conflicts_with = "fix")]
    pub staged: bool,
    /// Only findings that are not in FILE.
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<PathBuf>,
    /// Write what is found now to the baseline's file.
    #[arg(long, requires = "baseline", conflicts_with_all = ["since", "staged", "fix", "paths"])]
    pub write_baseline: bool,
    /// Look at the ticket ids of the commit message in FILE, and at nothing else.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["since", "staged", "fix", "paths", "baseline"])]
    pub commit_msg: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Source lines with what is wrong under them.
    Text,
    Json,
    /// Static Analysis Results Interchange Format 2.1.0.
    Sarif,
    /// Workflow commands that GitHub Actions turns into annotations.
    Github,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Level {
    Error,
    Warning,
    Information,
    Hint,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FailOn {
    Error,
    Warning,
    Information,
    Hint,
    /// Always exit with 0.
    Never,
}

#[derive(Clone, Debug, ClapArgs)]
#[command(after_help = "Examples:\n  \
    docket todos\n  \
    docket todos src/parser.rs --json\n  \
    docket todos --since origin/main  new, moved, touched and removed ones\n  \
    docket todos --age                who wrote each, and when")]
pub struct Todos {
    /// Files or folders, or a project's root [default: the project].
    pub paths: Vec<PathBuf>,
    /// Only what differs from the merge base of REV and the commit that is checked out.
    #[arg(long, value_name = "REV")]
    pub since: Option<String>,
    /// Tell the author and the day of each line, as git has them.
    #[arg(long)]
    pub age: bool,
}

#[derive(Clone, Debug, ClapArgs)]
#[command(after_help = "Examples:\n  \
    docket list                          all that is not done or dropped\n  \
    docket list --status review,done     by status, or by kind: open, active, done, dropped\n  \
    docket list --assignee me --label lsp\n  \
    docket list parser                   with this text in title or id")]
pub struct List {
    /// Words that id or title have.
    pub text: Vec<String>,
    /// Statuses or kinds of status, with commas; `all` for every one.
    #[arg(short, long, value_name = "STATUS", value_delimiter = ',')]
    pub status: Vec<String>,
    /// Labels, with commas; a ticket has all of them.
    #[arg(short, long, value_name = "LABEL", value_delimiter = ',')]
    pub label: Vec<String>,
    /// A user, `me`, or `none`.
    #[arg(short, long, value_name = "USER")]
    pub assignee: Option<String>,
    /// A milestone, or `none`.
    #[arg(short, long, value_name = "NAME")]
    pub milestone: Option<String>,
}

#[derive(Clone, Debug, ClapArgs)]
#[command(after_help = "Examples:\n  docket show T-7k3f\n  docket show 7k3f --history")]
pub struct Show {
    /// The ticket's id; the prefix may be left out.
    pub id: String,
    /// What sync changed of it: when, from where, by whom.
    #[arg(long)]
    pub history: bool,
    /// What people said on its issue, as of the last sync.
    #[arg(long, conflicts_with = "history")]
    pub comments: bool,
}

#[derive(Clone, Debug, ClapArgs)]
#[command(
    after_help = "Ready: of an open status, and nothing that it depends on is left to do.\n\
    In order: priority, due date, age."
)]
pub struct Next {
    /// How many at most.
    #[arg(short = 'n', long, value_name = "N", default_value_t = 10)]
    pub max: usize,
    /// Only those of a user, or `me`.
    #[arg(short, long, value_name = "USER")]
    pub assignee: Option<String>,
    /// What puts each where it is: the parts of its score, weighed by `[priorities]` in docket.toml.
    #[arg(long)]
    pub why: bool,
}

#[derive(Clone, Debug, ClapArgs)]
#[command(after_help = "Examples:\n  \
    docket board        drawn here\n  \
    docket board --web  in your browser, to move cards by mouse and by keyboard")]
pub struct Board {
    /// Done and dropped ones as well.
    #[arg(long)]
    pub all: bool,
    /// In a browser, live, until it is ended; on this machine alone.
    #[arg(long, conflicts_with = "all")]
    pub web: bool,
    /// Print the address and open no browser.
    #[arg(long, requires = "web")]
    pub no_open: bool,
    /// The port to listen on [default: a free one].
    #[arg(long, value_name = "PORT", requires = "web")]
    pub port: Option<u16>,
}

#[derive(Clone, Debug, ClapArgs)]
#[command(after_help = "Examples:\n  \
    docket new \"Parse bodies that span lines\"\n  \
    docket new \"Crash on empty file\" type=bug priority=high labels=parser,lsp\n  \
    docket new \"Crash on empty file\" --template bug\n  \
    docket new \"Crash on empty file\" --issue     and an issue on GitHub, with the next sync\n  \
    docket new --todo src/parser.rs:12 --issue    from a TODO, with the code around it")]
pub struct New {
    /// What is to be done, in one line.
    #[arg(required_unless_present = "todo")]
    pub title: Option<String>,
    /// Fields of the ticket.
    #[arg(value_name = "FIELD=VALUE")]
    pub fields: Vec<String>,
    /// What it begins with: `bug`, `feature`, `chore`, or a file in `.docs/templates`.
    #[arg(short, long, value_name = "NAME")]
    pub template: Option<String>,
    /// Make it from the TODO in this line, and link that to it; title and fields are the TODO's own.
    #[arg(long, value_name = "PATH:LINE", conflicts_with_all = ["title", "fields", "template"])]
    pub todo: Option<String>,
    /// Ask for an issue as well; it waits in the outbox until the next sync.
    #[arg(long)]
    pub issue: bool,
}

#[derive(Clone, Debug, ClapArgs)]
#[command(after_help = "Examples:\n  \
    docket set T-7k3f status=review\n  \
    docket set T-7k3f assignees=ana,ben due=2026-12-01\n  \
    docket set T-7k3f milestone=          takes the field away")]
pub struct Set {
    /// The ticket's id; the prefix may be left out.
    pub id: String,
    /// Fields and their new values; lists with commas, `+=` and `-=` for one item of a list; nothing after `=` takes the field away.
    #[arg(value_name = "FIELD=VALUE", required = true)]
    pub fields: Vec<String>,
}

#[derive(Clone, Debug, ClapArgs)]
#[command(
    after_help = "Links, references in code and the file's name follow; what does not is told.\n\n\
    Examples:\n  \
    docket rename T-7k3f \"Parse bodies of any length\"\n  \
    docket rename T-7k3f --id PARSE-1\n  \
    docket rename T-7k3f --id PARSE-1 --dry-run  only shows it"
)]
pub struct Rename {
    /// The ticket's id; the prefix may be left out.
    pub id: String,
    /// The new title.
    #[arg(required_unless_present = "new_id")]
    pub title: Option<String>,
    /// Give it another id instead.
    #[arg(long = "id", value_name = "ID", conflicts_with = "title")]
    pub new_id: Option<String>,
    /// Show what would be changed, and change nothing.
    #[arg(long)]
    pub dry_run: bool,
}

#[derive(Clone, Debug, ClapArgs)]
#[command(
    after_help = "The id stays with the ticket that is referred to most. Which reference means which ticket,\n\
    its path or git's history tells; what neither tells is listed and stays as it is.\n\n\
    Examples:\n  \
    docket renumber T-7k3f\n  \
    docket renumber T-7k3f --dry-run  only shows it"
)]
pub struct Renumber {
    /// The id that several tickets have; the prefix may be left out.
    pub id: String,
    /// The file of the ticket that gets a new id, from the project's root [default: all but the one referred to most].
    #[arg(long, value_name = "PATH")]
    pub file: Option<String>,
    /// Show what would be changed, and change nothing.
    #[arg(long)]
    pub dry_run: bool,
}

#[derive(Clone, Debug, ClapArgs)]
#[command(
    after_help = "Shows what will be done, and asks. Nothing is forced.\n\n\
    Examples:\n  \
    docket start T-7k3f            git switch -c T-7k3f-parse-bodies, status in-progress, assigned to you\n  \
    docket start T-7k3f --dry-run  only shows it"
)]
pub struct Start {
    /// The ticket's id; the prefix may be left out.
    pub id: String,
    /// Do it without asking.
    #[arg(short, long)]
    pub yes: bool,
    /// Show what would be done, and do nothing.
    #[arg(long, conflicts_with = "yes")]
    pub dry_run: bool,
}

#[derive(Clone, Debug, ClapArgs)]
#[command(after_help = "Examples:\n  docket explain\n  docket explain stale-todo")]
pub struct Explain {
    /// The rule's name, as in `error[unknown-ticket]`.
    pub rule: Option<String>,
}

#[derive(Clone, Debug, ClapArgs)]
#[command(after_help = "Examples:\n  \
    docket completions bash > ~/.local/share/bash-completion/completions/docket\n  \
    docket completions fish > ~/.config/fish/completions/docket.fish")]
pub struct Completions {
    pub shell: clap_complete::Shell,
}

#[derive(Clone, Debug, ClapArgs)]
pub struct Lsp {
    /// What to log, as in `docket=debug,info`.
    #[arg(long, value_name = "FILTER")]
    pub log: Option<String>,
    /// Log to this file [default: docket/docket.log in the state folder].
    #[arg(long, value_name = "FILE")]
    pub log_file: Option<PathBuf>,
    /// Editors pass it by habit; it is what happens anyway.
    #[arg(long, hide = true)]
    pub stdio: bool,
    /// The editor's process, which the server does not outlive.
    #[arg(long, hide = true, value_name = "PID", alias = "clientProcessId")]
    pub client_process_id: Option<OsString>,
}
