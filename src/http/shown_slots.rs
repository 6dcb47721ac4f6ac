//! Answers to questions for slots, kept as long as they would come out the same: many look before one books.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use actix_web::web::Bytes;
use chrono::{DateTime, Utc};

use crate::actors::{Calendar, Published};
use crate::domain::calendar::{Points, Question};
use crate::domain::ids::OrgId;

/// An answer that is longer is not kept, in bytes.
const ANSWER_MAX_BYTES: usize = 1 << 20;
/// Most that is kept, in bytes of answers. What would be more begins anew.
const KEPT_MAX_BYTES: usize = 16 << 20;
/// Most answers that are kept: short ones take room for their question, too.
const KEPT_MAX: usize = 4_096;

/// What a question is asked of.
#[derive(Clone, Copy)]
pub(super) struct Asked<'a> {
    /// The committed calendar.
    pub calendar: &'a Arc<Published<Calendar>>,
    /// What holds at the points.
    pub points: &'a Points,
    /// When.
    pub now: DateTime<Utc>,
}

/// An answer, and what it was worked out from.
struct Kept {
    /// Does not keep the calendar, only its address from being another's.
    calendar: Weak<Published<Calendar>>,
    points: Points,
    from: DateTime<Utc>,
    until: DateTime<Utc>,
    bytes: Bytes,
}

impl Kept {
    fn answers(&self, asked: &Asked<'_>) -> bool {
        std::ptr::eq(self.calendar.as_ptr(), Arc::as_ptr(asked.calendar))
            && self.points == *asked.points
            && (self.from..self.until).contains(&asked.now)
    }
}

/// The answers that are kept.
#[derive(Default)]
pub(super) struct ShownSlots(Mutex<Shelf>);

#[derive(Default)]
struct Shelf {
    answers: HashMap<(OrgId, Question), Kept>,
    bytes: usize,
}

impl ShownSlots {
    /// The answer, where it is kept and holds.
    pub fn find(&self, asked: &Asked<'_>, question: &Question) -> Option<Bytes> {
        let shelf = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = shelf.answers.get(&(asked.calendar.org.clone(), question.clone()))?;
        kept.answers(asked).then(|| kept.bytes.clone())
    }

    /// Keeps an answer that stays the same before `until`.
    pub fn keep(&self, asked: &Asked<'_>, question: Question, until: DateTime<Utc>, bytes: &Bytes) {
        if bytes.len() > ANSWER_MAX_BYTES || until <= asked.now {
            return;
        }
        let kept = Kept {
            calendar: Arc::downgrade(asked.calendar),
            points: asked.points.clone(),
            from: asked.now,
            until,
            bytes: bytes.clone(),
        };
        let mut shelf = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if shelf.bytes + bytes.len() > KEPT_MAX_BYTES || shelf.answers.len() >= KEPT_MAX {
            *shelf = Shelf::default();
        }
        let before = shelf.answers.insert((asked.calendar.org.clone(), question), kept);
        shelf.bytes = shelf.bytes + bytes.len() - before.map_or(0, |before| before.bytes.len());
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;
    use crate::domain::calendar::{CalendarState, Edge, PointTerms};
    use crate::domain::ids::{DefinitionId, PointId};
    use crate::domain::owner::TheCalendar;

    fn calendar() -> Arc<Published<Calendar>> {
        let org = OrgId::parse("demo").unwrap();
        Arc::new(Published::new(org, TheCalendar, CalendarState::default(), DateTime::UNIX_EPOCH, 0))
    }

    fn question(party_size: u32) -> Question {
        let day = Edge::Date("2026-05-10".parse().unwrap());
        let definition = DefinitionId::parse("cut").unwrap();
        Question { definition, from: day, to: day, staff: None, point: None, party_size, explain: false }
    }

    #[test]
    fn an_answer_is_kept_for_its_question_its_calendar_its_points_and_its_time_only() {
        let (shown, calendar, points) = (ShownSlots::default(), calendar(), Points::default());
        let now: DateTime<Utc> = "2026-05-10T09:00:00Z".parse().unwrap();
        let until = now + TimeDelta::minutes(1);
        let asked = Asked { calendar: &calendar, points: &points, now };
        let bytes = Bytes::from_static(b"{}");
        shown.keep(&asked, question(1), until, &bytes);
        assert_eq!(shown.find(&asked, &question(1)), Some(bytes));
        assert_eq!(shown.find(&asked, &question(2)), None);
        let last = until - TimeDelta::nanoseconds(1);
        assert!(shown.find(&Asked { now: last, ..asked }, &question(1)).is_some());
        for other in [until, now - TimeDelta::nanoseconds(1)] {
            assert_eq!(shown.find(&Asked { now: other, ..asked }, &question(1)), None, "{other}");
        }
        let changed = Arc::new(calendar.refreshed(now));
        assert_eq!(shown.find(&Asked { calendar: &changed, ..asked }, &question(1)), None);
        let terms = PointTerms { capacity: 1, timezone: chrono_tz::UTC, hours: None, grace_minutes: 5 };
        let moved = [(PointId::parse("chair").unwrap(), terms)].into_iter().collect();
        assert_eq!(shown.find(&Asked { points: &moved, ..asked }, &question(1)), None);
    }

    #[test]
    fn what_is_kept_has_bounds() {
        let (shown, calendar, points) = (ShownSlots::default(), calendar(), Points::default());
        let now: DateTime<Utc> = DateTime::UNIX_EPOCH;
        let asked = Asked { calendar: &calendar, points: &points, now };
        let keep = |party_size, length| {
            let bytes = Bytes::from(vec![b' '; length]);
            shown.keep(&asked, question(party_size), now + TimeDelta::minutes(1), &bytes);
            shown.find(&asked, &question(party_size)).is_some()
        };
        assert!(!keep(1, ANSWER_MAX_BYTES + 1));
        let fitting = u32::try_from(KEPT_MAX_BYTES / ANSWER_MAX_BYTES).unwrap();
        assert!((0..fitting).all(|number| keep(number, ANSWER_MAX_BYTES)));
        assert!(shown.find(&asked, &question(0)).is_some());
        assert!(keep(fitting, 1) && shown.find(&asked, &question(0)).is_none(), "it begins anew");
        let most = u32::try_from(KEPT_MAX).unwrap();
        assert!((0..most).all(|number| keep(number, 1)), "the one of before is among them");
        assert_eq!(shown.0.lock().unwrap().answers.len(), KEPT_MAX);
        assert!(keep(u32::MAX, 1));
        assert_eq!(shown.0.lock().unwrap().answers.len(), 1);
    }
}
