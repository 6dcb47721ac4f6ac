//! Reservations as committed: one by its id or number, those of an address, and lists. Deleted ones are not shown, but
//! their ids stay taken.

use chrono::{DateTime, Utc};

use super::{ReadError, Reader};
use crate::domain::calendar::{Reservation, ReservationNumber};
use crate::domain::ids::{ContactId, DefinitionId, OrgId, ReservationId, StaffId};
use crate::store::rows::reservation::{self, ReservationRow};
use crate::store::rows::{definition, staff};

/// Most reservations of one address that are shown: the latest ones.
pub const RESERVATIONS_OF_ADDRESS_MAX: i64 = 200;

/// What a list is narrowed by; a filter that is left out is `null`, and planning leaves it out, too.
macro_rules! filtered {
    ($($rest:literal),* of $selected:literal) => {
        concat!(
            "SELECT ", $selected, " FROM reservation
WHERE org_id = $1 AND deleted_at IS NULL
  AND ($2::text IS NULL OR definition_id = $2)
  AND ($3::text IS NULL OR status = $3)
  AND ($4::text IS NULL OR $4 = ANY (staff_ids))
  AND ($5::text IS NULL OR email = $5)
  AND ($6::text IS NULL OR contact_id = $6)
  AND ($7::timestamptz IS NULL OR starts_at >= $7)
  AND ($8::timestamptz IS NULL OR starts_at < $8)",
            $($rest),*
        )
    };
}

/// A page of a list, by start.
const PAGE: &str = filtered!(
    "
  AND ($9::timestamptz IS NULL OR (starts_at, id) > ($9, $10))
ORDER BY starts_at, id LIMIT $11" of "*"
);

/// How long a list is in all.
const COUNT: &str = filtered!(of "count(*)");

/// What this module sends, for the test that prepares every statement.
#[cfg(test)]
pub(in crate::store) const STATEMENTS: [&str; 8] = [
    PAGE,
    COUNT,
    reservation::BY_ID,
    reservation::BY_NUMBER,
    reservation::BY_EMAIL,
    reservation::EXISTS,
    definition::EXISTS,
    staff::EXISTS,
];

/// What a list of reservations is narrowed by; nothing: all of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReservationFilter {
    /// Those of this definition.
    pub definition: Option<DefinitionId>,
    /// Those with this status, by its word; see [`crate::domain::calendar::Status::word`].
    pub status: Option<String>,
    /// Those that this member of staff serves.
    pub staff: Option<StaffId>,
    /// Those of this folded address.
    pub email: Option<String>,
    /// Those of this person.
    pub contact: Option<ContactId>,
    /// Those that start then or later,
    pub from: Option<DateTime<Utc>>,
    /// and before this.
    pub to: Option<DateTime<Utc>>,
}

/// Binds the values of a filter to `$1` to `$8`.
macro_rules! bound {
    ($query:expr, $org:expr, $filter:expr) => {
        $query
            .bind($org.as_str())
            .bind($filter.definition.as_ref().map(DefinitionId::as_str))
            .bind($filter.status.as_deref())
            .bind($filter.staff.as_ref().map(StaffId::as_str))
            .bind($filter.email.as_deref())
            .bind($filter.contact.as_ref().map(ContactId::as_str))
            .bind($filter.from)
            .bind($filter.to)
    };
}

impl Reader {
    /// One reservation, however long ago; `None`: there is none in this org, or it was deleted.
    ///
    /// # Errors
    /// The database did not answer, or a row is impossible.
    pub async fn reservation(&self, org: &OrgId, id: &ReservationId) -> Result<Option<Reservation>, ReadError> {
        let query = sqlx::query_as(reservation::BY_ID).bind(org.as_str()).bind(id.as_str());
        found(query.fetch_optional(&self.pool).await?)
    }

    /// One reservation by its number, however long ago.
    ///
    /// # Errors
    /// The database did not answer, or a row is impossible.
    pub async fn reservation_by_number(
        &self,
        org: &OrgId,
        number: &ReservationNumber,
    ) -> Result<Option<Reservation>, ReadError> {
        let query = sqlx::query_as(reservation::BY_NUMBER).bind(org.as_str()).bind(number.as_str());
        found(query.fetch_optional(&self.pool).await?)
    }

    /// The reservations of a folded address, the latest start first, [`RESERVATIONS_OF_ADDRESS_MAX`] at most.
    ///
    /// # Errors
    /// The database did not answer, or a row is impossible.
    pub async fn reservations_by_email(&self, org: &OrgId, folded: &str) -> Result<Vec<Reservation>, ReadError> {
        let query = sqlx::query_as(reservation::BY_EMAIL).bind(org.as_str()).bind(folded);
        listed(query.bind(RESERVATIONS_OF_ADDRESS_MAX).fetch_all(&self.pool).await?)
    }

    /// The reservations that a filter lets through, by start and id, from behind `after` on; and how many there are in all.
    ///
    /// # Errors
    /// The database did not answer, or a row is impossible.
    pub async fn reservations(
        &self,
        org: &OrgId,
        filter: &ReservationFilter,
        after: Option<&(DateTime<Utc>, ReservationId)>,
        limit: i64,
    ) -> Result<(Vec<Reservation>, i64), ReadError> {
        let (start, id) = after.map(|(start, id)| (*start, id.as_str())).unzip();
        let page = bound!(sqlx::query_as(PAGE), org, filter).bind(start).bind(id).bind(limit);
        let reservations = listed(page.fetch_all(&self.pool).await?)?;
        let total = bound!(sqlx::query_scalar(COUNT), org, filter).fetch_one(&self.pool).await?;
        Ok((reservations, total))
    }

    /// Whether there is, or ever was, a reservation with this id.
    ///
    /// # Errors
    /// The database did not answer.
    pub async fn reservation_existed(&self, org: &OrgId, id: &ReservationId) -> Result<bool, ReadError> {
        self.existed(reservation::EXISTS, org, id.as_str()).await
    }

    /// Whether there is, or ever was, a definition with this id.
    ///
    /// # Errors
    /// The database did not answer.
    pub async fn definition_existed(&self, org: &OrgId, id: &DefinitionId) -> Result<bool, ReadError> {
        self.existed(definition::EXISTS, org, id.as_str()).await
    }

    /// Whether there is, or ever was, a member of staff with this id.
    ///
    /// # Errors
    /// The database did not answer.
    pub async fn staff_existed(&self, org: &OrgId, id: &StaffId) -> Result<bool, ReadError> {
        self.existed(staff::EXISTS, org, id.as_str()).await
    }

    async fn existed(&self, statement: &'static str, org: &OrgId, id: &str) -> Result<bool, ReadError> {
        Ok(sqlx::query_scalar(statement).bind(org.as_str()).bind(id).fetch_one(&self.pool).await?)
    }
}

fn found(row: Option<ReservationRow>) -> Result<Option<Reservation>, ReadError> {
    Ok(row.map(ReservationRow::into_domain).transpose()?.map(|(_, reservation)| reservation))
}

fn listed(rows: Vec<ReservationRow>) -> Result<Vec<Reservation>, ReadError> {
    rows.into_iter().map(|row| Ok(row.into_domain()?.1)).collect()
}
