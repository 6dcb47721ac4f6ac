//! `/why/{ticket}`: why a promise is due when it is: the trace of its clock as a picture, and the same facts in words.

mod axis;
mod facts;
mod labels;
mod picture;
mod story;

use actix_web::{HttpRequest, HttpResponse, web};
use chrono::{DateTime, NaiveDate, Utc, Weekday};
use chrono_tz::Tz;
use serde::Serialize;

use super::Pages;
use super::console::{self, Console, Viewer};
use super::desk::clock::{self, ClockWords, span};
use super::desk::thread;
use super::templates::Page;
use super::words;
use crate::domain::desk::{Author, DeskState, Ticket, TicketMessage};
use crate::domain::local_time::local_date;
use crate::domain::sla::{BusinessCalendar, ClockReport, ClockState, TraceEntry, TraceWhat};
use crate::http::{Conversation, Edge, Problem, Query, explained_clocks, ticket_records};
use facts::Fact;
use picture::Picture;
use story::{Mark, Story};

/// Most days that the sum of a clock names; what is over is summed up.
const DAYS_NAMED_MAX: usize = 6;

/// Why a promise is due when it is.
#[derive(Debug, Serialize)]
pub struct WhyPage {
    console: Console,
    number: String,
    subject: String,
    ticket_address: String,
    tabs: Vec<Tab>,
    chosen: Option<Explained>,
}

/// Another clock of the ticket.
#[derive(Debug, Serialize)]
struct Tab {
    name: String,
    address: String,
    is_chosen: bool,
    tone: &'static str,
    icon: &'static str,
}

/// One clock, explained.
#[derive(Debug, Serialize)]
struct Explained {
    heading: String,
    standing: ClockWords,
    allowed: String,
    sum: String,
    policy: Option<String>,
    hours: Option<String>,
    picture: Option<Picture>,
    facts: Vec<Fact>,
}

/// `GET /why/{ticket}`: the page, or the form to sign in.
pub async fn show(request: HttpRequest, edge: web::Data<Edge>, pages: web::Data<Pages>) -> HttpResponse {
    console::answer(&request, &pages, page(&request, &edge).await)
}

async fn page(request: &HttpRequest, edge: &Edge) -> Result<WhyPage, Problem> {
    let viewer = Viewer::of(request, edge).await?;
    let org = &viewer.clerk.org;
    let key = ticket_records::in_address(request, "ticket")?;
    let ticket = ticket_records::found(edge, org, &key).await?;
    let desk = edge.desk(org)?;
    let clocks = ticket.clocks.reports(desk.state.terms_of(&ticket), viewer.now);
    let named = Query::of(request)?.get("clock").unwrap_or_default().to_owned();
    let chosen = clocks.iter().find(|clock| name_of(clock) == named);
    let chosen = chosen.or_else(|| clock::worst(&clocks, ticket.is_live()));
    let explained = match chosen {
        Some(clock) => {
            let trace = explained_clocks(edge, org, &ticket).await?;
            let messages = thread::messages(edge, org, &Conversation::of_one(&ticket)).await?;
            Some(Explained::new(&ticket, &desk.state, clock, &trace, &messages, &viewer))
        }
        None => None,
    };
    let tab = |clock: &ClockReport| {
        let words = ClockWords::of(clock, viewer.zone, viewer.now);
        Tab {
            name: spoken(clock),
            address: format!("/why/{}?clock={}", ticket.number, name_of(clock)),
            is_chosen: chosen == Some(clock),
            tone: words.tone,
            icon: words.icon,
        }
    };
    Ok(WhyPage {
        console: viewer.console(),
        number: ticket.number.to_string(),
        subject: ticket.subject.to_string(),
        ticket_address: format!("/desk/{}", ticket.number),
        tabs: clocks.iter().map(tab).collect(),
        chosen: explained,
    })
}

/// How an address names a clock.
fn name_of(clock: &ClockReport) -> String {
    format!("{}-{}", clock.metric.word(), clock.cycle)
}

