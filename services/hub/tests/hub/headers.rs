//! What the headers of answers say: where things are, what they were made from, who may keep them, how to prove who one is.

use crate::home::Home;
use reqwest::{Method, header};
use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

#[tokio::test]
async fn what_was_made_is_where_its_answer_says_and_nobody_keeps_private_answers() {
    let home = Home::new().with("CHAOSHUB_RUNNER_PYTHON", "/nowhere/python3");
    let mut hub = home.hub().await;
    let ada = hub.ada().await;
    let text = json!({"title": "One", "description": "Made by a test.", "method": []});
    let made = ada.post("/api/v1/experiments?workspace=demo/demo", &text).await.is(201);
    let at = made.headers[header::LOCATION].to_str().unwrap();
    assert_eq!(made.headers[header::ETAG], "\"1\"");
    let found = ada.get(at).await.is(200);
    assert_eq!((&found.json["id"], &found.headers[header::ETAG]), (&made.json["id"], &made.headers[header::ETAG]));
    assert_eq!(found.headers[header::CACHE_CONTROL], "no-store");
    let wish = json!({"experiment": made.json["id"]});
    let run = ada.post("/api/v1/runs", &wish).await.is(202);
    assert_eq!(ada.get(run.headers[header::LOCATION].to_str().unwrap()).await.is(200).json["id"], run.json["id"]);
    let page = ada.post("/api/v1/hubs", &json!({"workspace": "demo/demo", "title": "One"})).await.is(201);
    let again = ada.get(page.headers[header::LOCATION].to_str().unwrap()).await.is(200);
    assert_eq!(again.headers[header::ETAG], page.headers[header::ETAG]);
    let token =
        ada.post("/api/v1/tokens", &json!({"workspace": "demo/demo", "name": "ci", "scopes": ["run:read"]})).await.is(201);
    ada.delete(token.headers[header::LOCATION].to_str().unwrap()).await.is(204);

    let stranger = hub.stranger();
    let refused = stranger.get("/api/v1/me").await.refuses(401, "not-signed-in");
    assert_eq!(refused.headers[header::WWW_AUTHENTICATE], "Bearer realm=\"chaoshub\"");
    let refused = stranger.with_token("chp_nobody-ever-made-this-token").get("/api/v1/me").await.refuses(401, "invalid-token");
    assert_eq!(refused.headers[header::WWW_AUTHENTICATE], "Bearer realm=\"chaoshub\", error=\"invalid_token\"");
    let yaml = ada.request(Method::POST, "/api/v1/runs").header(header::CONTENT_TYPE, "application/yaml").body("{}");
    ada.send(yaml).await.refuses(415, "not-json");
}

#[tokio::test]
async fn a_body_that_says_it_is_too_large_is_refused_before_it_comes() {
    let home = Home::new();
    let mut hub = home.hub().await;
    hub.ada().await;
    let mut connection = TcpStream::connect(hub.address()).await.unwrap();
    let head = format!(
        "POST /api/v1/auth/sign-in HTTP/1.1\r\nhost: {0}\r\norigin: http://{0}\r\ncontent-type: application/json\r\ncontent-length: 99000000000\r\n\r\n",
        hub.address()
    );
    connection.write_all(head.as_bytes()).await.unwrap();
    let mut answer = vec![0; 4096];
    let read = connection.read(&mut answer).await.unwrap();
    let answer = String::from_utf8_lossy(&answer[..read]);
    assert!(answer.starts_with("HTTP/1.1 413") && answer.contains("body-too-large"), "{answer}");
}
