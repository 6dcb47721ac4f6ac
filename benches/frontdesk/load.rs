//! The load client, a process of its own: N kept-alive connections on one thread, each with one request under way.
//!
//! Closed loop by default: a connection sends its next request when it has its answer. With `--rate` the requests
//! start at fixed moments and latency counts from the moment at which a request was due (no coordinated omission).

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::{Duration, Instant};

use chrono::{DateTime, Days, NaiveTime, TimeDelta, Utc};
use hdrhistogram::Histogram;
use serde_json::{Value, json};

use crate::children::Arguments;
use crate::support::wire::{Connection, write_request};

/// What is sent.
enum Load {
    /// Joins, each by a person not seen before.
    Joins { points: usize, run: String, with_key: bool },
    /// Bookings, each by a person not seen before, spread over all starts of [`BOOKED_DAYS`] days.
    Creates { from: usize, run: String, midnight: DateTime<Utc>, connections: usize },
    /// New tickets, each by a person not seen before; `at_most` of each connection.
    Tickets { run: String, bearer: String, at_most: usize },
    /// Changes of the tickets that a run has opened.
    TicketUpdates { run: String, bearer: String },
    /// The same request again and again: a POST where there is a body.
    Same { target: String, body: String, bearer: Option<String> },
}

struct Counts {
    latencies: Histogram<u64>,
    by_status: BTreeMap<u16, u64>,
    failed: u64,
}

/// What a client has measured.
#[derive(Clone, Debug)]
pub struct Measured {
    pub a_second: f64,
    pub p50_ms: f64,
    pub p99_ms: f64,
    /// Requests with the expected status, warm-up included.
    pub accepted: u64,
    /// Everything else.
    pub others: String,
}

impl Measured {
    pub fn read(line: &Value) -> Self {
        let number = |name: &str| line[name].as_f64().unwrap_or(f64::NAN);
        Self {
            a_second: number("aSecond"),
            p50_ms: number("p50Ms"),
            p99_ms: number("p99Ms"),
            accepted: line["accepted"].as_u64().unwrap_or(0),
            others: line["others"].as_str().unwrap_or_default().to_owned(),
        }
    }
}

/// Runs in the role `client` and prints one line of JSON.
pub fn run(arguments: &Arguments) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let line = tokio::task::LocalSet::new().block_on(&runtime, drive(arguments));
    println!("{line}");
}

async fn drive(arguments: &Arguments) -> Value {
    let address: SocketAddr = arguments.need("address").parse().expect("an address");
    let connections = arguments.number("connections");
    let load = Rc::new(match arguments.need("load") {
        "joins" => Load::Joins {
            points: arguments.number("points"),
            run: arguments.need("run").to_owned(),
            with_key: arguments.has("key"),
        },
        "creates" => Load::Creates {
            from: arguments.number("from"),
            run: arguments.need("run").to_owned(),
            midnight: (Utc::now().date_naive() + Days::new(1)).and_time(NaiveTime::MIN).and_utc(),
            connections,
        },
        "tickets" => Load::Tickets {
            run: arguments.need("run").to_owned(),
            bearer: arguments.need("bearer").to_owned(),
            at_most: arguments.get("at-most").map_or(usize::MAX, |text| text.parse().expect("a number")),
        },
        "ticket-updates" => {
            Load::TicketUpdates { run: arguments.need("run").to_owned(), bearer: arguments.need("bearer").to_owned() }
        }
        "same" => Load::Same {
            target: arguments.need("target").to_owned(),
            body: arguments.get("body").unwrap_or_default().to_owned(),
            bearer: arguments.get("bearer").map(str::to_owned),
        },
        other => panic!("there is no load {other}"),
    });
    let (warm_up, time) = (arguments.milliseconds("warm-up"), arguments.milliseconds("time"));
    let pace = arguments.get("rate").map(|rate| {
        Duration::from_secs_f64(connections as f64 / rate.parse::<f64>().expect("--rate must be a number"))
    });
    let counts = Rc::new(RefCell::new(Counts {
        latencies: Histogram::new_with_bounds(1, 60_000_000, 3).expect("bounds of a histogram"),
        by_status: BTreeMap::new(),
        failed: 0,
    }));
    let mut open = Vec::with_capacity(connections);
    for _ in 0..connections {
        open.push(Connection::open(address).await.expect("the server accepts"));
    }
    let begin = Instant::now();
    let (from, until) = (begin + warm_up, begin + warm_up + time);
    let tasks: Vec<_> = open
        .into_iter()
        .enumerate()
        .map(|(index, connection)| {
            let offset = pace.map(|pace| pace.mul_f64(index as f64 / connections as f64));
            let due = begin + offset.unwrap_or_default();
            let one = One { index, connection, load: load.clone(), counts: counts.clone(), from, until, pace, due };
            tokio::task::spawn_local(one.run())
        })
        .collect();
    for task in tasks {
        task.await.expect("a connection's task does not fall");
    }
    let counts = counts.borrow();
    report(&counts, &load, time)
}

