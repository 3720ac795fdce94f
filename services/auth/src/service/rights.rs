//! What auth answers the other services: keys, claims for proofs, and who may do what where.

use super::{LocalAuth, secrets};
use crate::{
    store::{self, roles},
    words::Place,
};
use async_trait::async_trait;
use chaoshub_facade::auth::{Access, Auth, KeySet, Proof, WorkspaceRef};
use chaoshub_kernel::{AccountId, Bearer, Fault, Role, Scope, Scopes, SignedClaim, UserClaim, WorkspaceId};

/// The most that a service of this installation may do, in any workspace: look.
const SERVICE_SCOPES: [Scope; 4] = [Scope::WorkspaceRead, Scope::ExperimentRead, Scope::RunRead, Scope::HubRead];

#[async_trait]
impl Auth for LocalAuth {
    async fn keys(&self) -> Result<KeySet, Fault> {
        Ok(self.identity.key.key_set(&self.identity.installation))
    }

    async fn exchange(&self, proof: Proof) -> Result<SignedClaim, Fault> {
        match proof {
            Proof::ApiToken(secret) if secret.starts_with(secrets::TOKEN_PREFIX) => self.token_claim(&secret).await,
            Proof::ApiToken(_) => Err(super::invalid_token()),
            Proof::InternalKey { service, key } if secrets::same(&key, &self.internal_key) => {
                Ok(self.identity.key.sign(&UserClaim {
                    installation: self.identity.installation.clone(),
                    account: None,
                    name: service.clone(),
                    bearer: Bearer::Service(service),
                    admin: false,
                    ceiling: SERVICE_SCOPES.into_iter().collect(),
                    workspace: None,
                    expires_at: self.clock.now() + super::CLAIM_LIFE,
                }))
            }
            Proof::InternalKey { .. } => {
                Err(Fault::unauthenticated("invalid-key", "the internal key is not this installation's"))
            }
        }
    }

    async fn access(&self, claim: &SignedClaim, workspace: WorkspaceRef) -> Result<Access, Fault> {
        let claim = self.verifier.verify(claim).await?;
        let (place, role) = match self.standings.get((claim.bearer.clone(), workspace)) {
            Ok(standing) => standing,
            Err((key, read_in)) => {
                let standing = self.standing(&claim, &key.1).await?;
                self.standings.keep(key, read_in, standing.clone(), None);
                standing
            }
        };
        Ok(access(place, role, &claim.ceiling))
    }

    async fn workspaces(&self, claim: &SignedClaim) -> Result<Vec<Access>, Fault> {
        let claim = self.verifier.verify(claim).await?;
        self.alive(&claim).await?;
        let Some(account) = claim.account else { return Ok(Vec::new()) };
        let places = self.memberships(account, claim.workspace).await?;
        Ok(places.into_iter().map(|(place, role)| access(place, role, &claim.ceiling)).collect())
    }
}

impl LocalAuth {
    /// Where an account has a role, and the strongest; only in one workspace when `bound` to it.
    pub(super) async fn memberships(&self, account: AccountId, bound: Option<WorkspaceId>) -> Result<Vec<(Place, Role)>, Fault> {
        use store::workspaces::Seen;
        let seen = bound.map_or(Seen::By(account), |workspace| Seen::One(account, workspace));
        let places = store::workspaces::page(&self.db, seen, None, None).await?;
        let wide = roles::on_organizations(&self.db, account).await?;
        let here = roles::on_workspaces(&self.db, account).await?;
        let strongest = |place: Place| {
            let role = wide.get(&place.organization).max(here.get(&place.workspace.id)).copied()?;
            Some((place, role))
        };
        Ok(places.into_iter().filter_map(strongest).collect())
    }

    /// Ok while the session or token that a claim was made from goes on.
    pub(super) async fn alive(&self, claim: &UserClaim) -> Result<(), Fault> {
        match &claim.bearer {
            Bearer::Service(_) => Ok(()),
            Bearer::Session(id) => {
                let found = store::sign_ins::by_id(&self.db, id).await?;
                let goes_on = found.is_some_and(|sign_in| self.goes_on(&sign_in));
                goes_on.then_some(()).ok_or_else(super::session_ended)
            }
            Bearer::Token(id) => store::tokens::expiry(&self.db, id).await?.map(drop).ok_or_else(super::invalid_token),
        }
    }

    async fn standing(&self, claim: &UserClaim, wanted: &WorkspaceRef) -> Result<(Place, Role), Fault> {
        self.alive(claim).await?;
        let unknown = || Fault::not_found("workspace");
        let place = store::workspaces::find(&self.db, wanted).await?.ok_or_else(unknown)?;
        let id = place.workspace.id;
        let role = match claim.account {
            _ if claim.workspace.is_some_and(|bound| bound != id) => None,
            Some(account) => roles::in_place(&self.db, account, place.organization, id).await?,
            None => claim.is_service().then_some(Role::Viewer),
        };
        Ok((place, role.ok_or_else(unknown)?))
    }
}

/// The rights that a role gives in a workspace under a ceiling.
fn access(place: Place, role: Role, ceiling: &Scopes) -> Access {
    Access {
        workspace: place.workspace.id,
        organization: place.organization,
        organization_name: place.workspace.organization,
        workspace_name: place.workspace.name,
        role,
        scopes: role.scopes().and(ceiling),
    }
}
