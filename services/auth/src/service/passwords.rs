//! Hashing passwords with Argon2id (RFC 9106), a few at a time.

use crate::Config;
use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use chaoshub_kernel::{Fault, Slug};
use secrecy::{ExposeSecret, SecretString};
use std::sync::Arc;
use tokio::sync::Semaphore;

/// Fewest characters of a password (NIST SP 800-63B asks for 8, OWASP for more without a second factor).
const FEWEST_CHARACTERS: usize = 12;

/// Most bytes of a password, so that nobody has us hash a book.
const MOST_BYTES: usize = 1024;

/// Comparisons that may wait for their turn, of each queue; at 30 a second on one core, two seconds' worth.
const MOST_WAITING: usize = 64;

/// Who waits for a comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Queue {
    /// A browser that the account has signed in from.
    Known,
    /// Anybody else.
    Unknown,
}

/// Hashes and compares, on threads of its own and never on all cores: signing in cannot starve the rest.
#[derive(Clone)]
pub struct Passwords {
    hasher: Argon2<'static>,
    places: Arc<Semaphore>,
    /// Places in the queues, so that a crowd of strangers fills only their own.
    waiting: [Arc<Semaphore>; 2],
}

impl Passwords {
    /// With the costs of the settings.
    pub fn new(config: &Config) -> Result<Self, String> {
        let params = Params::new(config.password_memory_kib, config.password_passes, 1, None)
            .map_err(|cause| format!("the settings for passwords do not go together: {cause}"))?;
        let hasher = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let waiting = [(); 2].map(|()| Arc::new(Semaphore::new(MOST_WAITING)));
        Ok(Self { hasher, places: Arc::new(Semaphore::new((cores / 2).max(1))), waiting })
    }

    /// The hash of a new password, in PHC form.
    pub async fn hash(&self, password: SecretString) -> Result<String, Fault> {
        self.work(move |hasher| hash(hasher, password.expose_secret())).await?
    }

    /// Whether the password is the one that was hashed; false when there is no hash, just as late.
    ///
    /// # Errors
    /// `sign-in-busy` when too many wait already.
    pub async fn matches(&self, password: SecretString, known: Option<String>, queue: Queue) -> Result<bool, Fault> {
        if password.expose_secret().len() > MOST_BYTES {
            return Ok(false);
        }
        let _waits = self.waiting[usize::from(queue == Queue::Unknown)].try_acquire().map_err(|_| busy())?;
        self.work(move |hasher| {
            let password = password.expose_secret();
            let Some(known) = known else {
                // Hashed for nobody, so that the answer takes as long as for somebody.
                return hash(hasher, password).map(|_| false);
            };
            let phc = PasswordHash::new(&known).map_err(|_| Fault::internal())?;
            Ok(hasher.verify_password(password.as_bytes(), &phc).is_ok())
        })
        .await?
    }

    async fn work<T: Send + 'static>(&self, task: impl FnOnce(&Argon2<'_>) -> T + Send + 'static) -> Result<T, Fault> {
        let place = self.places.clone().acquire_owned().await.map_err(|_| Fault::internal())?;
        let hasher = self.hasher.clone();
        let work = move || {
            // Kept until it is done: who hangs up in the middle must not make room for one more.
            let _place = place;
            task(&hasher)
        };
        tokio::task::spawn_blocking(work).await.map_err(|cause| {
            tracing::error!(error = %cause, "hashing a password failed");
            Fault::internal()
        })
    }
}

fn busy() -> Fault {
    let detail = "too many people sign in at this moment; try again in a few seconds";
    Fault::unavailable("sign-in-busy", detail).with_extra(serde_json::json!({ "retry_after_seconds": 3 }))
}

