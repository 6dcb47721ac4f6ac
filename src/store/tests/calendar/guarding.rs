//! The second guard against double booking: what Postgres lets two reservations take at the same time.

use super::*;

const SPOTS: &str = "SELECT count(*) FROM reservation_spot";

fn confirmed(id: &str, minutes: i64) -> Reservation {
    reservation(id, minutes, Status::Confirmed)
}

#[tokio::test]
async fn who_would_overlap_is_refused_alone() {
    let house = House::open().await;
    house.send("first", 1, books(&confirmed("a", 0)));
    house.send("overlapping", 2, books(&confirmed("b", 29)));
    house.send("after it", 2, books(&confirmed("c", 300)));
    house.send("next to it", 3, books(&confirmed("d", 30)));
    let elsewhere = [("staff:bob", "e"), ("point:desk", "e")];
    house.send("elsewhere", 4, with_reservations([(image(&confirmed("e", 0), Some(&elsewhere)), Existence::New)]));
    let mut heard = house.heard.wait_for(5).await;
    heard.sort();
    assert_eq!(
        heard,
        [
            "after it discarded",
            "elsewhere committed",
            "first committed",
            "next to it committed",
            "overlapping refused by reservation_spot_taken",
        ]
    );
    assert_eq!(house.count("SELECT count(*) FROM reservation").await, 3);
    assert_eq!(house.count(SPOTS).await, 4);
}

#[tokio::test]
async fn a_gap_as_long_as_the_buffers_is_enough() {
    let house = House::open().await;
    let buffered = |id, minutes| Reservation {
        buffers: Buffers { before_minutes: 5, after_minutes: 10 },
        ..confirmed(id, minutes)
    };
    house.send("first", 1, books(&buffered("a", 0)));
    house.send("gap", 2, books(&buffered("b", 45)));
    house.send("a minute less", 3, books(&buffered("c", -44)));
    let mut heard = house.heard.wait_for(3).await;
    heard.sort();
    assert_eq!(heard, ["a minute less refused by reservation_spot_taken", "first committed", "gap committed"]);
}

#[tokio::test]
async fn those_of_one_session_share_its_staff() {
    let house = House::open().await;
    let in_class = |id, session| {
        let image = image(&confirmed(id, 0), Some(&[("staff:anna", session)]));
        with_reservations([(image, Existence::New)])
    };
    house.send("first", 1, in_class("a", "yoga"));
    house.send("second", 2, in_class("b", "yoga"));
    house.send("another class", 3, in_class("c", "boxing"));
    let mut heard = house.heard.wait_for(3).await;
    heard.sort();
    assert_eq!(heard, ["another class refused by reservation_spot_taken", "first committed", "second committed"]);
}

#[tokio::test]
async fn two_who_swap_in_one_batch_are_not_in_each_others_way() {
    let house = House::open().await;
    house.send("a", 1, books(&confirmed("a", 0)));
    house.send("b", 1, books(&confirmed("b", 30)));
    let moved = |id: &str, minutes| (image(&confirmed(id, minutes), Some(&[("staff:anna", id)])), Existence::Known);
    house.send("swap", 1, with_reservations([moved("a", 30), moved("b", 0)]));
    assert_eq!(house.heard.wait_for(3).await, ["a committed", "b committed", "swap committed"]);
    // Each has what the other had: both are refused where they were before.
    house.send("where a is", 2, books(&confirmed("c", 31)));
    house.send("where b is", 3, books(&confirmed("d", 1)));
    let heard = house.heard.wait_for(5).await;
    assert!(heard[3..].iter().all(|word| word.ends_with("refused by reservation_spot_taken")), "{heard:?}");
}

#[tokio::test]
async fn what_is_called_off_frees_its_time_and_what_says_nothing_of_it_keeps_it() {
    let house = House::open().await;
    let (one, other) = (confirmed("a", 0), confirmed("b", 60));
    let noted = Reservation { notes: "later".to_owned(), version: 4, ..one.clone() };
    let keeps = [
        (image(&one, Some(&[("staff:anna", "a")])), Existence::New),
        (image(&noted, None), Existence::Known),
        (image(&other, Some(&[("staff:anna", "b")])), Existence::New),
        (image(&other, Some(&[])), Existence::Known),
    ];
    house.send("made and noted", 1, with_reservations(keeps));
    house.heard.wait_for(1).await;
    assert_eq!(house.count(SPOTS).await, 1, "a keeps its time, b has freed its own");
    house.send("noted again", 1, with_reservations([(image(&noted, None), Existence::Known)]));
    house.heard.wait_for(2).await;
    assert_eq!(house.count(SPOTS).await, 1);
    let found = house.store.reader.reservation(&org(), &one.id).await.unwrap();
    assert_eq!(found, Some(noted.clone()));
    house.send("called off", 1, with_reservations([(image(&noted, Some(&[])), Existence::Known)]));
    house.send("booked anew", 1, books(&confirmed("c", 10)));
    assert_eq!(house.heard.wait_for(4).await[3], "booked anew committed");
    assert_eq!(house.count(SPOTS).await, 1);
}

#[tokio::test]
async fn ids_and_numbers_are_given_once() {
    let house = House::open().await;
    let (one, same_id) = (confirmed("a", 0), confirmed("a", 60));
    let same_number = Reservation { number: one.number.clone(), ..confirmed("b", 120) };
    house.send("first", 1, books(&one));
    house.send("same id", 2, books(&same_id));
    house.send("same number", 3, books(&same_number));
    let mut heard = house.heard.wait_for(3).await;
    heard.sort();
    assert_eq!(
        heard,
        ["first committed", "same id refused by reservation_pkey", "same number refused by reservation_number"]
    );
}
