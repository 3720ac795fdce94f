//! The password of one's own account: changed, or set where there was none.

use super::{LocalAuth, accounts::Person, passwords, sessions, sign_in::Peer};
use crate::store;
use chaoshub_chassis::db::fault;
use chaoshub_kernel::{Fault, Slug};
use secrecy::SecretString;
use std::future::ready;

impl LocalAuth {
    /// Changes the password of somebody who knows the current one, or sets the first one of somebody who signed in a
    /// short while ago. Every other session ends: whoever knew the old password may have one.
    pub async fn put_password(
        &self,
        person: &Person,
        current: Option<SecretString>,
        new: SecretString,
        peer: &Peer,
    ) -> Result<(), Fault> {
        person.need_sign_in()?;
        let name: Slug = person.account.name.parse().map_err(|_| Fault::internal())?;
        passwords::check(&new, &name)?;
        let known = store::accounts::password(&self.db, person.account.id).await?;
        if known.is_none() {
            self.need_fresh(person).await?;
        } else {
            // Counted as signing in is: a session that was left open is no way to guess.
            let hash = ready(Ok(known.clone()));
            if !self.password_matches(name.as_str(), current.unwrap_or_default(), hash, peer).await? {
                return Err(Fault::forbidden("wrong-password", "that is not the password of your account"));
            }
        }
        let hash = self.passwords.hash(new).await?;
        let mut change = self.outbox.begin().await.map_err(fault)?;
        if store::accounts::password(&*change, person.account.id).await? != known {
            return Err(Fault::conflict("password-changed", "the password was changed meanwhile; sign in with the new one"));
        }
        store::accounts::set_password(&*change, person.account.id, hash).await?;
        sessions::end_all(&mut change, person.account.id, person.session, self.clock.now()).await?;
        change.commit().await.map_err(fault)?;
        self.forget_rights();
        Ok(())
    }
}
