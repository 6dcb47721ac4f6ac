//! Reminders: due by rule, once for each start, never for what does not take place. Berlin is at UTC+2 in May.

use super::*;

/// A Thursday, 10:00 in Berlin.
const START: &str = "2026-05-14T08:00:00Z";

fn before(seconds: u32) -> Reminder {
    Reminder { schedule: Schedule::Before { seconds }, channel: Channel::Email, template_id: None }
}

fn cron(expression: &str, days_before: u32) -> Reminder {
    let expression = Crontab::parse(expression).unwrap();
    Reminder { schedule: Schedule::Cron { expression, days_before }, channel: Channel::Sms, template_id: None }
}

fn shop(reminders: Vec<Reminder>) -> Shop {
    let mut shop = Shop::with(|draft| draft.terms.reminders = reminders);
    shop.book("ann", START);
    shop
}

/// When reminders were due, those that were sent and those that were missed.
fn reminders(shop: &Shop) -> Vec<(String, &'static str)> {
    let kind = |event: &Event| match event {
        Event::ReservationChanged { change: Change::ReminderDue { .. }, at, .. } => Some((*at, "sent")),
        Event::ReservationChanged { change: Change::ReminderMissed { .. }, at, .. } => Some((*at, "missed")),
        _ => None,
    };
    shop.log.iter().filter_map(kind).map(|(at, kind)| (at.format("%dT%H:%M").to_string(), kind)).collect()
}

fn sent(times: &[&str]) -> Vec<(String, &'static str)> {
    times.iter().map(|time| ((*time).to_owned(), "sent")).collect()
}

#[test]
fn each_rule_reminds_once_at_its_time() {
    // 24 hours before the 14th 10:00 is the 13th 10:00 (08:00Z); 09:00 on the day before is 07:00Z; 2 hours before is 06:00Z.
    let mut shop = shop(vec![before(7_200), before(86_400), cron("0 9 * * *", 1)]);
    shop.wait_until("2026-05-20T00:00:00Z");
    assert_eq!(reminders(&shop), sent(&["13T07:00", "13T08:00", "14T06:00"]));
    assert_eq!(wake_at(&shop.state), None);
    assert_eq!(shop.reservation("ann").version, 1);
}

#[test]
fn the_day_before_is_a_calendar_day_and_the_clock_is_the_walls() {
    // The clock goes forward in the night to the 29th of March: 09:00 on the 28th is 08:00Z, at UTC+1; 24 hours before
    // 10:00 (08:00Z) on the 29th is 09:00 at UTC+1 too.
    let mut shop = Shop::empty();
    shop.now = at("2026-03-25T00:00:00Z");
    shop.define(|draft| draft.terms.reminders = vec![before(86_400), cron("30 9 * * *", 1), cron("30 2 * * *", 0)]);
    shop.book("ann", "2026-03-29T08:00:00Z");
    shop.wait_until("2026-03-30T00:00:00Z");
    // 02:30 on the 29th does not exist: the moment of the change, 01:00Z.
    assert_eq!(reminders(&shop), sent(&["28T08:00", "28T08:30", "29T01:00"]));
}

#[test]
fn a_cron_rule_that_does_not_match_the_day_is_silent() {
    // The day before Thursday is a Wednesday; the day itself at 11:00 is after the start at 10:00.
    let mut shop = shop(vec![cron("0 9 * * 1", 1), cron("0 9 * * 3", 1), cron("0 11 * * *", 0), cron("0 10 * * *", 0)]);
    shop.wait_until("2026-05-20T00:00:00Z");
    assert_eq!(reminders(&shop), sent(&["13T07:00"]));
}

#[test]
fn what_was_due_before_the_booking_is_skipped_and_at_that_moment_it_is_not() {
    let mut shop = Shop::with(|draft| draft.terms.reminders = vec![before(86_400), before(3_600)]);
    shop.now = at("2026-05-13T08:00:01Z");
    shop.book("late", START);
    shop.wait_until("2026-05-14T08:00:00Z");
    assert_eq!(reminders(&shop), sent(&["14T07:00"]));
    let mut shop = Shop::with(|draft| draft.terms.reminders = vec![before(86_400)]);
    shop.now = at("2026-05-13T08:00:00Z");
    shop.book("just", START);
    shop.wait_until("2026-05-14T08:00:00Z");
    assert_eq!(reminders(&shop), sent(&["13T08:00"]));
}

