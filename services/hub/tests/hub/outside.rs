//! Runs from outside: a plain `chaos run` with our control file. It never notices what the hub does, and nothing is lost.

use crate::{
    ask::{Asker, PASSWORD, codes, kinds},
    experiments::held,
    gate::Gate,
    home::{self, Home, kept_address},
    wait::until,
};
use serde_json::{Value, json};
use std::{
    fs,
    path::PathBuf,
    process::{Output, Stdio},
};
use tokio::process::{Child, Command};

/// The machine of somebody who runs `chaos` themselves.
struct Laptop<'a> {
    home: &'a Home,
    token: String,
}

impl<'a> Laptop<'a> {
    /// With a control file for the hub at `address`, which may be away.
    async fn new(home: &'a Home, address: &str, token: String) -> Self {
        let laptop = Self { home, token };
        fs::create_dir_all(laptop.folder()).unwrap();
        let arguments = json!({"url": format!("http://{address}"), "workspace": "demo/demo"});
        let control = json!({"chaoshub": {"provider": {"type": "python", "module": "chaoshub_control", "arguments": arguments}}});
        fs::write(laptop.folder().join("control.json"), control.to_string()).unwrap();
        laptop
    }

    fn folder(&self) -> PathBuf {
        self.home.path().join("laptop")
    }

    async fn command(&self, program: &str) -> Command {
        let bin = home::tools().await.join("bin");
        let mut command = Command::new(bin.join(program));
        command.current_dir(self.folder()).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
        command.env_clear().env("PATH", format!("{}:/usr/bin:/bin", bin.display())).env("LANG", "C.UTF-8");
        command.env("HOME", self.folder()).env("XDG_STATE_HOME", self.folder().join("state")).env("CHAOSHUB_TOKEN", &self.token);
        command
    }

    /// Starts `chaos run`.
    async fn start(&self, experiment: &Value) -> Child {
        fs::write(self.folder().join("experiment.json"), experiment.to_string()).unwrap();
        let mut command = self.command("chaos").await;
        command.args(["--no-version-check", "--no-log-file", "run", "--control-file", "control.json"]);
        command.args(["--rollback-strategy", "always", "--journal-path", "journal.json", "experiment.json"]).spawn().unwrap()
    }

    /// What `python -m chaoshub_control deliver` says.
    async fn deliver(&self) -> Output {
        let mut command = self.command("python").await;
        ended(command.args(["-m", "chaoshub_control", "deliver"]).spawn().unwrap()).await
    }

    /// The journal that `chaos` left.
    fn journal(&self) -> Value {
        serde_json::from_slice(&fs::read(self.folder().join("journal.json")).unwrap()).unwrap()
    }
}

async fn ended(child: Child) -> Output {
    tokio::time::timeout(std::time::Duration::from_secs(90), child.wait_with_output()).await.expect("it ends").unwrap()
}

/// The only run in `demo/demo`, once there is one.
async fn only_run(ada: &Asker) -> String {
    let look = async || {
        let runs = ada.get("/api/v1/runs?workspace=demo/demo").await.is(200).json;
        runs["items"].as_array().unwrap().first().map(|run| run["id"].as_str().unwrap().to_owned())
    };
    until("the run is announced", look).await
}

/// Everything that a whole run tells, each once.
fn whole(kinds: &[String]) {
    for key in
        ["baseline baseline-0", "method method-0", "method method-1", "method method-2", "after after-0", "rollbacks rollbacks-0"]
    {
        for moment in ["started", "completed"] {
            let kind = format!("activity.{moment} {key}");
            assert_eq!(kinds.iter().filter(|known| **known == kind).count(), 1, "{kind} in {kinds:?}");
        }
    }
    assert_eq!(kinds.last().unwrap(), "run.ended");
}

