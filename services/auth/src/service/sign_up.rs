//! Who may make an account for themselves, and making one with a password.

use super::{
    LocalAuth, accounts, passwords,
    providers::Known,
    sign_in::{Peer, SignedIn},
};
use crate::{config::SignUp, store};
use chaoshub_chassis::{db::fault, outbox::Change};
use chaoshub_kernel::{Fault, Slug};
use secrecy::SecretString;

impl LocalAuth {
    /// Who may make an account.
    pub fn sign_up_policy(&self) -> SignUp {
        self.config.providers.sign_up
    }

    /// An account with a password, made by its owner.
    pub async fn sign_up(
        &self,
        name: &Slug,
        password: SecretString,
        invitation: Option<&str>,
        peer: &Peer,
    ) -> Result<SignedIn, Fault> {
        // Not given back when it is good: nobody makes accounts by the hundred.
        self.by_address.attempt(&peer.key())?;
        match (self.sign_up_policy(), invitation) {
            (SignUp::Open, _) | (SignUp::Invitation, Some(_)) => {}
            (SignUp::Invitation, None) => return Err(invitation_needed()),
            // A password verifies no e-mail address.
            (SignUp::Domains | SignUp::Closed, _) => return Err(sign_up_closed()),
        }
        if let Some(secret) = invitation {
            self.invitation(secret).await?;
        }
        passwords::check(&password, name)?;
        let hash = self.passwords.hash(password).await?;
        let mut change = self.outbox.begin().await.map_err(fault)?;
        need_set_up(&change).await?;
        let invitation = match invitation {
            Some(secret) => Some(self.invitation_in(&change, secret).await?),
            None => None,
        };
        let account = accounts::create(&mut change, self.clock.now(), name, Some(hash), false).await?;
        if let Some(invitation) = &invitation {
            self.take_up(&mut change, invitation, &account).await?;
        }
        let opened = self.open_session(&mut change, &account, peer).await?;
        change.commit().await.map_err(fault)?;
        self.forget_rights();
        self.opened(account, opened).await
    }

    /// Whether somebody who is not known yet may have an account.
    pub(super) fn may_come(&self, known: &Known, invited: bool) -> Result<(), Fault> {
        match self.sign_up_policy() {
            SignUp::Open => Ok(()),
            SignUp::Invitation if invited => Ok(()),
            SignUp::Invitation => Err(invitation_needed()),
            SignUp::Closed => Err(sign_up_closed()),
            SignUp::Domains => {
                let domain = known
                    .verified_email
                    .as_ref()
                    .and_then(|email| email.rsplit_once('@'))
                    .map(|(_, domain)| domain.to_lowercase());
                match domain {
                    Some(domain) if self.domains.contains(&domain) => Ok(()),
                    None if known.unverified_email => Err(Fault::forbidden(
                        "email-not-verified",
                        "the provider has not verified your e-mail address; verify it there, then sign in again",
                    )),
                    _ => {
                        Err(Fault::forbidden("email-domain-not-allowed", "accounts are for e-mail addresses of certain domains"))
                    }
                }
            }
        }
    }
}

/// A hub that is new has its first administrator before anybody else.
pub(super) async fn need_set_up(change: &Change) -> Result<(), Fault> {
    match store::accounts::any(&**change).await? {
        true => Ok(()),
        false => {
            Err(Fault::conflict("setup-first", "this hub is new: its first administrator is made with the code that it printed"))
        }
    }
}

fn invitation_needed() -> Fault {
    Fault::forbidden("invitation-needed", "you have no account here yet; ask somebody for an invitation")
}

fn sign_up_closed() -> Fault {
    Fault::forbidden("sign-up-closed", "you have no account here, and only an administrator makes one")
}
