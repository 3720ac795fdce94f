//! GitHub's OAuth and its REST API: "Authorizing OAuth apps", "Users", "Emails" in its documentation.
//! A user is known by a number; names change, and go to others.

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

const JSON: &str = "application/vnd.github+json";

/// GitHub, or a GitHub Enterprise Server.
pub struct GitHub {
    flow: Flow,
    issuer: String,
    api: String,
    outward: Outward,
}

#[derive(Deserialize)]
struct User {
    id: u64,
    login: String,
}

#[derive(Deserialize)]
struct Email {
    email: String,
    primary: bool,
    verified: bool,
}

impl GitHub {
    /// With these settings.
    pub fn new(of: &Configured, outward: Outward) -> Result<Self, String> {
        let (authorize, token) =
            (format!("{}/login/oauth/authorize", of.issuer), format!("{}/login/oauth/access_token", of.issuer));
        let flow = Flow::new(&authorize, &token, &of.client_id, &of.client_secret, Proof::Body, &of.scopes, outward.clone())?;
        let api = match of.issuer.as_str() {
            "https://github.com" => "https://api.github.com".to_owned(),
            enterprise => format!("{enterprise}/api/v3"),
        };
        Ok(Self { flow, issuer: of.issuer.clone(), api, outward })
    }
}

#[async_trait]
impl Provider for GitHub {
    async fn begin(&self, agreed: Agreed<'_>) -> Result<String, Fault> {
        self.flow.begin(agreed, &[])
    }

    async fn finish(&self, answer: Answer<'_>, agreed: Agreed<'_>) -> Result<Known, Fault> {
        let tokens = self.flow.exchange(answer.code, agreed).await?;
        let token = Some(tokens.access.expose_secret());
        let user: User = self.outward.get(&format!("{}/user", self.api), JSON, token).await?;
        // The profile's own e-mail is what somebody chose to show, verified or not; this list says which is.
        let emails: Result<Vec<Email>, _> = self.outward.get(&format!("{}/user/emails", self.api), JSON, token).await;
        let emails = match emails {
            Ok(emails) => emails,
            // Not allowed to look: there is none, for us.
            Err(fault) if fault.code == "provider-refused" => Vec::new(),
            Err(fault) => return Err(fault),
        };
        let primary = emails.iter().find(|one| one.primary);
        Ok(Known {
            issuer: self.issuer.clone(),
            subject: user.id.to_string(),
            label: user.login.clone(),
            names: vec![user.login],
            verified_email: primary.filter(|one| one.verified).map(|one| one.email.clone()),
            unverified_email: primary.is_some_and(|one| !one.verified),
        })
    }
}
