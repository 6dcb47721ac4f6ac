//! First answers to keys, found again.

use super::*;
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
