//! How files read: what they open with, how long they are, what they must not hold.

/// Where a stranger stops being able to check a file by reading it once.
const LONGEST: usize = 450;

#[test]
fn every_rust_file_says_what_it_knows() {
    let silent: Vec<_> =
        crate::rust_files().into_iter().filter(|(_, text)| !text.starts_with("//!")).map(|(name, _)| name).collect();
    crate::none("files that do not open with `//!`", &silent);
}

#[test]
fn no_file_is_too_long_to_read_at_once() {
    let written = |name: &str| {
        let by_hand = [".rs", ".ts", ".tsx", ".py"].iter().any(|ending| name.ends_with(ending));
        by_hand && !name.ends_with("schema.d.ts") && !name.contains("/migration/")
    };
    let long: Vec<_> = crate::files()
        .into_iter()
        .filter(|(name, text)| written(name) && text.lines().count() > LONGEST)
        .map(|(name, text)| format!("{name}: {} lines", text.lines().count()))
        .collect();
    crate::none("files that should be split by what they know", &long);
}

#[test]
fn nothing_is_left_for_later() {
    // Put together from halves, so that this file does not find itself.
    let marks = [["TO", "DO"].concat(), ["FIX", "ME"].concat(), ["todo", "!("].concat(), ["unimpl", "emented!("].concat()];
    let mut findings = Vec::new();
    for (name, text) in crate::files().into_iter().filter(|(name, _)| !name.ends_with(".json") && !name.ends_with(".lock")) {
        for (line, content) in (1..).zip(text.lines()) {
            findings
                .extend(marks.iter().filter(|mark| content.contains(mark.as_str())).map(|mark| format!("{name}:{line} {mark}")));
        }
    }
    crate::none("left for later", &findings);
}

#[test]
fn lints_are_expected_and_not_allowed() {
    let allow = ["#[al", "low("].concat();
    let findings: Vec<_> =
        crate::rust_files().into_iter().filter(|(_, text)| text.contains(&allow)).map(|(name, _)| name).collect();
    crate::none("use #[expect(lint, reason)]", &findings);
}

#[test]
fn tests_wait_on_conditions_and_never_sleep() {
    // What the real `chaos` is given to do may take its time: there a rest is the subject of the test.
    let activities = ["tests/activities.py", "tests/lingering.py"];
    let in_tests = |name: &str| ["/tests/", "/testkit/", "/e2e/", "/test/", ".test."].iter().any(|part| name.contains(part));
    let mut findings = Vec::new();
    for (name, text) in crate::files() {
        if in_tests(&name) && !activities.iter().any(|ending| name.ends_with(ending)) {
            findings
                .extend((1..).zip(text.lines()).filter(|(_, line)| sleeps(&name, line)).map(|(at, _)| format!("{name}:{at}")));
        }
    }
    crate::none("tests that sleep", &findings);
}

/// Whether a line lets time pass whatever happens meanwhile, in the language of its file.
fn sleeps(name: &str, line: &str) -> bool {
    let (_, ending) = name.rsplit_once('.').unwrap_or_default();
    // Put together from halves, so that this file does not find itself.
    let calls: &[[&str; 2]] = match ending {
        "rs" => &[["time::", "sleep("], ["thread::", "sleep("], ["sleep(", "Duration"], ["sleep_", "until("]],
        "py" => &[["time.", "sleep("], ["asyncio.", "sleep("]],
        "ts" | "tsx" => &[["waitFor", "Timeout("], ["new Promise((resolve) => ", "setTimeout(resolve"]],
        _ => &[],
    };
    calls.iter().any(|call| line.contains(&call.concat()))
}

#[test]
fn every_way_to_sleep_is_recognized() {
    let asleep = [
        ("a.rs", "tokio::time::_(Duration::from_millis(5)).await;"),
        ("a.rs", "std::thread::_(PAUSE);"),
        ("a.rs", "_(Duration::from_secs(1)).await;"),
        ("a.py", "    time._(0.5)"),
        ("a.py", "    await asyncio._(1)"),
    ];
    for (name, line) in asleep {
        assert!(sleeps(name, &line.replace('_', "sleep")), "{line}");
    }
    assert!(!sleeps("a.rs", "let order = shell(\"while [ ! -e go ]; do sleep 0.05; done\");"), "what a process does is its own");
}

#[test]
fn typescript_says_what_it_means() {
    let any = [[": a", "ny"].concat(), ["as a", "ny"].concat()];
    let mut findings = Vec::new();
    for (name, text) in crate::files() {
        let ours = (name.ends_with(".ts") || name.ends_with(".tsx")) && !name.ends_with("schema.d.ts");
        let word_ends = |rest: &str| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_');
        let uses = |line: &str| {
            any.iter().any(|word| line.match_indices(word.as_str()).any(|(at, _)| word_ends(&line[at + word.len()..])))
        };
        if ours && text.lines().filter(|line| !line.trim_start().starts_with(['/', '*'])).any(uses) {
            findings.push(name);
        }
    }
    crate::none("types that say nothing", &findings);
}

#[test]
fn the_lock_files_name_no_mirror() {
    let lock = std::fs::read_to_string(crate::top().join("ui/package-lock.json")).unwrap();
    assert!(!lock.contains("\"resolved\""), "ui/.npmrc keeps download addresses out of the lock file");
    let cargo = std::fs::read_to_string(crate::top().join("Cargo.lock")).unwrap();
    let elsewhere: Vec<_> = cargo
        .lines()
        .filter(|line| line.starts_with("source") && !line.contains("github.com/rust-lang/crates.io-index"))
        .map(str::to_owned)
        .collect();
    crate::none("crates from elsewhere", &elsewhere);
}
