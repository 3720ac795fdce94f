//! Roles: a viewer looks at everything and changes nothing, by browser or by token, and stops being let in at once.

use crate::{
    ask::{Asker, PASSWORD},
    experiments::held,
    gate::Gate,
    home::Home,
    wait::until,
};
use reqwest::{Method, header};
use serde_json::{Value, json};

#[tokio::test]
async fn a_viewer_looks_at_everything_and_changes_nothing() {
    // A run that waits is enough to be stopped.
    let home = Home::new().with("CHAOSHUB_RUNNER_PYTHON", "/nowhere/python3");
    let mut hub = home.hub().await;
    let ada = hub.ada().await;
    let gate = Gate::new().await;
    let document = held(&gate, "Looked at");
    let experiment = ada.keep(&document).await;
    let wish = json!({ "experiment": experiment });
    let run = ada.post("/api/v1/runs", &wish).await.is(202).json["id"].as_str().unwrap().to_owned();
    let workspaces = ada.get("/api/v1/me").await.is(200).json["workspaces"].clone();
    let demo =
        workspaces.as_array().unwrap().iter().find(|one| one["workspace"]["name"] == "demo").unwrap()["workspace"]["id"].clone();
    let demo = demo.as_str().unwrap();
    let signed_up = ada.post("/api/v1/accounts", &json!({"name": "vera", "password": PASSWORD})).await.is(201);
    assert_eq!(signed_up.json["admin"], false);
    let member = format!("/api/v1/workspaces/{demo}/members/vera");
    ada.put(&member, &json!({"role": "viewer"})).await.is(200);
    let sign_in = hub.stranger().post("/api/v1/auth/sign-in", &json!({"name": "vera", "password": PASSWORD})).await.is(200);
    let browser = hub.stranger().with_cookies_of(&sign_in);
    let every =
        "workspace:read,experiment:read,experiment:write,run:read,run:start,run:stop,run:ingest,hub:read,hub:write,token:manage";
    let program = hub.stranger().with_token(&home.token("vera", "demo/demo", every).await);

    let hubs = browser.get("/api/v1/hubs?workspace=demo/demo").await.is(200).json;
    let page = format!("/api/v1/hubs/{}", hubs["items"][0]["id"].as_str().unwrap());
    let looks = [
        "/api/v1/experiments?workspace=demo/demo".to_owned(),
        format!("/api/v1/experiments/{experiment}"),
        format!("/api/v1/experiments/{experiment}/versions/1"),
        format!("/api/v1/runs/{run}"),
        format!("/api/v1/runs/{run}/events"),
        format!("/api/v1/runs/{run}/log"),
        page.clone(),
    ];
    let changes = [
        (Method::POST, "/api/v1/experiments?workspace=demo/demo".to_owned(), document.clone()),
        (Method::PUT, format!("/api/v1/experiments/{experiment}"), document),
        (Method::DELETE, format!("/api/v1/experiments/{experiment}"), Value::Null),
        (Method::POST, "/api/v1/runs".to_owned(), wish),
        (Method::POST, format!("/api/v1/runs/{run}/stop"), json!({"mode": "hard"})),
        (Method::POST, "/api/v1/journals?workspace=demo/demo".to_owned(), json!({"title": "t"})),
        (Method::PATCH, page.clone(), json!({"title": "Mine now"})),
        (Method::DELETE, page, Value::Null),
        (Method::PUT, member.clone(), json!({"role": "owner"})),
    ];
    for vera in [&browser, &program] {
        for path in &looks {
            vera.get(path).await.is(200);
        }
        assert_eq!(vera.run(&run).await["can_stop"], false);
        for (method, path, body) in &changes {
            let request = vera.request(method.clone(), path).header(header::IF_MATCH, "\"1\"").json(body);
            assert_eq!(vera.send(request).await.refuses(403, "missing-scope").json["status"], 403, "{method} {path}");
        }
    }
    assert_eq!(ada.run(&run).await["state"], "requested");

    ada.delete(&member).await.is(204);
    for vera in [&browser, &program] {
        shut_out(vera, &looks).await;
    }
}

/// Rights are asked for anew at least every ten seconds.
async fn shut_out(vera: &Asker, looks: &[String]) {
    for path in looks {
        let hidden = async || {
            let reply = vera.get(path).await;
            [401, 404].contains(&reply.status).then_some(())
        };
        until(&format!("{path} is hidden"), hidden).await;
    }
}
