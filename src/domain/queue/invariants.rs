//! What must hold of every state, whatever happened: tests of all layers ask it of live and of rebuilt states.

use std::collections::{BTreeMap, BTreeSet};

use super::entry::{Entry, Status};
use super::state::{LineKey, QueueState};
use super::statistics::PACE_SAMPLES;

/// Checks that orders, indices and counters agree with the entries.
///
/// # Errors
/// The first thing that does not hold, in words.
pub fn check_invariants(state: &QueueState) -> Result<(), String> {
    check_orders(state)?;
    check_persons(state)?;
    check_numbers(state)?;
    check_point(state)?;
    check_counters(state)
}

fn require(holds: bool, otherwise: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(otherwise()) }
}

/// Each entry stands in the one order that follows from its status, and the orders hold nobody else.
fn check_orders(state: &QueueState) -> Result<(), String> {
    let mut on_the_way = 0;
    for (id, entry) in &state.entries {
        require(*id == entry.id, || format!("{id:?} leads to {:?}", entry.id))?;
        let seated = match &entry.status {
            Status::Waiting => state.line.contains(&LineKey::of(entry)),
            Status::Called { at, .. } => state.called.contains(&(*at, id.clone())),
            Status::Serving { started_at, .. } => state.serving.contains(&(*started_at, id.clone())),
            Status::Transferred { .. } => {
                on_the_way += 1;
                true
            }
            Status::Served { ended_at, .. }
            | Status::NoShow { ended_at, .. }
            | Status::Left { ended_at }
            | Status::Cancelled { ended_at } => state.ended.contains(&(*ended_at, id.clone())),
        };
        require(seated, || format!("{id:?} is {} but not in that order", entry.status.word()))?;
    }
    let seats = state.line.len() + state.called.len() + state.serving.len() + state.ended.len() + on_the_way;
    require(seats == state.entries.len(), || format!("{seats} seats for {} entries", state.entries.len()))
}

/// One open entry a person, and the index of persons leads to it.
fn check_persons(state: &QueueState) -> Result<(), String> {
    let mut known = 0;
    for entry in state.entries.values().filter(|entry| entry.status.is_open()) {
        for address in entry.customer.folded_addresses() {
            let listed = state.persons.get(&address);
            require(listed == Some(&entry.id), || format!("{:?} is open, its address leads to {listed:?}", entry.id))?;
            known += 1;
        }
    }
    require(known == state.persons.len(), || format!("{} addresses listed, {known} open", state.persons.len()))
}

/// A number is given once a day, and none beyond the last one given.
fn check_numbers(state: &QueueState) -> Result<(), String> {
    let mut given = BTreeSet::new();
    for entry in state.entries.values() {
        let Entry { id, day, number, .. } = &**entry;
        require(given.insert((*day, *number)), || format!("number {number} of {day} was given twice"))?;
        require(*number > 0 && *day <= state.day, || format!("{id:?} has number {number} of {day}"))?;
        require(*day < state.day || *number <= state.last_number, || {
            format!("{id:?} has number {number}, the last one given is {}", state.last_number)
        })?;
    }
    Ok(())
}

/// Entries belong to the point; a point that is gone has only what is on its way, and what has ended.
fn check_point(state: &QueueState) -> Result<(), String> {
    for entry in state.entries.values() {
        match state.point.as_deref() {
            Some(point) => require(entry.point_id == point.id, || format!("{:?} belongs elsewhere", entry.id))?,
            None => {
                let stays = !entry.status.is_open() || matches!(entry.status, Status::Transferred { .. });
                require(stays, || format!("{:?} is {} at no point", entry.id, entry.status.word()))?;
            }
        }
        require(entry.version > 0, || format!("{:?} has version 0", entry.id))?;
    }
    Ok(())
}

/// Statistics add up.
fn check_counters(state: &QueueState) -> Result<(), String> {
    let today = &state.today;
    let buckets: BTreeMap<u32, u32> = today.waits.iter().map(|bucket| (bucket.minute_of_day, bucket.count)).collect();
    let in_order = today.waits.is_sorted_by(|a, b| a.minute_of_day < b.minute_of_day);
    require(in_order && buckets.values().all(|count| *count > 0), || format!("buckets {buckets:?}"))?;
    let reached: u32 = buckets.values().sum();
    require(reached == today.reached && today.reached_in_time <= reached, || {
        format!("{} reached, {} in time, {reached} in buckets", today.reached, today.reached_in_time)
    })?;
    let samples = state.pace.recent_service_seconds.len();
    require(samples <= PACE_SAMPLES, || format!("{samples} service times are kept"))
}
