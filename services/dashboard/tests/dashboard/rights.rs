//! Every operation is knocked on by those who may not.

use crate::world::World;
use axum::http::Method;
use chaoshub_kernel::{Role, Scope};
use chaoshub_testkit::http::{Ask, get, patch, post};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// One operation on what is in `demo/demo`.
struct Operation {
    name: &'static str,
    writes: bool,
    method: Method,
    path: String,
    body: Value,
}

impl Operation {
    fn ask(&self) -> Ask {
        Ask::new(self.method.clone(), &self.path).json(&self.body)
    }
}

/// Every operation on a hub and a card.
fn operations(hub: &str, card: &str) -> Vec<Operation> {
    let (list, hub) = ("/api/v1/hubs?workspace=demo/demo".to_owned(), format!("/api/v1/hubs/{hub}"));
    let (cards, card) = (format!("{hub}/widgets"), format!("/api/v1/widgets/{card}"));
    let title = json!({"title": "Mine now"});
    let new_hub = json!({"workspace": "demo/demo", "title": "Mine now"});
    let new_card = json!({"kind": "text", "config": {"markdown": "mine"}});
    let reads = |name, path: &String| Operation { name, writes: false, method: Method::GET, path: path.clone(), body: json!({}) };
    let writes = |name, method, path: &str, body: &Value| Operation {
        name,
        writes: true,
        method,
        path: path.to_owned(),
        body: body.clone(),
    };
    vec![
        reads("list_hubs", &list),
        reads("get_hub", &hub),
        writes("create_hub", Method::POST, "/api/v1/hubs", &new_hub),
        writes("edit_hub", Method::PATCH, &hub, &title),
        writes("create_widget", Method::POST, &cards, &new_card),
        writes("edit_widget", Method::PATCH, &card, &title),
        writes("delete_widget", Method::DELETE, &card, &json!({})),
        writes("delete_hub", Method::DELETE, &hub, &json!({})),
    ]
}

#[tokio::test]
async fn nobody_does_what_is_not_theirs() {
    let world = World::new().await;
    let hub = world.hub("Ours").await;
    let card = world.card(&hub, "text", json!({"markdown": "ours"})).await["id"].as_str().unwrap().to_owned();
    let (edda, elsewhere) = (world.auth.account("edda"), world.auth.workspace("other/place"));
    world.auth.grant(edda, elsewhere, Role::Owner);
    let foreign_token = world.auth.token(edda, elsewhere, [Scope::HubRead, Scope::HubWrite]);
    let blind_token = world.auth.token(edda, world.workspace, [Scope::RunRead]);
    let reading_token = world.auth.token(edda, world.workspace, [Scope::HubRead]);
    for operation in operations(&hub, &card) {
        let (name, ask) = (operation.name, || operation.ask());
        let status = async |ask: Ask| {
            let reply = world.call(ask).await;
            assert!(reply.status.is_success() || !reply.code().is_empty(), "{name}: a refusal is a problem");
            reply.status.as_u16()
        };
        let reading = if operation.writes { 403 } else { 200 };
        assert_eq!(status(ask()).await, 401, "{name}: not signed in");
        assert_eq!(status(ask().claim(&world.stranger)).await, 404, "{name}: a stranger");
        assert_eq!(status(ask().bearer(&foreign_token)).await, 404, "{name}: a token for another workspace");
        assert_eq!(status(ask().bearer(&blind_token)).await, 403, "{name}: a token without hub scopes");
        assert_eq!(status(ask().claim(&world.viewer)).await, reading, "{name}: a viewer");
        assert_eq!(status(ask().bearer(&reading_token)).await, reading, "{name}: a token that may read");
        if operation.writes {
            assert_eq!(status(ask().claim(&world.editor).from_origin(Some("http://evil.test"))).await, 403, "{name}");
        }
    }
    let read = world.read(format!("/api/v1/hubs/{hub}")).await;
    assert_eq!((&read["title"], &read["widgets"][0]["config"]["markdown"]), (&json!("Ours"), &json!("ours")));
}

