//! The password of one's own account: changed, or set where there was none.

use super::{LocalAuth, accounts::Person, news, passwords, sign_in::Peer};
use crate::store;
use chaoshub_chassis::db::fault;
use chaoshub_kernel::{Fault, Slug};
use secrecy::SecretString;

impl LocalAuth {
    /// Changes the password of somebody who knows the one so far, or sets the first one of somebody who signed in a
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
        match known.clone() {
            None => _ = self.need_fresh(person).await?,
            Some(hash) => self.need_current(&name, current, hash, peer).await?,
        }
        let hash = self.passwords.hash(new).await?;
        let mut change = self.outbox.begin().await.map_err(fault)?;
        if store::accounts::password(&*change, person.account.id).await? != known {
            return Err(Fault::conflict("password-changed", "the password was changed meanwhile; sign in with the new one"));
        }
        store::accounts::set_password(&*change, person.account.id, hash).await?;
        store::sign_ins::end_all(&*change, person.account.id, person.session, self.clock.now()).await?;
        change.tell(news::access_changed(person.account.id)).await.map_err(fault)?;
        change.commit().await.map_err(fault)?;
        self.forget_rights();
        Ok(())
    }

    /// Counted as signing in is: a session that was left open is no way to guess.
    async fn need_current(&self, name: &Slug, current: Option<SecretString>, hash: String, peer: &Peer) -> Result<(), Fault> {
        let address = peer.key();
        self.by_address.attempt(&address)?;
        self.by_account.attempt(name.as_str())?;
        if !self.passwords.matches(current.unwrap_or_default(), Some(hash)).await? {
            return Err(Fault::forbidden("wrong-password", "that is not the password of your account"));
        }
        self.by_address.give_back(&address);
        self.by_account.give_back(name.as_str());
        Ok(())
    }
}
