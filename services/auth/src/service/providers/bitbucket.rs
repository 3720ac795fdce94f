//! Bitbucket Cloud's OAuth and its REST API: "Use OAuth on Bitbucket Cloud", "Users" in its documentation.
//! A user is known by a UUID; nicknames and addresses change.

use super::{
    Agreed, Answer, Known, Provider,
    code::{Flow, Proof},
    outward::Outward,
};
use crate::config::Configured;
use async_trait::async_trait;
use chaoshub_kernel::Fault;
use secrecy::ExposeSecret;
use serde::Deserialize;

const JSON: &str = "application/json";

/// Bitbucket Cloud.
pub struct Bitbucket {
    flow: Flow,
    issuer: String,
    api: String,
    outward: Outward,
}

#[derive(Deserialize)]
struct User {
    uuid: String,
    nickname: Option<String>,
    display_name: Option<String>,
}

#[derive(Deserialize)]
struct Emails {
    #[serde(default)]
    values: Vec<Email>,
}

#[derive(Deserialize)]
struct Email {
    email: String,
    is_primary: bool,
    is_confirmed: bool,
}

impl Bitbucket {
    /// With these settings.
    pub fn new(of: &Configured, outward: Outward) -> Result<Self, String> {
        let (authorize, token) =
            (format!("{}/site/oauth2/authorize", of.issuer), format!("{}/site/oauth2/access_token", of.issuer));
        let flow = Flow::new(&authorize, &token, &of.client_id, &of.client_secret, Proof::Basic, &of.scopes, outward.clone())?;
        let api = match of.issuer.as_str() {
            "https://bitbucket.org" => "https://api.bitbucket.org".to_owned(),
            elsewhere => elsewhere.to_owned(),
        };
        Ok(Self { flow, issuer: of.issuer.clone(), api, outward })
    }
}

#[async_trait]
impl Provider for Bitbucket {
    async fn begin(&self, agreed: Agreed<'_>) -> Result<String, Fault> {
        self.flow.begin(agreed, &[])
    }

    async fn finish(&self, answer: Answer<'_>, agreed: Agreed<'_>) -> Result<Known, Fault> {
        let tokens = self.flow.exchange(answer.code, agreed).await?;
        let token = Some(tokens.access.expose_secret());
        let user: User = self.outward.get(&format!("{}/2.0/user", self.api), JSON, token).await?;
        let emails: Result<Emails, _> = self.outward.get(&format!("{}/2.0/user/emails", self.api), JSON, token).await;
        let emails = match emails {
            Ok(emails) => emails.values,
            // The consumer lacks the permission to read e-mail addresses.
            Err(fault) if fault.code == "provider-refused" => Vec::new(),
            Err(fault) => return Err(fault),
        };
        let primary = emails.iter().find(|one| one.is_primary);
        let names: Vec<_> = [user.nickname, user.display_name].into_iter().flatten().collect();
        Ok(Known {
            issuer: self.issuer.clone(),
            label: names.first().cloned().unwrap_or_else(|| user.uuid.clone()),
            subject: user.uuid,
            names,
            verified_email: primary.filter(|one| one.is_confirmed).map(|one| one.email.clone()),
            unverified_email: primary.is_some_and(|one| !one.is_confirmed),
        })
    }
}
