//! Rows as they stand in Postgres, each private to the store, and the way between them and the domain.
//!
//! A row goes out as a value of its table's row type, many rows in one parameter (see [`row_type`]), and comes in column by
//! column. A row that the domain cannot mean is an error that names table and column, never a default.

pub mod acknowledgement;
pub mod contact;
pub mod customer;
pub mod definition;
pub mod desk_configuration;
pub mod entry;
pub mod event;
pub mod handover;
pub mod hold;
pub mod idempotency;
pub mod message;
pub mod reservation;
pub mod row_key;
pub mod row_type;
pub mod service_point;
pub mod spot;
pub mod staff;
pub mod template;
pub mod ticket;
pub mod ticket_comment;
pub mod ticket_message;
pub mod waitlist;

/// A row that cannot be.
#[derive(Debug, thiserror::Error)]
#[error("impossible row in {table}, column {column} ({row}): {detail}")]
pub struct ImpossibleRow {
    /// The table.
    pub table: &'static str,
    /// The column.
    pub column: &'static str,
    /// What tells the row from others.
    pub row: String,
    /// Why it cannot be.
    pub detail: String,
}

/// Makes errors of one row without saying table and key again.
pub(super) struct Judge {
    table: &'static str,
    row: String,
}

impl Judge {
    pub(super) fn new(table: &'static str, row: String) -> Self {
        Self { table, row }
    }

    pub(super) fn error(&self, column: &'static str, detail: impl ToString) -> ImpossibleRow {
        ImpossibleRow { table: self.table, column, row: self.row.clone(), detail: detail.to_string() }
    }

    /// A value that parses, or the row's error.
    pub(super) fn parsed<T, E: ToString>(&self, column: &'static str, value: Result<T, E>) -> Result<T, ImpossibleRow> {
        value.map_err(|error| self.error(column, error.to_string()))
    }

    /// Values that all parse, or the row's error.
    pub(super) fn all_parsed<T, E: ToString>(
        &self,
        column: &'static str,
        values: &[String],
        parse: fn(&str) -> Result<T, E>,
    ) -> Result<Vec<T>, ImpossibleRow> {
        values.iter().map(|value| self.parsed(column, parse(value))).collect()
    }

    /// A value that this state must have, or the row's error.
    pub(super) fn present<T>(&self, column: &'static str, value: Option<T>) -> Result<T, ImpossibleRow> {
        value.ok_or_else(|| self.error(column, "is null, but the state of the row needs it"))
    }

    /// A count that fits its domain type.
    pub(super) fn count<T: TryFrom<i64>>(
        &self,
        column: &'static str,
        value: impl Into<i64>,
    ) -> Result<T, ImpossibleRow> {
        let value = value.into();
        T::try_from(value).map_err(|_| self.error(column, format!("{value} is out of range")))
    }
}
