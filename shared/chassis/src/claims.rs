//! Believing claims: their form as JWT, and verifying them against the keys that auth publishes.

mod signing;

pub use signing::SigningKey;

use chaoshub_facade::auth::{Auth, KeySet, Proof};
use chaoshub_kernel::{AccountId, Bearer, Clock, Fault, Scopes, SignedClaim, UserClaim, WorkspaceId};
use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, jwk::JwkSet};
use serde::{Deserialize, Serialize};
use std::{collections::HashMap, sync::Arc, time::Duration};
use tokio::{
    sync::{Mutex, RwLock},
    time::Instant,
};

/// How long before its end a service gets itself a new claim.
const RENEW_BEFORE: TimeDelta = TimeDelta::seconds(60);

/// How soon auth is asked again because of a key that is not known: how late a new key is, at the most.
const ASK_AGAIN: Duration = Duration::from_secs(5);

/// How many verified claims are remembered; an Ed25519 verification costs about 30 µs.
const REMEMBERED: u64 = 10_000;

/// The claim as RFC 7519 writes it.
#[derive(Serialize, Deserialize)]
struct Wire {
    iss: String,
    aud: String,
    sub: Option<AccountId>,
    name: String,
    bearer: Bearer,
    admin: bool,
    scope: Scopes,
    workspace: Option<WorkspaceId>,
    exp: i64,
}

/// Verifies signature, expiry, issuer and audience of claims.
#[derive(Clone)]
pub struct Verifier {
    inner: Arc<Inner>,
}

struct Inner {
    clock: Arc<dyn Clock>,
    auth: Option<Arc<dyn Auth>>,
    keys: RwLock<Option<Keys>>,
    /// When auth was last asked for keys.
    asked: Mutex<Option<Instant>>,
    verified: moka::sync::Cache<SignedClaim, Arc<UserClaim>>,
}

struct Keys {
    installation: String,
    by_id: HashMap<String, DecodingKey>,
}

impl Verifier {
    /// A verifier that asks auth for the keys, at first and whenever it meets an unknown one.
    #[must_use]
    pub fn of(auth: Arc<dyn Auth>, clock: Arc<dyn Clock>) -> Self {
        Self::build(Some(auth), None, clock)
    }

    /// A verifier with keys that do not change: auth's own.
    ///
    /// # Errors
    /// When the set holds something that is not an Ed25519 key.
    pub fn with_keys(keys: &KeySet, clock: Arc<dyn Clock>) -> Result<Self, Fault> {
        Ok(Self::build(None, Some(Keys::read(keys)?), clock))
    }

    fn build(auth: Option<Arc<dyn Auth>>, keys: Option<Keys>, clock: Arc<dyn Clock>) -> Self {
        let verified = moka::sync::Cache::new(REMEMBERED);
        Self { inner: Arc::new(Inner { clock, auth, keys: RwLock::new(keys), asked: Mutex::default(), verified }) }
    }

    /// Who asks, if the claim is good.
    ///
    /// # Errors
    /// `invalid-claim` or `claim-expired`; whatever auth answers when its keys are needed and do not come.
    pub async fn verify(&self, signed: &SignedClaim) -> Result<Arc<UserClaim>, Fault> {
        let claim = match self.inner.verified.get(signed) {
            Some(claim) => claim,
            None => {
                let claim = Arc::new(self.read(signed).await?);
                self.inner.verified.insert(signed.clone(), claim.clone());
                claim
            }
        };
        if claim.expires_at <= self.inner.clock.now() {
            return Err(Fault::unauthenticated("claim-expired", "the claim has expired; renew it"));
        }
        Ok(claim)
    }

    async fn read(&self, signed: &SignedClaim) -> Result<UserClaim, Fault> {
        let invalid = || Fault::unauthenticated("invalid-claim", "the claim is not one of this installation");
        let header = jsonwebtoken::decode_header(signed.as_jwt()).map_err(|_| invalid())?;
        let key_id = header.kid.ok_or_else(invalid)?;
        if !self.knows(&key_id).await {
            self.look_for(&key_id).await?;
        }
        let keys = self.inner.keys.read().await;
        let keys = keys.as_ref().ok_or_else(invalid)?;
        let key = keys.by_id.get(&key_id).ok_or_else(invalid)?;
        let mut rules = Validation::new(Algorithm::EdDSA);
        rules.set_issuer(&[&keys.installation]);
        rules.set_audience(&[&keys.installation]);
        rules.set_required_spec_claims(&["iss", "aud", "exp"]);
        // Expiry is checked against our own clock on every call, also for remembered claims.
        rules.validate_exp = false;
        let wire = jsonwebtoken::decode::<Wire>(signed.as_jwt(), key, &rules).map_err(|_| invalid())?.claims;
        Ok(UserClaim {
            installation: wire.iss,
            account: wire.sub,
            name: wire.name,
            bearer: wire.bearer,
            admin: wire.admin,
            ceiling: wire.scope,
            workspace: wire.workspace,
            expires_at: DateTime::<Utc>::from_timestamp(wire.exp, 0).ok_or_else(invalid)?,
        })
    }

    async fn knows(&self, key_id: &str) -> bool {
        self.inner.keys.read().await.as_ref().is_some_and(|keys| keys.by_id.contains_key(key_id))
    }

