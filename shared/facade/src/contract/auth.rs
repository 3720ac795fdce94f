//! What every `Auth` promises. Changes may take ten seconds to be seen, not longer.

use crate::auth::{Access, Auth, Proof, WorkspaceRef};
use async_trait::async_trait;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chaoshub_kernel::{AccountId, Fault, FaultKind, Role, Scope, Scopes, SignedClaim, WorkspaceId};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

/// How old an answer may be.
const SEEN_WITHIN: TimeDelta = TimeDelta::seconds(10);

/// An installation with a clock that the suite moves.
#[async_trait]
pub trait World: Send + Sync {
    /// The form under test.
    fn auth(&self) -> &dyn Auth;
    /// The key that services prove themselves with.
    fn internal_key(&self) -> &str;
    /// The time.
    fn now(&self) -> DateTime<Utc>;
    /// Moves the time on.
    fn advance(&self, by: TimeDelta);
    /// Makes an account.
    async fn account(&self, name: &str) -> AccountId;
    /// Makes the workspace, and its organization if need be; nobody has a role there.
    async fn workspace(&self, organization: &str, name: &str) -> WorkspaceId;
    /// Gives a role on a workspace, or takes it away.
    async fn role(&self, account: AccountId, workspace: WorkspaceId, role: Option<Role>);
    /// Gives a role on an organization, or takes it away.
    async fn wide_role(&self, account: AccountId, organization: &str, role: Option<Role>);
    /// Signs an account in.
    async fn sign_in(&self, account: AccountId) -> SignedClaim;
    /// Ends the session of that claim.
    async fn sign_out(&self, claim: &SignedClaim);
    /// Makes an API token and gives its secret.
    async fn token(
        &self,
        account: AccountId,
        workspace: WorkspaceId,
        scopes: Scopes,
        expires_at: Option<DateTime<Utc>>,
    ) -> String;
    /// Deletes the token of that secret.
    async fn delete_token(&self, secret: &str);
}

/// Makes a test of every promise: `auth_contract!(async { world })`, a world of its own for each.
#[macro_export]
macro_rules! auth_contract {
    ($world:expr) => {
        $crate::auth_contract!(@each $world;
            keys_are_public_and_nothing_else
            a_claim_is_for_one_installation_and_minutes
            a_role_gives_its_scopes_by_id_and_by_name
            the_stronger_of_two_roles_counts
            who_has_no_role_cannot_tell_that_the_workspace_exists
            a_role_taken_away_is_gone_within_seconds
            a_token_is_good_for_its_workspace_and_scopes_only
            a_token_never_may_more_than_its_owner
            a_bad_token_is_refused_by_name
            a_deleted_token_takes_its_claims_along
            a_service_is_a_viewer_of_any_workspace
            a_wrong_internal_key_is_refused
            a_forged_claim_is_refused
            an_expired_claim_says_so
            signing_out_ends_the_claims_of_the_session
            workspaces_are_those_with_a_role
        );

        #[tokio::test]
        async fn a_claim_of_another_installation_is_refused() {
            let (world, other) = ($world.await, $world.await);
            $crate::contract::auth::a_claim_of_another_installation_is_refused(&world, &other).await;
        }
    };
    (@each $world:expr; $($promise:ident)*) => {
        $(#[tokio::test]
        async fn $promise() {
            let world = $world.await;
            $crate::contract::auth::$promise(&world).await;
        })*
    };
}

/// The key set holds Ed25519 public keys with ids.
pub async fn keys_are_public_and_nothing_else(world: &dyn World) {
    let keys = world.auth().keys().await.expect("keys are for everybody");
    assert!(!keys.installation.is_empty());
    let all = keys.jwks["keys"].as_array().expect("a key set has keys");
    assert!(!all.is_empty());
    for key in all {
        assert_eq!((&key["kty"], &key["crv"]), (&json!("OKP"), &json!("Ed25519")));
        assert!(key["kid"].is_string() && key["x"].is_string());
        assert_eq!(key.get("d"), None, "a private key is published");
    }
}

/// A claim names its installation and key, and ends within minutes.
pub async fn a_claim_is_for_one_installation_and_minutes(world: &dyn World) {
    let ada = world.account("ada").await;
    let claim = world.sign_in(ada).await;
    let keys = world.auth().keys().await.expect("keys are for everybody");
    let (header, content) = (part(&claim, 0), part(&claim, 1));
    assert_eq!(header["alg"], "EdDSA");
    assert!(keys.jwks["keys"].as_array().is_some_and(|all| all.iter().any(|key| key["kid"] == header["kid"])));
    assert_eq!((&content["iss"], &content["aud"]), (&json!(keys.installation), &json!(keys.installation)));
    assert_eq!(content["sub"], json!(ada));
    let life = content["exp"].as_i64().expect("a claim ends") - world.now().timestamp();
    assert!((240..=300).contains(&life), "it lives for {life} s");
}

