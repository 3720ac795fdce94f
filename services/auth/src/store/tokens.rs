//! API tokens, by the digest of their secret.

use super::read;
use crate::{
    entity::token as table,
    words::{Account, Token, TokenId},
};
use chaoshub_chassis::db::fault;
use chaoshub_kernel::{AccountId, Fault, Scope, Scopes, WorkspaceId};
use chrono::{DateTime, Utc};
use sea_orm::{ActiveValue::Set, ConnectionTrait, DbBackend, QueryOrder, QuerySelect, Statement, entity::prelude::*};

/// Keeps a new one; `parent` is the token that made it, if one did.
pub async fn insert(
    on: &impl ConnectionTrait,
    token: &Token,
    owner: AccountId,
    digest: &str,
    parent: Option<&str>,
) -> Result<(), Fault> {
    let scopes: Vec<_> = token.scopes.iter().map(Scope::as_str).collect();
    let row = table::ActiveModel {
        id: Set(token.id.to_string()),
        account: Set(owner.to_string()),
        workspace: Set(token.workspace_id.to_string()),
        name: Set(token.name.clone()),
        digest: Set(digest.to_owned()),
        hint: Set(token.hint.clone()),
        scopes: Set(scopes.join(" ")),
        created_at: Set(token.created_at),
        expires_at: Set(token.expires_at),
        used_at: Set(token.last_used_at),
        parent: Set(parent.map(str::to_owned)),
    };
    table::Entity::insert(row).exec_without_returning(on).await.map(drop).map_err(fault)
}

/// The token with this digest, and whose it is.
pub async fn by_digest(on: &impl ConnectionTrait, digest: &str) -> Result<Option<(Token, Account)>, Fault> {
    let row = table::Entity::find().filter(table::Column::Digest.eq(digest)).one(on).await.map_err(fault)?;
    let Some(row) = row else { return Ok(None) };
    let Some(owner) = super::accounts::by_id(on, read(&row.account)?).await? else { return Ok(None) };
    Ok(Some((token(row, &owner.name)?, owner)))
}

/// When the token of this id ends, if it is there at all.
pub async fn expiry(on: &impl ConnectionTrait, id: &str) -> Result<Option<Option<DateTime<Utc>>>, Fault> {
    let row = table::Entity::find_by_id(id).one(on).await.map_err(fault)?;
    Ok(row.map(|row| row.expires_at))
}

/// At most `limit` tokens of `owner` that come after `after`, of one workspace or of all.
pub async fn page(
    on: &impl ConnectionTrait,
    owner: &Account,
    workspace: Option<WorkspaceId>,
    after: Option<TokenId>,
    limit: u64,
) -> Result<Vec<Token>, Fault> {
    let mut query = table::Entity::find()
        .filter(table::Column::Account.eq(owner.id.to_string()))
        .order_by_asc(table::Column::Id)
        .limit(limit);
    if let Some(workspace) = workspace {
        query = query.filter(table::Column::Workspace.eq(workspace.to_string()));
    }
    if let Some(after) = after {
        query = query.filter(table::Column::Id.gt(after.to_string()));
    }
    let rows = query.all(on).await.map_err(fault)?;
    rows.into_iter().map(|row| token(row, &owner.name)).collect()
}

/// Deletes a token of `owner`, of one workspace or of any, and all that it has made; false when there was none.
pub async fn delete(
    on: &impl ConnectionTrait,
    owner: AccountId,
    workspace: Option<WorkspaceId>,
    id: TokenId,
) -> Result<bool, Fault> {
    let mut query = table::Entity::find_by_id(id.to_string()).filter(table::Column::Account.eq(owner.to_string()));
    if let Some(workspace) = workspace {
        query = query.filter(table::Column::Workspace.eq(workspace.to_string()));
    }
    if query.one(on).await.map_err(fault)?.is_none() {
        return Ok(false);
    }
    on.execute_raw(family(on.get_database_backend(), id)).await.map(|_| true).map_err(fault)
}

/// One statement, however many generations whoever had the token has made.
fn family(backend: DbBackend, id: TokenId) -> Statement {
    let sql = "WITH RECURSIVE family(id) AS (SELECT id FROM tokens WHERE id = $1 \
               UNION ALL SELECT tokens.id FROM tokens JOIN family ON tokens.parent = family.id) \
               DELETE FROM tokens WHERE id IN (SELECT id FROM family)";
    Statement::from_sql_and_values(backend, sql, [id.to_string().into()])
}

pub async fn used(on: &impl ConnectionTrait, id: TokenId, at: DateTime<Utc>) -> Result<(), Fault> {
    table::Entity::update_many()
        .col_expr(table::Column::UsedAt, Expr::value(at))
        .filter(table::Column::Id.eq(id.to_string()))
        .exec(on)
        .await
        .map(drop)
        .map_err(fault)
}

fn token(row: table::Model, owner: &str) -> Result<Token, Fault> {
    Ok(Token {
        id: read(&row.id)?,
        name: row.name,
        workspace_id: read(&row.workspace)?,
        account: owner.to_owned(),
        scopes: row.scopes.split_whitespace().map(read::<Scope>).collect::<Result<Scopes, _>>()?,
        created_at: row.created_at,
        expires_at: row.expires_at,
        last_used_at: row.used_at,
        hint: row.hint,
    })
}
