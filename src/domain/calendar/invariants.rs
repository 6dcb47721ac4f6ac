//! What must hold of every state, whatever happened: tests of all layers ask it of live and of rebuilt states.

use super::busy::Claim;
use super::hold::Hold;
use super::reservation::Reservation;
use super::state::CalendarState;
use super::waitlist::{Waiting, WaitlistEntry};
use super::{Definition, Staff};
use crate::domain::message::Template;

/// Checks that indices agree with the rows, and that nobody is to be in two places at once.
///
/// # Errors
/// The first thing that does not hold, in words.
pub fn check_invariants(state: &CalendarState) -> Result<(), String> {
    let rebuilt = CalendarState::restored(
        state.definitions.values().map(|one| Definition::clone(one)),
        state.staff.values().map(|one| Staff::clone(one)),
        state.reservations().map(|one| Reservation::clone(one)),
        state.holds().map(|one| Hold::clone(one)),
        state.waitlist().map(|one| WaitlistEntry::clone(one)),
    );
    let rebuilt = rebuilt.with_templates(state.templates.values().map(|one| Template::clone(one)));
    require(rebuilt == *state, || "the rows of the state rebuild another one".to_owned())?;
    for staff in state.staff.keys() {
        let claims: Vec<&Claim> =
            state.busy.of_staff(staff).into_iter().flat_map(|lane| lane.claims()).map(AsRef::as_ref).collect();
        for (at, one) in claims.iter().enumerate() {
            // In the order of their beginning: only those that begin before this one's end can touch it.
            let touching = claims[at + 1..].iter().take_while(|other| other.occupied.start < one.occupied.end);
            for other in touching {
                let is_class = (&one.definition_id, one.slot) == (&other.definition_id, other.slot);
                require(is_class, || format!("{staff:?} is taken by {:?} and {:?}", one.id, other.id))?;
            }
        }
    }
    for entry in state.waitlist() {
        let holds = match &entry.standing {
            Waiting::Waiting => true,
            Waiting::Offered { hold } => {
                state.hold(hold).is_some_and(|hold| hold.offered_to.as_ref() == Some(&entry.id))
            }
            Waiting::Booked { .. } | Waiting::Ended => false,
        };
        require(holds, || format!("{:?} waits in vain", entry.id))?;
    }
    Ok(())
}

fn require(holds: bool, otherwise: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(otherwise()) }
}
