//! Asking the hub over HTTP, as a browser, a program or a stranger; every answer is held against the API's document.

use crate::{document, wait::until};
use reqwest::{Method, Response, header};
use serde_json::{Value, json};

/// The password of everybody in these tests.
pub const PASSWORD: &str = "correct horse battery staple";

/// Somebody who asks.
#[derive(Clone)]
pub struct Asker {
    http: reqwest::Client,
    origin: String,
    proof: Option<(header::HeaderName, String)>,
}

/// What was answered.
#[derive(Debug)]
pub struct Reply {
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: header::HeaderMap,
    /// The body as JSON; null when it is not JSON.
    pub json: Value,
    /// The body as it came.
    pub bytes: Vec<u8>,
}

impl Reply {
    /// Itself, when its status is this one.
    pub fn is(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", String::from_utf8_lossy(&self.bytes));
        self
    }

    /// Itself, when it refuses with this status and code.
    pub fn refuses(self, status: u16, code: &str) -> Self {
        let reply = self.is(status);
        assert_eq!(reply.json["code"], code, "{}", reply.json);
        reply
    }
}

impl Asker {
    /// Somebody without credentials.
    pub fn new(address: &str) -> Self {
        // Who is told that a body is too large while sending it cannot use that connection again.
        let http = reqwest::Client::builder().no_proxy().pool_max_idle_per_host(0).build().unwrap();
        Self { http, origin: format!("http://{address}"), proof: None }
    }

    /// The same browser, with what an answer has set.
    pub fn with_cookies_of(&self, reply: &Reply) -> Self {
        let lines = reply.headers.get_all(header::SET_COOKIE).iter();
        let pairs: Vec<_> = lines.map(|line| line.to_str().unwrap().split(';').next().unwrap()).collect();
        Self { proof: Some((header::COOKIE, pairs.join("; "))), ..self.clone() }
    }

    /// A program with this token.
    pub fn with_token(&self, token: &str) -> Self {
        Self { proof: Some((header::AUTHORIZATION, format!("Bearer {token}"))), ..self.clone() }
    }

    /// A request as it is before it is sent; a browser says where it comes from.
    pub fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let request = self.http.request(method, format!("{}{path}", self.origin)).header(header::ORIGIN, &self.origin);
        match &self.proof {
            Some((name, value)) => request.header(name, value),
            None => request,
        }
    }

    /// Sends a request and holds the answer against the document.
    pub async fn send(&self, request: reqwest::RequestBuilder) -> Reply {
        let request = request.build().unwrap();
        let (method, path) = (request.method().clone(), request.url().path().to_owned());
        let response = self.http.execute(request).await.unwrap_or_else(|error| panic!("{method} {path}: {error}"));
        read(&method, &path, response).await
    }

    /// `GET path`.
    pub async fn get(&self, path: &str) -> Reply {
        self.send(self.request(Method::GET, path)).await
    }

    /// `POST path` with a JSON body.
    pub async fn post(&self, path: &str, body: &Value) -> Reply {
        self.send(self.request(Method::POST, path).json(body)).await
    }

    /// `PUT path` with a JSON body.
    pub async fn put(&self, path: &str, body: &Value) -> Reply {
        self.send(self.request(Method::PUT, path).json(body)).await
    }

    /// `DELETE path`.
    pub async fn delete(&self, path: &str) -> Reply {
        self.send(self.request(Method::DELETE, path)).await
    }

    /// `POST path` with a body of any type.
    pub async fn post_bytes(&self, path: &str, content_type: &str, body: impl Into<reqwest::Body>) -> Reply {
        self.send(self.request(Method::POST, path).header(header::CONTENT_TYPE, content_type).body(body)).await
    }

    /// Keeps an experiment in `demo/demo`; its id.
    pub async fn keep(&self, experiment: &Value) -> String {
        let reply = self.post("/api/v1/experiments?workspace=demo/demo", experiment).await.is(201);
        reply.json["id"].as_str().unwrap().to_owned()
    }

    /// Keeps an experiment and asks for a run of it; the run's id.
    pub async fn start(&self, experiment: &Value) -> String {
        let experiment = self.keep(experiment).await;
        let reply = self.post("/api/v1/runs", &json!({ "experiment": experiment })).await.is(202);
        reply.json["id"].as_str().unwrap().to_owned()
    }

    /// A run as it is now.
    pub async fn run(&self, id: &str) -> Value {
        self.get(&format!("/api/v1/runs/{id}")).await.is(200).json
    }

    /// A run once it has ended.
    pub async fn ended(&self, id: &str) -> Value {
        until(&format!("the run {id} ends"), async || Some(self.run(id).await).filter(|run| run["state"] == "ended")).await
    }

    /// All events of a run, which are numbered without gaps, each sender's once.
    pub async fn events(&self, id: &str) -> Vec<Value> {
        let mut events: Vec<Value> = Vec::new();
        loop {
            let page = self.get(&format!("/api/v1/runs/{id}/events?limit=7&after={}", events.len())).await.is(200).json;
            events.extend(page["items"].as_array().unwrap().iter().cloned());
            if page["next"].is_null() {
                break;
            }
        }
        let numbers: Vec<_> = events.iter().map(|event| event["number"].as_u64().unwrap()).collect();
        assert_eq!(numbers, (1..=events.len() as u64).collect::<Vec<_>>(), "events are numbered without gaps");
        for sender in ["control", "hub"] {
            let of_sender = events.iter().filter(|event| event["sender"] == sender);
            let mut seqs: Vec<_> = of_sender.map(|event| event["sender_seq"].as_u64().unwrap()).collect();
            seqs.sort_unstable();
            assert_eq!(seqs, (1..=seqs.len() as u64).collect::<Vec<_>>(), "each event of {sender} is there once");
        }
        events
    }
}

/// The kinds of events, each with the phase and key where it has one.
pub fn kinds(events: &[Value]) -> Vec<String> {
    let words = |event: &Value| {
        let word = |value: &Value| value.as_str().map(|word| format!(" {word}")).unwrap_or_default();
        format!("{}{}{}", event["kind"].as_str().unwrap(), word(&event["phase"]), word(&event["data"]["key"]))
    };
    events.iter().map(words).collect()
}

/// The codes of reasons or warnings.
pub fn codes(notes: &Value) -> Vec<&str> {
    notes.as_array().unwrap().iter().map(|note| note["code"].as_str().unwrap()).collect()
}

async fn read(method: &Method, path: &str, response: Response) -> Reply {
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let bytes = response.bytes().await.unwrap().to_vec();
    let json = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
    let content_type = headers.get(header::CONTENT_TYPE).map(|value| value.to_str().unwrap().to_owned());
    document::check(method.as_str(), path, status, content_type.as_deref(), &json);
    Reply { status, headers, json, bytes }
}
