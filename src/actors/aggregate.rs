//! What actors know of the domain: the pure functions of each aggregate under one set of names, so that one owner, one slot
//! and one way of asking serve them all.

use std::fmt::Display;
use std::hash::Hash;

use chrono::{DateTime, Utc};

use crate::domain::ids::OrgId;
use crate::domain::owner::OwnerName;
use crate::store::{Change, KeptAnswer};
use crate::workflows::follow_up::FollowUp;

/// One kind of what owners own.
pub trait Aggregate: Sized + Send + Sync + 'static {
    /// What tells one from another within an org.
    type Name: Clone + Ord + Hash + Display + Send + Sync;
    /// Its state; cloning it is a pointer copy.
    type State: Clone + Default + Send + Sync;
    /// What can be asked of it.
    type Command: Clone + Send + Sync;
    /// What happens in it.
    type Event;
    /// What a command meant for who gave it.
    type Answer: Clone + Send + Sync;
    /// Why it says no.
    type Rejection: Send + Sync + Display;
    /// What of the state before is needed to say what has to be written.
    type Before;

    /// The name as others of the house know it.
    fn owner_name(name: &Self::Name) -> OwnerName;

    /// The passing of time, as a command that comes before this one and knows what this one knows.
    fn tick_before(command: &Self::Command) -> Self::Command;

    /// Whether a command is the passing of time.
    fn is_tick(command: &Self::Command) -> bool;

    /// What a command makes happen.
    ///
    /// # Errors
    /// The rule that says no.
    fn decide(
        state: &Self::State,
        command: &Self::Command,
        now: DateTime<Utc>,
    ) -> Result<Vec<Self::Event>, Self::Rejection>;

    /// Makes it so.
    fn apply(state: &mut Self::State, event: &Self::Event);

    /// What it meant for who asked.
    fn answer(state: &Self::State, command: &Self::Command, events: &[Self::Event], now: DateTime<Utc>)
    -> Self::Answer;

    /// When time alone will next make something happen.
    fn wake_at(state: &Self::State) -> Option<DateTime<Utc>>;

    /// When time alone will next change what is shown.
    fn looks_different_at(state: &Self::State, as_of: DateTime<Utc>) -> Option<DateTime<Utc>>;

    /// What of the state is needed once it has changed.
    fn before(state: &Self::State) -> Self::Before;

    /// What has to be written of what has happened.
    fn change(
        org: &OrgId,
        command: &Self::Command,
        before: Self::Before,
        state: &Self::State,
        events: &[Self::Event],
    ) -> Change;

    /// What others have to do now.
    fn follow_ups(events: &[Self::Event]) -> Vec<FollowUp>;

    /// The answer as it is kept with its Idempotency-Key.
    fn kept(answer: Self::Answer) -> KeptAnswer;

    /// The answer that was kept; `None`: it was another kind's.
    fn from_kept(kept: KeptAnswer) -> Option<Self::Answer>;
}
