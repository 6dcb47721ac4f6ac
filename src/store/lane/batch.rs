//! A batch as rows: the same row coalesced to its last image, facts kept in order, one array of rows a statement.

pub(in crate::store) mod calendar;
pub(in crate::store) mod desk;

use std::collections::hash_map::Entry as Slot;
use std::collections::{HashMap, HashSet};

use sqlx::error::BoxDynError;
use sqlx::postgres::{PgArguments, PgHasArrayType};
use sqlx::{Arguments, Encode, Postgres, Type};

use super::{Change, Existence, HandoverImage, PointImage};
use crate::domain::ids::{OrgId, PointId};
use crate::store::rows::contact::{self, ContactRow};
use crate::store::rows::entry::{self, EntryRow};
use crate::store::rows::event::{self, EventRow};
use crate::store::rows::handover::{self, HandoverEndRow, HandoverRow};
use crate::store::rows::idempotency::{self, FirstAnswerRow};
use crate::store::rows::message::{self, MessageRow};
use crate::store::rows::row_type::RowType;
use crate::store::rows::service_point::{self, CountersRow, ServicePointRow};

/// Rows by key, each at its last image, in the order of their first appearance.
struct Coalesced<K, R> {
    seat: HashMap<K, usize>,
    rows: Vec<(R, Existence)>,
}

impl<K: std::hash::Hash + Eq, R> Coalesced<K, R> {
    fn new() -> Self {
        Self { seat: HashMap::new(), rows: Vec::new() }
    }

    fn put(&mut self, key: K, row: R, existence: Existence) {
        match self.seat.entry(key) {
            Slot::Occupied(seat) => {
                let (image, extent) = &mut self.rows[*seat.get()];
                (*image, *extent) = (row, existence.max(*extent));
            }
            Slot::Vacant(seat) => {
                seat.insert(self.rows.len());
                self.rows.push((row, existence));
            }
        }
    }

    /// The rows that exist so.
    fn of(&self, existence: Existence) -> impl Iterator<Item = &R> {
        self.rows.iter().filter(move |(_, its)| *its == existence).map(|(row, _)| row)
    }
}

/// One statement of every batch; its only parameter is an array of rows.
pub(in crate::store) struct Statement {
    /// The statement, with `$1` for the rows.
    pub(in crate::store) text: &'static str,
    /// The type of the rows.
    pub(in crate::store) row_type: &'static str,
}

/// What one batch writes, as the parameters of one call: its place in the lane, and for each statement its rows, or null where
/// there are none. Which statements these are, in which order, is the same for all batches.
pub(in crate::store) struct Batch {
    pub(in crate::store) statements: Vec<Statement>,
    pub(in crate::store) parameters: PgArguments,
}

impl Batch {
    /// Works out what to send for these changes as batch `seq` of the lane.
    pub(in crate::store) fn of(changes: &[(&OrgId, &Change)], seq: i64) -> Result<Self, BoxDynError> {
        let points = points(changes);
        let point_rows = |existence| points.of(existence).map(|(org, image)| ServicePointRow::of(org, image));
        let counters = points.of(Existence::Counted).map(|(org, image)| CountersRow::of(org, image));
        let mut batch = Self { statements: Vec::new(), parameters: PgArguments::default() };
        batch.parameters.add(seq)?;
        batch.add(contact::INSERT_IF_ABSENT, &contacts(changes))?;
        batch.add(service_point::INSERT, &point_rows(Existence::New).collect::<Vec<_>>())?;
        batch.add(service_point::UPDATE, &point_rows(Existence::Known).collect::<Vec<_>>())?;
        batch.add(service_point::COUNT, &counters.collect::<Vec<_>>())?;
        let entries = last_images(changes, |change| &change.entries, |entry| &entry.id);
        batch.write(entry::INSERT, entry::UPDATE, &entries, |org, entry| EntryRow::of(org, entry))?;
        batch.add_calendars(changes)?;
        batch.add_desks(changes)?;
        batch.add(event::INSERT, &events(changes, seq))?;
        batch.add_handovers(changes)?;
        batch.add(idempotency::INSERT, &first_answers(changes))?;
        batch.add(message::INSERT, &messages(changes))?;
        Ok(batch)
    }

