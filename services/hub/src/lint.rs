//! `chaoshub lint`: what is wrong with experiments, one JSON line for each finding.

use chaoshub_experiment::operator::{Format, Problem, Severity, lint as problems_of};
use clap::Args;
use serde::Serialize;
use std::{
    io::{Read, Write},
    path::{Path, PathBuf},
    process::ExitCode,
};

/// What `chaoshub lint --help` teaches.
pub(crate) const HELP: &str = "\
Each line on standard output is one finding:
  {\"file\", \"line\", \"column\", \"pointer\", \"severity\", \"code\", \"message\"}
An error is what Chaos Toolkit refuses wherever the experiment runs; a warning is what it would
silently misread. A summary goes to standard error.

Exit code: 0 without errors (there may be warnings), 1 with errors, 2 when a file cannot be read.

Examples:
  chaoshub lint experiment.yaml
  chaoshub lint experiments/*.json | jq -r '\"\\(.file):\\(.line): \\(.message)\"'
  git show HEAD:experiment.json | chaoshub lint -

With pre-commit, in .pre-commit-config.yaml:
  - repo: <address of this repository>
    rev: <a tag>
    hooks:
      - id: chaoshub-lint";

#[derive(Debug, Args)]
pub(crate) struct LintArgs {
    /// Experiments, in JSON or YAML by their ending; `-` is standard input, by how it begins
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
}

/// One finding, as it is printed.
#[derive(Debug, Serialize)]
struct Finding<'a> {
    file: &'a Path,
    line: Option<u32>,
    column: Option<u32>,
    pointer: &'a str,
    severity: Severity,
    code: &'a str,
    message: &'a str,
}

/// Checks each file. 0: no errors; 1: errors; 2: a file could not be read.
pub(crate) fn lint(args: &LintArgs) -> ExitCode {
    let (mut errors, mut warnings, mut unread) = (0_usize, 0_usize, 0_usize);
    for file in &args.files {
        let source = match read(file) {
            Ok(source) => source,
            Err(cause) => {
                eprintln!("chaoshub: {}: {cause}", file.display());
                unread += 1;
                continue;
            }
        };
        for problem in problems_of(&source, format(file, &source)) {
            match problem.severity {
                Severity::Error => errors += 1,
                Severity::Warning => warnings += 1,
            }
            if print(file, &problem).is_err() {
                // Nobody reads any further, such as `head`.
                return ExitCode::from(if errors > 0 { 1 } else { 0 });
            }
        }
    }
    let checked = args.files.len() - unread;
    eprintln!(
        "{} checked: {}, {}.{}",
        count(checked, "file"),
        count(errors, "error"),
        count(warnings, "warning"),
        if unread > 0 { format!(" {} could not be read.", count(unread, "file")) } else { String::new() }
    );
    ExitCode::from(match (unread, errors) {
        (0, 0) => 0,
        (0, _) => 1,
        _ => 2,
    })
}

fn read(file: &Path) -> std::io::Result<Vec<u8>> {
    if file.as_os_str() != "-" {
        return std::fs::read(file);
    }
    let mut source = Vec::new();
    std::io::stdin().read_to_end(&mut source)?;
    Ok(source)
}

/// By the name as Chaos Toolkit does, else by how it begins.
fn format(file: &Path, source: &[u8]) -> Format {
    let ending = file.extension().map(|ending| ending.to_string_lossy().to_ascii_lowercase());
    let text = source.strip_prefix(b"\xef\xbb\xbf").unwrap_or(source).trim_ascii_start();
    match ending.as_deref() {
        Some("json") => Format::Json,
        Some("yaml" | "yml") => Format::Yaml,
        _ if matches!(text.first(), Some(b'{' | b'[')) => Format::Json,
        _ => Format::Yaml,
    }
}

fn print(file: &Path, problem: &Problem) -> std::io::Result<()> {
    let Problem { path, line, column, severity, code, message } = problem;
    let finding = Finding { file, line: *line, column: *column, pointer: path, severity: *severity, code, message };
    writeln!(std::io::stdout(), "{}", serde_json::to_string(&finding)?)
}

fn count(number: usize, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
}
