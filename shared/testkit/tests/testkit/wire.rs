//! What a wire does when the other end does not do what it should.

use async_trait::async_trait;
use axum::{
    Router,
    body::{Body, Bytes},
    extract::{Path, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::{any, post},
};
use chaoshub_chassis::{
    claims::ServiceIdentity,
    deadline,
    http::internal,
    peer::Peer,
    request_id::{self, RequestId},
};
use chaoshub_facade::{
    auth::{AnswerAuth, Auth, Proof, RemoteAuth, WorkspaceRef},
    feed::{AnswerFeed, Feed, FeedAsk, RemoteFeed},
    launcher::{AnswerLauncher, JobId, Launcher, RemoteLauncher},
    wire::{Answers, Effect, Question},
};
use chaoshub_kernel::{Clock, Fault, FaultKind, Role, SignedClaim};
use chaoshub_testkit::{FakeAuth, FakeFeed, FakeLauncher, INTERNAL_KEY, frozen_clock, wire};
use futures::{StreamExt, future::join3, stream};
use std::{
    convert::Infallible,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::watch,
    time::{interval, timeout},
};
use tokio_util::sync::CancellationToken;

/// Longer than any wait here should take.
const SOON: Duration = Duration::from_secs(3);

fn auth_at(address: SocketAddr) -> RemoteAuth {
    RemoteAuth::over(Arc::new(Peer::new("auth", &format!("http://{address}")).unwrap()))
}

fn claim() -> SignedClaim {
    SignedClaim::from_jwt("somebody")
}

fn question<'a>(verb: &'static str, claim: &'a SignedClaim, body: &str) -> Question<'a> {
    Question { verb, effect: Effect::Read, claim: Some(claim), body: body.as_bytes().to_vec(), waits: Duration::ZERO }
}

/// Who serves this on a free port.
async fn serving(router: Router) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

/// A service that answers everything so, and how often it was asked.
async fn answering(answer: impl Fn() -> Response + Clone + Send + Sync + 'static) -> (SocketAddr, Arc<AtomicUsize>) {
    let count = Arc::new(AtomicUsize::new(0));
    let respond = async move |State(count): State<Arc<AtomicUsize>>| {
        count.fetch_add(1, Ordering::Relaxed);
        answer()
    };
    (serving(Router::new().fallback(any(respond)).with_state(count.clone())).await, count)
}

fn unavailable<T>(answer: Result<T, Fault>) {
    let fault = answer.err().expect("no answer");
    assert_eq!((fault.kind, fault.code.as_str()), (FaultKind::Unavailable, "service-unavailable"));
    assert_eq!(fault.extra.unwrap()["service"], "auth", "it says who");
}

#[tokio::test]
async fn a_service_that_is_not_there_is_named() {
    let nobody = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    unavailable(auth_at(nobody).workspaces(&claim()).await);
}

#[tokio::test]
async fn what_is_no_answer_of_a_service_is_not_taken_for_one() {
    let html = || ([(header::CONTENT_TYPE, "text/html")], "<h1>It works!</h1>").into_response();
    let other = || axum::Json(serde_json::json!({"hello": "world"})).into_response();
    let gateway = || (StatusCode::BAD_GATEWAY, "bad gateway").into_response();
    let elsewhere = || (StatusCode::FOUND, [(header::LOCATION, "http://127.0.0.1:1/")]).into_response();
    unavailable(auth_at(answering(html).await.0).workspaces(&claim()).await);
    unavailable(auth_at(answering(other).await.0).workspaces(&claim()).await);
    unavailable(auth_at(answering(gateway).await.0).workspaces(&claim()).await);
    unavailable(auth_at(answering(elsewhere).await.0).workspaces(&claim()).await);
}

#[tokio::test]
async fn who_never_answers_is_given_up_when_the_time_is_over() {
    // Connections are taken by the system and never read.
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let auth = auth_at(silent.local_addr().unwrap());
    let begun = Instant::now();
    unavailable(deadline::within(Duration::from_millis(200), auth.workspaces(&claim())).await);
    assert!(begun.elapsed() < SOON, "the deadline of who asks is kept, not that of the wire");
}

#[tokio::test]
async fn a_read_is_asked_again_and_a_write_is_left_to_who_asks() {
    let broken = || StatusCode::BAD_GATEWAY.into_response();
    let (address, asked) = answering(broken).await;
    unavailable(auth_at(address).workspaces(&claim()).await);
    assert_eq!(asked.load(Ordering::Relaxed), 3);
    let (address, asked) = answering(broken).await;
    let peer = Peer::new("launcher", &format!("http://{address}")).unwrap();
    let launcher = RemoteLauncher::over(Arc::new(peer));
    launcher.release(&claim(), JobId::new(frozen_clock().now())).await.unwrap_err();
    assert_eq!(asked.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn who_fails_again_and_again_is_not_asked_for_a_while() {
    let (address, asked) = answering(|| StatusCode::BAD_GATEWAY.into_response()).await;
    let auth = auth_at(address);
    for _ in 0..10 {
        unavailable(auth.workspaces(&claim()).await);
    }
    let after = asked.load(Ordering::Relaxed);
    assert!(after < 10, "it was asked {after} times");
}

#[tokio::test]
async fn a_follower_that_waits_for_news_keeps_nobody_else_from_asking() {
    let (well, is_well) = watch::channel(false);
    let (says, mut follows) = watch::channel(false);
    let respond = async move |Path(verb): Path<String>| {
        if !*is_well.borrow() {
            return StatusCode::BAD_GATEWAY.into_response();
        }
        if verb == "feed" {
            says.send_replace(true);
            std::future::pending::<()>().await;
        }
        axum::Json(serde_json::json!([])).into_response()
    };
    let address = serving(Router::new().route("/internal/auth/{verb}", post(respond))).await;
    let peer = Arc::new(Peer::new("auth", &format!("http://{address}")).unwrap());
    let (auth, feed) = (RemoteAuth::over(peer.clone()), RemoteFeed::over(peer));
    for _ in 0..3 {
        unavailable(auth.workspaces(&claim()).await);
    }
    // The first who is let through to find out whether it is well again is a follower, and there are no news.
    well.send_replace(true);
    let mut turns = interval(Duration::from_millis(20));
    let follow = async {
        loop {
            turns.tick().await;
            let ask = FeedAsk { after: 0.into(), limit: 10, wait: Duration::from_secs(20) };
            feed.read(&claim(), ask).await.expect_err("there are no news");
        }
    };
    let ask = async {
        follows.wait_for(|follows| *follows).await.unwrap();
        let mut turns = interval(Duration::from_millis(20));
        while auth.workspaces(&claim()).await.is_err() {
            turns.tick().await;
        }
    };
    tokio::select! {
        () = follow => {}
        answered = timeout(SOON, ask) => answered.expect("it is asked by others, too"),
    }
}

#[tokio::test]
async fn who_is_asked_by_somebody_in_a_hurry_is_not_blamed() {
    let (open, is_open) = watch::channel(false);
    let respond = async move || {
        is_open.clone().wait_for(|open| *open).await.unwrap();
        axum::Json(serde_json::json!([]))
    };
    let auth = auth_at(serving(Router::new().fallback(post(respond))).await);
    for _ in 0..6 {
        unavailable(deadline::within(Duration::from_millis(20), auth.workspaces(&claim())).await);
    }
    open.send_replace(true);
    assert_eq!(auth.workspaces(&claim()).await, Ok(vec![]));
}

#[tokio::test]
async fn an_answer_that_is_too_large_is_not_taken_although_nobody_said_how_large_it_is() {
    let blank = Bytes::from(vec![b' '; 1 << 20]);
    let huge = move || {
        let pieces = stream::iter(vec![blank.clone(); 65]).chain(stream::iter([Bytes::from_static(b"[]")]));
        Response::new(Body::from_stream(pieces.map(Ok::<_, Infallible>)))
    };
    unavailable(auth_at(answering(huge).await.0).workspaces(&claim()).await);
}

/// What is answered to a request of which no more comes than this.
async fn answer_to(address: SocketAddr, begun: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(begun).await.unwrap();
    let mut answer = vec![0; 1024];
    let bytes = timeout(SOON, stream.read(&mut answer)).await.expect("an answer comes soon").unwrap();
    String::from_utf8_lossy(&answer[..bytes]).into_owned()
}

#[tokio::test]
async fn who_may_not_ask_is_not_listened_to_at_length() {
    let auth = FakeAuth::new(frozen_clock());
    let answers: Vec<Arc<dyn Answers>> = vec![Arc::new(AnswerAuth(auth.clone()))];
    let address = wire::listen("auth", answers, &auth.verifier()).await;
    let request =
        |verb: &str| format!("POST /internal/auth/{verb} HTTP/1.1\r\nhost: auth\r\ncontent-length: 1000000\r\n\r\n").into_bytes();
    let refused = answer_to(address, &request("access")).await;
    assert!(refused.starts_with("HTTP/1.1 401"), "{refused}");
    // What anybody may ask is short.
    let long = [request("exchange"), vec![b' '; (64 << 10) + 1]].concat();
    let refused = answer_to(address, &long).await;
    assert!(refused.starts_with("HTTP/1.1 413"), "{refused}");
}

/// Answers under which id it was asked.
struct Named;

#[async_trait]
impl Answers for Named {
    async fn answer(&self, _: &str, _: Option<&SignedClaim>, _: &[u8]) -> Result<Vec<u8>, Fault> {
        let id = request_id::current().expect("every request has an id");
        Ok(serde_json::to_vec(id.as_str()).unwrap())
    }

    fn knows(&self, _: &str) -> bool {
        true
    }

    fn is_open(&self, _: &str) -> bool {
        false
    }
}

#[tokio::test]
async fn a_question_goes_under_the_id_of_the_request_that_it_is_asked_for() {
    let clock = frozen_clock();
    let auth = FakeAuth::new(clock.clone());
    let wire = wire::wire("auth", vec![Arc::new(Named)], auth.clone(), &auth.verifier(), clock).await;
    let claim = auth.service_claim("experiment");
    let name = async || serde_json::from_slice::<String>(&wire.ask(question("name", &claim, "{}")).await.unwrap()).unwrap();
    let id = RequestId::fresh();
    assert_eq!(request_id::within(id.clone(), name()).await, id.as_str());
    let (one, other) = (name().await, name().await);
    assert!(!one.is_empty() && one != other, "who asks for nobody is given ids: {one}, {other}");
}

#[tokio::test]
async fn an_id_that_cannot_be_one_is_replaced_and_the_failure_names_the_new_one() {
    let auth = FakeAuth::new(frozen_clock());
    let address = wire::listen("auth", vec![Arc::new(Named)], &auth.verifier()).await;
    let http = reqwest::Client::new();
    let knock = async |id: &str| {
        let answer = http.post(format!("http://{address}/internal/auth/name")).header("x-request-id", id).send().await.unwrap();
        let named = answer.headers()["x-request-id"].to_str().unwrap().to_owned();
        assert_eq!(answer.json::<serde_json::Value>().await.unwrap()["instance"], *named);
        named
    };
    assert_eq!(knock("from-outside.1").await, "from-outside.1");
    for wrong in ["", "two words", "{\"a\": 1}", &"x".repeat(65)] {
        assert_ne!(knock(wrong).await, wrong);
    }
}

/// Answers when it is told to.
struct Slow(watch::Sender<bool>, watch::Receiver<bool>);

#[async_trait]
impl Answers for Slow {
    async fn answer(&self, _: &str, _: Option<&SignedClaim>, _: &[u8]) -> Result<Vec<u8>, Fault> {
        self.0.send_replace(true);
        self.1.clone().wait_for(|may| *may).await.unwrap();
        Ok(b"[]".to_vec())
    }

    fn knows(&self, verb: &str) -> bool {
        verb == "workspaces"
    }

    fn is_open(&self, _: &str) -> bool {
        false
    }
}

#[tokio::test]
async fn a_service_that_is_stopped_sends_followers_away_and_answers_who_has_asked() {
    let clock = frozen_clock();
    let auth = FakeAuth::new(clock.clone());
    let (verifier, over) = (auth.verifier(), CancellationToken::new());
    let (asked, mut is_asked) = watch::channel(false);
    let (may, may_answer) = watch::channel(false);
    let feed: Arc<dyn Feed> = FakeFeed::new(verifier.clone(), clock.clone());
    let answers: Vec<Arc<dyn Answers>> = vec![Arc::new(Slow(asked, may_answer)), Arc::new(AnswerFeed(feed))];
    let address = serving(internal(vec![("auth", answers)], &verifier, &over)).await;
    let identity = ServiceIdentity::new("tests", INTERNAL_KEY.into(), auth.clone(), verifier, clock);
    let peer = Arc::new(Peer::new("auth", &format!("http://{address}")).unwrap().asked_as(identity));
    let (remote, feed) = (RemoteAuth::over(peer.clone()), RemoteFeed::over(peer));
    let claim = auth.service_claim("dashboard");
    let follow = async {
        let ask = FeedAsk { after: 0.into(), limit: 10, wait: Duration::from_secs(20) };
        assert_eq!(feed.read(&claim, ask).await.unwrap_err().code, "stopping");
        may.send_replace(true);
    };
    let stop = async {
        is_asked.wait_for(|asked| *asked).await.unwrap();
        over.cancel();
    };
    let (answer, (), ()) = timeout(SOON, join3(remote.workspaces(&claim), follow, stop)).await.expect("all are answered");
    assert_eq!(answer, Ok(vec![]));
}

#[tokio::test]
async fn only_services_ask_inside_but_for_what_proves_itself() {
    let clock = frozen_clock();
    let auth = FakeAuth::new(clock);
    let workspace = auth.workspace("acme/payments");
    let ada = auth.account("ada");
    auth.grant(ada, workspace, Role::Owner);
    let answers: Vec<Arc<dyn Answers>> = vec![Arc::new(AnswerAuth(auth.clone()))];
    let address = wire::listen("auth", answers, &auth.verifier()).await;
    let asked = auth_at(address);
    // Nobody in particular: keys and proofs are for everybody.
    assert_eq!(asked.keys().await.unwrap(), auth.keys().await.unwrap());
    let refused = asked.exchange(Proof::ApiToken("chp_nonsense".to_owned())).await.unwrap_err();
    assert_eq!((refused.kind, refused.code.as_str()), (FaultKind::Unauthenticated, "invalid-token"));
    // A person's claim, however good, does not open this door by itself.
    let refused = asked.access(&auth.claim(ada), WorkspaceRef::Id(workspace)).await.unwrap_err();
    assert_eq!((refused.kind, refused.code.as_str()), (FaultKind::Unauthenticated, "invalid-claim"));
    let http = reqwest::Client::new();
    let knock = async |bearer: &SignedClaim| {
        let request = http.post(format!("http://{address}/internal/auth/access")).bearer_auth(bearer.as_jwt());
        let request =
            request.header("chaoshub-claim", auth.claim(ada).as_jwt()).json(&serde_json::json!({"workspace": {"id": workspace}}));
        request.send().await.unwrap().status().as_u16()
    };
    assert_eq!(knock(&auth.claim(ada)).await, 403);
    assert_eq!(knock(&SignedClaim::from_jwt("nonsense")).await, 401);
    assert_eq!(knock(&auth.service_claim("experiment")).await, 200);
}

#[tokio::test]
async fn a_question_of_another_version_is_answered_with_a_fault() {
    let clock = frozen_clock();
    let auth = FakeAuth::new(clock.clone());
    let launcher = FakeLauncher::new(auth.verifier(), clock.clone());
    let answers: Vec<Arc<dyn Answers>> = vec![Arc::new(AnswerLauncher(launcher))];
    let wire = wire::wire("launcher", answers, auth.clone(), &auth.verifier(), clock).await;
    let claim = auth.service_claim("experiment");
    let ask = async |verb: &'static str, body: &str| wire.ask(question(verb, &claim, body)).await;
    assert_eq!(ask("forecast", "{}").await.unwrap_err().code, "no-such-verb");
    assert_eq!(ask("look", "nonsense").await.unwrap_err().code, "invalid-ask");
    assert_eq!(ask("look", "{}").await.unwrap_err().code, "invalid-ask");
    ask("ready", r#"{"something": "newer"}"#).await.expect("what an older version does not know is passed over");
}
