//! When time alone will change something, for all owners at once: one order by due moment, taken from what is committed,
//! so that an owner who sleeps is woken just as well as one who is awake.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, Utc};
use tokio::sync::Notify;

use crate::domain::ids::OrgId;
use crate::domain::owner::OwnerName;

type Key = (OrgId, OwnerName);

#[derive(Default)]
struct Order {
    by_time: BTreeSet<(DateTime<Utc>, Key)>,
    by_owner: HashMap<Key, DateTime<Utc>>,
}

/// All due moments.
#[derive(Default)]
pub(super) struct Due {
    order: Mutex<Order>,
    /// Told when the earliest moment has become earlier.
    pub(super) earlier: Notify,
}

impl Due {
    /// Sets, moves or clears the moment of an owner.
    pub(super) fn set(&self, org: &OrgId, owner: &OwnerName, at: Option<DateTime<Utc>>) {
        let mut order = self.order.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (org.clone(), owner.clone());
        let before = order.by_owner.get(&key).copied();
        if before == at {
            return;
        }
        if let Some(before) = before {
            order.by_time.remove(&(before, key.clone()));
            order.by_owner.remove(&key);
        }
        if let Some(at) = at {
            let earliest = order.by_time.first().is_none_or(|(first, _)| at < *first);
            order.by_time.insert((at, key.clone()));
            order.by_owner.insert(key, at);
            if earliest {
                self.earlier.notify_one();
            }
        }
    }

    /// The earliest moment.
    pub(super) fn earliest(&self) -> Option<DateTime<Utc>> {
        self.order.lock().unwrap_or_else(PoisonError::into_inner).by_time.first().map(|(at, _)| *at)
    }

    /// Takes out whoever is due at `now`; they set their next moment with what they commit.
    pub(super) fn take(&self, now: DateTime<Utc>) -> Vec<Key> {
        let mut order = self.order.lock().unwrap_or_else(PoisonError::into_inner);
        let mut due = Vec::new();
        while order.by_time.first().is_some_and(|(at, _)| *at <= now) {
            if let Some((_, key)) = order.by_time.pop_first() {
                order.by_owner.remove(&key);
                due.push(key);
            }
        }
        due
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::PointId;

    #[test]
    fn owners_are_taken_in_the_order_of_their_moments_and_once() {
        let due = Due::default();
        let org = OrgId::parse("demo").unwrap();
        let point = |name: &str| OwnerName::Point(PointId::parse(name).unwrap());
        let at = |second| DateTime::from_timestamp(second, 0).unwrap();
        due.set(&org, &point("a"), Some(at(30)));
        due.set(&org, &point("b"), Some(at(10)));
        due.set(&org, &point("c"), Some(at(20)));
        due.set(&org, &point("c"), None);
        due.set(&org, &point("a"), Some(at(9)));
        assert_eq!(due.earliest(), Some(at(9)));
        assert_eq!(due.take(at(10)), [(org.clone(), point("a")), (org.clone(), point("b"))]);
        assert!(due.take(at(99)).is_empty());
    }
}
