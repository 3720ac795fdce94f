//! What the settings of providers say together: which are configured wholly, and what does not go together.

use super::providers::{BITBUCKET, GOOGLE, Providers};
use chaoshub_kernel::Slug;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use std::path::{Path, PathBuf};

/// The scopes that an OpenID Connect issuer is asked for unless the file says otherwise.
const OIDC_SCOPES: [&str; 3] = ["openid", "profile", "email"];

/// How a provider is spoken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// GitHub's OAuth, and its API.
    GitHub,
    /// Bitbucket's OAuth, and its API.
    Bitbucket,
    /// OpenID Connect, by discovery.
    OpenId,
}

/// A provider that is configured wholly.
#[derive(Debug, Clone)]
pub struct Configured {
    /// Its name in addresses.
    pub name: Slug,
    /// Its name on its button.
    pub title: String,
    /// How it is spoken to.
    pub dialect: Dialect,
    /// Its address, without a slash at the end; identities are kept under it.
    pub issuer: String,
    /// Who we are to it.
    pub client_id: String,
    /// What proves that.
    pub client_secret: SecretString,
    /// What it is asked for.
    pub scopes: Vec<String>,
}

/// The file of issuers.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    issuer: Vec<Issuer>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Issuer {
    name: Slug,
    title: String,
    issuer: String,
    client_id: String,
    client_secret: Option<SecretString>,
    client_secret_file: Option<PathBuf>,
    scopes: Option<Vec<String>>,
}

impl Providers {
    /// Those that are configured, in the order of their buttons; or one line that says what does not go together.
    pub fn configured(&self) -> Result<Vec<Configured>, String> {
        use Dialect::{Bitbucket, GitHub, OpenId};
        let google = self.google_url.as_deref().unwrap_or(GOOGLE);
        let bitbucket = self.bitbucket_url.as_deref().unwrap_or(BITBUCKET);
        let named = [
            (
                "github",
                "GitHub",
                GitHub,
                &*self.github_url,
                &self.github_client_id,
                &self.github_client_secret,
                &self.github_client_secret_file,
            ),
            (
                "gitlab",
                "GitLab",
                OpenId,
                &*self.gitlab_url,
                &self.gitlab_client_id,
                &self.gitlab_client_secret,
                &self.gitlab_client_secret_file,
            ),
            (
                "google",
                "Google",
                OpenId,
                google,
                &self.google_client_id,
                &self.google_client_secret,
                &self.google_client_secret_file,
            ),
            (
                "bitbucket",
                "Bitbucket",
                Bitbucket,
                bitbucket,
                &self.bitbucket_client_id,
                &self.bitbucket_client_secret,
                &self.bitbucket_client_secret_file,
            ),
        ];
        let mut all = Vec::new();
        for (name, title, dialect, url, id, secret, file) in named {
            let said = |what: String| format!("the settings of {title}: {what}");
            let id = id.as_deref().map(str::trim).filter(|id| !id.is_empty());
            let secret = secret_of(secret.as_ref(), file.as_deref()).map_err(said)?;
            let (client_id, client_secret) = match (id, secret) {
                (Some(id), Some(secret)) => (id.to_owned(), secret),
                (None, None) => continue,
                (Some(_), None) => return Err(said("there is a client id and no secret".to_owned())),
                (None, Some(_)) => return Err(said("there is a secret and no client id".to_owned())),
            };
            let scopes = match dialect {
                GitHub => vec!["user:email".to_owned()],
                Bitbucket => vec!["account".to_owned(), "email".to_owned()],
                OpenId => OIDC_SCOPES.map(str::to_owned).to_vec(),
            };
            let name = name.parse().expect("a name of ours is a slug");
            let issuer = address(url).map_err(said)?;
            all.push(Configured { name, title: title.to_owned(), dialect, issuer, client_id, client_secret, scopes });
        }
        if let Some(path) = self.oidc_file.as_deref().filter(|path| !path.as_os_str().is_empty()) {
            all.extend(issuers(path).map_err(|what| format!("{}: {what}", path.display()))?);
        }
        for (at, one) in all.iter().enumerate() {
            if all[..at].iter().any(|other| other.name == one.name) {
                return Err(format!("two providers are called `{}`; give one of them another name", one.name));
            }
            if all[..at].iter().any(|other| other.issuer == one.issuer) {
                return Err(format!("two providers are the issuer {}; leave one of them out", one.issuer));
            }
        }
        Ok(all)
    }
}

