//! API tokens: making, listing, deleting, and exchanging one for a claim.

use super::{LocalAuth, accounts::Person, news, secrets};
use crate::{
    store,
    words::{Account, Token, TokenId},
};
use chaoshub_chassis::{db::fault, outbox::Change};
use chaoshub_facade::auth::Access;
use chaoshub_kernel::{Bearer, Fault, Page, PageAsk, Scope, Scopes, SignedClaim, WorkspaceId};
use chrono::{DateTime, TimeDelta, Utc};
use secrecy::SecretString;

/// How exact `last_used_at` is; a write for each use would cost more than it tells.
const USED_WITHIN: TimeDelta = TimeDelta::minutes(1);

/// The longest life of a token that has an end, days: ten years.
const MOST_DAYS: u32 = 3650;

/// What a new token is to be.
#[derive(Debug)]
pub struct Wish {
    pub name: String,
    pub scopes: Scopes,
    pub expires_in_days: Option<u32>,
}

impl LocalAuth {
    /// A new token with at most the rights that its maker has in the workspace now. The secret is shown here only.
    pub async fn new_token(&self, person: &Person, access: &Access, wish: Wish) -> Result<(Token, SecretString), Fault> {
        access.need(Scope::TokenManage)?;
        if !wish.scopes.within(&access.scopes) {
            return Err(Fault::forbidden("scopes-beyond-yours", "a token may not do more than you may in this workspace"));
        }
        let now = self.clock.now();
        let mut expires_at = end(now, wish.expires_in_days)?;
        let change = self.outbox.begin().await.map_err(fault)?;
        if let Some(parent) = &person.token {
            // A token's child ends with it, else a token for a day would be one for ever.
            let ends = store::tokens::expiry(&*change, parent).await?.ok_or_else(super::invalid_token)?;
            expires_at = [expires_at, ends].into_iter().flatten().min();
        }
        let new = New {
            workspace: access.workspace,
            name: &wish.name,
            scopes: wish.scopes,
            expires_at,
            parent: person.token.as_deref(),
        };
        let made = create(&change, now, &person.account, new).await?;
        change.commit().await.map_err(fault)?;
        Ok(made)
    }

    /// One's own tokens, of one workspace or of all.
    pub async fn tokens(&self, person: &Person, workspace: Option<WorkspaceId>, ask: &PageAsk) -> Result<Page<Token>, Fault> {
        let after: Option<TokenId> = super::cursor(ask)?;
        let workspace = person.bound.or(workspace);
        person.need_manage()?;
        let found = store::tokens::page(&self.db, &person.account, workspace, after, ask.limit() + 1).await?;
        Ok(Page::cut(found, ask.limit(), |token| token.id.to_string()))
    }

    /// Ends one of one's own tokens and what it made, at once.
    pub async fn delete_token(&self, person: &Person, id: TokenId) -> Result<(), Fault> {
        person.need_manage()?;
        let mut change = self.outbox.begin().await.map_err(fault)?;
        if !store::tokens::delete(&*change, person.account.id, person.bound, id).await? {
            return Err(Fault::not_found("token"));
        }
        change.tell(news::access_changed(person.account.id)).await.map_err(fault)?;
        change.commit().await.map_err(fault)?;
        self.forget_rights();
        Ok(())
    }

    /// A claim for a token, bound to its workspace, under the ceiling of its scopes, ending no later than it does.
    pub(super) async fn token_claim(&self, secret: &str) -> Result<SignedClaim, Fault> {
        let (digest, read_in) = match self.exchanged.get(secrets::digest(secret)) {
            Ok(claim) => return Ok(claim),
            Err(missing) => missing,
        };
        let found = store::tokens::by_digest(&self.db, &digest).await?;
        let (token, owner) = found.ok_or_else(super::invalid_token)?;
        let now = self.clock.now();
        if token.expires_at.is_some_and(|ends| ends <= now) {
            return Err(Fault::unauthenticated("token-expired", "the token has expired; create a new one"));
        }
        if token.last_used_at.is_none_or(|used| used + USED_WITHIN <= now) {
            store::tokens::used(&self.db, token.id, now).await?;
        }
        let bearer = Bearer::Token(token.id.to_string());
        let claim = self.claim(&owner, bearer, token.scopes, Some(token.workspace_id), token.expires_at);
        self.exchanged.keep(digest, read_in, claim.clone(), token.expires_at);
        Ok(claim)
    }
}

impl Person {
    /// A person sees and ends tokens of their own; a token only with that scope.
    fn need_manage(&self) -> Result<(), Fault> {
        match self.token.is_none() || self.ceiling.has(Scope::TokenManage) {
            true => Ok(()),
            false => Err(Fault::missing_scope(Scope::TokenManage)),
        }
    }
}

/// A token that its owner may have.
pub struct New<'a> {
    pub workspace: WorkspaceId,
    pub name: &'a str,
    pub scopes: Scopes,
    pub expires_at: Option<DateTime<Utc>>,
    /// The token that makes it, if one does.
    pub parent: Option<&'a str>,
}

/// Makes a token; whoever calls has checked that its owner may.
pub async fn create(change: &Change, now: DateTime<Utc>, owner: &Account, new: New<'_>) -> Result<(Token, SecretString), Fault> {
    if new.scopes.is_empty() {
        return Err(Fault::invalid("no-scopes", "a token needs at least one scope"));
    }
    let secret = secrets::token();
    let token = Token {
        id: TokenId::new(now),
        name: super::label(new.name)?,
        workspace_id: new.workspace,
        account: owner.name.clone(),
        scopes: new.scopes,
        created_at: now,
        expires_at: new.expires_at,
        last_used_at: None,
        hint: secrets::hint(&secret),
    };
    store::tokens::insert(&**change, &token, owner.id, &secrets::digest(&secret), new.parent).await?;
    Ok((token, secret.into()))
}

/// When a token made now for so many days ends.
pub fn end(now: DateTime<Utc>, days: Option<u32>) -> Result<Option<DateTime<Utc>>, Fault> {
    match days {
        None => Ok(None),
        Some(days @ 1..=MOST_DAYS) => Ok(Some(now + TimeDelta::days(days.into()))),
        Some(_) => Err(Fault::invalid("invalid-expiry", format!("a token ends after 1 to {MOST_DAYS} days, or never"))),
    }
}
