//! Invitations to a workspace by a link: made by its owners, good once, for some days, as long as their maker may.

use super::{LocalAuth, accounts::Person, news, secrets, sign_in::Peer};
use crate::{
    store::{
        self,
        invitations::{Found, Kept},
        roles,
    },
    words::{Account, Invitation, InvitationId, Invited, Workspace},
};
use chaoshub_chassis::{db::fault, outbox::Change};
use chaoshub_kernel::{Fault, FaultKind, Page, PageAsk, Role, Scope, WorkspaceId};
use chrono::TimeDelta;
use secrecy::{ExposeSecret, SecretString};

/// The longest life of an invitation, days.
const MOST_DAYS: u32 = 30;

impl LocalAuth {
    /// A new invitation, and the link that carries its secret; whoever asks has been found to may. It is shown here only.
    pub async fn new_invitation(
        &self,
        person: &Person,
        workspace: WorkspaceId,
        role: Role,
        days: u32,
    ) -> Result<(Invitation, SecretString), Fault> {
        person.need_sign_in()?;
        if !(1..=MOST_DAYS).contains(&days) {
            return Err(Fault::invalid("invalid-expiry", format!("an invitation ends after 1 to {MOST_DAYS} days")));
        }
        let now = self.clock.now();
        let secret = secrets::session();
        let kept = Kept {
            id: InvitationId::new(now),
            workspace,
            role,
            made_by: person.account.id,
            created_at: now,
            expires_at: now + TimeDelta::days(days.into()),
        };
        store::invitations::insert(&self.db, &kept, &secrets::digest(&secret)).await?;
        // Behind the hash, which browsers keep to themselves: it is in no log of any server.
        let link = format!("{}/invitation#{secret}", self.public_url);
        Ok((shown(&kept, &person.account.name), link.into()))
    }

    /// The invitations to a workspace that are open; whoever asks has been found to may.
    pub async fn invitations(&self, workspace: WorkspaceId, ask: &PageAsk) -> Result<Page<Invitation>, Fault> {
        let after: Option<InvitationId> = super::cursor(ask)?;
        let found = store::invitations::page(&self.db, workspace, self.clock.now(), after, ask.limit() + 1).await?;
        let shown = found.iter().map(|(kept, by)| shown(kept, by)).collect();
        Ok(Page::cut(shown, ask.limit(), |one: &Invitation| one.id.to_string()))
    }

    /// Takes an invitation back; whoever asks has been found to may.
    pub async fn delete_invitation(&self, workspace: WorkspaceId, id: InvitationId) -> Result<(), Fault> {
        match store::invitations::delete(&self.db, workspace, id).await? {
            true => Ok(()),
            false => Err(Fault::not_found("invitation")),
        }
    }

    /// What whoever has the link is invited to.
    pub async fn look_at_invitation(&self, secret: &SecretString, peer: &Peer) -> Result<Invited, Fault> {
        let address = peer.key();
        self.by_address.attempt(&address)?;
        let found = self.invitation(secret.expose_secret()).await?;
        self.by_address.give_back(&address);
        let workspace = found.place.workspace;
        Ok(Invited {
            organization: workspace.organization,
            workspace: workspace.name,
            title: workspace.title,
            role: found.kept.role,
            by: found.by.name,
            expires_at: found.kept.expires_at,
        })
    }

    /// Takes an invitation up with an account that is there.
    pub async fn accept_invitation(&self, person: &Person, secret: &SecretString, peer: &Peer) -> Result<Workspace, Fault> {
        person.need_sign_in()?;
        let address = peer.key();
        self.by_address.attempt(&address)?;
        let mut change = self.outbox.begin().await.map_err(fault)?;
        let found = self.invitation_in(&change, secret.expose_secret()).await?;
        self.take_up(&mut change, &found, &person.account).await?;
        change.commit().await.map_err(fault)?;
        self.forget_rights();
        self.by_address.give_back(&address);
        Ok(found.place.workspace)
    }

    /// The invitation of that secret, when it is good.
    pub(super) async fn invitation(&self, secret: &str) -> Result<Found, Fault> {
        good(store::invitations::look(&self.db, &secrets::digest(secret), self.clock.now()).await?)
    }

    /// The same within a change, in which it stays good.
    pub(super) async fn invitation_in(&self, change: &Change, secret: &str) -> Result<Found, Fault> {
        good(store::invitations::look(&**change, &secrets::digest(secret), self.clock.now()).await?)
    }

    /// Gives the role of an invitation. It is not used up by somebody who has as much already.
    pub(super) async fn take_up(&self, change: &mut Change, found: &Found, account: &Account) -> Result<(), Fault> {
        let (kept, place) = (&found.kept, &found.place);
        let before = roles::in_place(&**change, account.id, place.organization, kept.workspace).await?;
        if before >= Some(kept.role) {
            return Ok(());
        }
        let now = self.clock.now();
        if !store::invitations::spend(&**change, kept.id, now).await? {
            return Err(Fault::new(FaultKind::Gone, "invitation-over", "this invitation was used; ask for another"));
        }
        roles::put_on_workspace(&**change, kept.workspace, account.id, Some(kept.role), now).await?;
        change.tell(news::member_changed(account, place, Some(kept.role))).await.map_err(fault)?;
        change.tell(news::access_changed(account.id)).await.map_err(fault)
    }
}

/// The invitation, when there is one that is neither used nor over, and its maker may still invite.
fn good(found: Option<Found>) -> Result<Found, Fault> {
    let invites = |found: &Found| found.maker.is_some_and(|role| role.scopes().has(Scope::WorkspaceAdmin));
    found.filter(invites).ok_or_else(|| {
        Fault::new(FaultKind::Gone, "invitation-over", "this invitation was used, taken back, or is over; ask for another")
    })
}

fn shown(kept: &Kept, by: &str) -> Invitation {
    Invitation { id: kept.id, role: kept.role, by: by.to_owned(), created_at: kept.created_at, expires_at: kept.expires_at }
}