fn issuers(path: &Path) -> Result<Vec<Configured>, String> {
    let text = std::fs::read_to_string(path).map_err(|cause| cause.to_string())?;
    let file: File = toml::from_str(&text).map_err(|cause| cause.message().to_owned())?;
    let configured = |one: Issuer| {
        let said = |what: String| format!("issuer `{}`: {what}", one.name);
        let secret = secret_of(one.client_secret.as_ref(), one.client_secret_file.as_deref()).map_err(said)?;
        let mut scopes = one.scopes.unwrap_or_else(|| OIDC_SCOPES.map(str::to_owned).to_vec());
        if !scopes.iter().any(|scope| scope == "openid") {
            scopes.insert(0, "openid".to_owned());
        }
        let client_secret = secret.ok_or_else(|| said("give client_secret or client_secret_file".to_owned()))?;
        let issuer = address(&one.issuer).map_err(said)?;
        if one.title.trim().is_empty() || one.client_id.trim().is_empty() {
            return Err(said("title and client_id are not empty".to_owned()));
        }
        Ok(Configured {
            issuer,
            name: one.name,
            title: one.title,
            dialect: Dialect::OpenId,
            client_id: one.client_id,
            client_secret,
            scopes,
        })
    };
    file.issuer.into_iter().map(configured).collect()
}

/// The secret that was given itself, or that stands in a file.
fn secret_of(given: Option<&SecretString>, file: Option<&Path>) -> Result<Option<SecretString>, String> {
    let given = given.filter(|secret| !secret.expose_secret().trim().is_empty());
    let file = file.filter(|path| !path.as_os_str().is_empty());
    let read = |path: &Path| {
        let text = std::fs::read_to_string(path).map_err(|cause| format!("{}: {cause}", path.display()))?;
        let secret = text.trim();
        if secret.is_empty() { Err(format!("{} is empty", path.display())) } else { Ok(SecretString::from(secret)) }
    };
    match (given, file) {
        (Some(_), Some(_)) => Err("give the secret or the file that holds it, not both".to_owned()),
        (Some(secret), None) => Ok(Some(secret.clone())),
        (None, Some(path)) => read(path).map(Some),
        (None, None) => Ok(None),
    }
}

/// An address of a provider without the slash at its end.
fn address(text: &str) -> Result<String, String> {
    let url: oauth2::url::Url = text.trim().parse().map_err(|_| format!("`{text}` is not an address"))?;
    let plain = matches!(url.scheme(), "https" | "http") && url.query().is_none() && url.fragment().is_none();
    match url.host_str() {
        Some(_) if plain && url.username().is_empty() => Ok(text.trim().trim_end_matches('/').to_owned()),
        _ => Err(format!("`{text}` is not an address such as https://id.example.org")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(text: &str) -> Result<Vec<Configured>, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("issuers.toml");
        std::fs::write(&path, text).unwrap();
        Providers { oidc_file: Some(path), ..Providers::default() }.configured()
    }

    #[test]
    fn a_provider_is_there_when_it_is_configured_wholly_and_not_before() {
        assert!(Providers::default().configured().unwrap().is_empty());
        let half = Providers { github_client_id: Some("id".to_owned()), ..Providers::default() };
        assert_eq!(half.configured().unwrap_err(), "the settings of GitHub: there is a client id and no secret");
        let whole = Providers { github_client_secret: Some("hush".into()), ..half.clone() };
        assert_eq!(whole.configured().unwrap()[0].issuer, "https://github.com");
        assert!(!format!("{whole:?}").contains("hush"));
        let empty = Providers { github_client_id: Some(" ".to_owned()), google_client_secret: Some("".into()), ..half };
        assert!(empty.configured().unwrap().is_empty());
    }

    #[test]
    fn a_secret_may_stand_in_a_file_but_not_in_both() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        std::fs::write(&path, "from the file\n").unwrap();
        let own = Providers {
            gitlab_client_id: Some("id".to_owned()),
            gitlab_client_secret_file: Some(path),
            gitlab_url: "https://git.example.org/".to_owned(),
            ..Providers::default()
        };
        let read = own.configured().unwrap().remove(0);
        assert_eq!((read.client_secret.expose_secret(), &*read.issuer), ("from the file", "https://git.example.org"));
        let both = Providers { gitlab_client_secret: Some("again".into()), ..own };
        assert!(both.configured().unwrap_err().contains("not both"));
    }

    #[test]
    fn the_file_of_issuers_is_read_and_says_in_one_line_what_is_wrong() {
        let good = "[[issuer]]\nname = 'keycloak'\ntitle = 'Our Keycloak'\nissuer = 'https://id.example.org/realms/all/'\n\
            client_id = 'hub'\nclient_secret = 'hush'\nscopes = ['email']\n";
        let one = written(good).unwrap().remove(0);
        assert_eq!(
            (one.issuer.as_str(), one.scopes),
            ("https://id.example.org/realms/all", vec!["openid".to_owned(), "email".to_owned()])
        );
        for (wrong, word) in [
            (good.replace("https://", "ldap://"), "such as https"),
            (good.replace("client_secret", "secret"), "unknown field"),
            (good.replace("'hush'", "''"), "give client_secret"),
            (good.replace("keycloak", "Key Cloak"), "lower-case"),
            (good.repeat(2), "two providers"),
            ("[[issuer".to_owned(), ""),
        ] {
            let said = written(&wrong).unwrap_err();
            assert!(said.contains(word) && !said.contains('\n') && !said.contains("hush"), "{said}");
        }
        assert!(Providers { oidc_file: Some("/nowhere".into()), ..Providers::default() }.configured().is_err());
    }
}
