//! Signing in with an account elsewhere: going there, coming back, and what is made of it. One transaction keeps
//! everything that follows from coming back.

use super::{
    LocalAuth,
    accounts::{self, Person},
    local_path::LocalPath,
    names,
    pending::Pending,
    providers::{self, Answer, Known},
    secrets,
    sign_in::{Peer, SignedIn},
    sign_up::need_set_up,
};
use crate::{
    store::{self, identities::Identity},
    words::{Account, IdentityId, SignInId},
};
use chaoshub_chassis::{db::fault, outbox::Change};
use chaoshub_kernel::{Fault, FaultKind};
use chrono::TimeDelta;
use secrecy::{ExposeSecret, SecretString};

/// How long after signing in somebody may change how they sign in. Who finds an open browser must not stay.
const FRESH_FOR: TimeDelta = TimeDelta::minutes(15);

/// Somebody on their way to a provider.
pub struct Departure {
    /// Where to send them.
    pub location: String,
    /// What their browser has to carry until they are back.
    pub pending: Pending,
}

/// Somebody who is back.
#[derive(Debug)]
pub enum Return {
    /// They are signed in.
    SignedIn(SignedIn),
    /// Their account has one more identity.
    Linked,
}

/// What somebody comes back with, and over which connection.
pub struct Arrival<'a> {
    /// The provider's answer.
    pub answer: Answer<'a>,
    /// The connection.
    pub peer: &'a Peer,
}

impl LocalAuth {
    /// The providers that are configured.
    pub fn providers(&self) -> &providers::Providers {
        &self.providers
    }

    /// Sends somebody to a provider to sign in.
    pub async fn depart(&self, provider: &str, next: &LocalPath) -> Result<Departure, Fault> {
        self.send_away(provider, next, None, None).await
    }

    /// Sends somebody to a provider to sign in and take an invitation up, which must be good.
    pub async fn depart_invited(
        &self,
        provider: &str,
        next: &LocalPath,
        invitation: &SecretString,
        peer: &Peer,
    ) -> Result<Departure, Fault> {
        self.look_at_invitation(invitation, peer).await?;
        self.send_away(provider, next, Some(invitation.expose_secret().to_owned()), None).await
    }

    /// Sends somebody to a provider to bring one more identity.
    pub async fn depart_to_link(&self, provider: &str, person: &Person) -> Result<Departure, Fault> {
        let session = self.need_fresh(person).await?;
        self.send_away(provider, &LocalPath::checked("/account"), None, Some(session)).await
    }

    async fn send_away(
        &self,
        provider: &str,
        next: &LocalPath,
        invitation: Option<String>,
        linking: Option<SignInId>,
    ) -> Result<Departure, Fault> {
        let entry = self.providers.named(provider)?;
        let pending = Pending::begin(provider, next, invitation, linking, self.clock.now());
        let redirect = self.redirect(provider);
        let location = self.providers.begin(entry, pending.agreed(&redirect)).await?;
        Ok(Departure { location, pending })
    }

    /// Where providers send people back to: by the configured address, whatever a request says of its host.
    fn redirect(&self, provider: &str) -> String {
        format!("{}/api/v1/auth/providers/{provider}/callback", self.public_url)
    }

    /// Takes somebody back who was sent to a provider.
    pub async fn come_back(&self, pending: &Pending, arrival: Arrival<'_>) -> Result<Return, Fault> {
        let address = arrival.peer.key();
        self.by_address.attempt(&address)?;
        let entry = self.providers.named(&pending.provider)?;
        let redirect = self.redirect(&pending.provider);
        let known = self.providers.finish(entry, arrival.answer, pending.agreed(&redirect)).await.inspect_err(|fault| {
            // That a provider is in trouble is nobody's guess.
            if fault.kind == FaultKind::Unavailable {
                self.by_address.give_back(&address);
            }
        })?;
        let mut change = self.outbox.begin().await.map_err(fault)?;
        if !store::spent_states::spend(&*change, &secrets::digest(&pending.state), self.clock.now()).await? {
            return Err(not_pending());
        }
        let back = match pending.linking {
            Some(session) => {
                self.link(&change, &known, session, arrival.peer).await?;
                change.commit().await.map_err(fault)?;
                Return::Linked
            }
            None => {
                let account = self.account_of(&mut change, &known, pending).await?;
                let opened = self.open_session(&mut change, &account, arrival.peer).await?;
                change.commit().await.map_err(fault)?;
                self.forget_rights();
                Return::SignedIn(self.opened(account, opened).await?)
            }
        };
        self.by_address.give_back(&address);
        Ok(back)
    }

