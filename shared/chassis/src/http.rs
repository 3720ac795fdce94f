//! The HTTP stack that every service shares: who asks, what was sent, how failures look.

mod caller;
mod connections;
mod input;
mod internal;
mod problem;
mod server;
mod stack;

pub use caller::{CLAIM_COOKIE, Caller, bearer, came_from_us};
pub use input::{IfMatch, Json, OneHeader, Path, Query, located, tagged, whole};
pub use internal::internal;
pub use problem::{Answer, Problem, ProblemDocument};
pub use server::{ConnectionLimits, serve};
pub use stack::{Limits, named, stack};
