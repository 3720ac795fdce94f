//! Takes secrets out of what is stored and shown: known values, and what plainly is a credential. Linear in the text.

use aho_corasick::{AhoCorasick, MatchKind};
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD, Engine};
use regex::bytes::{Regex, RegexSet};
use serde_json::Value;
use std::borrow::Cow;
use std::sync::LazyLock;

use super::document::MASK;
use super::structure::{self, Walk};

/// Shorter values occur by chance; replacing them would spoil the text and tell their length.
const SHORTEST: usize = 6;

/// The mask in the place of a number, which makes it text.
const QUOTED_MASK: &str = "\"[redacted]\"";

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

/// One of these keys in JSON with its text.
static KEYED: LazyLock<Regex> = LazyLock::new(|| {
    let (keys, first, more) = (KEYS.join("|"), r#"(?:[^"\\$]|\\.|\$[^{"])"#, r#"(?:[^"\\]|\\.)*"#);
    Regex::new(&format!(r#"(?i-u)("(?:{keys})"\s*:\s*"){first}{more}""#)).expect("the keys above are plain")
});
/// A private key that may go on after the end.
static OPEN_KEY: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?-u)-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----[A-Za-z0-9+/=\s\\:,]*\z").expect("the pattern is regular")
});
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
    /// with several lines each line is, and each also as JSON, Python, an address or base64 writes it.
    #[must_use]
    pub fn new(values: impl IntoIterator<Item = impl AsRef<str>>) -> Self {
        let mut needles = Vec::new();
        for value in values {
            let value = value.as_ref().trim();
            for needle in std::iter::once(value).chain(value.lines().map(str::trim)) {
                if needle.len() >= SHORTEST {
                    needles.extend(spellings(needle));
                }
            }
        }
        needles.sort();
        needles.dedup();
        let built = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(&needles);
        Self { known: if needles.is_empty() { None } else { built.ok() } }
    }

    /// Bytes that are whole, such as a log.
    #[must_use]
    pub fn bytes<'a>(&self, bytes: &'a [u8]) -> Cow<'a, [u8]> {
        without_credentials(self.replace_known(bytes, |_, _, into| into.extend_from_slice(MASK.as_bytes())))
    }

    /// A whole document of JSON, such as a journal, which it stays: the keys and the closed words of its structure are left
    /// alone. The same goes as from [`Redactor::value`]: a number that is a secret becomes text, and in a longer number its
    /// digits stand by chance.
    #[must_use]
    pub fn json<'a>(&self, bytes: &'a [u8]) -> Cow<'a, [u8]> {
        let mut text = self.known_in_json(bytes);
        let masked = format!("${{1}}{MASK}\"");
        if let Cow::Owned(clean) = KEYED.replace_all(&text, masked.as_bytes()) {
            text = Cow::Owned(clean);
        }
        without_credentials(text)
    }

    fn known_in_json<'a>(&self, bytes: &'a [u8]) -> Cow<'a, [u8]> {
        let Some(known) = self.known.as_ref().filter(|known| known.is_match(bytes)) else { return Cow::Borrowed(bytes) };
        let of_word = |byte: &u8| byte.is_ascii_alphanumeric() || b"+-._".contains(byte);
        let (mut clean, mut walk, mut at) = (Vec::with_capacity(bytes.len()), Walk::default(), 0);
        while let Some(&byte) = bytes.get(at) {
            if byte == b'"' {
                let end = end_of_string(bytes, at + 1);
                let text = &bytes[at + 1..end];
                clean.push(byte);
                if walk.string(text) {
                    clean.extend_from_slice(text);
                } else {
                    clean.extend_from_slice(&self.replace_known(text, |_, _, into| into.extend_from_slice(MASK.as_bytes())));
                }
                clean.extend(bytes.get(end));
                at = end + 1;
            } else if of_word(&byte) {
                let length = bytes[at..].iter().position(|byte| !of_word(byte)).unwrap_or(bytes.len() - at);
                let word = &bytes[at..at + length];
                let all = known.find(word).is_some_and(|found| found.range() == (0..length));
                clean.extend_from_slice(if all { QUOTED_MASK.as_bytes() } else { word });
                at += length;
            } else {
                walk.byte(byte);
                clean.push(byte);
                at += 1;
            }
        }
        Cow::Owned(clean)
    }

    /// How many of the bytes can be cleaned without what follows them: up to the line of a private key that has begun and
    /// may go on.
    #[must_use]
    pub fn settled(bytes: &[u8]) -> usize {
        let Some(key) = OPEN_KEY.find(bytes) else { return bytes.len() };
        bytes[..key.start()].iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1)
    }

    fn replace_known<'a>(&self, bytes: &'a [u8], mut with: impl FnMut(usize, &[u8], &mut Vec<u8>)) -> Cow<'a, [u8]> {
        let Some(known) = self.known.as_ref().filter(|known| known.is_match(bytes)) else { return Cow::Borrowed(bytes) };
        let mut clean = Vec::with_capacity(bytes.len());
        known.replace_all_with_bytes(bytes, &mut clean, |place, found, into| {
            with(place.start(), found, into);
            true
        });
        Cow::Owned(clean)
    }

    /// A text.
    #[must_use]
    pub fn text(&self, text: &str) -> String {
        String::from_utf8_lossy(&self.bytes(text.as_bytes())).into_owned()
    }

    /// Every string in a JSON value, keys included, and every number that is a secret, in place; but for the keys and the
    /// closed words of its structure.
    pub fn value(&self, value: &mut Value) {
        self.inside(value, "", false);
    }

    /// `key` is the one that the value has in an object; below a `free` one nothing but keys is structure.
    fn inside(&self, value: &mut Value, key: &str, free: bool) {
        match value {
            Value::String(text) if !free && structure::is_word(key, text) => {}
            Value::String(text) => {
                if let Cow::Owned(clean) = self.bytes(text.as_bytes()) {
                    *text = String::from_utf8_lossy(&clean).into_owned();
                }
            }
            Value::Array(items) => items.iter_mut().for_each(|item| self.inside(item, "", free)),
            Value::Object(map) => {
                let secret = |key: &String| !structure::is_key(key) && matches!(self.bytes(key.as_bytes()), Cow::Owned(_));
                if map.keys().any(secret) {
                    let clean = |key: String| if structure::is_key(&key) { key } else { self.text(&key) };
                    *map = std::mem::take(map).into_iter().map(|(key, value)| (clean(key), value)).collect();
                }
                for (key, value) in map.iter_mut() {
                    match value {
                        Value::String(text) if names_secret(key) && !text.starts_with("${") && !text.is_empty() => {
                            MASK.clone_into(text);
                        }
                        _ => self.inside(value, key, free || structure::is_free(key)),
                    }
                }
            }
            Value::Number(number) => {
                let (text, known) = (number.to_string(), self.known.as_ref());
                if known.and_then(|known| known.find(&text)).is_some_and(|found| found.range() == (0..text.len())) {
                    *value = Value::String(MASK.to_owned());
                }
            }
            Value::Null | Value::Bool(_) => {}
        }
    }
}

