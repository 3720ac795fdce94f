//! A provider that answers as the documentation of GitHub, GitLab, Google and Bitbucket says: one server on a port of its
//! own, with the addresses of all four. It checks what it is sent as they would.

use axum::{
    Json, Router,
    body::Bytes,
    extract::{Request, State},
    http::{HeaderMap, StatusCode, header},
    middleware::{self, Next},
    response::{Html, IntoResponse, Response},
    routing::{get, post},
};
use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use chaoshub_auth::{Config, Providers};
use chaoshub_chassis::claims::SigningKey;
use chaoshub_kernel::Clock;
use chrono::{DateTime, Utc};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex},
};
use tokio::{net::TcpListener, task::JoinHandle};

pub const CLIENT: &str = "our-client";
pub const SECRET: &str = "our client's secret";

/// The four that have settings of their own.
pub const ALL: [&str; 4] = ["github", "gitlab", "google", "bitbucket"];

/// How it is today.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mood {
    Well,
    /// Takes requests and never answers.
    Silent,
    /// 502 with a page.
    Broken,
    /// 200 with a page that is no document.
    Babbling,
}

/// What it knows and how it is.
pub struct Mind {
    pub mood: Mood,
    /// Only addresses that contain this are in that mood.
    pub at: &'static str,
    /// The person, in the words of each.
    pub github: Value,
    pub github_emails: (u16, Value),
    pub bitbucket: Value,
    pub bitbucket_emails: (u16, Value),
    pub claims: Value,
    pub userinfo: Value,
    /// Put over the id token that it would write.
    pub twist: Value,
    /// What its token endpoint says besides, or instead.
    pub token_answer: Value,
    pub signs_with: SigningKey,
    pub document: Value,
    codes: HashMap<String, BTreeMap<String, String>>,
    pub asked: Vec<String>,
    now: DateTime<Utc>,
}

#[derive(Clone)]
pub struct Double {
    pub url: String,
    mind: Arc<Mutex<Mind>>,
    _server: Arc<Running>,
}

