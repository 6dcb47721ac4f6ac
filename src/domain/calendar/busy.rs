//! What is taken: each booking and each hold lies in the lane of its definition, of its point and of each of its staff,
//! in the order of time, so that a question looks at its own days only.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use imbl::OrdMap;

use super::hold::Hold;
use super::reservation::{Reservation, Slot};
use crate::domain::ids::{DefinitionId, HoldId, PointId, ReservationId, StaffId};

/// Whose claim it is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ClaimId {
    /// A reservation's.
    Reservation(ReservationId),
    /// A hold's.
    Hold(HoldId),
}

/// Something that takes time of a definition, a point and staff.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// Whose.
    pub id: ClaimId,
    /// Of which definition.
    pub definition_id: DefinitionId,
    /// The appointment itself.
    pub slot: Slot,
    /// The appointment with its buffers.
    pub occupied: Slot,
    /// Who serves.
    pub staff_ids: Vec<StaffId>,
    /// At which point.
    pub point_id: Option<PointId>,
    /// How many people.
    pub party_size: u32,
    /// When it is over by itself.
    pub expires_at: Option<DateTime<Utc>>,
}

impl Claim {
    /// What a reservation takes, while it takes anything.
    #[must_use]
    pub fn of_reservation(reservation: &Reservation) -> Option<Self> {
        reservation.status.takes_room().then(|| Self {
            id: ClaimId::Reservation(reservation.id.clone()),
            definition_id: reservation.definition_id.clone(),
            slot: reservation.slot,
            occupied: reservation.occupied(),
            staff_ids: reservation.staff_ids.clone(),
            point_id: reservation.point_id.clone(),
            party_size: reservation.party_size,
            expires_at: None,
        })
    }

    /// What a hold takes.
    #[must_use]
    pub fn of_hold(hold: &Hold) -> Self {
        Self {
            id: ClaimId::Hold(hold.id.clone()),
            definition_id: hold.definition_id.clone(),
            slot: hold.slot,
            occupied: hold.slot.with(hold.buffers),
            staff_ids: hold.staff_ids.clone(),
            point_id: hold.point_id.clone(),
            party_size: hold.party_size,
            expires_at: Some(hold.expires_at),
        }
    }

    /// Whether it still takes anything at `now`, however late anybody notices.
    #[must_use]
    pub fn counts_at(&self, now: DateTime<Utc>) -> bool {
        self.expires_at.is_none_or(|expires_at| now < expires_at)
    }
}

/// By the beginning of what is occupied. Without an id it stands before all that begin at that moment.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct LaneKey {
    from: DateTime<Utc>,
    id: Option<ClaimId>,
}

/// The claims on one thing, in the order of time.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Lane {
    claims: OrdMap<LaneKey, Arc<Claim>>,
    /// How many claims are how long: how far back an overlapping one can begin.
    lengths: OrdMap<TimeDelta, usize>,
}

impl Lane {
    /// The claims that share a moment with `[from, to)`, by the beginning of what they occupy.
    pub fn overlapping(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> impl Iterator<Item = &Arc<Claim>> {
        let longest = self.lengths.get_max().map_or(TimeDelta::zero(), |(length, _)| *length);
        let earliest = from.checked_sub_signed(longest).unwrap_or(DateTime::<Utc>::MIN_UTC).min(to);
        self.claims
            .range(LaneKey { from: earliest, id: None }..LaneKey { from: to, id: None })
            .map(|(_, claim)| claim)
            .filter(move |claim| claim.occupied.end > from)
    }

    /// All claims, by the beginning of what they occupy.
    pub fn claims(&self) -> impl Iterator<Item = &Arc<Claim>> {
        self.claims.values()
    }

    fn put(&mut self, claim: &Arc<Claim>) {
        let key = LaneKey { from: claim.occupied.start, id: Some(claim.id.clone()) };
        if self.claims.insert(key, Arc::clone(claim)).is_none() {
            *self.lengths.entry(claim.occupied.end - claim.occupied.start).or_insert(0) += 1;
        }
    }

    fn take(&mut self, claim: &Claim) {
        let key = LaneKey { from: claim.occupied.start, id: Some(claim.id.clone()) };
        if self.claims.remove(&key).is_none() {
            return;
        }
        let length = claim.occupied.end - claim.occupied.start;
        match self.lengths.get_mut(&length) {
            Some(count) if *count > 1 => *count -= 1,
            Some(_) | None => {
                self.lengths.remove(&length);
            }
        }
    }
}

/// All that is taken.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Busy {
    definitions: OrdMap<DefinitionId, Lane>,
    points: OrdMap<PointId, Lane>,
    staff: OrdMap<StaffId, Lane>,
}

impl Busy {
    /// The claims on a definition.
    #[must_use]
    pub fn of_definition(&self, id: &DefinitionId) -> Option<&Lane> {
        self.definitions.get(id)
    }

    /// The claims on a point.
    #[must_use]
    pub fn of_point(&self, id: &PointId) -> Option<&Lane> {
        self.points.get(id)
    }

    /// The claims on a member of staff.
    #[must_use]
    pub fn of_staff(&self, id: &StaffId) -> Option<&Lane> {
        self.staff.get(id)
    }

    pub(super) fn put(&mut self, claim: Claim) {
        let claim = Arc::new(claim);
        self.definitions.entry(claim.definition_id.clone()).or_default().put(&claim);
        if let Some(point) = &claim.point_id {
            self.points.entry(point.clone()).or_default().put(&claim);
        }
        for staff in &claim.staff_ids {
            self.staff.entry(staff.clone()).or_default().put(&claim);
        }
    }

    pub(super) fn take(&mut self, claim: &Claim) {
        fn take_from<K: Ord + Clone>(lanes: &mut OrdMap<K, Lane>, key: &K, claim: &Claim) {
            let Some(lane) = lanes.get_mut(key) else { return };
            lane.take(claim);
            if lane.claims.is_empty() {
                lanes.remove(key);
            }
        }
        take_from(&mut self.definitions, &claim.definition_id, claim);
        if let Some(point) = &claim.point_id {
            take_from(&mut self.points, point, claim);
        }
        for staff in &claim.staff_ids {
            take_from(&mut self.staff, staff, claim);
        }
    }
}
