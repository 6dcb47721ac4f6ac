//! What customers are told about their appointments.

use chrono::{DateTime, TimeDelta, Utc};

use super::Letterhead;
use crate::domain::calendar::{
    CalendarState, Change, Channel, Definition, Event, Hold, Reservation, Status, WaitlistChange, WaitlistEntry,
};
use crate::domain::ids::ReservationId;
use crate::domain::message::{
    Address, Cause, Invitation, Message, Method, Notice, Recipient, ReservationContext, ReservationNews, Thread, Topic,
    WaitlistContext,
};

/// For how long a customer wants to know that an appointment stands, moved or is off, at least, in hours.
const NEWS_USEFUL_HOURS: i64 = 24;

/// What follows from events of one command to the calendar, given its state before and after them. Whoever would be told
/// twice of one appointment is told how it stands in the end.
#[must_use]
pub fn of_calendar(
    letterhead: &Letterhead,
    before: &CalendarState,
    after: &CalendarState,
    events: &[Event],
) -> Vec<Message> {
    let mut told: Vec<Told> = Vec::new();
    for event in events {
        for message in of_event(letterhead, before, after, event) {
            told.retain(|earlier| !earlier.is_replaced_by(&message));
            told.push(message);
        }
    }
    told.into_iter().map(|told| told.message).collect()
}

/// A message, and the appointment whose standing it tells.
struct Told {
    message: Message,
    standing_of: Option<ReservationId>,
}

impl Told {
    fn alone(message: Message) -> Self {
        Self { message, standing_of: None }
    }

    /// How an appointment stands by now makes older news of it useless to the same person.
    fn is_replaced_by(&self, newer: &Self) -> bool {
        self.standing_of.is_some()
            && self.standing_of == newer.standing_of
            && self.message.recipient.address.folded() == newer.message.recipient.address.folded()
    }
}

fn of_event(letterhead: &Letterhead, before: &CalendarState, after: &CalendarState, event: &Event) -> Vec<Told> {
    match event {
        Event::ReservationChanged { change, reservation, at, .. } => {
            let was = before.reservation(&reservation.id).map(AsRef::as_ref);
            let Some(definition) = after.definition_of(&reservation.definition_id) else { return Vec::new() };
            let letter = Letter { letterhead, state: after, definition, reservation, was, at: *at };
            letter.about(change)
        }
        Event::WaitlistChanged { change: WaitlistChange::Offered { hold }, entry, at } => {
            let message = offered(letterhead, after, hold, entry, *at);
            message.map(Told::alone).into_iter().collect()
        }
        Event::WaitlistChanged { .. }
        | Event::DefinitionChanged { .. }
        | Event::StaffChanged { .. }
        | Event::TemplateChanged { .. }
        | Event::Held { .. }
        | Event::HoldEnded { .. }
        | Event::ReservationDeleted { .. } => Vec::new(),
    }
}

/// Everything that a message about an appointment is made of.
#[derive(Clone, Copy)]
struct Letter<'a> {
    letterhead: &'a Letterhead,
    state: &'a CalendarState,
    definition: &'a Definition,
    reservation: &'a Reservation,
    was: Option<&'a Reservation>,
    at: DateTime<Utc>,
}

