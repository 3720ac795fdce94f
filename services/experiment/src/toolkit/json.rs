//! A pull reader of JSON as Python writes it: bare `NaN`, huge integers, a byte-order mark, a file cut anywhere.
//! One pass, bounded depth, never panics; what was complete before the break is kept.

use serde_json::{Map, Value};
use std::borrow::Cow;

use super::json_words::{is_number, loose, number, unescape};
use super::lines::Lines;

/// Containers nested deeper than this are skipped, not built: a journal's own shape needs eight, and recursion costs stack.
const DEPTH: usize = 96;

/// Numbers kept as they are written: a document has a few.
const SPELLED: usize = 1_000;

/// Where and why reading stopped before the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Broken {
    /// Byte offset of the break.
    pub(super) at: usize,
    /// What was expected there.
    pub(super) expected: &'static str,
}

/// How much of a value may be kept in memory.
#[derive(Debug, Clone, Copy)]
pub(super) struct Room {
    left: usize,
    text: usize,
    /// Set when something was left out.
    pub(super) cut: bool,
}

impl Room {
    /// Everything is kept.
    pub(super) const fn all() -> Self {
        Self { left: usize::MAX, text: usize::MAX, cut: false }
    }

    /// At most about `bytes` in all and `text` bytes of any string.
    pub(super) const fn of(bytes: usize, text: usize) -> Self {
        Self { left: bytes, text, cut: false }
    }

    fn take(&mut self, bytes: usize) -> bool {
        if self.left < bytes {
            self.left = 0;
            self.cut = true;
            return false;
        }
        if self.left != usize::MAX {
            self.left -= bytes;
        }
        true
    }
}

