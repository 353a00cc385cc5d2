//! Gives the code that makes facts a version: a digest over its source and that of the grammars.

use std::fs;
use std::path::{Path, PathBuf};

fn main() {
    let mut files = Vec::new();
    // In a package from the registry the grammars lie elsewhere; the package's version then tells.
    for folder in ["src", "../../grammars/src", "../../grammars/queries"] {
        println!("cargo::rerun-if-changed={folder}");
        collect(Path::new(folder), &mut files);
    }
    let table = Path::new("../../grammars/languages.toml");
    println!("cargo::rerun-if-changed={}", table.display());
    files.push(table.to_owned());
    files.sort();
    let mut digest = 0xcbf2_9ce4_8422_2325_u64;
    for file in &files {
        for byte in fs::read(file).unwrap_or_default() {
            digest = (digest ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
    let package = env!("CARGO_PKG_VERSION");
    println!("cargo::rustc-env=DOCKET_FACTS_VERSION={package}+{digest:016x}");
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        match path.is_dir() {
            true => collect(&path, files),
            false => files.push(path),
        }
    }
}
