//! All that the desk of one org knows. Cloning it is cheap (persistent maps), so every commit can publish the whole
//! of it.

use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock};

use chrono::{DateTime, TimeDelta, Utc};
use imbl::{OrdMap, OrdSet};

use super::acknowledged::Acknowledged;
use super::canned::CannedResponse;
use super::commented::LastComments;
use super::event::{OrgCalendar, Policy};
use super::matching::PolicyTerms;
use super::received::Received;
use super::team::{Assignment, Team};
use super::ticket::{Ticket, TicketKey, TicketNumber};
use crate::domain::ids::{BusinessCalendarId, CannedResponseId, PolicyId, TeamId, TicketId};
use crate::domain::sla::Terms;
use crate::domain::ticket_status::TicketStatus;

/// How long a ticket is remembered after its last change, once work on it is over, in hours. Older ones are looked up.
pub const MEMORY_HOURS: i64 = 24;

/// What holds for tickets under no policy.
static NO_TERMS: LazyLock<Arc<Terms>> = LazyLock::new(|| Arc::new(Terms::none()));

/// The state of one org's desk.
#[derive(Clone, Debug, PartialEq)]
pub struct DeskState {
    pub(super) tickets: OrdMap<TicketNumber, Kept>,
    pub(super) numbers: OrdMap<TicketId, TicketNumber>,
    /// Tickets by the moment at which a clock of theirs next does something.
    pub(super) due: OrdSet<(DateTime<Utc>, TicketNumber)>,
    /// Tickets that are over, by the moment from which on they can be forgotten.
    pub(super) forgettable: OrdSet<(DateTime<Utc>, TicketNumber)>,
    /// How many tickets are live at each status that those can have.
    pub(super) live: OrdMap<TicketStatus, usize>,
    pub(super) next_number: TicketNumber,
    /// Deleted ones too: what tickets were promised refers to them.
    pub(super) policies: OrdMap<PolicyId, Arc<Policy>>,
    /// Deleted ones too.
    pub(super) calendars: OrdMap<BusinessCalendarId, Arc<OrgCalendar>>,
    /// Deleted ones too: their ids stay taken.
    pub(super) canned: OrdMap<CannedResponseId, Arc<CannedResponse>>,
    /// Deleted ones too: their ids stay taken.
    pub(super) teams: OrdMap<TeamId, Arc<Team>>,
    /// The team whose tickets are those that come without one.
    pub(super) team_of_others: Option<TeamId>,
    /// How many live tickets each of those has who work on any; `None`: no team asks, so nobody counts.
    pub(super) loads: Option<OrdMap<Arc<str>, usize>>,
    /// The policies that hold, in the order in which they are tried.
    pub(super) order: Arc<[Arc<Policy>]>,
    /// What each policy means at each priority: shared by all of its tickets.
    pub(super) terms: OrdMap<PolicyId, PolicyTerms>,
    pub(super) acknowledged: Acknowledged,
    pub(super) received: Received,
    pub(super) last_comments: LastComments,
}

/// A ticket in memory, with the moment by which it stands in the order of what is due: terms may have changed since.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Kept {
    pub ticket: Arc<Ticket>,
    pub due: Option<DateTime<Utc>>,
}

impl Default for DeskState {
    fn default() -> Self {
        Self {
            tickets: OrdMap::new(),
            numbers: OrdMap::new(),
            due: OrdSet::new(),
            forgettable: OrdSet::new(),
            live: OrdMap::new(),
            next_number: TicketNumber::FIRST,
            policies: OrdMap::new(),
            calendars: OrdMap::new(),
            canned: OrdMap::new(),
            teams: OrdMap::new(),
            team_of_others: None,
            loads: None,
            order: Arc::new([]),
            terms: OrdMap::new(),
            acknowledged: Acknowledged::default(),
            received: Received::default(),
            last_comments: LastComments::default(),
        }
    }
}

impl DeskState {
    /// Rebuilds a state from what was stored. Tickets: those that [`Self::is_remembered`] at the moment of loading,
    /// at least. Policies, calendars, canned responses and teams: the deleted ones too.
    #[must_use]
    pub fn restored(
        tickets: impl IntoIterator<Item = Arc<Ticket>>,
        next_number: TicketNumber,
        policies: impl IntoIterator<Item = Policy>,
        calendars: impl IntoIterator<Item = OrgCalendar>,
        canned: impl IntoIterator<Item = CannedResponse>,
        teams: impl IntoIterator<Item = Team>,
    ) -> Self {
        let mut state = Self {
            next_number,
            policies: policies.into_iter().map(|one| (one.id.clone(), Arc::new(one))).collect(),
            calendars: calendars.into_iter().map(|one| (one.id.clone(), Arc::new(one))).collect(),
            canned: canned.into_iter().map(|one| (one.id.clone(), Arc::new(one))).collect(),
            teams: teams.into_iter().map(|one| (one.id.clone(), Arc::new(one))).collect(),
            ..Self::default()
        };
        state.arrange_policies();
        state.fill(tickets.into_iter().collect());
        state.arrange_teams();
        state
    }

    /// A ticket in memory, deleted or not.
    #[must_use]
    pub fn ticket(&self, key: &TicketKey) -> Option<&Arc<Ticket>> {
        match key {
            TicketKey::Id(id) => self.ticket_by_id(id),
            TicketKey::Number(number) => self.tickets.get(number).map(|kept| &kept.ticket),
        }
    }

