//! Every public operation, knocked on by those who may not come in.

use crate::world::{Browser, hub};
use axum::http::Method;
use chaoshub_kernel::{Role, Scope};
use chaoshub_testkit::http::Ask;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// An operation, and what a stranger, a viewer, a member of another workspace and a deleted token are answered.
struct Door {
    method: Method,
    operation: &'static str,
    path: String,
    body: Value,
    stranger: (u16, &'static str),
    viewer: (u16, &'static str),
    outsider: (u16, &'static str),
    token: (u16, &'static str),
}

const NOTHING: &str = "01890000-0000-7000-8000-000000000000";
const NOBODY: (u16, &str) = (401, "not-signed-in");
const WRONG: (u16, &str) = (403, "wrong-password");
const STOLEN: (u16, &str) = (401, "invalid-token");
const HIDDEN: (u16, &str) = (404, "not-found");
const SCOPE: (u16, &str) = (403, "missing-scope");
const ADMIN: (u16, &str) = (403, "administrators-only");
const FINE: (u16, &str) = (200, "");
const MADE: (u16, &str) = (201, "");
const GONE: (u16, &str) = (204, "");
const OVER: (u16, &str) = (410, "invitation-over");
const UNKNOWN: (u16, &str) = (404, "unknown-provider");
const LED: (u16, &str) = (303, "");

fn doors(workspace: &str, token: &str) -> Vec<Door> {
    let door = |method: Method, operation: &'static str, body: Value, answers: [(u16, &'static str); 4]| {
        let path = match operation {
            "/api/v1/tokens/{id}" => operation.replace("{id}", token),
            "/api/v1/auth/sessions/{id}" => operation.replace("{id}", &format!("sin_{NOTHING}")),
            "/api/v1/auth/identities/{id}" => operation.replace("{id}", &format!("idn_{NOTHING}")),
            "/api/v1/tokens" if method == Method::GET => format!("{operation}?workspace=acme/payments"),
            _ => operation
                .replace("{id}", workspace)
                .replace("{account_name}", "ada")
                .replace("{provider}", "github")
                .replace("{invitation}", &format!("inv_{NOTHING}")),
        };
        let [stranger, viewer, outsider, token] = answers;
        Door { method, operation, path, body, stranger, viewer, outsider, token }
    };
    let get = |operation, answers| door(Method::GET, operation, Value::Null, answers);
    let password = "a long enough password";
    let setup = json!({ "code": "AAAA", "name": "eve", "password": password });
    let sign_in = json!({ "name": "ada", "password": "not her password" });
    let account = json!({ "name": "mallory", "password": password });
    let made = json!({ "organization": "acme", "name": "more" });
    let wish = json!({ "workspace": "acme/payments", "name": "t", "scopes": ["run:read"], "expires_in_days": null });
    let sign_up = json!({ "name": "eve", "password": password, "invitation": "x" });
    let secret = json!({ "secret": "x" });
    let new_password = json!({ "current": "a guess", "new": password });
    vec![
        // What one signs in with is for everybody, and tells nothing.
        get("/api/v1/auth/options", [FINE; 4]),
        get("/.well-known/jwks.json", [FINE; 4]),
        door(Method::POST, "/api/v1/auth/setup", setup, [(409, "setup-done"); 4]),
        door(Method::POST, "/api/v1/auth/sign-in", sign_in, [(401, "wrong-password"); 4]),
        door(Method::POST, "/api/v1/auth/renew", Value::Null, [(401, "session-ended"); 4]),
        door(Method::POST, "/api/v1/auth/sign-out", Value::Null, [(204, ""); 4]),
        door(Method::POST, "/api/v1/auth/sign-up", sign_up, [(410, "invitation-over"); 4]),
        get("/api/v1/auth/providers/{provider}/begin", [LED; 4]),
        door(Method::POST, "/api/v1/auth/providers/{provider}/begin", json!({ "invitation": "x" }), [OVER; 4]),
        get("/api/v1/auth/providers/{provider}/callback", [LED; 4]),
        door(Method::POST, "/api/v1/auth/invitation", secret.clone(), [(410, "invitation-over"); 4]),
        door(Method::POST, "/api/v1/auth/invitation/accept", secret, [NOBODY, OVER, OVER, STOLEN]),
        door(Method::POST, "/api/v1/auth/providers/{provider}/link", Value::Null, [NOBODY, UNKNOWN, UNKNOWN, STOLEN]),
        get("/api/v1/auth/identities", [NOBODY, FINE, FINE, STOLEN]),
        door(Method::DELETE, "/api/v1/auth/identities/{id}", Value::Null, [NOBODY, HIDDEN, HIDDEN, STOLEN]),
        door(Method::PUT, "/api/v1/auth/password", new_password, [NOBODY, WRONG, WRONG, STOLEN]),
        get("/api/v1/auth/sessions", [NOBODY, FINE, FINE, STOLEN]),
        door(Method::DELETE, "/api/v1/auth/sessions", Value::Null, [NOBODY, GONE, GONE, STOLEN]),
        door(Method::DELETE, "/api/v1/auth/sessions/{id}", Value::Null, [NOBODY, HIDDEN, HIDDEN, STOLEN]),
        get("/api/v1/workspaces/{id}/invitations", [NOBODY, SCOPE, HIDDEN, STOLEN]),
        door(Method::POST, "/api/v1/workspaces/{id}/invitations", json!({ "role": "viewer" }), [NOBODY, SCOPE, HIDDEN, STOLEN]),
        door(Method::DELETE, "/api/v1/workspaces/{id}/invitations/{invitation}", Value::Null, [NOBODY, SCOPE, HIDDEN, STOLEN]),
        get("/api/v1/me", [NOBODY, FINE, FINE, STOLEN]),
        get("/api/v1/accounts", [NOBODY, ADMIN, ADMIN, STOLEN]),
        door(Method::POST, "/api/v1/accounts", account, [NOBODY, ADMIN, ADMIN, STOLEN]),
        get("/api/v1/organizations", [NOBODY, FINE, FINE, STOLEN]),
        door(Method::POST, "/api/v1/organizations", json!({ "name": "new-one" }), [NOBODY, MADE, (409, "name-taken"), STOLEN]),
        get("/api/v1/workspaces", [NOBODY, FINE, FINE, STOLEN]),
        door(Method::POST, "/api/v1/workspaces", made, [NOBODY, (403, "not-owner"), HIDDEN, STOLEN]),
        get("/api/v1/workspaces/{id}", [NOBODY, FINE, HIDDEN, STOLEN]),
        get("/api/v1/workspaces/{id}/members", [NOBODY, FINE, HIDDEN, STOLEN]),
        door(
            Method::PUT,
            "/api/v1/workspaces/{id}/members/{account_name}",
            json!({ "role": "viewer" }),
            [NOBODY, SCOPE, HIDDEN, STOLEN],
        ),
        door(Method::DELETE, "/api/v1/workspaces/{id}/members/{account_name}", Value::Null, [NOBODY, SCOPE, HIDDEN, STOLEN]),
        get("/api/v1/tokens", [NOBODY, FINE, HIDDEN, STOLEN]),
        door(Method::POST, "/api/v1/tokens", wish, [NOBODY, SCOPE, HIDDEN, STOLEN]),
        door(Method::DELETE, "/api/v1/tokens/{id}", Value::Null, [NOBODY, HIDDEN, HIDDEN, STOLEN]),
    ]
}

impl Door {
    fn ask(&self) -> Ask {
        let ask = Ask::new(self.method.clone(), &self.path);
        if self.body.is_null() { ask } else { ask.json(&self.body) }
    }
}

#[tokio::test]
async fn who_may_not_come_in_is_told_so_at_every_door() {
    let hub = hub().await;
    let id = hub.workspace("payments").await.to_string();
    hub.workspace("other").await;
    let owner = hub.somebody("ada").await;
    hub.role("ada", "payments", Role::Owner).await;
    let viewer = hub.somebody("vera").await;
    hub.role("vera", "payments", Role::Viewer).await;
    let outsider: Browser = hub.somebody("otto").await;
    hub.operator.ensure_workspace(&"other".parse().unwrap(), &"other".parse().unwrap(), "Other").await.unwrap();
    hub.operator.put_role("otto", "other", Some("other"), Some(Role::Owner)).await.unwrap();
    let (token, _) = hub.token(&owner, "payments", &[Scope::RunRead]).await;
    let (stolen_id, stolen) = hub.token(&owner, "payments", Scope::ALL).await;
    let gone = chaoshub_testkit::http::delete(format!("/api/v1/tokens/{stolen_id}")).claim(&owner.claim);
    assert_eq!(hub.call(gone).await.status, 204);
    for door in doors(&id, &token) {
        let asks = [
            ("a stranger", door.ask(), door.stranger),
            ("a viewer", door.ask().claim(&viewer.claim), door.viewer),
            ("an outsider", door.ask().claim(&outsider.claim), door.outsider),
            ("a deleted token", door.ask().bearer(&stolen), door.token),
        ];
        for (who, ask, (status, code)) in asks {
            let reply = hub.call(ask).await;
            let answered = (reply.status.as_u16(), reply.code());
            assert_eq!(answered, (status, code), "{who} at {} {}", door.method, door.operation);
        }
    }
}

#[tokio::test]
async fn a_page_of_another_site_writes_nothing() {
    let hub = hub().await;
    let id = hub.workspace("payments").await.to_string();
    let owner = hub.administrator("ada").await;
    hub.role("ada", "payments", Role::Owner).await;
    let (token, _) = hub.token(&owner, "payments", &[Scope::RunRead]).await;
    for door in doors(&id, &token).into_iter().filter(|door| door.method != Method::GET) {
        for origin in [Some("http://evil.example"), Some("http://ses.localhost:8080"), Some("null"), None] {
            let reply = hub.call(door.ask().claim(&owner.claim).from_origin(origin)).await;
            assert_eq!((reply.status.as_u16(), reply.code()), (403, "cross-site"), "{origin:?} at {}", door.operation);
        }
    }
}

#[tokio::test]
async fn no_operation_is_without_a_door() {
    let mut hub = hub().await;
    let document = serde_json::to_value(hub.service.public.to_openapi()).unwrap();
    let mut documented = BTreeSet::new();
    for (path, operations) in document["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            documented.insert(format!("{} {path}", method.to_uppercase()));
            assert!(operation["operationId"].is_string() && operation["summary"].is_string(), "{path}");
            assert_eq!(
                operation["responses"]["default"]["content"]["application/problem+json"]["schema"]["$ref"],
                "#/components/schemas/ProblemDocument"
            );
        }
    }
    let knocked: BTreeSet<_> = doors("", "").iter().map(|door| format!("{} {}", door.method, door.operation)).collect();
    assert_eq!(knocked, documented);
}

#[tokio::test]
async fn every_schema_that_is_named_is_in_the_document() {
    let mut hub = hub().await;
    let document = serde_json::to_value(hub.service.public.to_openapi()).unwrap();
    let text = document.to_string();
    for named in text.split("#/components/schemas/").skip(1).filter_map(|rest| rest.split('"').next()) {
        let known = &document["components"]["schemas"];
        assert!(known.get(named).is_some(), "{named} of {:?}", known.as_object().map(|all| all.keys().collect::<Vec<_>>()));
    }
}