/// Each role is answered with its scopes, whichever way the workspace is named.
pub async fn a_role_gives_its_scopes_by_id_and_by_name(world: &dyn World) {
    let id = world.workspace("acme", "payments").await;
    for role in Role::ALL {
        let account = world.account(&format!("the-{role}")).await;
        world.role(account, id, Some(role)).await;
        let claim = world.sign_in(account).await;
        let access = world.auth().access(&claim, WorkspaceRef::Id(id)).await.expect("a member");
        assert_eq!((access.role, &access.scopes), (role, &role.scopes()));
        assert_eq!((access.organization_name.as_str(), access.workspace_name.as_str()), ("acme", "payments"));
        assert_eq!(world.auth().access(&claim, named("acme", "payments")).await, Ok(access));
    }
}

/// Of a role on the organization and one on the workspace, the stronger counts, whichever it is.
pub async fn the_stronger_of_two_roles_counts(world: &dyn World) {
    let (one, two) = (world.workspace("acme", "one").await, world.workspace("acme", "two").await);
    let ada = world.account("ada").await;
    world.wide_role(ada, "acme", Some(Role::Operator)).await;
    world.role(ada, one, Some(Role::Viewer)).await;
    world.role(ada, two, Some(Role::Editor)).await;
    let claim = world.sign_in(ada).await;
    assert_eq!(access(world, &claim, one).await.map(|access| access.role), Ok(Role::Operator));
    assert_eq!(access(world, &claim, two).await.map(|access| access.role), Ok(Role::Editor));
}

/// A stranger gets the very answer that a workspace that is not there gets.
pub async fn who_has_no_role_cannot_tell_that_the_workspace_exists(world: &dyn World) {
    let id = world.workspace("acme", "payments").await;
    let neighbour = world.workspace("other", "payments").await;
    let eve = world.account("eve").await;
    world.role(eve, neighbour, Some(Role::Owner)).await;
    let claim = world.sign_in(eve).await;
    let unknown = world.auth().access(&claim, WorkspaceRef::Id(WorkspaceId::new(world.now()))).await;
    assert_eq!(code(&unknown), (FaultKind::NotFound, "not-found"));
    assert_eq!(access(world, &claim, id).await, unknown);
    assert_eq!(world.auth().access(&claim, named("acme", "payments")).await, unknown);
    assert_eq!(world.auth().access(&claim, named("acme", "nothing")).await, unknown);
    assert_eq!(world.auth().access(&claim, named("nowhere", "payments")).await, unknown);
}

/// What was given may be taken away, and the last answer is not believed for long.
pub async fn a_role_taken_away_is_gone_within_seconds(world: &dyn World) {
    let id = world.workspace("acme", "payments").await;
    let ada = world.account("ada").await;
    world.role(ada, id, Some(Role::Editor)).await;
    let claim = world.sign_in(ada).await;
    assert!(access(world, &claim, id).await.is_ok());
    world.role(ada, id, Some(Role::Viewer)).await;
    world.advance(SEEN_WITHIN);
    assert_eq!(access(world, &claim, id).await.map(|access| access.role), Ok(Role::Viewer));
    world.role(ada, id, None).await;
    world.advance(SEEN_WITHIN);
    assert_eq!(code(&access(world, &claim, id).await), (FaultKind::NotFound, "not-found"));
}

/// A token opens one workspace, for what its scopes say.
pub async fn a_token_is_good_for_its_workspace_and_scopes_only(world: &dyn World) {
    let (one, two) = (world.workspace("acme", "one").await, world.workspace("acme", "two").await);
    let ada = world.account("ada").await;
    world.wide_role(ada, "acme", Some(Role::Owner)).await;
    let scopes: Scopes = [Scope::RunRead, Scope::RunIngest].into_iter().collect();
    let secret = world.token(ada, one, scopes.clone(), None).await;
    let claim = exchange(world, &secret).await.expect("a good token");
    let given = access(world, &claim, one).await.expect("its own workspace");
    assert_eq!((given.role, given.scopes), (Role::Owner, scopes));
    assert_eq!(code(&access(world, &claim, two).await), (FaultKind::NotFound, "not-found"));
    let seen = world.auth().workspaces(&claim).await.expect("a good claim");
    assert_eq!(seen.iter().map(|access| access.workspace).collect::<Vec<_>>(), [one]);
}

