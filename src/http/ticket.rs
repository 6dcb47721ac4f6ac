//! Who holds a ticket number today: at a counter people show a number, not an id. Looked up in what is published.

use super::edge::Edge;
use super::problem::{Code, Problem};
use crate::domain::ids::{EntryId, OrgId, PointId};
use crate::domain::queue::QueueState;

/// The ticket number that a text is; `None`: it is none.
#[must_use]
pub fn number_of(text: &str) -> Option<u32> {
    let is_written_in_digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| is_written_in_digits)
}

/// The visit that goes on under this number today, at `among` or at any point of the org.
///
/// # Errors
/// 404 where nobody has it; 409 where several points gave it.
pub fn entry_with_number(
    edge: &Edge,
    org: &OrgId,
    among: Option<&PointId>,
    number: u32,
) -> Result<(PointId, EntryId), Problem> {
    let points = match among {
        None => edge.directory.published_of(org),
        Some(point) => {
            let published = edge.directory.published(org, point);
            vec![published.ok_or_else(|| Problem::of(Code::ServicePointNotFound))?]
        }
    };
    let now = edge.now();
    let entry_at = |point: &QueueState| point.open_entry_numbered(number, now).map(|entry| entry.id.clone());
    let mut found: Vec<_> = points.iter().filter_map(|at| Some((at.name.clone(), entry_at(&at.state)?))).collect();
    match found.len() {
        0 | 1 => found.pop().ok_or_else(|| Problem::of(Code::EntryNotFound)),
        _ => {
            let points: Vec<_> = found.into_iter().map(|(point, _)| point).collect();
            let detail = "Several service points gave this number today: say which by ?servicePoint=.";
            Err(Problem::new(Code::AmbiguousNumber, detail).with("parameter", "servicePoint").with("points", points))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_written_in_digits() {
        assert_eq!((number_of("7"), number_of("007")), (Some(7), Some(7)));
        for none in ["", "+7", "-7", "7a", "T-000007", "4294967296", "٧"] {
            assert_eq!(number_of(none), None, "{none}");
        }
    }
}
