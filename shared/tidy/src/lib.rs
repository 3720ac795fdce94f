//! Nothing to link: this crate is the tests that check the repository itself.