#[tokio::test]
async fn what_one_may_not_see_looks_like_what_is_not_there() {
    let world = World::new().await;
    let hub = world.default_hub().await;
    let theirs = world.call(get(format!("/api/v1/hubs/{hub}")).claim(&world.stranger)).await;
    let nothing = format!("{}000", &hub[..hub.len() - 3]);
    let absent = world.call(get(format!("/api/v1/hubs/{nothing}")).claim(&world.stranger)).await;
    assert_eq!((theirs.status, theirs.json["detail"].clone()), (absent.status, absent.json["detail"].clone()));
    assert_eq!(world.call(get("/api/v1/hubs/7").claim(&world.stranger)).await.status, 404);
}

#[tokio::test]
async fn a_viewer_is_told_that_it_cannot_write() {
    let world = World::new().await;
    let hub = world.default_hub().await;
    let read = world.call(get(format!("/api/v1/hubs/{hub}")).claim(&world.viewer)).await;
    assert_eq!(read.json["can_write"], false);
}

#[tokio::test]
async fn the_kinds_are_for_whoever_is_signed_in() {
    let world = World::new().await;
    assert_eq!(world.call(get("/api/v1/widget-kinds")).await.status, 401);
    assert_eq!(world.call(get("/api/v1/widget-kinds").claim(&world.stranger)).await.status, 200);
}

#[tokio::test]
async fn a_stream_of_what_one_may_not_see_is_refused_whole() {
    let world = World::new().await;
    let hub = world.default_hub().await;
    let run = world.run(&world.experiment("One"), 1);
    let edda = world.auth.account("edda");
    let hubs_only = world.auth.token(edda, world.workspace, [Scope::HubRead]);
    let topics = [format!("hub:{hub}"), format!("run:{}", run.id), format!("workspace:{}", world.workspace)];
    let listen = |topics: &str| get(format!("/api/v1/stream?topics={topics}"));
    assert_eq!(world.call(listen(&topics.join(",")).claim(&world.stranger)).await.status, 404, "none of three");
    for topic in &topics {
        assert_eq!(world.call(listen(topic)).await.status, 401, "{topic}");
        assert_eq!(world.call(listen(topic).claim(&world.stranger)).await.status, 404, "{topic}");
        if !topic.starts_with("hub") {
            assert_eq!(world.call(listen(topic).bearer(&hubs_only)).await.status, 403, "{topic}");
        }
    }
    for bad in ["", "hub:", "clock:1", "hub:run_1", "run:7,"] {
        assert_eq!(world.call(listen(bad).claim(&world.editor)).await.code(), "invalid-topic", "{bad}");
    }
    let many: Vec<_> = (100..165).map(|n| format!("hub:{}{n}", &hub[..hub.len() - 3])).collect();
    assert_eq!(world.call(listen(&many.join(",")).claim(&world.editor)).await.code(), "too-many-topics");
}

#[tokio::test]
async fn every_operation_of_the_document_is_knocked_on_here() {
    let world = World::new().await;
    let mut documented = BTreeSet::new();
    for (path, methods) in world.document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            assert!(path.starts_with("/api/v1/") && operation["summary"].is_string(), "{method} {path}");
            assert!(operation["responses"]["default"].is_object(), "{method} {path} declares its problems");
            documented.insert(operation["operationId"].as_str().unwrap().to_owned());
        }
    }
    let of_hubs = operations("", "").into_iter().map(|one| one.name);
    let knocked: BTreeSet<_> = of_hubs.chain(["list_widget_kinds", "listen"]).map(str::to_owned).collect();
    assert_eq!(documented, knocked);
}

