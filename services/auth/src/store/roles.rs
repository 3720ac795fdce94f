//! Roles on organizations and on workspaces.

use super::{accounts, read};
use crate::{
    entity::{organization_role, workspace_role},
    words::{GivenOn, Member, Place},
};
use chaoshub_chassis::db::fault;
use chaoshub_kernel::{AccountId, Fault, OrganizationId, Role, WorkspaceId};
use chrono::{DateTime, Utc};
use sea_orm::{ActiveValue::Set, ConnectionTrait, entity::prelude::*, sea_query::OnConflict};
use std::collections::HashMap;

/// The role of `account` in each organization in which it has one.
pub async fn on_organizations(on: &impl ConnectionTrait, account: AccountId) -> Result<HashMap<OrganizationId, Role>, Fault> {
    use organization_role::{Column, Entity};
    let rows = Entity::find().filter(Column::Account.eq(account.to_string())).all(on).await.map_err(fault)?;
    rows.iter().map(|row| Ok((read(&row.organization)?, read(&row.role)?))).collect()
}

/// The role of `account` in each workspace in which it was given one of its own.
pub async fn on_workspaces(on: &impl ConnectionTrait, account: AccountId) -> Result<HashMap<WorkspaceId, Role>, Fault> {
    use workspace_role::{Column, Entity};
    let rows = Entity::find().filter(Column::Account.eq(account.to_string())).all(on).await.map_err(fault)?;
    rows.iter().map(|row| Ok((read(&row.workspace)?, read(&row.role)?))).collect()
}

/// The strongest role of `account` in one workspace.
pub async fn in_place(
    on: &impl ConnectionTrait,
    account: AccountId,
    organization: OrganizationId,
    workspace: WorkspaceId,
) -> Result<Option<Role>, Fault> {
    let here = workspace_role::Entity::find_by_id((workspace.to_string(), account.to_string())).one(on).await.map_err(fault)?;
    let here = here.map(|row| read::<Role>(&row.role)).transpose()?;
    Ok(here.max(on_organization(on, account, organization).await?))
}

/// The role of `account` in all of one organization.
pub async fn on_organization(
    on: &impl ConnectionTrait,
    account: AccountId,
    organization: OrganizationId,
) -> Result<Option<Role>, Fault> {
    let row =
        organization_role::Entity::find_by_id((organization.to_string(), account.to_string())).one(on).await.map_err(fault)?;
    row.map(|row| read(&row.role)).transpose()
}

/// Gives a role on an organization, or takes it away.
pub async fn put_on_organization(
    on: &impl ConnectionTrait,
    organization: OrganizationId,
    account: AccountId,
    role: Option<Role>,
    since: DateTime<Utc>,
) -> Result<(), Fault> {
    use organization_role::{ActiveModel, Column, Entity};
    let Some(role) = role else {
        let gone = Entity::delete_by_id((organization.to_string(), account.to_string())).exec(on).await;
        return gone.map(drop).map_err(fault);
    };
    let row = ActiveModel {
        organization: Set(organization.to_string()),
        account: Set(account.to_string()),
        role: Set(role.as_str().to_owned()),
        since: Set(since),
    };
    let again =
        OnConflict::columns([Column::Organization, Column::Account]).update_columns([Column::Role, Column::Since]).to_owned();
    Entity::insert(row).on_conflict(again).exec_without_returning(on).await.map(drop).map_err(fault)
}

/// Gives a role on a workspace, or takes it away.
pub async fn put_on_workspace(
    on: &impl ConnectionTrait,
    workspace: WorkspaceId,
    account: AccountId,
    role: Option<Role>,
    since: DateTime<Utc>,
) -> Result<(), Fault> {
    use workspace_role::{ActiveModel, Column, Entity};
    let Some(role) = role else {
        let gone = Entity::delete_by_id((workspace.to_string(), account.to_string())).exec(on).await;
        return gone.map(drop).map_err(fault);
    };
    let row = ActiveModel {
        workspace: Set(workspace.to_string()),
        account: Set(account.to_string()),
        role: Set(role.as_str().to_owned()),
        since: Set(since),
    };
    let again =
        OnConflict::columns([Column::Workspace, Column::Account]).update_columns([Column::Role, Column::Since]).to_owned();
    Entity::insert(row).on_conflict(again).exec_without_returning(on).await.map(drop).map_err(fault)
}

/// Everybody with a role in a workspace, each once with the strongest, in the order of their ids.
pub async fn members(on: &impl ConnectionTrait, place: &Place) -> Result<Vec<Member>, Fault> {
    let wide = organization_role::Entity::find()
        .filter(organization_role::Column::Organization.eq(place.organization.to_string()))
        .all(on)
        .await
        .map_err(fault)?;
    let here = workspace_role::Entity::find()
        .filter(workspace_role::Column::Workspace.eq(place.workspace.id.to_string()))
        .all(on)
        .await
        .map_err(fault)?;
    let mut strongest: HashMap<String, (Role, GivenOn, DateTime<Utc>)> = HashMap::new();
    for row in wide {
        strongest.insert(row.account, (read(&row.role)?, GivenOn::Organization, row.since));
    }
    for row in here {
        let role: Role = read(&row.role)?;
        if strongest.get(&row.account).is_none_or(|(wide, ..)| *wide < role) {
            strongest.insert(row.account, (role, GivenOn::Workspace, row.since));
        }
    }
    let mut members = Vec::with_capacity(strongest.len());
    for account in accounts::of_ids(on, strongest.keys().cloned().collect()).await? {
        if let Some((role, given_on, since)) = strongest.remove(&account.id.to_string()) {
            members.push(Member { account, role, given_on, since });
        }
    }
    members.sort_by_key(|member| member.account.id);
    Ok(members)
}
