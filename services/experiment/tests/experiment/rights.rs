//! Every operation is knocked on by those who may not, and let through for those who may.

use crate::{control, world::World};
use axum::http::Method;
use chaoshub_kernel::Scope;
use chaoshub_testkit::http::{Ask, get, post, put};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Who of the roles may do it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum May {
    Viewer,
    Operator,
    Editor,
}

/// One operation on what is in `demo/demo`.
struct Operation {
    name: &'static str,
    scope: Scope,
    may: May,
    method: Method,
    path: String,
    body: Value,
    /// What whoever may do it is answered.
    answer: u16,
}

impl Operation {
    fn ask(&self) -> Ask {
        let ask = Ask::new(self.method.clone(), &self.path).header("if-match", "\"1\"");
        if self.method == Method::GET { ask } else { ask.json(&self.body) }
    }
}

/// Every operation that concerns a workspace, on an experiment and on a run from outside that goes on.
fn operations(experiment: &str, run: &str, from_outside: &str) -> Vec<Operation> {
    use May::{Editor, Operator, Viewer};
    use Scope::{ExperimentRead, ExperimentWrite, RunIngest, RunRead, RunStart, RunStop};
    let one = format!("/api/v1/experiments/{experiment}");
    let other = format!("/api/v1/experiments/{from_outside}");
    let the_run = format!("/api/v1/runs/{run}");
    let of = |path: &str, rest: &str| format!("{path}{rest}");
    let text = control::experiment("Mine now");
    let outside = json!({"workspace": "demo/demo", "experiment": text});
    let batch = json!({"sender": "control", "events": control::filler(1, 1)});
    let journal = json!({"experiment": text, "status": "completed", "run": []});
    let make = |name, scope, may, method, path: String, body: &Value, answer| {
        let body = body.clone();
        Operation { name, scope, may, method, path, body, answer }
    };
    let (get, post, put, none) = (Method::GET, Method::POST, Method::PUT, json!({}));
    vec![
        make(
            "list_experiments",
            ExperimentRead,
            Viewer,
            get.clone(),
            "/api/v1/experiments?workspace=demo/demo".into(),
            &none,
            200,
        ),
        make(
            "create_experiment",
            ExperimentWrite,
            Editor,
            post.clone(),
            "/api/v1/experiments?workspace=demo/demo".into(),
            &text,
            201,
        ),
        make("get_experiment", ExperimentRead, Viewer, get.clone(), one.clone(), &none, 200),
        make("list_versions", ExperimentRead, Viewer, get.clone(), of(&one, "/versions"), &none, 200),
        make("get_version", ExperimentRead, Viewer, get.clone(), of(&one, "/versions/1"), &none, 200),
        make("list_runs", RunRead, Viewer, get.clone(), "/api/v1/runs?workspace=demo/demo".into(), &none, 200),
        make("download_runs", RunRead, Viewer, get.clone(), "/api/v1/runs.csv?workspace=demo/demo".into(), &none, 200),
        make("get_adjacent_runs", RunRead, Viewer, get.clone(), of(&the_run, "/adjacent"), &none, 200),
        make("start_run", RunStart, Operator, post.clone(), "/api/v1/runs".into(), &json!({"experiment": experiment}), 202),
        make("get_run", RunRead, Viewer, get.clone(), the_run.clone(), &none, 200),
        make("list_events", RunRead, Viewer, get.clone(), of(&the_run, "/events"), &none, 200),
        make("get_log", RunRead, Viewer, get.clone(), of(&the_run, "/log"), &none, 200),
        make("get_journal", RunRead, Viewer, get, of(&the_run, "/journal"), &none, 404),
        make("open_run", RunIngest, Operator, put.clone(), the_run.clone(), &outside, 200),
        make("ingest_events", RunIngest, Operator, post.clone(), of(&the_run, "/events"), &batch, 202),
        make("upload_journal", RunIngest, Operator, post.clone(), "/api/v1/journals?workspace=demo/demo".into(), &journal, 201),
        make("stop_run", RunStop, Operator, post.clone(), of(&the_run, "/stop"), &json!({"mode": "graceful"}), 202),
        make("finish_run", RunIngest, Operator, put.clone(), of(&the_run, "/journal"), &journal, 202),
        make("change_experiment", ExperimentWrite, Editor, put, one.clone(), &text, 200),
        make("archive_experiment", ExperimentWrite, Editor, Method::DELETE, one.clone(), &none, 204),
        make("restore_experiment", ExperimentWrite, Editor, post.clone(), of(&one, "/restore"), &none, 200),
        make("merge_experiment", ExperimentWrite, Editor, post.clone(), of(&other, "/merge"), &json!({"into": experiment}), 200),
        make("separate_experiment", ExperimentWrite, Editor, post.clone(), of(&other, "/separate"), &none, 200),
        make("adopt_experiment", ExperimentWrite, Editor, post, of(&other, "/adopt"), &none, 200),
    ]
}

