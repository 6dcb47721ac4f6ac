//! A list of tickets: narrowed by what its form asks for, what is due first on top, a page at a time.

use serde::Serialize;
use url::form_urlencoded::Serializer;

use super::row::Row;
use super::spoken;
use crate::domain::ids::TicketId;
use crate::domain::ticket_priority::TicketPriority;
use crate::domain::ticket_status::TicketStatus;
use crate::http::{Code, Edge, ListPage, PageRequest, Problem, Query, ticket_filter};
use crate::pages::console::{Choice, Viewer};
use crate::store::read::{StoredTicket, TicketOrder};

/// What a list holds that asks for nothing: all that is not over.
const OPEN: &str = "open,in-progress,pending";
/// What stands for every status.
const ANY: &str = "any";
/// What stands for who looks, where a person is asked for.
const ME: &str = "me";
/// What stands for nobody there.
const NOBODY: &str = "none";
/// What a list can be narrowed by.
const NAMES: [&str; 5] = ["status", "priority", "assignee", "text", "breached"];

/// What a list is narrowed by, as it was asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Asked {
    status: String,
    priority: String,
    assignee: String,
    text: String,
    is_breached: bool,
}

impl Asked {
    fn of(query: &Query) -> Self {
        let [status, priority, assignee, text, breached] =
            NAMES.map(|name| query.get(name).unwrap_or_default().trim().to_owned());
        Self { status, priority, assignee, text, is_breached: breached == "true" }
    }

    /// The same as part of an address, without what is not asked for.
    fn address(&self) -> String {
        let breached = if self.is_breached { "true" } else { "" };
        let values = [&self.status, &self.priority, &self.assignee, &self.text, breached];
        let mut query = Serializer::new(String::new());
        for (name, value) in NAMES.iter().zip(values).filter(|(_, value)| !value.is_empty()) {
            query.append_pair(name, value);
        }
        query.finish()
    }

    /// The same as the API's filters have it.
    fn filters(&self, own: &str) -> String {
        let status = match self.status.as_str() {
            "" => OPEN,
            ANY => "",
            status => status,
        };
        let assignee = if self.assignee == ME { own } else { &self.assignee };
        let meant = Self { status: status.to_owned(), assignee: assignee.to_owned(), ..self.clone() };
        meant.address()
    }

    /// Whether it is more than one of the tabs.
    fn is_narrowed(&self) -> bool {
        !(self.status.is_empty() && self.priority.is_empty() && self.text.is_empty()) || self.is_breached
    }
}

/// What a query narrows a list by, as part of an address.
#[must_use]
pub fn address_of(query: &Query) -> String {
    Asked::of(query).address()
}

/// The form that narrows a list.
#[derive(Debug, Serialize)]
struct FilterForm {
    statuses: Vec<Choice>,
    priorities: Vec<Choice>,
    assignees: Vec<Choice>,
    text: String,
    is_breached: bool,
    is_narrowed: bool,
}

impl FilterForm {
    fn new(asked: &Asked, viewer: &Viewer) -> Self {
        let choices = |all: &[(&str, &str)], chosen: &str| -> Vec<Choice> {
            all.iter().map(|(value, words)| Choice::new(value, *words, chosen)).collect()
        };
        let mut statuses = choices(&[("", "All open"), (ANY, "Any")], &asked.status);
        let words = TicketStatus::ALL.map(TicketStatus::word);
        statuses.extend(words.map(|word| Choice::new(word, spoken(word), &asked.status)));
        let mut priorities = choices(&[("", "Any")], &asked.priority);
        let words = TicketPriority::ALL.map(TicketPriority::word).into_iter().rev();
        priorities.extend(words.map(|word| Choice::new(word, spoken(word), &asked.priority)));
        let mut assignees = choices(&[("", "Anybody"), (ME, "You"), (NOBODY, "Nobody")], &asked.assignee);
        let named = Some(asked.assignee.as_str()).filter(|chosen| ![ME, NOBODY].contains(chosen)).unwrap_or_default();
        assignees.extend(viewer.people.choices(named).into_iter().skip(1));
        Self {
            statuses,
            priorities,
            assignees,
            text: asked.text.clone(),
            is_breached: asked.is_breached,
            is_narrowed: asked.is_narrowed(),
        }
    }
}

/// A list that one comes to with one press.
#[derive(Debug, Serialize)]
struct Tab {
    words: &'static str,
    address: &'static str,
    is_chosen: bool,
}

/// A list of tickets.
#[derive(Debug, Serialize)]
pub struct Listing {
    rows: Vec<Row>,
    total: u64,
    page: u32,
    tabs: Vec<Tab>,
    form: FilterForm,
    first_address: Option<String>,
    next_address: Option<String>,
    wrong: Option<String>,
    /// What the list is narrowed by, as part of an address.
    pub query: String,
}

