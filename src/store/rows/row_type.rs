//! Rows on their way out: a struct is a value of a row type of Postgres, and many of them are one parameter, an array in
//! binary form. Postgres parses nothing, and a statement names its columns only where it means fewer than all.

/// A struct whose fields are the columns of a row type, in their order.
#[cfg(test)]
pub(in crate::store) trait RowType {
    /// The table or composite type.
    const NAME: &'static str;
    /// Its columns as the struct has them: a test holds them against the database.
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

        #[cfg(test)]
        impl $(<$life>)? crate::store::rows::row_type::RowType for $name $(<$life>)? {
            const NAME: &'static str = $type;
            const COLUMNS: &'static [&'static str] = &[$(stringify!($field)),*];
        }
    };
}

pub(in crate::store) use row_type;
