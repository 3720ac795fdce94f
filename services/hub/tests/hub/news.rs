//! What happens reaches those who listen: a control's event comes out of the stream.

use crate::{ask::Asker, home::Home};
use futures::StreamExt;
use reqwest::Method;
use serde_json::{Value, json};
use std::time::Duration;

/// A run announced from outside; its id.
async fn announced(asker: &Asker) -> String {
    let id = "run_01890000-0000-7000-8000-00000000abcd";
    let opening = json!({
        "workspace": "demo/demo", "experiment": {"title": "Told live", "description": "d", "method": []},
        "node": "laptop", "chaostoolkit": "1.19.0", "chaoslib": "1.44.0", "python": "3.11.2", "started_at": "2026-11-20T09:00:00Z",
    });
    let opened = asker.put(&format!("/api/v1/runs/{id}"), &opening).await.is(201).json;
    assert!(opened["url"].as_str().unwrap().ends_with(&format!("/demo/demo/runs/{id}")), "{opened}");
    asker.put(&format!("/api/v1/runs/{id}"), &opening).await.is(200);
    id.to_owned()
}

#[tokio::test]
async fn an_event_that_a_control_sends_comes_out_of_the_stream() {
    let home = Home::new();
    let mut hub = home.hub().await;
    let ada = hub.ada().await;
    let run = announced(&ada).await;
    let response = ada.request(Method::GET, &format!("/api/v1/stream?topics=run:{run}")).send().await.unwrap();
    assert_eq!(response.status(), 200);
    assert!(response.headers()["content-type"].to_str().unwrap().starts_with("text/event-stream"));
    let mut body = response.bytes_stream();
    let mut heard = String::new();
    let mut sent = false;
    let listening = async {
        while let Some(bytes) = body.next().await {
            heard += &String::from_utf8_lossy(&bytes.unwrap());
            if !sent {
                // Only once the stream has begun, so that nothing comes too early for it.
                sent = true;
                let event = json!({"seq": 1, "at": "2026-11-20T09:00:01Z", "kind": "activity.started", "phase": "method",
                    "data": {"key": "method-0", "name": "tell-me", "type": "action", "provider": "http", "background": false}});
                let batch = json!({"sender": "control", "events": [event]});
                let answer = ada.post(&format!("/api/v1/runs/{run}/events"), &batch).await.is(202).json;
                assert_eq!(answer, json!({"through": 1, "wanted": "run"}));
            }
            let told = messages(&heard)
                .into_iter()
                .find(|(kind, data)| kind == "events" && data["events"][0]["data"]["name"] == "tell-me");
            if let Some((_, data)) = told {
                return data;
            }
        }
        panic!("the stream ended: {heard}");
    };
    let data = tokio::time::timeout(Duration::from_secs(60), listening).await.expect("the event arrives");
    assert_eq!((&data["run"], &data["topic"]), (&json!(run), &json!(format!("run:{run}"))));
    assert_eq!((&data["events"][0]["sender"], &data["events"][0]["sender_seq"]), (&json!("control"), &json!(1)));
    assert_eq!(ada.run(&run).await["state"], "running");
}

#[tokio::test]
async fn who_may_not_see_a_run_does_not_hear_of_it() {
    let home = Home::new();
    let mut hub = home.hub().await;
    let ada = hub.ada().await;
    let run = announced(&ada).await;
    let made = json!({"name": "eve", "password": crate::ask::PASSWORD});
    ada.post("/api/v1/accounts", &made).await.is(201);
    let signed_in = hub.stranger().post("/api/v1/auth/sign-in", &made).await.is(200);
    let eve = hub.stranger().with_cookies_of(&signed_in);
    eve.get(&format!("/api/v1/stream?topics=run:{run}")).await.refuses(404, "not-found");
    eve.get("/api/v1/stream?topics=nonsense").await.refuses(422, "invalid-topic");
}

/// Whole messages so far: their kind and data.
fn messages(heard: &str) -> Vec<(String, Value)> {
    let whole = heard.rsplit_once("\n\n").map(|(whole, _)| whole).unwrap_or_default();
    let field =
        |message: &str, name: &str| message.lines().find_map(|line| line.strip_prefix(name)).map(|value| value.trim().to_owned());
    let parts = whole.split("\n\n").filter_map(|message| Some((field(message, "event:")?, field(message, "data:")?)));
    parts.map(|(kind, data)| (kind, serde_json::from_str(&data).unwrap())).collect()
}
