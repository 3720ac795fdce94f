//! What the process spawner promises besides: jobs that outlive the hub, and walls between them, it and each other.

use crate::{
    Promise, block_on, is_root,
    place::{DEADLINE, Place, alive, ended, folder, gone, number, prints, run, settings, shell},
    process, promises,
};
use chaoshub_facade::launcher::StopSignal;
use chaoshub_launcher::spawner::{Identities, ProcessSpawner, Program, Settings, SpawnError, Spawner, Status};
use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    os::unix::{fs::PermissionsExt, net::UnixStream, process::CommandExt},
    path::Path,
    process::{Command, ExitCode, Stdio},
    sync::Arc,
    time::Duration,
};

pub(crate) const PROMISES: [Promise; 15] = promises!(process:
    a_job_survives_its_starters_kill_and_is_adopted,
    a_job_whose_starter_is_killed_is_taken_over_by_who_is_there_already,
    two_spawners_on_one_folder_give_no_user_twice,
    a_job_can_read_neither_keys_nor_databases,
    two_jobs_cannot_read_each_other,
    a_job_can_write_only_in_its_own_folders,
    a_job_can_touch_no_process_outside,
    the_control_socket_hears_only_who_shows_the_key,
    the_order_with_its_secrets_does_not_stay_on_disk,
    a_job_whose_supervisor_is_killed_is_lost_and_leaves_nothing,
    a_job_that_cannot_be_shut_in_is_not_started,
    a_supervisor_that_is_told_to_end_ends_its_job_by_the_ladder,
    a_job_whose_state_cannot_be_read_is_lost_and_hinders_no_other,
    what_cannot_be_removed_hinders_no_start,
    a_long_path_is_no_hindrance,
);

/// The role of a hub that is about to be killed: starts a job, says which, and waits.
pub(crate) fn be_a_starter(dir: &Path) -> ExitCode {
    block_on(async {
        let spawner = ProcessSpawner::open(settings(dir)).await.expect("an open place");
        let order = shell("echo pid=$$; while [ ! -e go ]; do sleep 0.05; done; exit 42");
        let id = order.id;
        spawner.start(order).await.expect("a start");
        println!("{id}");
        std::future::pending::<()>().await;
    });
    ExitCode::SUCCESS
}

/// The role of a supervisor on a machine without Landlock, as good as: a process can be in 16 fences and no more
/// (landlock(7)), so after that none can be raised.
pub(crate) fn be_smothered(arguments: &[String]) -> ExitCode {
    use landlock::{AccessFs, Ruleset, RulesetAttr};
    for _ in 0..16 {
        let fence = Ruleset::default().handle_access(AccessFs::MakeBlock).and_then(Ruleset::create);
        fence.and_then(landlock::RulesetCreated::restrict_self).expect("a harmless fence");
    }
    let error = Command::new("/proc/self/exe").args(arguments).exec();
    panic!("it cannot become the supervisor: {error}");
}

async fn a_job_that_cannot_be_shut_in_is_not_started(place: Arc<dyn Place>) {
    let program = Program { args: vec!["smothered".into()], ..Program::default() };
    let spawner = ProcessSpawner::open(Settings { program, ..settings(place.dir()) }).await.unwrap();
    let (exit, printed) = run(&*spawner, shell("echo it runs")).await;
    if is_root() {
        // A user of its own is a wall already; the fence is the second one.
        assert_eq!((exit.failure, printed.as_str()), (None, "it runs\n"));
    } else {
        let failure = exit.failure.expect("a refusal");
        assert!(failure.contains("could not be shut in") && failure.contains("Landlock"), "{failure}");
        assert_eq!((exit.code, printed.as_str()), (None, ""));
    }
}