#[test]
fn after_a_downtime_what_is_useful_is_sent_and_the_past_is_skipped() {
    let mut shop = shop(vec![before(7_200), before(3_600)]);
    shop.book("ben", "2026-05-14T09:30:00Z");
    // Asleep from 05:00Z to 08:30Z on the 14th: ann was at 08:00Z, ben is at 09:30Z.
    shop.now = at("2026-05-14T08:30:00Z");
    shop.tick();
    let expected = [("14T06:00", "missed"), ("14T07:00", "missed"), ("14T07:30", "sent"), ("14T08:30", "sent")];
    assert_eq!(reminders(&shop), expected.map(|(at, kind)| (at.to_owned(), kind)));
    assert_eq!(wake_at(&shop.state), None);
}

#[test]
fn nothing_reminds_of_what_does_not_take_place() {
    let ends: [fn(&mut Shop); 4] = [
        |shop| shop.cancel("ann"),
        |shop| drop(shop.ask(supervisor(), check_in_overriding("ann", true)).unwrap()),
        |shop| drop(shop.act(Act::Complete { id: id("ann"), past: None })),
        |shop| drop(shop.ask(Party::System, Act::NoShow { id: id("ann"), overriding: false, past: None }).unwrap()),
    ];
    for end in ends {
        let mut shop = shop(vec![before(86_400)]);
        end(&mut shop);
        assert_eq!(wake_at(&shop.state), None);
    }
}

#[test]
fn a_move_plans_anew_and_moving_back_reminds_nobody_twice() {
    let mut shop = shop(vec![before(86_400)]);
    shop.wait_until("2026-05-13T08:00:00Z");
    shop.act(reschedule("ann", "2026-05-16T08:00:00Z"));
    assert_eq!(wake_at(&shop.state), Some(at("2026-05-15T08:00:00Z")));
    shop.act(reschedule("ann", START));
    assert_eq!(wake_at(&shop.state), None);
    shop.act(reschedule("ann", "2026-05-16T08:00:00Z"));
    shop.wait_until("2026-05-20T00:00:00Z");
    assert_eq!(reminders(&shop), sent(&["13T08:00", "15T08:00"]));
}

#[test]
fn pending_ones_are_not_reminded_of_until_they_are_confirmed() {
    let mut shop = Shop::with(|draft| {
        draft.terms.confirm = Confirm::Pending;
        draft.terms.reminders = vec![before(86_400), before(3_600)];
    });
    shop.book("ann", START);
    assert_eq!(wake_at(&shop.state), None);
    shop.now = at("2026-05-13T10:00:00Z");
    shop.act(update("ann", ReservationChanges { status: Some(NewStatus::Confirmed), ..Default::default() }));
    shop.wait_until(START);
    assert_eq!(reminders(&shop), sent(&["14T07:00"]));
}

#[test]
fn a_changed_rule_holds_for_what_is_booked_already() {
    let mut shop = shop(vec![before(86_400)]);
    shop.redefine(DefinitionChanges { reminders: Some(vec![before(3_600)]), ..DefinitionChanges::default() });
    assert_eq!(wake_at(&shop.state), Some(at("2026-05-14T07:00:00Z")));
    shop.redefine(DefinitionChanges { reminders: Some(vec![]), ..DefinitionChanges::default() });
    assert_eq!(wake_at(&shop.state), None);
}

#[test]
fn a_reminder_by_hand_counts_for_no_rule() {
    let mut shop = shop(vec![before(86_400)]);
    let by_hand = || Act::SendReminder { id: id("ann"), past: None };
    shop.act(by_hand());
    assert_eq!(shop.changes(), ["booked", "reminder-asked"]);
    assert_eq!(wake_at(&shop.state), Some(at("2026-05-13T08:00:00Z")));
    assert_eq!(shop.refused(Party::Public, by_hand()), "reservation_not_found");
    shop.wait_until(START);
    assert_eq!(shop.refused(clerk(), by_hand()), "already_begun");
    shop.cancel("ann");
    assert_eq!(shop.refused(clerk(), by_hand()), "wrong_state");
}
