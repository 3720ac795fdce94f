//! Signing in with a password, opening sessions, renewing, signing out.

use super::{LocalAuth, accounts::Person, news, passwords::Queue, secrets};
use crate::{
    store::{self, sign_ins::SignIn},
    words::{Account, Me, SignInId},
};
use chaoshub_chassis::{db::fault, outbox::Change};
use chaoshub_kernel::{Bearer, Fault, Scopes, SignedClaim, Slug};
use chrono::TimeDelta;
use secrecy::{ExposeSecret, SecretString};
use std::{fmt, net::IpAddr, time::Duration};

/// For each failure of an account beyond the limit, from whatever addresses, the next one takes so much longer.
const SLOWER: Duration = Duration::from_millis(50);

/// The longest that it takes longer.
const SLOWEST: Duration = Duration::from_secs(2);

/// Where an attempt comes from.
#[derive(Debug, Clone, Default)]
pub struct Peer {
    /// The address of the connection; one that a header claims only when a proxy that we trust has written it.
    pub address: Option<IpAddr>,
    /// What the browser says it is.
    pub user_agent: String,
    /// The secret of the session that the browser holds already.
    pub session: Option<SecretString>,
    /// The account that signed in from this browser before, and the browser's own id, as we have sealed them.
    pub device: Option<Device>,
}

/// A browser that somebody has signed in from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    /// The name of the account.
    pub account: String,
    /// Another for each sign-in.
    pub id: String,
}

impl Device {
    /// A browser that this account has just signed in from.
    pub fn of(account: &str) -> Self {
        let number: u128 = rand::random();
        Self { account: account.to_owned(), id: format!("{number:032x}") }
    }

    /// As it is sealed into a cookie.
    pub fn write(&self) -> String {
        format!("{} {}", self.account, self.id)
    }

    /// As it was sealed.
    pub fn read(text: &str) -> Option<Self> {
        let (account, id) = text.split_once(' ')?;
        Some(Self { account: account.to_owned(), id: id.to_owned() })
    }
}

impl Peer {
    /// Those who share a count. A household has a whole /64 of IPv6 addresses.
    pub(super) fn key(&self) -> String {
        // A listener for both versions of IP sees all of version 4 within one /64.
        match self.address.map(|address| address.to_canonical()) {
            Some(IpAddr::V6(address)) => format!("{:x}::/64", address.to_bits() >> 64),
            Some(address) => address.to_string(),
            None => "unknown".to_owned(),
        }
    }
}

/// Somebody who has just signed in, or has just been renewed.
pub struct SignedIn {
    /// Who.
    pub me: Me,
    /// The claim, for minutes.
    pub claim: SignedClaim,
    /// The secret of the session, for days; only at the beginning.
    pub session: Option<SecretString>,
}

/// A session that was opened, before it is committed.
pub struct Opened {
    sign_in: SignIn,
    secret: SecretString,
}

impl fmt::Debug for SignedIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SignedIn({})", self.me.account.name)
    }
}

impl LocalAuth {
    /// Signs in with a password. Whether there is such an account cannot be told from the answer or its time.
    pub async fn sign_in(&self, name: &str, password: SecretString, peer: &Peer) -> Result<SignedIn, Fault> {
        // What cannot be a name is nobody's, and shares one count.
        let name: Option<Slug> = name.trim().to_lowercase().parse().ok();
        let name = name.as_ref().map_or("", Slug::as_str);
        let mut account = None;
        let known = async {
            let known = store::accounts::by_name(&self.db, name).await?;
            Ok(known.and_then(|(found, hash)| {
                account = Some(found);
                hash
            }))
        };
        let matches = self.password_matches(name, password, known, peer).await?;
        let Some(account) = account.filter(|_| matches) else {
            return Err(Fault::unauthenticated("wrong-password", "name or password is wrong"));
        };
        self.begin_session(account, peer).await
    }

    /// Whether the password is the one whose hash is known. Failures are counted, so that nobody guesses it and nobody is
    /// shut out by the guesses of others: for an address, and for an account at an address, beyond the limit it is refused;
    /// for an account as a whole it only takes longer. A browser that the account has signed in from has counts of its own.
    pub(super) async fn password_matches(
        &self,
        name: &str,
        password: SecretString,
        known: impl Future<Output = Result<Option<String>, Fault>>,
        peer: &Peer,
    ) -> Result<bool, Fault> {
        let device = peer.device.as_ref().filter(|device| device.account == name);
        if let Some(device) = device {
            let own = format!("{name} in the browser {}", device.id);
            self.by_account.attempt(&own)?;
            let matches = self.passwords.matches(password, known.await?, Queue::Known).await?;
            if matches {
                self.by_account.give_back(&own);
            }
            return Ok(matches);
        }
        let address = peer.key();
        let there = format!("{name} from {address}");
        self.by_address.attempt(&address)?;
        self.by_account.attempt(&there)?;
        let over = self.by_account.note(name);
        if over > 0 {
            // Only for whoever comes from elsewhere than before; whoever has used up their own attempts was refused.
            tokio::time::sleep(SLOWER.saturating_mul(over).min(SLOWEST)).await;
        }
        let matches = self.passwords.matches(password, known.await?, Queue::Unknown).await?;
        if matches {
            self.by_address.give_back(&address);
            self.by_account.give_back(&there);
            self.by_account.give_back(name);
        }
        Ok(matches)
    }

