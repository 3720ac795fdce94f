//! Every query of the launcher; no rules here.

pub(crate) mod jobs;
