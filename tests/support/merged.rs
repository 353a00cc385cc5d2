//! A repository in which a merge has left two tickets with one id, and 80 references to them.

use std::path::PathBuf;
use std::process::Command;

use super::project::Project;

pub const FILES: [&str; 2] = [
    ".docs/tickets/T-7k3f-parse.md",
    ".docs/tickets/T-7k3f-scan.md",
];

/// Runs the real git in the project.
pub fn git(project: &Project, args: &[&str]) {
    let identity = ["-c", "user.name=ana", "-c", "user.email=ana@example.com"];
    let mut command = Command::new("git");
    let output = command
        .args(identity)
        .args(args)
        .current_dir(project.root())
        .output()
        .unwrap();
    assert!(output.status.success(), "{args:?}: {output:?}");
}

/// The folder of git alone.
pub fn path_of_git() -> PathBuf {
    let path = std::env::var_os("PATH").unwrap();
    let mut folders = std::env::split_paths(&path);
    folders.find(|it| it.join("git").is_file()).unwrap()
}

/// What one branch writes: a ticket, and 40 references in code, pages, tickets and links. Each line
/// with the id says whose it is.
fn side(project: &Project, idx: usize, name: &str) {
    let file = FILES[idx];
    let link = file.strip_prefix(".docs/").unwrap();
    let stem = link
        .strip_prefix("tickets/")
        .unwrap()
        .strip_suffix(".md")
        .unwrap();
    project.write(
        file,
        &format!("---\nid: T-7k3f\ntitle: What {name} does\n---\n\nT-7k3f is of {name}, see [itself]({stem}.md).\n"),
    );
    // 5 files with 4 references each.
    for n in 0..5 {
        let text = format!(
            "// TODO(T-7k3f, @ana): of {name}\nfn f() {{}}\n// see T-7k3f, of {name}\n/* TODO(T-7k3f) [T-7k3f]: 😀 of {name} */\n"
        );
        project.write(format!("src/{name}{n}.rs"), &text);
    }
    // 10 links, by path, by file name and by id, one with both.
    let mut page = format!("# {name}\n\n");
    for n in 0..3 {
        page.push_str(&format!(
            "- [{n}]({link}) of {name}\n- [[{stem}|{n}]] of {name}\n- [[T-7k3f]] of {name}\n"
        ));
    }
    page.push_str(&format!("- 😀 [T-7k3f]({link}) of {name}\n"));
    project.write(format!(".docs/{name}.md"), &page);
    // 1 dependency and 1 parent.
    let other = format!("T-222{}", idx + 2);
    project.write(
        format!(".docs/tickets/{other}-{name}.md"),
        &format!("---\nid: {other}\ntitle: More {name}\nparent: T-7k3f # of {name}\ndepends-on: [\"T-7k3f\"] # of {name}\n---\n"),
    );
    // 8 in files that both sides write to, far enough apart to merge.
    for path in ["src/shared.rs", ".docs/shared.md"] {
        let text = project.read(path);
        let marker = match path.ends_with(".rs") {
            true => "// TODO(T-7k3f): ",
            false => "- T-7k3f ",
        };
        let lines: String = (0..4)
            .map(|n| format!("{marker}of {name}, {n}\n"))
            .collect();
        project.write(
            path,
            &match idx {
                0 => format!("{lines}{text}"),
                _ => format!("{text}{lines}"),
            },
        );
    }
}

/// The project right after the merge.
pub fn merged() -> Project {
    let project = Project::new("//- /.docs/docket.toml\n");
    let apart = "\n".repeat(12);
    project.write(
        "src/shared.rs",
        &format!("fn top() {{}}\n{apart}fn bottom() {{}}\n"),
    );
    project.write(".docs/shared.md", &format!("# Shared\n{apart}# End\n\n"));
    git(&project, &["init", "-q", "-b", "main"]);
    git(&project, &["config", "commit.gpgsign", "false"]);
    let commit = |message: &str| {
        git(&project, &["add", "-A"]);
        git(&project, &["commit", "-qm", message]);
    };
    commit("first");
    git(&project, &["switch", "-qc", "side"]);
    side(&project, 1, "scanning");
    commit("scanning");
    git(&project, &["switch", "-q", "main"]);
    side(&project, 0, "parsing");
    project.write("src/one_more.rs", "// T-7k3f, of parsing\n");
    commit("parsing");
    git(&project, &["merge", "-q", "--no-edit", "side"]);
    project
}

/// Every line of the project that names an id of the two, with its path.
pub fn lines(project: &Project) -> Vec<(String, String)> {
    let mut lines = Vec::new();
    let mut folders = vec![project.root()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                if !path.ends_with(".git") {
                    folders.push(path);
                }
            } else {
                let name = path
                    .strip_prefix(project.root())
                    .unwrap()
                    .to_str()
                    .unwrap()
                    .to_owned();
                let text = std::fs::read_to_string(&path).unwrap();
                lines.extend(text.lines().map(|it| (name.clone(), it.to_owned())));
            }
        }
    }
    lines.sort();
    lines
}

/// How often the two are named, but for the ids of their own files.
pub fn n_references(project: &Project) -> usize {
    let lines = lines(project);
    let own = lines
        .iter()
        .filter(|it| it.1.starts_with("id: T-7k3f"))
        .count();
    let all: usize = lines.iter().map(|it| it.1.matches("T-7k3f").count()).sum();
    all - own
}

/// Holds every line to the ticket that it was written for.
pub fn check(project: &Project, new: &str) {
    for (path, line) in lines(project) {
        match () {
            () if line.contains("of parsing") => assert!(!line.contains(new), "{path}: {line}"),
            () if line.contains("of scanning") => {
                assert!(
                    !line.contains("T-7k3f") && line.contains(new),
                    "{path}: {line}"
                );
            }
            () => {}
        }
    }
}
