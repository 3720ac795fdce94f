//! Where somebody is signed in, and ending that.

use super::{LocalAuth, accounts::Person, news};
use crate::{
    store::{self, sign_ins::SignIn},
    words::{Session, SignInId},
};
use chaoshub_chassis::{db::fault, outbox::Change};
use chaoshub_kernel::{AccountId, Fault};
use chrono::{DateTime, TimeDelta, Utc};

impl LocalAuth {
    /// Everywhere one is signed in, the newest first.
    pub async fn sessions(&self, person: &Person) -> Result<Vec<Session>, Fault> {
        person.need_sign_in()?;
        let session = |one: SignIn| Session {
            current: person.session == Some(one.id),
            id: one.id,
            browser: one.browser,
            created_at: one.created_at,
            seen_at: one.seen_at,
        };
        let days = |days: u32| self.clock.now() - TimeDelta::days(days.into());
        let (made, seen) = (days(self.config.session_days), days(self.config.session_idle_days));
        let open = store::sign_ins::open_of(&self.db, person.account.id, made, seen).await?;
        Ok(open.into_iter().map(session).collect())
    }

    /// Ends one of one's own sessions, at once.
    pub async fn end_session(&self, person: &Person, id: SignInId) -> Result<(), Fault> {
        person.need_sign_in()?;
        let mut change = self.outbox.begin().await.map_err(fault)?;
        let found = store::sign_ins::by_id(&*change, &id.to_string()).await?;
        let own = found.filter(|one| one.account == person.account.id && one.ended_at.is_none());
        let own = own.ok_or_else(|| Fault::not_found("session"))?;
        store::sign_ins::end(&*change, own.id, self.clock.now()).await?;
        change.tell(news::access_changed(own.account)).await.map_err(fault)?;
        change.commit().await.map_err(fault)?;
        self.forget_rights();
        Ok(())
    }

    /// Ends all of one's own sessions but the one that asks.
    pub async fn end_other_sessions(&self, person: &Person) -> Result<(), Fault> {
        person.need_sign_in()?;
        let mut change = self.outbox.begin().await.map_err(fault)?;
        end_all(&mut change, person.account.id, person.session, self.clock.now()).await?;
        change.commit().await.map_err(fault)?;
        self.forget_rights();
        Ok(())
    }
}

/// Ends all sessions of an account but one, within a change. Rights that are remembered are to be forgotten after it.
pub async fn end_all(change: &mut Change, account: AccountId, but: Option<SignInId>, now: DateTime<Utc>) -> Result<(), Fault> {
    store::sign_ins::end_all(&**change, account, but, now).await?;
    change.tell(news::access_changed(account)).await.map_err(fault)
}
