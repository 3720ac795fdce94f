//! Accounts: who asks, making one, listing them.

use super::{LocalAuth, news, organizations, passwords};
use crate::{
    store,
    words::{Account, Me, Membership, SignInId},
};
use chaoshub_chassis::{db::fault, outbox::Change};
use chaoshub_kernel::{AccountId, Bearer, Fault, Page, PageAsk, Scopes, Slug, UserClaim, WorkspaceId};
use chrono::{DateTime, Utc};
use secrecy::SecretString;

/// Somebody with an account who asks, signed in or by a token.
#[derive(Debug, Clone)]
pub struct Person {
    /// Who.
    pub account: Account,
    /// The most that may be done.
    pub ceiling: Scopes,
    /// The only workspace it is for, when a token asks.
    pub bound: Option<WorkspaceId>,
    /// The token's id, when one asks.
    pub token: Option<String>,
    /// The session, when somebody signed in asks.
    pub session: Option<SignInId>,
}

impl Person {
    /// Whether an administrator asks, signed in: a token administers nothing.
    pub fn is_administrator(&self) -> bool {
        self.account.admin && self.token.is_none()
    }

    /// Ok for a person in a browser; a token is for one workspace and makes nothing beside it.
    pub fn need_sign_in(&self) -> Result<(), Fault> {
        match self.token {
            None => Ok(()),
            Some(_) => Err(Fault::forbidden("sign-in-needed", "an API token may not do this; sign in")),
        }
    }

    fn need_administrator(&self) -> Result<(), Fault> {
        match self.is_administrator() {
            true => Ok(()),
            false => Err(Fault::forbidden("administrators-only", "only administrators of this hub may do this")),
        }
    }
}

impl LocalAuth {
    /// The account behind a verified claim whose session or token has not ended.
    pub async fn person(&self, claim: &UserClaim) -> Result<Person, Fault> {
        self.alive(claim).await?;
        let account = match claim.account {
            Some(id) => store::accounts::by_id(&self.db, id).await?,
            None => return Err(Fault::forbidden("people-only", "only somebody with an account may do this")),
        };
        let account = account.ok_or_else(|| Fault::unauthenticated("session-ended", "the account is gone"))?;
        let (token, session) = match &claim.bearer {
            Bearer::Token(id) => (Some(id.clone()), None),
            Bearer::Session(id) => (None, id.parse().ok()),
            Bearer::Service(_) => (None, None),
        };
        Ok(Person { account, ceiling: claim.ceiling.clone(), bound: claim.workspace, token, session })
    }

    /// Who asks, and where they have a role.
    pub async fn me(&self, person: &Person) -> Result<Me, Fault> {
        let places = self.memberships(person.account.id, person.bound).await?;
        let membership = |(place, role): (crate::words::Place, chaoshub_kernel::Role)| Membership {
            workspace: place.workspace,
            role,
            scopes: role.scopes().and(&person.ceiling),
        };
        Ok(Me { account: person.account.clone(), workspaces: places.into_iter().map(membership).collect() })
    }

    /// Every account, for an administrator.
    pub async fn accounts(&self, person: &Person, ask: &PageAsk) -> Result<Page<Account>, Fault> {
        person.need_administrator()?;
        let after: Option<AccountId> = super::cursor(ask)?;
        let found = store::accounts::page(&self.db, after, ask.limit() + 1).await?;
        Ok(Page::cut(found, ask.limit(), |account| account.id.to_string()))
    }

    /// A new account, by an administrator.
    pub async fn new_account(&self, person: &Person, name: &Slug, password: SecretString, admin: bool) -> Result<Account, Fault> {
        person.need_administrator()?;
        passwords::check(&password, name)?;
        let hash = self.passwords.hash(password).await?;
        let mut change = self.outbox.begin().await.map_err(fault)?;
        let account = create(&mut change, self.clock.now(), name, Some(hash), admin).await?;
        change.commit().await.map_err(fault)?;
        Ok(account)
    }
}

/// Makes an account with an organization and a workspace of its own; without a hash no password opens it.
pub async fn create(
    change: &mut Change,
    now: DateTime<Utc>,
    name: &Slug,
    password_hash: Option<String>,
    admin: bool,
) -> Result<Account, Fault> {
    let account = Account { id: AccountId::new(now), name: name.to_string(), admin, created_at: now };
    store::accounts::insert(&**change, &account, password_hash).await?;
    change.tell(news::account_created(&account)).await.map_err(fault)?;
    organizations::create(change, now, name, name.as_str(), Some(&account)).await?;
    Ok(account)
}
