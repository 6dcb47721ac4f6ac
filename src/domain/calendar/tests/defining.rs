//! Definitions and staff: what is refused on saving, and what a change leaves alone.

use super::*;
use crate::domain::money::Money;

fn path(change: impl FnOnce(&mut Terms)) -> String {
    let mut draft = draft();
    change(&mut draft.terms);
    let mut shop = Shop::empty();
    match shop.ask(clerk(), Act::CreateDefinition { draft: Box::new(draft) }) {
        Err(Rejection::Invalid(invalid)) => invalid.path,
        other => panic!("{other:?}"),
    }
}

fn is_fine(change: impl FnOnce(&mut Terms)) {
    Shop::with(|draft| change(&mut draft.terms));
}

#[test]
fn numbers_are_held_to_their_limits() {
    assert_eq!(path(|terms| terms.duration_minutes = 0), "durationMinutes");
    assert_eq!(path(|terms| terms.duration_minutes = DURATION_MAX_MINUTES + 1), "durationMinutes");
    assert_eq!(path(|terms| terms.step_minutes = Some(0)), "stepMinutes");
    assert_eq!(path(|terms| terms.seats_per_session = 0), "seatsPerSession");
    assert_eq!(path(|terms| terms.seats_per_session = SEATS_MAX + 1), "seatsPerSession");
    assert_eq!(path(|terms| terms.capacity = Some(0)), "capacity");
    assert_eq!(path(|terms| terms.limits.per_day = Some(0)), "limits.perDay");
    assert_eq!(path(|terms| terms.buffer_before_minutes = BUFFER_MAX_MINUTES + 1), "bufferBeforeMinutes");
    assert_eq!(path(|terms| terms.buffer_after_minutes = BUFFER_MAX_MINUTES + 1), "bufferAfterMinutes");
    assert_eq!(path(|terms| terms.min_notice_minutes = NOTICE_MAX_MINUTES + 1), "minNoticeMinutes");
    assert_eq!(path(|terms| terms.cancel_before_minutes = NOTICE_MAX_MINUTES + 1), "cancelBeforeMinutes");
    assert_eq!(path(|terms| terms.horizon_days = HORIZON_MAX_DAYS + 1), "horizonDays");
    is_fine(|terms| {
        (terms.buffer_before_minutes, terms.buffer_after_minutes) = (BUFFER_MAX_MINUTES, BUFFER_MAX_MINUTES);
        (terms.seats_per_session, terms.capacity) = (SEATS_MAX, Some(SEATS_MAX));
        (terms.cancel_before_minutes, terms.horizon_days) = (NOTICE_MAX_MINUTES, HORIZON_MAX_DAYS);
    });
}

#[test]
fn texts_and_lists_are_held_to_their_limits() {
    assert_eq!(path(|terms| terms.name = " ".to_owned()), "name");
    assert_eq!(path(|terms| terms.name = "n".repeat(NAME_MAX_CHARACTERS + 1)), "name");
    assert_eq!(path(|terms| terms.description = "n".repeat(DESCRIPTION_MAX_CHARACTERS + 1)), "description");
    let blocked = Blocked { start: morning(), end: morning() };
    assert_eq!(path(|terms| terms.blocked = vec![blocked]), "blocked[0].end");
    assert_eq!(path(|terms| terms.blocked = vec![blocked; BLOCKED_MAX + 1]), "blocked");
    let closed = Override { date: "2026-05-12".parse().unwrap(), opening: OverrideOpening::Closed };
    assert_eq!(path(|terms| terms.overrides = vec![closed.clone(); OVERRIDES_MAX + 1]), "overrides");
    let reminder = |seconds| Reminder {
        schedule: Schedule::Before { seconds },
        channel: Channel::Email,
        template_id: Some(format!("t{seconds}")),
    };
    assert_eq!(path(|terms| terms.reminders = vec![reminder(0)]), "reminders[0].before");
    assert_eq!(path(|terms| terms.reminders = vec![reminder(BEFORE_MAX_SECONDS + 1)]), "reminders[0].before");
    assert_eq!(path(|terms| terms.reminders = vec![reminder(60), reminder(60)]), "reminders[1]");
    assert_eq!(path(|terms| terms.reminders = (1..=11).map(reminder).collect()), "reminders");
    is_fine(|terms| terms.reminders = (1..=10).map(reminder).collect());
}

