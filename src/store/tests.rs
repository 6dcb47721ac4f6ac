//! The store against a real Postgres: every statement, every fate of a batch.

mod calendar;
mod first_answers;
mod followers;
mod statements;

use std::sync::Mutex;

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::Executor;
use tokio::sync::Notify;

use super::lane::Lane;
use super::*;
use crate::domain::ids::{EntryId, OrgId, PointId};
use crate::domain::owner::OwnerName;
use crate::domain::queue::{
    Admission, Counters, Customer, DayStatistics, Entry, Pace, Place, QueueSettings, ServicePoint, Status,
};

/// Failpoints are known to the whole process: whoever sets one is alone with it.
static FAILPOINTS: Mutex<()> = Mutex::new(());

/// What became of the items, by the name that each carries.
#[derive(Default)]
struct Heard {
    words: Mutex<Vec<String>>,
    changed: Notify,
}

impl Heard {
    fn say(&self, word: String) {
        self.words.lock().unwrap().push(word);
        self.changed.notify_waiters();
    }

    async fn wait_for(&self, count: usize) -> Vec<String> {
        loop {
            let changed = self.changed.notified();
            let words = self.words.lock().unwrap().clone();
            if words.len() >= count {
                return words;
            }
            changed.await;
        }
    }
}

impl Outcomes for Heard {
    type Payload = &'static str;

    fn committed(&self, items: Vec<(Owner, &'static str)>) {
        items.iter().for_each(|(_, name)| self.say(format!("{name} committed")));
    }

    fn refused(self: &Arc<Self>, _: Owner, name: &'static str, constraint: String) {
        self.say(format!("{name} refused by {constraint}"));
    }

    fn discarded(&self, _: Owner, name: &'static str) {
        self.say(format!("{name} discarded"));
    }

    fn fenced(&self) {
        self.say("fenced".to_owned());
    }
}

struct House {
    options: PgConnectOptions,
    heard: Arc<Heard>,
    store: Store<Heard>,
}

impl House {
    async fn open() -> Self {
        let options = throwaway::database();
        orgs::add(&options, &org(), "Demo", chrono_tz::UTC, "EUR").await.unwrap();
        Self::on(options).await
    }

    async fn on(options: PgConnectOptions) -> Self {
        let heard = Arc::<Heard>::default();
        let claimed = claim(options.clone(), Uuid::from_u128(7), true, &Handle::current()).await.unwrap();
        let store = claimed.start(&heard, &Handle::current());
        Self { options, heard, store }
    }

    fn lane(&self) -> &Lane<Heard> {
        &self.store.lanes[0]
    }

    fn send(&self, name: &'static str, incarnation: u64, change: Change) {
        let owner = Owner { org: org(), name: OwnerName::Point(point()), incarnation };
        self.lane().enqueue(Item { owner, change, payload: name });
    }