async fn a_job_survives_its_starters_kill_and_is_adopted(place: Arc<dyn Place>) {
    let program = std::env::current_exe().unwrap();
    let mut starter = Command::new(program).args(["starter", "--dir"]).arg(place.dir()).stdout(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(starter.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let id = line.trim().parse().unwrap();
    starter.kill().unwrap();
    starter.wait().unwrap();

    let spawner = place.open().await;
    assert_eq!(spawner.look(id).await.unwrap(), Some(Status::Running));
    assert!(alive(number(&prints(&*spawner, id, "pid=").await, "pid")));
    let mut changes = spawner.changes();
    changes.mark_unchanged();
    fs::write(folder(&*place, id).join("work/go"), "").unwrap();
    tokio::time::timeout(DEADLINE, changes.changed()).await.expect("news of the end").unwrap();
    assert_eq!(ended(&*spawner, id).await.code, Some(42));
}

async fn a_job_whose_starter_is_killed_is_taken_over_by_who_is_there_already(place: Arc<dyn Place>) {
    let spawner = place.open().await;
    let program = std::env::current_exe().unwrap();
    let mut starter = Command::new(program).args(["starter", "--dir"]).arg(place.dir()).stdout(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(starter.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let id = line.trim().parse().unwrap();
    starter.kill().unwrap();
    starter.wait().unwrap();

    assert!(spawner.list().await.unwrap().contains(&(id, Status::Running)));
    prints(&*spawner, id, "pid=").await;
    let mut changes = spawner.changes();
    changes.mark_unchanged();
    fs::write(folder(&*place, id).join("work/go"), "").unwrap();
    tokio::time::timeout(DEADLINE, changes.changed()).await.expect("news of the end").unwrap();
    assert_eq!(ended(&*spawner, id).await.code, Some(42));
}

async fn two_spawners_on_one_folder_give_no_user_twice(place: Arc<dyn Place>) {
    const JOBS: u32 = 16;
    // No more users than jobs, and none of those that other tests give.
    let identities = if is_root() { Identities::Own { first: 66_000, count: JOBS } } else { Identities::Fenced };
    let open = || ProcessSpawner::open(Settings { identities, ..settings(place.dir()) });
    let (here, there) = (open().await.unwrap(), open().await.unwrap());
    let starts = (0..JOBS).map(|number| {
        let (spawner, open) = (if number % 2 == 0 { &here } else { &there }, &open);
        let order = shell("id -u; while [ ! -e go ]; do sleep 0.05; done");
        async move {
            let id = order.id;
            spawner.start(order).await.expect("a start");
            // Somebody opens the folder and clears away what is half done: nothing of the others is.
            open().await.unwrap();
            id
        }
    });
    let ids = futures::future::join_all(starts).await;
    let mut users = Vec::new();
    for id in &ids {
        users.push(prints(&*there, *id, "\n").await);
        fs::write(folder(&*place, *id).join("work/go"), "").unwrap();
    }
    // What the other has started is followed from the first look at all of them.
    here.list().await.unwrap();
    for id in ids {
        ended(&*here, id).await;
    }
    if is_root() {
        let different: std::collections::BTreeSet<_> = users.iter().collect();
        assert_eq!(different.len(), users.len(), "{users:?}");
    }
}

async fn a_job_can_read_neither_keys_nor_databases(place: Arc<dyn Place>) {
    // Readable for everybody, so that nothing but the walls of the job protects them.
    let data = place.dir().join("data/databases");
    fs::create_dir_all(&data).unwrap();
    for (name, text) in [("data/claims.key", "the key"), ("data/databases/auth.sqlite", "the rows")] {
        fs::write(place.dir().join(name), text).unwrap();
        fs::set_permissions(place.dir().join(name), fs::Permissions::from_mode(0o644)).unwrap();
    }
    let spawner = place.open().await;
    let dir = place.dir().display();
    let order = shell(&format!(
        "cat {dir}/data/claims.key {dir}/data/databases/auth.sqlite; ls {dir}/data; ls {dir}/runner/jobs;
         cat ../key ../state.json ../lock /etc/shadow /proc/{}/environ; echo done",
        std::process::id()
    ));
    let (exit, printed) = run(&*spawner, order).await;
    assert_eq!(exit.code, Some(0), "{printed}");
    assert_eq!(printed.matches("ermission denied").count(), 9, "{printed}");
    assert!(!printed.contains("the key") && !printed.contains("the rows"), "{printed}");
}

async fn two_jobs_cannot_read_each_other(place: Arc<dyn Place>) {
    let spawner = place.open().await;
    let mut holder = shell("umask 000; echo mine > mine; chmod 777 . mine given; echo pid=$$; sleep 1000");
    holder.files.insert("given".to_owned(), "given".to_owned());
    holder.env.insert("SECRET".to_owned(), "hidden".to_owned());
    let id = holder.id;
    spawner.start(holder).await.unwrap();
    let pid = number(&prints(&*spawner, id, "pid=").await, "pid");
    let work = folder(&*place, id).join("work");
    let work = work.display();
    let order = shell(&format!("id -u; cat {work}/mine {work}/given /proc/{pid}/environ; ls {work}; kill -9 {pid}; true"));
    let (_, printed) = run(&*spawner, order).await;
    assert_eq!(printed.matches("ermission denied").count() + printed.matches("not permitted").count(), 5, "{printed}");
    assert!(!printed.contains("hidden"), "{printed}");
    assert!(alive(pid));
    if is_root() {
        let user = printed.lines().next().unwrap().parse::<u32>().unwrap();
        assert!((61184..=65519).contains(&user), "{user}");
    }
    spawner.signal(id, StopSignal::Kill).await.unwrap();
    ended(&*spawner, id).await;
}

async fn a_job_can_write_only_in_its_own_folders(place: Arc<dyn Place>) {
    fs::set_permissions(place.dir(), fs::Permissions::from_mode(0o777)).unwrap();
    let spawner = place.open().await;
    let outside = place.dir().join("outside");
    let order = shell(&format!(
        "for f in {} /tmp/chaoshub-escape ../x /etc/x; do echo > $f && echo WROTE $f; done
         echo > inside && echo > $TMPDIR/inside && echo > /dev/null && mkdir d && mv inside d && echo fine",
        outside.display()
    ));
    let (_, printed) = run(&*spawner, order).await;
    assert!(!printed.contains("WROTE") && printed.ends_with("fine\n"), "{printed}");
    assert!(!outside.exists());
}

async fn a_job_can_touch_no_process_outside(place: Arc<dyn Place>) {
    let mut bystander = Command::new("sleep").arg("1000").spawn().unwrap();
    let spawner = place.open().await;
    let order = shell(&format!(
        "for p in {} {} $PPID; do kill -9 $p && echo KILLED $p; done; echo done",
        bystander.id(),
        std::process::id()
    ));
    let (exit, printed) = run(&*spawner, order).await;
    assert_eq!(exit.code, Some(0), "{printed}");
    assert!(!printed.contains("KILLED"), "{printed}");
    assert!(bystander.try_wait().unwrap().is_none(), "{printed}");
    bystander.kill().unwrap();
    bystander.wait().unwrap();
}

async fn the_control_socket_hears_only_who_shows_the_key(place: Arc<dyn Place>) {
    let spawner = place.open().await;
    let order = shell("echo ready; sleep 1000");
    let id = order.id;
    spawner.start(order).await.unwrap();
    let folder = folder(&*place, id);
    let say = |key: &str| {
        let mut socket = UnixStream::connect(folder.join("control")).unwrap();
        socket.set_read_timeout(Some(DEADLINE)).unwrap();
        writeln!(socket, r#"{{"key": "{key}", "ask": "status"}}"#).unwrap();
        let mut answer = String::new();
        socket.read_to_string(&mut answer).unwrap();
        answer
    };
    assert_eq!(say("wrong"), "");
    assert!(say(&fs::read_to_string(folder.join("key")).unwrap()).contains("running"));
    let mode = |name: &str| fs::metadata(folder.join(name)).unwrap().permissions().mode() & 0o777;
    assert_eq!([mode("key"), mode("control") & 0o077], [0o600, 0]);
    spawner.signal(id, StopSignal::Kill).await.unwrap();
    ended(&*spawner, id).await;
}

async fn the_order_with_its_secrets_does_not_stay_on_disk(place: Arc<dyn Place>) {
    let spawner = place.open().await;
    let mut order = shell("echo ready; sleep 1000");
    order.env.insert("TOKEN".to_owned(), "chr_a_very_secret_one".to_owned());
    let id = order.id;
    spawner.start(order).await.unwrap();
    prints(&*spawner, id, "ready").await;
    let found = Command::new("grep").args(["-r", "chr_a_very_secret_one"]).arg(place.dir()).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&found.stdout), "");
    spawner.signal(id, StopSignal::Kill).await.unwrap();
    ended(&*spawner, id).await;
}

async fn a_job_whose_supervisor_is_killed_is_lost_and_leaves_nothing(place: Arc<dyn Place>) {
    let spawner = place.open().await;
    let order = shell("sleep 1000 & echo child=$!; setsid sh -c 'echo fled=$$; sleep 1000' & echo parent=$PPID; wait");
    let id = order.id;
    spawner.start(order).await.unwrap();
    prints(&*spawner, id, "parent=").await;
    let printed = prints(&*spawner, id, "fled=").await;
    let mut changes = spawner.changes();
    let supervisor = rustix::process::Pid::from_raw(number(&printed, "parent")).unwrap();
    rustix::process::kill_process(supervisor, rustix::process::Signal::KILL).unwrap();
    let lost = async {
        while spawner.look(id).await.unwrap() != Some(Status::Lost) {
            changes.changed().await.unwrap();
        }
    };
    tokio::time::timeout(DEADLINE, lost).await.expect("news of the loss");
    for name in ["child", "fled"] {
        gone(number(&printed, name)).await;
    }
    // Those who look at the same time do not take each other for the supervisor.
    let looks = (0..32).map(|_| spawner.look(id));
    for look in futures::future::join_all(looks).await {
        assert_eq!(look.unwrap(), Some(Status::Lost));
    }
    spawner.remove(id).await.unwrap();
}

async fn a_supervisor_that_is_told_to_end_ends_its_job_by_the_ladder(place: Arc<dyn Place>) {
    let spawner = place.open().await;
    let order = shell("trap 'echo interrupted' USR1; trap 'echo cut' USR2; echo parent=$PPID; while :; do sleep 0.05; done");
    let id = order.id;
    spawner.start(order).await.unwrap();
    let supervisor = number(&prints(&*spawner, id, "parent=").await, "parent");
    rustix::process::kill_process(rustix::process::Pid::from_raw(supervisor).unwrap(), rustix::process::Signal::TERM).unwrap();
    let exit = ended(&*spawner, id).await;
    assert_eq!((exit.signal, exit.over_time), (Some(9), false), "it was not over its time");
    assert!(prints(&*spawner, id, "cut").await.ends_with("interrupted\ncut\n"));
}

async fn a_job_whose_state_cannot_be_read_is_lost_and_hinders_no_other(place: Arc<dyn Place>) {
    let mut settings = settings(place.dir());
    if is_root() {
        settings.identities = Identities::Own { first: 61184, count: 2 };
    }
    let first = ProcessSpawner::open(settings.clone()).await.unwrap();
    let broken = shell("exit 0");
    let id = broken.id;
    run(&*first, broken).await;
    drop(first);
    // As a machine leaves it that lost its power.
    fs::write(folder(&*place, id).join("state.json"), "").unwrap();

    let spawner = ProcessSpawner::open(settings).await.expect("an open place");
    assert_eq!(spawner.list().await.unwrap(), [(id, Status::Lost)]);
    assert_eq!(run(&*spawner, shell("exit 3")).await.0.code, Some(3));
    if is_root() {
        let full = spawner.start(shell("exit 0")).await;
        assert!(matches!(full, Err(SpawnError::Full(_))), "the lost one's user was given again: {full:?}");
    }
    spawner.remove(id).await.unwrap();
    assert_eq!(spawner.look(id).await.unwrap(), None);
}

async fn what_cannot_be_removed_hinders_no_start(place: Arc<dyn Place>) {
    let spawner = place.open().await;
    let gone = place.dir().join("runner/jobs/.gone-before");
    // A file where a folder is expected is refused even to root.
    fs::write(&gone, "").unwrap();
    drop(spawner);
    assert_eq!(run(&*place.open().await, shell("exit 3")).await.0.code, Some(3));
}

async fn a_long_path_is_no_hindrance(place: Arc<dyn Place>) {
    let dir = place.dir().join("a-folder-with-a-rather-long-name".repeat(5));
    let spawner = ProcessSpawner::open(settings(&dir)).await.unwrap();
    let order = shell("echo ready; sleep 1000");
    let id = order.id;
    spawner.start(order).await.unwrap();
    prints(&*spawner, id, "ready").await;
    spawner.signal(id, StopSignal::Kill).await.unwrap();
    assert_eq!(tokio::time::timeout(Duration::from_secs(5), ended(&*spawner, id)).await.unwrap().signal, Some(9));
}