#[tokio::test]
async fn nobody_does_what_is_not_theirs() {
    let world = World::new().await;
    let experiment = world.experiment("Ours").await;
    let run = world.opened().await;
    let from_outside = world.run(&run).await["experiment_id"].as_str().unwrap().to_owned();
    let stan = world.auth.account("stan");
    let every = || Scope::ALL.iter().copied();
    let foreign = world.auth.token(stan, world.auth.workspace("other/place"), every());
    let revoked = world.token(every());
    world.auth.revoke(&revoked);
    let before = world.told().await;
    let listed = world.read("/api/v1/runs?workspace=demo/demo").await;
    for operation in operations(&experiment, &run.id, &from_outside) {
        let name = operation.name;
        let refused = async |ask: Ask, status: u16, code: &str, who: &str| {
            let reply = world.call(ask).await;
            assert_eq!((reply.status.as_u16(), reply.code()), (status, code), "{name}: {who}");
        };
        let ask = || operation.ask();
        refused(ask(), 401, "not-signed-in", "a stranger").await;
        refused(ask().bearer("chp_nonsense"), 401, "invalid-token", "a made-up token").await;
        refused(ask().bearer(&revoked), 401, "invalid-token", "a revoked token").await;
        refused(ask().claim(&world.claim("stan")), 404, "not-found", "a member of another workspace").await;
        refused(ask().bearer(&foreign), 404, "not-found", "a token for another workspace").await;
        let blind = world.token(every().filter(|scope| *scope != operation.scope));
        refused(ask().bearer(&blind), 403, "missing-scope", "a token without the scope").await;
        if operation.may != May::Viewer {
            refused(ask().claim(&world.claim("vera")), 403, "missing-scope", "a viewer").await;
        }
        if operation.may == May::Editor {
            refused(ask().claim(&world.claim("olga")), 403, "missing-scope", "an operator").await;
        }
        if !operation.method.is_safe() {
            for origin in [Some("http://evil.test"), Some("http://ses.localhost:8080"), None] {
                refused(ask().claim(&world.claim("edda")).from_origin(origin), 403, "cross-site", "a page elsewhere").await;
            }
        }
    }
    assert_eq!(world.told().await, before, "nothing that was refused left a trace");
    assert_eq!(world.read("/api/v1/runs?workspace=demo/demo").await, listed);
}

#[tokio::test]
async fn whoever_may_is_let_through() {
    for (who, rank) in [("vera", 0), ("olga", 1), ("edda", 2)] {
        let world = World::new().await;
        let experiment = world.experiment("Ours").await;
        let run = world.opened().await;
        let from_outside = world.run(&run).await["experiment_id"].as_str().unwrap().to_owned();
        for operation in operations(&experiment, &run.id, &from_outside) {
            let needs = [May::Viewer, May::Operator, May::Editor].iter().position(|may| *may == operation.may).unwrap();
            let reply = world.call(operation.ask().claim(&world.claim(who))).await;
            let expected = if rank >= needs { operation.answer } else { 403 };
            assert_eq!(reply.status.as_u16(), expected, "{} by {who}: {}", operation.name, reply.json);
        }
    }
}

