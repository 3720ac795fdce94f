//! Who has a role in a workspace, and changing it there.

use super::{LocalAuth, news};
use crate::{
    store::{self, roles},
    words::{Account, GivenOn, Member, Place},
};
use chaoshub_chassis::{db::fault, outbox::Change};
use chaoshub_kernel::{AccountId, Fault, Page, PageAsk, Role, WorkspaceId};

impl LocalAuth {
    /// Everybody with a role; whoever asks has been found to may read the workspace.
    pub async fn members(&self, workspace: WorkspaceId, ask: &PageAsk) -> Result<Page<Member>, Fault> {
        let after: Option<AccountId> = super::cursor(ask)?;
        let place = self.workspace(workspace).await?;
        let mut members = roles::members(&self.db, &place).await?;
        members.retain(|member| after.is_none_or(|after| member.account.id > after));
        members.truncate(usize::try_from(ask.limit() + 1).unwrap_or(usize::MAX));
        Ok(Page::cut(members, ask.limit(), |member| member.account.id.to_string()))
    }

    /// Gives a role in one workspace; whoever asks has been found to may.
    pub async fn put_member(&self, id: WorkspaceId, name: &str, role: Role) -> Result<Member, Fault> {
        let place = self.workspace(id).await?;
        let change = self.outbox.begin().await.map_err(fault)?;
        let account = account(&change, name).await?;
        let before = roles::members(&*change, &place).await?;
        keeps_an_owner(&before, &account, Some(role))?;
        if before.iter().any(|member| is_wide(member, &account) && member.role > role) {
            return Err(given_on_organization(&account));
        }
        roles::put_on_workspace(&*change, id, account.id, Some(role), self.clock.now()).await?;
        let after = roles::members(&*change, &place).await?;
        self.changed(change, &account, &place, Some(role)).await?;
        after.into_iter().find(|member| member.account.id == account.id).ok_or_else(Fault::internal)
    }

    /// Takes the role in one workspace away; whoever asks has been found to may.
    pub async fn remove_member(&self, id: WorkspaceId, name: &str) -> Result<(), Fault> {
        let place = self.workspace(id).await?;
        let change = self.outbox.begin().await.map_err(fault)?;
        let account = account(&change, name).await?;
        let before = roles::members(&*change, &place).await?;
        let member = before.iter().find(|member| member.account.id == account.id);
        let member = member.ok_or_else(|| Fault::not_found("member"))?;
        keeps_an_owner(&before, &account, None)?;
        if member.given_on == GivenOn::Organization {
            return Err(given_on_organization(&account));
        }
        roles::put_on_workspace(&*change, id, account.id, None, self.clock.now()).await?;
        // A weaker role on the organization may come to light.
        let left = roles::in_place(&*change, account.id, place.organization, id).await?;
        self.changed(change, &account, &place, left).await
    }

    async fn changed(&self, mut change: Change, account: &Account, place: &Place, role: Option<Role>) -> Result<(), Fault> {
        change.tell(news::member_changed(account, place, role)).await.map_err(fault)?;
        change.tell(news::access_changed(account.id)).await.map_err(fault)?;
        change.commit().await.map_err(fault)?;
        self.forget_rights();
        Ok(())
    }
}

async fn account(change: &Change, name: &str) -> Result<Account, Fault> {
    let found = store::accounts::by_name(&**change, name).await?;
    found.map(|(account, _)| account).ok_or_else(|| Fault::not_found("account"))
}

/// A workspace never loses its last owner: nobody could give it one again.
fn keeps_an_owner(members: &[Member], account: &Account, role: Option<Role>) -> Result<(), Fault> {
    let owns = |member: &&Member| member.role == Role::Owner;
    let is_owner = members.iter().filter(owns).any(|member| member.account.id == account.id);
    let others = members.iter().filter(owns).any(|member| member.account.id != account.id);
    if is_owner && !others && role != Some(Role::Owner) {
        let detail = format!("{} is the last owner; make somebody else an owner first", account.name);
        return Err(Fault::conflict("last-owner", detail));
    }
    Ok(())
}

fn is_wide(member: &Member, account: &Account) -> bool {
    member.account.id == account.id && member.given_on == GivenOn::Organization
}

fn given_on_organization(account: &Account) -> Fault {
    let detail = format!("{} has this role in the whole organization; it cannot be taken away in one workspace", account.name);
    Fault::conflict("given-on-organization", detail)
}
