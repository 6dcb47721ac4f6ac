//! Teams: who shares the tickets that come to a team, and by which rule. A ticket belongs to a team when its `team` is the
//! team's id. Whose turn it was last is a part of the team, so it is stored with it.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::checking::{at_most, worker};
use super::configured::Configured;
use crate::domain::ids::TeamId;
use crate::domain::invalid::{Invalid, text};

/// Longest name of a team, in characters.
pub const TEAM_NAME_MAX_CHARACTERS: usize = 120;
/// Most members of one team: each is looked at when a ticket is given to one of them.
pub const TEAM_MEMBERS_MAX: usize = 100;

/// Who of a team gets a ticket that comes to it and that nobody works on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Assignment {
    /// Nobody: people take their tickets themselves.
    #[default]
    Off,
    /// One after the other, in the order of the list.
    RoundRobin,
    /// Who has the fewest tickets that are worked on, those of other teams included; among equals one after the other.
    LeastOpen,
}

impl Assignment {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Off, Self::RoundRobin, Self::LeastOpen];

    /// The word of the wire.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::RoundRobin => "round-robin",
            Self::LeastOpen => "least-open",
        }
    }

    /// Reads the word of the wire.
    ///
    /// # Errors
    /// It is none of them.
    pub fn parse(word: &str) -> Result<Self, Invalid> {
        let found = Self::ALL.into_iter().find(|rule| rule.word() == word);
        found.ok_or_else(|| Invalid::new("", "must be off, round-robin or least-open"))
    }
}

/// One of a team.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TeamMember {
    /// Who, as tickets name those who work on them.
    pub id: Arc<str>,
    /// Whether they take tickets at present.
    pub active: bool,
}

/// What a team is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TeamTerms {
    /// What it is called.
    pub name: String,
    /// Who gets what comes to it.
    pub assignment: Assignment,
    /// Who shares its tickets, in the order of their turns.
    pub members: Arc<[TeamMember]>,
    /// Whether tickets that come without a team are its own.
    pub takes_unassigned: bool,
    /// The member who had the last turn; `None`: the first one of the list is next.
    pub last_turn: Option<Arc<str>>,
}

/// A team of an org.
pub type Team = Configured<TeamId, TeamTerms>;

/// What is changed about a team: `None` stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct TeamChanges {
    /// Another name.
    pub name: Option<String>,
    /// Another rule.
    pub assignment: Option<Assignment>,
    /// Other members, all of them.
    pub members: Option<Vec<TeamMember>>,
    /// Whether tickets that come without a team are its own.
    pub takes_unassigned: Option<bool>,
}

/// That a ticket was given to somebody by the rule of its team.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Assigned {
    /// Whose rule.
    pub team: TeamId,
    /// Which rule.
    pub rule: Assignment,
    /// Who got it.
    pub to: Arc<str>,
}

impl TeamTerms {
    /// A team in which nobody has had a turn yet.
    ///
    /// # Errors
    /// The path and what is wrong there: the name, the number of members, the id of one, or one who is named twice.
    pub fn new(
        name: &str,
        assignment: Assignment,
        members: &[TeamMember],
        takes_unassigned: bool,
    ) -> Result<Self, Invalid> {
        let name = text("name", name, 1, TEAM_NAME_MAX_CHARACTERS, false)?;
        Ok(Self { name, assignment, members: checked(members)?, takes_unassigned, last_turn: None })
    }

    /// The member with this id, active or not.
    #[must_use]
    pub fn member(&self, id: &str) -> Option<&TeamMember> {
        self.members.iter().find(|member| *member.id == *id)
    }

    /// Who gets the next ticket; `None`: nobody who could, or the rule is off. `is_there` says who is, beyond what the list says;
    /// `load` how many tickets somebody works on.
    pub(super) fn next(
        &self,
        is_there: impl Fn(&TeamMember) -> bool,
        load: impl Fn(&str) -> usize,
    ) -> Option<&Arc<str>> {
        let last = self.last_turn.as_ref().and_then(|last| self.members.iter().position(|one| one.id == *last));
        let (before, after) = self.members.split_at(last.map_or(0, |last| last + 1));
        let mut in_turn = after.iter().chain(before).filter(|one| one.active && is_there(one)).map(|one| &one.id);
        match self.assignment {
            Assignment::Off => None,
            Assignment::RoundRobin => in_turn.next(),
            // Of equals the first.
            Assignment::LeastOpen => in_turn.min_by_key(|id| load(id)),
        }
    }

    /// The same after somebody's turn.
    pub(super) fn after_turn_of(&self, id: &Arc<str>) -> Self {
        Self { last_turn: Some(Arc::clone(id)), ..self.clone() }
    }

    /// Whose turn was the last by another list: of those who went before in this one, the nearest who is still there, so that
    /// who was next stays next.
    fn last_turn_among(&self, members: &[TeamMember]) -> Option<Arc<str>> {
        let last = self.members.iter().position(|one| Some(&one.id) == self.last_turn.as_ref())?;
        let (until, beyond) = self.members.split_at(last + 1);
        let mut backwards = until.iter().rev().chain(beyond.iter().rev()).map(|one| &one.id);
        backwards.find(|id| members.iter().any(|one| one.id == **id)).cloned()
    }
}

impl TeamChanges {
    /// A team with these changes made. Equal to it when nothing is different.
    ///
    /// # Errors
    /// As [`TeamTerms::new`].
    pub fn apply_to(&self, terms: &TeamTerms) -> Result<TeamTerms, Invalid> {
        let after = TeamTerms::new(
            self.name.as_ref().unwrap_or(&terms.name),
            self.assignment.unwrap_or(terms.assignment),
            self.members.as_deref().unwrap_or(&terms.members),
            self.takes_unassigned.unwrap_or(terms.takes_unassigned),
        )?;
        Ok(TeamTerms { last_turn: terms.last_turn_among(&after.members), ..after })
    }
}

fn checked(members: &[TeamMember]) -> Result<Arc<[TeamMember]>, Invalid> {
    at_most("members", members.len(), TEAM_MEMBERS_MAX)?;
    let mut seen = BTreeSet::new();
    let members = members.iter().enumerate().map(|(at, member)| {
        let path = format!("members[{at}].id");
        let id: Arc<str> = worker(&path, &member.id)?.into();
        if seen.insert(Arc::clone(&id)) {
            Ok(TeamMember { id, active: member.active })
        } else {
            Err(Invalid::new(path, "is a member already"))
        }
    });
    members.collect()
}