    /// Asks auth for its keys, because of one that is not known: anybody can name any, so one at a time, and once keys are
    /// known, seldom.
    async fn look_for(&self, key_id: &str) -> Result<(), Fault> {
        let mut asked = self.inner.asked.lock().await;
        let lately = asked.is_some_and(|at| at.elapsed() < ASK_AGAIN);
        let known = self.inner.keys.read().await.is_some();
        if (lately && known) || self.knows(key_id).await {
            return Ok(());
        }
        // Also when it fails: who cannot answer is not asked more often.
        *asked = Some(Instant::now());
        self.fetch().await
    }

    async fn fetch(&self) -> Result<(), Fault> {
        let Some(auth) = &self.inner.auth else { return Ok(()) };
        let keys = Keys::read(&auth.keys().await?)?;
        *self.inner.keys.write().await = Some(keys);
        Ok(())
    }
}

impl Keys {
    fn read(set: &KeySet) -> Result<Self, Fault> {
        let broken = |_| Fault::unavailable("invalid-keys", "auth published keys that cannot be read");
        let jwks: JwkSet = serde_json::from_value(set.jwks.clone()).map_err(broken)?;
        let mut by_id = HashMap::new();
        for jwk in &jwks.keys {
            let key = DecodingKey::from_jwk(jwk)
                .map_err(|_| Fault::unavailable("invalid-keys", "auth published keys that cannot be read"))?;
            by_id.insert(jwk.common.key_id.clone().unwrap_or_default(), key);
        }
        Ok(Self { installation: set.installation.clone(), by_id })
    }
}

/// A service's own identity: the claim that it asks the others with, renewed before it ends.
#[derive(Clone)]
pub struct ServiceIdentity {
    service: &'static str,
    key: Arc<str>,
    auth: Arc<dyn Auth>,
    verifier: Verifier,
    clock: Arc<dyn Clock>,
    held: Arc<RwLock<Option<Held>>>,
}

/// A claim, and when it ends.
type Held = (SignedClaim, DateTime<Utc>);

impl ServiceIdentity {
    /// The identity of `service`, proven with the installation's internal key.
    #[must_use]
    pub fn new(service: &'static str, key: Arc<str>, auth: Arc<dyn Auth>, verifier: Verifier, clock: Arc<dyn Clock>) -> Self {
        Self { service, key, auth, verifier, clock, held: Arc::default() }
    }

    /// The service that this is.
    #[must_use]
    pub const fn service(&self) -> &'static str {
        self.service
    }

    /// A claim that is good for at least another minute.
    ///
    /// # Errors
    /// What auth answers.
    pub async fn claim(&self) -> Result<SignedClaim, Fault> {
        let fresh = |ends: DateTime<Utc>| ends - RENEW_BEFORE > self.clock.now();
        if let Some((claim, ends)) = &*self.held.read().await
            && fresh(*ends)
        {
            return Ok(claim.clone());
        }
        let proof = Proof::InternalKey { service: self.service.to_owned(), key: self.key.to_string() };
        let claim = self.auth.exchange(proof).await?;
        let ends = self.verifier.verify(&claim).await?.expires_at;
        *self.held.write().await = Some((claim.clone(), ends));
        Ok(claim)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use async_trait::async_trait;
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    use chaoshub_facade::{
        auth::RemoteAuth,
        wire::{Question, Wire},
    };
    use chaoshub_kernel::SystemClock;
    use std::sync::atomic::{AtomicU32, Ordering};

    /// Auth, as far as it publishes keys.
    struct Publishes {
        keys: KeySet,
        asked: AtomicU32,
    }

    #[async_trait]
    impl Wire for Publishes {
        async fn ask(&self, question: Question<'_>) -> Result<Vec<u8>, Fault> {
            assert_eq!(question.verb, "keys");
            self.asked.fetch_add(1, Ordering::Relaxed);
            Ok(serde_json::to_vec(&self.keys).unwrap())
        }

        fn service(&self) -> &'static str {
            "auth"
        }
    }

    fn forged(key_id: &str) -> SignedClaim {
        let part = |json: serde_json::Value| URL_SAFE_NO_PAD.encode(json.to_string());
        let header = part(serde_json::json!({"alg": "EdDSA", "typ": "JWT", "kid": key_id}));
        SignedClaim::from_jwt(format!("{header}.{}.{}", part(serde_json::json!({})), URL_SAFE_NO_PAD.encode([0; 64])))
    }

    #[tokio::test]
    async fn keys_that_nobody_knows_do_not_keep_auth_busy() {
        let key = SigningKey::generate();
        let publishes = Arc::new(Publishes { keys: key.key_set("one"), asked: AtomicU32::new(0) });
        let verifier = Verifier::of(Arc::new(RemoteAuth::over(publishes.clone())), Arc::new(SystemClock));
        let claims: Vec<_> = (0..100).map(|n| forged(&n.to_string())).collect();
        let answers = futures::future::join_all(claims.iter().map(|claim| verifier.verify(claim))).await;
        assert!(answers.iter().all(|answer| answer.as_ref().is_err_and(|fault| fault.code == "invalid-claim")), "{answers:?}");
        assert!(publishes.asked.load(Ordering::Relaxed) <= 2, "{}", publishes.asked.load(Ordering::Relaxed));
    }
}
