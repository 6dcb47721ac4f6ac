//! Rows on their way out: a struct is a value of a row type of Postgres, and many of them are one parameter, an array in
//! binary form. Postgres parses nothing, and a statement names its columns only where it means fewer than all.

use sqlx::Row;
use sqlx::postgres::{PgRow, Postgres};

/// The columns of a row, one after the other.
pub(in crate::store) struct Columns<'r> {
    row: &'r PgRow,
    next: usize,
}

impl<'r> Columns<'r> {
    /// From the first one on.
    pub(in crate::store) fn of(row: &'r PgRow) -> Self {
        Self { row, next: 0 }
    }

    /// The next one.
    ///
    /// # Errors
    /// There is none, or its value is of another type.
    pub(in crate::store) fn next<T: sqlx::Decode<'r, Postgres> + sqlx::Type<Postgres>>(
        &mut self,
    ) -> Result<T, sqlx::Error> {
        let value = self.row.try_get(self.next);
        self.next += 1;
        value
    }
}

/// A struct whose fields are the columns of a row type, in their order.
pub(in crate::store) trait RowType {
    /// The table or composite type.
    const NAME: &'static str;
    /// Its columns as the struct has them: a test holds them against the database.
    #[cfg(test)]
    const COLUMNS: &'static [&'static str];
}

/// Makes a struct a value of the row type that is named after `of`: `unnest($1::type[])` gives its rows back.
macro_rules! row_type {
    (of $type:literal: $(#[$meta:meta])* $vis:vis struct $name:ident $(<$life:lifetime>)? {
        $($(#[$field_meta:meta])* $field_vis:vis $field:ident: $kind:ty,)*
    }) => {
        $(#[$meta])*
        #[derive(Debug, sqlx::Encode)]
        $vis struct $name $(<$life>)? {
            $($(#[$field_meta])* $field_vis $field: $kind,)*
        }

        impl $(<$life>)? sqlx::Type<sqlx::Postgres> for $name $(<$life>)? {
            fn type_info() -> sqlx::postgres::PgTypeInfo {
                sqlx::postgres::PgTypeInfo::with_name($type)
            }
        }

        impl $(<$life>)? sqlx::postgres::PgHasArrayType for $name $(<$life>)? {
            fn array_type_info() -> sqlx::postgres::PgTypeInfo {
                sqlx::postgres::PgTypeInfo::array_of($type)
            }
        }

        impl $(<$life>)? crate::store::rows::row_type::RowType for $name $(<$life>)? {
            const NAME: &'static str = $type;
            #[cfg(test)]
            const COLUMNS: &'static [&'static str] = &[$(stringify!($field)),*];
        }
    };
}

pub(in crate::store) use row_type;
