//! Rights are known before anything is written: each operation that writes is asked with a token of each single scope, and
//! where it refuses, nothing has changed.

use crate::{
    ask::{Asker, PASSWORD, Reply},
    document,
    home::Home,
};
use chaoshub_kernel::Scope;
use reqwest::{Method, header};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// What there is to write at, made anew for each operation.
struct Things {
    workspace: String,
    experiment: String,
    archived: String,
    run: String,
    outside: String,
    hub: String,
    widget: String,
    token: String,
    invitation: String,
}

fn text(title: &str) -> Value {
    json!({"title": title, "description": "Made by a test.", "method": []})
}

fn id(reply: Reply, pointer: &str) -> String {
    reply.json.pointer(pointer).unwrap().as_str().unwrap().to_owned()
}

impl Things {
    async fn make(ada: &Asker, workspace: &str, n: usize) -> Self {
        let experiment = ada.keep(&text(&format!("One {n}"))).await;
        let archived = ada.keep(&text(&format!("Archived {n}"))).await;
        ada.delete(&format!("/api/v1/experiments/{archived}")).await;
        let run = id(ada.post("/api/v1/runs", &json!({ "experiment": experiment })).await.is(202), "/id");
        let outside = new_run(n);
        let open = json!({"workspace": "demo/demo", "experiment": text("Outside")});
        ada.put(&format!("/api/v1/runs/{outside}"), &open).await.is(201);
        let hub =
            id(ada.post("/api/v1/hubs", &json!({"workspace": "demo/demo", "title": format!("Hub {n}")})).await.is(201), "/id");
        let card = json!({"kind": "text", "config": {"markdown": "ours"}});
        let widget = id(ada.post(&format!("/api/v1/hubs/{hub}/widgets"), &card).await.is(201), "/id");
        let wish = json!({"workspace": "demo/demo", "name": format!("token {n}"), "scopes": ["run:read"]});
        let token = id(ada.post("/api/v1/tokens", &wish).await.is(201), "/token/id");
        let invited = ada.post(&format!("/api/v1/workspaces/{workspace}/invitations"), &json!({"role": "viewer"})).await.is(201);
        let invitation = id(invited, "/invitation/id");
        Self { workspace: workspace.to_owned(), experiment, archived, run, outside, hub, widget, token, invitation }
    }

    /// Everything that the operations could change.
    async fn seen_by(&self, ada: &Asker) -> Vec<Value> {
        let workspace = &self.workspace;
        let mut seen = Vec::new();
        for path in [
            "/api/v1/accounts?limit=200".to_owned(),
            "/api/v1/me".to_owned(),
            "/api/v1/organizations?limit=200".to_owned(),
            "/api/v1/workspaces?limit=200".to_owned(),
            "/api/v1/tokens?limit=200".to_owned(),
            format!("/api/v1/workspaces/{workspace}/members?limit=200"),
            format!("/api/v1/workspaces/{workspace}/invitations?limit=200"),
            "/api/v1/experiments?workspace=demo/demo&limit=200".to_owned(),
            format!("/api/v1/experiments/{}/versions/1", self.experiment),
            "/api/v1/runs?workspace=demo/demo&limit=200".to_owned(),
            format!("/api/v1/runs/{}/events", self.outside),
            format!("/api/v1/runs/{}", self.outside),
            "/api/v1/hubs?workspace=demo/demo&limit=200".to_owned(),
            format!("/api/v1/hubs/{}", self.hub),
            "/api/v1/auth/sessions".to_owned(),
            "/api/v1/auth/identities".to_owned(),
        ] {
            let mut json = ada.get(&path).await.is(200).json;
            forget_time(&mut json);
            seen.push(json);
        }
        seen
    }

    /// How an operation is asked so that it would do something; none for those that take neither claim nor token.
    fn ask(&self, operation: &str, n: usize) -> Option<Value> {
        let Self { experiment, archived, run, outside, hub, widget, token, invitation, .. } = self;
        let (new, name) = (format!("New {n}"), format!("new-{n}"));
        Some(match operation {
            "set_up" | "sign_in" | "sign_up" | "sign_out" | "renew" | "get_invitation" | "begin_invited_sign_in" => return None,
            "check_experiment" => text(&new),
            "create_account" => json!({"name": name, "password": PASSWORD}),
            "unlink_identity" => json!({"/id": "idn_01890000-0000-7000-8000-000000000000"}),
            "accept_invitation" => json!({"secret": "nobody made this one"}),
            "put_password" => json!({"current": PASSWORD, "new": "another horse battery staple"}),
            "link_identity" => json!({"/id": "github"}),
            "end_other_sessions" => json!({}),
            "end_session" => json!({"/id": "sin_01890000-0000-7000-8000-000000000000"}),
            "create_experiment" | "upload_journal" => text(&new),
            "change_experiment" => json!({"/id": experiment, "title": new, "description": "Changed.", "method": []}),
            "adopt_experiment" => json!({"/id": experiment}),
            "merge_experiment" => json!({"/id": experiment, "into": archived}),
            "separate_experiment" => json!({"/id": experiment, "from": archived, "run": run, "runs": [run]}),
            "archive_experiment" => json!({"/id": experiment}),
            "restore_experiment" => json!({"/id": archived}),
            "create_hub" => json!({"workspace": "demo/demo", "title": new}),
            "edit_hub" => json!({"/id": hub, "title": new}),
            "delete_hub" => json!({"/id": hub}),
            "create_widget" => json!({"/id": hub, "kind": "text", "config": {"markdown": new}}),
            "edit_widget" => json!({"/id": widget, "title": new, "config": {"markdown": new}}),
            "delete_widget" => json!({"/id": widget}),
            "create_organization" => json!({ "name": name }),
            "create_workspace" => json!({"organization": "demo", "name": name}),
            "start_run" => json!({ "experiment": experiment }),
            "open_run" => json!({"/id": new_run(n + 500_000), "workspace": "demo/demo", "experiment": text(&new)}),
            "ingest_events" => {
                let event = json!({"seq": 1, "kind": "run.started", "at": "2026-11-20T09:00:00Z", "data": {}});
                json!({"/id": outside, "sender": "control", "events": [event]})
            }
            "finish_run" => json!({"/id": outside, "title": "Outside"}),
            "stop_run" => json!({"/id": run, "mode": "hard"}),
            "create_token" => json!({"workspace": "demo/demo", "name": name, "scopes": ["token:manage"]}),
            "delete_token" => json!({"/id": token}),
            "create_invitation" => json!({"/id": self.workspace, "role": "viewer"}),
            "delete_invitation" => json!({"/id": self.workspace, "/invitation": invitation}),
            "put_member" => json!({"/id": self.workspace, "/account_name": "vera", "role": "editor"}),
            "remove_member" => json!({"/id": self.workspace, "/account_name": "vera"}),
            other => panic!("{other}: how is it asked so that it would do something?"),
        })
    }
}