#[tokio::test]
async fn a_token_needs_one_scope_and_no_origin() {
    let world = World::new().await;
    let experiment = world.experiment("Ours").await;
    let run = world.opened().await;
    let from_outside = world.run(&run).await["experiment_id"].as_str().unwrap().to_owned();
    for operation in operations(&experiment, &run.id, &from_outside) {
        let token = world.token([operation.scope]);
        let reply = world.call(operation.ask().bearer(&token).from_origin(None)).await;
        assert_eq!(reply.status.as_u16(), operation.answer, "{}: {}", operation.name, reply.json);
    }
}

#[tokio::test]
async fn what_one_may_not_see_looks_like_what_is_not_there() {
    let world = World::new().await;
    let experiment = world.experiment("Ours").await;
    let run = world.opened().await;
    let nothing = |id: &str| format!("{}0000", &id[..id.len() - 4]);
    for (theirs, absent) in [("experiments", &experiment), ("runs", &run.id)]
        .map(|(kind, id)| (format!("/api/v1/{kind}/{id}"), format!("/api/v1/{kind}/{}", nothing(id))))
    {
        let theirs = world.call(get(theirs).claim(&world.claim("stan"))).await;
        let absent = world.call(get(absent).claim(&world.claim("stan"))).await;
        assert_eq!((theirs.status, &theirs.json["detail"]), (absent.status, &absent.json["detail"]));
    }
    assert_eq!(world.call(get("/api/v1/runs/7").claim(&world.claim("stan"))).await.status, 404);
    let mine = json!({"workspace": "other/place", "experiment": control::experiment("Mine")});
    let taken = world.call(put(format!("/api/v1/runs/{}", run.id)).claim(&world.claim("stan")).json(&mine)).await;
    assert_eq!((taken.status.as_u16(), taken.code()), (404, "not-found"), "an id of another workspace cannot be taken over");
}

#[tokio::test]
async fn a_run_of_the_hub_is_reported_by_its_own_token_alone() {
    let world = World::new().await;
    let (run, other) = (world.started().await, world.started().await);
    let events = control::recorded(true);
    let may_report = world.token([Scope::RunIngest]);
    let with = |token: &str| crate::world::Running { token: token.to_owned(), ..run.clone() };
    let refused = world.send(&with(&may_report), &events).await;
    assert_eq!((refused.status.as_u16(), refused.code()), (403, "not-your-run"));
    for token in [other.token.as_str(), "chr_", "chr_nonsense"] {
        let refused = world.send(&with(token), &events).await;
        assert_eq!((refused.status.as_u16(), refused.code()), (401, "invalid-token"));
    }
    for path in ["/api/v1/runs?workspace=demo/demo".to_owned(), format!("/api/v1/runs/{}", run.id)] {
        let looked = world.call(get(path).bearer(&run.token)).await;
        assert_eq!(looked.status, 401, "a run's token is good for nothing else");
    }
    let journal = put(format!("/api/v1/runs/{}/journal", run.id)).bearer(&run.token);
    let refused = world.call(journal.body("application/json", control::sample("completed.journal.json"))).await;
    assert_eq!((refused.status.as_u16(), refused.code()), (403, "not-your-run"));
    assert_eq!(world.send(&run, &events).await.status, 202);
}

#[tokio::test]
async fn a_text_is_checked_for_whoever_is_signed_in() {
    let world = World::new().await;
    let check = || post("/api/v1/experiments/check").json(&control::experiment("Fine"));
    assert_eq!(world.call(check()).await.status, 401);
    assert_eq!(world.call(check().claim(&world.claim("stan"))).await.status, 200);
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
    let knocked: BTreeSet<_> =
        operations("", "", "").iter().map(|one| one.name).chain(["check_experiment"]).map(str::to_owned).collect();
    assert_eq!(documented, knocked);
}
