//! The calendar entry of a mail as iCalendar (RFC 5545, and RFC 5546 for invitations).

use icalendar::{Calendar, Component, Event, EventLike, EventStatus, Property};

use crate::domain::message::{Invitation, Method};

/// Who made the file.
const PRODUCT: &str = "-//Frontdesk//Frontdesk//EN";

/// The value of the property METHOD, and of the parameter `method` of the Content-Type.
pub(super) fn method(invitation: &Invitation) -> &'static str {
    match invitation.method {
        Method::Request => "REQUEST",
        Method::Cancel => "CANCEL",
    }
}

/// The file; `organizer` is the address that the mail comes from.
pub(super) fn file(invitation: &Invitation, organizer: &str) -> String {
    let mut event = event(invitation);
    event
        .append_property(organizer_property(invitation, &format!("mailto:{organizer}")))
        .append_property(attendee_property(invitation));
    calendar(method(invitation), &event)
}

/// The file to download: it only shows an entry and asks nobody for anything (RFC 5546, 3.2.1). `organizer` is the address of
/// the business's page.
#[must_use]
pub fn published(invitation: &Invitation, organizer: &str) -> String {
    let mut event = event(invitation);
    event.append_property(organizer_property(invitation, organizer));
    calendar("PUBLISH", &event)
}

fn event(invitation: &Invitation) -> Event {
    let mut event = Event::with_uid(&invitation.uid);
    event
        .timestamp(invitation.stamp)
        .starts(invitation.start)
        .ends(invitation.end)
        .sequence(invitation.sequence)
        .summary(&text(&invitation.summary))
        .status(match invitation.method {
            Method::Request => EventStatus::Confirmed,
            Method::Cancel => EventStatus::Cancelled,
        });
    if !invitation.description.is_empty() {
        event.description(&text(&invitation.description));
    }
    if let Some(location) = &invitation.location {
        event.location(&text(location));
    }
    if let Some(url) = &invitation.url {
        event.url(&parameter(url));
    }
    event.done()
}

fn calendar(method: &str, event: &Event) -> String {
    let mut calendar = Calendar::empty();
    calendar
        .append_property(Property::new("VERSION", "2.0"))
        .append_property(Property::new("PRODID", PRODUCT))
        .append_property(Property::new("CALSCALE", "GREGORIAN"))
        .append_property(Property::new("METHOD", method));
    calendar.push(event.clone());
    calendar.to_string()
}

fn organizer_property(invitation: &Invitation, organizer: &str) -> Property {
    let mut property = Property::new("ORGANIZER", parameter(organizer));
    property.add_parameter("CN", &parameter(&invitation.organizer_name));
    property.done()
}

fn attendee_property(invitation: &Invitation) -> Property {
    let mut property = Property::new("ATTENDEE", format!("mailto:{}", invitation.attendee.as_str()));
    property.add_parameter("CN", &parameter(&invitation.attendee_name));
    property.add_parameter("ROLE", "REQ-PARTICIPANT");
    // They have booked it themselves: nobody is to be asked whether they come.
    property.add_parameter("PARTSTAT", "ACCEPTED");
    property.add_parameter("RSVP", "FALSE");
    property.done()
}

/// A text whose only control character is the line feed, which the writer escapes: a lone carriage return would end the
/// line for some readers.
fn text(value: &str) -> String {
    let lines = value.replace("\r\n", "\n").replace('\r', "\n");
    lines.chars().filter(|c| !c.is_control() || *c == '\n').collect()
}

