//! What a calendar has to know of the service points that its definitions name: values taken from what is published.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use crate::domain::hours::WeeklyHours;
use crate::domain::ids::PointId;

/// What limits bookings at one service point.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PointTerms {
    /// How many people at the same moment, across all definitions of the point.
    pub capacity: u32,
    /// The zone of the hours.
    pub timezone: Tz,
    /// When it is open; `None`: always.
    pub hours: Option<WeeklyHours>,
    /// How long who is expected may take to come before they are a no-show, in minutes.
    pub grace_minutes: u32,
}

/// The service points by id. Cloning it is cheap.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Points(Arc<BTreeMap<PointId, PointTerms>>);

impl Points {
    /// What limits bookings at this point; `None`: there is no such point.
    #[must_use]
    pub fn get(&self, id: &PointId) -> Option<&PointTerms> {
        self.0.get(id)
    }
}

impl FromIterator<(PointId, PointTerms)> for Points {
    fn from_iter<I: IntoIterator<Item = (PointId, PointTerms)>>(points: I) -> Self {
        Self(Arc::new(points.into_iter().collect()))
    }
}
