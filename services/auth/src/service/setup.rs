//! The first administrator: a code that only whoever sees the hub's output knows, good for one use.

use super::{
    LocalAuth, accounts, organizations, passwords, secrets,
    sign_in::{Peer, SignedIn},
};
use crate::store;
use chaoshub_chassis::{db::fault, outbox::Outbox};
use chaoshub_kernel::{Clock, Fault, Slug};
use secrecy::SecretString;

/// A new code in the place of the last one; none once somebody has an account.
pub async fn new_code(outbox: &Outbox, clock: &dyn Clock) -> Result<Option<String>, Fault> {
    let change = outbox.begin().await.map_err(fault)?;
    if store::accounts::any(&*change).await? {
        return Ok(None);
    }
    let code = secrets::setup_code();
    store::setup_codes::put(&*change, &secrets::digest(&secrets::plain_code(&code)), clock.now()).await?;
    change.commit().await.map_err(fault)?;
    Ok(Some(code))
}

impl LocalAuth {
    /// Whether nobody has an account yet.
    pub async fn setup_required(&self) -> Result<bool, Fault> {
        Ok(!store::accounts::any(&self.db).await?)
    }

    /// Makes the first administrator, owner of every organization that has none, and signs in.
    pub async fn set_up(&self, code: &str, name: &Slug, password: SecretString, peer: &Peer) -> Result<SignedIn, Fault> {
        let address = peer.key();
        self.by_address.attempt(&address)?;
        // Looked at before hashing too, so that a stranger cannot have us hash.
        check(&self.db, code).await?;
        passwords::check(&password, name)?;
        let hash = self.passwords.hash(password).await?;
        let now = self.clock.now();
        let mut change = self.outbox.begin().await.map_err(fault)?;
        check(&*change, code).await?;
        store::setup_codes::remove(&*change).await?;
        let orphans = store::organizations::without_owner(&*change).await?;
        let account = accounts::create(&mut change, now, name, Some(hash), true).await?;
        for organization in &orphans {
            organizations::own(&mut change, now, organization, &account).await?;
        }
        let opened = self.open_session(&mut change, &account, peer).await?;
        change.commit().await.map_err(fault)?;
        self.forget_rights();
        self.by_address.give_back(&address);
        self.opened(account, opened).await
    }
}

/// Whether the typed code is the one whose digest is known, and may still be used.
async fn check(on: &impl store::ConnectionTrait, typed: &str) -> Result<(), Fault> {
    // In this order: whoever uses the code up in between leaves an account.
    let known = store::setup_codes::digest(on).await?;
    if store::accounts::any(on).await? {
        return Err(Fault::conflict("setup-done", "this hub is set up; sign in"));
    }
    let typed = secrets::digest(&secrets::plain_code(typed));
    match known {
        Some(known) if secrets::same(&known, &typed) => Ok(()),
        _ => Err(Fault::forbidden(
            "wrong-setup-code",
            "that is not the one-time code; look for it in the terminal or log where ChaosHub was started",
        )),
    }
}