/// The value of a parameter cannot hold a double quote or a control character, however it is written (RFC 5545, 3.2).
fn parameter(value: &str) -> String {
    value.chars().filter(|c| !c.is_control()).map(|c| if c == '"' { '\'' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use calcard::icalendar::{ICalendar, ICalendarComponentType, ICalendarProperty, ICalendarValue};

    use super::*;

    /// Octets of a line without its end (RFC 5545, 3.1).
    const LINE_MAX_OCTETS: usize = 75;

    /// Reads a file with a parser that has nothing to do with the writer; gives an event's property as text.
    fn parsed(file: &str) -> ICalendar {
        ICalendar::parse(file).unwrap_or_else(|entry| panic!("{entry:?} in\n{file}"))
    }

    fn texts(calendar: &ICalendar, component: ICalendarComponentType, name: &ICalendarProperty) -> Vec<String> {
        let components = calendar.components.iter().filter(|known| known.component_type == component);
        let entries = components.flat_map(|known| &known.entries).filter(|entry| entry.name == *name);
        entries
            .flat_map(|entry| &entry.values)
            .map(|value| match value {
                ICalendarValue::Text(text) => text.clone(),
                ICalendarValue::Integer(number) => number.to_string(),
                ICalendarValue::PartialDateTime(time) => {
                    time.to_date_time().map_or_else(String::new, |time| format!("{time:?}"))
                }
                other => format!("{other:?}"),
            })
            .collect()
    }

    fn event_text(calendar: &ICalendar, name: &ICalendarProperty) -> String {
        texts(calendar, ICalendarComponentType::VEvent, name).concat()
    }

    #[test]
    fn a_request_moved_and_cancelled_is_one_entry_with_rising_sequence() {
        let versions = [
            Invitation::sample(Method::Request, 0),
            Invitation {
                start: Invitation::sample(Method::Request, 1).start + chrono::TimeDelta::hours(2),
                end: Invitation::sample(Method::Request, 1).end + chrono::TimeDelta::hours(2),
                ..Invitation::sample(Method::Request, 1)
            },
            Invitation::sample(Method::Cancel, 2),
        ];
        let expected = [
            ("REQUEST", "Confirmed", "2026-05-12T10:30:00"),
            ("REQUEST", "Confirmed", "2026-05-12T12:30:00"),
            ("CANCEL", "Cancelled", "2026-05-12T10:30:00"),
        ];
        for (sequence, (version, (method, status, start))) in versions.iter().zip(expected).enumerate() {
            let file = file(version, "desk@example.com");
            let calendar = parsed(&file);
            let of_calendar = |name| texts(&calendar, ICalendarComponentType::VCalendar, name).concat();
            assert!(of_calendar(&ICalendarProperty::Method).to_uppercase().contains(method), "{file}");
            assert_eq!(event_text(&calendar, &ICalendarProperty::Uid), version.uid);
            assert_eq!(event_text(&calendar, &ICalendarProperty::Sequence), sequence.to_string());
            assert!(event_text(&calendar, &ICalendarProperty::Status).contains(status), "{file}");
            assert!(event_text(&calendar, &ICalendarProperty::Dtstart).contains(start), "{file}");
            assert!(file.contains(&format!("METHOD:{method}\r\n")), "{file}");
        }
    }

    #[test]
    fn times_are_in_utc_and_the_file_follows_from_the_entry_alone() {
        let version = Invitation::sample(Method::Request, 7);
        let file = file(&version, "desk@example.com");
        for line in ["DTSTART:20260512T103000Z", "DTEND:20260512T110000Z", "DTSTAMP:20260509T103000Z", "SEQUENCE:7"] {
            assert!(file.contains(&format!("{line}\r\n")), "{line} in\n{file}");
        }
        assert_eq!(file, super::file(&version, "desk@example.com"));
    }

    #[test]
    fn texts_come_back_as_they_were_written() {
        let version = Invitation::sample(Method::Request, 0);
        let calendar = parsed(&file(&version, "desk@example.com"));
        assert_eq!(event_text(&calendar, &ICalendarProperty::Summary), version.summary);
        assert_eq!(event_text(&calendar, &ICalendarProperty::Description), version.description);
        assert_eq!(event_text(&calendar, &ICalendarProperty::Location), version.location.unwrap());
        let organizer = event_text(&calendar, &ICalendarProperty::Organizer);
        assert!(organizer.contains("mailto:desk@example.com"), "{organizer}");
        let attendee = event_text(&calendar, &ICalendarProperty::Attendee);
        assert!(attendee.contains("mailto:zoe@example.com"), "{attendee}");
        let event = calendar.components.iter().find(|c| c.component_type == ICalendarComponentType::VEvent).unwrap();
        let names: Vec<String> = event
            .entries
            .iter()
            .filter(|entry| matches!(entry.name, ICalendarProperty::Organizer | ICalendarProperty::Attendee))
            .map(|entry| format!("{:?}", entry.params))
            .collect();
        assert!(names.iter().any(|shown| shown.contains("Harbour & Finch: 'by the sea'; Hamburg")), "{names:?}");
        assert!(names.iter().any(|shown| shown.contains("Zoë, Ní Bhraonáin")), "{names:?}");
    }

    #[test]
    fn lines_are_folded_at_75_octets_between_characters_and_end_as_they_must() {
        let description: String = ["ä", "你", "👩🏽‍🚀", " ", "x", ",", ";", "\\", "\n"].concat().repeat(60);
        for shift in 0..80 {
            let description = format!("{}{description}", "y".repeat(shift));
            let version = Invitation { description, ..Invitation::sample(Method::Request, 0) };
            let file = file(&version, "desk@example.com");
            assert!(file.ends_with("END:VCALENDAR\r\n") && file.starts_with("BEGIN:VCALENDAR\r\n"));
            for line in file.split("\r\n") {
                assert!(line.len() <= LINE_MAX_OCTETS, "{} octets: {line}", line.len());
                assert!(!line.contains(['\r', '\n']), "{line:?}");
            }
            let calendar = parsed(&file);
            assert_eq!(event_text(&calendar, &ICalendarProperty::Description), version.description);
        }
    }

    #[test]
    fn a_download_is_the_same_entry_and_invites_nobody() {
        let version = Invitation::sample(Method::Request, 3);
        let file = published(&version, "https://desk.example/?org=demo");
        let calendar = parsed(&file);
        assert_eq!(event_text(&calendar, &ICalendarProperty::Uid), version.uid);
        assert_eq!(event_text(&calendar, &ICalendarProperty::Sequence), "3");
        assert!(event_text(&calendar, &ICalendarProperty::Organizer).contains("https://desk.example/?org=demo"));
        assert!(file.contains("METHOD:PUBLISH\r\n") && !file.contains("ATTENDEE"), "{file}");
        for line in file.split("\r\n") {
            assert!(line.len() <= LINE_MAX_OCTETS, "{line}");
        }
    }

    #[test]
    fn nothing_that_somebody_wrote_can_begin_a_line_of_its_own() {
        let version = Invitation {
            summary: "a\r\nMETHOD:CANCEL".to_owned(),
            description: "b\rATTENDEE:mailto:x@y".to_owned(),
            location: Some("c\nEND:VEVENT".to_owned()),
            attendee_name: "d\r\nUID:1".to_owned(),
            ..Invitation::sample(Method::Request, 0)
        };
        let file = file(&version, "desk@example.com");
        for line in file.split(['\r', '\n']) {
            for start in ["METHOD:CANCEL", "ATTENDEE:mailto:x", "UID:1"] {
                assert!(!line.starts_with(start), "{file}");
            }
        }
        assert_eq!(file.matches("\r\nEND:VEVENT").count(), 1, "{file}");
    }
}
