//! `/api/v1/workspaces/{id}/invitations` for who invites, `/api/v1/auth/invitation` for who is invited. The secret of an
//! invitation is never in an address that a server sees.

use super::{
    Rooms, ShownOnce,
    asking::{Asking, OurPage},
    shown_once,
};
use crate::{
    service::sign_in::Peer,
    words::{Invitation, InvitationId, Invited, Workspace},
};
use axum::{extract::State, http::StatusCode};
use chaoshub_chassis::http::{Answer, Json, Path, Problem, Query};
use chaoshub_facade::auth::WorkspaceRef;
use chaoshub_kernel::{Page, PageAsk, Role, Scope, WorkspaceId};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use std::fmt;
use utoipa::ToSchema;

/// An invitation to be made.
#[derive(Debug, Deserialize, ToSchema)]
pub struct NewInvitation {
    /// The role that it gives.
    pub role: Role,
    /// When it ends; a week where nothing is said.
    #[serde(default = "a_week")]
    #[schema(minimum = 1, maximum = 30, default = 7)]
    pub expires_in_days: u32,
}

fn a_week() -> u32 {
    7
}

/// An invitation that was made. Its link is shown here and never again.
#[derive(Serialize, ToSchema)]
pub struct CreatedInvitation {
    /// The invitation.
    pub invitation: Invitation,
    /// What to give to whom is invited; whoever has it is invited.
    #[schema(example = "https://chaos.example.org/invitation#...")]
    pub link: String,
}

impl fmt::Debug for CreatedInvitation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CreatedInvitation({})", self.invitation.id)
    }
}

/// The secret of an invitation.
#[derive(Debug, Deserialize, ToSchema)]
pub struct InvitationSecret {
    /// What the link carries behind its `#`.
    #[schema(value_type = String)]
    pub secret: SecretString,
}

/// The open invitations to the workspace
#[utoipa::path(get, path = "/api/v1/workspaces/{id}/invitations", tag = "organizations", operation_id = "list_invitations",
    params(("id" = WorkspaceId, Path, description = "The workspace."), PageAsk),
    responses((status = 200, body = Page<Invitation>), Problem))]
pub async fn list(
    State(rooms): State<Rooms>,
    asking: Asking,
    Path(id): Path<WorkspaceId>,
    Query(page): Query<PageAsk>,
) -> Answer<Json<Page<Invitation>>> {
    asking.caller.need(WorkspaceRef::Id(id), Scope::WorkspaceAdmin).await?;
    Ok(Json(rooms.auth.invitations(id, &page).await?))
}

/// Invite somebody to the workspace by a link that is good once
#[utoipa::path(post, path = "/api/v1/workspaces/{id}/invitations", tag = "organizations", operation_id = "create_invitation",
    params(("id" = WorkspaceId, Path, description = "The workspace.")),
    request_body = NewInvitation, responses((status = 201, body = CreatedInvitation), Problem))]
pub async fn create(
    State(rooms): State<Rooms>,
    asking: Asking,
    Path(id): Path<WorkspaceId>,
    Json(new): Json<NewInvitation>,
) -> Answer<ShownOnce<CreatedInvitation>> {
    asking.caller.need(WorkspaceRef::Id(id), Scope::WorkspaceAdmin).await?;
    let (invitation, link) = rooms.auth.new_invitation(&asking.person, id, new.role, new.expires_in_days).await?;
    let created = CreatedInvitation { invitation, link: link.expose_secret().to_owned() };
    Ok(shown_once(format!("/api/v1/workspaces/{id}/invitations/{}", created.invitation.id), created))
}

/// Take an invitation back
#[utoipa::path(delete, path = "/api/v1/workspaces/{id}/invitations/{invitation}", tag = "organizations",
    operation_id = "delete_invitation",
    params(("id" = WorkspaceId, Path, description = "The workspace."),
        ("invitation" = InvitationId, Path, description = "The invitation.")),
    responses((status = 204), Problem))]
pub async fn delete(
    State(rooms): State<Rooms>,
    asking: Asking,
    Path((id, invitation)): Path<(WorkspaceId, InvitationId)>,
) -> Answer<StatusCode> {
    asking.caller.need(WorkspaceRef::Id(id), Scope::WorkspaceAdmin).await?;
    rooms.auth.delete_invitation(id, invitation).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What an invitation is to
#[utoipa::path(post, path = "/api/v1/auth/invitation", tag = "auth", operation_id = "get_invitation",
    request_body = InvitationSecret, responses((status = 200, body = Invited), Problem))]
pub async fn look(
    State(rooms): State<Rooms>,
    _: OurPage,
    peer: Peer,
    Json(ask): Json<InvitationSecret>,
) -> Answer<Json<Invited>> {
    Ok(Json(rooms.auth.look_at_invitation(&ask.secret, &peer).await?))
}

/// Take an invitation up
#[utoipa::path(post, path = "/api/v1/auth/invitation/accept", tag = "auth", operation_id = "accept_invitation",
    request_body = InvitationSecret, responses((status = 200, body = Workspace), Problem))]
pub async fn accept(
    State(rooms): State<Rooms>,
    asking: Asking,
    peer: Peer,
    Json(ask): Json<InvitationSecret>,
) -> Answer<Json<Workspace>> {
    Ok(Json(rooms.auth.accept_invitation(&asking.person, &ask.secret, &peer).await?))
}