    /// A session for somebody who has proven who they are.
    pub(super) async fn begin_session(&self, account: Account, peer: &Peer) -> Result<SignedIn, Fault> {
        let mut change = self.outbox.begin().await.map_err(fault)?;
        let opened = self.open_session(&mut change, &account, peer).await?;
        change.commit().await.map_err(fault)?;
        self.forget_rights();
        self.opened(account, opened).await
    }

    /// A session within a change. It takes the place of the one that the browser held, which nothing could end any more.
    pub(super) async fn open_session(&self, change: &mut Change, account: &Account, peer: &Peer) -> Result<Opened, Fault> {
        let now = self.clock.now();
        if let Some(held) = &peer.session {
            self.end_held(change, held).await?;
        }
        let secret = secrets::session();
        let sign_in = SignIn {
            id: SignInId::new(now),
            account: account.id,
            browser: browser(&peer.user_agent),
            created_at: now,
            seen_at: now,
            ended_at: None,
        };
        store::sign_ins::insert(&**change, &sign_in, &secrets::digest(&secret)).await?;
        Ok(Opened { sign_in, secret: secret.into() })
    }

    /// What the browser is given of a session that was opened.
    pub(super) async fn opened(&self, account: Account, opened: Opened) -> Result<SignedIn, Fault> {
        let mut signed_in = self.renewed(account, &opened.sign_in).await?;
        signed_in.session = Some(opened.secret);
        Ok(signed_in)
    }

    /// A fresh claim for a session that goes on, else `session-ended`.
    pub async fn renew(&self, secret: &SecretString) -> Result<SignedIn, Fault> {
        let ended = || Fault::unauthenticated("session-ended", "you are signed out; sign in again");
        let found = store::sign_ins::by_digest(&self.db, &secrets::digest(secret.expose_secret())).await?;
        let sign_in = found.filter(|sign_in| self.goes_on(sign_in)).ok_or_else(ended)?;
        let account = store::accounts::by_id(&self.db, sign_in.account).await?.ok_or_else(ended)?;
        store::sign_ins::seen(&self.db, sign_in.id, self.clock.now()).await?;
        self.renewed(account, &sign_in).await
    }

    /// Ends the session; its claims are refused from now on wherever rights are asked.
    pub async fn sign_out(&self, secret: &SecretString) -> Result<(), Fault> {
        let mut change = self.outbox.begin().await.map_err(fault)?;
        self.end_held(&mut change, secret).await?;
        change.commit().await.map_err(fault)?;
        self.forget_rights();
        Ok(())
    }

    async fn end_held(&self, change: &mut Change, secret: &SecretString) -> Result<(), Fault> {
        let found = store::sign_ins::by_digest(&**change, &secrets::digest(secret.expose_secret())).await?;
        let Some(sign_in) = found.filter(|sign_in| sign_in.ended_at.is_none()) else { return Ok(()) };
        store::sign_ins::end(&**change, sign_in.id, self.clock.now()).await?;
        change.tell(news::access_changed(sign_in.account)).await.map_err(fault)
    }

    /// Whether a session is neither ended, too old, nor idle for too long.
    pub(super) fn goes_on(&self, sign_in: &SignIn) -> bool {
        let now = self.clock.now();
        let days = |days: u32| TimeDelta::days(days.into());
        sign_in.ended_at.is_none()
            && now < sign_in.created_at + days(self.config.session_days)
            && now < sign_in.seen_at + days(self.config.session_idle_days)
    }

    async fn renewed(&self, account: Account, sign_in: &SignIn) -> Result<SignedIn, Fault> {
        let bearer = Bearer::Session(sign_in.id.to_string());
        let claim = self.claim(&account, bearer, Scopes::all(), None, None);
        let person = Person { account, ceiling: Scopes::all(), bound: None, token: None, session: Some(sign_in.id) };
        Ok(SignedIn { me: self.me(&person).await?, claim, session: None })
    }
}

/// A browser in a few words, such as `Firefox on Linux`.
fn browser(user_agent: &str) -> String {
    // In this order: each of them also claims to be some of those below it.
    const BROWSERS: [(&str, &str); 6] = [
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
        ("curl/", "curl"),
    ];
    const SYSTEMS: [(&str, &str); 6] = [
        ("Android", "Android"),
        ("iPhone", "iOS"),
        ("iPad", "iOS"),
        ("Windows", "Windows"),
        ("Mac OS X", "macOS"),
        ("Linux", "Linux"),
    ];
    let first = |of: [(&str, &'static str); 6]| of.into_iter().find(|(mark, _)| user_agent.contains(mark)).map(|(_, name)| name);
    match (first(BROWSERS), first(SYSTEMS)) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(one), None) | (None, Some(one)) => one.to_owned(),
        (None, None) => "another program".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_is_named_in_a_few_words() {
        let edge = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0 Safari/537.36 Edg/131.0";
        assert_eq!(browser(edge), "Edge on Windows");
        assert_eq!(browser("Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0"), "Firefox on Linux");
        assert_eq!(browser(""), "another program");
    }

    #[test]
    fn addresses_of_one_household_share_a_count() {
        let peer = |address: &str| Peer { address: Some(address.parse().unwrap()), ..Default::default() }.key();
        assert_eq!(peer("2001:db8::1"), peer("2001:db8::ffff:2"));
        assert_ne!(peer("2001:db8::1"), peer("2001:db8:0:1::1"));
        assert_ne!(peer("192.0.2.1"), peer("192.0.2.2"));
        // As a listener for both versions sees one of version 4.
        assert_eq!(peer("::ffff:192.0.2.1"), peer("192.0.2.1"));
    }
}
