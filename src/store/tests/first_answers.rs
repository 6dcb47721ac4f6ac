//! First answers to keys, found again.

use super::calendar::{definition, hold, reservation, staff, statuses, waiting};
use super::*;
use crate::domain::calendar::{self, Status, Waiting};
use crate::domain::queue::Answer;

#[tokio::test]
async fn whoever_asks_for_a_first_answer_gets_the_one_to_his_own_key() {
    let house = House::open().await;
    let gone = |id: &str| Answer::PointDeleted { id: PointId::parse(id).unwrap() };
    let first = |key: &str, owner: &str, fingerprint| {
        let (key, answer) = (key.to_owned(), KeptAnswer::Queue(gone(owner)));
        let owner = OwnerName::Point(PointId::parse(owner).unwrap());
        let first = FirstAnswer { route: "/join", key, fingerprint: [fingerprint; 32], owner, answer };
        Change { first_answer: Some(first), ..Change::default() }
    };
    house.send("one", 1, first("k1", "desk", 1));
    house.send("two", 1, first("k2", "desk", 2));
    house.send("one, elsewhere", 1, first("k1", "annex", 3));
    house.heard.wait_for(3).await;
    let org = org();
    let [desk, annex] = ["desk", "annex"].map(|owner| OwnerName::Point(PointId::parse(owner).unwrap()));
    let ask = |route, key, owner| house.store.reader.first_answer(&org, route, key, owner);
    let (absent, two, own, elsewhere, other_route) = tokio::join!(
        ask("/join", "k3", &desk),
        ask("/join", "k2", &annex),
        ask("/join", "k1", &desk),
        ask("/join", "k1", &annex),
        ask("/leave", "k1", &desk),
    );
    assert_eq!(
        two.unwrap(),
        Some(([2; 32], KeptAnswer::Queue(gone("desk")))),
        "somebody else's, where there is no own"
    );
    assert_eq!(own.unwrap(), Some(([1; 32], KeptAnswer::Queue(gone("desk")))));
    assert_eq!(elsewhere.unwrap(), Some(([3; 32], KeptAnswer::Queue(gone("annex")))));
    assert_eq!((absent.unwrap(), other_route.unwrap()), (None, None));
}

#[tokio::test]
async fn what_a_calendar_answered_comes_back_just_as_it_was() {
    let house = House::open().await;
    let mut answers = vec![
        calendar::Answer::Definition { definition: Arc::new(definition("haircut")), created: true },
        calendar::Answer::DefinitionDeleted { id: definition("haircut").id },
        calendar::Answer::Staff { staff: Arc::new(staff("anna")), created: false },
        calendar::Answer::StaffDeleted { id: staff("anna").id },
        calendar::Answer::Held { hold: Arc::new(hold("h")) },
        calendar::Answer::ReservationDeleted { id: reservation("r", 0, Status::Pending).id },
        calendar::Answer::Done,
    ];
    for status in statuses() {
        let reservation = Arc::new(reservation("r", 0, status));
        answers.push(calendar::Answer::Booked { reservation: Arc::clone(&reservation), created: true });
        answers.push(calendar::Answer::BookedBefore { reservation: Arc::clone(&reservation) });
        answers.push(calendar::Answer::Reservation { reservation });
    }
    let offered = Waiting::Offered { hold: hold("h").id };
    for standing in [Waiting::Waiting, offered, Waiting::Ended] {
        answers.push(calendar::Answer::Waiting { entry: Arc::new(waiting("w", standing)), created: true });
    }
    for (index, answer) in answers.iter().enumerate() {
        let (key, answer) = (index.to_string(), KeptAnswer::Calendar(answer.clone()));
        let first = FirstAnswer { route: "/create", key, fingerprint: [7; 32], owner: OwnerName::Calendar, answer };
        house.send("answered", 1, Change { first_answer: Some(first), ..Change::default() });
    }
    house.heard.wait_for(answers.len()).await;
    for (index, answer) in answers.into_iter().enumerate() {
        let found = house.store.reader.first_answer(&org(), "/create", &index.to_string(), &OwnerName::Calendar).await;
        assert_eq!(found.unwrap(), Some(([7; 32], KeptAnswer::Calendar(answer))));
    }
}
