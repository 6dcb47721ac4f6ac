//! The outbox against a real Postgres: what is committed with its cause is due, and only who owns the database writes.

use std::sync::{Arc, Mutex};

use chrono::TimeDelta;
use sqlx::ConnectOptions;

use super::*;
use crate::domain::address::Email;
use crate::domain::message::{Draft, Invitation, Message, MessageKind, Method, Thread};
use crate::domain::owner::OwnerName;
use crate::store::{Change, Item, Outcomes, Owner, Store, claim, orgs, throwaway};

/// Counts what is committed.
#[derive(Default)]
struct Heard {
    committed: tokio::sync::Notify,
    refusals: Mutex<Vec<String>>,
}

impl Outcomes for Heard {
    type Payload = ();

    fn committed(&self, _: Vec<(Owner, ())>) {
        self.committed.notify_one();
    }

    fn refused(self: &Arc<Self>, _: Owner, (): (), constraint: String) {
        self.refusals.lock().unwrap().push(constraint);
        self.committed.notify_one();
    }

    fn discarded(&self, _: Owner, (): ()) {}

    fn fenced(&self) {}
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
        let heard = Arc::<Heard>::default();
        let claimed = claim(options.clone(), Uuid::from_u128(7), true, &Handle::current()).await.unwrap();
        let store = claimed.start(&heard, &Handle::current());
        Self { options, heard, store }
    }

    async fn commit(&self, messages: Vec<Message>) {
        let owner = Owner { org: org(), name: OwnerName::Calendar, incarnation: 1 };
        self.store.lanes[0].enqueue(Item { owner, change: Change { messages, ..Change::default() }, payload: () });
        self.heard.committed.notified().await;
        assert_eq!(*self.heard.refusals.lock().unwrap(), [] as [String; 0]);
    }

    async fn execute(&self, statement: &'static str) {
        let mut connection = self.options.connect().await.unwrap();
        sqlx::query(statement).execute(&mut connection).await.unwrap();
    }
}

fn org() -> OrgId {
    OrgId::parse("demo").unwrap()
}

fn whole() -> Message {
    let mut draft = Draft {
        invitation: Some(Invitation::sample(Method::Request, 3)),
        thread: Thread { in_reply_to: Some("a@b".to_owned()), references: vec!["c@d".to_owned(), "e@f".to_owned()] },
        ..Draft::sample(MessageKind::ReservationChanged, "zoe@example.com")
    };
    draft.recipient.locale = Some("pt-BR".to_owned());
    draft.recipient.timezone = Some(chrono_tz::Australia::Lord_Howe);
    draft.reply_to = Some(Email::parse("desk@example.com").unwrap());
    Message::of(&org(), draft).unwrap()
}

#[tokio::test]
async fn what_was_committed_is_due_just_as_it_was_and_once() {
    let house = House::open().await;
    let bare = Message::of(&org(), Draft::sample(MessageKind::QueueNext, "mia@example.com")).unwrap();
    house.commit(vec![whole(), bare.clone(), whole()]).await;
    house.commit(vec![whole()]).await;
    tokio::time::timeout(Duration::from_secs(5), house.store.posted.notified()).await.unwrap();

    let outbox = &house.store.outbox;
    assert!(outbox.due(Channel::Sms, bare.due_at, 10).await.unwrap().is_empty());
    assert!(outbox.due(Channel::Email, bare.due_at - TimeDelta::microseconds(1), 10).await.unwrap().is_empty());
    assert_eq!(outbox.next_due(&Channel::ALL, bare.due_at - TimeDelta::seconds(1)).await.unwrap(), Some(bare.due_at));
    let mut due = outbox.due(Channel::Email, bare.due_at, 10).await.unwrap();
    due.sort_by_key(|posted| posted.message.kind.word());
    assert_eq!(due.iter().map(|posted| posted.message.clone()).collect::<Vec<_>>(), [bare.clone(), whole()]);
    assert_eq!(outbox.due(Channel::Email, bare.due_at, 1).await.unwrap().len(), 1);
    assert_eq!(outbox.message(&org(), bare.id()).await.unwrap().unwrap().message, bare);
}

#[tokio::test]
async fn what_became_of_it_is_kept_and_a_replay_starts_over() {
    let house = House::open().await;
    house.commit(vec![whole()]).await;
    let outbox = &house.store.outbox;
    let due = outbox.due(Channel::Email, whole().due_at, 10).await.unwrap().remove(0);
    let dead = Standing {
        state: DeliveryState::Dead,
        attempts: 14,
        next_attempt_at: None,
        last_error: Some("550 no".to_owned()),
        ..due.standing
    };
    outbox.record(&org(), whole().id(), &dead).await.unwrap();
    assert!(outbox.due(Channel::Email, whole().due_at + TimeDelta::days(9), 10).await.unwrap().is_empty());
    assert_eq!(outbox.next_due(&Channel::ALL, DateTime::UNIX_EPOCH).await.unwrap(), None);
    let found = outbox.message(&org(), whole().id()).await.unwrap().unwrap();
    assert_eq!(found.standing, dead);
    let late = whole().useful_until + TimeDelta::days(1);
    outbox.replay(&found, late).await.unwrap();
    let again = outbox.due(Channel::Email, late, 10).await.unwrap().remove(0).standing;
    assert_eq!((again.attempts, again.replayed_at, again.next_attempt_at), (0, Some(late), Some(late)));
}

#[tokio::test]
async fn who_was_replaced_reads_nothing_that_is_due_and_writes_nothing() {
    let house = House::open().await;
    house.commit(vec![whole()]).await;
    let outbox = &house.store.outbox;
    let posted = outbox.due(Channel::Email, whole().due_at, 10).await.unwrap().remove(0);
    house.execute("UPDATE node SET owner = gen_random_uuid()").await;
    assert!(matches!(outbox.due(Channel::Email, whole().due_at, 10).await, Err(OutboxError::Fenced)));
    let sent = Standing { state: DeliveryState::Sent, ..posted.standing.clone() };
    assert!(matches!(outbox.record(&org(), whole().id(), &sent).await, Err(OutboxError::Fenced)));
    assert_eq!(outbox.message(&org(), whole().id()).await.unwrap().unwrap().standing, posted.standing);
}

#[tokio::test]
async fn a_row_that_cannot_be_is_buried_and_hurts_no_other() {
    let house = House::open().await;
    let other = Message::of(&org(), Draft::sample(MessageKind::QueueNext, "mia@example.com")).unwrap();
    house.commit(vec![whole(), other.clone()]).await;
    house.execute("UPDATE message SET data = '{}' WHERE kind = 'reservation.changed'").await;
    let outbox = &house.store.outbox;
    let due = outbox.due(Channel::Email, other.due_at, 10).await.unwrap();
    assert_eq!(due.iter().map(|posted| posted.message.id()).collect::<Vec<_>>(), [other.id()]);
    let error = outbox.message(&org(), whole().id()).await.unwrap_err().to_string();
    assert!(error.contains("message") && error.contains("data"), "{error}");
    let due_again = outbox.due(Channel::Email, other.due_at, 10).await.unwrap();
    assert_eq!(due_again.len(), 1);
}