fn report(counts: &Counts, load: &Load, time: Duration) -> Value {
    let expected = match load {
        Load::Joins { .. } | Load::Creates { .. } | Load::Tickets { .. } => 201,
        Load::TicketUpdates { .. } | Load::Same { .. } => 200,
    };
    let mut others: Vec<String> = counts
        .by_status
        .iter()
        .filter(|(status, _)| **status != expected)
        .map(|(status, count)| format!("{count} x {status}"))
        .collect();
    if counts.failed > 0 {
        others.push(format!("{} connections failed", counts.failed));
    }
    let ms = |quantile: f64| counts.latencies.value_at_quantile(quantile) as f64 / 1_000.0;
    json!({
        "aSecond": counts.latencies.len() as f64 / time.as_secs_f64(),
        "p50Ms": ms(0.5),
        "p99Ms": ms(0.99),
        "accepted": counts.by_status.get(&expected).copied().unwrap_or(0),
        "others": others.join(", "),
    })
}

/// One connection and what it needs.
struct One {
    index: usize,
    connection: Connection,
    load: Rc<Load>,
    counts: Rc<RefCell<Counts>>,
    from: Instant,
    until: Instant,
    pace: Option<Duration>,
    due: Instant,
}

impl One {
    async fn run(mut self) {
        let mut request = Vec::with_capacity(512);
        let mut body = Vec::with_capacity(256);
        let mut sent = 0;
        loop {
            let mut start = Instant::now();
            if let Some(pace) = self.pace {
                tokio::time::sleep_until(self.due.into()).await;
                start = self.due;
                self.due += pace;
            }
            let is_done = matches!(*self.load, Load::Tickets { at_most, .. } if sent >= at_most);
            if is_done || start >= self.until {
                return;
            }
            if sent == 0 || !matches!(*self.load, Load::Same { .. }) {
                self.load.write(&mut request, &mut body, self.index, sent);
            }
            sent += 1;
            let Ok(answer) = self.connection.exchange(&request).await else {
                self.counts.borrow_mut().failed += 1;
                return;
            };
            let status = answer.status;
            let end = Instant::now();
            let mut counts = self.counts.borrow_mut();
            *counts.by_status.entry(status).or_default() += 1;
            // Only what began and ended inside the window, and was accepted, is a measurement.
            if status < 300 && start >= self.from && end <= self.until {
                counts.latencies.saturating_record((end - start).as_micros() as u64);
            }
        }
    }
}

