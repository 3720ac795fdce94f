//! Organizations.

use super::{read, taken};
use crate::{
    entity::{organization as table, organization_role, workspace, workspace_role},
    words::Organization,
};
use chaoshub_chassis::db::fault;
use chaoshub_kernel::{AccountId, Fault, OrganizationId, Role, WorkspaceId};
use chrono::{DateTime, Utc};
use sea_orm::{ActiveValue::Set, Condition, ConnectionTrait, QueryOrder, QuerySelect, QueryTrait, entity::prelude::*};
use std::collections::HashMap;

/// Which organizations a caller may be shown.
#[derive(Debug, Clone, Copy)]
pub enum Seen {
    /// Those in which the account has a role, or has one in some workspace.
    By(AccountId),
    /// The one of this workspace.
    Around(WorkspaceId),
    /// All of them.
    All,
}

pub async fn insert(on: &impl ConnectionTrait, organization: &Organization, at: DateTime<Utc>) -> Result<(), Fault> {
    let row = table::ActiveModel {
        id: Set(organization.id.to_string()),
        name: Set(organization.name.clone()),
        title: Set(organization.title.clone()),
        created_at: Set(at),
    };
    table::Entity::insert(row).exec_without_returning(on).await.map(drop).map_err(taken)
}

pub async fn by_name(on: &impl ConnectionTrait, name: &str) -> Result<Option<Organization>, Fault> {
    let row = table::Entity::find().filter(table::Column::Name.eq(name)).one(on).await.map_err(fault)?;
    row.map(organization).transpose()
}

/// At most `limit` organizations that come after `after`, with the role of `account` in each.
pub async fn page(
    on: &impl ConnectionTrait,
    account: AccountId,
    seen: Seen,
    after: Option<OrganizationId>,
    limit: u64,
) -> Result<Vec<Organization>, Fault> {
    let mut query = table::Entity::find().order_by_asc(table::Column::Id).limit(limit);
    if let Some(after) = after {
        query = query.filter(table::Column::Id.gt(after.to_string()));
    }
    match seen {
        Seen::All => {}
        Seen::Around(id) => {
            let around = workspace::Entity::find()
                .select_only()
                .column(workspace::Column::Organization)
                .filter(workspace::Column::Id.eq(id.to_string()));
            query = query.filter(table::Column::Id.in_subquery(around.into_query()));
        }
        Seen::By(account) => {
            let direct = organization_role::Entity::find()
                .select_only()
                .column(organization_role::Column::Organization)
                .filter(organization_role::Column::Account.eq(account.to_string()));
            let workspaces = workspace_role::Entity::find()
                .select_only()
                .column(workspace_role::Column::Workspace)
                .filter(workspace_role::Column::Account.eq(account.to_string()));
            let around = workspace::Entity::find()
                .select_only()
                .column(workspace::Column::Organization)
                .filter(workspace::Column::Id.in_subquery(workspaces.into_query()));
            let either = Condition::any()
                .add(table::Column::Id.in_subquery(direct.into_query()))
                .add(table::Column::Id.in_subquery(around.into_query()));
            query = query.filter(either);
        }
    }
    let mut found: Vec<_> = query.all(on).await.map_err(fault)?.into_iter().map(organization).collect::<Result<_, _>>()?;
    let roles = super::roles::on_organizations(on, account).await?;
    for organization in &mut found {
        organization.role = roles.get(&organization.id).copied();
    }
    Ok(found)
}

/// Every organization in which nobody is an owner.
pub async fn without_owner(on: &impl ConnectionTrait) -> Result<Vec<Organization>, Fault> {
    let owned = organization_role::Entity::find()
        .select_only()
        .column(organization_role::Column::Organization)
        .filter(organization_role::Column::Role.eq(Role::Owner.as_str()));
    let rows = table::Entity::find()
        .filter(table::Column::Id.not_in_subquery(owned.into_query()))
        .order_by_asc(table::Column::Id)
        .all(on)
        .await
        .map_err(fault)?;
    rows.into_iter().map(organization).collect()
}

/// The names of the organizations of these ids.
pub(super) async fn names(on: &impl ConnectionTrait, ids: Vec<String>) -> Result<HashMap<String, String>, Fault> {
    let rows = table::Entity::find().filter(table::Column::Id.is_in(ids)).all(on).await.map_err(fault)?;
    Ok(rows.into_iter().map(|row| (row.id, row.name)).collect())
}

fn organization(row: table::Model) -> Result<Organization, Fault> {
    Ok(Organization { id: read(&row.id)?, name: row.name, title: row.title, role: None })
}