struct Running(JoinHandle<()>);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Double {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let mind = Arc::new(Mutex::new(Mind {
            mood: Mood::Well,
            at: "",
            github: json!({ "login": "ada-l", "id": 1815, "name": null, "email": null, "type": "User" }),
            github_emails: (
                200,
                json!([{ "email": "ada@example.org", "primary": true, "verified": true, "visibility": "private" }]),
            ),
            bitbucket: json!({ "type": "user", "uuid": "{b1815}", "account_id": "5b10:1815", "nickname": "Ada L", "display_name": "Ada Lovelace" }),
            bitbucket_emails: (
                200,
                json!({ "values": [{ "email": "ada@example.org", "is_primary": true, "is_confirmed": true, "type": "email" }] }),
            ),
            claims: json!({ "sub": "1815", "preferred_username": "ada.l", "name": "Ada Lovelace", "email": "ada@example.org", "email_verified": true }),
            userinfo: json!({ "sub": "1815" }),
            twist: json!({}),
            token_answer: json!({}),
            signs_with: SigningKey::generate(),
            document: json!({}),
            codes: HashMap::new(),
            asked: Vec::new(),
            now: chaoshub_testkit::frozen_clock().now(),
        }));
        let router = Router::new()
            .route("/login/oauth/access_token", post(github_token))
            .route(
                "/api/v3/user",
                get(|State(mind): Known, headers: HeaderMap| async move { told(&mind, &headers, |m| (200, m.github.clone())) }),
            )
            .route(
                "/api/v3/user/emails",
                get(|State(mind): Known, headers: HeaderMap| async move { told(&mind, &headers, |m| m.github_emails.clone()) }),
            )
            .route("/site/oauth2/access_token", post(bitbucket_token))
            .route(
                "/2.0/user",
                get(
                    |State(mind): Known, headers: HeaderMap| async move { told(&mind, &headers, |m| (200, m.bitbucket.clone())) },
                ),
            )
            .route(
                "/2.0/user/emails",
                get(
                    |State(mind): Known, headers: HeaderMap| async move { told(&mind, &headers, |m| m.bitbucket_emails.clone()) },
                ),
            )
            .route(
                "/.well-known/openid-configuration",
                get(|State(mind): Known| async move { Json(mind.lock().unwrap().document.clone()) }),
            )
            .route("/oauth/token", post(openid_token))
            .route(
                "/oauth/keys",
                get(|State(mind): Known| async move { Json(mind.lock().unwrap().signs_with.key_set("double").jwks) }),
            )
            .route(
                "/oauth/userinfo",
                get(|State(mind): Known, headers: HeaderMap| async move { told(&mind, &headers, |m| (200, m.userinfo.clone())) }),
            )
            .layer(middleware::from_fn_with_state(mind.clone(), mood))
            .with_state(mind.clone());
        let server = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        let double = Self { url, mind, _server: Arc::new(Running(server)) };
        let url = double.url.clone();
        double.mind(|mind| {
            mind.document = json!({
                "issuer": url,
                "authorization_endpoint": format!("{url}/oauth/authorize"),
                "token_endpoint": format!("{url}/oauth/token"),
                "jwks_uri": format!("{url}/oauth/keys"),
                "userinfo_endpoint": format!("{url}/oauth/userinfo"),
                "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
                "response_types_supported": ["code"],
            });
        });
        double
    }

    /// Changes or reads what it knows.
    pub fn mind<T>(&self, change: impl FnOnce(&mut Mind) -> T) -> T {
        change(&mut self.mind.lock().unwrap())
    }

    /// The settings of a hub that knows it by this name alone.
    pub fn settings(&self, name: &str, more: Providers) -> Config {
        let (id, secret) = (Some(CLIENT.to_owned()), Some(SECRET.into()));
        let providers = match name {
            "github" => Providers { github_client_id: id, github_client_secret: secret, github_url: self.url.clone(), ..more },
            "gitlab" => Providers { gitlab_client_id: id, gitlab_client_secret: secret, gitlab_url: self.url.clone(), ..more },
            "google" => {
                Providers { google_client_id: id, google_client_secret: secret, google_url: Some(self.url.clone()), ..more }
            }
            _ => Providers {
                bitbucket_client_id: id,
                bitbucket_client_secret: secret,
                bitbucket_url: Some(self.url.clone()),
                ..more
            },
        };
        Config { providers, ..Config::default() }
    }

    /// The person agrees on the provider's page: what their browser is sent back with.
    pub fn agree(&self, location: &str) -> BTreeMap<String, String> {
        let asked = query(location);
        assert_eq!((asked["response_type"].as_str(), asked["client_id"].as_str()), ("code", CLIENT));
        assert_eq!(asked["code_challenge_method"], "S256");
        let code = format!("code-{}", self.mind(|mind| mind.codes.len()));
        let state = asked["state"].clone();
        self.mind(|mind| mind.codes.insert(code.clone(), asked));
        BTreeMap::from([("code".to_owned(), code), ("state".to_owned(), state)])
    }
}

type Known = State<Arc<Mutex<Mind>>>;

/// The query of an address.
pub fn query(address: &str) -> BTreeMap<String, String> {
    let url: oauth2::url::Url = address.parse().unwrap();
    url.query_pairs().map(|(name, value)| (name.into_owned(), value.into_owned())).collect()
}

async fn mood(State(mind): Known, request: Request, next: Next) -> Response {
    let mood = {
        let mut mind = mind.lock().unwrap();
        mind.asked.push(request.uri().path().to_owned());
        if request.uri().path().contains(mind.at) { mind.mood } else { Mood::Well }
    };
    let page = Html("<h1>Ours</h1><script>alert('theirs')</script>");
    match mood {
        Mood::Well => next.run(request).await,
        Mood::Silent => std::future::pending().await,
        Mood::Broken => (StatusCode::BAD_GATEWAY, page).into_response(),
        Mood::Babbling => page.into_response(),
    }
}

/// What is told to who has the access token.
fn told(mind: &Mutex<Mind>, headers: &HeaderMap, what: impl Fn(&Mind) -> (u16, Value)) -> Response {
    let agent = headers.get(header::USER_AGENT).is_some_and(|agent| agent.to_str().unwrap().starts_with("chaoshub/"));
    if !agent || headers.get(header::AUTHORIZATION).is_none_or(|token| token != "Bearer the-access-token") {
        return (StatusCode::UNAUTHORIZED, Json(json!({ "message": "Bad credentials" }))).into_response();
    }
    let (status, body) = what(&mind.lock().unwrap());
    (StatusCode::from_u16(status).unwrap(), Json(body)).into_response()
}

