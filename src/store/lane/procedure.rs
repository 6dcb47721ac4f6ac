//! A batch in one round trip: all of its statements as one function, which each connection of a lane makes for itself. A batch has
//! a handful of statements, and between any two of them the database and the server each wait for a turn on the processor
//! that the other one has.
//!
//! The call is a transaction of its own. A server that is frozen or killed holds no lock between two statements: its
//! transaction is over or has never begun.

use std::fmt::Write as _;

use sqlx::error::BoxDynError;
use sqlx::{AssertSqlSafe, PgConnection};

use super::batch::Batch;
use crate::store::fence::{self, Hold};

/// A temporary function: it is seen by the connection that made it, and goes with it.
const NAME: &str = "pg_temp.write_batch";

/// The statements of all batches as SQL.
pub(super) struct Procedure {
    definition: String,
    call: String,
}

impl Procedure {
    /// What writes every batch of this lane.
    pub(super) fn of(hold: Hold) -> Result<Self, BoxDynError> {
        let mut types = vec!["bigint".to_owned()];
        let mut body = format!("{}; IF NOT FOUND THEN RETURN false; END IF;\n", fence::advance(hold));
        for statement in Batch::of(&[], 0)?.statements {
            types.push(format!("{}[]", statement.row_type));
            let rows = format!("${}", types.len());
            let text = statement.text.replace("$1", &rows);
            writeln!(body, "IF {rows} IS NOT NULL THEN {text}; END IF;")?;
        }
        let parameters = (1..=types.len()).map(|at| format!("${at}")).collect::<Vec<_>>();
        Ok(Self {
            definition: format!(
                "CREATE FUNCTION {NAME}({}) RETURNS boolean LANGUAGE plpgsql AS $body$ BEGIN\n{body}RETURN true; END $body$",
                types.join(", ")
            ),
            call: format!("SELECT {NAME}({})", parameters.join(", ")),
        })
    }

    /// Makes it known to a new connection.
    pub(super) async fn define(&self, connection: &mut PgConnection) -> Result<(), sqlx::Error> {
        sqlx::raw_sql(AssertSqlSafe(self.definition.clone())).execute(connection).await?;
        Ok(())
    }

    /// Writes and commits a batch; `false`: the hold is lost or the order is broken, and nothing is written.
    pub(super) async fn call(&self, connection: &mut PgConnection, batch: &Batch) -> Result<bool, sqlx::Error> {
        let call = sqlx::query_scalar_with(AssertSqlSafe(self.call.clone()), batch.parameters.clone());
        call.fetch_one(connection).await
    }
}
