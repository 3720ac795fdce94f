//! The key that claims are signed with: Ed25519 as PKCS#8 (RFC 8032, RFC 8410), published as a JWK (RFC 7517, RFC 8037).
//! Only auth holds one, and the fake of it in tests.

use super::Wire;
use base64::{Engine, engine::general_purpose::STANDARD};
use chaoshub_facade::auth::KeySet;
use chaoshub_kernel::{SignedClaim, UserClaim};
use jsonwebtoken::{
    Algorithm, EncodingKey, Header,
    errors::Error,
    jwk::{Jwk, PublicKeyUse, ThumbprintHash},
};
use std::fmt;

/// What stands before the 32 bytes of an Ed25519 private key in PKCS#8 (RFC 8410, section 7).
const PKCS8_PREFIX: [u8; 16] = [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];

/// A private key and what may be known of it.
#[derive(Clone)]
pub struct SigningKey {
    private: EncodingKey,
    public: Jwk,
    id: String,
}

impl SigningKey {
    /// A new key.
    #[must_use]
    pub fn generate() -> Self {
        let der = [PKCS8_PREFIX, rand::random(), rand::random()].concat();
        Self::of(EncodingKey::from_ed_der(&der)).expect("any 32 bytes are an Ed25519 private key")
    }

    /// The key of a PEM file.
    ///
    /// # Errors
    /// When the text is not the PEM form of an Ed25519 private key.
    pub fn from_pem(pem: &str) -> Result<Self, Error> {
        Self::of(EncodingKey::from_ed_pem(pem.as_bytes())?)
    }

    /// The key as a PEM file, for nobody but the one who keeps it.
    #[must_use]
    pub fn to_pem(&self) -> String {
        let body = STANDARD.encode(self.private.as_bytes());
        format!("-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----\n")
    }

    fn of(private: EncodingKey) -> Result<Self, Error> {
        let mut public = Jwk::from_encoding_key(&private, Algorithm::EdDSA)?;
        let id = public.thumbprint(ThumbprintHash::SHA256)?;
        public.common.key_id = Some(id.clone());
        public.common.public_key_use = Some(PublicKeyUse::Signature);
        Ok(Self { private, public, id })
    }

    /// The key's id: its thumbprint (RFC 7638).
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// What the others verify claims of `installation` with.
    ///
    /// # Panics
    /// Never: a public key has a JSON form.
    #[must_use]
    pub fn key_set(&self, installation: &str) -> KeySet {
        let key = serde_json::to_value(&self.public).expect("a public key has a JSON form");
        KeySet { installation: installation.to_owned(), jwks: serde_json::json!({ "keys": [key] }) }
    }

    /// Signs a claim.
    ///
    /// # Panics
    /// Never: the key was found good when it was read.
    #[must_use]
    pub fn sign(&self, claim: &UserClaim) -> SignedClaim {
        let mut header = Header::new(Algorithm::EdDSA);
        header.kid = Some(self.id.clone());
        let wire = Wire {
            iss: claim.installation.clone(),
            aud: claim.installation.clone(),
            sub: claim.account,
            name: claim.name.clone(),
            bearer: claim.bearer.clone(),
            admin: claim.admin,
            scope: claim.ceiling.clone(),
            workspace: claim.workspace,
            exp: claim.expires_at.timestamp(),
        };
        let jwt = jsonwebtoken::encode(&header, &wire, &self.private).expect("a good key signs any claim");
        SignedClaim::from_jwt(jwt)
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({})", self.id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_reads_back_from_its_file_and_shows_nothing() {
        let key = SigningKey::generate();
        let again = SigningKey::from_pem(&key.to_pem()).unwrap();
        assert_eq!(again.id(), key.id());
        assert_ne!(SigningKey::generate().id(), key.id());
        assert_eq!(format!("{key:?}"), format!("SigningKey({})", key.id()));
        assert!(!key.key_set("i").jwks.to_string().contains("\"d\""));
        assert!(SigningKey::from_pem("nonsense").is_err());
    }
}
