//! The part of a batch that calendars have changed.

use std::collections::HashMap;

use sqlx::error::BoxDynError;

use super::{Batch, Coalesced, LastImages, last_images};
use crate::domain::ids::{HoldId, OrgId, ReservationId};
use crate::store::lane::{Change, Existence, HoldImage, ReservationImage};
use crate::store::rows::definition::{self, DefinitionRow};
use crate::store::rows::hold::{self, HoldRow};
use crate::store::rows::reservation::{self, ReservationRow};
use crate::store::rows::row_key::RowKey;
use crate::store::rows::spot::{self, SpotRow};
use crate::store::rows::staff::{self, StaffRow};
use crate::store::rows::template::{self, TemplateRow};
use crate::store::rows::waitlist::{self, WaitlistRow};

impl Batch {
    pub(super) fn add_calendars(&mut self, changes: &[(&OrgId, &Change)]) -> Result<(), BoxDynError> {
        let definitions = last_images(changes, |change| &change.definitions, |one| &one.id);
        self.write(definition::INSERT, definition::UPDATE, &definitions, |org, one| DefinitionRow::of(org, one))?;
        let members = last_images(changes, |change| &change.staff, |one| &one.id);
        self.write(staff::INSERT, staff::UPDATE, &members, |org, one| StaffRow::of(org, one))?;
        let templates = last_images(changes, |change| &change.templates, |one| &one.id);
        self.write(template::INSERT, template::UPDATE, &templates, |org, one| TemplateRow::of(org, one))?;
        let reservations = last_images(changes, |change| &change.reservations, |image| &image.reservation.id);
        self.write(reservation::INSERT, reservation::UPDATE, &reservations, ReservationRow::of)?;
        self.add_spots(changes)?;
        self.add_holds(changes)?;
        let waiting = last_images(changes, |change| &change.waitlist, |one| &one.id);
        self.write(waitlist::INSERT, waitlist::UPDATE, &waiting, |org, one| WaitlistRow::of(org, one))
    }

    /// All that goes goes first: what is left meanwhile is a part of what is left in the end, and cannot clash.
    fn add_spots(&mut self, changes: &[(&OrgId, &Change)]) -> Result<(), BoxDynError> {
        let taking = taking(changes);
        let before = taking.of(Existence::Known).map(|(org, image)| RowKey::of(org, image.reservation.id.as_str()));
        self.add(spot::DELETE, &before.collect::<Vec<_>>())?;
        let from_now_on = taking.rows.iter().flat_map(|((org, image), _)| {
            let spots = image.spots.iter().flatten();
            spots.map(|spot| SpotRow::of(org, &image.reservation, spot))
        });
        self.add(spot::INSERT, &from_now_on.collect::<Vec<_>>())
    }

    fn add_holds(&mut self, changes: &[(&OrgId, &Change)]) -> Result<(), BoxDynError> {
        let (mut kept, mut over) = (HashMap::new(), Vec::new());
        for (org, image) in changes.iter().flat_map(|(org, change)| change.holds.iter().map(move |hold| (*org, hold))) {
            match image {
                HoldImage::Kept(hold) => {
                    kept.insert((org, &hold.id), hold);
                }
                // What this batch would have made needs no row.
                HoldImage::Over(id) if kept.remove(&(org, id)).is_some() => {}
                HoldImage::Over(id) => over.push(RowKey::of(org, id.as_str())),
            }
        }
        let kept: HashMap<(&OrgId, &HoldId), _> = kept;
        self.add(hold::DELETE, &over)?;
        self.add(hold::INSERT, &kept.iter().map(|((org, _), hold)| HoldRow::of(org, hold)).collect::<Vec<_>>())
    }
}

/// The last images that say what a reservation takes; later ones that leave it as it was say nothing of it.
fn taking<'a>(changes: &[(&'a OrgId, &'a Change)]) -> LastImages<'a, ReservationId, ReservationImage> {
    let mut last = Coalesced::new();
    for (org, change) in changes {
        for (image, existence) in change.reservations.iter().filter(|(image, _)| image.spots.is_some()) {
            last.put((*org, &image.reservation.id), (*org, image), *existence);
        }
    }
    last
}