    async fn count(&self, query: &'static str) -> i64 {
        let mut connection = self.options.connect().await.unwrap();
        sqlx::query_scalar(query).fetch_one(&mut connection).await.unwrap()
    }
}

fn org() -> OrgId {
    OrgId::parse("demo").unwrap()
}

fn point() -> PointId {
    PointId::parse("desk").unwrap()
}

fn noon() -> DateTime<Utc> {
    DateTime::from_timestamp(1_778_500_800, 123_456_000).unwrap()
}

fn new_point() -> Change {
    let point = ServicePoint {
        id: point(),
        name: "Desk".to_owned(),
        location: String::new(),
        capacity: 2,
        timezone: chrono_tz::Europe::Berlin,
        hours: None,
        queue: QueueSettings::default(),
        admission: Admission::Open,
        version: 1,
        created_at: noon(),
        updated_at: noon(),
    };
    let counters = Counters {
        day: NaiveDate::from_ymd_opt(2026, 5, 11).unwrap(),
        last_number: 0,
        pace: Pace { recent_service_seconds: vec![60, 120] },
        today: DayStatistics::default(),
        version: 1,
    };
    let image = PointImage { point: Arc::new(point), counters, wake_at: None, deleted_at: None };
    Change { point: Some((image, Existence::New)), ..Change::default() }
}

fn entry(id: &str, number: u32, status: Status) -> Entry {
    Entry {
        id: EntryId::parse(id).unwrap(),
        point_id: point(),
        day: NaiveDate::from_ymd_opt(2026, 5, 11).unwrap(),
        number,
        token: "secret".to_owned(),
        customer: Customer {
            name: "Zoë 👩🏽‍🚀 שלום".to_owned(), phone: None, email: None, contact_id: None
        },
        party_size: 1,
        service: None,
        priority: None,
        joined_at: noon(),
        place: Place { rank: 2, effective_at: noon(), order: i64::from(number) << 32 },
        checked_in_at: None,
        reached_at: None,
        quoted_wait_minutes: 10,
        let_pass: 0,
        reservation: None,
        last_act: None,
        version: 1,
        status,
    }
}

fn with_entry(entry: Entry, existence: Existence) -> Change {
    Change { entries: vec![(Arc::new(entry), existence)], ..Change::default() }
}

#[tokio::test]
async fn what_was_committed_is_loaded_again_just_as_it_was() {
    let house = House::open().await;
    house.send("point", 1, new_point());
    let waiting = entry("a", 1, Status::Waiting);
    let called =
        Status::Called { at: noon(), last_at: noon(), calls: 2, counter: Some("3".into()), by: Some("ann".into()) };
    let moved = entry("b", 2, called);
    house.send("a joins", 1, with_entry(waiting.clone(), Existence::New));
    house.send("b joins", 1, with_entry(entry("b", 2, Status::Waiting), Existence::New));
    house.send("b is called", 1, with_entry(moved.clone(), Existence::Known));
    assert_eq!(
        house.heard.wait_for(4).await,
        ["point committed", "a joins committed", "b joins committed", "b is called committed"]
    );
    let House { options, store, .. } = house;
    store.stop().await;
    let loaded = claim(options, Uuid::from_u128(8), false, &Handle::current()).await.unwrap().loaded;
    let (_, _, queue) = &loaded.queues[0];
    assert_eq!(queue.entries().map(|entry| (**entry).clone()).collect::<Vec<_>>(), [waiting, moved]);
    assert_eq!(queue.counters().pace.recent_service_seconds, [60, 120]);
    crate::domain::queue::check_invariants(queue)
        .unwrap_or_else(|broken| assert!(broken.contains("number"), "{broken}"));
}

#[tokio::test]
async fn a_refused_change_hurts_nobody_but_its_own_later_ones() {
    let house = House::open().await;
    house.send("point", 1, new_point());
    house.heard.wait_for(1).await;
    house.send("first", 1, with_entry(entry("a", 1, Status::Waiting), Existence::New));
    house.send("poison", 2, with_entry(entry("b", 1, Status::Waiting), Existence::New));
    house.send("after poison", 2, with_entry(entry("c", 3, Status::Waiting), Existence::New));
    house.send("neighbour", 3, with_entry(entry("d", 4, Status::Waiting), Existence::New));
    let mut heard = house.heard.wait_for(5).await;
    heard.sort();
    assert_eq!(
        heard,
        [
            "after poison discarded",
            "first committed",
            "neighbour committed",
            "point committed",
            "poison refused by queue_entry_number"
        ]
    );
    assert_eq!(house.count("SELECT count(*) FROM queue_entry").await, 2);
    house.send("a new life", 4, with_entry(entry("b", 2, Status::Waiting), Existence::New));
    assert_eq!(house.heard.wait_for(6).await.last().unwrap(), "a new life committed");
}

#[tokio::test]
#[expect(clippy::await_holding_lock, reason = "failpoints are known to the whole process")]
async fn a_connection_lost_at_commit_loses_and_doubles_nothing() {
    let _alone = FAILPOINTS.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let house = House::open().await;
    house.send("point", 1, new_point());
    house.heard.wait_for(1).await;
    for (failpoint, id, number) in [("lane.before_commit", "a", 1), ("lane.after_commit", "b", 2)] {
        fail::cfg(failpoint, "1*return").unwrap();
        house.send(id, 1, with_entry(entry(id, number, Status::Waiting), Existence::New));
        house.heard.wait_for(1 + number as usize).await;
        fail::remove(failpoint);
    }
    assert_eq!(*house.heard.words.lock().unwrap(), ["point committed", "a committed", "b committed"]);
    assert_eq!(house.count("SELECT count(*) FROM queue_entry").await, 2);
    assert_eq!(house.count("SELECT seq FROM lane WHERE id = 0").await, 3);
}

#[tokio::test]
#[expect(clippy::await_holding_lock, reason = "failpoints are known to the whole process")]
async fn a_commit_that_is_still_under_way_when_its_connection_is_lost_is_neither_doubled_nor_taken_for_a_fence() {
    let _alone = FAILPOINTS.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let house = House::open().await;
    house.send("point", 1, new_point());
    house.heard.wait_for(1).await;
    let slow =
        "CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(1); RETURN NULL; END';
        CREATE CONSTRAINT TRIGGER slow AFTER INSERT ON queue_entry DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION slow()";
    house.options.connect().await.unwrap().execute(slow).await.unwrap();
    fail::cfg("lane.hang_up", "1*return").unwrap();
    house.send("a", 1, with_entry(entry("a", 1, Status::Waiting), Existence::New));
    let heard = house.heard.wait_for(2).await;
    fail::remove("lane.hang_up");
    assert_eq!(heard, ["point committed", "a committed"]);
    assert_eq!(house.count("SELECT count(*) FROM queue_entry").await, 1);
    assert_eq!(house.count("SELECT seq FROM lane WHERE id = 0").await, 2);
}

#[tokio::test]
async fn who_was_replaced_writes_nothing_more() {
    let house = House::open().await;
    house.send("point", 1, new_point());
    house.heard.wait_for(1).await;
    let successor = claim(house.options.clone(), Uuid::from_u128(9), true, &Handle::current()).await.unwrap();
    house.send("too late", 1, with_entry(entry("a", 1, Status::Waiting), Existence::New));
    assert_eq!(house.heard.wait_for(2).await[1], "fenced");
    assert_eq!(house.count("SELECT count(*) FROM queue_entry").await, 0);
    drop(successor);
}

#[tokio::test]
async fn a_newcomer_is_refused_until_the_owner_is_silent_or_has_left() {
    let house = House::open().await;
    let runtime = Handle::current();
    let newcomer = || claim(house.options.clone(), Uuid::from_u128(9), false, &runtime);
    assert!(matches!(newcomer().await, Err(StoreError::Owned(age)) if age < 10.0));
    // The owner falls silent without leaving, as a killed one does.
    for task in &house.store.tasks {
        task.abort();
    }
    let silent = "UPDATE node SET heartbeat_at = now() - interval '11 seconds'";
    house.options.connect().await.unwrap().execute(silent).await.unwrap();
    assert!(newcomer().await.is_ok());
    let House { options, store, .. } = House::open().await;
    store.stop().await;
    assert!(claim(options, Uuid::from_u128(9), false, &Handle::current()).await.is_ok());
}

#[tokio::test]
async fn a_stopped_store_has_written_what_waited() {
    let House { options, store, heard } = House::open().await;
    let owner = Owner { org: org(), name: OwnerName::Point(point()), incarnation: 1 };
    store.lanes[0].enqueue(Item { owner, change: new_point(), payload: "point" });
    store.stop().await;
    assert_eq!(*heard.words.lock().unwrap(), ["point committed"]);
    assert_eq!(claim(options, Uuid::from_u128(9), false, &Handle::current()).await.unwrap().loaded.queues.len(), 1);
}

#[tokio::test]
async fn an_impossible_row_is_an_error_that_names_table_and_column() {
    let house = House::open().await;
    house.send("point", 1, new_point());
    house.send("a", 1, with_entry(entry("a", 1, Status::Waiting), Existence::New));
    house.heard.wait_for(2).await;
    let broken = "UPDATE queue_entry SET state = 'called'";
    house.options.connect().await.unwrap().execute(broken).await.unwrap();
    let refused =
        claim(house.options.clone(), Uuid::from_u128(9), true, &Handle::current()).await.err().unwrap().to_string();
    assert!(
        refused.contains("queue_entry") && refused.contains("called_at") && refused.contains("demo/a"),
        "{refused}"
    );
}
