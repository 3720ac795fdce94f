//! Workspaces, each inside its organization.

use super::{organizations, read, taken};
use crate::{
    entity::{organization, organization_role, workspace as table, workspace_role},
    words::{Place, Workspace},
};
use chaoshub_chassis::db::fault;
use chaoshub_facade::auth::WorkspaceRef;
use chaoshub_kernel::{AccountId, Fault, WorkspaceId};
use sea_orm::{ActiveValue::Set, Condition, ConnectionTrait, QueryOrder, QuerySelect, QueryTrait, entity::prelude::*};

/// Which workspaces a caller may be shown.
#[derive(Debug, Clone, Copy)]
pub enum Seen {
    /// Those in which the account has a role.
    By(AccountId),
    /// Only this one, if the account has a role in it.
    One(AccountId, WorkspaceId),
    /// All of them.
    All,
}

pub async fn insert(on: &impl ConnectionTrait, place: &Place) -> Result<(), Fault> {
    let row = table::ActiveModel {
        id: Set(place.workspace.id.to_string()),
        organization: Set(place.organization.to_string()),
        name: Set(place.workspace.name.clone()),
        title: Set(place.workspace.title.clone()),
        created_at: Set(place.workspace.created_at),
    };
    table::Entity::insert(row).exec_without_returning(on).await.map(drop).map_err(taken)
}

pub async fn find(on: &impl ConnectionTrait, wanted: &WorkspaceRef) -> Result<Option<Place>, Fault> {
    let query = match wanted {
        WorkspaceRef::Id(id) => table::Entity::find_by_id(id.to_string()),
        WorkspaceRef::Name(org, name) => {
            let organization = organization::Entity::find()
                .select_only()
                .column(organization::Column::Id)
                .filter(organization::Column::Name.eq(org));
            table::Entity::find()
                .filter(table::Column::Organization.in_subquery(organization.into_query()))
                .filter(table::Column::Name.eq(name))
        }
    };
    let rows = query.all(on).await.map_err(fault)?;
    Ok(places(on, rows).await?.pop())
}

/// The workspaces that come after `after`, in the order of their ids; all that are left without a limit.
pub async fn page(
    on: &impl ConnectionTrait,
    seen: Seen,
    after: Option<WorkspaceId>,
    limit: Option<u64>,
) -> Result<Vec<Place>, Fault> {
    let mut query = table::Entity::find().order_by_asc(table::Column::Id).limit(limit);
    if let Some(after) = after {
        query = query.filter(table::Column::Id.gt(after.to_string()));
    }
    if let Seen::One(_, id) = seen {
        query = query.filter(table::Column::Id.eq(id.to_string()));
    }
    if let Seen::By(account) | Seen::One(account, _) = seen {
        let organizations = organization_role::Entity::find()
            .select_only()
            .column(organization_role::Column::Organization)
            .filter(organization_role::Column::Account.eq(account.to_string()));
        let workspaces = workspace_role::Entity::find()
            .select_only()
            .column(workspace_role::Column::Workspace)
            .filter(workspace_role::Column::Account.eq(account.to_string()));
        let either = Condition::any()
            .add(table::Column::Organization.in_subquery(organizations.into_query()))
            .add(table::Column::Id.in_subquery(workspaces.into_query()));
        query = query.filter(either);
    }
    let rows = query.all(on).await.map_err(fault)?;
    places(on, rows).await
}

async fn places(on: &impl ConnectionTrait, rows: Vec<table::Model>) -> Result<Vec<Place>, Fault> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let names = organizations::names(on, rows.iter().map(|row| row.organization.clone()).collect()).await?;
    rows.into_iter()
        .map(|row| {
            let workspace = Workspace {
                id: read(&row.id)?,
                organization: names.get(&row.organization).cloned().unwrap_or_default(),
                name: row.name,
                title: row.title,
                created_at: row.created_at,
            };
            Ok(Place { organization: read(&row.organization)?, workspace })
        })
        .collect()
}
