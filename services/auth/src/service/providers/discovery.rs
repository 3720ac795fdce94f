//! What an OpenID Connect issuer says of itself (OpenID Connect Discovery 1.0), and the keys that it signs with.

use super::{outward::Outward, unreadable};
use chaoshub_kernel::Fault;
use jsonwebtoken::jwk::{Jwk, PublicKeyUse};
use moka::future::Cache;
use serde::Deserialize;
use serde_json::Value;
use std::{
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

/// How long what was read is believed.
const BELIEVED: Duration = Duration::from_secs(3600);

/// How soon keys are read again because a token names one that is not among them.
const AGAIN_AFTER: Duration = Duration::from_secs(30);

const JSON: &str = "application/json";

/// The issuer's own document.
#[derive(Debug, Clone, Deserialize)]
pub struct Document {
    /// What its tokens name as their issuer.
    pub issuer: String,
    /// Where people are sent.
    pub authorization_endpoint: String,
    /// Where codes are exchanged.
    pub token_endpoint: String,
    /// Where its keys are.
    pub jwks_uri: String,
    /// Where more is told of somebody.
    pub userinfo_endpoint: Option<String>,
    /// How a client may say who it is; in the header where nothing is said.
    pub token_endpoint_auth_methods_supported: Option<Vec<String>>,
    /// Whether its answers name it (RFC 9207).
    #[serde(default)]
    pub authorization_response_iss_parameter_supported: bool,
}

#[derive(Deserialize)]
struct Keys {
    keys: Vec<Value>,
}

/// One issuer, read when it is needed, by one at a time.
pub struct Discovery {
    issuer: String,
    outward: Outward,
    document: Cache<(), Arc<Document>>,
    keys: Cache<(), Arc<Vec<Jwk>>>,
    read: Mutex<Option<Instant>>,
}

impl Discovery {
    /// At the address that was configured.
    pub fn new(issuer: String, outward: Outward) -> Self {
        Self {
            issuer,
            outward,
            document: Cache::builder().max_capacity(1).time_to_live(BELIEVED).build(),
            keys: Cache::builder().max_capacity(1).time_to_live(BELIEVED).build(),
            read: Mutex::new(None),
        }
    }

    /// The document, when it is of the very issuer that was configured.
    pub async fn document(&self) -> Result<Arc<Document>, Fault> {
        self.document.try_get_with((), self.look()).await.map_err(|fault: Arc<Fault>| (*fault).clone())
    }

    async fn look(&self) -> Result<Arc<Document>, Fault> {
        let url = format!("{}/.well-known/openid-configuration", self.issuer);
        let document: Document = self.outward.get(&url, JSON, None).await?;
        if document.issuer.trim_end_matches('/') != self.issuer {
            tracing::warn!(configured = self.issuer, says = document.issuer, "an issuer calls itself otherwise");
            return Err(unreadable());
        }
        let endpoints = [&document.authorization_endpoint, &document.token_endpoint, &document.jwks_uri];
        if !endpoints.into_iter().chain(&document.userinfo_endpoint).all(|url| self.is_as_safe(url)) {
            tracing::warn!(issuer = self.issuer, "an issuer names an address without TLS");
            return Err(unreadable());
        }
        Ok(Arc::new(document))
    }

    /// What begins with TLS goes on with TLS.
    fn is_as_safe(&self, url: &str) -> bool {
        url.starts_with("https://") || (url.starts_with("http://") && self.issuer.starts_with("http://"))
    }

    /// The keys that may have signed something; asked anew when `id` is not among those that are known.
    pub async fn keys(&self, id: Option<&str>) -> Result<Arc<Vec<Jwk>>, Fault> {
        let known = self.read_keys().await?;
        let missing = id.is_some_and(|id| !known.iter().any(|key| key.common.key_id.as_deref() == Some(id)));
        if !missing || !self.may_ask_again() {
            return Ok(known);
        }
        self.keys.invalidate(&()).await;
        self.read_keys().await
    }

    async fn read_keys(&self) -> Result<Arc<Vec<Jwk>>, Fault> {
        let read = async {
            let found: Keys = self.outward.get(&self.document().await?.jwks_uri, JSON, None).await?;
            // A key of a kind that we do not know is none for us, and spoils nothing.
            let keys = found.keys.into_iter().filter_map(|key| serde_json::from_value::<Jwk>(key).ok());
            let for_signing = |key: &Jwk| !matches!(key.common.public_key_use, Some(PublicKeyUse::Encryption));
            Ok(Arc::new(keys.filter(for_signing).collect()))
        };
        self.keys.try_get_with((), read).await.map_err(|fault: Arc<Fault>| (*fault).clone())
    }

    /// A token that names any key must not make us ask at every turn.
    fn may_ask_again(&self) -> bool {
        let mut read = self.read.lock().expect("no panic happens under this lock");
        let may = read.is_none_or(|at| at.elapsed() > AGAIN_AFTER);
        if may {
            *read = Some(Instant::now());
        }
        may
    }
}
