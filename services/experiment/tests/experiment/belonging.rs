//! Runs from outside belong to experiments: made by the first run, joined by the next, adopted, merged, separated.

use crate::{
    control,
    world::{World, config},
};
use chaoshub_chassis::db::Db;
use chaoshub_experiment::Config;
use chaoshub_facade::experiment::RunId;
use chaoshub_kernel::{Clock, Scope};
use chaoshub_testkit::http::{delete, post, put};
use futures::future::join_all;
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

const LIST: &str = "/api/v1/experiments?workspace=demo/demo";

/// A run of this document from outside; what is known of it.
async fn outside(world: &World, document: &Value) -> Value {
    let id = RunId::new(world.clock.now());
    let about = json!({"workspace": "demo/demo", "experiment": document});
    let token = world.token([Scope::RunIngest]);
    let opened = world.call(put(format!("/api/v1/runs/{id}")).bearer(&token).json(&about)).await;
    assert_eq!(opened.status, 201, "{}", opened.json);
    world.read(format!("/api/v1/runs/{id}")).await
}

/// An uploaded journal of this document; `n` makes it another journal.
async fn uploaded(world: &World, document: &Value, n: u32) -> Value {
    let journal = json!({"experiment": document, "status": "completed", "run": [], "node": format!("node-{n}")});
    let token = world.token([Scope::RunIngest]);
    let ask = post("/api/v1/journals?workspace=demo/demo").bearer(&token).json(&journal);
    let reply = world.call(ask).await;
    assert_eq!(reply.status, 201, "{}", reply.json);
    reply.json
}

