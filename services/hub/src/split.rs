//! `chaoshub split`: every part in a process of its own on this machine, one front door before them, and relays between
//! them that an experiment can disturb. To develop against the split layout, and to practise chaos on the hub itself.

mod children;
mod front;
mod pulse;
mod relay;

use crate::{
    cli::SplitArgs,
    compose,
    descriptors::Descriptors,
    operate,
    part::Part,
    serve::{bind, told_to_stop},
};
use chaoshub_chassis::{http, origin, telemetry};
use children::{Child, Settings};
use pulse::Pulses;
use relay::Relay;
use std::{collections::HashMap, net::SocketAddr, sync::Arc};
use tokio::sync::watch;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// The parts that others ask, each behind a relay of its own.
const ASKED: [Part; 3] = [Part::Auth, Part::Launcher, Part::Experiment];

/// Where each part's public listener is, once it has started.
type Doors = HashMap<Part, watch::Sender<Option<SocketAddr>>>;

/// Starts everything, serves until told to stop, stops everything. A part that ends is started again.
pub(crate) async fn split(args: SplitArgs) -> Result<(), String> {
    telemetry::log_to_stderr(args.logging.log_format.into(), &args.logging.log)?;
    // What comes in at the front door goes out again to a part.
    let connections = Descriptors::raise().connections(args.connection_limit as usize).in_pairs();
    // Before any part begins to fill a database that was emptied.
    operate::tie(&args.place.databases(&compose::SERVICES)?, &args.accept_empty).await?;
    let listener = bind(args.listen, "--listen or CHAOSHUB_LISTEN").await?;
    let address = listener.local_addr().map_err(|cause| cause.to_string())?;
    let public_url =
        args.public_url.clone().map_or_else(|| origin::parse(&format!("http://localhost:{}", address.port())), Ok)?;
    let control = bind(args.relays_listen, "--relays-listen").await?;
    let control_address = control.local_addr().map_err(|cause| cause.to_string())?;

    let (stop, tasks) = (CancellationToken::new(), TaskTracker::new());
    let mut relays = HashMap::new();
    for part in ASKED {
        let relay = Relay::open().await.map_err(|cause| format!("no relay can listen: {cause}"))?;
        relays.insert(part, Arc::new(relay));
    }
    let settings = Settings::new(&args, &public_url, control_address, &relays);
    let doors: Arc<Doors> = Arc::new(Part::ALL.into_iter().map(|part| (part, watch::Sender::new(None))).collect());
    for relay in relays.values() {
        tasks.spawn(stop.clone().run_until_cancelled_owned(relay.clone().serve()));
    }
    let pulses = Pulses::new();
    for part in Part::ALL {
        let child = Child::new(part, settings.clone(), doors.clone(), relays.get(&part).cloned(), pulses.clone());
        tasks.spawn(child.keep(stop.clone()));
        let feels = pulses.clone().feel(part, doors.clone(), front::client());
        tasks.spawn(stop.clone().run_until_cancelled_owned(feels));
    }
    let ends = stop.clone();
    let relays_router = relay::router(relays);
    tasks.spawn(http::serve("relays", control, relays_router, connections.internal, ends));
    let told = tokio::select! {
        () = children::all_ready(&doors) => false,
        () = told_to_stop() => true,
    };
    if !told {
        println!("ChaosHub is ready at {public_url} (listening on {address})");
        println!(
            "It is split; POST {{\"mode\": \"delay\", \"delay_ms\": 1000}} to http://{control_address}/relays/auth disturbs it."
        );
        tasks.spawn(stop.clone().run_until_cancelled_owned(settings.say_codes()));
        let ends = stop.clone();
        tokio::select! {
            () = http::serve("front", listener, front::router(doors, pulses), connections.public, ends) => {}
            () = async { told_to_stop().await; stop.cancel(); tasks.close(); tasks.wait().await } => {}
        }
    }
    stop.cancel();
    tasks.close();
    tasks.wait().await;
    Ok(())
}
