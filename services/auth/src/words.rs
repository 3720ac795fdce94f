//! The words of auth as its answers write them; also what the store gives to the rules.

use chaoshub_kernel::{AccountId, OrganizationId, Role, Scopes, WorkspaceId, id};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

id!(TokenId, "tok", "An API token.");
id!(SignInId, "sin", "Somebody signed in from one browser.");
id!(IdentityId, "idn", "An account that somebody has elsewhere.");
id!(InvitationId, "inv", "An invitation to a workspace.");

/// A person or a service identity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Account {
    /// Its id.
    pub id: AccountId,
    /// Its name, unique; also the name of its personal organization.
    pub name: String,
    /// Whether it administers the installation; that alone gives no right in any workspace.
    pub admin: bool,
    /// When it was made.
    pub created_at: DateTime<Utc>,
}

/// What groups workspaces and people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Organization {
    /// Its id.
    pub id: OrganizationId,
    /// The first segment of its addresses.
    pub name: String,
    /// Its name for people.
    pub title: String,
    /// The caller's role in all of it; null when only in some of its workspaces.
    pub role: Option<Role>,
}

/// What experiments, runs and hubs belong to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Workspace {
    /// Its id.
    pub id: WorkspaceId,
    /// The name of its organization: the first segment of its addresses.
    pub organization: String,
    /// The second segment of its addresses.
    pub name: String,
    /// Its name for people.
    pub title: String,
    /// When it was made.
    pub created_at: DateTime<Utc>,
}

/// A workspace inside its organization.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The organization.
    pub organization: OrganizationId,
    /// The workspace.
    pub workspace: Workspace,
}

/// A workspace in which the caller has a role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Membership {
    /// The workspace.
    pub workspace: Workspace,
    /// The strongest role, of the organization's and the workspace's.
    pub role: Role,
    /// What the caller may do there.
    pub scopes: Scopes,
}

/// Who is signed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Me {
    /// The account.
    pub account: Account,
    /// Where it has a role.
    pub workspaces: Vec<Membership>,
}

/// Where a role was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum GivenOn {
    /// In every workspace of the organization.
    Organization,
    /// In this workspace.
    Workspace,
}

/// Somebody with a role in a workspace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Member {
    /// Who.
    pub account: Account,
    /// The strongest role, of the organization's and the workspace's.
    pub role: Role,
    /// Where that role was given.
    pub given_on: GivenOn,
    /// When it was given.
    pub since: DateTime<Utc>,
}

/// An API token, without its secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Token {
    /// Its id.
    pub id: TokenId,
    /// What its owner calls it.
    pub name: String,
    /// The only workspace it is good for.
    pub workspace_id: WorkspaceId,
    /// The name of its owner.
    pub account: String,
    /// The most it may do; never more than its owner's role at the time of use.
    pub scopes: Scopes,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it ends; null when it does not.
    pub expires_at: Option<DateTime<Utc>>,
    /// When it was last used, within a minute; null when it never was.
    pub last_used_at: Option<DateTime<Utc>>,
    /// The beginning of the secret, to tell tokens apart.
    #[schema(example = "chp_ab12…")]
    pub hint: String,
}

/// Somebody signed in from one browser.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Session {
    /// Its id.
    pub id: SignInId,
    /// The browser, in a few words.
    #[schema(example = "Firefox on Linux")]
    pub browser: String,
    /// When somebody signed in.
    pub created_at: DateTime<Utc>,
    /// When it was last renewed, which happens every few minutes while somebody looks.
    pub seen_at: DateTime<Utc>,
    /// Whether it is the one that asks.
    pub current: bool,
}

/// Everything that opens an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct WaysIn {
    /// Whether a password does.
    pub password: bool,
    /// The accounts elsewhere that do.
    pub identities: Vec<Identity>,
}

/// An account elsewhere that opens one here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Identity {
    /// Its id.
    pub id: IdentityId,
    /// The provider's name; null when this hub no longer asks it, so that the identity opens nothing.
    pub provider: Option<String>,
    /// The provider's name for people.
    pub title: String,
    /// What it was called there when it was last used.
    pub label: String,
    /// When it was linked.
    pub created_at: DateTime<Utc>,
    /// When it was last used.
    pub used_at: DateTime<Utc>,
}

/// An invitation to a workspace that is open, without its secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Invitation {
    /// Its id.
    pub id: InvitationId,
    /// The role that it gives.
    pub role: Role,
    /// The name of who made it; it ends when they may no longer invite.
    pub by: String,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it ends.
    pub expires_at: DateTime<Utc>,
}

/// What somebody is invited to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Invited {
    /// The organization's name.
    pub organization: String,
    /// The workspace's name.
    pub workspace: String,
    /// The workspace's name for people.
    pub title: String,
    /// The role that is given.
    pub role: Role,
    /// Who invites.
    pub by: String,
    /// When it ends.
    pub expires_at: DateTime<Utc>,
}
