//! The history of a ticket that there need not be, as it is given to a preview.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::Deserialize;
use utoipa::ToSchema;

use super::policy::status;
use crate::domain::invalid::Invalid;
use crate::domain::sla::{Happening, HistoryEntry, Occurrence, Terms};
use crate::domain::ticket_status::TicketStatus;
use crate::http::requests::calendar::times::each;
use crate::http::requests::{Errors, Field};

/// Most entries of a history.
const HISTORY_MAX: usize = 1_000;

/// One thing that happens to the ticket.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct HappeningBody {
    /// When; in the years 1900 to 2199.
    #[serde(default)]
    #[schema(value_type = String, format = DateTime, required, example = "2026-05-11T09:00:00Z")]
    at: Field,
    /// `created` (exactly one, the first), `customer_message`, `agent_reply` (public) or `status`.
    #[serde(default)]
    #[schema(value_type = String, required, example = "created")]
    r#type: Field,
    /// Goes with `status`: `open`, `in-progress`, `pending`, `resolved` or `closed`. A message changes no status by itself.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "pending")]
    to: Field,
}

/// An entry, with its place in the body.
#[derive(Clone, Copy)]
struct Entry {
    place: usize,
    at: DateTime<Utc>,
    what: Happening,
}

/// What a history holds, in order of time.
pub(super) struct Happenings(Vec<Entry>);

impl Happenings {
    /// The entries up to `now`, under the same terms throughout.
    pub(super) fn until(&self, now: DateTime<Utc>, terms: &Arc<Terms>) -> Vec<HistoryEntry> {
        let happened = self.0.iter().take_while(|entry| entry.at <= now);
        happened.map(|entry| HistoryEntry { at: entry.at, what: entry.what, terms: Arc::clone(terms) }).collect()
    }
}

/// Reads a history. Entries may come in any order; those of the same instant stay in the order in which they stand.
pub(super) fn happenings(field: &Field, path: &str, errors: &mut Errors) -> Option<Happenings> {
    let mut place = 0;
    let entries = each(field, path, HISTORY_MAX, errors, |path, body: &HappeningBody, errors| {
        let here = place;
        place += 1;
        let at = errors.required(&format!("{path}.at"), body.at.instant(&format!("{path}.at")));
        let what = happening(body, path, errors);
        Some(Entry { place: here, at: at?, what: what? })
    });
    let given = field.value().and_then(serde_json::Value::as_array).map_or(0, Vec::len);
    // Where an entry is wrong in itself, nothing can be said about their order.
    let mut entries = entries.filter(|entries| entries.len() == given)?;
    entries.sort_by_key(|entry| (entry.at, !matches!(entry.what, Happening::Created { .. })));
    errors.keep(in_order(&entries, path))?;
    Some(Happenings(entries))
}

fn happening(body: &HappeningBody, path: &str, errors: &mut Errors) -> Option<Happening> {
    let (type_path, to_path) = (format!("{path}.type"), format!("{path}.to"));
    let word = errors.required(&type_path, body.r#type.text(&type_path))?;
    match word {
        "created" => Some(Happening::Created { status: TicketStatus::Open }),
        "customer_message" => Some(Happening::Occurred(Occurrence::CustomerMessage)),
        "agent_reply" => Some(Happening::Occurred(Occurrence::AgentReply)),
        "status" => {
            let to = errors.required(&to_path, status(&body.to, &to_path))?;
            Some(Happening::Occurred(Occurrence::Status { to }))
        }
        _ => {
            let detail = "must be created, customer_message, agent_reply or status";
            errors.keep(Err(Invalid::new(type_path, detail)))
        }
    }
}

/// Checks that a ticket is created once, before anything else, and left alone once it is closed.
fn in_order(entries: &[Entry], path: &str) -> Result<(), Invalid> {
    let is_created = |entry: &Entry| matches!(entry.what, Happening::Created { .. });
    let Some(first) = entries.first() else { return Err(Invalid::new(path, "must begin with the creation")) };
    if !entries.iter().any(is_created) {
        return Err(Invalid::new(path, "must have an entry of type created"));
    }
    if !is_created(first) {
        return Err(Invalid::new(format!("{path}[{}].at", first.place), "lies before the creation"));
    }
    if let Some(second) = entries[1..].iter().find(|entry| is_created(entry)) {
        return Err(Invalid::new(format!("{path}[{}].type", second.place), "is a second creation"));
    }
    let mut is_closed = false;
    for entry in entries {
        let Happening::Occurred(Occurrence::Status { to }) = entry.what else { continue };
        if is_closed {
            return Err(Invalid::new(format!("{path}[{}].to", entry.place), "comes after closed, which is final"));
        }
        is_closed = to == TicketStatus::Closed;
    }
    Ok(())
}
