//! The names that stand in addresses.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// First segments of addresses that belong to the hub itself; no account or organization may take them.
pub const RESERVED: &[&str] = &[
    "api",
    "v1",
    "v2",
    "internal",
    "auth",
    "assets",
    "docs",
    "livez",
    "readyz",
    "metrics",
    "status",
    "admin",
    "account",
    "new",
    "settings",
    "sign-in",
    "invitation",
];

/// A name of 1 to 39 lower-case letters, digits and single inner hyphens, not a reserved one.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Slug(String);

/// Why a text is not a [`Slug`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SlugError {
    /// Wrong characters or length.
    #[error("a name has 1 to 39 lower-case letters, digits and single hyphens inside, such as `payments-team`")]
    Shape,
    /// The hub needs it itself.
    #[error("`{0}` is reserved; choose another name")]
    Reserved(String),
}

impl Slug {
    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Slug {
    type Err = SlugError;
    fn from_str(text: &str) -> Result<Self, SlugError> {
        let ends_well = !text.starts_with('-') && !text.ends_with('-') && !text.contains("--");
        let plain = text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if !(1..=39).contains(&text.len()) || !ends_well || !plain {
            return Err(SlugError::Shape);
        }
        if RESERVED.contains(&text) {
            return Err(SlugError::Reserved(text.to_owned()));
        }
        Ok(Self(text.to_owned()))
    }
}

impl TryFrom<String> for Slug {
    type Error = SlugError;
    fn try_from(text: String) -> Result<Self, SlugError> {
        text.parse()
    }
}

impl From<Slug> for String {
    fn from(slug: Slug) -> Self {
        slug.0
    }
}

impl fmt::Display for Slug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_would_shadow_the_hub_are_refused() {
        for name in RESERVED {
            assert_eq!(name.parse::<Slug>(), Err(SlugError::Reserved((*name).to_owned())));
        }
    }

    #[test]
    fn a_name_is_plain_and_short() {
        for good in ["a", "payments-team", "team2"] {
            assert!(good.parse::<Slug>().is_ok(), "{good}");
        }
        let long = "a".repeat(40);
        for bad in ["", "-a", "a-", "a--b", "A", "a b", "a/b", "ä", long.as_str()] {
            assert_eq!(bad.parse::<Slug>(), Err(SlugError::Shape), "{bad}");
        }
    }
}
