//! Checks of the repository itself: its arrows, its rooms, its files, its documents.

mod arrows;
mod documents;
mod files;
mod rooms;

use std::{
    path::{Path, PathBuf},
    process::Command,
};

/// The top of the checkout.
fn top() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().expect("the checkout is there")
}

/// Every file that git keeps or would keep, with its text; binary files are left out.
fn files() -> Vec<(String, String)> {
    let listed = Command::new("git")
        .args(["ls-files", "--cached", "--others", "--exclude-standard"])
        .current_dir(top())
        .output()
        .expect("git lists the files");
    assert!(listed.status.success(), "git lists the files");
    let names = String::from_utf8(listed.stdout).expect("names are UTF-8");
    let read = |name: &str| Some((name.to_owned(), std::fs::read_to_string(top().join(name)).ok()?));
    let found: Vec<_> = names.lines().filter_map(read).collect();
    assert!(found.len() > 50, "the checkout has files");
    found
}

fn rust_files() -> Vec<(String, String)> {
    files().into_iter().filter(|(name, _)| name.ends_with(".rs")).collect()
}

/// Fails with every finding at once.
fn none(what: &str, findings: &[String]) {
    assert!(findings.is_empty(), "{what}:\n  {}", findings.join("\n  "));
}
