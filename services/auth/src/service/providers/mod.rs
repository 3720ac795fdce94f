//! Accounts that people have elsewhere: where to send somebody, and who comes back from there.

mod bitbucket;
mod code;
mod discovery;
mod github;
mod id_token;
mod oauth;
mod oidc;
mod outward;

use crate::config::{Configured, Dialect};
use async_trait::async_trait;
use chaoshub_kernel::{Clock, Fault};
use oauth::OAuth;
use outward::Outward;
use std::{sync::Arc, time::Duration};

/// The longest subject, bytes (OpenID Connect Core 1.0, section 2).
const LONGEST_SUBJECT: usize = 255;

/// Somebody as a provider knows them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// Who says so; with `subject` it is the identity.
    pub issuer: String,
    /// Who it is there, for ever; never an e-mail address or a name that may change hands.
    pub subject: String,
    /// What to call the identity on a page: a user name there, or an e-mail address.
    pub label: String,
    /// What an account of theirs could be called, best first.
    pub names: Vec<String>,
    /// An e-mail address that the provider has verified.
    pub verified_email: Option<String>,
    /// Whether there is an address that it has not verified.
    pub unverified_email: bool,
}

/// What is agreed on before somebody is sent away, and needed when they come back.
#[derive(Clone, Copy)]
pub struct Agreed<'a> {
    /// Comes back with them.
    pub state: &'a str,
    /// Stands in the id token (OpenID Connect Core 1.0, section 3.1.2.1).
    pub nonce: &'a str,
    /// Proves that who exchanges the code began the sign-in (RFC 7636).
    pub verifier: &'a str,
    /// Where they come back to.
    pub redirect: &'a str,
}

/// What somebody comes back with.
#[derive(Clone, Copy)]
pub struct Answer<'a> {
    /// Good for tokens, once.
    pub code: &'a str,
    /// Who says so, where the provider tells that (RFC 9207).
    pub issuer: Option<&'a str>,
}

/// One way to say who somebody is.
#[async_trait]
pub trait Provider: Send + Sync {
    /// Where to send somebody.
    async fn begin(&self, agreed: Agreed<'_>) -> Result<String, Fault>;

    /// Who came back.
    async fn finish(&self, answer: Answer<'_>, agreed: Agreed<'_>) -> Result<Known, Fault>;
}

/// A provider and its button.
pub struct Entry {
    /// Its settings.
    pub of: Configured,
    provider: Box<dyn Provider>,
}

/// Everything that is configured.
pub struct Providers {
    entries: Vec<Entry>,
    patience: Duration,
}

impl Providers {
    /// Speaks to nobody yet: a provider that is away does not keep the hub from starting.
    pub fn new(all: Vec<Configured>, patience: Duration, clock: &Arc<dyn Clock>) -> Result<Self, String> {
        if all.is_empty() {
            return Ok(Self { entries: Vec::new(), patience });
        }
        let outward = Outward::new(patience)?;
        let entry = |of: Configured| {
            if of.issuer.starts_with("http://") {
                tracing::warn!(provider = %of.name, "this provider is asked without TLS: whoever is in between can sign in as anybody");
            }
            let provider: Box<dyn Provider> = match of.dialect {
                Dialect::GitHub => Box::new(OAuth::<github::GitHub>::new(&of, outward.clone())?),
                Dialect::Bitbucket => Box::new(OAuth::<bitbucket::Bitbucket>::new(&of, outward.clone())?),
                Dialect::OpenId => Box::new(oidc::OpenId::new(&of, outward.clone(), clock.clone())),
            };
            Ok(Entry { of, provider })
        };
        Ok(Self { entries: all.into_iter().map(entry).collect::<Result<_, String>>()?, patience })
    }

    /// All of them, in the order of their buttons.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The one of that name.
    pub fn named(&self, name: &str) -> Result<&Entry, Fault> {
        let found = self.entries.iter().find(|entry| entry.of.name.as_str() == name);
        found.ok_or_else(|| {
            Fault::new(chaoshub_kernel::FaultKind::NotFound, "unknown-provider", "this hub does not know that provider")
        })
    }

    /// Where to send somebody.
    pub async fn begin(&self, entry: &Entry, agreed: Agreed<'_>) -> Result<String, Fault> {
        self.in_time(entry, entry.provider.begin(agreed)).await
    }

    /// Who came back.
    pub async fn finish(&self, entry: &Entry, answer: Answer<'_>, agreed: Agreed<'_>) -> Result<Known, Fault> {
        let asked = async {
            let known = entry.provider.finish(answer, agreed).await?;
            // Else many would be one, or nobody would be known again.
            if known.subject.is_empty() || known.subject.len() > LONGEST_SUBJECT || known.subject.contains(char::is_control) {
                tracing::warn!(provider = %entry.of.name, "the provider tells of nobody");
                return Err(unreadable());
            }
            Ok(known)
        };
        self.in_time(entry, asked).await
    }

    /// All that a provider is asked for one step, and its patience.
    async fn in_time<T>(&self, entry: &Entry, asked: impl Future<Output = Result<T, Fault>>) -> Result<T, Fault> {
        let answer = tokio::time::timeout(self.patience, asked).await.unwrap_or_else(|_| {
            tracing::warn!(provider = %entry.of.name, "the provider did not answer in time");
            Err(away())
        });
        if let Err(fault) = &answer {
            tracing::warn!(provider = %entry.of.name, fault.code = fault.code, "signing in with a provider failed");
        }
        answer
    }
}

/// It does not answer, or not in time.
fn away() -> Fault {
    Fault::unavailable("provider-unavailable", "the provider does not answer; try again, or sign in another way")
}

/// It answers, and the answer makes no sense or is not signed as it should be.
fn unreadable() -> Fault {
    Fault::unavailable("provider-unreadable", "the provider answered something that cannot be understood or believed")
}

/// It says no.
pub fn refused() -> Fault {
    Fault::forbidden("provider-refused", "the provider refused; begin again, or sign in another way")
}
