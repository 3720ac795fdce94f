//! The connections of one listener: how many there are, of whom, and what each is doing, so that idle ones make room
//! and slow ones are closed. It knows no HTTP.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{
        Arc, Mutex, MutexGuard,
        atomic::{AtomicU8, AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::Instant,
};
use tokio_util::sync::CancellationToken;

/// How many connections a listener holds, and how long one may do nothing.
#[derive(Debug, Clone, Copy)]
pub struct ConnectionLimits {
    /// Connections in all.
    pub total: usize,
    /// Of these, kept for this machine, so that health checks and runs get through when all others are taken.
    pub for_this_machine: usize,
    /// Connections of one address that is not this machine.
    pub per_address: usize,
    /// From the first byte of a request, or from a new connection, to the end of its header.
    pub header_within: Duration,
    /// Between two requests on one connection.
    pub idle_within: Duration,
    /// For how long whoever is answered may read nothing.
    pub read_within: Duration,
}

impl ConnectionLimits {
    /// The usual times. A proxy keeps idle connections for up to 90 seconds; it must be the first to close one, or what it
    /// sends just then is lost.
    #[must_use]
    pub fn of(total: usize) -> Self {
        Self {
            total,
            for_this_machine: (total / 8).min(64),
            // One address may be a proxy, or a whole office behind one.
            per_address: total - total / 4,
            header_within: Duration::from_secs(15),
            idle_within: Duration::from_secs(120),
            read_within: Duration::from_secs(60),
        }
    }
}

/// What a connection is doing. The later ones are worth more, and are closed last to make room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub(super) enum Doing {
    /// It has not sent a byte.
    New,
    /// It has sent a part of a header.
    SendingHeader,
    /// It was answered, and may ask again.
    Idle,
    /// It has sent a header and a part of a body.
    SendingBody,
    /// It waits for an answer or reads one.
    Answered,
}

impl Doing {
    const ALL: [Self; 5] = [Self::New, Self::SendingHeader, Self::Idle, Self::SendingBody, Self::Answered];
}

/// One connection, as seen by whoever moves its bytes.
#[derive(Debug)]
pub(super) struct Connection {
    address: IpAddr,
    doing: AtomicU8,
    /// When it began to do that, milliseconds after the listener's start.
    since: AtomicU64,
    /// When a write had to wait for the reader, in the same way; 0 when none does.
    stuck: AtomicU64,
    started: Instant,
    /// Told when it has to make room or took too long.
    pub(super) close: CancellationToken,
}

impl Connection {
    /// Notes what it is doing from now on.
    pub(super) fn does(&self, doing: Doing) {
        self.since.store(self.now(), Relaxed);
        self.doing.store(doing as u8, Relaxed);
    }

    /// Notes that bytes came in: where a request was waited for, it begins.
    pub(super) fn heard(&self) {
        if matches!(self.doing(), Doing::New | Doing::Idle) {
            self.does(Doing::SendingHeader);
        }
    }

    /// Notes whether bytes that are to go out have to wait for the reader.
    pub(super) fn stuck(&self, waits: bool) {
        if !waits {
            self.stuck.store(0, Relaxed);
        } else if self.stuck.load(Relaxed) == 0 {
            self.stuck.store(self.now().max(1), Relaxed);
        }
    }

    fn doing(&self) -> Doing {
        Doing::ALL[usize::from(self.doing.load(Relaxed))]
    }

    fn now(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    /// Why it is to be closed now, if it is.
    fn overdue(&self, now: u64, limits: &ConnectionLimits) -> Option<&'static str> {
        let passed = |since: u64, limit: Duration| Duration::from_millis(now.saturating_sub(since)) >= limit;
        let since = self.since.load(Relaxed);
        let stuck = self.stuck.load(Relaxed);
        match self.doing() {
            Doing::New | Doing::SendingHeader if passed(since, limits.header_within) => Some("header-too-slow"),
            Doing::Idle if passed(since, limits.idle_within) => Some("idle"),
            Doing::Answered | Doing::SendingBody if stuck > 0 && passed(stuck, limits.read_within) => Some("not-read"),
            _ => None,
        }
    }
}

