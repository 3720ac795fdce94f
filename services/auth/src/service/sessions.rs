//! Where somebody is signed in, and ending that.

use super::{LocalAuth, accounts::Person, news};
use crate::{
    store::{self, sign_ins::SignIn},
    words::{Session, SignInId},
};
use chaoshub_chassis::db::fault;
use chaoshub_kernel::Fault;
use chrono::TimeDelta;

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
        self.end_sessions(person, |one| one.id == id).await?.ok_or_else(|| Fault::not_found("session"))
    }

    /// Ends all of one's own sessions but the one that asks.
    pub async fn end_other_sessions(&self, person: &Person) -> Result<(), Fault> {
        self.end_sessions(person, |one| person.session != Some(one.id)).await.map(|_| ())
    }

    /// None when there was nothing to end.
    async fn end_sessions(&self, person: &Person, ends: impl Fn(&SignIn) -> bool) -> Result<Option<()>, Fault> {
        person.need_sign_in()?;
        let mut change = self.outbox.begin().await.map_err(fault)?;
        let open = store::sign_ins::open_of(&*change, person.account.id, Default::default(), Default::default()).await?;
        let ending: Vec<_> = open.into_iter().filter(ends).collect();
        if ending.is_empty() {
            return Ok(None);
        }
        for one in &ending {
            store::sign_ins::end(&*change, one.id, self.clock.now()).await?;
        }
        change.tell(news::access_changed(person.account.id)).await.map_err(fault)?;
        change.commit().await.map_err(fault)?;
        self.forget_rights();
        Ok(Some(()))
    }
}