    fn add<R>(&mut self, text: &'static str, rows: &[R]) -> Result<(), BoxDynError>
    where
        R: for<'q> Encode<'q, Postgres> + Type<Postgres> + PgHasArrayType + RowType,
    {
        self.statements.push(Statement { text, row_type: R::NAME });
        self.parameters.add(Some(rows).filter(|rows| !rows.is_empty()))
    }

    /// New rows and changed ones of one table.
    fn write<K, I, R>(
        &mut self,
        insert: &'static str,
        update: &'static str,
        images: &Coalesced<K, (&OrgId, &I)>,
        row: fn(&OrgId, &I) -> R,
    ) -> Result<(), BoxDynError>
    where
        K: std::hash::Hash + Eq,
        R: for<'q> Encode<'q, Postgres> + Type<Postgres> + PgHasArrayType + RowType,
    {
        let rows = |existence| images.of(existence).map(|(org, image)| row(org, image)).collect::<Vec<_>>();
        self.add(insert, &rows(Existence::New))?;
        self.add(update, &rows(Existence::Known))
    }

    fn add_handovers(&mut self, changes: &[(&OrgId, &Change)]) -> Result<(), BoxDynError> {
        let (mut setting_out, mut ending) = (Vec::new(), Vec::new());
        for (org, image) in changes.iter().flat_map(|(org, change)| change.handovers.iter().map(move |h| (org, h))) {
            let mut end = |id, state| ending.push(HandoverEndRow { org_id: org.as_str(), id, state });
            match image {
                HandoverImage::Travelling(handover) => setting_out.push(HandoverRow::of(org, handover)),
                HandoverImage::Received(id) => end(id.as_str(), "received"),
                HandoverImage::Returned(id) => end(id.as_str(), "returned"),
            }
        }
        self.add(handover::INSERT, &setting_out)?;
        self.add(handover::FINISH, &ending)
    }
}

fn contacts(changes: &[(&OrgId, &Change)]) -> Vec<ContactRow> {
    let mut met = HashSet::new();
    let all = changes.iter().flat_map(|(org, change)| change.contacts.iter().map(move |(who, at)| (org, who, at)));
    // The first meeting counts, as it would in the table.
    all.filter(|(org, who, _)| met.insert((**org, &who.id)))
        .map(|(org, who, at)| ContactRow::of(org, who, *at))
        .collect()
}

fn points<'a>(changes: &[(&'a OrgId, &'a Change)]) -> Coalesced<(&'a OrgId, &'a PointId), (&'a OrgId, &'a PointImage)> {
    let mut images = Coalesced::new();
    for (org, change) in changes {
        if let Some((image, existence)) = &change.point {
            images.put((*org, &image.point.id), (*org, image), *existence);
        }
    }
    images
}

/// What a batch knows of the rows of one table: for each its org and its last image.
type LastImages<'a, K, I> = Coalesced<(&'a OrgId, &'a K), (&'a OrgId, &'a I)>;

/// The rows of one kind of all changes, by `key`, which is unique within an org.
fn last_images<'a, I, K: std::hash::Hash + Eq>(
    changes: &[(&'a OrgId, &'a Change)],
    images: fn(&Change) -> &Vec<(I, Existence)>,
    key: fn(&I) -> &K,
) -> LastImages<'a, K, I> {
    let mut last = Coalesced::new();
    for (org, change) in changes {
        for (image, existence) in images(change) {
            last.put((*org, key(image)), (*org, image), *existence);
        }
    }
    last
}

fn events(changes: &[(&OrgId, &Change)], seq: i64) -> Vec<EventRow> {
    let facts = changes.iter().flat_map(|(org, change)| change.events.iter().map(move |event| (org, event)));
    facts.zip(0..).map(|((org, event), index)| EventRow::of(org, seq, index, event)).collect()
}

fn first_answers<'a>(changes: &[(&'a OrgId, &'a Change)]) -> Vec<FirstAnswerRow<'a>> {
    let answers = changes.iter().filter_map(|(org, change)| Some((org, change.first_answer.as_ref()?)));
    answers.map(|(org, first)| FirstAnswerRow::of(org, first)).collect()
}

fn messages<'a>(changes: &[(&'a OrgId, &'a Change)]) -> Vec<MessageRow<'a>> {
    let posted = changes.iter().flat_map(|(org, change)| change.messages.iter().map(move |message| (*org, message)));
    posted.map(|(org, message)| MessageRow::of(org, message)).collect()
}
