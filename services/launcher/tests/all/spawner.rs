//! What every spawner promises, whatever it starts things with.

use crate::{
    Promise, is_root,
    place::{LOG_BYTES, Place, alive, ended, gone, new_id, number, printed, prints, run, shell},
    promises,
};
use chaoshub_facade::launcher::{Limits, StopSignal};
use chaoshub_launcher::spawner::{SpawnError, Status};
use std::{fs, sync::Arc, time::Duration};

use crate::spawner;

pub(crate) const PROMISES: [Promise; 17] = promises!(spawner:
    a_job_runs_and_says_how_it_ended,
    a_job_that_a_signal_ended_says_so,
    a_job_is_laid_its_files_and_leaves_its_own,
    only_plain_files_are_laid_and_read,
    a_file_is_read_in_pieces,
    starting_twice_starts_one,
    a_program_that_is_not_there_says_so,
    the_environment_holds_nothing_but_what_was_given,
    what_is_printed_is_kept_up_to_a_limit_that_is_told,
    each_step_of_stopping_arrives,
    kill_reaches_grandchildren_that_fled_the_group,
    what_a_job_leaves_running_ends_with_it,
    the_wall_clock_ends_a_job_by_the_ladder,
    a_job_is_known_to_whoever_opens_the_place_again,
    what_runs_is_not_removed_and_what_is_removed_is_forgotten,
    what_a_job_has_shut_is_not_found_and_is_removed_all_the_same,
    what_is_unknown_is_not_found,
);

async fn a_job_runs_and_says_how_it_ended(place: Arc<dyn Place>) {
    let spawner = place.open().await;
    let (exit, printed) = run(&*spawner, shell("echo out; echo err >&2; exit 3")).await;
    assert_eq!((exit.code, exit.signal, exit.failure, exit.over_time), (Some(3), None, None, false));
    assert_eq!(printed, "out\nerr\n");
}

async fn a_job_that_a_signal_ended_says_so(place: Arc<dyn Place>) {
    let spawner = place.open().await;
    let (exit, _) = run(&*spawner, shell("kill -SEGV $$")).await;
    assert_eq!((exit.code, exit.signal), (None, Some(11)));
}

async fn a_job_is_laid_its_files_and_leaves_its_own(place: Arc<dyn Place>) {
    let spawner = place.open().await;
    let mut order = shell("cat given.txt; stat -c %a given.txt; echo left > left.txt; pwd; echo $HOME; echo x > $TMPDIR/x");
    order.files.insert("given.txt".to_owned(), "given\n".to_owned());
    let id = order.id;
    let (exit, printed) = run(&*spawner, order).await;
    assert_eq!(exit.code, Some(0), "{printed}");
    let lines: Vec<_> = printed.lines().collect();
    assert_eq!(lines[..2], ["given", "600"]);
    assert_eq!(lines[2], lines[3], "it starts at home");
    assert_eq!(spawner.read(id, "left.txt", 0, 100).await.unwrap().bytes, b"left\n");
}

async fn only_plain_files_are_laid_and_read(place: Arc<dyn Place>) {
    let spawner = place.open().await;
    for name in ["../out", "a/b", "", "..", "output.log"] {
        let mut order = shell("true");
        order.files.insert(name.to_owned(), String::new());
        assert!(matches!(spawner.start(order).await, Err(SpawnError::Invalid(_))), "{name}");
    }
    let order = shell("ln -s /etc/passwd link; mkfifo pipe; mkdir folder; ln -s /etc linked; echo ok > real");
    let id = order.id;
    assert_eq!(run(&*spawner, order).await.0.code, Some(0));
    for name in ["link", "pipe", "folder", "linked/passwd", "../spec.json", "../output.log", "nothing", ""] {
        assert!(matches!(spawner.read(id, name, 0, 10).await, Err(SpawnError::NotFound)), "{name}");
    }
    assert_eq!(spawner.read(id, "real", 0, 10).await.unwrap().bytes, b"ok\n");
}

async fn a_file_is_read_in_pieces(place: Arc<dyn Place>) {
    let spawner = place.open().await;
    let order = shell("printf 0123456789 > ten");
    let id = order.id;
    run(&*spawner, order).await;
    let piece = spawner.read(id, "ten", 4, 3).await.unwrap();
    assert_eq!((piece.bytes.as_slice(), piece.size), (&b"456"[..], 10));
    assert!(spawner.read(id, "ten", 10, 3).await.unwrap().bytes.is_empty());
    assert!(spawner.read(id, "ten", 99, 3).await.unwrap().bytes.is_empty());
}