/// The reader. After a break every further read answers nothing.
#[derive(Debug)]
pub(super) struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    depth: usize,
    /// The first break, if any.
    pub(super) broken: Option<Broken>,
    /// A number was met that JSON cannot say (it reads as null).
    pub(super) non_finite: bool,
    /// Something was nested too deeply and reads as null.
    pub(super) too_deep: bool,
    /// Numbers whose text is not what is written for their value, such as very long ones, as they stand; when asked for.
    pub(super) spelled: Option<Vec<String>>,
    /// Lines and repeated keys of what `value` builds, when asked for.
    pub(super) lines: Option<Lines>,
    /// As strict as Python is: no control characters in strings, known escapes, numbers without leading zeros.
    pub(super) strict: bool,
    newlines: (usize, u32, usize),
}

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        Self {
            bytes,
            at: 0,
            depth: 0,
            broken: None,
            non_finite: false,
            too_deep: false,
            spelled: None,
            lines: None,
            strict: false,
            newlines: (0, 1, 0),
        }
    }

    /// Where the reader stands, in bytes.
    pub(super) fn position(&self) -> usize {
        self.at
    }

    /// The next byte that is not white space.
    pub(super) fn peek(&mut self) -> Option<u8> {
        if self.broken.is_some() {
            return None;
        }
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.bytes.get(self.at) {
            self.at += 1;
        }
        self.bytes.get(self.at).copied()
    }

    /// Line of `offset`, from 1. Cheap when offsets grow.
    pub(super) fn line(&mut self, offset: usize) -> u32 {
        let offset = offset.min(self.bytes.len());
        if offset < self.newlines.0 {
            self.newlines = (0, 1, 0);
        }
        let (from, line, start) = self.newlines;
        let passed = &self.bytes[from..offset];
        let new = passed.iter().filter(|byte| **byte == b'\n').count();
        let start = passed.iter().rposition(|byte| *byte == b'\n').map_or(start, |at| from + at + 1);
        self.newlines = (offset, line.saturating_add(u32::try_from(new).unwrap_or(u32::MAX)), start);
        self.newlines.1
    }

    /// Line and column of `offset`, from 1; the column counts bytes.
    fn place(&mut self, offset: usize) -> (u32, u32) {
        let line = self.line(offset);
        (line, u32::try_from(offset.saturating_sub(self.newlines.2) + 1).unwrap_or(u32::MAX))
    }

    /// Reads an object: `member` reads the value of each key. True when the object was closed. Anything that is not an
    /// object is skipped.
    pub(super) fn object(&mut self, mut member: impl FnMut(&mut Self, &str)) -> bool {
        if self.peek() != Some(b'{') || self.depth >= DEPTH {
            self.skip();
            return false;
        }
        self.at += 1;
        self.depth += 1;
        let mut first = true;
        let closed = loop {
            match self.peek() {
                Some(b'}') => break self.step(),
                Some(b',') if !first => {
                    self.at += 1;
                    if self.peek() == Some(b'}') {
                        self.fail("a key after the comma");
                        break false;
                    }
                }
                _ if !first => {
                    self.fail("a comma or the end of the object");
                    break false;
                }
                _ => {}
            }
            first = false;
            let Some(key) = self.key() else { break false };
            let before = self.at;
            member(self, &key);
            if self.at == before && self.broken.is_none() {
                self.skip();
            }
            if self.broken.is_some() {
                break false;
            }
        };
        self.depth -= 1;
        closed
    }

    /// Reads an array: `item` reads each element. True when the array was closed. Anything else is skipped.
    pub(super) fn array(&mut self, mut item: impl FnMut(&mut Self)) -> bool {
        if self.peek() != Some(b'[') || self.depth >= DEPTH {
            self.skip();
            return false;
        }
        self.at += 1;
        self.depth += 1;
        let mut first = true;
        let closed = loop {
            match self.peek() {
                Some(b']') => break self.step(),
                Some(b',') if !first => {
                    self.at += 1;
                    if self.peek() == Some(b']') {
                        self.fail("a value after the comma");
                        break false;
                    }
                }
                _ if !first => {
                    self.fail("a comma or the end of the list");
                    break false;
                }
                _ => {}
            }
            first = false;
            let before = self.at;
            item(self);
            if self.at == before && self.broken.is_none() {
                self.skip();
            }
            if self.broken.is_some() {
                break false;
            }
        };
        self.depth -= 1;
        closed
    }

    /// Reads any value, as far as there is room. None when it broke before anything was complete; a container that broke
    /// in the middle holds its complete members.
    pub(super) fn value(&mut self, room: &mut Room) -> Option<Value> {
        let first = self.peek();
        let start = self.at;
        if let Some(mut lines) = self.lines.take() {
            let (line, column) = self.place(start);
            lines.mark(line, column);
            self.lines = Some(lines);
        }
        match first {
            Some(b'{' | b'[') if self.depth >= DEPTH => {
                self.too_deep = true;
                self.skip();
                self.broken.is_none().then_some(Value::Null)
            }
            Some(b'{') => Some(self.map(room)),
            Some(b'[') => Some(self.list(room)),
            Some(b'"') => {
                let limit = room.text.min(room.left);
                let (text, cut) = self.string(limit)?;
                room.cut |= cut;
                room.take(text.len());
                Some(Value::String(text.into_owned()))
            }
            Some(_) => self.scalar(),
            None => {
                self.fail("a value");
                None
            }
        }
    }

    /// A string, or nothing when it is something else.
    pub(super) fn text(&mut self, limit: usize) -> Option<String> {
        match self.value(&mut Room::of(limit, limit))? {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// Passes over any value without building it.
    pub(super) fn skip(&mut self) {
        match self.peek() {
            Some(b'"') => self.skip_string(),
            Some(b'{' | b'[') => {
                let mut open = 0_usize;
                while let Some(byte) = self.bytes.get(self.at) {
                    match byte {
                        b'"' => {
                            self.skip_string();
                            if self.broken.is_some() {
                                return;
                            }
                            continue;
                        }
                        b'{' | b'[' => open += 1,
                        b'}' | b']' => open -= 1,
                        _ => {}
                    }
                    self.at += 1;
                    if open == 0 {
                        return;
                    }
                }
                self.fail("the end of the value");
            }
            Some(_) => {
                self.scalar();
            }
            None => self.fail("a value"),
        }
    }

    fn map(&mut self, room: &mut Room) -> Value {
        let mut map = Map::new();
        self.object(|reader, key| {
            if !room.take(key.len() + 8) {
                return reader.skip();
            }
            if let Some(lines) = &mut reader.lines {
                lines.enter(key);
            }
            let value = reader.value(room);
            if let Some(lines) = &mut reader.lines {
                lines.leave();
            }
            if let Some(value) = value {
                let repeated = map.insert(key.to_owned(), value).is_some();
                if let Some(lines) = &mut reader.lines
                    && repeated
                {
                    lines.repeated(key);
                }
            }
        });
        Value::Object(map)
    }

    fn list(&mut self, room: &mut Room) -> Value {
        let mut list = Vec::new();
        self.array(|reader| {
            if !room.take(8) {
                return reader.skip();
            }
            if let Some(lines) = &mut reader.lines {
                lines.enter(&list.len().to_string());
            }
            list.extend(reader.value(room));
            if let Some(lines) = &mut reader.lines {
                lines.leave();
            }
        });
        Value::Array(list)
    }

    fn key(&mut self) -> Option<Cow<'a, str>> {
        if self.peek() != Some(b'"') {
            self.fail("a key in double quotes");
            return None;
        }
        let (key, _) = self.string(4096)?;
        if self.peek() == Some(b':') {
            self.at += 1;
            Some(key)
        } else {
            self.fail("a colon after the key");
            None
        }
    }

    fn step(&mut self) -> bool {
        self.at += 1;
        true
    }

    fn fail(&mut self, expected: &'static str) {
        if self.broken.is_none() {
            self.broken = Some(Broken { at: self.at, expected });
        }
    }

    fn skip_string(&mut self) {
        let opened = self.at;
        self.at += 1;
        while let Some(byte) = self.bytes.get(self.at) {
            self.at += 1;
            match byte {
                b'"' => return,
                b'\\' => self.at += 1,
                _ => {}
            }
        }
        self.at = opened;
        self.fail("the end of the string");
    }

    /// The string that opens here, cut at about `limit` bytes.
    fn string(&mut self, limit: usize) -> Option<(Cow<'a, str>, bool)> {
        let opened = self.at;
        self.skip_string();
        if self.broken.is_some() {
            return None;
        }
        let raw = &self.bytes[opened + 1..self.at - 1];
        if self.strict
            && let Some((at, expected)) = loose(raw)
        {
            self.broken = Some(Broken { at: opened + 1 + at, expected });
            return None;
        }
        // An escape is at most twelve bytes for one character; the rest of a huge string need not be decoded.
        let kept = &raw[..raw.len().min(limit.saturating_mul(12))];
        let mut text = if kept.contains(&b'\\') { Cow::Owned(unescape(kept)) } else { String::from_utf8_lossy(kept) };
        let cut = text.len() > limit || kept.len() < raw.len();
        if text.len() > limit {
            let end = (0..=limit).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
            text = Cow::Owned(text[..end].to_owned());
        }
        Some((text, cut))
    }

    fn scalar(&mut self) -> Option<Value> {
        let start = self.at;
        let rest = &self.bytes[start..];
        let length = rest.iter().position(|byte| !byte.is_ascii_alphanumeric() && !b"+-._".contains(byte));
        let word = &rest[..length.unwrap_or(rest.len())];
        let value = match word {
            b"null" => Value::Null,
            b"true" => Value::Bool(true),
            b"false" => Value::Bool(false),
            b"NaN" | b"Infinity" | b"-Infinity" => self.beyond(),
            _ if self.strict && !is_number(word) => {
                self.fail("a value");
                return None;
            }
            // A number that ends where the file ends may have lost digits.
            _ if length.is_none() && !word.is_empty() && self.depth > 0 => {
                self.fail("the end of the value");
                return None;
            }
            _ => match number(word) {
                Some(Some(number)) => {
                    if let Some(spelled) = self.spelled.as_mut().filter(|spelled| spelled.len() < SPELLED)
                        && number.to_string().as_bytes() != word
                    {
                        spelled.push(String::from_utf8_lossy(word).into_owned());
                    }
                    Value::Number(number)
                }
                Some(None) => self.beyond(),
                None => {
                    self.fail("a value");
                    return None;
                }
            },
        };
        self.at = start + word.len();
        Some(value)
    }

    fn beyond(&mut self) -> Value {
        self.non_finite = true;
        // A journal has nothing there; in an experiment it is a number all the same.
        if self.strict { Value::from(f64::MAX) } else { Value::Null }
    }
}
