//! A PostgreSQL of its own, made in a temporary folder and gone with it; or a database on a server
//! that `DOCKET_POSTGRES` names. Spoken to through `psql`, which comes with it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::Scratch;
use crate::env::Env;

/// How long a new cluster may take to answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// Who runs what a repository holds.
const ROLE: &str = "scratch";

/// Longest script, in bytes: Linux takes no argument of 128 KiB or more.
const MAX_SCRIPT: usize = 120 * 1024;

/// Who a cluster runs as where docket is root, which PostgreSQL refuses to be: `nobody`.
#[cfg(unix)]
const NOBODY: u32 = 65_534;

/// Why there is no PostgreSQL to try something on.
#[derive(Debug, thiserror::Error)]
pub enum NoPostgres {
    #[error(
        "there is no PostgreSQL here: `initdb` was not found, and DOCKET_POSTGRES names no server"
    )]
    Missing,
    #[error("PostgreSQL does not start: {0}")]
    Broken(String),
}

pub struct Postgres {
    psql: PathBuf,
    /// What `psql` connects to.
    address: String,
    /// The same as a role that may do nothing but in its own schema: what a repository holds is run
    /// by it. A superuser's SQL could run any program (`COPY … TO PROGRAM`).
    confined: String,
    /// `None` where it is somebody else's.
    server: Option<Server>,
    /// Something was run, which has to be taken away again.
    used: bool,
}

/// A cluster of its own.
struct Server {
    process: Child,
    _folder: tempfile::TempDir,
}

impl Postgres {
    /// # Errors
    ///
    /// [`NoPostgres`]
    pub fn start(env: &Env) -> Result<Self, NoPostgres> {
        if let Some(address) = env.var("DOCKET_POSTGRES") {
            let psql = programs(env).map_or_else(|| PathBuf::from("psql"), |it| it.join("psql"));
            return Self::on_server(psql, address).map_err(NoPostgres::Broken);
        }
        let programs = programs(env).ok_or(NoPostgres::Missing)?;
        Self::own(&programs).map_err(NoPostgres::Broken)
    }

    fn own(programs: &Path) -> Result<Self, String> {
        let told = |it: std::io::Error| it.to_string();
        // Short: the path of a socket has a limit of some hundred bytes.
        let folder = tempfile::Builder::new()
            .prefix("docket-pg")
            .tempdir()
            .map_err(told)?;
        let data = folder.path().join("data");
        hand_over(folder.path()).map_err(told)?;
        let made = command(programs.join("initdb"))
            .args([
                "-A",
                "trust",
                "-U",
                "docket",
                "-E",
                "UTF8",
                "--locale=C",
                "--no-sync",
                "-D",
            ])
            .arg(&data)
            .output()
            .map_err(told)?;
        if !made.status.success() {
            return Err(last_line(&made.stderr));
        }
        let log = fs::File::create(folder.path().join("log")).map_err(told)?;
        let process = command(programs.join("postgres"))
            .arg("-D")
            .arg(&data)
            .arg("-k")
            .arg(folder.path())
            .args([
                "-c",
                "listen_addresses=",
                "-c",
                "fsync=off",
                "-c",
                "max_connections=8",
            ])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .map_err(told)?;
        let address = format!(
            "host={} user=docket dbname=postgres",
            folder.path().display()
        );
        let mut it = Self {
            psql: programs.join("psql"),
            confined: address.replace("user=docket", &format!("user={ROLE}")),
            address,
            server: Some(Server {
                process,
                _folder: folder,
            }),
            used: false,
        };
        it.await_answer()?;
        it.psql(
            &[],
            &format!("CREATE ROLE {ROLE} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE"),
        )?;
        Ok(it)
    }

    fn on_server(psql: PathBuf, address: &str) -> Result<Self, String> {
        let it = Self {
            psql,
            address: address.to_owned(),
            confined: address.to_owned(),
            server: None,
            used: false,
        };
        // Nothing that is there may be thrown away.
        let held = it.ask(
            "SELECT (SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace)
                  + (SELECT count(*) FROM pg_proc WHERE pronamespace = 'public'::regnamespace)",
        )?;
        match held.first().map(String::as_str) {
            Some("0") => Ok(it),
            _ => {
                Err("the database that DOCKET_POSTGRES names is not empty; name one that is".into())
            }
        }
    }

    fn await_answer(&mut self) -> Result<(), String> {
        let start = Instant::now();
        loop {
            match self.ask("SELECT 1") {
                Ok(_) => return Ok(()),
                Err(error) if start.elapsed() > PATIENCE => return Err(error),
                Err(error) => {
                    let ended = self.server.as_mut().map(|it| it.process.try_wait());
                    if let Some(Ok(Some(status))) = ended {
                        return Err(format!("it ended with {status}: {error}"));
                    }
                    std::thread::sleep(Duration::from_millis(50));
                }
            }
        }
    }

    /// The rows of a question, each as a line.
    fn ask(&self, sql: &str) -> Result<Vec<String>, String> {
        let out = self.psql(&["-At"], sql)?;
        Ok(out.lines().map(str::to_owned).collect())
    }

    fn psql(&self, args: &[&str], script: &str) -> Result<String, String> {
        self.psql_at(&self.address, args, script)
    }

