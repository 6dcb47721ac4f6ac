//! Who can serve: who of a definition's staff is at work and free, how many people that gives room for, and who is
//! chosen.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;

use super::answer::Refusal;
use super::openings::{Openings, Stretch};
use super::shifts::Shifts;
use super::wish::{View, Wish};
use crate::domain::calendar::busy::Claim;
use crate::domain::calendar::reservation::Slot;
use crate::domain::hours::Span;
use crate::domain::ids::StaffId;

/// One member of staff across the days of a question.
struct Member<'a> {
    id: StaffId,
    /// `None`: gone or not active.
    at_work: Option<Shifts<'a>>,
    /// Taken, buffers included, in any definition.
    taken: Openings,
    /// When their bookings begin, in order.
    begin: Vec<DateTime<Utc>>,
}

impl Member<'_> {
    fn works(&self, stretch: Stretch) -> bool {
        self.at_work.as_ref().is_some_and(|shifts| shifts.cover(stretch))
    }

    fn is_free(&self, stretch: Stretch) -> bool {
        self.taken.touching(stretch).is_none()
    }
}

/// The staff of a definition across the days of a question.
pub(super) struct Crew<'a> {
    view: View<'a>,
    wish: Wish<'a>,
    members: Vec<Member<'a>>,
    /// How many serve together.
    group: usize,
    /// How many people one group serves in one slot.
    seats: u32,
    /// Bookings of the definition that have staff, by slot; only where a group has more than one seat.
    classes: Vec<Arc<Claim>>,
}

/// The order in which free staff is chosen on one day: positions in the crew.
pub(super) struct Order(Vec<usize>);

/// What a crew can do in one slot.
pub(super) struct Service {
    /// For how many people there is staff.
    pub spots: u32,
    /// Sessions with seats left, then free staff in the order of choice.
    sessions: Vec<Session>,
    free: Vec<StaffId>,
}

/// A class that has begun to fill: its staff, and how many seats are left.
struct Session {
    staff: Vec<StaffId>,
    left: u32,
}

impl<'a> Crew<'a> {
    /// `None` where a booking takes no staff.
    pub fn of(view: View<'a>, wish: Wish<'a>, window: Slot, dates: (NaiveDate, NaiveDate)) -> Option<Self> {
        let terms = &wish.definition.terms;
        // Who asks for a person gets one, also where the definition could do without.
        let required = terms.required_staff.max(u32::from(wish.staff.is_some()));
        if required == 0 {
            return None;
        }
        let members = terms.staff_ids.iter().map(|id| member(&view, &wish, id, window, dates)).collect();
        let lane = view.state.busy.of_definition(&wish.definition.id).filter(|_| terms.seats_per_session > 1);
        let mut classes: Vec<Arc<Claim>> = lane
            .into_iter()
            .flat_map(|lane| lane.overlapping(window.start, window.end))
            .filter(|claim| view.counts(&wish, claim) && !claim.staff_ids.is_empty())
            .cloned()
            .collect();
        classes.sort_by_key(|claim| claim.slot);
        Some(Self {
            members,
            group: usize::try_from(required).unwrap_or(usize::MAX),
            seats: terms.seats_per_session,
            classes,
            view,
            wish,
        })
    }

    /// The order of choice for a day: who serves already, then the least booked that day, then as the definition lists them.
    pub fn order(&self, day: Slot) -> Order {
        let mut ranked: Vec<(bool, usize, usize)> = self
            .members
            .iter()
            .enumerate()
            .map(|(at, member)| {
                let before = |moment| member.begin.partition_point(|begin| *begin < moment);
                (!self.wish.keep.contains(&member.id), before(day.end) - before(day.start), at)
            })
            .collect();
        ranked.sort_unstable();
        Order(ranked.into_iter().map(|(.., at)| at).collect())
    }

    /// When anybody of the crew is at work on `date`, which in `zone` is `day`: merged, on the wall clock there.
    pub fn shifts(&self, zone: Tz, date: NaiveDate, day: Slot) -> Vec<Span> {
        let at_work = self.members.iter().filter_map(|member| member.at_work.as_ref());
        Span::merged(at_work.flat_map(|shifts| shifts.on(zone, date, day)).collect())
    }

    /// What the crew can do in a slot.
    pub fn service(&self, order: &Order, slot: Slot, occupied: Slot) -> Service {
        let (appointment, around) = (Stretch::from(slot), Stretch::from(occupied));
        let chosen = order.0.iter().map(|at| &self.members[*at]);
        let mut free: Vec<StaffId> = chosen
            .filter(|member| member.works(appointment) && member.is_free(around))
            .map(|one| one.id.clone())
            .collect();
        let mut groups = free.len() / self.group;
        if let Some(preferred) = self.wish.staff {
            groups = match free.iter().position(|id| id == preferred) {
                Some(at) => {
                    free[..=at].rotate_right(1);
                    groups.min(1)
                }
                None => 0,
            };
        }
        free.truncate(groups * self.group);
        let sessions = self.sessions(slot, occupied);
        let left: u32 = sessions.iter().map(|session| session.left).sum();
        let groups = u32::try_from(groups).unwrap_or(u32::MAX);
        Service { spots: groups.saturating_mul(self.seats).saturating_add(left), sessions, free }
    }