#[tokio::test]
async fn a_card_shows_only_what_the_caller_could_read_directly() {
    let world = World::new().await;
    let experiment = world.experiment("One");
    let mut run = world.run(&experiment, 1);
    let hub = world.hub("Cards").await;
    world.card(&hub, "live-run", json!({})).await;
    world.card(&hub, "run-status", json!({"experiment": experiment.id})).await;
    world.card(&hub, "experiments", json!({})).await;
    world.card(&hub, "activity", json!({})).await;
    world.card(&hub, "text", json!({"markdown": "for all"})).await;
    let edda = world.auth.account("edda");
    let token = |scopes: &[Scope]| world.auth.token(edda, world.workspace, scopes.iter().copied());
    let path = format!("/api/v1/hubs/{hub}");
    let shown = async |scopes: &[Scope]| {
        let reply = world.call(get(&path).bearer(&token(scopes))).await;
        assert_eq!(reply.status, 200, "{}", reply.json);
        let cards = reply.json["widgets"].as_array().unwrap().clone();
        cards.into_iter().map(|card| (card["kind"].as_str().unwrap().to_owned(), card["data"].clone()))
    };
    for (scopes, refused) in [
        (
            &[Scope::HubRead][..],
            &[
                ("live-run", "needs run:read"),
                ("run-status", "needs experiment:read, run:read"),
                ("experiments", "needs experiment:read"),
                ("activity", "needs workspace:read, experiment:read, run:read"),
            ][..],
        ),
        (
            &[Scope::HubRead, Scope::RunRead],
            &[
                ("run-status", "needs experiment:read"),
                ("experiments", "needs experiment:read"),
                ("activity", "needs workspace:read, experiment:read"),
            ],
        ),
        (&[Scope::HubRead, Scope::RunRead, Scope::ExperimentRead, Scope::WorkspaceRead], &[]),
    ] {
        for (kind, data) in shown(scopes).await {
            let words = refused.iter().find(|(one, _)| *one == kind).map(|(_, words)| *words);
            assert_eq!(data["error"].as_str(), words, "{kind} with {scopes:?}");
            assert_eq!(data["value"].is_null(), words.is_some(), "{kind} with {scopes:?}");
        }
    }
    // What is written is answered in the same way.
    let card = json!({"kind": "live-run", "config": {}});
    let writes = token(&[Scope::HubWrite, Scope::HubRead]);
    let made = world.call(post(format!("{path}/widgets")).bearer(&writes).json(&card)).await;
    assert_eq!((made.status.as_u16(), made.json["data"]["error"].as_str()), (201, Some("needs run:read")));

    // On the stream, too: of the same change one hears, the other does not.
    let topic = format!("hub:{hub}");
    let mut all = world.listen_with(&token(&[Scope::HubRead, Scope::RunRead]), &topic).await;
    let mut hubs = world.listen_with(&token(&[Scope::HubRead]), &topic).await;
    run.progress.done = 1;
    world.tell("run.changed", &run);
    // The card may be told once more as it was: a replica's word of the change before it can come late.
    while all.next_of("widget").await["data"]["value"]["runs"][0]["progress"]["done"] != 1 {}
    world.call(patch(&path).claim(&world.editor).json(&json!({"title": "Renamed"}))).await;
    assert_eq!(hubs.next().await.event, "hub", "nothing of the run came before");
}

#[tokio::test]
async fn a_change_that_is_refused_has_changed_nothing() {
    let world = World::new().await;
    let hub = world.hub("Ours").await;
    let card = world.card(&hub, "text", json!({"markdown": "ours"})).await;
    let token = world.auth.token(world.auth.account("edda"), world.workspace, [Scope::HubWrite]);
    for path in [format!("/api/v1/hubs/{hub}"), format!("/api/v1/widgets/{}", card["id"].as_str().unwrap())] {
        let refused = world.call(patch(&path).bearer(&token).json(&json!({"title": "Theirs"}))).await;
        assert_eq!((refused.status.as_u16(), refused.code()), (403, "missing-scope"), "{path}");
    }
    let read = world.read(format!("/api/v1/hubs/{hub}")).await;
    assert_eq!((&read["title"], &read["widgets"][0]["title"]), (&json!("Ours"), &card["title"]));
}
