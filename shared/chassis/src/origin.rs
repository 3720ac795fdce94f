//! Addresses that are given by an operator and must be scheme and host alone, because paths are appended to them.

/// Reads such an address as browsers write an origin: the host in lower case, without the port that its scheme has anyway
/// (WHATWG URL, section 4.7), and without a slash at its end.
///
/// # Errors
/// One line that says what to give instead.
pub fn parse(text: &str) -> Result<String, String> {
    let wrong = || "give scheme and host alone, such as https://chaos.example.org".to_owned();
    let url = reqwest::Url::parse(text.trim_end_matches('/')).map_err(|_| wrong())?;
    let alone = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
    let nobody = url.username().is_empty() && url.password().is_none();
    // What the parser mends in silence, such as a missing slash or a space, was not meant.
    let written = text.split_once("://").is_some_and(|(_, rest)| !rest.starts_with('/') && !rest.contains([' ', '\\', '@']));
    if !(matches!(url.scheme(), "http" | "https") && alone && nobody && written && url.has_host()) {
        return Err(wrong());
    }
    Ok(url.origin().ascii_serialization())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_no_path() {
        assert_eq!(parse("https://a.example/"), Ok("https://a.example".to_owned()));
        for (given, read) in [
            ("https://Chaos.Example.org:443", "https://chaos.example.org"),
            ("HTTP://localhost:80", "http://localhost"),
            ("http://localhost:8080/", "http://localhost:8080"),
            ("https://chaos.example.org:80", "https://chaos.example.org:80"),
            ("https://b\u{fc}cher.example", "https://xn--bcher-kva.example"),
            ("http://[::1]:8080", "http://[::1]:8080"),
            ("http://[0:0::1]", "http://[::1]"),
        ] {
            assert_eq!(parse(given).as_deref(), Ok(read));
        }
        for wrong in [
            "a.example",
            "ftp://a",
            "https://",
            "https://a/b",
            "https://u@a",
            "https:/a",
            "https:a",
            "https:///a",
            "https://a?b",
            "https://a#b",
            "https://a b",
            "https://a:port",
            "localhost",
        ] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }
}
