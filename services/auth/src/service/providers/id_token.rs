//! Believing an id token (OpenID Connect Core 1.0, section 3.1.3.7).

use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::{
    Algorithm, DecodingKey, Validation,
    jwk::{AlgorithmParameters, EllipticCurve, Jwk},
};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// How far the clocks of two machines may be apart.
const LEEWAY: TimeDelta = TimeDelta::seconds(60);

/// Who somebody is, as an issuer says in an id token or at its UserInfo endpoint (section 5.1).
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Profile {
    /// Who it is there, for ever.
    pub sub: String,
    /// A name to be called by; it may change.
    #[serde(default, deserialize_with = "text")]
    pub preferred_username: Option<String>,
    /// A whole name.
    #[serde(default, deserialize_with = "text")]
    pub name: Option<String>,
    /// An e-mail address.
    #[serde(default, deserialize_with = "text")]
    pub email: Option<String>,
    /// Whether it is theirs; some issuers write it as text.
    #[serde(default, deserialize_with = "truth")]
    pub email_verified: bool,
}

#[derive(Deserialize)]
struct Wire {
    iss: String,
    aud: OneOrMany,
    azp: Option<String>,
    /// Seconds, perhaps with a fraction (RFC 7519, section 2).
    exp: f64,
    nonce: Option<String>,
    #[serde(flatten)]
    profile: Profile,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

/// What a token must say to be believed.
#[derive(Debug, Clone, Copy)]
pub struct Expected<'a> {
    /// Who may have written it.
    pub issuers: &'a [&'a str],
    /// Whom it must be for.
    pub client_id: &'a str,
    /// What it must answer.
    pub nonce: &'a str,
    /// The time.
    pub now: DateTime<Utc>,
}

/// The id of the key that a token says it is signed with.
pub fn key_id(token: &str) -> Option<String> {
    jsonwebtoken::decode_header(token).ok()?.kid
}

/// Who the token is about; or, for the log, why it is not believed.
pub fn believe(token: &str, keys: &[Jwk], expected: Expected<'_>) -> Result<Profile, &'static str> {
    let header = jsonwebtoken::decode_header(token).map_err(|_| "it is not a signed token")?;
    let fits = |key: &&Jwk| {
        let named = header.kid.is_none() || key.common.key_id == header.kid;
        let meant = key.common.key_algorithm.is_none_or(|meant| meant.to_string().parse() == Ok(header.alg));
        named && meant && signs(key, header.alg)
    };
    let mut rules = Validation::new(header.alg);
    // Times are checked against our own clock, the rest below, all in one place.
    rules.set_required_spec_claims::<&str>(&[]);
    rules.validate_exp = false;
    rules.validate_aud = false;
    // First whether it is theirs at all, then what it says: what cannot be read is another fault than what is forged.
    let verify = |key: &Jwk| jsonwebtoken::decode::<Value>(token, &DecodingKey::from_jwk(key).ok()?, &rules).ok();
    let signed = keys.iter().filter(fits).find_map(verify).ok_or("no key of the issuer has signed it")?.claims;
    let wire = Wire::deserialize(signed).map_err(|_| "it is signed, and says what cannot be read")?;
    if !expected.issuers.contains(&wire.iss.as_str()) {
        return Err("it is of another issuer");
    }
    let audience = match wire.aud {
        OneOrMany::One(one) => vec![one],
        OneOrMany::Many(many) => many,
    };
    let for_us = |id: &String| id == expected.client_id;
    if !audience.iter().any(for_us) || wire.azp.as_ref().is_some_and(|party| !for_us(party)) {
        return Err("it is for somebody else");
    }
    if audience.len() > 1 && wire.azp.is_none() {
        return Err("it is for several, and does not say who asked for it");
    }
    if seconds(expected.now) >= wire.exp + seconds_of(LEEWAY) {
        return Err("it is too old");
    }
    if !wire.nonce.is_some_and(|nonce| crate::service::secrets::same(&nonce, expected.nonce)) {
        return Err("it answers another sign-in");
    }
    Ok(wire.profile)
}

/// Whether this key may sign so. Nothing symmetric: a secret that we share proves nothing that a key does not prove better.
fn signs(key: &Jwk, algorithm: Algorithm) -> bool {
    use Algorithm::{ES256, ES384, EdDSA, PS256, PS384, PS512, RS256, RS384, RS512};
    match &key.algorithm {
        AlgorithmParameters::RSA(_) => matches!(algorithm, RS256 | RS384 | RS512 | PS256 | PS384 | PS512),
        AlgorithmParameters::EllipticCurve(curve) => match curve.curve {
            EllipticCurve::P256 => algorithm == ES256,
            EllipticCurve::P384 => algorithm == ES384,
            _ => false,
        },
        AlgorithmParameters::OctetKeyPair(curve) => curve.curve == EllipticCurve::Ed25519 && algorithm == EdDSA,
        _ => false,
    }
}

/// A time as JSON Web Tokens write it.
fn seconds(time: DateTime<Utc>) -> f64 {
    seconds_of(time - DateTime::UNIX_EPOCH)
}

fn seconds_of(span: TimeDelta) -> f64 {
    span.as_seconds_f64()
}

/// What is only shown is taken when it is text, and left alone when it is something else.
fn text<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    Ok(match Value::deserialize(from)? {
        Value::String(text) => Some(text),
        _ => None,
    })
}

fn truth<'de, D: Deserializer<'de>>(from: D) -> Result<bool, D::Error> {
    Ok(match Value::deserialize(from)? {
        Value::Bool(truth) => truth,
        Value::String(text) => text == "true",
        _ => false,
    })
}
