//! Accounts.

use super::{read, taken};
use crate::{entity::account as table, words::Account};
use chaoshub_chassis::db::fault;
use chaoshub_kernel::{AccountId, Fault};
use sea_orm::{ActiveValue::Set, ConnectionTrait, QueryOrder, QuerySelect, entity::prelude::*};

pub async fn insert(on: &impl ConnectionTrait, account: &Account, password_hash: Option<String>) -> Result<(), Fault> {
    let row = table::ActiveModel {
        id: Set(account.id.to_string()),
        name: Set(account.name.clone()),
        admin: Set(account.admin),
        password_hash: Set(password_hash),
        created_at: Set(account.created_at),
    };
    table::Entity::insert(row).exec_without_returning(on).await.map(drop).map_err(taken)
}

pub async fn by_id(on: &impl ConnectionTrait, id: AccountId) -> Result<Option<Account>, Fault> {
    let row = table::Entity::find_by_id(id.to_string()).one(on).await.map_err(fault)?;
    row.map(account).transpose()
}

/// The account of that name, with the hash of its password if it has one.
pub async fn by_name(on: &impl ConnectionTrait, name: &str) -> Result<Option<(Account, Option<String>)>, Fault> {
    let row = table::Entity::find().filter(table::Column::Name.eq(name)).one(on).await.map_err(fault)?;
    row.map(|mut row| {
        let hash = row.password_hash.take();
        Ok((account(row)?, hash))
    })
    .transpose()
}

/// Whether a password opens the account.
pub async fn has_password(on: &impl ConnectionTrait, id: AccountId) -> Result<bool, Fault> {
    Ok(password(on, id).await?.is_some())
}

/// The hash of the password that opens the account.
pub async fn password(on: &impl ConnectionTrait, id: AccountId) -> Result<Option<String>, Fault> {
    let row = table::Entity::find_by_id(id.to_string()).one(on).await.map_err(fault)?;
    Ok(row.and_then(|row| row.password_hash))
}

pub async fn set_password(on: &impl ConnectionTrait, id: AccountId, hash: String) -> Result<(), Fault> {
    let row = table::ActiveModel { id: Set(id.to_string()), password_hash: Set(Some(hash)), ..Default::default() };
    table::Entity::update(row).exec(on).await.map(drop).map_err(fault)
}

/// Whether anybody has an account here.
pub async fn any(on: &impl ConnectionTrait) -> Result<bool, Fault> {
    Ok(table::Entity::find().limit(1).one(on).await.map_err(fault)?.is_some())
}

/// At most `limit` accounts that come after `after`.
pub async fn page(on: &impl ConnectionTrait, after: Option<AccountId>, limit: u64) -> Result<Vec<Account>, Fault> {
    let mut query = table::Entity::find().order_by_asc(table::Column::Id).limit(limit);
    if let Some(after) = after {
        query = query.filter(table::Column::Id.gt(after.to_string()));
    }
    query.all(on).await.map_err(fault)?.into_iter().map(account).collect()
}

pub(super) async fn of_ids(on: &impl ConnectionTrait, ids: Vec<String>) -> Result<Vec<Account>, Fault> {
    let rows = table::Entity::find().filter(table::Column::Id.is_in(ids)).all(on).await.map_err(fault)?;
    rows.into_iter().map(account).collect()
}

fn account(row: table::Model) -> Result<Account, Fault> {
    Ok(Account { id: read(&row.id)?, name: row.name, admin: row.admin, created_at: row.created_at })
}