/// The place of one connection; given back when it is dropped.
#[derive(Debug)]
pub(super) struct Seat {
    pub(super) connection: Arc<Connection>,
    table: Connections,
    number: u64,
    _place: OwnedSemaphorePermit,
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.table.table().remove(self.number);
        metrics::gauge!("chaoshub_http_connections", "listener" => self.table.name).decrement(1);
    }
}

/// Why a new connection is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Full {
    /// All places are taken, and nobody there can be sent away.
    All,
    /// Its address has as many as one may have.
    Address,
}

/// All connections of one listener.
#[derive(Debug, Clone)]
pub(super) struct Connections {
    name: &'static str,
    pub(super) limits: ConnectionLimits,
    places: Arc<Semaphore>,
    table: Arc<Mutex<Table>>,
    started: Instant,
}

#[derive(Debug, Default)]
struct Table {
    last: u64,
    by_number: HashMap<u64, Arc<Connection>>,
    by_address: HashMap<IpAddr, usize>,
}

impl Table {
    fn remove(&mut self, number: u64) {
        let Some(gone) = self.by_number.remove(&number) else { return };
        if let Some(count) = self.by_address.get_mut(&gone.address) {
            *count -= 1;
            if *count == 0 {
                self.by_address.remove(&gone.address);
            }
        }
    }

    /// The one that is missed least, of that address or of all: who does least, for the longest time.
    fn least(&self, of: Option<IpAddr>) -> Option<u64> {
        let theirs = self.by_number.iter().filter(|(_, one)| of.is_none_or(|address| one.address == address));
        let free = theirs.filter(|(_, one)| one.doing() < Doing::Answered && !one.close.is_cancelled());
        free.min_by_key(|(_, one)| (one.doing(), one.since.load(Relaxed))).map(|(number, _)| *number)
    }

    fn send_away(&mut self, number: u64) {
        if let Some(one) = self.by_number.get(&number) {
            one.close.cancel();
            closed("made-room");
        }
        self.remove(number);
    }
}

impl Connections {
    pub(super) fn new(name: &'static str, limits: ConnectionLimits) -> Self {
        let places = Arc::new(Semaphore::new(limits.total));
        Self { name, limits, places, table: Arc::default(), started: Instant::now() }
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        self.table.lock().expect("no panic happens under this lock")
    }

    /// A place for a new connection from `address`. Where there is none, whoever does nothing there makes room: first those
    /// who never asked anything, then those between two requests, then those who send a body and have not finished.
    pub(super) async fn enter(&self, address: IpAddr) -> Result<Seat, Full> {
        // Who comes from this machine is a health check, a run, or a proxy that speaks for many.
        let here = address.is_loopback();
        {
            let mut table = self.table();
            if !here && table.by_address.get(&address).is_some_and(|count| *count >= self.limits.per_address) {
                let least = table.least(Some(address)).ok_or(Full::Address)?;
                table.send_away(least);
            }
            let most = if here { self.limits.total } else { self.limits.total - self.limits.for_this_machine };
            if table.by_number.len() >= most {
                let least = table.least(None).ok_or(Full::All)?;
                table.send_away(least);
            }
        }
        // Whoever was sent away gives the place back when its descriptor is closed.
        let place = self.places.clone().acquire_owned().await.map_err(|_| Full::All)?;
        let connection = Arc::new(Connection {
            address,
            doing: AtomicU8::new(Doing::New as u8),
            since: AtomicU64::new(0),
            stuck: AtomicU64::new(0),
            started: self.started,
            close: CancellationToken::new(),
        });
        connection.does(Doing::New);
        metrics::gauge!("chaoshub_http_connections", "listener" => self.name).increment(1);
        let mut table = self.table();
        table.last += 1;
        let number = table.last;
        table.by_number.insert(number, connection.clone());
        *table.by_address.entry(address).or_default() += 1;
        drop(table);
        Ok(Seat { connection, table: self.clone(), number, _place: place })
    }

