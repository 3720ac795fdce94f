//! What is asked of auth: who somebody is, and what they may do where.

use async_trait::async_trait;
use chaoshub_kernel::{Fault, OrganizationId, Role, Scope, Scopes, SignedClaim, WorkspaceId};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// A workspace, by id or as `organization/name`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WorkspaceRef {
    /// By id.
    Id(WorkspaceId),
    /// By organization and name.
    Name(String, String),
}

impl FromStr for WorkspaceRef {
    type Err = Fault;
    fn from_str(text: &str) -> Result<Self, Fault> {
        if let Ok(id) = text.parse() {
            return Ok(Self::Id(id));
        }
        match text.split_once('/') {
            Some((org, name)) if !org.is_empty() && !name.is_empty() && !name.contains('/') => {
                Ok(Self::Name(org.to_owned(), name.to_owned()))
            }
            _ => Err(Fault::invalid("invalid-workspace", "name a workspace as `organization/workspace`")),
        }
    }
}

impl fmt::Display for WorkspaceRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Id(id) => id.fmt(f),
            Self::Name(org, name) => write!(f, "{org}/{name}"),
        }
    }
}

/// What a caller may do in one workspace, right now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Access {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// Its organization.
    pub organization: OrganizationId,
    /// The organization's name, first segment of addresses.
    pub organization_name: String,
    /// The workspace's name, second segment of addresses.
    pub workspace_name: String,
    /// The strongest role given on either.
    pub role: Role,
    /// The role's scopes under the claim's ceiling.
    pub scopes: Scopes,
}

impl Access {
    /// Ok when `scope` is held, else the fault that says so.
    pub fn need(&self, scope: Scope) -> Result<(), Fault> {
        if self.scopes.has(scope) { Ok(()) } else { Err(Fault::missing_scope(scope)) }
    }
}

/// A proof that is not a claim, to be exchanged for one.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Proof {
    /// An API token, `chp_...`.
    ApiToken(String),
    /// The key that the services of one installation share, and which of them asks.
    InternalKey {
        /// The service that asks.
        service: String,
        /// The key.
        key: String,
    },
}

impl fmt::Debug for Proof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ApiToken(_) => "ApiToken(..)",
            Self::InternalKey { .. } => "InternalKey(..)",
        })
    }
}

/// The public keys that claims are verified with: a JSON Web Key Set (RFC 7517, RFC 8037).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct KeySet {
    /// The installation that the keys belong to; `iss` and `aud` of its claims.
    pub installation: String,
    /// The key set as published at `/.well-known/jwks.json`.
    pub jwks: serde_json::Value,
}

/// Asked of auth by every service.
#[async_trait]
pub trait Auth: Send + Sync {
    /// The keys to verify claims with.
    async fn keys(&self) -> Result<KeySet, Fault>;

    /// A claim for a proof. `invalid-token`, `token-expired` or `invalid-key` when it is not good.
    async fn exchange(&self, proof: Proof) -> Result<SignedClaim, Fault>;

    /// What the claim's bearer may do in a workspace. `not-found` when the bearer may not know of it.
    /// A service is answered as a viewer of any workspace, under its own ceiling.
    async fn access(&self, claim: &SignedClaim, workspace: WorkspaceRef) -> Result<Access, Fault>;

    /// Every workspace in which the bearer has a role; for a service, none.
    async fn workspaces(&self, claim: &SignedClaim) -> Result<Vec<Access>, Fault>;
}

crate::wire!(Auth: RemoteAuth, AnswerAuth {
    Read keys(;) -> KeySet;
    Read exchange(; proof: Proof) -> SignedClaim;
    Read access(claim; workspace: WorkspaceRef) -> Access;
    Read workspaces(claim;) -> Vec<Access>;
});
