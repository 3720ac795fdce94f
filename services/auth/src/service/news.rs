//! What followers are told of a change.

use crate::words::{Account, Organization, Place};
use chaoshub_chassis::outbox::News;
use chaoshub_kernel::Role;
use serde_json::json;

pub fn account_created(account: &Account) -> News {
    News { kind: "account.created", subject: account.id.to_string(), workspace: None, data: json!({ "name": account.name }) }
}

pub fn workspace_created(place: &Place) -> News {
    let workspace = &place.workspace;
    News {
        kind: "workspace.created",
        subject: workspace.id.to_string(),
        workspace: Some(workspace.id),
        data: json!({ "organization": workspace.organization, "name": workspace.name, "title": workspace.title }),
    }
}

/// A role given in one workspace, changed, or taken away.
pub fn member_changed(account: &Account, place: &Place, role: Option<Role>) -> News {
    News {
        kind: "member.changed",
        subject: account.id.to_string(),
        workspace: Some(place.workspace.id),
        data: json!({ "account": account.name, "role": role }),
    }
}

/// A role given in all of an organization.
pub fn organization_member_changed(account: &Account, organization: &Organization, role: Option<Role>) -> News {
    News {
        kind: "member.changed",
        subject: account.id.to_string(),
        workspace: None,
        data: json!({ "account": account.name, "role": role, "organization": organization.name }),
    }
}

/// Somebody's rights may have changed; whoever remembers rights forgets them.
pub fn access_changed(subject: impl ToString) -> News {
    News { kind: "access.changed", subject: subject.to_string(), workspace: None, data: json!({}) }
}