#[tokio::test]
async fn a_run_from_outside_is_watched_while_it_runs_and_stopped_from_the_hub() {
    home::tools().await;
    let home = Home::new();
    let mut hub = home.hub().await;
    let ada = hub.ada().await;
    let gate = Gate::new().await;
    let laptop = Laptop::new(&home, hub.address(), home.token("ada", "demo/demo", "run:ingest").await).await;
    let given = ada.get("/api/v1/clients/control.json?workspace=demo/demo").await.is(200);
    fs::write(laptop.folder().join("control.json"), given.bytes).unwrap();
    let chaos = laptop.start(&held(&gate, "Runs elsewhere")).await;
    gate.reached("/hold").await;
    let run = only_run(&ada).await;
    let seen = async || kinds(&ada.events(&run).await).contains(&"activity.started method method-1".to_owned()).then_some(());
    until("its events arrive while it runs", seen).await;
    let live = ada.run(&run).await;
    assert_eq!((&live["origin"], &live["state"], &live["started_by"]), (&json!("outside"), &json!("running"), &json!("ada")));
    assert_eq!((&live["title"], &live["can_stop"]), (&json!("Runs elsewhere"), &json!(true)));
    ada.post(&format!("/api/v1/runs/{run}/stop"), &json!({"mode": "graceful"})).await.is(202);
    let output = ended(chaos).await;
    assert_eq!(laptop.journal()["status"], "interrupted", "{output:?}");
    assert_eq!((gate.count("/go-on"), gate.count("/undo")), (0, 1));
    let ended = ada.ended(&run).await;
    let journal = ada.get(&format!("/api/v1/runs/{run}/journal")).await.is(200).json;
    assert_eq!((&journal["status"], &ended["rollbacks"]), (&json!("interrupted"), &json!("played")));
    let told = kinds(&ada.events(&run).await);
    assert!(told.contains(&"stop.requested".to_owned()) && told.contains(&"run.stopping".to_owned()), "{told:?}");
    assert_eq!((&ended["verdict"], codes(&ended["reasons"])), (&json!("interrupted"), vec!["stopped"]), "{ended}");
}

#[tokio::test]
async fn a_hub_that_dies_in_the_middle_of_a_run_from_outside_changes_nothing_of_it() {
    home::tools().await;
    let home = Home::new();
    let address = kept_address();
    let mut hub = home.hub_on(&address).await;
    let ada = hub.ada().await;
    let gate = Gate::new().await;
    let laptop = Laptop::new(&home, &address, home.token("ada", "demo/demo", "run:ingest").await).await;
    let mut experiment = held(&gate, "Does not notice");
    experiment["method"][2]["provider"]["url"] = json!(format!("{}/hold-again", gate.url));
    let chaos = laptop.start(&experiment).await;
    gate.reached("/hold").await;
    let run = only_run(&ada).await;
    hub.kill().await;
    gate.open("/hold");
    gate.reached("/hold-again").await;
    let hub = home.hub_on(&address).await;
    let ada = hub.ada_again().await;
    gate.open("/hold-again");
    let output = ended(chaos).await;
    assert!(output.status.success(), "{output:?}");
    assert_eq!((&laptop.journal()["status"], gate.count("/undo")), (&json!("completed"), 1));
    laptop.deliver().await;
    let ended = ada.ended(&run).await;
    assert_eq!((&ended["verdict"], &ended["rollbacks"]), (&json!("passed"), &json!("played")), "{ended}");
    whole(&kinds(&ada.events(&run).await));
}

