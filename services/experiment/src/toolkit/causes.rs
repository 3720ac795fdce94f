//! Python's exceptions in plain words: one reader for journals, events and logs. The fact comes first, classes are left out.

use regex::Regex;
use std::sync::LazyLock;

use super::tolerance::brief;

/// How much of a message is quoted, characters.
const QUOTE: usize = 100;

/// What an exception says went wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cause {
    /// The fact in a few words, without a full stop.
    pub(super) words: String,
    /// Whether the other side did not respond, as opposed to an activity that could not run.
    pub(super) no_response: bool,
}

/// Reads the text of an exception: a whole traceback, its last lines, or its message alone.
pub(super) fn cause(text: &str) -> Cause {
    let message = without_classes(message(text));
    if let Some((words, no_response)) = known(message) {
        return Cause { words, no_response };
    }
    let words = match message.find(['{', '[']) {
        // A message that goes on as data on further lines is quoted from its first words on.
        Some(_) => brief(&message.split_whitespace().collect::<Vec<_>>().join(" "), QUOTE),
        None => brief(message, QUOTE),
    };
    Cause { words: words.trim_end_matches('.').to_owned(), no_response: false }
}

/// The end of a traceback from the last line that names a class; the whole text where none does.
pub(super) fn message(text: &str) -> &str {
    let mut start = 0;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if names_a_class(line) {
            start = at;
        }
        at += line.len();
    }
    text[start..].trim()
}

/// Whether a line begins with the class of an exception, as the last part of a traceback does.
pub(super) fn names_a_class(line: &str) -> bool {
    class(line).is_some()
}

/// The last message of level ERROR or CRITICAL in a log of `chaos run`; else the last exception in it.
#[must_use]
pub fn last_error(log: &str) -> Option<String> {
    static LINE: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"^\S*\[[^\]]*\b(?:ERROR|CRITICAL|FATAL)\b[^\]]*\](?:\s*\[[^\]]*\])*\s*(.+)$").expect("a pattern")
    });
    static COLOUR: LazyLock<Regex> = LazyLock::new(|| Regex::new("\x1b\\[[0-9;]*m").expect("a pattern"));
    let log = COLOUR.replace_all(log, "");
    let told = log.lines().rev().find_map(|line| Some(LINE.captures(line)?.get(1)?.as_str().trim().to_owned()));
    let raised = || log.lines().rev().find(|line| names_a_class(line)).map(str::to_owned);
    told.or_else(raised).filter(|text| !text.is_empty())
}

/// The name of a class at the beginning of a line, and what follows it.
fn class(line: &str) -> Option<(&str, &str)> {
    const ENDINGS: [&str; 10] =
        ["Error", "Exception", "Failed", "Failure", "Exit", "Interrupt", "Warning", "Timeout", "error", "exception"];
    let line = line.trim_end();
    let (name, rest) = match line.split_once(": ") {
        Some((name, rest)) => (name, rest.trim_start()),
        None => (line.strip_suffix(':').unwrap_or(line), ""),
    };
    let plain = |part: &str| {
        part.chars().next().is_some_and(|first| first.is_alphabetic() || first == '_')
            && part.chars().all(|letter| letter.is_alphanumeric() || letter == '_')
    };
    let parts = || name.split('.');
    let last = parts().next_back()?;
    let dotted = parts().count() > 1;
    let is_class = ENDINGS.iter().any(|ending| last.ends_with(ending)) && (dotted || last.starts_with(char::is_uppercase))
        || matches!(last, "StopIteration" | "TimeoutExpired" | "RemoteDisconnected" | "IncompleteRead")
        || dotted && last.starts_with(char::is_uppercase) && parts().all(|part| !part.is_empty())
        || name == "socket.timeout"
        || name == "socket.gaierror";
    (is_class && parts().all(plain)).then_some((name, rest))
}

/// A message without the classes before it. One that is nothing but a class stays.
fn without_classes(message: &str) -> &str {
    let mut rest = message.trim();
    loop {
        let first = rest.lines().next().unwrap_or_default();
        match class(first) {
            Some(("KeyError", _)) => return rest,
            Some((_, after)) if !after.is_empty() => {
                rest = rest[first.len() - first.trim_end().len() + first.trim_end().len() - after.len()..].trim()
            }
            _ => return rest,
        }
    }
}

