//! Sign-ins that have begun and are not finished: a short list that the browser carries, sealed, so that several tabs
//! can be away at once and no stranger makes us remember anything.

use super::{local_path::LocalPath, providers::Agreed, secrets};
use crate::words::SignInId;
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

/// How long somebody may be away at a provider.
pub const PENDING_FOR: TimeDelta = TimeDelta::minutes(10);

/// How many tabs may be away at once; the oldest is forgotten first.
const MOST: usize = 8;

/// The longest list, bytes: sealed and in base64 it must fit into a cookie, which browsers hold to 4096.
const LONGEST: usize = 2800;

/// One sign-in that has begun. Its names are short because it lives in a cookie.
#[derive(Clone, Serialize, Deserialize)]
pub struct Pending {
    #[serde(rename = "s")]
    pub state: String,
    #[serde(rename = "v")]
    verifier: String,
    #[serde(rename = "n")]
    nonce: String,
    /// The provider that somebody was sent to.
    #[serde(rename = "p")]
    pub provider: String,
    /// Where to go afterwards; checked again when it is used.
    #[serde(rename = "x")]
    next: String,
    /// The secret of an invitation that is to be taken up.
    #[serde(rename = "i", default, skip_serializing_if = "Option::is_none")]
    pub invitation: Option<String>,
    /// The session whose account gets one more identity; without it somebody signs in.
    #[serde(rename = "l", default, skip_serializing_if = "Option::is_none")]
    pub linking: Option<SignInId>,
    #[serde(rename = "t")]
    begun: i64,
}

impl Pending {
    /// A new one, with secrets of its own.
    pub fn begin(
        provider: &str,
        next: &LocalPath,
        invitation: Option<String>,
        linking: Option<SignInId>,
        now: DateTime<Utc>,
    ) -> Self {
        Self {
            state: secrets::session(),
            verifier: secrets::session(),
            nonce: secrets::session(),
            provider: provider.to_owned(),
            next: next.to_string(),
            invitation,
            linking,
            begun: now.timestamp(),
        }
    }

    /// What the provider is told of it.
    pub fn agreed<'a>(&'a self, redirect: &'a str) -> Agreed<'a> {
        Agreed { state: &self.state, nonce: &self.nonce, verifier: &self.verifier, redirect }
    }

    /// Where to go afterwards.
    pub fn next(&self) -> LocalPath {
        LocalPath::checked(&self.next)
    }

    fn is_over(&self, now: DateTime<Utc>) -> bool {
        DateTime::from_timestamp(self.begun, 0).is_none_or(|begun| begun + PENDING_FOR <= now)
    }
}

/// All that one browser has begun.
#[derive(Default)]
pub struct PendingList(Vec<Pending>);

impl PendingList {
    /// As the browser carried it; what is over, or is not ours, is left out.
    pub fn read(text: Option<&str>, now: DateTime<Utc>) -> Self {
        let mut list: Vec<Pending> = text.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
        list.retain(|one| !one.is_over(now));
        Self(list)
    }

    /// One more.
    pub fn add(&mut self, one: Pending) {
        self.0.push(one);
        while self.0.len() > MOST || (self.0.len() > 1 && self.write().len() > LONGEST) {
            self.0.remove(0);
        }
    }

    /// Takes the one of that state out.
    pub fn take(&mut self, state: &str) -> Option<Pending> {
        let at = self.0.iter().position(|one| secrets::same(&one.state, state))?;
        Some(self.0.remove(at))
    }

    /// Whether nothing is pending.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// As the browser is to carry it.
    pub fn write(&self) -> String {
        serde_json::to_string(&self.0).expect("a list of texts and numbers has a JSON form")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000, 0).unwrap()
    }

    #[test]
    fn the_list_always_fits_into_a_cookie_and_forgets_the_oldest() {
        let mut list = PendingList::default();
        // JSON makes two characters of each.
        let long = LocalPath::checked(&format!("/{}", "\"".repeat(511)));
        assert_eq!(long.as_str().len(), 512);
        let mut states = Vec::new();
        for _ in 0..20 {
            let one = Pending::begin(&"p".repeat(39), &long, Some("i".repeat(43)), Some(SignInId::new(now())), now());
            states.push(one.state.clone());
            list.add(one);
            // Sealing adds 28 bytes; base64 makes four of three.
            assert!((list.write().len() + 28) * 4 / 3 + 100 < 4096, "{}", list.write().len());
        }
        assert!(list.take(&states[0]).is_none());
        assert!(list.take(&states[19]).is_some() && list.take(&states[18]).is_some());
        let mut many = PendingList::default();
        for _ in 0..MOST {
            many.add(Pending::begin("github", &LocalPath::checked("/demo/demo"), None, None, now()));
        }
        assert_eq!(PendingList::read(Some(&many.write()), now()).0.len(), MOST);
    }

    #[test]
    fn what_is_over_or_not_ours_is_not_in_the_list() {
        let mut list = PendingList::default();
        list.add(Pending::begin("github", &LocalPath::checked("/"), None, None, now()));
        let text = list.write();
        assert!(!PendingList::read(Some(&text), now() + PENDING_FOR - TimeDelta::seconds(1)).is_empty());
        assert!(PendingList::read(Some(&text), now() + PENDING_FOR).is_empty());
        for other in [None, Some(""), Some("{}"), Some("[{}]"), Some("nonsense")] {
            assert!(PendingList::read(other, now()).is_empty());
        }
    }
}