/// What was agreed when the code was given, if all that is sent with it is right.
fn redeem(
    mind: &Mutex<Mind>,
    form: &HashMap<String, String>,
    basic: bool,
    headers: &HeaderMap,
) -> Option<BTreeMap<String, String>> {
    let agreed = mind.lock().unwrap().codes.remove(form.get("code")?)?;
    let proven = if basic {
        // Both are encoded as forms are before they are joined (RFC 6749, section 2.3.1).
        let pair = STANDARD.encode(format!("{CLIENT}:{}", SECRET.replace(' ', "+").replace('\'', "%27")));
        headers.get(header::AUTHORIZATION).is_some_and(|given| given.to_str().unwrap() == format!("Basic {pair}"))
    } else {
        form.get("client_id").is_some_and(|id| id == CLIENT) && form.get("client_secret").is_some_and(|secret| secret == SECRET)
    };
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(form.get("code_verifier")?.as_bytes()));
    let right = proven
        && form.get("grant_type")? == "authorization_code"
        && challenge == agreed["code_challenge"]
        && form.get("redirect_uri")? == &agreed["redirect_uri"];
    right.then_some(agreed)
}

/// GitHub refuses with 200.
async fn github_token(State(mind): Known, headers: HeaderMap, body: Bytes) -> Response {
    let form = form(&body);
    assert_eq!(headers[header::ACCEPT], "application/json");
    Json(match redeem(&mind, &form, false, &headers) {
        Some(_) => json!({ "access_token": "the-access-token", "scope": "user:email", "token_type": "bearer" }),
        None => json!({
            "error": "bad_verification_code",
            "error_description": "The code passed is incorrect or expired.",
            "error_uri": "https://docs.github.com/",
        }),
    })
    .into_response()
}

async fn bitbucket_token(State(mind): Known, headers: HeaderMap, body: Bytes) -> Response {
    let form = form(&body);
    match redeem(&mind, &form, true, &headers) {
        Some(_) => Json(json!({
            "access_token": "the-access-token", "scopes": "account email", "expires_in": 7200,
            "refresh_token": "theirs", "token_type": "bearer", "state": "authorization_code",
        }))
        .into_response(),
        None => no("invalid_grant"),
    }
}

async fn openid_token(State(mind): Known, headers: HeaderMap, body: Bytes) -> Response {
    let form = form(&body);
    let Some(agreed) = redeem(&mind, &form, true, &headers) else { return no("invalid_grant") };
    let mind = mind.lock().unwrap();
    let mut claims = json!({
        "iss": mind.document["issuer"], "aud": CLIENT, "azp": CLIENT, "nonce": agreed["nonce"],
        "iat": mind.now.timestamp(), "exp": mind.now.timestamp() + 3600,
    });
    for more in [&mind.claims, &mind.twist] {
        for (name, value) in more.as_object().unwrap() {
            claims[name] = value.clone();
        }
    }
    let mut header = Header::new(Algorithm::EdDSA);
    header.kid = Some(mind.signs_with.id().to_owned());
    let key = EncodingKey::from_ed_pem(mind.signs_with.to_pem().as_bytes()).unwrap();
    let token = match &mind.twist["the_token"] {
        Value::String(token) => token.clone(),
        _ => jsonwebtoken::encode(&header, &claims, &key).unwrap(),
    };
    let mut answer = json!({
        "access_token": "the-access-token", "expires_in": 3599, "scope": "openid profile email", "token_type": "Bearer",
        "id_token": token,
    });
    for (name, value) in mind.token_answer.as_object().unwrap() {
        answer[name] = value.clone();
    }
    Json(answer).into_response()
}

fn form(body: &[u8]) -> HashMap<String, String> {
    oauth2::url::form_urlencoded::parse(body).into_owned().collect()
}

fn no(error: &str) -> Response {
    (StatusCode::BAD_REQUEST, Json(json!({ "error": error }))).into_response()
}
