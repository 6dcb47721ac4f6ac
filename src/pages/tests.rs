//! All pages, rendered in all their states.

use super::board::BoardPage;
use super::book::{BookPage, BookedBeforePage};
use super::book_list::BookListPage;
use super::desk::DeskPage;
use super::desk::ticket::DeskTicketPage;
use super::index::IndexPage;
use super::join::{AlreadyPage, JoinPage};
use super::live::LivePage;
use super::manage_view::ManagePage;
use super::message::MessagePage;
use super::moving::MovingPage;
use super::outbox::OutboxPage;
use super::place_view::PlacePage;
use super::sign_in::SignInPage;
use super::templates::{Page, Templates};
use super::ticket_view::OwnTicketPage;
use super::why::WhyPage;

fn rendered<P: Page>() -> Vec<String> {
    let templates = Templates::new().unwrap();
    P::samples().iter().map(|page| templates.render(page).map_err(|error| format!("{error:#?}")).unwrap()).collect()
}

fn every_page() -> Vec<String> {
    [
        rendered::<BoardPage>(),
        rendered::<IndexPage>(),
        rendered::<BookPage>(),
        rendered::<BookedBeforePage>(),
        rendered::<BookListPage>(),
        rendered::<ManagePage>(),
        rendered::<MovingPage>(),
        rendered::<LivePage>(),
        rendered::<SignInPage>(),
        rendered::<JoinPage>(),
        rendered::<AlreadyPage>(),
        rendered::<MessagePage>(),
        rendered::<OutboxPage>(),
        rendered::<PlacePage>(),
        rendered::<DeskPage>(),
        rendered::<DeskTicketPage>(),
        rendered::<WhyPage>(),
        rendered::<OwnTicketPage>(),
    ]
    .concat()
}

#[test]
fn every_page_is_rendered_in_all_its_states() {
    let pages = every_page();
    assert!(pages.len() >= 25, "{} samples", pages.len());
    for html in pages {
        assert_eq!(html.matches("<h1").count(), 1, "one heading leads a page:\n{html}");
        assert!(html.contains("<main") && html.contains("id=\"main\"") && html.contains("<title>"), "{html}");
    }
}

#[test]
fn no_page_needs_more_than_the_policy_allows() {
    for html in every_page() {
        for forbidden in [" style=", " onclick=", " onsubmit=", "<style", "javascript:", "<script>"] {
            assert!(!html.contains(forbidden), "{forbidden} in\n{html}");
        }
    }
}

#[test]
fn every_icon_that_is_used_is_drawn() {
    let drawn = include_str!("assets/icons.svg");
    for html in every_page() {
        for name in html.split("icons.svg#").skip(1).filter_map(|rest| rest.split('"').next()) {
            assert!(drawn.contains(&format!("id=\"{name}\"")), "{name}");
        }
    }
}

#[test]
fn every_id_is_there_once() {
    for html in every_page() {
        let mut ids: Vec<&str> = html.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        let all = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), all, "{html}");
    }
}
