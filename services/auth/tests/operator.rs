//! What an operator does beside a hub that runs, and what outlives a restart.

use crate::world::{PASSWORD, hub, named, slug};
use chaoshub_auth::{Config, Migrator, operator::Operator, start};
use chaoshub_chassis::{
    Ctx,
    db::{self, Place},
    tasks::Tasks,
};
use chaoshub_facade::auth::Proof;
use chaoshub_kernel::{Role, Scope};
use chaoshub_testkit::{
    database::{place_in, written_down},
    frozen_clock, http,
};
use secrecy::ExposeSecret;
use serde_json::json;

async fn place(data: &tempfile::TempDir) -> Place {
    place_in::<Migrator>(data.path(), "auth").await
}

async fn ctx(data: &tempfile::TempDir) -> Ctx {
    Ctx { databases: place(data).await, ..chaoshub_testkit::ctx(frozen_clock(), data.path(), &Tasks::new()) }
}

#[tokio::test]
async fn a_running_hub_knows_what_its_operator_did_and_keeps_it_over_a_restart() {
    let data = tempfile::tempdir().unwrap();
    let first = start(ctx(&data).await, Config::default()).await.unwrap();
    let operator = Operator::open(&place(&data).await, frozen_clock()).await.unwrap();
    assert!(operator.is_new().await.unwrap());
    operator.create_account(&slug("ada"), PASSWORD.into(), true).await.unwrap();
    operator.ensure_workspace(&slug("demo"), &slug("demo"), "Demo").await.unwrap();
    operator.put_role("ada", "demo", None, Some(Role::Owner)).await.unwrap();
    let scopes = [Scope::RunIngest].into_iter().collect();
    let secret = operator.create_token("ada", &named("demo/demo"), scopes, None).await.unwrap();
    let proof = || Proof::ApiToken(secret.expose_secret().to_owned());
    let claim = first.facade.exchange(proof()).await.unwrap();
    assert!(first.facade.access(&claim, named("demo/demo")).await.unwrap().need(Scope::RunIngest).is_ok());
    let keys = first.facade.keys().await.unwrap();
    drop(first);
    let second = start(ctx(&data).await, Config::default()).await.unwrap();
    assert_eq!(second.facade.keys().await.unwrap(), keys);
    assert!(second.facade.access(&claim, named("demo/demo")).await.is_ok());
    let router = http::served(second.public.into());
    let body = json!({ "name": "ada", "password": PASSWORD });
    let reply = http::call(&router, http::post("/api/v1/auth/sign-in").json(&body)).await;
    assert_eq!((reply.status.as_u16(), &reply.json["account"]["admin"]), (200, &json!(true)));
}

#[tokio::test]
async fn seeding_twice_is_seeding_once() {
    let hub = hub().await;
    let ensure = |org: &'static str, name: &'static str| async {
        hub.operator.ensure_workspace(&slug(org), &slug(name), "Title").await.unwrap()
    };
    let demo = ensure("demo", "demo").await;
    assert_eq!(ensure("demo", "demo").await, demo);
    let other = ensure("demo", "other").await;
    assert_ne!(other, demo);
    assert_eq!(ensure("demo", "other").await, other);
    let fresh = ensure("fresh", "inside").await;
    assert_eq!(ensure("fresh", "inside").await, fresh);
}

#[tokio::test]
async fn an_operator_is_told_what_is_not_there() {
    let hub = hub().await;
    hub.workspace("payments").await;
    hub.somebody("ada").await;
    let scopes = || [Scope::RunRead].into_iter().collect();
    let (operator, here, gone) = (&hub.operator, named("acme/payments"), named("acme/nothing"));
    for refused in [
        operator.create_token("nobody", &here, scopes(), None).await.map(drop),
        operator.create_token("ada", &gone, scopes(), None).await.map(drop),
        operator.put_role("nobody", "acme", None, Some(Role::Owner)).await,
        operator.put_role("ada", "nowhere", None, Some(Role::Owner)).await,
        operator.put_role("ada", "acme", Some("nothing"), Some(Role::Owner)).await,
    ] {
        assert_eq!(refused.unwrap_err().code, "not-found");
    }
    assert_eq!(operator.create_account(&slug("eve"), "short".into(), false).await.unwrap_err().code, "weak-password");
}

#[tokio::test]
async fn a_code_that_was_printed_is_not_in_the_data_folder() {
    let data = tempfile::tempdir().unwrap();
    let operator = Operator::open(&place(&data).await, frozen_clock()).await.unwrap();
    let code = operator.setup_code().await.unwrap().unwrap();
    operator.create_account(&slug("ada"), PASSWORD.into(), false).await.unwrap();
    let mut kept = vec![written_down(&db::open::<Migrator>(&place(&data).await, "auth").await.unwrap()).await.into_bytes()];
    // A file may also hold what was overwritten.
    let files = std::fs::read_dir(data.path().join("databases")).into_iter().flatten();
    kept.extend(files.map(|entry| std::fs::read(entry.unwrap().path()).unwrap()));
    let holds = |text: &str| kept.iter().any(|bytes| bytes.windows(text.len()).any(|window| window == text.as_bytes()));
    assert!(holds("ada"), "the account is there");
    for secret in [code.as_str(), &code.replace('-', ""), PASSWORD] {
        assert!(!holds(secret));
    }
}
