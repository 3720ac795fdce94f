//! Any OpenID Connect issuer, by discovery: GitLab, Google and whatever the file of issuers names.

use super::{
    Agreed, Answer, Known, Provider,
    code::{Flow, Proof},
    discovery::{Discovery, Document},
    id_token::{self, Expected, Profile},
    outward::Outward,
    unreadable,
};
use crate::config::Configured;
use async_trait::async_trait;
use chaoshub_kernel::{Clock, Fault};
use secrecy::ExposeSecret;
use std::sync::Arc;

/// Google's tokens may name it without its scheme ("OpenID Connect" in its documentation, "An ID token's payload").
const GOOGLE: [&str; 2] = ["https://accounts.google.com", "accounts.google.com"];

/// One issuer.
pub struct OpenId {
    of: Configured,
    discovery: Discovery,
    outward: Outward,
    clock: Arc<dyn Clock>,
}

impl OpenId {
    /// With these settings; nothing is asked yet.
    pub fn new(of: &Configured, outward: Outward, clock: Arc<dyn Clock>) -> Self {
        Self { discovery: Discovery::new(of.issuer.clone(), outward.clone()), of: of.clone(), outward, clock }
    }

    fn flow(&self, document: &Document) -> Result<Flow, Fault> {
        let methods = document.token_endpoint_auth_methods_supported.as_deref();
        let takes = |method: &str| methods.is_none_or(|all| all.iter().any(|one| one == method));
        let proof = if takes("client_secret_basic") { Proof::Basic } else { Proof::Body };
        let of = &self.of;
        let (authorize, token) = (&document.authorization_endpoint, &document.token_endpoint);
        Flow::new(authorize, token, &of.client_id, &of.client_secret, proof, &of.scopes, self.outward.clone())
            .map_err(|_| unreadable())
    }

    /// Who the token is about, and what only the UserInfo endpoint tells (OpenID Connect Core 1.0, section 5.3).
    async fn profile(&self, document: &Document, token: &str, access: &str, nonce: &str) -> Result<Profile, Fault> {
        let keys = self.discovery.keys(id_token::key_id(token).as_deref()).await?;
        let own = [document.issuer.as_str()];
        let issuers: &[&str] = if document.issuer == GOOGLE[0] { &GOOGLE } else { &own };
        let expected = Expected { issuers, client_id: &self.of.client_id, nonce, now: self.clock.now() };
        let profile = id_token::believe(token, &keys, expected).map_err(|why| {
            tracing::warn!(provider = %self.of.name, why, "an id token is not believed");
            unreadable()
        })?;
        let Some(url) = document.userinfo_endpoint.as_ref().filter(|_| profile.email.is_none()) else { return Ok(profile) };
        let more: Profile = self.outward.get(url, "application/json", Some(access)).await?;
        if more.sub != profile.sub {
            tracing::warn!(provider = %self.of.name, "UserInfo tells of somebody else");
            return Err(unreadable());
        }
        Ok(Profile {
            sub: profile.sub,
            preferred_username: profile.preferred_username.or(more.preferred_username),
            name: profile.name.or(more.name),
            email: more.email,
            email_verified: more.email_verified,
        })
    }
}

#[async_trait]
impl Provider for OpenId {
    async fn begin(&self, agreed: Agreed<'_>) -> Result<String, Fault> {
        let document = self.discovery.document().await?;
        self.flow(&document)?.begin(agreed, &[("nonce", agreed.nonce)])
    }

    async fn finish(&self, answer: Answer<'_>, agreed: Agreed<'_>) -> Result<Known, Fault> {
        let document = self.discovery.document().await?;
        // An issuer that names itself in its answers must, so that nobody else's answer is taken for its own (RFC 9207).
        let named = answer.issuer.or((!document.authorization_response_iss_parameter_supported).then_some(&document.issuer));
        if named != Some(&document.issuer) {
            tracing::warn!(provider = %self.of.name, "an answer came from another issuer");
            return Err(unreadable());
        }
        let tokens = self.flow(&document)?.exchange(answer.code, agreed).await?;
        let token = tokens.id.ok_or_else(unreadable)?;
        let profile = self.profile(&document, &token, tokens.access.expose_secret(), agreed.nonce).await?;
        let mailbox = profile.email.as_deref().and_then(|email| email.split('@').next()).map(str::to_owned);
        let names: Vec<_> = [profile.preferred_username.clone(), profile.name, mailbox].into_iter().flatten().collect();
        let shown = [profile.preferred_username, profile.email.clone()].into_iter().flatten().next();
        Ok(Known {
            issuer: self.of.issuer.clone(),
            label: shown.or_else(|| names.first().cloned()).unwrap_or_else(|| profile.sub.clone()),
            subject: profile.sub,
            names,
            unverified_email: profile.email.is_some() && !profile.email_verified,
            verified_email: profile.email.filter(|_| profile.email_verified),
        })
    }
}