fn without_credentials(bytes: Cow<'_, [u8]>) -> Cow<'_, [u8]> {
    let mut text = bytes;
    for index in SET.matches(&text) {
        let (pattern, replacement) = &EACH[index];
        if let Cow::Owned(clean) = pattern.replace_all(&text, replacement.as_slice()) {
            text = Cow::Owned(clean);
        }
    }
    text
}

/// Where the string ends that begins at an offset: its closing quote, or the end of the text.
fn end_of_string(bytes: &[u8], mut at: usize) -> usize {
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => return at,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    bytes.len()
}

/// The forms in which a value turns up: as it is, in JSON, in Python, in an address, in base64; a number also as it is
/// written once it has been read.
fn spellings(value: &str) -> Vec<String> {
    let quoted = Value::String(value.to_owned()).to_string();
    let quoted = &quoted[1..quoted.len() - 1];
    let ascii = quoted.chars().fold(String::new(), |mut text, letter| {
        if letter.is_ascii() {
            text.push(letter);
        } else {
            let mut units = [0; 2];
            letter.encode_utf16(&mut units).iter().for_each(|unit| text.push_str(&format!("\\u{unit:04x}")));
        }
        text
    });
    let percent = |safe: &[u8]| {
        value.bytes().fold(String::new(), |mut text, byte| {
            if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) || safe.contains(&byte) {
                text.push(char::from(byte));
            } else {
                text.push_str(&format!("%{byte:02X}"));
            }
            text
        })
    };
    let python = value.replace('\\', "\\\\").replace('\n', "\\n").replace('\t', "\\t").replace('\r', "\\r");
    let mut spelled = vec![
        value.to_owned(),
        quoted.to_owned(),
        ascii,
        python.replace('\'', "\\'"),
        python,
        percent(b""),
        percent(b"/"),
        percent(b"").replace("%20", "+"),
        BASE64_STANDARD.encode(value),
        BASE64_URL_SAFE_NO_PAD.encode(value),
    ];
    let digits = value.replace('_', "");
    if let Ok(whole) = digits.parse::<i128>() {
        spelled.push(whole.to_string());
    } else if let Some(number) = digits.parse().ok().and_then(serde_json::Number::from_f64) {
        spelled.push(number.to_string());
    }
    spelled.retain(|form| form.len() >= SHORTEST);
    spelled
}

fn names_secret(key: &str) -> bool {
    KEYS.iter().any(|name| name.eq_ignore_ascii_case(key))
}
