//! The words of JSON: numbers of any size, and the escapes of a string.

use serde_json::Number;

/// None: not a number. Some(None): a number that no `f64` holds.
pub(super) fn number(word: &[u8]) -> Option<Option<Number>> {
    let text = str::from_utf8(word).ok()?;
    let digits = text.strip_prefix('-').unwrap_or(text);
    if !digits.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    if let Ok(whole) = text.parse::<i64>() {
        return Some(Some(whole.into()));
    }
    if let Ok(whole) = text.parse::<u64>() {
        return Some(Some(whole.into()));
    }
    text.parse::<f64>().ok().map(Number::from_f64)
}

/// The text of a string with its escapes resolved; half of a surrogate pair reads as U+FFFD.
pub(super) fn unescape(raw: &[u8]) -> String {
    let mut text = Vec::with_capacity(raw.len());
    let mut at = 0;
    while let Some(&byte) = raw.get(at) {
        at += 1;
        if byte != b'\\' {
            text.push(byte);
            continue;
        }
        let escape = raw.get(at).copied();
        at += 1;
        match escape {
            Some(b'n') => text.push(b'\n'),
            Some(b't') => text.push(b'\t'),
            Some(b'r') => text.push(b'\r'),
            Some(b'b') => text.push(8),
            Some(b'f') => text.push(12),
            Some(b'u') => {
                let high = hex4(raw, at);
                at += 4;
                let mut code = high.unwrap_or(0xFFFD);
                if (0xD800..0xDC00).contains(&code)
                    && raw.get(at..at + 2) == Some(br"\u")
                    && let Some(low) = hex4(raw, at + 2).filter(|low| (0xDC00..0xE000).contains(low))
                {
                    code = 0x1_0000 + ((code - 0xD800) << 10) + (low - 0xDC00);
                    at += 6;
                }
                let decoded = char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER);
                text.extend_from_slice(decoded.encode_utf8(&mut [0; 4]).as_bytes());
            }
            Some(other) => text.push(other),
            None => {}
        }
    }
    String::from_utf8(text).unwrap_or_else(|broken| String::from_utf8_lossy(broken.as_bytes()).into_owned())
}

fn hex4(raw: &[u8], at: usize) -> Option<u32> {
    let digits = str::from_utf8(raw.get(at..at + 4)?).ok()?;
    u32::from_str_radix(digits, 16).ok()
}

/// Whether a word is a number as Python reads one; it has at most 4300 digits.
pub(super) fn is_number(word: &[u8]) -> bool {
    let digits = |from: usize| word.get(from..).unwrap_or_default().iter().take_while(|byte| byte.is_ascii_digit()).count();
    let mut at = usize::from(word.first() == Some(&b'-'));
    let whole = digits(at);
    if whole == 0 || (whole > 1 && word[at] == b'0') {
        return false;
    }
    at += whole;
    let mut plain = true;
    if word.get(at) == Some(&b'.') {
        let fraction = digits(at + 1);
        if fraction == 0 {
            return false;
        }
        at += 1 + fraction;
        plain = false;
    }
    if matches!(word.get(at), Some(b'e' | b'E')) {
        at += 1 + usize::from(matches!(word.get(at + 1), Some(b'+' | b'-')));
        let exponent = digits(at);
        if exponent == 0 {
            return false;
        }
        at += exponent;
        plain = false;
    }
    at == word.len() && (!plain || whole <= 4300)
}

/// Where the text of a string is looser than JSON, and what should be there.
pub(super) fn loose(raw: &[u8]) -> Option<(usize, &'static str)> {
    let mut at = 0;
    while let Some(byte) = raw.get(at) {
        match byte {
            0..0x20 => return Some((at, "an escape such as \\n in the place of a control character")),
            b'\\' => match raw.get(at + 1) {
                Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => at += 2,
                Some(b'u') if raw.get(at + 2..at + 6).is_some_and(|code| code.iter().all(u8::is_ascii_hexdigit)) => at += 6,
                _ => return Some((at, "a known escape after the backslash; a backslash itself is written twice")),
            },
            _ => at += 1,
        }
    }
    None
}
