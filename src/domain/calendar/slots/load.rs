//! How many people are there at each moment: a staircase over time, and its highest step within a span.

use chrono::{DateTime, Utc};

use crate::domain::calendar::busy::Claim;

/// The number of people from each moment of change on, in the order of time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Load(Vec<(DateTime<Utc>, u32)>);

impl Load {
    /// The load that these claims make, each from the beginning to the end of what it occupies.
    pub fn of<'a>(claims: impl Iterator<Item = &'a Claim>) -> Self {
        let mut changes: Vec<(DateTime<Utc>, i64)> = Vec::new();
        for claim in claims {
            let people = i64::from(claim.party_size);
            changes.push((claim.occupied.start, people));
            changes.push((claim.occupied.end, -people));
        }
        changes.sort_unstable();
        let mut steps: Vec<(DateTime<Utc>, u32)> = Vec::with_capacity(changes.len());
        let mut people: i64 = 0;
        for (at, change) in changes {
            people += change;
            let level = u32::try_from(people).unwrap_or(0);
            match steps.last_mut() {
                // Half-open: who leaves at a moment is not there with who comes at it.
                Some(last) if last.0 == at => last.1 = level,
                Some(_) | None => steps.push((at, level)),
            }
        }
        Self(steps)
    }

    /// The most people that are there at any moment of `[from, to)`.
    pub fn peak(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> u32 {
        let after = self.0.partition_point(|(at, _)| *at <= from);
        let before = after.checked_sub(1).map_or(0, |at| self.0[at].1);
        self.0[after..].iter().take_while(|(at, _)| *at < to).map(|(_, people)| *people).fold(before, u32::max)
    }
}