#[tokio::test]
async fn a_run_that_never_saw_its_hub_is_delivered_later() {
    home::tools().await;
    let home = Home::new();
    let address = kept_address();
    let mut hub = home.hub_on(&address).await;
    hub.ada().await;
    let token = home.token("ada", "demo/demo", "run:ingest").await;
    hub.kill().await;
    let gate = Gate::new().await;
    gate.open("/hold");
    let laptop = Laptop::new(&home, &address, token).await;
    for title in ["Delivered by hand", "Delivered by the next run"] {
        let output = ended(laptop.start(&held(&gate, title)).await).await;
        assert!(output.status.success(), "{output:?}");
        assert_eq!(laptop.journal()["status"], "completed");
    }
    let waiting = || fs::read_dir(laptop.folder().join("state/chaoshub/spool")).unwrap().flatten().count();
    assert_eq!(waiting(), 2);
    let kept = fs::read_dir(laptop.folder().join("state/chaoshub/spool")).unwrap().flatten();
    for file in kept {
        assert!(!fs::read_to_string(file.path()).unwrap().contains(&laptop.token), "no token waits on the disk");
    }

    let hub = home.hub_on(&address).await;
    let ada = hub.ada_again().await;
    // One of them by hand: the other is laid aside meanwhile.
    let mut files: Vec<_> =
        fs::read_dir(laptop.folder().join("state/chaoshub/spool")).unwrap().flatten().map(|entry| entry.path()).collect();
    files.sort();
    let aside = laptop.folder().join("aside.json");
    fs::rename(&files[1], &aside).unwrap();
    let output = laptop.deliver().await;
    assert!(output.status.success() && String::from_utf8_lossy(&output.stdout).contains("delivered"), "{output:?}");
    assert_eq!(waiting(), 0);
    fs::rename(&aside, &files[1]).unwrap();
    let output = ended(laptop.start(&held(&gate, "The next run")).await).await;
    assert!(output.status.success(), "{output:?}");
    until("the earlier run is delivered beside the next one", async || (waiting() == 0).then_some(())).await;

    let runs = ada.get("/api/v1/runs?workspace=demo/demo").await.is(200).json;
    let runs = runs["items"].as_array().unwrap();
    assert_eq!(runs.len(), 3, "each is one run");
    for run in runs {
        let id = run["id"].as_str().unwrap();
        let ended = ada.ended(id).await;
        assert_eq!((&ended["verdict"], codes(&ended["warnings"])), (&json!("passed"), vec![]), "{ended}");
        whole(&kinds(&ada.events(id).await));
        assert_eq!(ada.get(&format!("/api/v1/runs/{id}/journal")).await.is(200).json["status"], "completed");
    }
}

#[tokio::test]
async fn a_token_that_may_not_report_here_is_refused() {
    let home = Home::new();
    let mut hub = home.hub().await;
    let ada = hub.ada().await;
    let opening = json!({"workspace": "demo/demo", "experiment": {"title": "t", "description": "d", "method": []}});
    let path = "/api/v1/runs/run_01890000-0000-7000-8000-00000000beef";
    let events = json!({"sender": "control", "events": [{"seq": 1, "at": "2026-11-20T09:00:00Z", "kind": "k", "phase": null, "data": {}}]});
    let knock = async |token: &str, status: u16, code: &str| {
        let program = hub.stranger().with_token(token);
        program.put(path, &opening).await.refuses(status, code);
        program.post(&format!("{path}/events"), &events).await.is(if code == "missing-scope" { 403 } else { status });
        program.put(&format!("{path}/journal"), &json!({})).await.is(if code == "missing-scope" { 403 } else { status });
    };
    // The run is there, so that not even that is told.
    ada.put(path, &opening).await.is(201);
    home.account("vera", PASSWORD).await.well();
    let demo = ada.get("/api/v1/me").await.is(200).json["workspaces"].as_array().unwrap().clone();
    let demo = demo.iter().find(|one| one["workspace"]["organization"] == "demo").unwrap()["workspace"]["id"].clone();
    ada.put(&format!("/api/v1/workspaces/{}/members/vera", demo.as_str().unwrap()), &json!({"role": "viewer"})).await.is(200);
    knock(&home.token("vera", "demo/demo", "run:ingest,run:read").await, 403, "missing-scope").await;
    knock(&home.token("ada", "demo/demo", "run:read").await, 403, "missing-scope").await;
    knock(&home.token("ada", "ada/ada", "run:ingest,run:read").await, 404, "not-found").await;
    let wish = json!({"workspace": "demo/demo", "name": "laptop", "scopes": ["run:ingest", "run:read"], "expires_in_days": null});
    let made = ada.post("/api/v1/tokens", &wish).await.is(201).json;
    let secret = made["secret"].as_str().unwrap();
    hub.stranger().with_token(secret).put(path, &opening).await.is(200);
    ada.delete(&format!("/api/v1/tokens/{}", made["token"]["id"].as_str().unwrap())).await.is(204);
    knock(secret, 401, "invalid-token").await;
    assert_eq!(ada.events(path.rsplit('/').next().unwrap()).await.len(), 0, "nothing of it arrived");
}
