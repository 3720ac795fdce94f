//! The identities of an account, as its owner sees and unlinks them. The last way in stays.

use super::{LocalAuth, accounts::Person};
use crate::{
    store,
    words::{Identity, IdentityId, WaysIn},
};
use chaoshub_chassis::db::fault;
use chaoshub_kernel::Fault;

impl LocalAuth {
    /// Everything that opens one's account.
    pub async fn ways_in(&self, person: &Person) -> Result<WaysIn, Fault> {
        person.need_sign_in()?;
        let kept = store::identities::of_account(&self.db, person.account.id).await?;
        let shown = |one: store::identities::Identity| {
            let entry = self.providers.entries().iter().find(|entry| entry.of.issuer == one.issuer);
            Identity {
                id: one.id,
                provider: entry.map(|entry| entry.of.name.to_string()),
                title: entry.map_or(one.issuer, |entry| entry.of.title.clone()),
                label: one.label,
                created_at: one.created_at,
                used_at: one.used_at,
            }
        };
        Ok(WaysIn {
            password: store::accounts::has_password(&self.db, person.account.id).await?,
            identities: kept.into_iter().map(shown).collect(),
        })
    }

    /// Unlinks one of one's own identities; not the last way in.
    pub async fn unlink(&self, person: &Person, id: IdentityId) -> Result<(), Fault> {
        self.need_fresh(person).await?;
        let change = self.outbox.begin().await.map_err(fault)?;
        let kept = store::identities::of_account(&*change, person.account.id).await?;
        if !kept.iter().any(|one| one.id == id) {
            return Err(Fault::not_found("identity"));
        }
        // An identity of a provider that this hub no longer asks opens nothing.
        let opens = |issuer: &str| self.providers.entries().iter().any(|entry| entry.of.issuer == issuer);
        let other = kept.iter().any(|one| one.id != id && opens(&one.issuer));
        if !other && !store::accounts::has_password(&*change, person.account.id).await? {
            let detail = "nothing else opens your account; link another account elsewhere first";
            return Err(Fault::conflict("last-way-in", detail));
        }
        store::identities::delete(&*change, id).await?;
        change.commit().await.map_err(fault)
    }
}
