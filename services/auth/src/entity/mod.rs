//! The tables, one a file, as rows; no logic. Ids are text, in the form that the rest of the product knows.

pub mod account;
pub mod identity;
pub mod invitation;
pub mod organization;
pub mod organization_role;
pub mod setup_code;
pub mod sign_in;
pub mod spent_state;
pub mod token;
pub mod workspace;
pub mod workspace_role;
