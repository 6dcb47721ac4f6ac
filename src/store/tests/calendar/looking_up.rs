//! Reservations looked up among what is committed.

use super::*;
use crate::store::read::ReservationFilter;

async fn house_with(reservations: &[Reservation]) -> House {
    let house = House::open().await;
    let images = reservations.iter().map(|reservation| (image(reservation, None), Existence::New));
    house.send("booked", 1, with_reservations(images));
    assert_eq!(house.heard.wait_for(1).await, ["booked committed"]);
    house
}

#[tokio::test]
async fn one_is_found_by_id_and_by_number_with_every_status() {
    let all: Vec<Reservation> =
        (0..).zip(statuses()).map(|(index, status)| reservation(&format!("r{index}"), index, status)).collect();
    let house = house_with(&all).await;
    let reader = &house.store.reader;
    for one in &all {
        assert_eq!(reader.reservation(&org(), &one.id).await.unwrap().as_ref(), Some(one));
        assert_eq!(reader.reservation_by_number(&org(), &one.number).await.unwrap().as_ref(), Some(one));
        let other_org = OrgId::parse("other").unwrap();
        assert_eq!(reader.reservation(&other_org, &one.id).await.unwrap(), None);
        assert_eq!(reader.reservation_by_number(&other_org, &one.number).await.unwrap(), None);
    }
    let found = reader.reservations_by_email(&org(), "zoe@example.com").await.unwrap();
    assert_eq!(found, all.iter().rev().cloned().collect::<Vec<_>>(), "the latest first");
    assert_eq!(reader.reservations_by_email(&org(), "nobody@example.com").await.unwrap(), []);
}

#[tokio::test]
async fn what_was_deleted_is_not_shown_but_its_id_stays_taken() {
    let one = reservation("a", 0, Status::Confirmed);
    let house = house_with(std::slice::from_ref(&one)).await;
    let gone = ReservationImage { deleted_at: Some(noon()), ..image(&one, Some(&[])) };
    let (definitions, members) = (Arc::new(definition("haircut")), Arc::new(staff("anna")));
    house.send(
        "deleted",
        1,
        Change {
            reservations: vec![(gone, Existence::Known)],
            definitions: vec![(definitions, Existence::New)],
            staff: vec![(members, Existence::New)],
            ..Change::default()
        },
    );
    assert_eq!(house.heard.wait_for(2).await[1], "deleted committed");
    let reader = &house.store.reader;
    assert_eq!(reader.reservation(&org(), &one.id).await.unwrap(), None);
    assert_eq!(reader.reservation_by_number(&org(), &one.number).await.unwrap(), None);
    assert_eq!(reader.reservations_by_email(&org(), "zoe@example.com").await.unwrap(), []);
    let listed = reader.reservations(&org(), &ReservationFilter::default(), None, 10).await.unwrap();
    assert_eq!(listed, (Vec::new(), 0));
    assert!(reader.reservation_existed(&org(), &one.id).await.unwrap());
    assert!(!reader.reservation_existed(&org(), &ReservationId::parse("b").unwrap()).await.unwrap());
    assert!(reader.definition_existed(&org(), &DefinitionId::parse("haircut").unwrap()).await.unwrap());
    assert!(!reader.definition_existed(&org(), &DefinitionId::parse("shave").unwrap()).await.unwrap());
    assert!(reader.staff_existed(&org(), &StaffId::parse("anna").unwrap()).await.unwrap());
    assert!(!reader.staff_existed(&org(), &StaffId::parse("bob").unwrap()).await.unwrap());
}

#[tokio::test]
async fn lists_are_narrowed_by_each_filter() {
    let plain = |id, minutes| reservation(id, minutes, Status::Confirmed);
    let house = house_with(&[
        plain("a", 0),
        Reservation { definition_id: DefinitionId::parse("shave").unwrap(), ..plain("b", 10) },
        reservation("c", 20, Status::Pending),
        Reservation { staff_ids: vec![StaffId::parse("bob").unwrap()], ..plain("d", 30) },
        Reservation { customer: customer("Yan@Example.com"), ..plain("e", 40) },
    ])
    .await;
    let filter = ReservationFilter::default();
    let yan = customer("yan@example.com").contact_id;
    let expected = [
        (filter.clone(), "abcde"),
        (ReservationFilter { definition: Some(DefinitionId::parse("shave").unwrap()), ..filter.clone() }, "b"),
        (ReservationFilter { status: Some("pending".to_owned()), ..filter.clone() }, "c"),
        (ReservationFilter { staff: Some(StaffId::parse("bob").unwrap()), ..filter.clone() }, "d"),
        (ReservationFilter { email: Some("yan@example.com".to_owned()), ..filter.clone() }, "e"),
        (ReservationFilter { contact: Some(yan), ..filter.clone() }, "e"),
        (ReservationFilter { from: Some(at(20)), ..filter.clone() }, "cde"),
        (ReservationFilter { to: Some(at(20)), ..filter.clone() }, "ab"),
        (ReservationFilter { from: Some(at(10)), to: Some(at(30)), ..filter.clone() }, "bc"),
        (ReservationFilter { from: Some(at(20)), status: Some("confirmed".to_owned()), ..filter }, "de"),
    ];
    for (filter, ids) in expected {
        let (found, total) = house.store.reader.reservations(&org(), &filter, None, 10).await.unwrap();
        assert_eq!(found.iter().map(|one| one.id.as_str()).collect::<String>(), ids, "{filter:?}");
        assert_eq!(total, i64::try_from(ids.len()).unwrap(), "{filter:?}");
    }
}

#[tokio::test]
async fn pages_follow_each_other_without_gap_or_repeat() {
    // Those of one moment are told apart by their ids.
    let all = ["b", "a", "d", "c", "e"].map(|id| reservation(id, i64::from(id == "e"), Status::Confirmed));
    let house = house_with(&all).await;
    let (mut after, mut met) = (None, String::new());
    loop {
        let filter = ReservationFilter::default();
        let (page, total) = house.store.reader.reservations(&org(), &filter, after.as_ref(), 2).await.unwrap();
        assert_eq!(total, 5);
        let Some(last) = page.last() else { break };
        after = Some((last.slot.start, last.id.clone()));
        met.extend(page.iter().map(|one| one.id.to_string()));
    }
    assert_eq!(met, "abcde");
}