    /// As `-c`, which sends all of it to the server: from a file or its input `psql` would take
    /// commands of its own, of which one runs programs.
    fn psql_at(&self, address: &str, args: &[&str], script: &str) -> Result<String, String> {
        if script.trim_start().starts_with('\\') {
            return Err("a migration is SQL, and no command of `psql`".into());
        }
        if script.len() > MAX_SCRIPT {
            return Err(format!(
                "a script of more than {MAX_SCRIPT} bytes is not tried"
            ));
        }
        let psql = command(self.psql.clone())
            .args(["-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", address])
            .args(args)
            .arg("-c")
            .arg(script)
            .env("PGCONNECT_TIMEOUT", "10")
            .env(
                "PGOPTIONS",
                "-c client_min_messages=warning -c statement_timeout=60s",
            )
            .stdin(Stdio::null())
            .output();
        let out = psql.map_err(|it| format!("`psql` does not run: {it}"))?;
        match out.status.success() {
            true => Ok(String::from_utf8_lossy(&out.stdout).into_owned()),
            false => Err(error_of(&out.stderr)),
        }
    }
}

impl Scratch for Postgres {
    fn clear(&mut self) -> Result<(), String> {
        self.used = true;
        let owner = match self.server {
            Some(_) => format!(" AUTHORIZATION {ROLE}"),
            None => String::new(),
        };
        let sql = format!("DROP SCHEMA public CASCADE; CREATE SCHEMA public{owner};");
        self.psql(&[], &sql).map(|_| ())
    }

    fn run(&mut self, script: &str) -> Result<(), String> {
        self.psql_at(&self.confined, &["-1"], script).map(|_| ())
    }

    fn fill(&mut self, rows: &str) -> Result<(), String> {
        if rows.is_empty() {
            return Ok(());
        }
        // Which makes no row be looked up that another refers to; a superuser alone may say so.
        let unchecked = match self.server {
            Some(_) => "SET session_replication_role = replica;\n",
            None => "",
        };
        self.psql(&["-1"], &format!("{unchecked}{rows}"))
            .map(|_| ())
    }

    fn shape(&mut self) -> Result<Vec<String>, String> {
        let mut lines = Vec::new();
        for sql in [
            "SELECT 'column ' || table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable
               || ' ' || coalesce(column_default, '') FROM information_schema.columns WHERE table_schema = 'public'",
            "SELECT 'index ' || tablename || ' ' || indexname FROM pg_indexes WHERE schemaname = 'public'",
            "SELECT 'constraint ' || conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid)
               FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND contype IN ('f', 'u', 'c')",
        ] {
            lines.extend(self.ask(sql)?);
        }
        lines.sort_unstable();
        Ok(lines)
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        if let Some(server) = &mut self.server {
            // Its folder goes with it: nothing has to be written down.
            stop(&mut server.process);
        } else if self.used {
            let _ = self.clear();
        }
    }
}

/// Ends a server and what it has started. `SIGQUIT` is its immediate shutdown,
/// <https://www.postgresql.org/docs/current/server-shutdown.html>.
fn stop(process: &mut Child) {
    #[cfg(unix)]
    if let Some(pid) = rustix::process::Pid::from_raw(process.id() as i32) {
        let _ = rustix::process::kill_process(pid, rustix::process::Signal::QUIT);
        let _ = process.wait();
        return;
    }
    let _ = process.kill();
    let _ = process.wait();
}

/// The folder with `initdb`, `postgres` and `psql`: that of the path, or where Debian and Homebrew
/// put them; the newest.
fn programs(env: &Env) -> Option<PathBuf> {
    let has = |folder: &PathBuf| folder.join("initdb").is_file() && folder.join("psql").is_file();
    let path = env.var("PATH").unwrap_or_default();
    let on_path = std::env::split_paths(&path).find(has);
    on_path.or_else(|| {
        let mut found: Vec<PathBuf> =
            ["/usr/lib/postgresql", "/opt/homebrew/opt", "/usr/local/opt"]
                .iter()
                .filter_map(|it| fs::read_dir(it).ok())
                .flatten()
                .flatten()
                .map(|it| it.path().join("bin"))
                .filter(has)
                .collect();
        found.sort();
        found.pop()
    })
}

/// A program of PostgreSQL's. Nothing else of this docket's knows what to type into it.
#[expect(
    clippy::disallowed_methods,
    reason = "a migration is tried on a real server"
)]
fn command(program: PathBuf) -> Command {
    let mut command = Command::new(program);
    command.env("LC_ALL", "C").current_dir(std::env::temp_dir());
    #[cfg(unix)]
    if rustix::process::geteuid().is_root() {
        use std::os::unix::process::CommandExt;
        command.uid(NOBODY).gid(NOBODY);
    }
    command
}

/// Gives a folder to who the cluster runs as.
fn hand_over(folder: &Path) -> std::io::Result<()> {
    #[cfg(unix)]
    if rustix::process::geteuid().is_root() {
        return std::os::unix::fs::chown(folder, Some(NOBODY), Some(NOBODY));
    }
    let _ = folder;
    Ok(())
}

fn error_of(stderr: &[u8]) -> String {
    let text = String::from_utf8_lossy(stderr);
    let mut errors = text.lines().filter_map(|it| it.split_once("ERROR:"));
    match errors.next() {
        Some((_, error)) => error.trim().to_owned(),
        None => last_line(stderr),
    }
}

fn last_line(stderr: &[u8]) -> String {
    let text = String::from_utf8_lossy(stderr);
    let last = text.lines().rfind(|it| !it.trim().is_empty());
    last.unwrap_or("it says nothing").to_owned()
}
