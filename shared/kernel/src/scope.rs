//! What one may do: scopes, sets of them, and the roles that are names for such sets.

use serde::{Deserialize, Serialize};
use std::{collections::BTreeSet, fmt, str::FromStr};
use utoipa::ToSchema;

macro_rules! scopes {
    ($($variant:ident = $text:literal, $doc:literal;)*) => {
        /// One permission.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum Scope { $(#[doc = $doc] #[serde(rename = $text)] $variant,)* }

        impl Scope {
            /// Every scope, in the order of the documentation.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The scope as it is written.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }
        }

        // By hand: the derive does not see through the macro's literals.
        impl utoipa::PartialSchema for Scope {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                utoipa::openapi::ObjectBuilder::new()
                    .schema_type(utoipa::openapi::schema::Type::String)
                    .enum_values(Some([$($text,)*]))
                    .into()
            }
        }

        impl ToSchema for Scope {}
    };
}

scopes! {
    WorkspaceRead = "workspace:read", "See the workspace and its members.";
    WorkspaceAdmin = "workspace:admin", "Change members, roles and settings.";
    ExperimentRead = "experiment:read", "See experiments and versions.";
    ExperimentWrite = "experiment:write", "Create, change and archive experiments.";
    RunRead = "run:read", "See runs, events, journals and logs.";
    RunStart = "run:start", "Start runs.";
    RunStop = "run:stop", "Stop runs.";
    RunIngest = "run:ingest", "Report runs from outside.";
    HubRead = "hub:read", "See hubs.";
    HubWrite = "hub:write", "Create and change hubs and widgets.";
    SessionUse = "session:use", "Open sessions.";
    JobSubmit = "job:submit", "Submit jobs.";
    TokenManage = "token:manage", "Create and delete one's tokens.";
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Scope {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL.iter().copied().find(|scope| scope.as_str() == text).ok_or_else(|| {
            let known: Vec<_> = Self::ALL.iter().map(|scope| scope.as_str()).collect();
            format!("`{text}` is not a scope; the scopes are {}", known.join(", "))
        })
    }
}

/// A set of scopes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Scopes(BTreeSet<Scope>);

impl Scopes {
    /// Every scope.
    #[must_use]
    pub fn all() -> Self {
        Scope::ALL.iter().copied().collect()
    }

    /// Whether `scope` is among them.
    #[must_use]
    pub fn has(&self, scope: Scope) -> bool {
        self.0.contains(&scope)
    }

    /// What both sets hold.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        Self(self.0.intersection(&other.0).copied().collect())
    }

    /// Whether every scope of `self` is in `other`.
    #[must_use]
    pub fn within(&self, other: &Self) -> bool {
        self.0.is_subset(&other.0)
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The scopes in order.
    pub fn iter(&self) -> impl Iterator<Item = Scope> + '_ {
        self.0.iter().copied()
    }
}

impl FromIterator<Scope> for Scopes {
    fn from_iter<I: IntoIterator<Item = Scope>>(iter: I) -> Self {
        Self(iter.into_iter().collect())
    }
}

/// A name for a set of scopes, given on an organization or a workspace. Ordered: a later one may more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// May look.
    Viewer,
    /// May look and run.
    Operator,
    /// May change everything but members.
    Editor,
    /// May everything.
    Owner,
}

impl Role {
    /// Every role, weakest first.
    pub const ALL: [Self; 4] = [Self::Viewer, Self::Operator, Self::Editor, Self::Owner];

    /// The scopes that the role stands for.
    #[must_use]
    pub fn scopes(self) -> Scopes {
        use Scope as S;
        let viewer = [S::WorkspaceRead, S::ExperimentRead, S::RunRead, S::HubRead];
        let operator = [S::RunStart, S::RunStop, S::RunIngest, S::SessionUse, S::JobSubmit, S::TokenManage];
        match self {
            Self::Viewer => viewer.into_iter().collect(),
            Self::Operator => viewer.into_iter().chain(operator).collect(),
            Self::Editor => Scope::ALL.iter().copied().filter(|scope| *scope != S::WorkspaceAdmin).collect(),
            Self::Owner => Scopes::all(),
        }
    }

    /// The role as it is written.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Operator => "operator",
            Self::Editor => "editor",
            Self::Owner => "owner",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Role {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|role| role.as_str() == text)
            .ok_or_else(|| format!("`{text}` is not a role; the roles are viewer, operator, editor, owner"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_role_may_all_that_the_weaker_one_may() {
        for pair in Role::ALL.windows(2) {
            assert!(pair[0].scopes().within(&pair[1].scopes()), "{} within {}", pair[0], pair[1]);
            assert_ne!(pair[0].scopes(), pair[1].scopes());
        }
    }

    #[test]
    fn only_an_owner_may_change_members() {
        let may: Vec<_> = Role::ALL.into_iter().filter(|role| role.scopes().has(Scope::WorkspaceAdmin)).collect();
        assert_eq!(may, [Role::Owner]);
    }

    #[test]
    fn scopes_are_written_as_documented() {
        for scope in Scope::ALL {
            assert_eq!(scope.as_str().parse::<Scope>().as_ref(), Ok(scope));
            assert_eq!(serde_json::to_value(scope).unwrap(), scope.as_str());
        }
    }
}