async fn listed(world: &World, rest: &str) -> Vec<Value> {
    world.read(format!("{LIST}{rest}")).await["items"].as_array().unwrap().clone()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

async fn experiment(world: &World, id: &str) -> Value {
    world.read(format!("/api/v1/experiments/{id}")).await
}

fn changed(title: &str) -> Value {
    let mut document = control::experiment(title);
    document["method"][0]["provider"]["arguments"] = json!("other");
    document
}

#[tokio::test]
async fn runs_of_a_document_make_one_experiment_whichever_way_they_come() {
    let world = World::new().await;
    let mut document = control::experiment("Elsewhere");
    let first = outside(&world, &document).await;
    document["configuration"] = json!({"resolved": "value"});
    document["extensions"] = json!([{"name": "x"}]);
    let second = outside(&world, &document).await;
    document["dry"] = json!("");
    let third = uploaded(&world, &document, 1).await;
    let id = text(&first["experiment_id"]);
    for run in [&first, &second, &third] {
        assert_eq!((&run["experiment_id"], &run["version"], &run["no_experiment"]), (&json!(id), &json!(1), &json!(null)));
    }
    let all = listed(&world, "").await;
    assert_eq!(all.len(), 1);
    assert_eq!(
        (&all[0]["origin"], &all[0]["title"], &all[0]["updated_by"]),
        (&json!("outside"), &json!("Elsewhere"), &json!("edda"))
    );
    assert_eq!(all[0]["last_runs"].as_array().unwrap().len(), 3);
    let shown = experiment(&world, &id).await;
    assert_eq!(shown["document"]["method"], document["method"]);
    let runs = world.read(format!("/api/v1/runs?workspace=demo/demo&experiment={id}")).await;
    assert_eq!(runs["items"].as_array().unwrap().len(), 3, "history and filter as for any other");
}

#[tokio::test]
async fn two_runs_of_a_new_document_at_once_make_one_experiment() {
    let world = World::on_disk().await;
    let document = control::experiment("At once");
    let runs = join_all((0..6).map(|_| outside(&world, &document))).await;
    assert!(runs.iter().all(|run| run["experiment_id"] == runs[0]["experiment_id"] && run["version"] == 1));
    assert_eq!(listed(&world, "").await.len(), 1);
}

#[tokio::test]
async fn a_changed_document_of_the_same_title_is_the_next_version() {
    let world = World::new().await;
    let first = outside(&world, &control::experiment("Same")).await;
    let second = outside(&world, &changed("Same")).await;
    let again = outside(&world, &control::experiment("Same")).await;
    let other = outside(&world, &changed("Other")).await;
    assert_eq!(second["experiment_id"], first["experiment_id"]);
    assert_eq!([&first, &second, &again].map(|run| run["version"].clone()), [json!(1), json!(2), json!(1)]);
    assert_ne!(other["experiment_id"], first["experiment_id"]);
    let shown = experiment(&world, &text(&first["experiment_id"])).await;
    assert_eq!((&shown["version"], &shown["document"]["method"]), (&json!(2), &changed("Same")["method"]));
}

#[tokio::test]
async fn a_run_of_what_people_have_written_joins_it_and_changes_nothing_of_it() {
    let world = World::new().await;
    let early = outside(&world, &control::experiment("Ours")).await;
    let ours = world.experiment("Ours").await;
    let before = experiment(&world, &ours).await;
    let late = outside(&world, &control::experiment("Ours")).await;
    assert_ne!(early["experiment_id"], json!(ours));
    assert_eq!((&late["experiment_id"], &late["version"]), (&json!(ours), &json!(1)));
    let different = outside(&world, &changed("Ours")).await;
    assert_eq!(different["experiment_id"], early["experiment_id"], "its title is that of the one from outside");
    let after = experiment(&world, &ours).await;
    assert_eq!(
        (&after["version"], &after["source"], &after["updated_at"]),
        (&before["version"], &before["source"], &before["updated_at"])
    );
    let save = put(format!("/api/v1/experiments/{ours}")).header("if-match", "\"1\"").json(&changed("Ours"));
    world.ask(save, 200).await;
    let newest = outside(&world, &changed("Ours")).await;
    assert_eq!((&newest["experiment_id"], &newest["version"]), (&json!(ours), &json!(2)));
}

#[tokio::test]
async fn secrets_are_never_kept_with_it() {
    let world = World::new().await;
    let mut document = control::experiment("Secret");
    document["secrets"] = json!({"shop": {"token": "hunter2hunter2"}});
    document["method"][0]["provider"]["arguments"] = json!("--token hunter2hunter2");
    let announced = outside(&world, &document).await;
    let left = uploaded(&world, &document, 1).await;
    assert_eq!(announced["experiment_id"], left["experiment_id"]);
    document["secrets"]["shop"]["token"] = json!("hunter3hunter3");
    document["method"][0]["provider"]["arguments"] = json!("--token hunter3hunter3");
    assert_eq!(outside(&world, &document).await["experiment_id"], left["experiment_id"], "another value of a secret");
    let written = world.written_down().await;
    assert!(!written.contains("hunter2") && !written.contains("hunter3"));
}

#[tokio::test]
async fn a_token_cannot_flood_a_workspace_with_experiments() {
    let world = World::with(Config { outside_documents: 3, ..config() }).await;
    for title in ["One", "Two"] {
        outside(&world, &control::experiment(title)).await;
    }
    assert_eq!(outside(&world, &changed("Two")).await["version"], 2);
    let beyond = outside(&world, &control::experiment("Three")).await;
    assert_eq!((&beyond["experiment_id"], &beyond["no_experiment"]["code"]), (&json!(null), &json!("outside-limit")));
    assert_eq!(outside(&world, &control::experiment("One")).await["version"], 1, "what is known is joined as ever");
    assert_eq!(listed(&world, "").await.len(), 2);
    let one = listed(&world, "&q=One").await[0].clone();
    world.ask(post(format!("/api/v1/experiments/{}/adopt", text(&one["id"]))), 200).await;
    assert!(outside(&world, &control::experiment("Three")).await["experiment_id"].is_string(), "adopting makes room");
}

#[tokio::test]
async fn what_is_no_experiment_or_too_large_says_so() {
    let world = World::with(Config { journal_limit: 8 << 20, ..config() }).await;
    let none = outside(&world, &json!({"title": "Only a title"})).await;
    assert_eq!((&none["experiment_id"], &none["no_experiment"]["code"]), (&json!(null), &json!("no-document")));
    let mut large = control::experiment("Large");
    large["description"] = json!("x".repeat(1 << 20));
    let large = uploaded(&world, &large, 1).await;
    assert_eq!((&large["experiment_id"], &large["no_experiment"]["code"]), (&json!(null), &json!("document-too-large")));
    let mut long = control::experiment(&"t".repeat(5000));
    long["method"] = json!([]);
    let long = outside(&world, &long).await;
    assert_eq!(long["title"].as_str().unwrap().chars().count(), 201, "shown short");
    let kept = experiment(&world, &text(&long["experiment_id"])).await;
    assert_eq!(kept["document"]["title"].as_str().unwrap().len(), 5000, "kept whole");
}

#[tokio::test]
async fn it_is_run_and_edited_here_only_once_it_is_adopted() {
    let world = World::new().await;
    let run = outside(&world, &control::experiment("Adopt me")).await;
    let id = text(&run["experiment_id"]);
    let path = format!("/api/v1/experiments/{id}");
    let start = || post("/api/v1/runs").json(&json!({"experiment": id}));
    let save = || put(&path).header("if-match", "\"1\"").json(&changed("Adopt me"));
    assert_eq!(world.ask(start(), 409).await["code"], "not-adopted");
    assert_eq!(world.ask(save(), 409).await["code"], "not-adopted");
    assert_eq!(listed(&world, "&origin=outside").await.len(), 1);
    for _ in 0..2 {
        let adopted = world.ask(post(format!("{path}/adopt")), 200).await;
        assert_eq!((&adopted["origin"], &adopted["adopted"]["by"]), (&json!("hub"), &json!("edda")));
    }
    assert_eq!((listed(&world, "&origin=outside").await.len(), listed(&world, "&origin=hub").await.len()), (0, 1));
    world.ask(start(), 202).await;
    assert_eq!(world.ask(save(), 200).await["version"], 2);
    assert_eq!(outside(&world, &control::experiment("Adopt me")).await["experiment_id"], json!(id), "its document is known");
    let mut third = changed("Adopt me");
    third["rollbacks"] = json!([]);
    assert_ne!(outside(&world, &third).await["experiment_id"], json!(id), "its text is changed by nobody from outside");
    let kinds: Vec<_> = world.news(0).await.into_iter().map(|news| news.kind).filter(|kind| kind.contains("adopted")).collect();
    assert_eq!(kinds, ["experiment.adopted"], "told once");
}

#[tokio::test]
async fn a_merge_moves_runs_and_versions_and_can_be_undone() {
    let world = World::new().await;
    let (one, two) = (outside(&world, &control::experiment("One")).await, outside(&world, &changed("One")).await);
    let ours = world.experiment("Ours").await;
    let from = text(&one["experiment_id"]);
    let merge = |into: &str| post(format!("/api/v1/experiments/{from}/merge")).json(&json!({"into": into}));
    for _ in 0..2 {
        let merged = world.ask(merge(&ours), 200).await;
        assert_eq!((&merged["id"], &merged["version"]), (&json!(ours), &json!(1)), "it shows what it showed");
        assert_eq!((merged["last_runs"].as_array().unwrap().len(), &merged["merged"][0]["id"]), (2, &json!(from)));
    }
    let now = world.read(format!("/api/v1/runs/{}", text(&two["id"]))).await;
    assert_eq!((&now["experiment_id"], &now["version"]), (&json!(ours), &json!(3)));
    let version = world.read(format!("/api/v1/experiments/{ours}/versions/3")).await;
    assert_eq!((&version["origin"], &version["merged_from"]), (&json!("outside"), &json!(from)));
    assert_eq!(listed(&world, "").await.len(), 1, "it is out of the lists");
    assert_eq!(experiment(&world, &from).await["merged_into"], json!(ours), "and its address says where it is");
    let next = outside(&world, &changed("One")).await;
    assert_eq!((&next["experiment_id"], &next["version"]), (&json!(ours), &json!(3)));
    let save = put(format!("/api/v1/experiments/{ours}")).header("if-match", "\"1\"").json(&changed("Ours"));
    assert_eq!(world.ask(save, 200).await["version"], 4, "numbers go on behind what was merged");
    for what in ["adopt", "restore"] {
        assert_eq!(world.ask(post(format!("/api/v1/experiments/{from}/{what}")), 409).await["code"], "experiment-merged");
    }
    let back = world.ask(post(format!("/api/v1/experiments/{from}/separate")).json(&json!({})), 200).await;
    assert_eq!((&back["id"], &back["merged_into"], back["last_runs"].as_array().unwrap().len()), (&json!(from), &json!(null), 3));
    let now = world.read(format!("/api/v1/runs/{}", text(&two["id"]))).await;
    assert_eq!((&now["experiment_id"], &now["version"]), (&json!(from), &json!(2)));
    assert_eq!(experiment(&world, &ours).await["merged"], json!([]));
    let versions = world.read(format!("/api/v1/experiments/{ours}/versions")).await;
    assert_eq!(
        versions["items"].as_array().unwrap().iter().map(|one| one["number"].as_i64().unwrap()).collect::<Vec<_>>(),
        [4, 1]
    );
    let mut third = changed("One");
    third["rollbacks"] = json!([]);
    assert_eq!(outside(&world, &third).await["experiment_id"], json!(from), "its title is its own again");
}

#[tokio::test]
async fn what_cannot_be_merged_says_why() {
    let world = World::new().await;
    let from = text(&outside(&world, &control::experiment("One")).await["experiment_id"]);
    let into = text(&outside(&world, &control::experiment("Two")).await["experiment_id"]);
    let ours = world.experiment("Ours").await;
    let merge = |from: &str, into: &str| post(format!("/api/v1/experiments/{from}/merge")).json(&json!({"into": into}));
    assert_eq!(world.ask(merge(&from, &from), 422).await["code"], "same-experiment");
    assert_eq!(world.ask(merge(&ours, &from), 409).await["code"], "not-from-outside");
    let stan = world.claim("stan");
    let theirs = post("/api/v1/experiments?workspace=other/place").claim(&stan).json(&control::experiment("Theirs"));
    let theirs = text(&world.call(theirs).await.json["id"]);
    assert_eq!(world.ask(merge(&from, &theirs), 404).await["code"], "not-found", "of another workspace nothing is told");
    world.ask(merge(&from, &into), 200).await;
    assert_eq!(world.ask(merge(&into, &from), 409).await["code"], "experiment-merged", "no circle");
    world.ask(merge(&into, &ours), 200).await;
    let early = world.ask(post(format!("/api/v1/experiments/{from}/separate")).json(&json!({})), 409).await;
    assert_eq!(early["code"], "experiment-merged", "the last merge is undone first");
    for id in [&into, &from] {
        world.ask(post(format!("/api/v1/experiments/{id}/separate")).json(&json!({})), 200).await;
    }
    assert_eq!(listed(&world, "&origin=outside").await.len(), 2);
}

#[tokio::test]
async fn a_version_or_a_run_leaves_for_an_experiment_of_its_own() {
    let world = World::new().await;
    let first = outside(&world, &control::experiment("Same")).await;
    let second = outside(&world, &changed("Same")).await;
    let third = outside(&world, &control::experiment("Same")).await;
    let id = text(&first["experiment_id"]);
    let separate = |what: Value| post(format!("/api/v1/experiments/{id}/separate")).json(&what);
    let made = world.ask(separate(json!({"version": 2})), 200).await;
    assert_eq!((&made["origin"], &made["version"], &made["last_runs"][0]["id"]), (&json!("outside"), &json!(1), &second["id"]));
    assert_eq!((&experiment(&world, &id).await["version"], listed(&world, "").await.len()), (&json!(1), 2));
    assert_eq!(outside(&world, &changed("Same")).await["experiment_id"], made["id"], "and the next ones go there");
    let alone = world.ask(separate(json!({"version": 1})), 409).await;
    assert_eq!(alone["code"], "nothing-to-separate");
    let one = world.ask(separate(json!({"run": third["id"]})), 200).await;
    assert_eq!(one["last_runs"].as_array().unwrap().len(), 1);
    assert_eq!(world.read(format!("/api/v1/runs/{}", text(&third["id"]))).await["experiment_id"], one["id"]);
    assert_eq!(outside(&world, &control::experiment("Same")).await["experiment_id"], json!(id));
    assert_eq!(world.ask(separate(json!({})), 422).await["code"], "nothing-named");
    let ours = world.experiment("Hub").await;
    let here = world.request(&ours).await;
    let refused = post(format!("/api/v1/experiments/{ours}/separate")).json(&json!({"run": here}));
    assert_eq!(world.ask(refused, 409).await["code"], "nothing-to-separate");
}

#[tokio::test]
async fn archived_ones_are_found_when_they_are_asked_for() {
    let world = World::new().await;
    let id = world.experiment("Put away").await;
    world.experiment("Kept").await;
    world.ask(delete(format!("/api/v1/experiments/{id}")), 204).await;
    let titles = async |rest: &str| listed(&world, rest).await.iter().map(|one| text(&one["title"])).collect::<Vec<_>>();
    assert_eq!(titles("").await, ["Kept"]);
    assert_eq!(titles("&archived=only").await, ["Put away"]);
    assert_eq!(titles("&archived=include&q=put").await, ["Put away"]);
}

/// Takes away what an older version did not write.
async fn forget(db: &Db) {
    for sql in [
        "DELETE FROM known_documents",
        "UPDATE versions SET fingerprint = NULL",
        "UPDATE runs SET experiment = NULL, version = NULL, unjoined = NULL WHERE origin <> 'hub'",
        "DELETE FROM versions WHERE origin = 'outside'",
        "DELETE FROM experiments WHERE origin = 'outside'",
    ] {
        db.execute_unprepared(sql).await.unwrap();
    }
}

#[tokio::test]
async fn runs_that_were_there_before_get_their_experiments_after_the_upgrade() {
    let world = World::on_disk().await;
    let ours = world.experiment("Ours").await;
    for n in 0..25 {
        uploaded(&world, &control::experiment("Uploaded"), n).await;
    }
    let joined = outside(&world, &control::experiment("Ours")).await;
    let none = outside(&world, &json!({})).await;
    let other = outside(&world, &control::experiment("Other")).await;
    world.stop().await;
    forget(&world.db).await;
    let world = world.restart_after(chrono::TimeDelta::zero()).await;
    let all_home = async {
        loop {
            let runs = world.read("/api/v1/runs?workspace=demo/demo&limit=200").await["items"].as_array().unwrap().clone();
            if runs.iter().filter(|run| run["experiment_id"].is_null()).count() == 1 {
                return runs;
            }
        }
    };
    let runs = tokio::time::timeout(std::time::Duration::from_secs(20), all_home).await.expect("all are home in time");
    let of = |id: &Value| runs.iter().find(|run| run["id"] == *id).unwrap()["experiment_id"].clone();
    assert_eq!(of(&joined["id"]), json!(ours));
    assert!(of(&other["id"]).is_string() && of(&none["id"]).is_null());
    let outside = listed(&world, "&origin=outside").await;
    assert_eq!(outside.len(), 2);
    assert!(outside.iter().any(|one| one["title"] == "Uploaded" && one["last_runs"].as_array().unwrap().len() == 10));
}
