//! Who is signed in, by the digest of the session cookie.

use super::read;
use crate::{entity::sign_in as table, words::SignInId};
use chaoshub_chassis::db::fault;
use chaoshub_kernel::{AccountId, Fault};
use chrono::{DateTime, Utc};
use sea_orm::{ActiveValue::Set, Condition, ConnectionTrait, QueryOrder, QuerySelect, QueryTrait, entity::prelude::*};

/// Somebody signed in from one browser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignIn {
    pub id: SignInId,
    pub account: AccountId,
    /// The browser, in a few words.
    pub browser: String,
    pub created_at: DateTime<Utc>,
    pub seen_at: DateTime<Utc>,
    pub ended_at: Option<DateTime<Utc>>,
}

pub async fn insert(on: &impl ConnectionTrait, sign_in: &SignIn, digest: &str) -> Result<(), Fault> {
    let row = table::ActiveModel {
        id: Set(sign_in.id.to_string()),
        account: Set(sign_in.account.to_string()),
        digest: Set(digest.to_owned()),
        browser: Set(sign_in.browser.clone()),
        created_at: Set(sign_in.created_at),
        seen_at: Set(sign_in.seen_at),
        ended_at: Set(sign_in.ended_at),
    };
    table::Entity::insert(row).exec_without_returning(on).await.map(drop).map_err(fault)
}

pub async fn by_digest(on: &impl ConnectionTrait, digest: &str) -> Result<Option<SignIn>, Fault> {
    let row = table::Entity::find().filter(table::Column::Digest.eq(digest)).one(on).await.map_err(fault)?;
    row.map(sign_in).transpose()
}

pub async fn by_id(on: &impl ConnectionTrait, id: &str) -> Result<Option<SignIn>, Fault> {
    let row = table::Entity::find_by_id(id).one(on).await.map_err(fault)?;
    row.map(sign_in).transpose()
}

/// All of an account that have not been ended and were made and seen after these times, the newest first.
pub async fn open_of(
    on: &impl ConnectionTrait,
    account: AccountId,
    made_after: DateTime<Utc>,
    seen_after: DateTime<Utc>,
) -> Result<Vec<SignIn>, Fault> {
    let query = table::Entity::find()
        .filter(table::Column::Account.eq(account.to_string()))
        .filter(table::Column::EndedAt.is_null())
        .filter(table::Column::CreatedAt.gt(made_after))
        .filter(table::Column::SeenAt.gt(seen_after))
        .order_by_desc(table::Column::CreatedAt)
        .order_by_desc(table::Column::Id);
    query.all(on).await.map_err(fault)?.into_iter().map(sign_in).collect()
}

pub async fn seen(on: &impl ConnectionTrait, id: SignInId, at: DateTime<Utc>) -> Result<(), Fault> {
    let row = table::ActiveModel { id: Set(id.to_string()), seen_at: Set(at), ..Default::default() };
    table::Entity::update(row).exec(on).await.map(drop).map_err(fault)
}

pub async fn end(on: &impl ConnectionTrait, id: SignInId, at: DateTime<Utc>) -> Result<(), Fault> {
    let row = table::ActiveModel { id: Set(id.to_string()), ended_at: Set(Some(at)), ..Default::default() };
    table::Entity::update(row).exec(on).await.map(drop).map_err(fault)
}

/// Ends all of an account but one.
pub async fn end_all(
    on: &impl ConnectionTrait,
    account: AccountId,
    but: Option<SignInId>,
    at: DateTime<Utc>,
) -> Result<(), Fault> {
    let mut query = table::Entity::update_many()
        .col_expr(table::Column::EndedAt, Expr::value(Some(at)))
        .filter(table::Column::Account.eq(account.to_string()))
        .filter(table::Column::EndedAt.is_null());
    if let Some(but) = but {
        query = query.filter(table::Column::Id.ne(but.to_string()));
    }
    query.exec(on).await.map(drop).map_err(fault)
}

/// Forgets what ended or was made before `before`, at most `limit`; says how many.
pub async fn sweep(on: &impl ConnectionTrait, before: DateTime<Utc>, limit: u64) -> Result<u64, Fault> {
    let over = Condition::any().add(table::Column::CreatedAt.lt(before)).add(table::Column::EndedAt.lt(before));
    let old = table::Entity::find().select_only().column(table::Column::Id).filter(over).limit(limit).into_query();
    let swept = table::Entity::delete_many().filter(table::Column::Id.in_subquery(old)).exec(on).await.map_err(fault)?;
    Ok(swept.rows_affected)
}

fn sign_in(row: table::Model) -> Result<SignIn, Fault> {
    Ok(SignIn {
        id: read(&row.id)?,
        account: read(&row.account)?,
        browser: row.browser,
        created_at: row.created_at,
        seen_at: row.seen_at,
        ended_at: row.ended_at,
    })
}