    /// As [`Self::ticket`], by id.
    #[must_use]
    pub fn ticket_by_id(&self, id: &TicketId) -> Option<&Arc<Ticket>> {
        self.tickets.get(self.numbers.get(id)?).map(|kept| &kept.ticket)
    }

    /// All tickets in memory, by number.
    pub fn tickets(&self) -> impl Iterator<Item = &Arc<Ticket>> {
        self.tickets.values().map(|kept| &kept.ticket)
    }

    /// How many tickets are live.
    #[must_use]
    pub fn live_count(&self) -> usize {
        self.live.values().sum()
    }

    /// How many tickets stand at one of these statuses, deleted ones left out; `None`: memory does not know, because there may
    /// be others that it has forgotten.
    #[must_use]
    pub fn count_at(&self, statuses: &[TicketStatus]) -> Option<usize> {
        let distinct: BTreeSet<TicketStatus> = statuses.iter().copied().collect();
        let of = |status: &TicketStatus| (!status.is_done()).then(|| self.live.get(status).copied().unwrap_or(0));
        distinct.iter().map(of).sum()
    }

    /// The number that the next ticket gets.
    #[must_use]
    pub fn next_number(&self) -> TicketNumber {
        self.next_number
    }

    /// A policy that is not deleted.
    #[must_use]
    pub fn policy(&self, id: &PolicyId) -> Option<&Arc<Policy>> {
        self.policies.get(id).filter(|policy| policy.deleted_at.is_none())
    }

    /// The policies that are not deleted, in the order in which they are tried.
    pub fn policies(&self) -> impl Iterator<Item = &Arc<Policy>> {
        self.order.iter()
    }

    /// A business calendar that is not deleted.
    #[must_use]
    pub fn calendar(&self, id: &BusinessCalendarId) -> Option<&Arc<OrgCalendar>> {
        self.calendars.get(id).filter(|calendar| calendar.deleted_at.is_none())
    }

    /// The business calendars that are not deleted, by id.
    pub fn calendars(&self) -> impl Iterator<Item = &Arc<OrgCalendar>> {
        self.calendars.values().filter(|calendar| calendar.deleted_at.is_none())
    }

    /// A canned response that is not deleted.
    #[must_use]
    pub fn canned(&self, id: &CannedResponseId) -> Option<&Arc<CannedResponse>> {
        self.canned.get(id).filter(|canned| canned.deleted_at.is_none())
    }

    /// The canned responses that are not deleted, by id.
    pub fn canned_responses(&self) -> impl Iterator<Item = &Arc<CannedResponse>> {
        self.canned.values().filter(|canned| canned.deleted_at.is_none())
    }

    /// A team that is not deleted.
    #[must_use]
    pub fn team(&self, id: &TeamId) -> Option<&Arc<Team>> {
        self.teams.get(id).filter(|team| team.deleted_at.is_none())
    }

    /// The teams that are not deleted, by id.
    pub fn teams(&self) -> impl Iterator<Item = &Arc<Team>> {
        self.teams.values().filter(|team| team.deleted_at.is_none())
    }

    /// The team that a ticket means by its text, if tickets are given to its members by a rule.
    pub(super) fn team_with_rule(&self, text: &str) -> Option<&Arc<Team>> {
        if self.teams.is_empty() {
            return None;
        }
        let team = TeamId::parse(text).ok().and_then(|id| self.team(&id));
        team.filter(|team| team.terms.assignment != Assignment::Off)
    }

    /// How many live tickets somebody works on; only where a team asks for it.
    pub(super) fn load_of(&self, worker: &str) -> usize {
        self.loads.as_ref().and_then(|loads| loads.get(worker)).copied().unwrap_or(0)
    }

    /// What holds for the clocks of a ticket.
    #[must_use]
    pub fn terms_of(&self, ticket: &Ticket) -> &Arc<Terms> {
        let policy = ticket.policy_id.as_ref().and_then(|id| self.terms.get(id));
        policy.map_or(&NO_TERMS, |policy| policy.at(ticket.priority))
    }

    /// Whether a ticket has to be in memory at `now`: time may make something happen to it, or somebody still writes
    /// in it.
    #[must_use]
    pub fn is_remembered(ticket: &Ticket, now: DateTime<Utc>) -> bool {
        forget_at(ticket).is_none_or(|at| now < at)
    }

    /// The newest moment in it; `None` for an empty one. A rebuilt owner goes on from there, never from before it.
    #[must_use]
    pub fn newest_instant(&self) -> Option<DateTime<Utc>> {
        let tickets = self.tickets().map(|ticket| ticket.updated_at);
        let policies = self.policies.values().map(|policy| policy.updated_at);
        let calendars = self.calendars.values().map(|calendar| calendar.updated_at);
        let canned = self.canned.values().map(|canned| canned.updated_at);
        let teams = self.teams.values().map(|team| team.updated_at);
        tickets.chain(policies).chain(calendars).chain(canned).chain(teams).max()
    }
}

/// From when on a ticket can be forgotten; `None`: not while it is live.
pub(super) fn forget_at(ticket: &Ticket) -> Option<DateTime<Utc>> {
    (!ticket.is_live()).then(|| ticket.updated_at + TimeDelta::hours(MEMORY_HOURS))
}