    /// Closes whoever took too long.
    pub(super) fn close_overdue(&self) {
        self.close_overdue_at(u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX));
    }

    fn close_overdue_at(&self, now: u64) {
        let all: Vec<_> = self.table().by_number.values().cloned().collect();
        for one in all {
            if let Some(reason) = one.overdue(now, &self.limits).filter(|_| !one.close.is_cancelled()) {
                one.close.cancel();
                closed(reason);
            }
        }
    }
}

/// Counts a connection that we have closed, or not taken.
pub(super) fn closed(reason: &'static str) {
    metrics::counter!("chaoshub_http_connections_closed_total", "reason" => reason).increment(1);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits(total: usize) -> ConnectionLimits {
        ConnectionLimits { for_this_machine: 1, per_address: 3, ..ConnectionLimits::of(total) }
    }

    fn ip(last: u8) -> IpAddr {
        IpAddr::from([192, 0, 2, last])
    }

    #[tokio::test]
    async fn who_does_nothing_makes_room_and_who_is_answered_stays() {
        let all = Connections::new("test", limits(4));
        let answered = all.enter(ip(1)).await.unwrap();
        answered.connection.does(Doing::Answered);
        let idle = all.enter(ip(2)).await.unwrap();
        idle.connection.does(Doing::Idle);
        let new = all.enter(ip(3)).await.unwrap();
        let (closes, entering) = (new.connection.close.clone(), all.enter(ip(4)));
        let leaves = async move {
            closes.cancelled().await;
            drop(new);
        };
        let (fourth, ()) = tokio::join!(entering, leaves);
        fourth.unwrap().connection.does(Doing::Answered);
        assert!(!idle.connection.close.is_cancelled() && !answered.connection.close.is_cancelled());
    }

    #[tokio::test]
    async fn an_address_has_its_share_and_this_machine_has_places_of_its_own() {
        let all = Connections::new("test", limits(4));
        let mut taken = Vec::new();
        for _ in 0..3 {
            let seat = all.enter(ip(1)).await.unwrap();
            seat.connection.does(Doing::Answered);
            taken.push(seat);
        }
        assert_eq!(all.enter(ip(1)).await.err(), Some(Full::Address));
        assert_eq!(all.enter(ip(2)).await.err(), Some(Full::All), "the last place is this machine's");
        let here = all.enter(IpAddr::from([127, 0, 0, 1])).await.unwrap();
        here.connection.does(Doing::Answered);
        assert_eq!(all.enter(IpAddr::from([127, 0, 0, 1])).await.err(), Some(Full::All));
        taken.pop();
        drop(here);
        assert!(all.enter(ip(2)).await.is_ok());
        assert_eq!(all.table().by_address.len(), 1);
    }

    #[tokio::test]
    async fn each_thing_may_take_its_own_time() {
        let all = Connections::new("test", ConnectionLimits::of(8));
        let seat = async |doing: Doing| {
            let seat = all.enter(ip(1)).await.unwrap();
            seat.connection.does(doing);
            seat.connection.since.store(0, Relaxed);
            seat
        };
        let (half, idle, answered) = (seat(Doing::SendingHeader).await, seat(Doing::Idle).await, seat(Doing::Answered).await);
        let stuck = seat(Doing::Answered).await;
        stuck.connection.stuck.store(1, Relaxed);
        let closed = |seat: &Seat| seat.connection.close.is_cancelled();
        let after = |time: Duration| all.close_overdue_at(u64::try_from(time.as_millis()).unwrap() + 1);
        after(all.limits.header_within);
        assert!(closed(&half) && !closed(&idle) && !closed(&stuck));
        after(all.limits.read_within);
        assert!(closed(&stuck) && !closed(&idle));
        after(all.limits.idle_within);
        assert!(closed(&idle) && !closed(&answered));
    }
}