/// What its owner may no longer do, a token may not do either.
pub async fn a_token_never_may_more_than_its_owner(world: &dyn World) {
    let id = world.workspace("acme", "payments").await;
    let ada = world.account("ada").await;
    world.role(ada, id, Some(Role::Operator)).await;
    let secret = world.token(ada, id, [Scope::RunRead, Scope::RunStart].into_iter().collect(), None).await;
    world.role(ada, id, Some(Role::Viewer)).await;
    world.advance(SEEN_WITHIN);
    let claim = exchange(world, &secret).await.expect("a good token");
    let given = access(world, &claim, id).await.expect("still a member");
    assert_eq!(given.scopes, [Scope::RunRead].into_iter().collect());
    assert_eq!(given.need(Scope::RunStart), Err(Fault::missing_scope(Scope::RunStart)));
    world.role(ada, id, None).await;
    world.advance(SEEN_WITHIN);
    assert_eq!(code(&access(world, &claim, id).await), (FaultKind::NotFound, "not-found"));
}

/// Unknown and expired are different words; both are 401. A claim does not outlive its token.
pub async fn a_bad_token_is_refused_by_name(world: &dyn World) {
    let id = world.workspace("acme", "payments").await;
    let ada = world.account("ada").await;
    world.role(ada, id, Some(Role::Owner)).await;
    for nonsense in ["", "chp_", "chp_0000000000000000000000000000000000000000000", "nonsense"] {
        let refused = exchange(world, nonsense).await;
        assert_eq!(code(&refused), (FaultKind::Unauthenticated, "invalid-token"), "{nonsense}");
    }
    let scopes: Scopes = [Scope::RunRead].into_iter().collect();
    let secret = world.token(ada, id, scopes, Some(world.now() + TimeDelta::seconds(30))).await;
    let claim = exchange(world, &secret).await.expect("a token of the last half minute");
    world.advance(TimeDelta::seconds(30));
    assert_eq!(code(&exchange(world, &secret).await), (FaultKind::Unauthenticated, "token-expired"));
    let late = access(world, &claim, id).await;
    assert_eq!(late.err().map(|fault| fault.kind), Some(FaultKind::Unauthenticated));
}

/// Deleting a token ends what was made from it.
pub async fn a_deleted_token_takes_its_claims_along(world: &dyn World) {
    let id = world.workspace("acme", "payments").await;
    let ada = world.account("ada").await;
    world.role(ada, id, Some(Role::Owner)).await;
    let secret = world.token(ada, id, [Scope::RunRead].into_iter().collect(), None).await;
    let claim = exchange(world, &secret).await.expect("a good token");
    assert!(access(world, &claim, id).await.is_ok());
    world.delete_token(&secret).await;
    world.advance(SEEN_WITHIN);
    assert_eq!(code(&exchange(world, &secret).await), (FaultKind::Unauthenticated, "invalid-token"));
    assert_eq!(code(&access(world, &claim, id).await), (FaultKind::Unauthenticated, "invalid-token"));
}

/// Services look at everything and change nothing.
pub async fn a_service_is_a_viewer_of_any_workspace(world: &dyn World) {
    let id = world.workspace("acme", "payments").await;
    let proof = Proof::InternalKey { service: "dashboard".to_owned(), key: world.internal_key().to_owned() };
    let claim = world.auth().exchange(proof).await.expect("the key of the installation");
    let given = access(world, &claim, id).await.expect("any workspace");
    let looks = [Scope::WorkspaceRead, Scope::ExperimentRead, Scope::RunRead, Scope::HubRead];
    assert_eq!((given.role, given.scopes), (Role::Viewer, looks.into_iter().collect()));
    assert_eq!(world.auth().workspaces(&claim).await, Ok(Vec::new()));
    let unknown = access(world, &claim, WorkspaceId::new(world.now())).await;
    assert_eq!(code(&unknown), (FaultKind::NotFound, "not-found"));
}

/// Only the key of the installation proves a service.
pub async fn a_wrong_internal_key_is_refused(world: &dyn World) {
    let right = world.internal_key().to_owned();
    for key in [String::new(), right[1..].to_owned(), format!("{right}x")] {
        let proof = Proof::InternalKey { service: "dashboard".to_owned(), key };
        let refused = world.auth().exchange(proof).await;
        assert_eq!(code(&refused), (FaultKind::Unauthenticated, "invalid-key"));
    }
}

/// Neither nonsense, nor a changed claim, nor one signed with nothing or with the public key, is believed.
pub async fn a_forged_claim_is_refused(world: &dyn World) {
    let id = world.workspace("acme", "payments").await;
    let ada = world.account("ada").await;
    world.role(ada, id, Some(Role::Viewer)).await;
    let good = world.sign_in(ada).await;
    let (mut header, mut content) = (part(&good, 0), part(&good, 1));
    let signature = good.as_jwt().rsplit('.').next().unwrap_or_default().to_owned();
    let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    content["admin"] = json!(true);
    let changed = format!("{}.{}.{signature}", encode(&header), encode(&content));
    header["alg"] = json!("none");
    let unsigned = format!("{}.{}.", encode(&header), encode(&content));
    header["alg"] = json!("HS256");
    let other_way = format!("{}.{}.{signature}", encode(&header), encode(&content));
    header["alg"] = json!("EdDSA");
    header["kid"] = json!("unknown");
    let other_key = format!("{}.{}.{signature}", encode(&header), encode(&content));
    for forged in ["", "nonsense", "a.b.c", &changed, &unsigned, &other_way, &other_key] {
        let forged = SignedClaim::from_jwt(forged);
        let refused = access(world, &forged, id).await;
        assert_eq!(code(&refused), (FaultKind::Unauthenticated, "invalid-claim"), "{}", forged.as_jwt());
        let refused = world.auth().workspaces(&forged).await;
        assert_eq!(code(&refused), (FaultKind::Unauthenticated, "invalid-claim"), "{}", forged.as_jwt());
    }
}

