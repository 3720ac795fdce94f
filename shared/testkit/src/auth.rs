//! `FakeAuth`: accounts, workspaces, roles and tokens in memory, claims signed with a real key.
//! It keeps the same promises as the real auth, proven by the same contract.

use crate::{INTERNAL_KEY, PUBLIC_URL};
use async_trait::async_trait;
use chaoshub_chassis::{
    Edge,
    claims::{SigningKey, Verifier},
};
use chaoshub_facade::auth::{Access, Auth, KeySet, Proof, WorkspaceRef};
use chaoshub_kernel::{
    AccountId, Bearer, Clock, Fault, OrganizationId, Role, Scope, Scopes, SignedClaim, UserClaim, WorkspaceId,
};
use chrono::{DateTime, TimeDelta, Utc};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard},
};

/// The life of a claim, as auth gives it.
const CLAIM_LIFE: TimeDelta = TimeDelta::minutes(5);

/// What a service may do at most, in any workspace.
const SERVICE_SCOPES: [Scope; 4] = [Scope::WorkspaceRead, Scope::ExperimentRead, Scope::RunRead, Scope::HubRead];

/// An auth without a database, filled by the test.
pub struct FakeAuth {
    clock: Arc<dyn Clock>,
    installation: String,
    key: SigningKey,
    verifier: Verifier,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    accounts: Vec<(AccountId, String, bool)>,
    organizations: Vec<(OrganizationId, String)>,
    workspaces: Vec<(WorkspaceId, OrganizationId, String)>,
    on_organizations: HashMap<(AccountId, OrganizationId), Role>,
    on_workspaces: HashMap<(AccountId, WorkspaceId), Role>,
    tokens: HashMap<String, Token>,
    ended: Vec<Bearer>,
    /// Makes names that are unique in this fake.
    made: u32,
}

struct Token {
    id: String,
    account: AccountId,
    workspace: WorkspaceId,
    scopes: Scopes,
    expires_at: Option<DateTime<Utc>>,
}

/// What the HTTP edge of a service under test needs to know who asks.
#[must_use]
pub fn edge(auth: &Arc<FakeAuth>) -> Edge {
    Edge { verifier: auth.verifier(), auth: auth.clone(), public_url: PUBLIC_URL.into() }
}