impl Load {
    fn write(&self, request: &mut Vec<u8>, body: &mut Vec<u8>, connection: usize, sent: usize) {
        use std::io::Write as _;
        match self {
            Self::Same { target, body, bearer } if body.is_empty() => {
                let bearer = bearer.as_deref().map(|bearer| ("authorization", bearer));
                write_request(request, "GET", target, bearer.as_slice(), b"");
            }
            Self::Same { target, body, .. } => {
                let headers = [("content-type", "application/json"), ("orgid", ORG)];
                write_request(request, "POST", target, &headers, body.as_bytes());
            }
            Self::Creates { from, run, midnight, connections } => {
                let starts = BOOKED_DAYS * MINUTES_A_DAY / BOOKED_MINUTES;
                let number = from + sent * connections + connection;
                let minutes = number.wrapping_mul(STRIDE) % starts * BOOKED_MINUTES;
                let start = *midnight + TimeDelta::minutes(minutes as i64);
                let end = start + TimeDelta::minutes(BOOKED_MINUTES as i64);
                body.clear();
                write!(
                    body,
                    r#"{{"definitionId":"{BOOKED}","slot":{{"start":"{}","end":"{}"}},"customer":{{"name":"Guest {sent}","email":"{run}-{connection}-{sent}@bench.example"}}}}"#,
                    start.format(INSTANT),
                    end.format(INSTANT)
                )
                .expect("memory takes all");
                let headers = [("content-type", "application/json"), ("orgid", ORG)];
                write_request(request, "POST", CREATE, &headers, body);
            }
            Self::Tickets { run, bearer, .. } => {
                body.clear();
                write!(
                    body,
                    r#"{{"id":"{run}-{connection}-{sent}","subject":"Where is my order {sent}?","description":"{SAID}","contact":{{"name":"Guest {sent}","email":"{run}-{connection}-{sent}@bench.example"}},"tags":["order","late"]}}"#
                )
                .expect("memory takes all");
                let headers = [("content-type", "application/json"), ("authorization", bearer.as_str())];
                write_request(request, "POST", TICKET_CREATE, &headers, body);
            }
            Self::TicketUpdates { run, bearer } => {
                let (ticket, priority) = (sent % TICKETS_EACH, PRIORITIES[(sent / TICKETS_EACH) % PRIORITIES.len()]);
                body.clear();
                write!(body, r#"{{"id":"{run}-{connection}-{ticket}","priority":"{priority}"}}"#)
                    .expect("memory takes all");
                let headers = [("content-type", "application/json"), ("authorization", bearer.as_str())];
                write_request(request, "POST", TICKET_UPDATE, &headers, body);
            }
            Self::Joins { points, run, with_key } => {
                let point = (connection + sent) % points;
                body.clear();
                write!(
                    body,
                    r#"{{"servicePointId":"p{point}","customer":{{"name":"Guest {sent}","email":"{run}-{connection}-{sent}@bench.example"}}}}"#
                )
                .expect("memory takes all");
                let json = ("content-type", "application/json");
                if *with_key {
                    let key = format!("{run}-{connection}-{sent}");
                    write_request(request, "POST", JOIN, &[json, ("orgid", ORG), ("idempotency-key", &key)], body);
                } else {
                    write_request(request, "POST", JOIN, &[json, ("orgid", ORG)], body);
                }
            }
        }
    }
}

/// The org of all measurements.
pub const ORG: &str = "bench";
/// The route of joins.
pub const JOIN: &str = "/crm/reservations/queue/join";
/// The route of questions for slots.
pub const SLOTS: &str = "/crm/reservations/slots";
/// The route of bookings.
pub const CREATE: &str = "/crm/reservations/create";
/// The route of new tickets.
pub const TICKET_CREATE: &str = "/crm/tickets/create";
/// The route of changes of tickets.
pub const TICKET_UPDATE: &str = "/crm/tickets/update";
/// Tickets that each connection changes in turn.
pub const TICKETS_EACH: usize = 8;
/// What a changed ticket becomes: another one each time.
const PRIORITIES: [&str; 4] = ["high", "urgent", "low", "normal"];
/// What new tickets say.
const SAID: &str = "It was to come last week, and nobody answers the phone. I was told on Monday that it had left the house, but the \
    number of the parcel leads nowhere. Please tell me where it is, or send it again.";
/// The definition that is booked.
pub const BOOKED: &str = "haircut";
/// How long one of these bookings takes, and how far apart they begin.
pub const BOOKED_MINUTES: usize = 15;
/// From tomorrow on; the horizon of a definition is 730 days at most.
pub const BOOKED_DAYS: usize = 700;
const MINUTES_A_DAY: usize = 24 * 60;
/// Prime, so that all starts are used before one is used again, and neighbours in time are days apart.
const STRIDE: usize = 7_919;
const INSTANT: &str = "%Y-%m-%dT%H:%M:%SZ";
