//! Invitations to workspaces, by the digest of their secret.

use super::{accounts, read, roles, workspaces};
use crate::{
    entity::invitation as table,
    words::{Account, InvitationId, Place},
};
use chaoshub_chassis::db::fault;
use chaoshub_facade::auth::WorkspaceRef;
use chaoshub_kernel::{AccountId, Fault, Role, WorkspaceId};
use chrono::{DateTime, Utc};
use sea_orm::{ActiveValue::Set, ConnectionTrait, QueryOrder, QuerySelect, QueryTrait, entity::prelude::*};
use std::collections::HashMap;

/// An invitation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    pub id: InvitationId,
    pub workspace: WorkspaceId,
    pub role: Role,
    pub made_by: AccountId,
    pub created_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
}

pub async fn insert(on: &impl ConnectionTrait, invitation: &Kept, digest: &str) -> Result<(), Fault> {
    let row = table::ActiveModel {
        id: Set(invitation.id.to_string()),
        workspace: Set(invitation.workspace.to_string()),
        role: Set(invitation.role.as_str().to_owned()),
        digest: Set(digest.to_owned()),
        made_by: Set(invitation.made_by.to_string()),
        created_at: Set(invitation.created_at),
        expires_at: Set(invitation.expires_at),
        used_at: Set(None),
    };
    table::Entity::insert(row).exec_without_returning(on).await.map(drop).map_err(fault)
}

/// An invitation with what it is to, who made it, and what they are there now.
#[derive(Debug, Clone)]
pub struct Found {
    pub kept: Kept,
    pub place: Place,
    pub by: Account,
    pub maker: Option<Role>,
}

/// The one with this digest that is neither used nor over.
pub async fn look(on: &impl ConnectionTrait, digest: &str, now: DateTime<Utc>) -> Result<Option<Found>, Fault> {
    let row = open(now).filter(table::Column::Digest.eq(digest)).one(on).await.map_err(fault)?;
    let Some(kept) = row.map(kept).transpose()? else { return Ok(None) };
    let place = workspaces::find(on, &WorkspaceRef::Id(kept.workspace)).await?;
    let by = accounts::by_id(on, kept.made_by).await?;
    let (Some(place), Some(by)) = (place, by) else { return Ok(None) };
    let maker = roles::in_place(on, by.id, place.organization, kept.workspace).await?;
    Ok(Some(Found { kept, place, by, maker }))
}

/// At most `limit` of a workspace that are open and come after `after`, with the names of who made them.
pub async fn page(
    on: &impl ConnectionTrait,
    workspace: WorkspaceId,
    now: DateTime<Utc>,
    after: Option<InvitationId>,
    limit: u64,
) -> Result<Vec<(Kept, String)>, Fault> {
    let mut query =
        open(now).filter(table::Column::Workspace.eq(workspace.to_string())).order_by_asc(table::Column::Id).limit(limit);
    if let Some(after) = after {
        query = query.filter(table::Column::Id.gt(after.to_string()));
    }
    let rows = query.all(on).await.map_err(fault)?;
    let makers = accounts::of_ids(on, rows.iter().map(|row| row.made_by.clone()).collect()).await?;
    let names: HashMap<_, _> = makers.into_iter().map(|maker| (maker.id, maker.name)).collect();
    let named = |kept: Kept| {
        let by = names.get(&kept.made_by).cloned().unwrap_or_default();
        (kept, by)
    };
    rows.into_iter().map(|row| kept(row).map(named)).collect()
}

/// Uses one up; false when somebody else did before.
pub async fn spend(on: &impl ConnectionTrait, id: InvitationId, at: DateTime<Utc>) -> Result<bool, Fault> {
    let spent = table::Entity::update_many()
        .col_expr(table::Column::UsedAt, Expr::value(at))
        .filter(table::Column::Id.eq(id.to_string()))
        .filter(table::Column::UsedAt.is_null())
        .exec(on)
        .await
        .map_err(fault)?;
    Ok(spent.rows_affected == 1)
}

/// Takes one of a workspace back; false when there was none that could still be used.
pub async fn delete(on: &impl ConnectionTrait, workspace: WorkspaceId, id: InvitationId) -> Result<bool, Fault> {
    let query = table::Entity::delete_many()
        .filter(table::Column::Id.eq(id.to_string()))
        .filter(table::Column::Workspace.eq(workspace.to_string()))
        .filter(table::Column::UsedAt.is_null());
    Ok(query.exec(on).await.map_err(fault)?.rows_affected > 0)
}

/// Forgets those that ended before `before`.
/// At most `limit`; says how many.
pub async fn sweep(on: &impl ConnectionTrait, before: DateTime<Utc>, limit: u64) -> Result<u64, Fault> {
    let old = table::Entity::find().select_only().column(table::Column::Id).filter(table::Column::ExpiresAt.lt(before));
    let old = old.limit(limit).into_query();
    let swept = table::Entity::delete_many().filter(table::Column::Id.in_subquery(old)).exec(on).await.map_err(fault)?;
    Ok(swept.rows_affected)
}

fn open(now: DateTime<Utc>) -> Select<table::Entity> {
    table::Entity::find().filter(table::Column::UsedAt.is_null()).filter(table::Column::ExpiresAt.gt(now))
}

fn kept(row: table::Model) -> Result<Kept, Fault> {
    Ok(Kept {
        id: read(&row.id)?,
        workspace: read(&row.workspace)?,
        role: read(&row.role)?,
        made_by: read(&row.made_by)?,
        created_at: row.created_at,
        expires_at: row.expires_at,
    })
}
