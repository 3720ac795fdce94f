//! The settings of signing in with an account that somebody has elsewhere, and of who may make an account here.

use clap::{Args, ValueEnum};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use utoipa::ToSchema;

/// Who may make an account without an administrator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum SignUp {
    /// Anybody.
    Open,
    /// Whoever has an invitation to a workspace.
    #[default]
    Invitation,
    /// Whoever has an e-mail address in one of the allowed domains, verified by the provider.
    Domains,
    /// Nobody.
    Closed,
}

/// Where people may come from.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Signing in with accounts elsewhere")]
#[group(id = "providers")]
pub struct Providers {
    /// Who may make an account without an administrator. Whoever has an account may run code here: see
    /// docs/SECURITY.md.
    #[arg(long, env = "CHAOSHUB_SIGN_UP", value_name = "POLICY", value_enum, default_value_t)]
    pub sign_up: SignUp,

    /// Domains of e-mail addresses that may, separated by commas; with `--sign-up domains`.
    #[arg(long, env = "CHAOSHUB_SIGN_UP_DOMAINS", value_name = "DOMAINS", value_delimiter = ',')]
    pub sign_up_domains: Vec<String>,

    /// Seconds that a provider may take, in all, until somebody is told that it does not answer.
    #[arg(long, env = "CHAOSHUB_SIGN_IN_PROVIDER_SECONDS", value_name = "SECONDS", default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=25))]
    pub sign_in_provider_seconds: u64,

    /// The OAuth application at GitHub; its callback is <public address>/api/v1/auth/providers/github/callback.
    #[arg(long, env = "CHAOSHUB_GITHUB_CLIENT_ID", value_name = "ID")]
    pub github_client_id: Option<String>,
    /// Its secret. Better in the environment or a file: the process list shows options.
    #[arg(long, env = "CHAOSHUB_GITHUB_CLIENT_SECRET", value_name = "SECRET", hide_env_values = true)]
    pub github_client_secret: Option<SecretString>,
    /// A file that holds the secret.
    #[arg(long, env = "CHAOSHUB_GITHUB_CLIENT_SECRET_FILE", value_name = "FILE")]
    pub github_client_secret_file: Option<PathBuf>,
    /// GitHub itself, or a GitHub Enterprise Server.
    #[arg(long, env = "CHAOSHUB_GITHUB_URL", value_name = "URL", default_value = GITHUB)]
    pub github_url: String,

    /// The application at GitLab, with the scopes openid, profile and email; its callback is
    /// <public address>/api/v1/auth/providers/gitlab/callback.
    #[arg(long, env = "CHAOSHUB_GITLAB_CLIENT_ID", value_name = "ID")]
    pub gitlab_client_id: Option<String>,
    /// Its secret.
    #[arg(long, env = "CHAOSHUB_GITLAB_CLIENT_SECRET", value_name = "SECRET", hide_env_values = true)]
    pub gitlab_client_secret: Option<SecretString>,
    /// A file that holds the secret.
    #[arg(long, env = "CHAOSHUB_GITLAB_CLIENT_SECRET_FILE", value_name = "FILE")]
    pub gitlab_client_secret_file: Option<PathBuf>,
    /// gitlab.com, or a GitLab of one's own.
    #[arg(long, env = "CHAOSHUB_GITLAB_URL", value_name = "URL", default_value = GITLAB)]
    pub gitlab_url: String,

    /// The OAuth client at Google; its redirect address is
    /// <public address>/api/v1/auth/providers/google/callback.
    #[arg(long, env = "CHAOSHUB_GOOGLE_CLIENT_ID", value_name = "ID")]
    pub google_client_id: Option<String>,
    /// Its secret.
    #[arg(long, env = "CHAOSHUB_GOOGLE_CLIENT_SECRET", value_name = "SECRET", hide_env_values = true)]
    pub google_client_secret: Option<SecretString>,
    /// A file that holds the secret.
    #[arg(long, env = "CHAOSHUB_GOOGLE_CLIENT_SECRET_FILE", value_name = "FILE")]
    pub google_client_secret_file: Option<PathBuf>,
    /// Where Google is: a double, in tests.
    #[arg(skip)]
    pub google_url: Option<String>,

    /// The OAuth consumer at Bitbucket, with the permissions to read account and e-mail; its callback is
    /// <public address>/api/v1/auth/providers/bitbucket/callback.
    #[arg(long, env = "CHAOSHUB_BITBUCKET_CLIENT_ID", value_name = "ID")]
    pub bitbucket_client_id: Option<String>,
    /// Its secret.
    #[arg(long, env = "CHAOSHUB_BITBUCKET_CLIENT_SECRET", value_name = "SECRET", hide_env_values = true)]
    pub bitbucket_client_secret: Option<SecretString>,
    /// A file that holds the secret.
    #[arg(long, env = "CHAOSHUB_BITBUCKET_CLIENT_SECRET_FILE", value_name = "FILE")]
    pub bitbucket_client_secret_file: Option<PathBuf>,
    /// Where Bitbucket is: a double, in tests.
    #[arg(skip)]
    pub bitbucket_url: Option<String>,

    /// A TOML file of OpenID Connect issuers; docs/OPERATIONS.md says how it is written.
    #[arg(long, env = "CHAOSHUB_OIDC_FILE", value_name = "FILE")]
    pub oidc_file: Option<PathBuf>,
}

const GITHUB: &str = "https://github.com";
const GITLAB: &str = "https://gitlab.com";
pub(super) const GOOGLE: &str = "https://accounts.google.com";
pub(super) const BITBUCKET: &str = "https://bitbucket.org";

impl Default for Providers {
    fn default() -> Self {
        Self {
            sign_up: SignUp::default(),
            sign_up_domains: Vec::new(),
            sign_in_provider_seconds: 10,
            github_client_id: None,
            github_client_secret: None,
            github_client_secret_file: None,
            github_url: GITHUB.to_owned(),
            gitlab_client_id: None,
            gitlab_client_secret: None,
            gitlab_client_secret_file: None,
            gitlab_url: GITLAB.to_owned(),
            google_client_id: None,
            google_client_secret: None,
            google_client_secret_file: None,
            google_url: None,
            bitbucket_client_id: None,
            bitbucket_client_secret: None,
            bitbucket_client_secret_file: None,
            bitbucket_url: None,
            oidc_file: None,
        }
    }
}

impl Providers {
    /// The domains that may make accounts, in lower case.
    pub fn domains(&self) -> Result<Vec<String>, String> {
        let plain = |text: &String| text.trim().trim_start_matches('@').to_lowercase();
        let domains: Vec<_> = self.sign_up_domains.iter().map(plain).filter(|domain| !domain.is_empty()).collect();
        match (self.sign_up, domains.is_empty()) {
            (SignUp::Domains, true) => Err("name the domains that may make accounts with --sign-up-domains".to_owned()),
            (SignUp::Domains, false) | (_, true) => Ok(domains),
            (_, false) => Err("--sign-up-domains is for `--sign-up domains` alone".to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn domains_are_named_when_they_decide_and_only_then() {
        let policy = |sign_up, domains: &[&str]| {
            let sign_up_domains = domains.iter().map(|&one| one.to_owned()).collect();
            Providers { sign_up, sign_up_domains, ..Providers::default() }.domains()
        };
        assert_eq!(policy(SignUp::Domains, &[" @Example.ORG", ""]), Ok(vec!["example.org".to_owned()]));
        assert!(policy(SignUp::Domains, &[""]).is_err() && policy(SignUp::Open, &["a.example"]).is_err());
        assert_eq!(policy(SignUp::Closed, &[]), Ok(Vec::new()));
    }
}
