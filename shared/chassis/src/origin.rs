//! Addresses that are given by an operator and must be scheme and host alone, because paths are appended to them.

/// Reads such an address, without a slash at its end.
///
/// # Errors
/// One line that says what to give instead.
pub fn parse(text: &str) -> Result<String, String> {
    let trimmed = text.trim_end_matches('/');
    let rest = trimmed.strip_prefix("https://").or_else(|| trimmed.strip_prefix("http://"));
    match rest {
        Some(host) if !host.is_empty() && !host.contains(['/', '?', '#', '@', ' ']) => Ok(trimmed.to_owned()),
        _ => Err("give scheme and host alone, such as https://chaos.example.org".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_no_path() {
        assert_eq!(parse("https://a.example/"), Ok("https://a.example".to_owned()));
        for wrong in ["a.example", "ftp://a", "https://", "https://a/b", "https://u@a"] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }
}
