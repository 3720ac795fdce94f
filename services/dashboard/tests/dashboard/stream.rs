//! The stream: what happens reaches those who listen, in order, and nobody else.

use crate::world::{Message, World};
use chaoshub_dashboard::Config;
use chaoshub_facade::{
    auth::{Auth, Proof},
    experiment::{RunId, RunState, Verdict},
};
use chaoshub_kernel::{Clock, Role, Scope};
use chaoshub_testkit::http::{get, patch, post};
use serde_json::{Value, json};
use std::time::Duration;

fn event(run: RunId, number: i64) -> Value {
    json!({"number": number, "sender": "control", "sender_seq": number, "at": "2026-11-20T09:00:00Z",
        "received_at": "2026-11-20T09:00:00Z", "kind": "activity.started", "phase": "method", "data": {"of": run}})
}

#[tokio::test]
async fn a_run_is_followed_closely_on_its_own_topic_and_from_afar_on_the_workspaces() {
    let world = World::new().await;
    let run = world.run(&world.experiment("One"), 1);
    let (close, afar) = (format!("run:{}", run.id), format!("workspace:{}", world.workspace));
    let mut close_by = world.listen(&world.viewer, &close).await;
    let mut from_afar = world.listen(&world.viewer, &afar).await;
    world.tell("run.changed", &run);
    let events = json!({"events": [event(run.id, 1), event(run.id, 2)]});
    world.experiment_feed.push("run.events", run.id, Some(world.workspace), events.clone());
    let mut ended = run.clone();
    ended.state = RunState::Ended;
    ended.verdict = Some(Verdict::Passed);
    world.tell("run.ended", &ended);

    let first = close_by.next().await;
    assert_eq!((first.event.as_str(), first.data), ("run", json!({"topic": close, "run": run})));
    let second = close_by.next().await;
    assert_eq!(second.event, "events");
    assert_eq!(second.data, json!({"topic": close, "run": run.id, "events": events["events"]}));
    assert_eq!(close_by.next().await.data["run"]["verdict"], "passed");
    assert_eq!(from_afar.next().await.data, json!({"topic": afar, "run": run}));
    assert_eq!(from_afar.next().await.data["run"]["verdict"], "passed", "single events are for those who look closely");
}

#[tokio::test]
async fn who_comes_back_misses_nothing_and_who_comes_back_from_another_life_looks_again() {
    let world = World::new().await;
    let mut run = world.run(&world.experiment("One"), 1);
    let topic = format!("run:{}", run.id);
    let mut stream = world.listen(&world.viewer, &topic).await;
    world.tell("run.changed", &run);
    stream.next().await;
    let last = stream.last.clone();
    drop(stream);
    for done in 1..=3 {
        run.progress.done = done;
        let number = world.tell("run.changed", &run);
        world.experiment_feed.dealt_with(number).await;
    }
    // What was missed comes before the place that the stream begins at, by header and by query.
    let by_header = world.open(&world.viewer, &topic, Some(&last)).await;
    let by_query = world.open(&world.viewer, &format!("{topic}&since={last}"), None).await;
    for mut stream in [by_header, by_query] {
        for done in 1..=3 {
            assert_eq!(stream.next().await.data["run"]["progress"]["done"], done);
        }
    }
    let mut lost = world.open(&world.viewer, &topic, Some("anotherlife-7")).await;
    assert_eq!(lost.next_of("resync").await, json!({}));
}

#[tokio::test]
async fn somebody_who_only_looks_sees_a_card_change_and_only_when_it_really_does() {
    let world = World::new().await;
    let experiment = world.experiment("One");
    let hub = world.hub("One").await;
    let card = world.card(&hub, "run-status", json!({"experiment": experiment.id})).await;
    let topic = format!("hub:{hub}");
    let mut first = world.listen(&world.editor, &topic).await;
    let mut second = world.listen(&world.viewer, &topic).await;
    let mut run = world.run(&experiment, 1);
    world.tell("run.requested", &run);
    let shown = second.next().await;
    assert_eq!(shown.event, "widget");
    assert_eq!((&shown.data["topic"], &shown.data["widget"]), (&json!(topic), &card["id"]));
    assert_eq!(shown.data["data"]["value"]["run"]["number"], 1);
    assert_eq!(first.next().await.data, shown.data);
    // The same again, then something new: only the new is said.
    let number = world.tell("run.changed", &run);
    world.experiment_feed.dealt_with(number).await;
    run.progress.done = 4;
    world.tell("run.changed", &run);
    assert_eq!(second.next().await.data["data"]["value"]["run"]["progress"]["done"], 4);
}