impl Listing {
    /// The list that a query asks for, with the `chosen` ticket marked. One that cannot be understood is answered by the
    /// plain list and what is wrong with it.
    ///
    /// # Errors
    /// 503.
    pub async fn read(edge: &Edge, viewer: &Viewer, query: &Query, chosen: Option<&TicketId>) -> Result<Self, Problem> {
        match Self::found(edge, viewer, &Asked::of(query), query, chosen).await {
            Err(problem) if matches!(problem.code(), Code::InvalidQuery | Code::InvalidCursor) => {
                let plain = Self::found(edge, viewer, &Asked::default(), &Query::default(), chosen).await?;
                Ok(Self { wrong: Some(problem.detail().to_owned()), ..plain })
            }
            outcome => outcome,
        }
    }

    async fn found(
        edge: &Edge,
        viewer: &Viewer,
        asked: &Asked,
        query: &Query,
        chosen: Option<&TicketId>,
    ) -> Result<Self, Problem> {
        let org = &viewer.clerk.org;
        let filter = ticket_filter::parse(&Query::parse(&asked.filters(viewer.people.own()))?, org)?;
        let wanted = PageRequest::read(query)?;
        let order = TicketOrder::DueFirst;
        let after = wanted
            .after
            .as_deref()
            .map(|key| ticket_filter::parse_key(order, key).ok_or_else(|| Problem::of(Code::InvalidCursor)));
        let limit = i64::from(wanted.size) + 1;
        let (desk, address) = (edge.desk(org)?, asked.address());
        let known = filter.only_statuses().and_then(|statuses| desk.state.count_at(statuses));
        let after = after.transpose()?;
        let (rows, total) = edge.reader.tickets(org, &filter, order, after.as_ref(), limit, known).await?;
        let key = |row: &StoredTicket| ticket_filter::key_of(order, row);
        let row = |row: StoredTicket| Row::new(&row.ticket, &desk.state, viewer, &address, chosen);
        let page = ListPage::of(&wanted, rows, total, key, row);
        let with = |more: &str| {
            let parts: Vec<&str> = [address.as_str(), more].into_iter().filter(|part| !part.is_empty()).collect();
            if parts.is_empty() { "/desk".to_owned() } else { format!("/desk?{}", parts.join("&")) }
        };
        let next_address = page.next_cursor.as_ref().map(|cursor| with(&format!("cursor={cursor}")));
        let first_address = (page.page > 1).then(|| with(""));
        Ok(Self {
            rows: page.data,
            total,
            page: page.page,
            tabs: tabs(asked),
            form: FilterForm::new(asked, viewer),
            first_address,
            next_address,
            wrong: None,
            query: address,
        })
    }
}

fn tabs(asked: &Asked) -> Vec<Tab> {
    let tab = |words, assignee: &str, address| Tab {
        words,
        address,
        is_chosen: !asked.is_narrowed() && asked.assignee == assignee,
    };
    vec![
        tab("Mine", ME, "/desk?assignee=me"),
        tab("Unassigned", NOBODY, "/desk?assignee=none"),
        tab("All open", "", "/desk"),
    ]
}

#[cfg(test)]
impl Listing {
    /// A full list, the second page of a narrowed one, and an empty one of each kind.
    #[must_use]
    pub fn samples() -> Vec<Self> {
        let list = |asked: &Asked, rows: Vec<Row>| Self {
            total: rows.len() as u64,
            rows,
            page: 1,
            tabs: tabs(asked),
            form: FilterForm {
                statuses: vec![Choice::new("", "All open", "")],
                priorities: vec![Choice::new("", "Any", "")],
                assignees: vec![Choice::new("", "Anybody", "")],
                text: asked.text.clone(),
                is_breached: asked.is_breached,
                is_narrowed: asked.is_narrowed(),
            },
            first_address: None,
            next_address: None,
            wrong: None,
            query: asked.address(),
        };
        let plain = Asked::default();
        let narrowed = Asked { text: "\"lens\" <b>".to_owned(), is_breached: true, ..Asked::default() };
        let second = Self {
            page: 2,
            first_address: Some("/desk".to_owned()),
            next_address: Some("/desk?cursor=x".to_owned()),
            wrong: Some("The query parameter status is wrong.".to_owned()),
            ..list(&narrowed, Row::samples())
        };
        vec![list(&plain, Row::samples()), second, list(&plain, Vec::new()), list(&narrowed, Vec::new())]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_stays_in_addresses_and_means_what_the_api_means() {
        let query = Query::parse("assignee=me&text=a+b&breached=true&cursor=x").unwrap();
        let asked = Asked::of(&query);
        assert_eq!(asked.address(), "assignee=me&text=a+b&breached=true");
        assert_eq!(asked.filters("mia"), "status=open%2Cin-progress%2Cpending&assignee=mia&text=a+b&breached=true");
        let any = Asked::of(&Query::parse("status=any").unwrap());
        assert_eq!((any.address().as_str(), any.filters("mia").as_str()), ("status=any", ""));
        assert!(tabs(&Asked::default())[2].is_chosen && !tabs(&any).iter().any(|tab| tab.is_chosen));
    }
}