    /// The account that an identity opens; made when it is seen for the first time and may.
    async fn account_of(&self, change: &mut Change, known: &Known, pending: &Pending) -> Result<Account, Fault> {
        let now = self.clock.now();
        let invitation = match &pending.invitation {
            Some(secret) => Some(self.invitation_in(change, secret).await?),
            None => None,
        };
        let account = match store::identities::find(&**change, &known.issuer, &known.subject).await? {
            Some(identity) => {
                store::identities::used(&**change, identity.id, &shown(&known.label), now).await?;
                let found = store::accounts::by_id(&**change, identity.account).await?;
                found.ok_or_else(|| Fault::unauthenticated("session-ended", "the account is gone"))?
            }
            None => {
                need_set_up(change).await?;
                self.may_come(known, invitation.is_some())?;
                let name = names::free(change, &known.names).await?;
                let account = accounts::create(change, now, &name, None, false).await?;
                self.keep(change, known, &account).await?;
                account
            }
        };
        if let Some(invitation) = &invitation {
            self.take_up(change, invitation, &account).await?;
        }
        Ok(account)
    }

    /// Gives one more identity to the account of a session, which the very same browser must still hold.
    async fn link(&self, change: &Change, known: &Known, session: SignInId, peer: &Peer) -> Result<(), Fault> {
        let Some(secret) = &peer.session else { return Err(super::session_ended()) };
        let found = store::sign_ins::by_digest(&**change, &secrets::digest(secret.expose_secret())).await?;
        let held = found.filter(|held| held.id == session && self.goes_on(held)).ok_or_else(super::session_ended)?;
        let account = store::accounts::by_id(&**change, held.account).await?.ok_or_else(super::session_ended)?;
        match store::identities::find(&**change, &known.issuer, &known.subject).await? {
            Some(identity) if identity.account == account.id => Ok(()),
            Some(_) => Err(store::identities::taken()),
            None => self.keep(change, known, &account).await,
        }
    }

    async fn keep(&self, change: &Change, known: &Known, account: &Account) -> Result<(), Fault> {
        let now = self.clock.now();
        let identity = Identity {
            id: IdentityId::new(now),
            account: account.id,
            issuer: known.issuer.clone(),
            label: shown(&known.label),
            created_at: now,
            used_at: now,
        };
        store::identities::insert(&**change, &identity, &known.subject).await
    }

    /// The session of somebody who signed in a short while ago; else they are asked to do so again.
    pub(super) async fn need_fresh(&self, person: &Person) -> Result<SignInId, Fault> {
        person.need_sign_in()?;
        let session = person.session.ok_or_else(super::session_ended)?;
        let found = store::sign_ins::by_id(&self.db, &session.to_string()).await?.ok_or_else(super::session_ended)?;
        if found.created_at + FRESH_FOR <= self.clock.now() {
            return Err(Fault::forbidden("sign-in-again", "you signed in a while ago; sign in again to change how you sign in"));
        }
        Ok(session)
    }
}

/// What was begun is not known, over, finished already, or of another browser.
pub fn not_pending() -> Fault {
    Fault::new(FaultKind::Gone, "sign-in-not-pending", "this sign-in is over, or was begun in another browser; begin again")
}

/// What a provider calls somebody, on one line of a page.
fn shown(label: &str) -> String {
    label.chars().filter(|c| !c.is_control()).take(super::LABEL_CHARACTERS).collect()
}
