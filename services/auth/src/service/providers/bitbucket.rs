//! Bitbucket Cloud's OAuth and its REST API: "Use OAuth on Bitbucket Cloud", "Users" in its documentation.
//! A user is known by a UUID; nicknames and addresses change.

use super::{code::Proof, oauth::Api};
use serde::Deserialize;

/// Bitbucket Cloud.
pub struct Bitbucket;

#[derive(Deserialize)]
pub struct User {
    uuid: String,
    nickname: Option<String>,
    display_name: Option<String>,
}

#[derive(Deserialize)]
pub struct Emails {
    #[serde(default)]
    values: Vec<Email>,
}

#[derive(Deserialize)]
struct Email {
    email: String,
    is_primary: bool,
    is_confirmed: bool,
}

impl Api for Bitbucket {
    const AUTHORIZE: &'static str = "/site/oauth2/authorize";
    const TOKEN: &'static str = "/site/oauth2/access_token";
    const PROOF: Proof = Proof::Basic;
    const USER: &'static str = "/2.0/user";
    const EMAILS: &'static str = "/2.0/user/emails";
    const ACCEPT: &'static str = "application/json";
    type User = User;
    type Emails = Emails;

    fn at(issuer: &str) -> String {
        match issuer {
            "https://bitbucket.org" => "https://api.bitbucket.org".to_owned(),
            elsewhere => elsewhere.to_owned(),
        }
    }

    fn person(user: User) -> (String, Vec<String>) {
        (user.uuid, [user.nickname, user.display_name].into_iter().flatten().collect())
    }

    fn primary(emails: Emails) -> Option<(String, bool)> {
        emails.values.into_iter().find(|one| one.is_primary).map(|one| (one.email, one.is_confirmed))
    }
}