#[tokio::test]
async fn other_browsers_are_told_when_a_hub_is_changed() {
    let world = World::new().await;
    let hub = world.hub("One").await;
    let topic = format!("hub:{hub}");
    let mut stream = world.listen(&world.viewer, &topic).await;
    let change = json!({"title": "Two"});
    world.call(patch(format!("/api/v1/hubs/{hub}")).claim(&world.editor).json(&change)).await;
    assert_eq!(stream.next().await.data, json!({"topic": topic, "hub": hub}));
    let new = json!({"kind": "text", "config": {"markdown": "a"}});
    world.call(post(format!("/api/v1/hubs/{hub}/widgets")).claim(&world.editor).json(&new)).await;
    assert_eq!(stream.next().await.event, "hub");
}

#[tokio::test]
async fn what_happened_while_nobody_listened_is_made_good() {
    let world = World::new().await;
    let experiment = world.experiment("One");
    let hub = world.hub("One").await;
    world.card(&hub, "live-run", json!({})).await;
    let readings = world.experiments.calls("runs");
    let number = world.tell("run.requested", &world.run(&experiment, 1));
    world.experiment_feed.dealt_with(number).await;
    assert_eq!(world.experiments.calls("runs"), readings, "nothing is read for nobody");
    let mut stream = world.listen(&world.viewer, &format!("hub:{hub}")).await;
    assert_eq!(stream.next_of("widget").await["data"]["value"]["runs"][0]["number"], 1);
}

#[tokio::test]
async fn who_loses_their_rights_loses_their_stream_and_the_others_keep_theirs() {
    let world = World::new().await;
    let run = world.run(&world.experiment("One"), 1);
    let vera = world.auth.account("vera");
    let topics = format!("run:{},workspace:{},hub:{}", run.id, world.workspace, world.default_hub().await);
    let theirs = world.listen(&world.viewer, &topics).await;
    let mut ours = world.listen(&world.editor, &format!("run:{}", run.id)).await;
    world.auth.ungrant(vera, world.workspace);
    world.auth_feed.push("member.changed", vera, Some(world.workspace), json!({"account": "vera", "role": null}));
    theirs.ends().await;
    world.tell("run.changed", &run);
    assert_eq!(ours.next().await.event, "run");

    world.auth.grant(vera, world.workspace, Role::Viewer);
    let theirs = world.listen(&world.viewer, &topics).await;
    world.auth.end(&world.viewer).await.unwrap();
    world.auth_feed.push("access.changed", vera, None, json!({}));
    theirs.ends().await;
}

#[tokio::test]
async fn a_topic_that_may_not_be_heard_is_left_out_and_the_others_flow() {
    let world = World::new().await;
    let run = world.run(&world.experiment("One"), 1);
    let (ours, theirs) = (format!("run:{}", run.id), format!("workspace:{}", world.auth.workspace("other/place")));
    let gone = format!("run:{}", RunId::new(world.clock.now()));
    let mut stream = world.open(&world.viewer, &format!("{theirs},{ours},{gone}"), None).await;
    let mut refused = [stream.next().await, stream.next().await];
    refused.sort_by_key(|message| message.data["topic"].to_string());
    for (message, topic) in refused.iter().zip([gone, theirs]) {
        assert_eq!((message.event.as_str(), &message.data), ("refused", &json!({"topic": topic, "code": "not-found"})));
    }
    assert_eq!(stream.next().await, Message::default());
    world.experiment_feed.push("run.changed", run.id, Some(world.auth.workspace("other/place")), json!({"summary": run}));
    world.tell("run.changed", &run);
    for _ in 0..2 {
        assert_eq!(stream.next().await.data["topic"], ours, "nothing of what is not theirs");
    }
    // A token that may read hubs alone hears the hub, and learns why it does not hear the run.
    let hub = format!("hub:{}", world.default_hub().await);
    let edda = world.auth.account("edda");
    let hubs_only = world.auth.token(edda, world.workspace, [Scope::HubRead]);
    let claim = world.auth.exchange(Proof::ApiToken(hubs_only)).await.unwrap();
    let mut stream = world.open(&claim, &format!("{hub},{ours}"), None).await;
    assert_eq!(stream.next_of("refused").await, json!({"topic": ours, "code": "missing-scope"}));
}

