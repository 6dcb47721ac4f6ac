//! The tenants of a server: table `org`.

use chrono_tz::Tz;
use sqlx::PgConnection;
use sqlx::postgres::PgConnectOptions;

use super::StoreError;
use super::rows::{ImpossibleRow, Judge};
use crate::domain::ids::OrgId;

pub(super) const ALL: &str = "SELECT id, name, timezone, currency, lane FROM org ORDER BY id";
pub(super) const BY_ID: &str = "SELECT id, name, timezone, currency, lane FROM org WHERE id = $1";
/// Orgs go round the lanes in the order of their making.
pub(super) const ADD: &str = "\
INSERT INTO org (id, name, timezone, currency, lane)
SELECT $1, $2, $3, $4, (SELECT count(*) FROM org)::int % (SELECT count(*) FROM lane)::int
ON CONFLICT (id) DO NOTHING";

/// A tenant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Org {
    /// Its id.
    pub id: OrgId,
    /// Its name, as customers read it.
    pub name: String,
    /// The zone of its business.
    pub timezone: Tz,
    /// ISO 4217 code.
    pub currency: String,
    /// The lane that its writes go through.
    pub lane: usize,
}

/// One row of `org`.
#[derive(sqlx::FromRow)]
pub(super) struct OrgRow {
    id: String,
    name: String,
    timezone: String,
    currency: String,
    lane: i32,
}

impl TryFrom<OrgRow> for Org {
    type Error = ImpossibleRow;

    fn try_from(row: OrgRow) -> Result<Self, ImpossibleRow> {
        let judge = Judge::new("org", row.id.clone());
        Ok(Self {
            id: judge.parsed("id", OrgId::parse(&row.id))?,
            name: row.name,
            timezone: judge.parsed("timezone", row.timezone.parse::<Tz>())?,
            currency: row.currency,
            lane: judge.count::<i32>("lane", row.lane)?.cast_unsigned() as usize,
        })
    }
}

pub(super) async fn all(connection: &mut PgConnection) -> Result<Vec<Org>, StoreError> {
    let rows: Vec<OrgRow> = sqlx::query_as(ALL).fetch_all(connection).await?;
    Ok(rows.into_iter().map(Org::try_from).collect::<Result<_, _>>()?)
}

/// All orgs, by id: for the command line, which may run beside a server.
///
/// # Errors
/// See [`StoreError`].
pub async fn list(options: &PgConnectOptions) -> Result<Vec<Org>, StoreError> {
    all(&mut super::connect(options).await?).await
}

/// Adds an org; `false`: there is one with this id already, which stays as it is. A running server finds it on first use.
///
/// # Errors
/// See [`StoreError`].
pub async fn add(
    options: &PgConnectOptions,
    id: &OrgId,
    name: &str,
    timezone: Tz,
    currency: &str,
) -> Result<bool, StoreError> {
    let mut connection = super::connect(options).await?;
    let add = sqlx::query(ADD).bind(id.as_str()).bind(name).bind(timezone.name()).bind(currency);
    Ok(add.execute(&mut connection).await?.rows_affected() == 1)
}