/// The number of a run that nobody has had.
fn new_run(n: usize) -> String {
    format!("run_01890000-0000-7000-8000-{n:012}")
}

/// What changes by itself: a token's last use, how the tools of runs come along.
fn forget_time(json: &mut Value) {
    match json {
        Value::Object(all) => {
            for name in ["last_used_at", "last_seen_at", "sentence", "as_of", "updated_at", "data"] {
                all.remove(name);
            }
            all.values_mut().for_each(forget_time);
        }
        Value::Array(all) => all.iter_mut().for_each(forget_time),
        _ => {}
    }
}

async fn knock(who: &Asker, method: &str, path: &str, ask: &Value) -> Reply {
    let (mut path, mut body) = (path.to_owned(), serde_json::Map::new());
    for (name, value) in ask.as_object().unwrap() {
        match name.strip_prefix('/') {
            Some("id") => path = path.replace("{id}", value.as_str().unwrap()).replace("{provider}", value.as_str().unwrap()),
            Some(name) => path = path.replace(&format!("{{{name}}}"), value.as_str().unwrap()),
            None => _ = body.insert(name.clone(), value.clone()),
        }
    }
    if path.ends_with("/experiments") || path.ends_with("/journals") {
        path += "?workspace=demo/demo";
    }
    let request = who.request(Method::from_bytes(method.as_bytes()).unwrap(), &path).header(header::IF_MATCH, "\"1\"");
    who.send(request.json(&body)).await
}

#[tokio::test]
async fn what_is_refused_has_changed_nothing() {
    // Runs wait, so that nothing moves by itself.
    let home = Home::new().with("CHAOSHUB_RUNNER_PYTHON", "/nowhere/python3");
    let mut hub = home.hub().await;
    let ada = hub.ada().await;
    ada.post("/api/v1/accounts", &json!({"name": "vera", "password": PASSWORD})).await.is(201);
    let mine = ada.get("/api/v1/me").await.is(200).json["workspaces"].clone();
    let demo = mine.as_array().unwrap().iter().find(|one| one["workspace"]["organization"] == "demo").unwrap().clone();
    let workspace = demo["workspace"]["id"].as_str().unwrap();
    ada.put(&format!("/api/v1/workspaces/{workspace}/members/vera"), &json!({"role": "viewer"})).await.is(200);
    let mut askers = Vec::new();
    for scope in Scope::ALL {
        let wish = json!({"workspace": "demo/demo", "name": format!("only {scope}"), "scopes": [scope]});
        let secret = id(ada.post("/api/v1/tokens", &wish).await.is(201), "/secret");
        askers.push((scope.as_str(), hub.stranger().with_token(&secret)));
    }
    let (mut n, mut done, mut refusals) = (0, BTreeSet::new(), 0);
    for (method, path, operation) in document::operations().filter(|(method, ..)| method != "GET") {
        let name = operation["operationId"].as_str().unwrap();
        // First it is found out who is refused, then whether that changes anything: each on things that are there.
        n += 1;
        let mut refused = Vec::new();
        let mut things = Things::make(&ada, workspace, n).await;
        for (scope, asker) in &askers {
            n += 1;
            let Some(ask) = things.ask(name, n) else { break };
            if knock(asker, &method, path, &ask).await.status == 403 {
                refused.push((scope, asker));
            } else {
                done.insert(name);
                things = Things::make(&ada, workspace, n).await;
            }
        }
        let before = things.seen_by(&ada).await;
        for (scope, asker) in refused {
            n += 1;
            let ask = things.ask(name, n).unwrap();
            assert_eq!(knock(asker, &method, path, &ask).await.status, 403, "{name} with {scope}");
            refusals += 1;
        }
        assert_eq!(before, things.seen_by(&ada).await, "{name}: refused, and something has changed");
    }
    assert!(refusals > 300, "{refusals}");
    for name in ["create_experiment", "create_hub", "create_widget", "delete_hub", "open_run", "create_token", "put_member"] {
        assert!(done.contains(name), "nobody got {name} done, so it shows nothing");
    }
}