async fn starting_twice_starts_one(place: Arc<dyn Place>) {
    let spawner = place.open().await;
    let order = shell("echo started; sleep 1000");
    let id = order.id;
    let starts = [spawner.start(order.clone()), spawner.start(order.clone()), spawner.start(order.clone())];
    for start in futures::future::join_all(starts).await {
        assert!(matches!(start, Ok(Status::Starting | Status::Running)), "{start:?}");
    }
    prints(&*spawner, id, "started").await;
    assert_eq!(spawner.start(order.clone()).await.unwrap(), Status::Running);
    spawner.signal(id, StopSignal::Kill).await.unwrap();
    let exit = ended(&*spawner, id).await;
    assert_eq!(spawner.start(order).await.unwrap(), Status::Ended(exit), "nor does it start again after its end");
    assert_eq!(printed(&*spawner, id).await, "started\n");
    assert_eq!(spawner.list().await.unwrap().len(), 1);
}

async fn a_program_that_is_not_there_says_so(place: Arc<dyn Place>) {
    let spawner = place.open().await;
    let mut order = shell("");
    order.argv = vec!["no-such-program".to_owned()];
    let Status::Ended(exit) = spawner.start(order).await.unwrap() else { panic!("it cannot run") };
    assert_eq!((exit.code, exit.signal), (None, None));
    let failure = exit.failure.expect("a reason");
    assert!(failure.contains("there is no program `no-such-program`"), "{failure}");
}

async fn the_environment_holds_nothing_but_what_was_given(place: Arc<dyn Place>) {
    let spawner = place.open().await;
    let mut order = shell("env -u PWD -u OLDPWD -u SHLVL -u _ | sort");
    order.env.insert("GIVEN".to_owned(), "a secret".to_owned());
    let (_, printed) = run(&*spawner, order).await;
    let names: Vec<_> = printed.lines().filter_map(|line| Some(line.split_once('=')?.0)).collect();
    assert_eq!(names, ["GIVEN", "HOME", "LANG", "PATH", "TMPDIR"]);
    assert!(printed.contains("GIVEN=a secret\n") && printed.contains("LANG=C.UTF-8\n"), "{printed}");
}

async fn what_is_printed_is_kept_up_to_a_limit_that_is_told(place: Arc<dyn Place>) {
    let spawner = place.open().await;
    let order = shell("yes 0123456789 | head -c 300000; exit 7");
    let (exit, printed) = run(&*spawner, order).await;
    assert_eq!(exit.code, Some(7), "printing too much does not stop it");
    let kept = usize::try_from(LOG_BYTES).unwrap();
    assert!(printed[kept..].contains("The log was cut here"), "{}", &printed[kept..]);
    assert!(printed.len() < kept + 200);
}

/// Says which signals it was sent, and survives those that it can.
const STUBBORN: &str = "trap 'echo interrupted' USR1; trap 'echo cut' USR2; echo ready; while :; do sleep 0.05; done";

async fn each_step_of_stopping_arrives(place: Arc<dyn Place>) {
    let spawner = place.open().await;
    let order = shell(STUBBORN);
    let id = order.id;
    spawner.start(order).await.unwrap();
    prints(&*spawner, id, "ready").await;
    spawner.signal(id, StopSignal::Interrupt).await.unwrap();
    prints(&*spawner, id, "interrupted").await;
    spawner.signal(id, StopSignal::Cut).await.unwrap();
    prints(&*spawner, id, "cut").await;
    spawner.signal(id, StopSignal::Kill).await.unwrap();
    let exit = ended(&*spawner, id).await;
    assert_eq!((exit.code, exit.signal, exit.over_time), (None, Some(9), false));
    let after = spawner.signal(id, StopSignal::Kill).await.unwrap();
    assert_eq!(after, Status::Ended(exit), "a signal to what has ended is harmless");
}

