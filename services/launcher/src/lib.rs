//! The launcher: starts jobs, watches them, stops them, reads what they leave.

pub mod control_wheel;
pub mod spawner;
mod supervise;
pub mod toolchain;

pub use supervise::{SuperviseArgs, supervise};
