//! What an account is called that somebody makes by coming from elsewhere: as near as can be to what they are called there.

use crate::store;
use chaoshub_chassis::outbox::Change;
use chaoshub_kernel::{Fault, Slug};

/// Longest part that is taken over; what makes it unique comes behind.
const LONGEST: usize = 32;

/// How many of one name there may be before a random one is given.
const MOST: u32 = 50;

/// The first name that nobody has, neither account nor organization.
pub async fn free(change: &Change, wanted: &[String]) -> Result<Slug, Fault> {
    for name in candidates(wanted) {
        let taken = store::accounts::by_name(&**change, name.as_str()).await?.is_some()
            || store::organizations::by_name(&**change, name.as_str()).await?.is_some();
        if !taken {
            return Ok(name);
        }
    }
    tracing::error!("no name is free for a new account");
    Err(Fault::internal())
}

fn candidates(wanted: &[String]) -> impl Iterator<Item = Slug> {
    let plain: Vec<String> = wanted.iter().map(|name| plain(name)).filter(|name| !name.is_empty()).collect();
    let first = plain.first().cloned().unwrap_or_else(|| "user".to_owned());
    let numbered = (2..=MOST).map(move |number| format!("{first}-{number}"));
    let random = std::iter::repeat_with(|| format!("user-{:08x}", rand::random::<u32>())).take(3);
    plain.into_iter().chain(numbered).chain(random).filter_map(|name| name.parse().ok())
}

/// What of a name can stand in an address; of an e-mail address, whose it is and not where.
fn plain(name: &str) -> String {
    let name = name.split('@').find(|part| !part.is_empty()).unwrap_or_default();
    let mut kept = String::new();
    for c in name.chars().flat_map(char::to_lowercase) {
        if c.is_ascii_alphanumeric() {
            kept.push(c);
        } else if !kept.is_empty() && !kept.ends_with('-') {
            kept.push('-');
        }
    }
    kept.truncate(LONGEST);
    kept.trim_end_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn first(wanted: &[&str]) -> String {
        let wanted: Vec<_> = wanted.iter().map(|&name| name.to_owned()).collect();
        candidates(&wanted).next().unwrap().to_string()
    }

    #[test]
    fn a_name_from_elsewhere_becomes_one_that_can_stand_in_an_address() {
        assert_eq!(first(&["Ada-Lovelace"]), "ada-lovelace");
        assert_eq!(first(&["  Ada  King, Countess of Lovelace!"]), "ada-king-countess-of-lovelace");
        assert_eq!(first(&["李", "li"]), "li");
        // Some issuers call people by their addresses, which are nobody else's business.
        assert_eq!(first(&["Ada.King@example.org"]), "ada-king");
        assert_eq!(first(&["@ada"]), "ada");
        assert_eq!(first(&["admin"]), "admin-2");
        assert_eq!(first(&["API", "ada"]), "ada");
        assert_eq!(first(&["..", "---"]), "user-2");
        assert_eq!(first(&[]), "user-2");
    }

    proptest! {
        #[test]
        fn there_is_always_a_name(wanted in proptest::collection::vec(".{0,60}", 0..4)) {
            prop_assert!(candidates(&wanted).count() >= 3);
        }
    }
}