    /// Sessions of the very same slot that have seats left, by who serves: bookings that share staff are one session.
    fn sessions(&self, slot: Slot, occupied: Slot) -> Vec<Session> {
        let first = self.classes.partition_point(|claim| claim.slot < slot);
        let mut found: Vec<(Vec<StaffId>, u32)> = Vec::new();
        for claim in self.classes[first..].iter().take_while(|claim| claim.slot == slot) {
            let (mut staff, mut people) = (claim.staff_ids.clone(), claim.party_size);
            found.retain(|(others, taken)| {
                let shared = others.iter().any(|id| staff.contains(id));
                if shared {
                    staff.extend(others.iter().filter(|id| !claim.staff_ids.contains(id)).cloned());
                    people = people.saturating_add(*taken);
                }
                !shared
            });
            found.push((staff, people));
        }
        let can_serve = |id: &StaffId| {
            self.members.iter().any(|member| member.id == *id && member.works(slot.into()))
                && self.is_undisturbed(id, slot, occupied)
        };
        let wanted = |staff: &[StaffId]| self.wish.staff.is_none_or(|id| staff.contains(id));
        let sessions = found.into_iter().filter(|(staff, _)| wanted(staff) && staff.iter().all(can_serve));
        let sessions = sessions.map(|(mut staff, people)| {
            staff.sort_unstable();
            staff.dedup();
            let groups = u32::try_from(staff.len() / self.group).unwrap_or(u32::MAX);
            Session { staff, left: groups.saturating_mul(self.seats).saturating_sub(people) }
        });
        let mut sessions: Vec<Session> = sessions.filter(|session| session.left > 0).collect();
        sessions.sort_by(|one, other| one.staff.cmp(&other.staff));
        sessions
    }

    /// Whether nothing but this very session takes that person meanwhile. Buffers that have grown since can reach into others.
    fn is_undisturbed(&self, id: &StaffId, slot: Slot, occupied: Slot) -> bool {
        let lane = self.view.state.busy.of_staff(id);
        let mut claims = lane.into_iter().flat_map(|lane| lane.overlapping(occupied.start, occupied.end));
        claims.all(|claim| {
            let is_session = claim.slot == slot && claim.definition_id == self.wish.definition.id;
            is_session || !self.view.counts(&self.wish, claim)
        })
    }

    /// Why there is not staff for `wanted` people in a slot, but only for `free`. Who is asked for and serves alone is all
    /// that matters; who serves with others needs them.
    pub fn shortage(&self, slot: Slot, occupied: Slot, free: u32, wanted: u32) -> Refusal {
        let is_asked_for = |member: &&Member<'_>| self.wish.staff.is_none_or(|id| *id == member.id);
        let (working, off): (Vec<&Member<'_>>, Vec<&Member<'_>>) =
            self.members.iter().partition(|member| member.works(slot.into()));
        let groups = match self.wish.staff {
            None => working.len() / self.group,
            Some(_) if working.iter().any(is_asked_for) => (working.len() / self.group).min(1),
            Some(_) => 0,
        };
        let at_work = u32::try_from(groups).unwrap_or(u32::MAX).saturating_mul(self.seats);
        let matters = |member: &&Member<'_>| self.group > 1 || is_asked_for(member);
        let ids =
            |members: Vec<&Member<'_>>| members.into_iter().filter(matters).map(|member| member.id.clone()).collect();
        let busy = working.into_iter().filter(|member| !member.is_free(occupied.into())).collect();
        Refusal::Staff { free, wanted, at_work, off: ids(off), busy: ids(busy) }
    }

    /// Who serves a party: one session that has seats for all of it, else new groups, else whatever has seats.
    /// `None` when there is not enough room.
    pub fn choose(&self, service: &Service, party_size: u32) -> Option<Vec<StaffId>> {
        if service.spots < party_size {
            return None;
        }
        if let Some(session) = service.sessions.iter().find(|session| session.left >= party_size) {
            return Some(session.staff.clone());
        }
        let new_groups = |people: u32| usize::try_from(people.div_ceil(self.seats)).unwrap_or(usize::MAX);
        let staff_for = |people: u32| new_groups(people).saturating_mul(self.group);
        if let Some(staff) = service.free.get(..staff_for(party_size)) {
            return Some(staff.to_vec());
        }
        let (mut staff, mut people) = (Vec::new(), party_size);
        for session in &service.sessions {
            if people > 0 {
                staff.extend(session.staff.iter().cloned());
                people = people.saturating_sub(session.left);
            }
        }
        staff.extend(service.free.get(..staff_for(people))?.iter().cloned());
        Some(staff)
    }
}

impl Service {
    /// Who could serve, in the order of choice.
    pub fn staff_ids(self) -> Vec<StaffId> {
        if self.sessions.is_empty() {
            return self.free;
        }
        self.sessions.into_iter().flat_map(|session| session.staff).chain(self.free).collect()
    }
}

fn member<'a>(
    view: &View<'a>,
    wish: &Wish<'_>,
    id: &StaffId,
    window: Slot,
    dates: (NaiveDate, NaiveDate),
) -> Member<'a> {
    let staff = view.state.staff_member(id).filter(|staff| staff.terms.active);
    let at_work = staff.map(|staff| Shifts::of(&staff.terms, dates));
    let lane = view.state.busy.of_staff(id);
    let claims = lane.into_iter().flat_map(|lane| lane.overlapping(window.start, window.end));
    let (mut taken, mut begin) = (Vec::new(), Vec::new());
    for claim in claims.filter(|claim| view.counts(wish, claim)) {
        taken.push(Stretch::from(claim.occupied));
        begin.push(claim.slot.start);
    }
    begin.sort_unstable();
    Member { id: id.clone(), at_work, taken: Openings::merged(taken), begin }
}
