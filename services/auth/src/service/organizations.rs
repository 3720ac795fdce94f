//! Making organizations and workspaces, and who is shown them.

use super::{LocalAuth, accounts::Person, news, title};
use crate::{
    store::{self, organizations::Seen, roles},
    words::{Account, Organization, Place, Workspace},
};
use chaoshub_chassis::{db::fault, outbox::Change};
use chaoshub_facade::auth::WorkspaceRef;
use chaoshub_kernel::{Fault, OrganizationId, Page, PageAsk, Role, Slug, WorkspaceId};
use chrono::{DateTime, Utc};

impl LocalAuth {
    /// A new organization with a first workspace of the same name; its maker owns it.
    pub async fn new_organization(&self, person: &Person, name: &Slug, given: Option<String>) -> Result<Organization, Fault> {
        person.need_sign_in()?;
        let mut change = self.outbox.begin().await.map_err(fault)?;
        let title = title(given, name)?;
        let (organization, _) = create(&mut change, self.clock.now(), name, &title, Some(&person.account)).await?;
        change.commit().await.map_err(fault)?;
        self.forget_rights();
        Ok(organization)
    }

    /// A new workspace, by an owner of its organization.
    pub async fn new_workspace(
        &self,
        person: &Person,
        organization: &str,
        name: &Slug,
        given: Option<String>,
    ) -> Result<Workspace, Fault> {
        person.need_sign_in()?;
        let title = title(given, name)?;
        let mut change = self.outbox.begin().await.map_err(fault)?;
        let found = store::organizations::by_name(&*change, organization).await?;
        let organization = found.ok_or_else(|| Fault::not_found("organization"))?;
        match roles::on_organization(&*change, person.account.id, organization.id).await? {
            Some(Role::Owner) => {}
            None if !self.is_around(&change, person, organization.id).await? => {
                return Err(Fault::not_found("organization"));
            }
            _ => return Err(Fault::forbidden("not-owner", "only an owner of the organization makes workspaces in it")),
        }
        let place = add_workspace(&mut change, self.clock.now(), &organization, name, &title).await?;
        change.commit().await.map_err(fault)?;
        self.forget_rights();
        Ok(place.workspace)
    }

    /// Whether somebody has a role in some workspace of the organization, and so may know of it.
    async fn is_around(&self, change: &Change, person: &Person, id: OrganizationId) -> Result<bool, Fault> {
        let seen = store::workspaces::Seen::By(person.account.id);
        let places = store::workspaces::page(&**change, seen, None, None).await?;
        Ok(places.iter().any(|place| place.organization == id))
    }

    /// The organizations that somebody may know of; an administrator knows of all.
    pub async fn organizations(&self, person: &Person, ask: &PageAsk) -> Result<Page<Organization>, Fault> {
        let after: Option<OrganizationId> = super::cursor(ask)?;
        let seen = match person.bound {
            Some(workspace) => Seen::Around(workspace),
            None if person.is_administrator() => Seen::All,
            None => Seen::By(person.account.id),
        };
        let limit = ask.limit();
        let found = store::organizations::page(&self.db, person.account.id, seen, after, limit + 1).await?;
        Ok(Page::cut(found, limit, |organization| organization.id.to_string()))
    }

    /// The workspaces that somebody may know of; an administrator knows of all, which opens none of them.
    pub async fn workspaces_seen(&self, person: &Person, ask: &PageAsk) -> Result<Page<Workspace>, Fault> {
        use store::workspaces::Seen;
        let after: Option<WorkspaceId> = super::cursor(ask)?;
        let seen = match person.bound {
            Some(workspace) => Seen::One(person.account.id, workspace),
            None if person.is_administrator() => Seen::All,
            None => Seen::By(person.account.id),
        };
        let limit = ask.limit();
        let found = store::workspaces::page(&self.db, seen, after, Some(limit + 1)).await?;
        Ok(Page::cut(found, limit, |place| place.workspace.id.to_string()).map(|place| place.workspace))
    }

    /// One workspace; whoever asks has been found to may read it.
    pub async fn workspace(&self, id: WorkspaceId) -> Result<Place, Fault> {
        let found = store::workspaces::find(&self.db, &WorkspaceRef::Id(id)).await?;
        found.ok_or_else(|| Fault::not_found("workspace"))
    }
}

/// Makes an organization and its first workspace, owned by `owner` if there is one.
pub async fn create(
    change: &mut Change,
    now: DateTime<Utc>,
    name: &Slug,
    title: &str,
    owner: Option<&Account>,
) -> Result<(Organization, Place), Fault> {
    let mut organization =
        Organization { id: OrganizationId::new(now), name: name.to_string(), title: title.to_owned(), role: None };
    store::organizations::insert(&**change, &organization, now).await?;
    if let Some(owner) = owner {
        own(change, now, &organization, owner).await?;
        organization.role = Some(Role::Owner);
    }
    let place = add_workspace(change, now, &organization, name, title).await?;
    Ok((organization, place))
}

/// Makes `account` an owner of an organization.
pub async fn own(change: &mut Change, now: DateTime<Utc>, on: &Organization, account: &Account) -> Result<(), Fault> {
    roles::put_on_organization(&**change, on.id, account.id, Some(Role::Owner), now).await?;
    change.tell(news::organization_member_changed(account, on, Some(Role::Owner))).await.map_err(fault)?;
    change.tell(news::access_changed(account.id)).await.map_err(fault)
}

/// Makes a workspace.
pub async fn add_workspace(
    change: &mut Change,
    now: DateTime<Utc>,
    organization: &Organization,
    name: &Slug,
    title: &str,
) -> Result<Place, Fault> {
    let workspace = Workspace {
        id: WorkspaceId::new(now),
        organization: organization.name.clone(),
        name: name.to_string(),
        title: title.to_owned(),
        created_at: now,
    };
    let place = Place { organization: organization.id, workspace };
    store::workspaces::insert(&**change, &place).await?;
    change.tell(news::workspace_created(&place)).await.map_err(fault)?;
    Ok(place)
}