#[tokio::test]
async fn a_role_that_is_withdrawn_silences_its_own_workspace_alone() {
    let world = World::new().await;
    let run = world.run(&world.experiment("One"), 1);
    let (vera, elsewhere) = (world.auth.account("vera"), world.auth.workspace("other/place"));
    world.auth.grant(vera, elsewhere, Role::Viewer);
    let (run_topic, lost) = (format!("run:{}", run.id), format!("workspace:{elsewhere}"));
    let mut stream = world.listen(&world.viewer, &format!("{run_topic},{lost}")).await;
    let tell_elsewhere = || world.experiment_feed.push("run.changed", run.id, Some(elsewhere), json!({"summary": run}));
    tell_elsewhere();
    assert_eq!(stream.next().await.data["topic"], run_topic);
    assert_eq!(stream.next().await.data["topic"], lost, "as long as it may");

    world.auth.ungrant(vera, elsewhere);
    world.auth_feed.push("member.changed", vera, Some(elsewhere), json!({"account": "vera", "role": null}));
    assert_eq!(stream.next().await, Message { event: "refused".into(), data: json!({"topic": lost, "code": "not-found"}) });
    assert_eq!(stream.next().await, Message::default(), "the same stream goes on");
    for _ in 0..2 {
        let number = tell_elsewhere();
        world.experiment_feed.dealt_with(number).await;
    }
    for _ in 0..2 {
        assert_eq!(stream.next().await.data["topic"], run_topic, "and what is lost is silent");
    }

    // Given back, it is heard by whoever asks anew.
    world.auth.grant(vera, elsewhere, Role::Viewer);
    let mut again = world.listen(&world.viewer, &lost).await;
    tell_elsewhere();
    assert_eq!(again.next().await.data["topic"], lost);
}

#[tokio::test]
async fn nothing_is_missed_or_told_twice_when_one_of_several_topics_is_lost() {
    let world = World::new().await;
    let mut run = world.run(&world.experiment("One"), 1);
    let (vera, elsewhere) = (world.auth.account("vera"), world.auth.workspace("other/place"));
    world.auth.grant(vera, elsewhere, Role::Viewer);
    let topic = format!("run:{}", run.id);
    let mut stream = world.listen(&world.viewer, &format!("{topic},workspace:{elsewhere}")).await;
    // Nobody reads the stream while all of this happens.
    for done in 1..=6 {
        if done == 4 {
            world.auth.ungrant(vera, elsewhere);
            let news = json!({"account": "vera", "role": null});
            let number = world.auth_feed.push("member.changed", vera, Some(elsewhere), news);
            world.auth_feed.dealt_with(number).await;
        }
        run.progress.done = done;
        let number = world.tell("run.changed", &run);
        world.experiment_feed.dealt_with(number).await;
    }
    for done in 1..=6 {
        assert_eq!(stream.next_of("run").await["run"]["progress"]["done"], done);
    }
}

#[tokio::test]
async fn a_hub_that_is_told_to_end_lets_its_listeners_go() {
    let world = World::new().await;
    let stream = world.listen(&world.viewer, &format!("workspace:{}", world.workspace)).await;
    world.tasks.stop(Duration::from_secs(5)).await;
    stream.ends().await;
}

#[tokio::test]
async fn an_account_has_a_limited_number_of_streams() {
    let world = World::with(Config { streams_per_account: 2, ..Config::default() }).await;
    let topic = format!("workspace:{}", world.workspace);
    let ask = || get(format!("/api/v1/stream?topics={topic}"));
    let first = world.listen(&world.viewer, &topic).await;
    let _second = world.listen(&world.viewer, &topic).await;
    let refused = world.call(ask().claim(&world.viewer)).await;
    assert_eq!((refused.status.as_u16(), refused.code()), (429, "too-many-streams"));
    let _another = world.listen(&world.editor, &topic).await;
    drop(first);
    let _again = world.listen(&world.viewer, &topic).await;
}
