//! Where to go after signing in: a path of our own, never another site.

use std::fmt;

/// The longest that is kept; a longer one is a page that somebody made up.
const LONGEST: usize = 512;

/// A path on the hub, with its query, that was checked; in ASCII, as it stands in a header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocalPath(String);

impl LocalPath {
    /// The text when it is a path of ours; else the home page. Nothing is said: whoever made it up learns nothing.
    pub fn checked(text: &str) -> Self {
        let plain = !text.chars().any(|c| c.is_control() || c.is_whitespace() || c == '\\');
        let path = text.split(['?', '#']).next().unwrap_or_default();
        // A browser resolves dots, also written as %2e, so what they lead to cannot be told here.
        let straight = !path.split('/').any(|part| {
            let part = part.to_ascii_lowercase().replace("%2e", ".");
            part == "." || part == ".."
        });
        let within = |place: &str| path == place || path.strip_prefix(place).is_some_and(|rest| rest.starts_with('/'));
        let ours = text.starts_with('/') && !path.contains("//") && !["/api", "/internal", "/sign-in"].into_iter().any(within);
        let text = ascii(text);
        if plain && straight && ours && text.len() <= LONGEST { Self(text) } else { Self("/".to_owned()) }
    }

    /// The path as text; it begins with one slash.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Letters of other alphabets as addresses carry them (RFC 3986, section 2.5).
fn ascii(text: &str) -> String {
    text.bytes().map(|byte| if byte.is_ascii() { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

impl fmt::Display for LocalPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn only_a_path_of_our_own_is_gone_to() {
        for good in
            ["/", "/demo/demo/runs/run_1?tab=log#line-3", "/demo/demo?to=https://elsewhere.example//x", "/a.b/..c", "/signed"]
        {
            assert_eq!(LocalPath::checked(good).as_str(), good);
        }
        assert_eq!(LocalPath::checked("/größe").as_str(), "/gr%C3%B6%C3%9Fe");
        let long = format!("/{}", "x".repeat(LONGEST));
        for bad in [
            "",
            "demo",
            "https://evil.example",
            "//evil.example",
            "/\\evil.example",
            "\\/evil.example",
            "/\t/evil.example",
            " /x",
            "/..//evil.example",
            "/.//evil.example",
            "/%2e%2e/x",
            "/%2E/x",
            "javascript:alert(1)",
            "/x\r\nset-cookie: a=b",
            "/api/v1/me",
            "/api",
            "/internal/x",
            "/sign-in",
            "/sign-in?next=/sign-in",
            "//",
            "///x",
            &long,
        ] {
            assert_eq!(LocalPath::checked(bad).as_str(), "/", "{bad:?}");
        }
    }

    proptest! {
        #[test]
        fn whatever_is_asked_for_one_stays_on_the_hub(text in "[/\\\\.:@?#%a-z0-9 \t\r\n]{0,40}") {
            let next = LocalPath::checked(&text);
            let url: oauth2::url::Url = format!("https://hub.example{next}").parse().unwrap();
            prop_assert_eq!(url.host_str(), Some("hub.example"));
            prop_assert!(!url.path().starts_with("//") && !url.path().starts_with("/api/"));
        }
    }
}
