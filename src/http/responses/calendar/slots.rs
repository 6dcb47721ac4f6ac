//! Slots as anybody may see them, and for staff why other starts are refused.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::calendar::{ClosedDay, Explained, OfferedSlot, Refusal, SlotAnswer};
use crate::domain::ids::DefinitionId;

/// What is offered.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SlotsView<'a> {
    /// Of which definition.
    #[schema(value_type = String, example = "def-haircut-30")]
    definition_id: &'a DefinitionId,
    /// IANA name of the business zone.
    #[schema(example = "Europe/Berlin")]
    timezone: &'a str,
    /// What can be booked, in order.
    #[schema(value_type = Vec<SlotView>)]
    slots: &'a [OfferedSlot],
    /// Days on which nothing is offered, full or not.
    #[schema(value_type = Vec<ClosedView>)]
    closed: &'a [ClosedDay],
    /// For staff who asked for it: every start of the grid.
    #[serde(skip_serializing_if = "Option::is_none")]
    explain: Option<Vec<ExplainedView<'a>>>,
}

/// A slot that can be booked.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "describes how `OfferedSlot` is written")]
pub struct SlotView {
    /// When it begins.
    #[schema(example = "2026-05-10T14:00:00Z")]
    start: DateTime<Utc>,
    /// When it is over.
    #[schema(example = "2026-05-10T14:30:00Z")]
    end: DateTime<Utc>,
    /// For how many people there is room.
    #[schema(example = 1)]
    spots_available: u32,
    /// Who could serve.
    staff_ids: Vec<String>,
}

/// A day on which nothing is offered.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes how `ClosedDay` is written")]
pub struct ClosedView {
    /// Which, in the business zone.
    date: NaiveDate,
    /// `inactive`, `past`, `beyond_horizon`, `closed`, `hours`, `blocked`, `point_closed`, `no_staff`,
    /// `party_too_large` (more people than there is room for even where nobody has booked) or `notice`.
    #[schema(example = "hours")]
    reason: String,
}

/// What the rules say of one start of the grid.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ExplainedView<'a> {
    /// The start.
    start: DateTime<Utc>,
    /// The end that follows from it.
    end: DateTime<Utc>,
    /// Whether it is offered.
    offered: bool,
    /// Every rule that says no.
    refusals: Vec<RefusalView<'a>>,
}

/// A rule that says no.
#[derive(Debug, Serialize, ToSchema)]
pub struct RefusalView<'a> {
    /// Its name in `rule`, and its numbers.
    #[serde(flatten)]
    #[schema(value_type = Object, example = json!({"rule": "notice", "earliest": "2026-05-10T10:00:00Z"}))]
    refusal: &'a Refusal,
    /// The same in words.
    #[schema(example = "the earliest time that can be booked now is 2026-05-10 10:00:00 UTC")]
    detail: String,
}

impl<'a> SlotsView<'a> {
    /// The answer, with the explanations where they were asked for.
    #[must_use]
    pub fn new(answer: &'a SlotAnswer, explain: bool) -> Self {
        Self {
            definition_id: &answer.definition_id,
            timezone: answer.timezone.name(),
            slots: &answer.slots,
            closed: &answer.closed,
            explain: explain.then(|| answer.explain.iter().map(ExplainedView::new).collect()),
        }
    }
}

impl<'a> ExplainedView<'a> {
    fn new(explained: &'a Explained) -> Self {
        let refusals = explained.refusals.iter();
        Self {
            start: explained.start,
            end: explained.end,
            offered: explained.refusals.is_empty(),
            refusals: refusals.map(|refusal| RefusalView { refusal, detail: refusal.to_string() }).collect(),
        }
    }
}
