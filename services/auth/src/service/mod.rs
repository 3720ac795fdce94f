//! The rules of auth, and `LocalAuth`, which keeps them.

pub mod accounts;
mod fresh;
pub mod identities;
pub mod invitations;
pub mod keys;
pub mod local_path;
pub mod members;
mod names;
pub mod news;
pub mod organizations;
pub mod outside;
mod own_password;
pub mod passwords;
pub mod pending;
pub mod providers;
pub mod rights;
pub mod secrets;
pub mod sessions;
pub mod setup;
pub mod sign_in;
mod sign_up;
mod throttle;
pub mod tokens;

use crate::{
    Config, store,
    words::{Account, Place},
};
use chaoshub_chassis::{
    Ctx,
    claims::Verifier,
    db::{Db, fault},
    outbox::Outbox,
    tasks::Nudge,
};
use chaoshub_facade::auth::WorkspaceRef;
use chaoshub_kernel::{Bearer, Clock, Fault, PageAsk, Role, Scopes, SignedClaim, Slug, UserClaim, WorkspaceId};
use chrono::{DateTime, TimeDelta, Utc};
use fresh::Fresh;
use keys::Identity;
use passwords::Passwords;
use providers::Providers;
use std::{str::FromStr, sync::Arc, time::Duration};
use throttle::Throttle;

/// The life of a claim: how long what has ended may still be believed where nobody asks auth.
pub const CLAIM_LIFE: TimeDelta = TimeDelta::minutes(5);

/// How often what is over is swept away.
const SWEEP_EVERY: Duration = Duration::from_secs(3600);

/// How long news are kept for followers, days.
const NEWS_DAYS: i64 = 30;

/// Most characters of a title or of a token's name.
const LABEL_CHARACTERS: usize = 100;

/// Auth over its own database.
pub struct LocalAuth {
    clock: Arc<dyn Clock>,
    config: Config,
    db: Db,
    outbox: Outbox,
    identity: Identity,
    verifier: Verifier,
    internal_key: Arc<str>,
    public_url: Arc<str>,
    providers: Providers,
    domains: Vec<String>,
    passwords: Passwords,
    by_account: Throttle,
    by_address: Throttle,
    exchanged: Fresh<String, SignedClaim>,
    standings: Fresh<(Bearer, WorkspaceRef), (Place, Role)>,
}

/// How many rows one step of a sweep forgets: a few milliseconds in which others wait.
const SWEEP_STEP: u64 = 500;

/// What is swept away when it is over.
#[derive(Clone, Copy)]
enum Old {
    SignIns,
    Invitations,
    SpentStates,
}

impl LocalAuth {
    pub fn new(ctx: &Ctx, config: Config, db: Db, identity: Identity) -> Result<Self, String> {
        let clock = ctx.clock.clone();
        let keys = identity.key.key_set(&identity.installation);
        let verifier = Verifier::with_keys(&keys, clock.clone()).map_err(|fault| fault.to_string())?;
        let patience = Duration::from_secs(config.providers.sign_in_provider_seconds);
        let window = TimeDelta::minutes(config.sign_in_window_minutes.into());
        Ok(Self {
            outbox: Outbox::new(db.clone(), clock.clone()),
            db,
            identity,
            verifier,
            internal_key: ctx.internal_key.clone(),
            public_url: ctx.public_url.clone(),
            providers: Providers::new(config.providers.configured()?, patience, &clock)?,
            domains: config.providers.domains()?,
            passwords: Passwords::new(&config)?,
            by_account: Throttle::new(clock.clone(), config.sign_in_attempts, window),
            by_address: Throttle::new(clock.clone(), config.sign_in_attempts_per_address, window),
            exchanged: Fresh::new(clock.clone()),
            standings: Fresh::new(clock.clone()),
            config,
            clock,
        })
    }

    pub fn outbox(&self) -> &Outbox {
        &self.outbox
    }

    pub fn verifier(&self) -> Verifier {
        self.verifier.clone()
    }

    /// What seals the cookie of sign-ins that have begun.
    pub fn sealing_key(&self) -> [u8; 64] {
        secrets::sealing_key(&self.identity.key.to_pem())
    }

