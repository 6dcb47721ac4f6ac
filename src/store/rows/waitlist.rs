//! Who waits for a slot: table `waitlist`. Who waits no more stays, for history.

use chrono::{DateTime, Utc};
use sqlx::types::Json;

use super::customer::CustomerColumn;
use super::row_type::row_type;
use super::{ImpossibleRow, Judge};
use crate::domain::calendar::{Waiting, WaitlistEntry};
use crate::domain::ids::{DefinitionId, HoldId, OrgId, ReservationId, StaffId, WaitlistId};

/// Who has begun to wait.
pub(in crate::store) const INSERT: &str = "INSERT INTO waitlist SELECT * FROM unnest($1::waitlist[])";

/// What can change about who waits.
pub(in crate::store) const UPDATE: &str = "\
UPDATE waitlist w SET
    offered = r.offered, state = r.state, hold_id = r.hold_id, reservation_id = r.reservation_id, version = r.version
FROM unnest($1::waitlist[]) r
WHERE w.org_id = r.org_id AND w.id = r.id";

/// All that a start needs: who waits, or has an offer.
pub(in crate::store) const OPEN: &str = "SELECT * FROM waitlist WHERE state IN ('waiting', 'offered')";

row_type! { of "waitlist":
    /// One row of `waitlist`.
    #[derive(sqlx::FromRow)]
    pub(in crate::store) struct WaitlistRow {
        org_id: String,
        id: String,
        secret: String,
        definition_id: String,
        wanted_from: DateTime<Utc>,
        wanted_to: DateTime<Utc>,
        staff_id: Option<String>,
        party_size: i32,
        contact_id: String,
        customer: Json<CustomerColumn>,
        offered: Vec<DateTime<Utc>>,
        state: String,
        hold_id: Option<String>,
        reservation_id: Option<String>,
        version: i64,
        created_at: DateTime<Utc>,
    }
}

impl WaitlistRow {
    /// The row of somebody who waits.
    pub(in crate::store) fn of(org: &OrgId, entry: &WaitlistEntry) -> Self {
        let (state, hold_id, reservation_id) = match &entry.standing {
            Waiting::Waiting => ("waiting", None, None),
            Waiting::Offered { hold } => ("offered", Some(hold.to_string()), None),
            Waiting::Booked { reservation } => ("booked", None, Some(reservation.to_string())),
            Waiting::Ended => ("ended", None, None),
        };
        Self {
            org_id: org.to_string(),
            id: entry.id.to_string(),
            secret: entry.secret.clone(),
            definition_id: entry.definition_id.to_string(),
            wanted_from: entry.from,
            wanted_to: entry.to,
            staff_id: entry.staff_id.as_ref().map(ToString::to_string),
            party_size: entry.party_size.cast_signed(),
            contact_id: entry.customer.contact_id.to_string(),
            customer: Json(CustomerColumn::of(&entry.customer)),
            offered: entry.offered.clone(),
            state: state.to_owned(),
            hold_id,
            reservation_id,
            version: entry.version.cast_signed(),
            created_at: entry.created_at,
        }
    }

    fn standing(&self, judge: &Judge) -> Result<Waiting, ImpossibleRow> {
        Ok(match self.state.as_str() {
            "waiting" => Waiting::Waiting,
            "offered" => {
                let hold = judge.present("hold_id", self.hold_id.as_deref())?;
                Waiting::Offered { hold: judge.parsed("hold_id", HoldId::parse(hold))? }
            }
            "booked" => {
                let reservation = judge.present("reservation_id", self.reservation_id.as_deref())?;
                Waiting::Booked { reservation: judge.parsed("reservation_id", ReservationId::parse(reservation))? }
            }
            "ended" => Waiting::Ended,
            other => return Err(judge.error("state", format!("{other:?} is no state"))),
        })
    }

    /// What the row means.
    pub(in crate::store) fn into_domain(self) -> Result<(OrgId, WaitlistEntry), ImpossibleRow> {
        let judge = Judge::new("waitlist", format!("{}/{}", self.org_id, self.id));
        let standing = self.standing(&judge)?;
        let entry = WaitlistEntry {
            id: judge.parsed("id", WaitlistId::parse(&self.id))?,
            secret: self.secret,
            definition_id: judge.parsed("definition_id", DefinitionId::parse(&self.definition_id))?,
            from: self.wanted_from,
            to: self.wanted_to,
            staff_id: judge.parsed("staff_id", self.staff_id.as_deref().map(StaffId::parse).transpose())?,
            party_size: judge.count("party_size", self.party_size)?,
            customer: self.customer.0.into_domain(&self.contact_id, &judge)?,
            offered: self.offered,
            created_at: self.created_at,
            version: judge.count("version", self.version)?,
            standing,
        };
        Ok((judge.parsed("org_id", OrgId::parse(&self.org_id))?, entry))
    }
}