impl FakeAuth {
    /// An installation of its own, with nobody in it.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>) -> Arc<Self> {
        let key = SigningKey::generate();
        let installation = format!("test-{}", &key.id()[..8]);
        let verifier = Verifier::with_keys(&key.key_set(&installation), clock.clone()).expect("a key of ours can be read");
        Arc::new(Self { clock, installation, key, verifier, state: Mutex::default() })
    }

    /// The account of that name, made when it is not there.
    pub fn account(&self, name: &str) -> AccountId {
        self.person(name, false)
    }

    /// An account that administers the installation, which gives it no right in any workspace.
    pub fn administrator(&self, name: &str) -> AccountId {
        self.person(name, true)
    }

    fn person(&self, name: &str, admin: bool) -> AccountId {
        let mut state = self.state();
        if let Some((id, ..)) = state.accounts.iter().find(|(_, known, _)| known == name) {
            return *id;
        }
        let id = AccountId::new(self.clock.now());
        state.accounts.push((id, name.to_owned(), admin));
        id
    }

    /// The workspace `org/name`, made with its organization when it is not there.
    ///
    /// # Panics
    /// When the name has no slash.
    pub fn workspace(&self, name: &str) -> WorkspaceId {
        let (org, name) = name.split_once('/').expect("name it `organization/workspace`");
        let org = self.organization(org);
        let mut state = self.state();
        if let Some((id, ..)) = state.workspaces.iter().find(|(_, of, known)| *of == org && known == name) {
            return *id;
        }
        let id = WorkspaceId::new(self.clock.now());
        state.workspaces.push((id, org, name.to_owned()));
        id
    }

    /// The organization of that name, made when it is not there.
    pub fn organization(&self, name: &str) -> OrganizationId {
        let mut state = self.state();
        if let Some((id, _)) = state.organizations.iter().find(|(_, known)| known == name) {
            return *id;
        }
        let id = OrganizationId::new(self.clock.now());
        state.organizations.push((id, name.to_owned()));
        id
    }

    /// Gives a role in one workspace.
    pub fn grant(&self, account: AccountId, workspace: WorkspaceId, role: Role) {
        self.state().on_workspaces.insert((account, workspace), role);
    }

    /// Gives a role in every workspace of an organization.
    pub fn grant_on_organization(&self, account: AccountId, organization: OrganizationId, role: Role) {
        self.state().on_organizations.insert((account, organization), role);
    }

    /// Takes the role in one workspace away.
    pub fn ungrant(&self, account: AccountId, workspace: WorkspaceId) {
        self.state().on_workspaces.remove(&(account, workspace));
    }

    /// Takes the role in an organization away.
    pub fn ungrant_on_organization(&self, account: AccountId, organization: OrganizationId) {
        self.state().on_organizations.remove(&(account, organization));
    }

    /// A claim of somebody signed in.
    ///
    /// # Panics
    /// When there is no such account.
    pub fn claim(&self, account: AccountId) -> SignedClaim {
        let session = self.unique("session");
        let content = self.content(&self.state(), account, Bearer::Session(session), Scopes::all(), None);
        self.key.sign(&content)
    }

    /// The secret of a new API token that does not expire.
    pub fn token(&self, account: AccountId, workspace: WorkspaceId, scopes: impl IntoIterator<Item = Scope>) -> String {
        self.token_until(account, workspace, scopes.into_iter().collect(), None)
    }

    /// The secret of a new API token.
    pub fn token_until(
        &self,
        account: AccountId,
        workspace: WorkspaceId,
        scopes: Scopes,
        expires_at: Option<DateTime<Utc>>,
    ) -> String {
        let id = self.unique("tok");
        let secret = format!("chp_{id}-of-a-test");
        self.state().tokens.insert(secret.clone(), Token { id, account, workspace, scopes, expires_at });
        secret
    }

    /// Ends a token; claims made from it lose their access at once.
    pub fn revoke(&self, secret: &str) {
        let mut state = self.state();
        if let Some(token) = state.tokens.remove(secret) {
            state.ended.push(Bearer::Token(token.id));
        }
    }

    /// Ends the session or token that the claim was made from.
    ///
    /// # Errors
    /// When the claim is not good.
    pub async fn end(&self, claim: &SignedClaim) -> Result<(), Fault> {
        let bearer = self.verifier.verify(claim).await?.bearer.clone();
        self.state().ended.push(bearer);
        Ok(())
    }

    /// The claim of a service of this installation.
    pub fn service_claim(&self, service: &str) -> SignedClaim {
        self.key.sign(&UserClaim {
            installation: self.installation.clone(),
            account: None,
            name: service.to_owned(),
            bearer: Bearer::Service(service.to_owned()),
            admin: false,
            ceiling: SERVICE_SCOPES.into_iter().collect(),
            workspace: None,
            expires_at: self.clock.now() + CLAIM_LIFE,
        })
    }

    /// Verifies this installation's claims.
    #[must_use]
    pub fn verifier(&self) -> Verifier {
        self.verifier.clone()
    }

    fn content(
        &self,
        state: &State,
        account: AccountId,
        bearer: Bearer,
        ceiling: Scopes,
        workspace: Option<WorkspaceId>,
    ) -> UserClaim {
        let (_, name, admin) = state.accounts.iter().find(|(id, ..)| *id == account).expect("an account of this fake");
        UserClaim {
            installation: self.installation.clone(),
            account: Some(account),
            name: name.clone(),
            admin: *admin && matches!(bearer, Bearer::Session(_)),
            bearer,
            ceiling,
            workspace,
            expires_at: self.clock.now() + CLAIM_LIFE,
        }
    }

    fn unique(&self, kind: &str) -> String {
        let mut state = self.state();
        state.made += 1;
        format!("{kind}_{}", state.made)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no panic happens under this lock")
    }
}