#[test]
fn who_and_where_have_to_exist() {
    assert_eq!(path(|terms| terms.staff_ids = staff_ids(&["ann"])), "staffIds[0]");
    assert_eq!(path(|terms| terms.staff_ids = staff_ids(&["ann", "ann"])), "staffIds[1]");
    assert_eq!(path(|terms| terms.service_point_id = Some(point_id())), "servicePointId");
}

#[test]
fn a_definition_that_can_never_offer_a_slot_says_why() {
    assert_eq!(path(|terms| terms.required_staff = 1), "requiredStaff");
    assert_eq!(path(|terms| terms.hours = Some(hours(json!({})))), "hours");
    // Open for 180 minutes at a time: 180 fit, 181 do not.
    assert_eq!(path(|terms| terms.duration_minutes = 181), "durationMinutes");
    is_fine(|terms| terms.duration_minutes = 180);
    // Saturday 22:00 to Monday 02:00 are 2 + 24 + 2 = 28 hours on end.
    let weekend = json!({"sat": [["22:00", "24:00"]], "sun": [["00:00", "24:00"]], "mon": [["00:00", "02:00"]]});
    is_fine(|terms| (terms.hours, terms.duration_minutes) = (Some(hours(weekend)), DURATION_MAX_MINUTES));
    let apart = json!({"sat": [["22:00", "23:58"]], "sun": [["00:00", "02:00"]]});
    assert_eq!(path(|terms| (terms.hours, terms.duration_minutes) = (Some(hours(apart)), 121)), "durationMinutes");
    // A date with hours of its own is enough.
    is_fine(|terms| {
        terms.hours = Some(hours(json!({})));
        let opening = OverrideOpening::Hours { hours: serde_json::from_value(json!([["09:00", "10:00"]])).unwrap() };
        terms.overrides = vec![Override { date: "2026-05-12".parse().unwrap(), opening }];
    });
    // Several of one date add up.
    is_fine(|terms| {
        let opening = |hours| OverrideOpening::Hours { hours: serde_json::from_value(hours).unwrap() };
        let date = "2026-05-12".parse().unwrap();
        let spans = [json!([["09:00", "11:00"]]), json!([["10:00", "13:00"]])];
        terms.overrides = spans.map(|hours| Override { date, opening: opening(hours) }).into();
        terms.duration_minutes = 240;
    });
    // Two days ahead are three days with today: 3 x 1,440 minutes of notice leave nothing, one less leaves a moment.
    assert_eq!(path(|terms| (terms.horizon_days, terms.min_notice_minutes) = (2, 4_320)), "minNoticeMinutes");
    is_fine(|terms| (terms.horizon_days, terms.min_notice_minutes) = (2, 4_319));
}

#[test]
fn what_an_update_leaves_out_stays_and_what_is_cleared_goes() {
    let mut shop = Shop::with(|draft| {
        draft.terms.price = Some(Money::parse("25.00", "EUR").unwrap());
        draft.terms.step_minutes = Some(15);
    });
    let changes = DefinitionChanges { name: Some(" Cut ".to_owned()), price: Some(None), ..Default::default() };
    assert_roundtrip(&changes);
    shop.redefine(changes.clone());
    let definition = shop.state.definition(&definition_id("cut")).unwrap();
    assert_eq!((definition.terms.name.as_str(), &definition.terms.price, definition.version), ("Cut", &None, 2));
    assert_eq!(definition.terms.step(), 15);
    shop.repeat(
        clerk(),
        Act::UpdateDefinition { id: definition_id("cut"), changes: Box::new(changes), expected_version: Some(2) },
    );
    // The step follows the duration where it was not given.
    let changes = DefinitionChanges { step_minutes: Some(None), duration_minutes: Some(20), ..Default::default() };
    shop.redefine(changes);
    assert_eq!(shop.state.definition(&definition_id("cut")).unwrap().terms.step(), 20);
}

