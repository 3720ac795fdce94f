//! Takes secrets out of what is stored and shown: known values, and what plainly is a credential. Linear in the text.

use aho_corasick::{AhoCorasick, MatchKind};
use regex::bytes::{Regex, RegexSet};
use serde_json::Value;
use std::borrow::Cow;
use std::sync::LazyLock;

use super::document::MASK;

/// Shorter values occur by chance; replacing them would spoil the text and tell their length.
const SHORTEST: usize = 6;
/// A stream's line is held back until it is whole, but not longer than this.
const LINE: usize = 64 * 1024;

/// What plainly is a credential: a pattern, and what stays of it.
const PATTERNS: [(&str, &str); 9] = [
    (r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----[A-Za-z0-9+/=\s\\:,]*(?:-----END [A-Z0-9 ]*PRIVATE KEY-----)?", ""),
    (r"(?i-u)(\bbearer\s+)[A-Za-z0-9._~+/=-]{8,}", "${1}"),
    (r#"(?i-u)(\bauthorization\\?["']?\s*[:=]\s*\\?["']?(?:basic|token|digest)\s+)[^\s"'\\,]+"#, "${1}"),
    (r"(?-u:\b)(?:AKIA|ASIA)[0-9A-Z]{16}(?-u:\b)", ""),
    (r#"(?i-u)(aws_?secret_?access_?key\\?["']?\s*[:=]\s*\\?["']?)[A-Za-z0-9/+=]{40}"#, "${1}"),
    (r#"(?i-u)(\b[a-z][a-z0-9+.-]{1,20}://[^\s/@:"'\\]{0,200}:)[^\s/@"'\\]{1,200}@"#, "${1}@"),
    (r"(?-u:\b)ch[pr]_[A-Za-z0-9_-]{8,}", ""),
    (
        r"(?-u:\b)(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,}|glpat-[A-Za-z0-9_-]{20,}|xox[abprs]-[A-Za-z0-9-]{10,})",
        "",
    ),
    (r"(?-u:\b)eyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]*", ""),
];

/// Keys whose value is a credential by its name. Placeholders such as `${token}` stay.
const KEYS: [&str; 8] =
    ["authorization", "proxy-authorization", "cookie", "set-cookie", "x-api-key", "api_key", "password", "x-auth-token"];

static SET: LazyLock<RegexSet> =
    LazyLock::new(|| RegexSet::new(PATTERNS.map(|(pattern, _)| pattern)).expect("the patterns above are regular"));
static EACH: LazyLock<Vec<(Regex, Vec<u8>)>> = LazyLock::new(|| {
    let each = |(pattern, stays): (&str, &str)| {
        let replacement = match stays.strip_suffix('@') {
            Some(stays) => format!("{stays}{MASK}@"),
            None => format!("{stays}{MASK}"),
        };
        (Regex::new(pattern).expect("the patterns above are regular"), replacement.into_bytes())
    };
    PATTERNS.map(each).into()
});

/// Replaces secrets by `[redacted]`.
#[derive(Debug, Clone, Default)]
pub struct Redactor {
    known: Option<AhoCorasick>,
}

impl Redactor {
    /// Knows these values besides what plainly is a credential. Values under six characters are not looked for; of a value
    /// with several lines each line is, and each also as JSON writes it.
    #[must_use]
    pub fn new(values: impl IntoIterator<Item = impl AsRef<str>>) -> Self {
        let mut needles = Vec::new();
        for value in values {
            let value = value.as_ref().trim();
            for needle in std::iter::once(value).chain(value.lines().map(str::trim)) {
                if needle.len() >= SHORTEST {
                    let quoted = Value::String(needle.to_owned()).to_string();
                    needles.push(quoted[1..quoted.len() - 1].to_owned());
                    needles.push(needle.to_owned());
                }
            }
        }
        needles.sort();
        needles.dedup();
        let built = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(&needles);
        Self { known: if needles.is_empty() { None } else { built.ok() } }
    }

    /// Bytes that are whole: a journal, a log.
    #[must_use]
    pub fn bytes<'a>(&self, bytes: &'a [u8]) -> Cow<'a, [u8]> {
        let mut text = Cow::Borrowed(bytes);
        if let Some(known) = &self.known
            && known.is_match(&text)
        {
            let mut clean = Vec::with_capacity(text.len());
            known.replace_all_with_bytes(&text, &mut clean, |_, _, into| {
                into.extend_from_slice(MASK.as_bytes());
                true
            });
            text = Cow::Owned(clean);
        }
        for index in SET.matches(&text) {
            let (pattern, replacement) = &EACH[index];
            if let Cow::Owned(clean) = pattern.replace_all(&text, replacement.as_slice()) {
                text = Cow::Owned(clean);
            }
        }
        text
    }

    /// A text.
    #[must_use]
    pub fn text(&self, text: &str) -> String {
        String::from_utf8_lossy(&self.bytes(text.as_bytes())).into_owned()
    }

    /// Every string in a JSON value, keys included, in place.
    pub fn value(&self, value: &mut Value) {
        match value {
            Value::String(text) => {
                if let Cow::Owned(clean) = self.bytes(text.as_bytes()) {
                    *text = String::from_utf8_lossy(&clean).into_owned();
                }
            }
            Value::Array(items) => items.iter_mut().for_each(|item| self.value(item)),
            Value::Object(map) => {
                let dirty = map.keys().any(|key| matches!(self.bytes(key.as_bytes()), Cow::Owned(_)));
                if dirty {
                    *map = std::mem::take(map).into_iter().map(|(key, value)| (self.text(&key), value)).collect();
                }
                for (key, value) in map.iter_mut() {
                    match value {
                        Value::String(text) if names_secret(key) && !text.starts_with("${") && !text.is_empty() => {
                            MASK.clone_into(text);
                        }
                        _ => self.value(value),
                    }
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    /// For bytes that come in pieces, such as a log that is being written.
    #[must_use]
    #[cfg_attr(not(test), expect(dead_code, reason = "for a log that is read in pieces; nothing asks yet"))]
    pub fn stream(&self) -> RedactedStream {
        RedactedStream { redactor: self.clone(), held: Vec::new(), in_key: false }
    }
}

/// A log on its way: whole lines come out clean, the last unfinished one is held back.
#[derive(Debug)]
pub struct RedactedStream {
    redactor: Redactor,
    held: Vec<u8>,
    in_key: bool,
}

#[cfg_attr(not(test), expect(dead_code, reason = "see `Redactor::stream`"))]
impl RedactedStream {
    /// Takes the next piece and gives what is ready.
    pub fn push(&mut self, piece: &[u8]) -> Vec<u8> {
        self.held.extend_from_slice(piece);
        let end = match self.held.iter().rposition(|byte| *byte == b'\n') {
            Some(newline) => newline + 1,
            None if self.held.len() > LINE => self.held.len(),
            None => return Vec::new(),
        };
        let rest = self.held.split_off(end);
        let ready = std::mem::replace(&mut self.held, rest);
        self.clean(&ready)
    }

    /// The end: gives what was held back.
    pub fn finish(mut self) -> Vec<u8> {
        let rest = std::mem::take(&mut self.held);
        self.clean(&rest)
    }

    /// A private key has many lines, which may come in different pieces: its inner lines are left out one by one.
    fn clean(&mut self, lines: &[u8]) -> Vec<u8> {
        let mut outside = Vec::with_capacity(lines.len());
        for line in lines.split_inclusive(|byte| *byte == b'\n') {
            let has = |mark: &[u8]| line.windows(mark.len()).any(|window| window == mark);
            let key = has(b"PRIVATE KEY-----");
            if key && has(b"-----BEGIN") {
                self.in_key = !has(b"-----END");
                outside.extend_from_slice(line);
            } else if self.in_key {
                let ends = has(b"-----END");
                let text = line.trim_ascii();
                let inner = text.iter().all(|byte| byte.is_ascii_alphanumeric() || b"+/=:,- ".contains(byte));
                self.in_key = !ends && inner;
                if !ends && !inner {
                    outside.extend_from_slice(line);
                }
            } else {
                outside.extend_from_slice(line);
            }
        }
        self.redactor.bytes(&outside).into_owned()
    }
}

fn names_secret(key: &str) -> bool {
    KEYS.iter().any(|name| name.eq_ignore_ascii_case(key))
}