/// A claim is for one installation.
pub async fn a_claim_of_another_installation_is_refused(world: &dyn World, other: &dyn World) {
    let id = world.workspace("acme", "payments").await;
    let ada = other.account("ada").await;
    let claim = other.sign_in(ada).await;
    assert_eq!(code(&access(world, &claim, id).await), (FaultKind::Unauthenticated, "invalid-claim"));
}

/// A claim ends by itself.
pub async fn an_expired_claim_says_so(world: &dyn World) {
    let id = world.workspace("acme", "payments").await;
    let ada = world.account("ada").await;
    world.role(ada, id, Some(Role::Owner)).await;
    let claim = world.sign_in(ada).await;
    assert!(access(world, &claim, id).await.is_ok());
    world.advance(TimeDelta::minutes(5));
    assert_eq!(code(&access(world, &claim, id).await), (FaultKind::Unauthenticated, "claim-expired"));
    assert_eq!(code(&world.auth().workspaces(&claim).await), (FaultKind::Unauthenticated, "claim-expired"));
}

/// A claim does not outlive its session by more than seconds, and other sessions go on.
pub async fn signing_out_ends_the_claims_of_the_session(world: &dyn World) {
    let id = world.workspace("acme", "payments").await;
    let ada = world.account("ada").await;
    world.role(ada, id, Some(Role::Owner)).await;
    let (here, there) = (world.sign_in(ada).await, world.sign_in(ada).await);
    assert!(access(world, &here, id).await.is_ok());
    world.sign_out(&here).await;
    world.advance(SEEN_WITHIN);
    assert_eq!(code(&access(world, &here, id).await), (FaultKind::Unauthenticated, "session-ended"));
    assert!(access(world, &there, id).await.is_ok());
}

/// All of them, each once, with the same rights that are answered for it alone.
pub async fn workspaces_are_those_with_a_role(world: &dyn World) {
    let (one, two) = (world.workspace("acme", "one").await, world.workspace("acme", "two").await);
    let other = world.workspace("other", "one").await;
    let hidden = world.workspace("other", "hidden").await;
    let ada = world.account("ada").await;
    world.wide_role(ada, "acme", Some(Role::Viewer)).await;
    world.role(ada, two, Some(Role::Editor)).await;
    world.role(ada, other, Some(Role::Operator)).await;
    let claim = world.sign_in(ada).await;
    let seen = world.auth().workspaces(&claim).await.expect("a good claim");
    for (id, role) in [(one, Role::Viewer), (two, Role::Editor), (other, Role::Operator)] {
        let found: Vec<_> = seen.iter().filter(|access| access.workspace == id).collect();
        assert_eq!(found.len(), 1, "{role}");
        assert_eq!(found[0].role, role);
        assert_eq!(access(world, &claim, id).await.as_ref(), Ok(found[0]));
    }
    assert!(seen.iter().all(|access| access.workspace != hidden));
}

async fn access(world: &dyn World, claim: &SignedClaim, id: WorkspaceId) -> Result<Access, Fault> {
    world.auth().access(claim, WorkspaceRef::Id(id)).await
}

async fn exchange(world: &dyn World, secret: &str) -> Result<SignedClaim, Fault> {
    world.auth().exchange(Proof::ApiToken(secret.to_owned())).await
}

fn named(organization: &str, name: &str) -> WorkspaceRef {
    WorkspaceRef::Name(organization.to_owned(), name.to_owned())
}

fn code<T>(answer: &Result<T, Fault>) -> (FaultKind, &str) {
    match answer {
        Ok(_) => panic!("it was let through"),
        Err(fault) => (fault.kind, &fault.code),
    }
}

/// A part of a compact JWT, read without believing it.
fn part(claim: &SignedClaim, which: usize) -> Value {
    let text = claim.as_jwt().split('.').nth(which).unwrap_or_default();
    let bytes = URL_SAFE_NO_PAD.decode(text).expect("base64url (RFC 7515)");
    serde_json::from_slice(&bytes).expect("JSON (RFC 7519)")
}