/// "First response", "Next response 2".
fn spoken(clock: &ClockReport) -> String {
    let mut name = clock::metric_words(clock.metric).to_owned();
    name.replace_range(..1, &name[..1].to_uppercase());
    if clock.cycle > 1 { format!("{name} {}", clock.cycle) } else { name }
}

impl Explained {
    fn new(
        ticket: &Ticket,
        desk: &DeskState,
        clock: &ClockReport,
        trace: &[TraceEntry],
        messages: &[TicketMessage],
        viewer: &Viewer,
    ) -> Self {
        let policy = ticket.policy_id.as_ref().and_then(|id| desk.policy(id));
        let calendar = policy.and_then(|policy| desk.calendar(&policy.terms.draft().calendar_id));
        let hours = calendar.map(|calendar| &*calendar.terms.hours);
        let zone = hours.map_or(viewer.zone, |hours| hours.hours().timezone);
        let of_clock = |entry: &&TraceEntry| (entry.metric, entry.cycle) == (clock.metric, clock.cycle);
        let entries: Vec<&TraceEntry> = trace.iter().filter(of_clock).collect();
        let mut said: Vec<Mark> = messages.iter().map(|message| said(message, ticket, viewer)).collect();
        if messages.iter().all(|message| message.at != ticket.created_at) {
            said.push(Mark { at: ticket.created_at, words: format!("{} asks", first_name(ticket)), tone: "ink" });
        }
        let story = Story { entries: &entries, clock, calendar: hours, said, zone, now: viewer.now };
        Self {
            heading: heading(clock, zone, viewer.now),
            standing: standing(clock, zone, viewer.now),
            allowed: span(clock.target_seconds.into()),
            sum: sum(&entries, clock, zone),
            policy: policy.map(|policy| policy.terms.draft().name.clone()),
            hours: calendar.map(|calendar| format!("{}, {}", calendar.terms.name, open_hours(&calendar.terms.hours))),
            picture: Picture::draw(&story),
            facts: facts::of(&entries, zone),
        }
    }
}

/// Who wrote when.
fn said(message: &TicketMessage, ticket: &Ticket, viewer: &Viewer) -> Mark {
    let words = match &message.author {
        Author::Customer => format!("{} writes", first_name(ticket)),
        Author::Follower { contact } => format!("{} writes", thread::follower(ticket, contact)),
        Author::Agent { subject } if viewer.people.is_own(subject) => "You reply".to_owned(),
        Author::Agent { subject } => format!("{} replies", viewer.people.name(subject)),
    };
    Mark { at: message.at, words, tone: "ink" }
}

fn first_name(ticket: &Ticket) -> &str {
    ticket.requester.name.split_whitespace().next().unwrap_or("The customer")
}

/// "Resolution was due Fri 15 May, 11:15".
fn heading(clock: &ClockReport, zone: Tz, now: DateTime<Utc>) -> String {
    let name = spoken(clock);
    match (clock.due_at, clock.state) {
        (Some(due_at), _) => {
            let was = due_at <= now || clock.met_at.is_some();
            format!("{name} {} due {}", if was { "was" } else { "is" }, words::short_moment(zone, due_at))
        }
        (None, ClockState::Paused) => format!("{name} is not due while it is paused"),
        (None, _) => format!("{name} is not due"),
    }
}

/// "Breached, 25 min over".
fn standing(clock: &ClockReport, zone: Tz, now: DateTime<Utc>) -> ClockWords {
    let words = ClockWords::of(clock, zone, now);
    if words.tone == "breach" { ClockWords { words: format!("Breached, {}", words.words), ..words } } else { words }
}