async fn kill_reaches_grandchildren_that_fled_the_group(place: Arc<dyn Place>) {
    let spawner = place.open().await;
    let order = shell(
        "setsid sh -c 'echo fled=$$; trap \"\" TERM; sleep 1000 & sleep 1000' &
         (setsid sh -c 'sh -c \"echo orphan=\\$\\$; sleep 1000\" & exec true' &)
         echo main=$$; wait; sleep 1000",
    );
    let id = order.id;
    spawner.start(order).await.unwrap();
    for line in ["fled=", "orphan=", "main="] {
        prints(&*spawner, id, line).await;
    }
    let printed = printed(&*spawner, id).await;
    let pids = ["main", "fled", "orphan"].map(|name| number(&printed, name));
    assert!(pids.into_iter().all(alive), "{printed}");
    spawner.signal(id, StopSignal::Kill).await.unwrap();
    ended(&*spawner, id).await;
    assert!(!pids.into_iter().any(alive), "the end is told when nothing runs any more");
}

async fn what_a_job_leaves_running_ends_with_it(place: Arc<dyn Place>) {
    let spawner = place.open().await;
    let (exit, printed) = run(&*spawner, shell("sleep 1000 & echo left=$!; exit 0")).await;
    assert_eq!(exit.code, Some(0));
    gone(number(&printed, "left")).await;
}

async fn the_wall_clock_ends_a_job_by_the_ladder(place: Arc<dyn Place>) {
    let spawner = place.open().await;
    let mut order = shell(STUBBORN);
    order.limits = Limits { wall_clock: Duration::from_secs(2), ..order.limits };
    let (exit, printed) = run(&*spawner, order).await;
    assert_eq!((exit.signal, exit.over_time), (Some(9), true));
    assert_eq!(printed, "ready\ninterrupted\ncut\n");
}

async fn a_job_is_known_to_whoever_opens_the_place_again(place: Arc<dyn Place>) {
    let first = place.open().await;
    let order = shell("echo ready; sleep 1000");
    let id = order.id;
    first.start(order).await.unwrap();
    let done = shell("exit 5");
    let done_id = done.id;
    run(&*first, done).await;
    drop(first);
    let second = place.open().await;
    let mut list = second.list().await.unwrap();
    list.sort_by_key(|(id, _)| *id);
    assert!(
        matches!(&list[..], [(a, Status::Running), (b, Status::Ended(exit))]
        if *a == id && *b == done_id && exit.code == Some(5)),
        "{list:?}"
    );
    prints(&*second, id, "ready").await;
    second.signal(id, StopSignal::Kill).await.unwrap();
    assert_eq!(ended(&*second, id).await.signal, Some(9));
}

async fn what_runs_is_not_removed_and_what_is_removed_is_forgotten(place: Arc<dyn Place>) {
    let spawner = place.open().await;
    let order = shell("sleep 1000");
    let id = order.id;
    spawner.start(order).await.unwrap();
    assert!(matches!(spawner.remove(id).await, Err(SpawnError::StillRuns)));
    spawner.signal(id, StopSignal::Kill).await.unwrap();
    ended(&*spawner, id).await;
    spawner.remove(id).await.unwrap();
    spawner.remove(id).await.unwrap();
    assert_eq!(spawner.look(id).await.unwrap(), None);
    assert!(spawner.list().await.unwrap().is_empty());
}

async fn what_a_job_has_shut_is_not_found_and_is_removed_all_the_same(place: Arc<dyn Place>) {
    let spawner = place.open().await;
    let order = shell("mkdir -p a/b/c; echo x > a/b/c/x; echo x > shut; chmod 0 shut; chmod 500 a/b/c a/b; chmod 0 a");
    let id = order.id;
    assert_eq!(run(&*spawner, order).await.0.code, Some(0));
    let read = spawner.read(id, "shut", 0, 10).await;
    // Nothing is shut to root.
    assert!(matches!(read, Err(SpawnError::NotFound)) || is_root() && read.is_ok(), "{read:?}");
    spawner.remove(id).await.unwrap();
    assert_eq!(fs::read_dir(place.dir().join("runner/jobs")).unwrap().count(), 0);
}

async fn what_is_unknown_is_not_found(place: Arc<dyn Place>) {
    let spawner = place.open().await;
    let id = new_id();
    assert_eq!(spawner.look(id).await.unwrap(), None);
    assert!(matches!(spawner.signal(id, StopSignal::Kill).await, Err(SpawnError::NotFound)));
    assert!(matches!(spawner.read(id, "output.log", 0, 1).await, Err(SpawnError::NotFound)));
    spawner.remove(id).await.unwrap();
}