impl State {
    fn find(&self, wanted: &WorkspaceRef) -> Option<&(WorkspaceId, OrganizationId, String)> {
        self.workspaces.iter().find(|(id, org, name)| match wanted {
            WorkspaceRef::Id(wanted) => wanted == id,
            WorkspaceRef::Name(wanted_org, wanted) => wanted == name && wanted_org == self.organization_name(*org),
        })
    }

    fn organization_name(&self, wanted: OrganizationId) -> &str {
        self.organizations.iter().find(|(id, _)| *id == wanted).map_or("", |(_, name)| name)
    }

    fn access(&self, claim: &UserClaim, workspace: &(WorkspaceId, OrganizationId, String)) -> Option<Access> {
        let (id, organization, name) = workspace;
        let role = match claim.account {
            None => claim.is_service().then_some(Role::Viewer),
            Some(_) if claim.workspace.is_some_and(|bound| bound != *id) => None,
            Some(account) => {
                let on_organization = self.on_organizations.get(&(account, *organization));
                on_organization.max(self.on_workspaces.get(&(account, *id))).copied()
            }
        }?;
        Some(Access {
            workspace: *id,
            organization: *organization,
            organization_name: self.organization_name(*organization).to_owned(),
            workspace_name: name.clone(),
            role,
            scopes: role.scopes().and(&claim.ceiling),
        })
    }

    fn alive(&self, claim: &UserClaim) -> Result<(), Fault> {
        match &claim.bearer {
            bearer if !self.ended.contains(bearer) => Ok(()),
            Bearer::Token(_) => Err(Fault::unauthenticated("invalid-token", "the token is not known, or was deleted")),
            _ => Err(Fault::unauthenticated("session-ended", "the session has ended; sign in again")),
        }
    }
}

#[async_trait]
impl Auth for FakeAuth {
    async fn keys(&self) -> Result<KeySet, Fault> {
        Ok(self.key.key_set(&self.installation))
    }

    async fn exchange(&self, proof: Proof) -> Result<SignedClaim, Fault> {
        match proof {
            Proof::ApiToken(secret) => {
                let state = self.state();
                let token = state
                    .tokens
                    .get(&secret)
                    .ok_or_else(|| Fault::unauthenticated("invalid-token", "the token is not known, or was deleted"))?;
                if token.expires_at.is_some_and(|ends| ends <= self.clock.now()) {
                    return Err(Fault::unauthenticated("token-expired", "the token has expired; create a new one"));
                }
                let bearer = Bearer::Token(token.id.clone());
                let content = self.content(&state, token.account, bearer, token.scopes.clone(), Some(token.workspace));
                let expires_at = token.expires_at.map_or(content.expires_at, |ends| ends.min(content.expires_at));
                Ok(self.key.sign(&UserClaim { expires_at, ..content }))
            }
            Proof::InternalKey { service, key } if key == INTERNAL_KEY => Ok(self.service_claim(&service)),
            Proof::InternalKey { .. } => {
                Err(Fault::unauthenticated("invalid-key", "the internal key is not this installation's"))
            }
        }
    }

    async fn access(&self, claim: &SignedClaim, workspace: WorkspaceRef) -> Result<Access, Fault> {
        let claim = self.verifier.verify(claim).await?;
        let state = self.state();
        state.alive(&claim)?;
        let found = state.find(&workspace).and_then(|workspace| state.access(&claim, workspace));
        found.ok_or_else(|| Fault::not_found("workspace"))
    }

    async fn workspaces(&self, claim: &SignedClaim) -> Result<Vec<Access>, Fault> {
        let claim = self.verifier.verify(claim).await?;
        let state = self.state();
        state.alive(&claim)?;
        if claim.is_service() {
            return Ok(Vec::new());
        }
        Ok(state.workspaces.iter().filter_map(|workspace| state.access(&claim, workspace)).collect())
    }
}
