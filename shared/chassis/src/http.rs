//! The HTTP stack that every service shares: who asks, what was sent, how failures look.

mod caller;
mod input;
mod internal;
mod problem;
mod stack;

pub use caller::{CLAIM_COOKIE, Caller, bearer, came_from_us};
pub use input::{Json, Path, Query};
pub use internal::internal;
pub use problem::{Answer, Problem, ProblemDocument};
pub use stack::{Limits, named, stack};
