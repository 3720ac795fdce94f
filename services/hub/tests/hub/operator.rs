//! The operator's commands, with the hub running and without it.

use crate::{
    ask::PASSWORD,
    home::{Home, Hub, Said, tools},
};
use serde_json::json;

impl Home {
    /// `chaoshub account create`.
    pub async fn account(&self, name: &str, password: &str) -> Said {
        self.run_with_input(&["account", "create", name, "--password-stdin"], &format!("{password}\n")).await
    }

    /// `chaoshub token create`: the token.
    pub async fn token(&self, account: &str, workspace: &str, scope: &str) -> String {
        let said = self.run(&["token", "create", "--account", account, "--workspace", workspace, "--scope", scope]).await.well();
        assert_eq!((said.out.lines().count(), &*said.err), (1, ""), "the token and nothing else: {said:?}");
        let token = said.out.trim_end().to_owned();
        assert!(token.starts_with("chp_") && token.len() > 40, "{token}");
        token
    }
}

/// The command has failed, and one line says why.
fn refused(said: &Said, why: &str) {
    assert_eq!((said.code, &*said.out, said.err.lines().count()), (1, "", 1), "{said:?}");
    assert!(said.err.starts_with("chaoshub: ") && said.err.contains(why), "{said:?}");
}

async fn accounts_and_tokens_work(home: &Home, hub: Option<&Hub>, name: &str) {
    refused(&home.account(name, "short").await, "12");
    refused(&home.account(name, name).await, "password");
    refused(&home.account("api", PASSWORD).await, "reserved");
    refused(&home.account("Not A Name", PASSWORD).await, "lower-case");
    assert_eq!(home.account(name, PASSWORD).await.well().out, format!("Made the account {name}.\n"));
    refused(&home.account(name, PASSWORD).await, "taken");
    let workspace = format!("{name}/{name}");
    let token = home.token(name, &workspace, "run:read,run:ingest").await;
    let wish = |account: &str, workspace: &str, more: &[&str]| {
        let words = ["token", "create", "--account", account, "--workspace", workspace, "--scope", "run:read"];
        words.iter().chain(more).map(|word| (*word).to_owned()).collect::<Vec<_>>()
    };
    for (arguments, why) in [
        (wish("nobody", &workspace, &[]), "account"),
        (wish(name, "no/where", &[]), "workspace"),
        (wish(name, "nonsense", &[]), "workspace"),
    ] {
        let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
        refused(&home.run(&arguments).await, why);
    }
    let Some(hub) = hub else { return };
    let program = hub.stranger().with_token(&token);
    program.get(&format!("/api/v1/runs?workspace={workspace}")).await.is(200);
    program.get(&format!("/api/v1/experiments?workspace={workspace}")).await.refuses(403, "missing-scope");
    let sign_in =
        async |password: &str| hub.stranger().post("/api/v1/auth/sign-in", &json!({"name": name, "password": password})).await;
    sign_in(PASSWORD).await.is(200);
    let forgotten =
        async |name, password| home.run_with_input(&["account", "password", name, "--password-stdin"], password).await;
    refused(&forgotten("nobody", "another long password").await, "account");
    refused(&forgotten(name, "short").await, "12");
    let said = forgotten(name, "another long password\n").await.well();
    assert_eq!(said.out, format!("The account {name} has a new password; its sessions have ended.\n"));
    sign_in(PASSWORD).await.refuses(401, "wrong-password");
    sign_in("another long password").await.is(200);
}

#[tokio::test]
async fn accounts_and_tokens_are_made_with_the_hub_running_or_not() {
    let home = Home::new();
    accounts_and_tokens_work(&home, None, "before").await;
    let token = home.token("before", "before/before", "run:read").await;
    let hub = home.hub().await;
    accounts_and_tokens_work(&home, Some(&hub), "beside").await;
    // What was made before the hub ever ran works in it.
    hub.stranger().with_token(&token).get("/api/v1/runs?workspace=before/before").await.is(200);
    let expiring =
        ["token", "create", "--account", "before", "--workspace", "before/before", "--scope", "run:read", "--expires", "1d"];
    assert!(home.run(&expiring).await.well().out.starts_with("chp_"));
}

#[tokio::test]
async fn migrating_twice_is_migrating_once_and_the_hub_starts_afterwards() {
    let home = Home::new();
    for _ in 0..2 {
        assert!(home.run(&["migrate"]).await.well().out.contains("up to date"));
    }
    let mut hub = home.hub().await;
    hub.ada().await;
    assert!(home.run(&["migrate"]).await.well().out.contains("up to date"), "with the hub running, too");
    hub.kill().await;
    home.hub().await.ada_again().await;
}

#[tokio::test]
async fn a_container_learns_whether_the_hub_in_it_is_ready() {
    let home = Home::new();
    refused(&home.run(&["health", "--listen", "127.0.0.1:1"]).await, "no hub answers at http://127.0.0.1:1/readyz");
    let hub = home.hub().await;
    home.run(&["health", "--listen", hub.address()]).await.well();
}

#[tokio::test]
async fn tools_that_were_prepared_beforehand_are_the_ones_that_runs_get() {
    let home = Home::new();
    let prepared = home.run(&["tools"]).await.well();
    assert_eq!(prepared.out.trim_end(), tools().await.to_str().unwrap());
    refused(&home.run(&["tools", "--runner-python", "/dev/null"]).await, "/dev/null");
}

#[tokio::test]
async fn every_command_explains_itself() {
    let home = Home::new();
    let help = home.run(&["--help"]).await.well().out;
    let commands: Vec<_> =
        help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty()).collect();
    let names: Vec<_> = commands.iter().filter(|line| line.starts_with("  ") && !line.starts_with("   ")).collect();
    let names: Vec<_> = names.iter().filter_map(|line| line.split_whitespace().next()).filter(|name| *name != "help").collect();
    for known in ["serve", "migrate", "openapi", "account", "token", "verdict", "lint", "target", "health", "tools"] {
        assert!(names.contains(&known), "{known} in {help}");
    }
    let nested = [vec!["account", "create"], vec!["token", "create"]];
    for command in names.iter().map(|name| vec![*name]).chain(nested) {
        let said = home.run(&[command.as_slice(), &["--help"]].concat()).await.well();
        assert!(said.out.contains("Usage: chaoshub") && said.out.lines().count() > 4, "{said:?}");
        assert!(said.out.lines().next().is_some_and(|line| line.len() > 10), "{said:?}");
    }
    assert!(home.run(&["--version"]).await.well().out.starts_with("chaoshub 0."));
    for unknown in [vec!["fly"], vec![], vec!["account"], vec!["token", "destroy"]] {
        assert_eq!(home.run(&unknown).await.code, 2);
    }
    assert!(!home.data().exists(), "help makes nothing");
}