/// Whether a new password is good enough for the account of that name.
pub fn check(password: &SecretString, name: &Slug) -> Result<(), Fault> {
    let text = password.expose_secret();
    let weak = |detail: String| Err(Fault::invalid("weak-password", detail));
    if text.chars().count() < FEWEST_CHARACTERS {
        return weak(format!("a password has at least {FEWEST_CHARACTERS} characters; a few words will do"));
    }
    if text.len() > MOST_BYTES {
        return weak(format!("a password has at most {MOST_BYTES} bytes"));
    }
    if text.eq_ignore_ascii_case(name.as_str()) {
        return weak("a password is not the account's name".to_owned());
    }
    Ok(())
}

fn hash(hasher: &Argon2<'_>, password: &str) -> Result<String, Fault> {
    hasher.hash_password(password.as_bytes()).map(|phc| phc.to_string()).map_err(|cause| {
        tracing::error!(error = %cause, "hashing a password failed");
        Fault::internal()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_is_kept_as_argon2id_with_the_costs_of_the_settings() {
        let passwords = Passwords::new(&Config::default()).unwrap();
        let phc = passwords.hash("correct horse battery".into()).await.unwrap();
        assert!(phc.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{phc}");
        assert_ne!(phc, passwords.hash("correct horse battery".into()).await.unwrap());
        assert!(passwords.matches("correct horse battery".into(), Some(phc.clone()), Queue::Known).await.unwrap());
        assert!(!passwords.matches("correct horse batterz".into(), Some(phc), Queue::Known).await.unwrap());
        assert!(!passwords.matches("correct horse battery".into(), None, Queue::Known).await.unwrap());
    }

    #[tokio::test]
    async fn a_crowd_of_strangers_waits_in_a_queue_of_its_own_that_has_an_end() {
        let passwords = Passwords::new(&Config { password_memory_kib: 8, password_passes: 1, ..Config::default() }).unwrap();
        let all = passwords.places.available_permits();
        let held = passwords.places.clone().acquire_many_owned(u32::try_from(all).unwrap()).await.unwrap();
        let one = |queue| passwords.matches("correct horse battery".into(), None, queue);
        let mut waiting: Vec<_> = (0..MOST_WAITING).map(|_| Box::pin(one(Queue::Unknown))).collect();
        for wait in &mut waiting {
            assert!(futures::poll!(wait).is_pending());
        }
        assert_eq!(one(Queue::Unknown).await.unwrap_err().code, "sign-in-busy");
        let mut known = Box::pin(one(Queue::Known));
        assert!(futures::poll!(&mut known).is_pending(), "it waits for its turn");
        drop(held);
        // Together: who is first in line has to be asked, so that the next one gets the place.
        let (known, waiting) = futures::future::join(known, futures::future::join_all(waiting)).await;
        assert_eq!(known, Ok(false));
        assert!(waiting.iter().all(|one| *one == Ok(false)));
    }

    #[tokio::test]
    async fn who_goes_away_keeps_their_place_until_the_hash_is_made() {
        let passwords = Passwords::new(&Config::default()).unwrap();
        let all = passwords.places.available_permits();
        let (finish, finished) = std::sync::mpsc::channel::<()>();
        let (begin, begun) = tokio::sync::oneshot::channel();
        let work = passwords.work(move |_| {
            let _ = begin.send(());
            finished.recv()
        });
        tokio::select! {
            biased;
            _ = work => panic!("it has not finished"),
            _ = begun => {}
        }
        assert_eq!(passwords.places.available_permits(), all - 1);
        finish.send(()).unwrap();
        let place = passwords.places.acquire_many(u32::try_from(all).unwrap());
        drop(tokio::time::timeout(std::time::Duration::from_secs(10), place).await.expect("it is given back").unwrap());
    }

    #[test]
    fn a_password_is_long_but_not_a_book_and_not_the_name() {
        let name: Slug = "alice-of-the-payments".parse().unwrap();
        for bad in ["", "elevenchars", &"x".repeat(1025), "alice-of-the-payments", "Alice-Of-The-Payments"] {
            assert_eq!(check(&bad.into(), &name).unwrap_err().code, "weak-password", "{bad}");
        }
        for good in ["twelve chars", "zwölf Zeichen", &"x".repeat(1024)] {
            assert_eq!(check(&good.into(), &name), Ok(()), "{good}");
        }
    }
}