#[test]
fn ids_are_given_once_and_deleting_happens_once() {
    let mut shop = Shop::staffed(&["ann"], |_| {});
    let delete = || Act::DeleteDefinition { id: definition_id("cut"), expected_version: None };
    let create = || Act::CreateDefinition { draft: Box::new(draft()) };
    assert_eq!(shop.refused(clerk(), create()), "already_exists");
    shop.book("x", "2026-05-12T08:00:00Z");
    assert_eq!(shop.act(delete()), Answer::DefinitionDeleted { id: definition_id("cut") });
    assert_eq!(shop.refused(clerk(), delete()), "definition_not_found");
    assert_eq!(shop.refused(clerk(), create()), "already_exists");
    assert_eq!((shop.state.definitions().count(), shop.word("x")), (0, "confirmed"));
    assert!(shop.state.definition_of(&definition_id("cut")).is_some());
    shop.cancel("x");
    let delete = || Act::DeleteStaff { id: staff_id("ann"), expected_version: None };
    assert_eq!(shop.act(delete()), Answer::StaffDeleted { id: staff_id("ann") });
    assert_eq!(shop.refused(clerk(), delete()), "staff_not_found");
}

#[test]
fn only_staff_configures() {
    let mut shop = Shop::with(|_| {});
    for by in [Party::Public, Party::Clerk { subject: "c".to_owned(), role: Role::Customer }] {
        let delete = Act::DeleteDefinition { id: definition_id("cut"), expected_version: None };
        assert_eq!(shop.refused(by.clone(), delete), "staff_only");
        assert_eq!(shop.refused(by, Act::CreateStaff { draft: Box::new(staff_draft("ann")) }), "staff_only");
    }
}

#[test]
fn a_reminder_by_the_clock_has_to_come_before_something_that_can_be_booked() {
    let by_clock = |expression: &str, days_before| Reminder {
        schedule: Schedule::Cron { expression: Crontab::parse(expression).unwrap(), days_before },
        channel: Channel::Email,
        template_id: None,
    };
    let closed_on_tuesdays = |terms: &mut Terms| {
        let day = json!([["09:00", "12:00"]]);
        terms.hours = Some(hours(json!({"mon": day, "wed": day, "sat": [["20:00", "24:00"]]})));
    };
    // The last appointment of thirty minutes begins at half past eleven.
    for (expression, days_before) in
        [("0 9 30 2 *", 0), ("0 9 31 4,6 *", 1), ("30 11 * * 1", 0), ("0 8 * * 2", 0), ("0 8 * * 1", 1)]
    {
        let at = path(|terms| {
            closed_on_tuesdays(terms);
            terms.reminders = vec![by_clock("0 8 * * *", 0), by_clock(expression, days_before)];
        });
        assert_eq!(at, "reminders[1].cron", "{expression} {days_before}");
    }
    for (expression, days_before) in
        [("0 9 29 2 *", 0), ("29 11 * * 1", 0), ("30 11 * * *", 0), ("59 23 * * 2", 1), ("0 9 30 2 1", 0)]
    {
        is_fine(|terms| {
            closed_on_tuesdays(terms);
            terms.reminders = vec![by_clock(expression, days_before)];
        });
    }
    let sunday = json!({"date": "2026-05-17", "opening": "hours", "hours": [["10:00", "12:00"]]});
    is_fine(|terms| {
        closed_on_tuesdays(terms);
        terms.overrides = vec![serde_json::from_value(sunday).unwrap()];
        terms.reminders = vec![by_clock("0 9 * * 0", 0)];
    });
    is_fine(|terms| (terms.hours, terms.reminders) = (None, vec![by_clock("0 23 * * *", 0)]));
}
