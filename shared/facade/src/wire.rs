//! How a facade is asked from another process: verbs with JSON asks and answers, over any transport.
//! Both ends of a verb are written once, by [`wire!`](crate::wire!), so that they cannot differ.

use async_trait::async_trait;
use chaoshub_kernel::{Fault, SignedClaim};
use serde::{Serialize, de::DeserializeOwned};
use std::time::Duration;

/// Whether asking twice may matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// It changes nothing: a transport may ask again when no answer came.
    Read,
    /// It changes something, once for each id in the ask: whoever asks decides whether to ask again.
    Write,
}

/// One question to a service.
#[derive(Debug)]
pub struct Question<'a> {
    /// Its name, such as `access`.
    pub verb: &'static str,
    /// Whether it may be asked twice.
    pub effect: Effect,
    /// For whom it is asked; none for what anybody may ask, such as the public keys.
    pub claim: Option<&'a SignedClaim>,
    /// The ask, a JSON object.
    pub body: Vec<u8>,
    /// How long the answer may take by its nature, beyond the time that any answer may take.
    pub waits: Duration,
}

/// Carries questions to a service in another process, and answers back.
#[async_trait]
pub trait Wire: Send + Sync {
    /// The answer, as JSON. `service-unavailable` when none came that can be understood.
    async fn ask(&self, question: Question<'_>) -> Result<Vec<u8>, Fault>;

    /// The name of the service that is asked.
    fn service(&self) -> &'static str;
}

/// Answers questions that came over a wire.
#[async_trait]
pub trait Answers: Send + Sync {
    /// The answer, as JSON. `no-such-verb` when the service, of another version perhaps, does not know the question.
    async fn answer(&self, verb: &str, claim: Option<&SignedClaim>, body: &[u8]) -> Result<Vec<u8>, Fault>;

    /// Whether it knows the question.
    fn knows(&self, verb: &str) -> bool;

    /// Whether anybody may ask it, without being a service of this installation.
    fn is_open(&self, verb: &str) -> bool;

    /// Whether its answer may wait until something happens, so that whoever stops does not wait for it.
    fn waits(&self, _verb: &str) -> bool {
        false
    }
}

/// A value on its way over a wire.
pub(crate) fn encode<T: Serialize>(value: &T) -> Vec<u8> {
    serde_json::to_vec(value).expect("what facades say has a JSON form")
}

/// An ask that came over a wire.
pub(crate) fn asked<T: DeserializeOwned>(body: &[u8]) -> Result<T, Fault> {
    serde_json::from_slice(body).map_err(|cause| Fault::invalid("invalid-ask", format!("the question cannot be read: {cause}")))
}

/// An answer that came over a wire.
pub(crate) fn answered<T: DeserializeOwned>(service: &str, body: &[u8]) -> Result<T, Fault> {
    serde_json::from_slice(body).map_err(|_| unavailable(service))
}

/// The claim that a question must come with.
pub(crate) fn with_claim(claim: Option<&SignedClaim>) -> Result<&SignedClaim, Fault> {
    claim.ok_or_else(|| Fault::unauthenticated("invalid-claim", "this is asked with a claim"))
}

/// The service does not know the question.
pub(crate) fn no_such_verb(verb: &str) -> Fault {
    Fault::unavailable("no-such-verb", format!("this service does not know `{verb}`; is it of another version?"))
}

/// No answer came from the service that can be understood.
#[must_use]
pub fn unavailable(service: &str) -> Fault {
    let detail = format!("a part of the hub that this needs ({service}) does not answer at the moment; try again soon");
    Fault::unavailable("service-unavailable", detail).with_extra(serde_json::json!({ "service": service }))
}

/// Writes both ends of a facade: the form that asks over a [`Wire`], and the one that [`Answers`] there.
/// A verb with `claim;` is asked for somebody; one without may be asked by anybody.
#[doc(hidden)]
#[macro_export]
macro_rules! wire {
    ($facade:ident: $remote:ident, $answering:ident {
        $($effect:ident $verb:ident($($claim:ident)?; $($arg:ident: $ty:ty),*) -> $answer:ty;)*
    }) => {
        #[doc = concat!("`", stringify!($facade), "` of another process.")]
        pub struct $remote(std::sync::Arc<dyn $crate::wire::Wire>);

        impl $remote {
            /// Asked over `wire`.
            #[must_use]
            pub fn over(wire: std::sync::Arc<dyn $crate::wire::Wire>) -> Self {
                Self(wire)
            }
        }

        #[async_trait]
        impl $facade for $remote {
            $(async fn $verb(&self, $($claim: &SignedClaim,)? $($arg: $ty),*) -> Result<$answer, Fault> {
                #[derive(Serialize)]
                struct Ask {
                    $($arg: $ty),*
                }
                let claim: Option<&SignedClaim> = None $(.or(Some($claim)))?;
                let question = $crate::wire::Question {
                    verb: stringify!($verb),
                    effect: $crate::wire::Effect::$effect,
                    claim,
                    body: $crate::wire::encode(&Ask { $($arg),* }),
                    waits: std::time::Duration::ZERO,
                };
                let answer = self.0.ask(question).await?;
                $crate::wire::answered(self.0.service(), &answer)
            })*
        }

        #[doc = concat!("Answers for `", stringify!($facade), "` to other processes.")]
        pub struct $answering(pub std::sync::Arc<dyn $facade>);

        #[async_trait]
        impl $crate::wire::Answers for $answering {
            async fn answer(&self, verb: &str, claim: Option<&SignedClaim>, body: &[u8]) -> Result<Vec<u8>, Fault> {
                match verb {
                    $(stringify!($verb) => {
                        #[derive(Deserialize)]
                        struct Ask {
                            $($arg: $ty),*
                        }
                        let Ask { $($arg),* } = $crate::wire::asked(body)?;
                        let answer = self.0.$verb($($crate::wire!(@claim $claim, claim),)? $($arg),*).await?;
                        Ok($crate::wire::encode(&answer))
                    })*
                    unknown => Err($crate::wire::no_such_verb(unknown)),
                }
            }

            fn knows(&self, verb: &str) -> bool {
                [$(stringify!($verb)),*].contains(&verb)
            }

            fn is_open(&self, verb: &str) -> bool {
                match verb {
                    $(stringify!($verb) => {
                        let needs_claim: &[&str] = &[$(stringify!($claim))?];
                        needs_claim.is_empty()
                    })*
                    _ => false,
                }
            }
        }
    };
    (@claim $marker:ident, $claim:ident) => {
        $crate::wire::with_claim($claim)?
    };
}
