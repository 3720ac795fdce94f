//! YAML read the way Chaos Toolkit reads it (safe loading, the scalars of YAML 1.1), with the line of every value.
//! Aliases are counted as what they expand to, so that a small text cannot become a huge document.

use saphyr_parser::{Event, Parser, ScalarStyle, Tag};
use serde_json::{Map, Number, Value};
use std::collections::HashMap;

use super::lines::Lines;

/// Deeper nesting than any experiment has.
const DEPTH: usize = 64;
/// Values after aliases have expanded: the largest documents known have a few thousand.
const VALUES: usize = 50_000;

/// Why a text is refused, and on which line.
pub(super) type Refused = (u32, String);

struct Open {
    value: Value,
    /// The key that waits for its value, in a mapping.
    key: Option<String>,
    anchor: usize,
    /// What `<<` brought along, for keys that the mapping does not have itself.
    merged: Vec<Map<String, Value>>,
    /// Values inside, aliases expanded.
    weight: usize,
}

/// Reads one document.
pub(super) fn read(text: &str) -> Result<(Value, Lines, Vec<String>), Refused> {
    let mut loader = Loader {
        lines: Lines::new(),
        open: Vec::new(),
        anchors: HashMap::new(),
        total: 0,
        text: 0,
        root: None,
        spelled: Vec::new(),
        column: 1,
    };
    let mut documents = 0;
    if let Some(at) = text.chars().position(|letter| !printable(letter)) {
        let line = 1 + text.chars().take(at).filter(|letter| *letter == '\n').count();
        let message = "A character here cannot be printed, and YAML has none of those. Remove it, or write it as an escape in double quotes.";
        return Err((u32::try_from(line).unwrap_or(u32::MAX), message.to_owned()));
    }
    for step in Parser::new_from_str(text) {
        let (event, span) = step.map_err(|error| {
            let line = u32::try_from(error.marker().line()).unwrap_or(u32::MAX);
            (line, format!("This is not YAML: {}.", error.info()))
        })?;
        let line = u32::try_from(span.start.line()).unwrap_or(u32::MAX).max(1);
        loader.column = u32::try_from(span.start.col()).unwrap_or(u32::MAX).saturating_add(1);
        if matches!(event, Event::DocumentStart(_)) {
            documents += 1;
            if documents > 1 {
                return Err((line, "A second document begins here. Keep one experiment in a file.".to_owned()));
            }
        }
        loader.take(event, line).map_err(|message| (line, message))?;
    }
    Ok((loader.root.unwrap_or_default(), loader.lines, loader.spelled))
}

struct Loader {
    lines: Lines,
    open: Vec<Open>,
    anchors: HashMap<usize, (Value, usize, usize)>,
    total: usize,
    text: usize,
    root: Option<Value>,
    /// Numbers whose text is not what is written for their value, as they stand.
    spelled: Vec<String>,
    /// Where the present event begins, from 1.
    column: u32,
}

