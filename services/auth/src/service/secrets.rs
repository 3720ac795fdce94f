//! Secrets that somebody is given once, and the digests that are kept of them.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256, Sha512};
use subtle::ConstantTimeEq;

/// What every API token begins with.
pub const TOKEN_PREFIX: &str = "chp_";

/// How much of a token is shown, to tell tokens apart: the prefix and 4 of 43 characters.
const HINT: usize = 8;

/// Characters of a setup code; those that look like others are left out. 32 of them, so each is worth 5 bits.
const READABLE: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";

/// Groups of four characters in a setup code: 100 bits.
const GROUPS: usize = 5;

/// 32 random bytes as 43 characters.
pub fn session() -> String {
    URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>())
}

/// A new API token.
pub fn token() -> String {
    format!("{TOKEN_PREFIX}{}", session())
}

/// The part of a token that may be shown.
pub fn hint(token: &str) -> String {
    format!("{}…", token.get(..HINT).unwrap_or_default())
}

/// A code that is read from a log and typed into a form.
pub fn setup_code() -> String {
    let character = || char::from(READABLE[usize::from(rand::random::<u8>() % 32)]);
    let group = || (0..4).map(|_| character()).collect::<String>();
    (0..GROUPS).map(|_| group()).collect::<Vec<_>>().join("-")
}

/// A typed code as it was printed: capitals and hyphens do not matter.
pub fn plain_code(typed: &str) -> String {
    typed.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect()
}

/// What seals the cookie of sign-ins that have begun: made of the signing key, so that all replicas of auth have the
/// same and there is no other secret to keep.
pub fn sealing_key(signing_key_pem: &str) -> [u8; 64] {
    Sha512::new().chain_update("chaoshub, the seal of pending sign-ins, 1").chain_update(signing_key_pem).finalize().into()
}

/// SHA-256, hexadecimal. Enough for secrets of 100 random bits and more; passwords need a slow hash.
pub fn digest(secret: &str) -> String {
    hex::encode(Sha256::digest(secret.as_bytes()))
}

/// Whether both are the same, without telling by the time it takes how much of them is.
pub fn same(one: &str, other: &str) -> bool {
    one.as_bytes().ct_eq(other.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_long_and_shows_little_of_itself() {
        let token = token();
        assert_eq!(token.len(), 47);
        assert_eq!(hint(&token).chars().count(), 9);
        assert_ne!(token, super::token());
    }

    #[test]
    fn a_setup_code_may_be_typed_carelessly() {
        let code = setup_code();
        assert_eq!(code.len(), 24);
        assert_eq!(plain_code(&format!(" {} ", code.to_lowercase().replace('-', " "))), plain_code(&code));
    }
}
