//! GitHub's OAuth and its REST API: "Authorizing OAuth apps", "Users", "Emails" in its documentation.
//! A user is known by a number; names change, and go to others.

use super::{code::Proof, oauth::Api};
use serde::Deserialize;

/// GitHub, or a GitHub Enterprise Server.
pub struct GitHub;

#[derive(Deserialize)]
pub struct User {
    id: u64,
    login: String,
}

#[derive(Deserialize)]
pub struct Email {
    email: String,
    primary: bool,
    verified: bool,
}

impl Api for GitHub {
    const AUTHORIZE: &'static str = "/login/oauth/authorize";
    const TOKEN: &'static str = "/login/oauth/access_token";
    const PROOF: Proof = Proof::Body;
    const USER: &'static str = "/user";
    // The profile's own e-mail is what somebody chose to show, verified or not; this list says which is.
    const EMAILS: &'static str = "/user/emails";
    const ACCEPT: &'static str = "application/vnd.github+json";
    type User = User;
    type Emails = Vec<Email>;

    fn at(issuer: &str) -> String {
        match issuer {
            "https://github.com" => "https://api.github.com".to_owned(),
            enterprise => format!("{enterprise}/api/v3"),
        }
    }

    fn person(user: User) -> (String, Vec<String>) {
        (user.id.to_string(), vec![user.login])
    }

    fn primary(emails: Vec<Email>) -> Option<(String, bool)> {
        emails.into_iter().find(|one| one.primary).map(|one| (one.email, one.verified))
    }
}
