//! Claims that somebody else has signed.

use crate::world::{Hub, hub, named};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chaoshub_chassis::claims::SigningKey;
use chaoshub_kernel::{Clock, Role, SignedClaim, UserClaim};
use chaoshub_testkit::http::get;
use chrono::TimeDelta;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::Value;

/// The content of a good claim, for a forger to begin with.
async fn content(hub: &Hub) -> (SignedClaim, UserClaim) {
    hub.workspace("payments").await;
    let ada = hub.somebody("ada").await;
    hub.role("ada", "payments", Role::Viewer).await;
    let content = hub.service.verifier.verify(&ada.claim).await.unwrap();
    (ada.claim, (*content).clone())
}

async fn is_refused(hub: &Hub, forged: &SignedClaim) {
    let refused = hub.service.facade.access(forged, named("acme/payments")).await.unwrap_err();
    assert_eq!(refused.code, "invalid-claim");
    let reply = hub.call(get("/api/v1/me").claim(forged)).await;
    assert_eq!((reply.status.as_u16(), reply.code()), (401, "invalid-claim"));
}

#[tokio::test]
async fn the_public_key_signs_nothing() {
    let hub = hub().await;
    let (good, _) = content(&hub).await;
    let keys = hub.call(get("/.well-known/jwks.json")).await;
    let (kid, x) = (&keys.json["keys"][0]["kid"], keys.json["keys"][0]["x"].as_str().unwrap());
    let payload = good.as_jwt().split('.').nth(1).unwrap();
    let payload: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap();
    let raw = URL_SAFE_NO_PAD.decode(x).unwrap();
    for secret in [raw.as_slice(), x.as_bytes(), keys.bytes.as_ref(), b""] {
        for algorithm in [Algorithm::HS256, Algorithm::HS384, Algorithm::HS512] {
            let mut header = Header::new(algorithm);
            header.kid = kid.as_str().map(str::to_owned);
            let forged = jsonwebtoken::encode(&header, &payload, &EncodingKey::from_secret(secret)).unwrap();
            is_refused(&hub, &SignedClaim::from_jwt(forged)).await;
        }
    }
}

#[tokio::test]
async fn another_key_signs_nothing_even_under_our_keys_name() {
    let hub = hub().await;
    let (good, content) = content(&hub).await;
    let forged = SigningKey::generate().sign(&UserClaim { admin: true, ..content });
    is_refused(&hub, &forged).await;
    let [ours, _, _] = parts(&good);
    let [_, payload, signature] = parts(&forged);
    is_refused(&hub, &SignedClaim::from_jwt(format!("{ours}.{payload}.{signature}"))).await;
}

#[tokio::test]
async fn a_signature_is_for_its_own_content_only() {
    let hub = hub().await;
    let (good, content) = content(&hub).await;
    let longer = UserClaim { expires_at: hub.clock.now() + TimeDelta::days(365), ..content };
    let [_, payload, _] = parts(&SigningKey::generate().sign(&longer));
    let [header, _, signature] = parts(&good);
    is_refused(&hub, &SignedClaim::from_jwt(format!("{header}.{payload}.{signature}"))).await;
}

fn parts(claim: &SignedClaim) -> [String; 3] {
    let parts: Vec<_> = claim.as_jwt().split('.').map(str::to_owned).collect();
    parts.try_into().unwrap()
}