/// Facts that every reader of Python meets, in words that need no Python.
fn known(message: &str) -> Option<(String, bool)> {
    static KEY: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"^KeyError: (.{1,80})$").expect("a pattern"));
    static MODULE: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"No module named '?([\w.]+)'?").expect("a pattern"));
    static FILE: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"\[Errno -?\d+\] ([A-Z][\w ]+?)(?:: '([^']*)')?(?:$|[^\w ])").expect("a pattern"));
    static VARIABLE: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"makes? reference to an environment key\s+that does not exist: (\S+)").expect("a pattern"));
    let lower = message.to_ascii_lowercase();
    if let Some(found) = VARIABLE.captures(message) {
        return Some((format!("the environment variable {} is not set", &found[1]), false));
    }
    if let Some(network) = network(message, &lower) {
        return Some((network, true));
    }
    if let Some(found) = MODULE.captures(message) {
        return Some((format!("the Python module {} is not installed", &found[1]), false));
    }
    if let Some(found) = KEY.captures(message) {
        return Some((format!("the key {} is missing", &found[1]), false));
    }
    let found = FILE.captures(message)?;
    let what = found[1].trim().to_ascii_lowercase();
    Some((found.get(2).map_or(what.clone(), |path| format!("{what}: {}", brief(path.as_str(), QUOTE))), false))
}

/// What kept a connection from answering.
fn network(message: &str, lower: &str) -> Option<String> {
    static WITHIN: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"(?:read|connect) timeout=([0-9]+(?:\.[0-9]+)?)").expect("a pattern"));
    static TLS: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"\[SSL(?:: [A-Z0-9_]+)?\] ([^(')\n]+)|(?i)hostname ('[^']+' doesn't match [^)]+)").expect("a pattern")
    });
    static NAME: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"[Ff]ailed to resolve '([^']+)'").expect("a pattern"));
    let says = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    let target = target(message);
    let at = |words: &str| target.as_ref().map_or(words.to_owned(), |(host, port)| format!("{words} at {host}{port}"));
    let speaks_of_a_connection = target.is_some() || says(&["connection", "socket", "ssl", "urlopen", "errno -2", "errno -3"]);
    if !speaks_of_a_connection && !says(&["took too long", "timed out", "name or service not known"]) {
        return None;
    }
    if says(&[
        "failed to resolve",
        "name or service not known",
        "temporary failure in name resolution",
        "getaddrinfo failed",
        "nodename nor servname",
        "no address associated with hostname",
    ]) {
        let host = NAME.captures(message).map(|found| found[1].to_owned()).or(target.map(|(host, _)| host));
        return Some(
            host.map_or("the host name cannot be resolved".to_owned(), |host| format!("the host name {host} cannot be resolved")),
        );
    }
    if says(&["sslerror", "ssl:", "certificate", "[ssl"]) {
        let why = TLS.captures(message).and_then(|found| found.get(1).or(found.get(2)));
        let why = why.map_or("it failed", |why| why.as_str().trim().trim_end_matches([',', ':']));
        return Some(format!("{}: {}", at("TLS error"), brief(why, QUOTE)));
    }
    if says(&["connection refused", "actively refused"]) {
        return Some(at("connection refused"));
    }
    if says(&["timed out", "took too long", "timeouterror"]) {
        if lower.contains("process activity took too long") {
            return None;
        }
        let within = WITHIN.captures(message).map(|found| format!(" within {} s", &found[1]));
        let from = target.map_or(String::new(), |(host, port)| format!(" from {host}{port}"));
        return Some(format!("no answer{from}{}", within.unwrap_or_else(|| " in time".to_owned())));
    }
    for (word, words) in [
        ("no route to host", "no route to host"),
        ("network is unreachable", "network unreachable"),
        ("connection reset", "connection reset"),
        ("broken pipe", "connection closed"),
        ("remote end closed connection", "connection closed without an answer"),
        ("remotedisconnected", "connection closed without an answer"),
        ("cannot connect to proxy", "the proxy did not connect"),
        ("tunnel connection failed", "the proxy did not connect"),
    ] {
        if lower.contains(word) {
            return Some(at(words));
        }
    }
    (message.contains("ConnectionPool(") || lower.starts_with("failed to connect to")).then(|| at("no connection"))
}

/// The host and `:port` that a message speaks of: those of the connection, else of an address in it.
fn target(message: &str) -> Option<(String, String)> {
    static POOL: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"host='([^']+)', port=(\d+)").expect("a pattern"));
    static URL: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"https?://(?:[^\s/@]*@)?(\[[^\]\s]+\]|[^\s/:?#'\x22)]+)(:\d+)?").expect("a pattern"));
    if let Some(found) = POOL.captures(message) {
        let host =
            if found[1].contains(':') && !found[1].starts_with('[') { format!("[{}]", &found[1]) } else { found[1].to_owned() };
        return Some((host, format!(":{}", &found[2])));
    }
    let found = URL.captures(message)?;
    Some((found[1].to_owned(), found.get(2).map_or(String::new(), |port| port.as_str().to_owned())))
}
