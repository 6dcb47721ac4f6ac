//! What the pages of those who work here have in common: who looks, at whose desk, when, and how they are told that they
//! may not.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde::Serialize;

use super::sign_in::{self, Landing};
use super::templates::Page;
use super::{Pages, words};
use crate::domain::desk::Agents;
use crate::domain::ids::StaffId;
use crate::http::{Clerk, Code, Edge, Problem, QUEUES, Query, STAFF_SIDE};

/// The head of a page of the console.
#[derive(Clone, Debug, Serialize)]
pub struct Console {
    business: String,
    timezone: &'static str,
    city: String,
    who: String,
    sees_queues: bool,
    as_of: String,
    clock: String,
}

/// Somebody who works here and looks at a page.
pub struct Viewer {
    /// Who.
    pub clerk: Clerk,
    /// The colleagues by name.
    pub people: People,
    /// The zone that the business lives in.
    pub zone: Tz,
    /// The moment that the page shows.
    pub now: DateTime<Utc>,
    business: String,
}

impl Viewer {
    /// Who asks for a page; the org that the address names, if it does, must be theirs.
    ///
    /// # Errors
    /// 401 and 403.
    pub async fn of(request: &HttpRequest, edge: &Edge) -> Result<Self, Problem> {
        let clerk = edge.clerk(request, STAFF_SIDE).await?;
        if Query::of(request)?.get("org").is_some_and(|named| named != clerk.org.as_str()) {
            return Err(Problem::of(Code::OrgMismatch));
        }
        let org = edge.directory.org(&clerk.org).await?.ok_or_else(|| Problem::of(Code::UnknownOrg))?;
        let people = People { agents: edge.directory.agents(&clerk.org), own: clerk.identity.subject.clone() };
        Ok(Self { clerk, people, zone: org.timezone, now: edge.now(), business: org.name.clone() })
    }

    /// The head of their page.
    #[must_use]
    pub fn console(&self) -> Console {
        Console {
            business: self.business.clone(),
            timezone: self.zone.name(),
            city: words::city(self.zone),
            who: self.people.own.clone(),
            sees_queues: QUEUES.contains(&self.clerk.identity.role),
            as_of: words::instant(self.now),
            clock: self.now.with_timezone(&self.zone).format("%H:%M:%S").to_string(),
        }
    }
}

/// The colleagues of somebody.
#[derive(Clone, Debug, Default)]
pub struct People {
    agents: Agents,
    own: String,
}

/// One thing that can be chosen.
#[derive(Clone, Debug, Serialize)]
pub struct Choice {
    value: String,
    words: String,
    is_chosen: bool,
}

impl Choice {
    /// What is sent, and what is read.
    #[must_use]
    pub fn new(value: &str, words: impl Into<String>, chosen: &str) -> Self {
        Self { value: value.to_owned(), words: words.into(), is_chosen: value == chosen }
    }
}

impl People {
    /// What somebody is called by who looks.
    #[must_use]
    pub fn name(&self, id: &str) -> String {
        if id == self.own {
            return "You".to_owned();
        }
        let agent = StaffId::parse(id).ok().and_then(|id| self.agents.get(&id));
        agent.map_or_else(|| id.to_owned(), |agent| agent.name.clone())
    }

    /// Whether it is who looks.
    #[must_use]
    pub fn is_own(&self, id: &str) -> bool {
        id == self.own
    }

    /// Who can be given work, who looks first; `chosen` is among them even when they do not work here any more.
    #[must_use]
    pub fn choices(&self, chosen: &str) -> Vec<Choice> {
        let others = self.agents.iter().filter(|(_, agent)| agent.active).map(|(id, _)| id.as_str());
        let mut ids: Vec<&str> = others.filter(|id| *id != self.own).collect();
        if !chosen.is_empty() && chosen != self.own && !ids.contains(&chosen) {
            ids.push(chosen);
        }
        let mut choices: Vec<Choice> = ids.into_iter().map(|id| Choice::new(id, self.name(id), chosen)).collect();
        choices.sort_by(|one, other| one.words.cmp(&other.words));
        choices.insert(0, Choice::new(&self.own, "You", chosen));
        choices
    }

    /// Who looks.
    #[must_use]
    pub fn own(&self) -> &str {
        &self.own
    }
}

/// The page, or the form to sign in that leads back to it, or why there is neither.
pub fn answer<P: Page>(request: &HttpRequest, pages: &Pages, outcome: Result<P, Problem>) -> HttpResponse {
    match outcome {
        Ok(page) => sign_in::with_origin(pages.show(StatusCode::OK, &page)),
        Err(problem) => refused(request, pages, problem),
    }
}

/// The form to sign in where that helps, else one sentence.
pub fn refused(request: &HttpRequest, pages: &Pages, problem: Problem) -> HttpResponse {
    let to = || Landing::parse(request.path());
    match problem.code() {
        Code::Unauthenticated => sign_in::form_for(pages, None, to()),
        Code::InvalidToken | Code::TokenExpired | Code::UnknownOrg | Code::OrgMismatch => {
            sign_in::form_for(pages, Some(&problem), to())
        }
        _ => sign_in::with_origin(pages.answer(request, Err(problem))),
    }
}

#[cfg(test)]
impl Console {
    /// The head of somebody's page in the morning.
    #[must_use]
    pub fn sample() -> Self {
        Self {
            business: "Harbour & <Finch>".to_owned(),
            timezone: "Europe/Berlin",
            city: "Berlin".to_owned(),
            who: "ifeoma".to_owned(),
            sees_queues: true,
            as_of: "2026-05-15T09:40:12.000Z".to_owned(),
            clock: "11:40:12".to_owned(),
        }
    }
}
