//! Canned responses as supervisors write them: whole for a new one, in parts for a change.

use serde_json::{Map, Value};

use crate::actors::check_canned_text;
use crate::domain::desk::CannedTerms;
use crate::domain::ids::CannedResponseId;
use crate::domain::invalid::Invalid;
use crate::http::problem::Problem;

/// Reads a new canned response.
///
/// # Errors
/// 422 with what is wrong.
pub fn parse_canned(
    fields: Map<String, Value>,
    make_id: impl FnOnce() -> CannedResponseId,
) -> Result<(CannedResponseId, CannedTerms), Problem> {
    let id = named(&fields)?.unwrap_or_else(make_id);
    let terms = CannedTerms::parse(&Value::Object(fields))?;
    check_body(&terms.body)?;
    Ok((id, terms))
}

/// Reads what is different about a canned response: fields that the desk puts over those that it has.
///
/// # Errors
/// 422 with what is wrong.
pub fn parse_canned_changes(mut fields: Map<String, Value>) -> Result<(CannedResponseId, Map<String, Value>), Problem> {
    let id = named(&fields)?.ok_or_else(|| Invalid::new("id", "is required"))?;
    fields.remove("id");
    if let Some(Value::String(body)) = fields.get("body") {
        check_body(body)?;
    }
    Ok((id, fields))
}

fn named(fields: &Map<String, Value>) -> Result<Option<CannedResponseId>, Invalid> {
    match fields.get("id") {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(id)) => CannedResponseId::parse(id).map(Some).map_err(|error| error.at("id")),
        Some(_) => Err(Invalid::new("id", "must be a text")),
    }
}

fn check_body(body: &str) -> Result<(), Invalid> {
    check_canned_text(body).map_err(|error| Invalid::new("body", error.to_string()))
}
