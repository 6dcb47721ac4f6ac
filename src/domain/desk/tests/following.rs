//! Whose ticket goes into that of somebody else follows it.

use super::*;

/// Who follows a ticket, each by way of which ticket.
fn followers(house: &House, name: &str) -> Vec<(String, String)> {
    let one = |follower: &Follower| (follower.requester.name.to_string(), follower.ticket.to_string());
    house.ticket(name).followers.people().map(one).collect()
}

fn by_way_of(people: &[(&str, &str)]) -> Vec<(String, String)> {
    people.iter().map(|(person, ticket)| ((*person).to_owned(), (*ticket).to_owned())).collect()
}

/// One with a ticket of each of these people, named after them.
fn house_of(names: &[&str]) -> House {
    let mut house = House::empty();
    names.iter().for_each(|name| house.create(name, |_| {}));
    house
}

/// The contact of who is named so.
fn contact(name: &str) -> ContactId {
    requester(name).contact_id
}

fn last_author(house: &House) -> Author {
    match house.last_change() {
        Change::CustomerWrote { message, .. } => message.author.clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn followers_of_followers_follow_to_the_end_of_a_chain() {
    let mut house = house_of(&["a", "b", "c"]);
    house.act(merge("a", "b"));
    assert_eq!(followers(&house, "b"), by_way_of(&[("a", "a")]));
    let Change::Commented { comment } = house.last_change().clone() else { panic!("{:?}", house.last_change()) };
    assert_eq!((comment.ticket, comment.body.as_str()), (id("b"), "T-000001 was merged into this ticket."));
    assert_eq!(comment.author.as_deref(), Some("ann"));
    house.act(merge("b", "c"));
    assert_eq!(followers(&house, "c"), by_way_of(&[("b", "b"), ("a", "a")]));
    let a = house.ticket("c").followers.person(&contact("a")).unwrap();
    assert_eq!((a.number, &*a.subject, &*a.token), (TicketNumber::FIRST, "About a", "token-a"));
    assert!(house.ticket("c").has_participant(&email("A")) && !house.ticket("c").has_participant(&email("d")));
    // What follows from time or an agent leaves them as they are.
    house.reply("c", "m1");
    house.set_status("c", TicketStatus::Pending);
    assert_eq!(house.ticket("c").followers.count(), 2);
}

#[test]
fn one_person_follows_once_and_never_their_own_ticket() {
    let mut house = house_of(&["a", "b"]);
    for name in ["a2", "a3", "b2"] {
        house.create(name, |draft| draft.requester = requester(&name[..1].to_uppercase()));
    }
    house.act(merge("a", "b"));
    house.act(merge("a2", "b"));
    assert_eq!(followers(&house, "b"), by_way_of(&[("a", "a")]), "by way of the first one");
    assert!(house.ticket("b").followers.has_come_by(&id("a2")), "but not only");
    // Back to one of hers: he follows, she has it.
    house.act(merge("b", "a3"));
    assert_eq!(followers(&house, "a3"), by_way_of(&[("b", "b")]));
    let log = house.log.len();
    house.create("b3", |draft| draft.requester = requester("b"));
    house.act(merge("b3", "b2"));
    assert!(house.ticket("b2").followers.is_none());
    assert_eq!(house.changes().len(), house.log.len());
    assert_eq!(house.log.len(), log + 3, "opened, merged, absorbed, and nothing else of one's own");
}

#[test]
fn who_has_another_way_still_follows_when_one_is_deleted() {
    let mut house = house_of(&["a", "b"]);
    house.create("a2", |draft| draft.requester = requester("a"));
    ["a", "a2"].iter().for_each(|name| drop(house.act(merge(name, "b"))));
    house.act(Act::Delete { ticket: key("a"), expected_version: None });
    assert_eq!(followers(&house, "b"), by_way_of(&[("a", "a2")]));
    house.act(Act::Delete { ticket: key("a2"), expected_version: None });
    assert!(house.ticket("b").followers.is_none());
}

#[test]
fn a_chain_ends_where_a_ticket_of_it_is_deleted() {
    let mut house = house_of(&["a", "b", "c"]);
    house.act(merge("a", "b"));
    house.act(merge("b", "c"));
    assert_eq!(followers(&house, "c"), by_way_of(&[("b", "b"), ("a", "a")]));
    house.act(Act::Delete { ticket: key("b"), expected_version: None });
    assert!(house.ticket("c").followers.is_none(), "her way led through it");
    house.ask(bearer("a"), customer_reply("a", "m1", Some("a2"))).unwrap();
    let hers = house.ticket("a2");
    assert_eq!((&hers.requester, &hers.follows), (&requester("a"), &Some(id("a"))), "she begins anew");
}

#[test]
fn a_merge_that_would_make_too_many_follow_is_refused() {
    let mut house = house_of(&["b", "c"]);
    let names: Vec<String> = (0..=FOLLOWERS_MAX).map(|at| format!("a{at}")).collect();
    for name in &names {
        house.create(name, |_| {});
    }
    names[..FOLLOWERS_MAX].iter().for_each(|name| drop(house.act(merge(name, "b"))));
    assert_eq!(house.ticket("b").followers.count(), FOLLOWERS_MAX);
    assert_eq!(house.refused(agent(), merge(&names[FOLLOWERS_MAX], "b")), "too_many");
    assert_eq!(house.refused(agent(), merge("b", "c")), "too_many", "he and they would be one too many");
    // Another ticket of who follows already makes nobody more.
    house.create("again", |draft| draft.requester = requester("a0"));
    house.act(merge("again", "b"));
    let refusal = Rejection::FollowersFull { number: TicketNumber::FIRST, limit: FOLLOWERS_MAX };
    assert_eq!(refusal.to_string(), "T-000001 has as many followers as a ticket may have: 20.");
}

#[test]
fn what_a_follower_writes_is_theirs_and_their_mails_are_answered_apart() {
    let mut house = house_of(&["a", "b"]);
    house.act(merge("a", "b"));
    house.reply("b", "m1");
    house.set_status("b", TicketStatus::Pending);
    house.write_as_customer("a", "m2");
    assert_eq!(last_author(&house), Author::Follower { contact: contact("a") });
    assert_eq!(house.ticket("b").status, TicketStatus::Open);
    // By mail, to her own ticket or to his, as her program has it.
    for answered in ["a", "b"] {
        let mut act = mail(&format!("by-{answered}"), Some(answered));
        let Act::Receive(received) = &mut act else { panic!("{act:?}") };
        received.draft.requester = requester("a");
        house.ask(Party::Public, act).unwrap();
        assert_eq!(last_author(&house), Author::Follower { contact: contact("a") });
        let ticket = house.ticket("b");
        assert_eq!(ticket.last_mail_id, None, "his mails are answered, not hers");
        let last = ticket.followers.person(&contact("a")).unwrap().last_mail_id.clone();
        assert_eq!(last.as_deref(), Some(format!("by-{answered}@mail").as_str()));
    }
    house.write_as_customer("b", "m3");
    assert_eq!(last_author(&house), Author::Customer);
}

#[test]
fn who_writes_after_the_end_opens_a_ticket_of_their_own() {
    let mut house = house_of(&["a", "b"]);
    house.act(merge("a", "b"));
    house.walk("b", &[TicketStatus::Resolved, TicketStatus::Closed]);
    house.ask(bearer("a"), customer_reply("a", "m1", Some("a2"))).unwrap();
    let hers = house.ticket("a2");
    assert_eq!((&hers.requester, &*hers.subject, &hers.follows), (&requester("a"), "About a", &Some(id("b"))));
    house.ask(bearer("b"), customer_reply("b", "m2", Some("b2"))).unwrap();
    let his = house.ticket("b2");
    assert_eq!((&his.requester, &*his.subject, his.followers.count()), (&requester("b"), "About b", 0));
}

#[test]
fn who_came_before_anybody_followed_follows_once_they_write() {
    let mut house = house_of(&["a", "b"]);
    house.act(merge("a", "b"));
    // As a ticket stands that was merged by an older version.
    let mut old = house.ticket("b").clone();
    old.followers = Followers::default();
    let number = house.ticket("b").number;
    house.state.put_ticket(Arc::new(old));
    assert_eq!(house.state.ticket(&TicketKey::Number(number)).unwrap().followers.count(), 0);
    house.write_as_customer("a", "m1");
    assert_eq!(followers(&house, "b"), by_way_of(&[("a", "a")]));
}

#[test]
fn whose_ticket_is_deleted_follows_no_more() {
    let mut house = house_of(&["a", "b", "c"]);
    house.act(merge("a", "b"));
    house.act(merge("b", "c"));
    let answer = house.act(delete("a"));
    assert_eq!(answer, Answer::TicketDeleted { id: id("a") });
    assert_eq!(house.last_change(), &Change::Unfollowed { other: id("a") });
    assert_eq!(followers(&house, "c"), by_way_of(&[("b", "b")]));
    assert!(house.ticket("c").deleted_at.is_none());
    house.walk("c", &[TicketStatus::Resolved, TicketStatus::Closed]);
    house.act(delete("b"));
    assert_eq!(house.last_change(), &Change::Deleted, "what is closed stays as it is");
}

#[test]
fn who_follows_is_never_told_what_is_for_staff() {
    let mut house = house_of(&["a", "b"]);
    house.act(merge("a", "b"));
    for address in ["a@example.com", "B@EXAMPLE.com"] {
        assert_eq!(house.refused(agent(), escalate("b", None, &["ann", address])), "notify[1]");
    }
}