impl Loader {
    fn take(&mut self, event: Event<'_>, line: u32) -> Result<(), String> {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let plain = style == ScalarStyle::Plain;
                if let Some(open) = self.open.last_mut().filter(|open| open.value.is_object() && open.key.is_none()) {
                    let key = text.into_owned();
                    self.lines.enter(&key);
                    self.lines.mark(line, self.column);
                    open.key = Some(key);
                    return self.grow(0, 0);
                }
                let value = scalar(&text, plain, tag.as_deref())?;
                self.grow(1, text.len())?;
                if value.is_number() && value.to_string() != text {
                    self.spelled.push(text.clone().into_owned());
                }
                self.begin(line);
                self.put(value, anchor, 1, text.len())
            }
            Event::Alias(anchor) => {
                let Some((value, weight, bytes)) = self.anchors.get(&anchor).cloned() else {
                    return Err("An alias refers to itself or to nothing. Write the value out.".to_owned());
                };
                self.key_is_text()?;
                self.grow(weight, bytes)?;
                self.begin(line);
                self.put(value, 0, weight, bytes)
            }
            Event::MappingStart(anchor, tag) => self.start(Value::Object(Map::new()), anchor, tag.as_deref(), line),
            Event::SequenceStart(anchor, tag) => self.start(Value::Array(Vec::new()), anchor, tag.as_deref(), line),
            Event::MappingEnd | Event::SequenceEnd => self.end(),
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentStart(_) | Event::DocumentEnd => Ok(()),
        }
    }

    fn start(&mut self, value: Value, anchor: usize, tag: Option<&Tag>, line: u32) -> Result<(), String> {
        if let Some(tag) = tag.filter(|tag| !(tag.is_yaml_core_schema() && matches!(tag.suffix.as_str(), "map" | "seq"))) {
            return Err(foreign(tag));
        }
        self.key_is_text()?;
        if self.open.len() >= DEPTH {
            return Err(format!("This is nested deeper than {DEPTH} levels. No experiment needs so many."));
        }
        self.grow(1, 0)?;
        self.begin(line);
        self.open.push(Open { value, key: None, anchor, merged: Vec::new(), weight: 1 });
        Ok(())
    }

    fn end(&mut self) -> Result<(), String> {
        let Some(mut open) = self.open.pop() else { return Ok(()) };
        if let Value::Object(map) = &mut open.value {
            for merged in open.merged {
                for (key, value) in merged {
                    map.entry(key).or_insert(value);
                }
            }
        }
        let bytes = if open.anchor > 0 { open.value.to_string().len() } else { 0 };
        self.put(open.value, open.anchor, open.weight, bytes)
    }

    /// The value that begins now has a place of its own in a list; in a mapping its key has given it one.
    fn begin(&mut self, line: u32) {
        let index = match self.open.last() {
            Some(Open { value: Value::Array(items), .. }) => Some(items.len().to_string()),
            _ => None,
        };
        if let Some(index) = index {
            self.lines.enter(&index);
            self.lines.mark(line, self.column);
        }
    }

    fn put(&mut self, value: Value, anchor: usize, weight: usize, bytes: usize) -> Result<(), String> {
        if anchor > 0 {
            // Kept a second time: anchors inside of each other would hold what is innermost once for each.
            self.grow(weight, bytes)?;
            self.anchors.insert(anchor, (value.clone(), weight, bytes));
        }
        let Some(open) = self.open.last_mut() else {
            self.root = Some(value);
            return Ok(());
        };
        open.weight += weight;
        self.lines.leave();
        match (&mut open.value, open.key.take()) {
            (Value::Array(items), _) => items.push(value),
            (Value::Object(_), Some(key)) if key == "<<" => {
                let maps = if let Value::Array(items) = value { items } else { vec![value] };
                for map in maps {
                    let Value::Object(map) = map else {
                        return Err("`<<` merges mappings. Give it one, or a list of them.".to_owned());
                    };
                    open.merged.push(map);
                }
            }
            (Value::Object(map), Some(key)) => {
                let earlier = map.insert(key.clone(), value);
                if earlier.is_some() {
                    self.lines.repeated(&key);
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn key_is_text(&self) -> Result<(), String> {
        match self.open.last() {
            Some(open) if open.value.is_object() && open.key.is_none() => Err("A key must be plain text.".to_owned()),
            _ => Ok(()),
        }
    }

    fn grow(&mut self, values: usize, bytes: usize) -> Result<(), String> {
        self.total += values;
        self.text += bytes;
        if self.total > VALUES || self.text > 2 * super::document::SIZE {
            return Err("The aliases of this document expand to too much. Write the values out.".to_owned());
        }
        Ok(())
    }
}

fn foreign(tag: &Tag) -> String {
    format!("Chaos Toolkit does not read the tag `{}{}`. Write a plain value.", tag.handle, tag.suffix)
}

/// A scalar as PyYAML's safe loader resolves it: only what is not quoted can be anything but text.
fn scalar(text: &str, plain: bool, tag: Option<&Tag>) -> Result<Value, String> {
    match tag {
        Some(tag) if !tag.is_yaml_core_schema() => return Err(foreign(tag)),
        Some(tag) if tag.suffix == "str" => return Ok(Value::String(text.to_owned())),
        Some(tag) if !matches!(tag.suffix.as_str(), "int" | "float" | "bool" | "null") => return Err(foreign(tag)),
        None if !plain => return Ok(Value::String(text.to_owned())),
        // A whole number that says that it is none.
        Some(tag) if tag.suffix == "float" => {
            let float =
                number(text).and_then(|value| value.as_f64()).or_else(|| text.trim().parse().ok()).and_then(Number::from_f64);
            return float.map(Value::Number).ok_or_else(|| format!("`{text}` is no number. Remove the tag, or write one."));
        }
        _ => {}
    }
    Ok(match text {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" => Value::Bool(true),
        "false" | "False" | "FALSE" | "no" | "No" | "NO" | "off" | "Off" | "OFF" => Value::Bool(false),
        _ => number(text).unwrap_or_else(|| Value::String(text.to_owned())),
    })
}

/// What PyYAML takes for text.
fn printable(letter: char) -> bool {
    matches!(letter, '\t' | '\n' | '\r' | ' '..='~' | '\u{85}' | '\u{a0}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..='\u{10ffff}')
}

/// A number as PyYAML reads it: YAML 1.1, in which `1:02` is 62 and `010` is 8.
pub(super) fn number(text: &str) -> Option<Value> {
    let (sign, body) = match text.as_bytes().first()? {
        b'-' => (-1, &text[1..]),
        b'+' => (1, &text[1..]),
        _ => (1, text),
    };
    if !body.is_ascii() {
        return None;
    }
    let signed = |float: f64| {
        Number::from_f64(if sign < 0 { -float } else { float }).or_else(|| Number::from_f64(f64::MAX)).map(Value::Number)
    };
    if matches!(body, ".inf" | ".Inf" | ".INF") || matches!(text, ".nan" | ".NaN" | ".NAN") {
        return signed(f64::MAX);
    }
    if let Some((first, rest)) = body.split_once(':') {
        return sixties(first, rest).and_then(|(value, whole)| if whole { whole_number(sign, value) } else { signed(value) });
    }
    let digits = body.replace('_', "");
    let of = |set: &str, text: &str| !text.is_empty() && text.bytes().all(|byte| set.contains(char::from(byte)));
    let based = |digits: &str, radix| i64::from_str_radix(digits, radix).ok().map(|value| Value::from(sign * value));
    if let Some(binary) = digits.strip_prefix("0b").filter(|binary| of("01", binary)) {
        return based(binary, 2);
    }
    if let Some(hex) = digits.strip_prefix("0x").filter(|hex| of("0123456789abcdefABCDEF", hex)) {
        return based(hex, 16);
    }
    if body.len() > 1 && body.starts_with('0') && of("01234567_", &body[1..]) {
        return based(&digits, 8);
    }
    if of("0123456789_", body) && !body.starts_with('_') && (body == "0" || !body.starts_with('0')) {
        return based(&digits, 10).or_else(|| signed(digits.parse().ok()?));
    }
    // A float needs its point; an exponent needs its sign.
    let (mantissa, exponent) = match digits.find(['e', 'E']) {
        Some(at) => (&digits[..at], Some(&digits[at + 1..])),
        None => (digits.as_str(), None),
    };
    let (before, after) = mantissa.split_once('.')?;
    let decimal = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let signed_exponent =
        exponent.is_none_or(|exponent| exponent.strip_prefix(['+', '-']).is_some_and(|digits| of("0123456789", digits)));
    // Without digits before the point there is no sign, and there are some after it.
    let shape = if before.is_empty() { body == text && !after.is_empty() } else { !body.starts_with('_') };
    if !(decimal(before) && decimal(after) && signed_exponent && shape) {
        return None;
    }
    let plain = format!("{before}.{after}0{}", exponent.map_or(String::new(), |exponent| format!("e{exponent}")));
    signed(if before.is_empty() { format!("0{plain}") } else { plain }.parse().ok()?)
}

/// `1:02:03`, each place up to 59: the value, and whether it is a whole number.
fn sixties(first: &str, rest: &str) -> Option<(f64, bool)> {
    let plain = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_');
    let (places, fraction) = match rest.split_once('.') {
        Some((places, fraction)) => (places, Some(fraction)),
        None => (rest, None),
    };
    if !plain(first) || first.starts_with('_') || (fraction.is_none() && first.starts_with('0')) {
        return None;
    }
    let mut value = first.replace('_', "").parse::<f64>().ok()?;
    for place in places.split(':') {
        let small = matches!(place.len(), 1 | 2) && place.bytes().all(|byte| byte.is_ascii_digit());
        value = value * 60.0 + place.parse::<f64>().ok().filter(|place| small && *place < 60.0)?;
    }
    match fraction {
        None => Some((value, true)),
        Some(fraction) if fraction.is_empty() || plain(fraction) => {
            let fraction = format!("0.{}0", fraction.replace('_', "")).parse::<f64>().ok()?;
            Some((value + fraction, false))
        }
        Some(_) => None,
    }
}

fn whole_number(sign: i64, value: f64) -> Option<Value> {
    #[expect(clippy::cast_possible_truncation, reason = "below what a float holds exactly")]
    let whole = (value < 9e15).then_some(value as i64)?;
    Some(Value::from(sign * whole))
}
