//! Who asks, and how far they may go: the content of the signed claim that every facade call carries.

use crate::{AccountId, Scopes, WorkspaceId};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::fmt;

/// What stands behind a claim.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", content = "id", rename_all = "kebab-case")]
pub enum Bearer {
    /// A person in a browser: the id of the sign-in session.
    Session(String),
    /// An API token: its id.
    Token(String),
    /// A service of this installation: its name.
    Service(String),
}

/// Who asks. It never carries secrets or roles; a callee asks auth what the caller may do in a workspace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserClaim {
    /// The installation it was made for (`iss` and `aud` of RFC 7519).
    pub installation: String,
    /// The account; none for a service.
    pub account: Option<AccountId>,
    /// The account's name, or the service's.
    pub name: String,
    /// What it was made from.
    pub bearer: Bearer,
    /// Whether the account administers the installation.
    pub admin: bool,
    /// The most that it may do, whatever the roles say.
    pub ceiling: Scopes,
    /// The only workspace it is good for, when it comes from a token.
    pub workspace: Option<WorkspaceId>,
    /// When it ends.
    pub expires_at: DateTime<Utc>,
}

impl UserClaim {
    /// Whether a service of this installation asks.
    #[must_use]
    pub const fn is_service(&self) -> bool {
        matches!(self.bearer, Bearer::Service(_))
    }
}

/// A `UserClaim` as a compact JWT, signed with Ed25519 by auth (RFC 7519, RFC 8037). Not yet believed.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SignedClaim(String);

impl SignedClaim {
    /// Wraps a compact JWT; says nothing about whether it is good.
    pub fn from_jwt(jwt: impl Into<String>) -> Self {
        Self(jwt.into())
    }

    /// The compact JWT.
    #[must_use]
    pub fn as_jwt(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for SignedClaim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SignedClaim(..)")
    }
}
