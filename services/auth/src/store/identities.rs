//! Identities at providers, by issuer and subject.

use super::read;
use crate::{entity::identity as table, words::IdentityId};
use chaoshub_chassis::db::fault;
use chaoshub_kernel::{AccountId, Fault};
use chrono::{DateTime, Utc};
use sea_orm::{ActiveValue::Set, ConnectionTrait, QueryOrder, SqlErr, entity::prelude::*};

/// Somebody as a provider knows them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    pub id: IdentityId,
    pub account: AccountId,
    pub issuer: String,
    /// What to call it on a page.
    pub label: String,
    pub created_at: DateTime<Utc>,
    pub used_at: DateTime<Utc>,
}

/// Keeps a new one; `identity-taken` when somebody else came first.
pub async fn insert(on: &impl ConnectionTrait, identity: &Identity, subject: &str) -> Result<(), Fault> {
    let row = table::ActiveModel {
        id: Set(identity.id.to_string()),
        account: Set(identity.account.to_string()),
        issuer: Set(identity.issuer.clone()),
        subject: Set(subject.to_owned()),
        label: Set(identity.label.clone()),
        created_at: Set(identity.created_at),
        used_at: Set(identity.used_at),
    };
    let kept = table::Entity::insert(row).exec_without_returning(on).await;
    kept.map(drop).map_err(|cause| match cause.sql_err() {
        Some(SqlErr::UniqueConstraintViolation(_)) => taken(),
        _ => fault(cause),
    })
}

/// It is somebody else's.
pub fn taken() -> Fault {
    Fault::conflict("identity-taken", "that account elsewhere already opens another account of this hub")
}

pub async fn find(on: &impl ConnectionTrait, issuer: &str, subject: &str) -> Result<Option<Identity>, Fault> {
    let of = table::Entity::find().filter(table::Column::Issuer.eq(issuer)).filter(table::Column::Subject.eq(subject));
    of.one(on).await.map_err(fault)?.map(identity).transpose()
}

/// All of an account, the oldest first.
pub async fn of_account(on: &impl ConnectionTrait, account: AccountId) -> Result<Vec<Identity>, Fault> {
    let query = table::Entity::find().filter(table::Column::Account.eq(account.to_string()));
    let query = query.order_by_asc(table::Column::CreatedAt).order_by_asc(table::Column::Id);
    query.all(on).await.map_err(fault)?.into_iter().map(identity).collect()
}

/// It was used, and is called so now.
pub async fn used(on: &impl ConnectionTrait, id: IdentityId, label: &str, at: DateTime<Utc>) -> Result<(), Fault> {
    let row =
        table::ActiveModel { id: Set(id.to_string()), label: Set(label.to_owned()), used_at: Set(at), ..Default::default() };
    table::Entity::update(row).exec(on).await.map(drop).map_err(fault)
}

pub async fn delete(on: &impl ConnectionTrait, id: IdentityId) -> Result<(), Fault> {
    table::Entity::delete_by_id(id.to_string()).exec(on).await.map(drop).map_err(fault)
}

fn identity(row: table::Model) -> Result<Identity, Fault> {
    Ok(Identity {
        id: read(&row.id)?,
        account: read(&row.account)?,
        issuer: row.issuer,
        label: row.label,
        created_at: row.created_at,
        used_at: row.used_at,
    })
}