/// "2 h 20 min on Tuesday + 1 h 15 min on Wednesday": what was counted until it was used up or stopped.
fn sum(entries: &[&TraceEntry], clock: &ClockReport, zone: Tz) -> String {
    let mut days: Vec<(NaiveDate, u64)> = Vec::new();
    for (from, to) in counted(entries) {
        let to = clock.breached_at.map_or(to, |breached| breached.min(to));
        let seconds = u64::try_from((to - from).num_seconds()).unwrap_or(0);
        let date = local_date(zone, from);
        match days.last_mut() {
            Some((last, sum)) if *last == date => *sum += seconds,
            _ if seconds > 0 => days.push((date, seconds)),
            _ => {}
        }
    }
    let rest = days.split_off(days.len().min(DAYS_NAMED_MAX));
    let is_within_a_week = days.first().zip(days.last()).is_none_or(|(first, last)| (last.0 - first.0).num_days() < 7);
    let pattern = if is_within_a_week { "%A" } else { "%a %-d %b" };
    let mut parts: Vec<String> =
        days.iter().map(|(date, seconds)| format!("{} on {}", span(*seconds), date.format(pattern))).collect();
    if !rest.is_empty() {
        let seconds = rest.iter().map(|(_, seconds)| seconds).sum();
        parts.push(format!("{} on {} more days", span(seconds), rest.len()));
    }
    parts.join(" + ")
}

/// The spans that a clock has counted.
fn counted<'a>(entries: &'a [&TraceEntry]) -> impl Iterator<Item = (DateTime<Utc>, DateTime<Utc>)> + 'a {
    entries.iter().filter_map(|entry| match &entry.what {
        TraceWhat::Counted { to, .. } => Some((entry.at, *to)),
        _ => None,
    })
}

/// "Berlin time: Mon–Fri 09:00–12:30, 13:30–17:30": what a calendar says of its weekdays.
fn open_hours(calendar: &BusinessCalendar) -> String {
    let hours = calendar.hours();
    let mut groups: Vec<(Weekday, Weekday, String)> = Vec::new();
    let days = [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri, Weekday::Sat, Weekday::Sun];
    for day in days {
        let spans = Vec::<[String; 2]>::from(hours.hours.day(day).clone());
        let spans: Vec<String> = spans.iter().map(|[from, to]| format!("{from}–{to}")).collect();
        let spans = spans.join(", ");
        match groups.last_mut() {
            Some((_, last, same)) if *same == spans && last.succ() == day => *last = day,
            _ => groups.push((day, day, spans)),
        }
    }
    let open = groups.iter().filter(|(_, _, spans)| !spans.is_empty());
    let open: Vec<String> = open
        .map(|(from, to, spans)| if from == to { format!("{from} {spans}") } else { format!("{from}–{to} {spans}") })
        .collect();
    let zone = words::city(hours.timezone);
    if open.is_empty() { format!("{zone} time") } else { format!("{zone} time: {}", open.join("; ")) }
}

impl Page for WhyPage {
    const TEMPLATE: &'static str = "why.html";

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        let page = |chosen: Option<Explained>| Self {
            console: Console::sample(),
            number: "T-004182".to_owned(),
            subject: "Wrong <lenses>".to_owned(),
            ticket_address: "/desk/T-004182".to_owned(),
            tabs: vec![Tab {
                name: "Resolution".to_owned(),
                address: "/why/T-004182?clock=resolution-1".to_owned(),
                is_chosen: chosen.is_some(),
                tone: "breach",
                icon: "octagon",
            }],
            chosen,
        };
        let clock = picture::tests::breached_report();
        let entries = picture::tests::breached_trace();
        let entries: Vec<&TraceEntry> = entries.iter().collect();
        let calendar = picture::tests::hamburg();
        let zone = chrono_tz::Europe::Berlin;
        let explained = |picture| Explained {
            heading: heading(&clock, zone, picture::tests::now()),
            standing: standing(&clock, zone, picture::tests::now()),
            allowed: span(clock.target_seconds.into()),
            sum: sum(&entries, &clock, zone),
            policy: Some("Retail <standard>".to_owned()),
            hours: Some(open_hours(&calendar)),
            picture,
            facts: facts::of(&entries, zone),
        };
        vec![page(Some(explained(Some(picture::tests::breached_picture())))), page(Some(explained(None))), page(None)]
    }
}
