//! OAuth without OpenID Connect: who somebody is, is asked of the provider's own API.

use super::{
    Agreed, Answer, Known, Provider,
    code::{Flow, Proof},
    outward::Outward,
};
use crate::config::Configured;
use async_trait::async_trait;
use chaoshub_kernel::Fault;
use secrecy::ExposeSecret;
use serde::de::DeserializeOwned;
use std::marker::PhantomData;

/// What such a provider has of its own.
pub trait Api: Send + Sync + 'static {
    /// Where people agree, below the issuer.
    const AUTHORIZE: &'static str;
    /// Where codes are exchanged, below the issuer.
    const TOKEN: &'static str;
    /// How we say there who we are.
    const PROOF: Proof;
    /// Where somebody's profile is, below the API.
    const USER: &'static str;
    /// Where their e-mail addresses are, below the API.
    const EMAILS: &'static str;
    /// The form in which both are asked for.
    const ACCEPT: &'static str;
    /// A profile.
    type User: DeserializeOwned + Send;
    /// E-mail addresses.
    type Emails: DeserializeOwned + Send;

    /// Where the API of an issuer is.
    fn at(issuer: &str) -> String;

    /// Who it is there, for ever, and what they are called, best first.
    fn person(user: Self::User) -> (String, Vec<String>);

    /// The primary address, and whether it was verified.
    fn primary(emails: Self::Emails) -> Option<(String, bool)>;
}

/// One provider.
pub struct OAuth<A> {
    flow: Flow,
    issuer: String,
    api: String,
    outward: Outward,
    of: PhantomData<A>,
}

impl<A: Api> OAuth<A> {
    /// With these settings.
    pub fn new(of: &Configured, outward: Outward) -> Result<Self, String> {
        let (authorize, token) = (format!("{}{}", of.issuer, A::AUTHORIZE), format!("{}{}", of.issuer, A::TOKEN));
        let flow = Flow::new(&authorize, &token, &of.client_id, &of.client_secret, A::PROOF, &of.scopes, outward.clone())?;
        Ok(Self { flow, issuer: of.issuer.clone(), api: A::at(&of.issuer), outward, of: PhantomData })
    }

    async fn get<T: DeserializeOwned>(&self, path: &str, token: &str) -> Result<T, Fault> {
        self.outward.get(&format!("{}{path}", self.api), A::ACCEPT, Some(token)).await
    }
}

#[async_trait]
impl<A: Api> Provider for OAuth<A> {
    async fn begin(&self, agreed: Agreed<'_>) -> Result<String, Fault> {
        self.flow.begin(agreed, &[])
    }

    async fn finish(&self, answer: Answer<'_>, agreed: Agreed<'_>) -> Result<Known, Fault> {
        let tokens = self.flow.exchange(answer.code, agreed).await?;
        let token = tokens.access.expose_secret();
        let (subject, names) = A::person(self.get(A::USER, token).await?);
        let primary = match self.get(A::EMAILS, token).await {
            Ok(emails) => A::primary(emails),
            // Not allowed to look: there is none, for us.
            Err(fault) if fault.code == "provider-refused" => None,
            Err(fault) => return Err(fault),
        };
        Ok(Known {
            issuer: self.issuer.clone(),
            label: names.first().unwrap_or(&subject).clone(),
            subject,
            names,
            unverified_email: primary.as_ref().is_some_and(|(_, verified)| !verified),
            verified_email: primary.filter(|(_, verified)| *verified).map(|(email, _)| email),
        })
    }
}