    /// The time.
    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// Proxies that are believed where a request comes from.
    pub fn trusted_proxies(&self) -> &[crate::config::Network] {
        &self.config.trusted_proxies
    }

    /// How long somebody stays signed in at most.
    pub fn session_days(&self) -> u32 {
        self.config.session_days
    }

    /// Forgets rights when another process has changed some, and sweeps away, now and then, what is over.
    pub fn tend(self: &Arc<Self>, ctx: &Ctx) {
        let rights = Arc::downgrade(self);
        self.outbox.heed_replicas(&ctx.tasks, move || _ = rights.upgrade().inspect(|auth| auth.forget_rights()));
        let auth = self.clone();
        ctx.tasks.reconcile("auth sweep", Nudge::default(), SWEEP_EVERY, move || {
            let auth = auth.clone();
            async move {
                // What fails has been logged, and is tried again at the next turn.
                let _ = auth.sweep().await;
            }
        });
    }

    async fn sweep(&self) -> Result<(), Fault> {
        for what in [Old::SignIns, Old::Invitations, Old::SpentStates] {
            while self.sweep_step(what).await? {}
        }
        self.outbox.sweep(NEWS_DAYS).await.map(drop).map_err(fault)
    }

    /// A few of them, between the changes of others; true when there may be more.
    async fn sweep_step(&self, what: Old) -> Result<bool, Fault> {
        let now = self.clock.now();
        let tx = self.outbox.begin().await.map_err(fault)?;
        let swept = match what {
            Old::SignIns => {
                let before = now - TimeDelta::days(self.config.session_days.into());
                store::sign_ins::sweep(&*tx, before, SWEEP_STEP).await?
            }
            Old::Invitations => store::invitations::sweep(&*tx, now, SWEEP_STEP).await?,
            Old::SpentStates => store::spent_states::sweep(&*tx, now - pending::PENDING_FOR, SWEEP_STEP).await?,
        };
        tx.commit().await.map_err(fault)?;
        Ok(swept == SWEEP_STEP)
    }

    /// A claim of an account, for five minutes or until `ends`.
    fn claim(
        &self,
        account: &Account,
        bearer: Bearer,
        ceiling: Scopes,
        workspace: Option<WorkspaceId>,
        ends: Option<DateTime<Utc>>,
    ) -> SignedClaim {
        let expires_at = self.clock.now() + CLAIM_LIFE;
        self.identity.key.sign(&UserClaim {
            installation: self.identity.installation.clone(),
            account: Some(account.id),
            name: account.name.clone(),
            // A token administers nothing.
            admin: account.admin && matches!(bearer, Bearer::Session(_)),
            bearer,
            ceiling,
            workspace,
            expires_at: ends.map_or(expires_at, |ends| ends.min(expires_at)),
        })
    }

    /// After anything that may change somebody's rights.
    fn forget_rights(&self) {
        self.exchanged.forget();
        self.standings.forget();
    }
}

fn invalid_token() -> Fault {
    Fault::unauthenticated("invalid-token", "the token is not known, or was deleted")
}

fn session_ended() -> Fault {
    Fault::unauthenticated("session-ended", "you are signed out; sign in again")
}

/// Where a page begins.
fn cursor<T: FromStr>(ask: &PageAsk) -> Result<Option<T>, Fault> {
    let read = |text: &String| text.parse().map_err(|_| Fault::invalid("invalid-cursor", "`after` is not a cursor of this list"));
    ask.after.as_ref().map(read).transpose()
}

/// A title for people; the name where none is given.
fn title(given: Option<String>, name: &Slug) -> Result<String, Fault> {
    given.map_or_else(|| Ok(name.to_string()), |given| label(&given))
}

/// A text of one line for people.
fn label(text: &str) -> Result<String, Fault> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > LABEL_CHARACTERS || text.chars().any(char::is_control) {
        let detail = format!("a title has 1 to {LABEL_CHARACTERS} characters on one line");
        return Err(Fault::invalid("invalid-title", detail));
    }
    Ok(text.to_owned())
}