impl Letter<'_> {
    fn about(&self, change: &Change) -> Vec<Told> {
        let version = self.reservation.version.to_string();
        let news = match change {
            Change::Booked | Change::Confirmed => Some(self.standing(&version)),
            Change::Repeated => Some(self.standing(&format!("{version}/repeated/{}", self.reservation.repeat_mails))),
            Change::Moved { from, .. } => Some(self.news(ReservationNews::Changed, Some(from.start), &version)),
            // Only what a calendar has to hear of; a corrected note is nobody's news.
            Change::Updated if self.was.is_none_or(|was| was.sequence != self.reservation.sequence) => {
                Some(self.news(ReservationNews::Changed, None, &version))
            }
            Change::Cancelled => Some(self.news(ReservationNews::Cancelled, None, &version)),
            Change::ReminderDue { reminded, channel, template_id } => {
                let happening = format!("reminder/{}/{}", reminded.rule.as_str(), reminded.start.timestamp());
                let message = self
                    .address(*channel)
                    .map(|address| self.reminder(address, &happening, false, template_id.clone()));
                return message.map(Told::alone).into_iter().collect();
            }
            Change::ReminderAsked => {
                let happening = format!("reminder/asked/{}", self.at.timestamp_millis());
                let address = Address::Email(self.reservation.customer.email.clone());
                return vec![Told::alone(self.reminder(address, &happening, true, None))];
            }
            Change::Updated
            | Change::CheckedIn { .. }
            | Change::ArrivalRefused
            | Change::Completed
            | Change::NoShow
            | Change::TakenBack
            | Change::ReminderMissed { .. } => None,
        };
        let told = self.for_former_address(change, &version).into_iter().chain(news);
        told.map(|message| Told { message, standing_of: Some(self.reservation.id.clone()) }).collect()
    }

    /// Whoever no longer gets its mails is told that, as of what they knew: it goes out of their calendar.
    fn for_former_address(&self, change: &Change, happening: &str) -> Option<Message> {
        let was = self.was.filter(|was| was.status.is_ahead() && matches!(change, Change::Updated))?;
        if was.customer.email.folded() == self.reservation.customer.email.folded() {
            return None;
        }
        let sequence = self.reservation.sequence;
        let former = Reservation { sequence, ..was.clone() };
        let letter = Letter { reservation: &former, ..*self };
        Some(letter.news(ReservationNews::Cancelled, None, &format!("{happening}/former")))
    }

    /// That it stands, or waits for the business.
    fn standing(&self, happening: &str) -> Message {
        let news = match self.reservation.status {
            Status::Pending => ReservationNews::Pending,
            _ => ReservationNews::Confirmed,
        };
        self.news(news, None, happening)
    }

    fn news(&self, news: ReservationNews, previous_start: Option<DateTime<Utc>>, happening: &str) -> Message {
        let address = Address::Email(self.reservation.customer.email.clone());
        let notice = self.notice(news, address, previous_start, happening);
        let useful_until = self.reservation.slot.end.max(self.at + TimeDelta::hours(NEWS_USEFUL_HOURS));
        self.letterhead.message(Notice { invitation: self.invitation(news), useful_until, ..notice })
    }

    fn reminder(&self, address: Address, happening: &str, is_urgent: bool, template_id: Option<String>) -> Message {
        let notice = self.notice(ReservationNews::Reminder, address, None, happening);
        self.letterhead.message(Notice { is_urgent, template_id, useful_until: self.reservation.slot.start, ..notice })
    }

    /// Who has left no phone is reminded by mail.
    fn address(&self, channel: Channel) -> Option<Address> {
        let customer = &self.reservation.customer;
        let email = || Address::Email(customer.email.clone());
        match channel {
            Channel::Email => Some(email()),
            Channel::Sms => Some(customer.phone.clone().map_or_else(email, Address::Sms)),
            Channel::Webhook => self.letterhead.webhook.clone().map(Address::Webhook),
        }
    }

    fn notice(
        &self,
        news: ReservationNews,
        address: Address,
        previous_start: Option<DateTime<Utc>>,
        happening: &str,
    ) -> Notice {
        let (reservation, customer) = (self.reservation, &self.reservation.customer);
        let context = ReservationContext {
            business: self.letterhead.business.clone(),
            definition: self.definition.terms.name.clone(),
            number: reservation.number.to_string(),
            customer_name: customer.name.clone(),
            start: reservation.slot.start,
            end: reservation.slot.end,
            previous_start,
            timezone: self.definition.terms.timezone,
            staff: self.staff(),
            location: None,
            meeting_link: None,
            party_size: reservation.party_size,
            notes: Some(reservation.notes.clone()).filter(|notes| !notes.is_empty()),
            manage_url: self.manage_url(),
        };
        Notice {
            at: self.at,
            topic: Topic::Reservation(news, Box::new(context)),
            recipient: Recipient {
                address,
                name: customer.name.clone(),
                locale: customer.locale.clone(),
                timezone: customer.timezone,
            },
            template_id: None,
            invitation: None,
            cause: Cause::of("reservation", reservation.id.as_str(), happening),
            thread: Thread::default(),
            is_urgent: true,
            useful_until: self.at,
        }
    }

    /// A reservation that waits for the business stands in no calendar yet.
    fn invitation(&self, news: ReservationNews) -> Option<Invitation> {
        let method = match news {
            ReservationNews::Cancelled => Method::Cancel,
            ReservationNews::Confirmed | ReservationNews::Changed if self.reservation.status == Status::Confirmed => {
                Method::Request
            }
            _ => return None,
        };
        let (reservation, customer) = (self.reservation, &self.reservation.customer);
        Some(Invitation {
            method,
            uid: reservation.calendar_uid.clone(),
            sequence: reservation.sequence,
            stamp: self.at,
            start: reservation.slot.start,
            end: reservation.slot.end,
            summary: format!("{} at {}", self.definition.terms.name, self.letterhead.business),
            description: reservation.notes.clone(),
            location: None,
            url: Some(self.manage_url()),
            organizer_name: self.letterhead.business.clone(),
            attendee: customer.email.clone(),
            attendee_name: customer.name.clone(),
        })
    }

    fn manage_url(&self) -> String {
        self.letterhead.manage_url(&self.reservation.number, &self.reservation.customer.email)
    }

    fn staff(&self) -> Vec<String> {
        let names = self.reservation.staff_ids.iter().filter_map(|id| self.state.staff_of(id));
        names.map(|staff| staff.terms.name.clone()).collect()
    }
}

/// A slot became free and is kept for one who waits.
fn offered(
    letterhead: &Letterhead,
    state: &CalendarState,
    hold: &Hold,
    entry: &WaitlistEntry,
    at: DateTime<Utc>,
) -> Option<Message> {
    let terms = &state.definition_of(&hold.definition_id)?.terms;
    let customer = &entry.customer;
    let context = WaitlistContext {
        business: letterhead.business.clone(),
        definition: terms.name.clone(),
        customer_name: customer.name.clone(),
        start: hold.slot.start,
        end: hold.slot.end,
        timezone: terms.timezone,
        held_until: hold.expires_at,
        book_url: letterhead.book_url(&hold.definition_id, &hold.id),
    };
    Some(letterhead.message(Notice {
        at,
        topic: Topic::WaitlistOffered(Box::new(context)),
        recipient: Recipient {
            address: Address::Email(customer.email.clone()),
            name: customer.name.clone(),
            locale: customer.locale.clone(),
            timezone: customer.timezone,
        },
        template_id: None,
        invitation: None,
        cause: Cause::of("waitlist", entry.id.as_str(), hold.id.as_str()),
        thread: Thread::default(),
        is_urgent: true,
        useful_until: hold.expires_at,
    }))
}
