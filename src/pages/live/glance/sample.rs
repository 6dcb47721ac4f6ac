//! One of each kind of the supervisor's page, so that a test can render every branch.

use super::{Glance, Overview};
use crate::http::LocationStanding as Standing;
use crate::pages::live::LivePage;

/// A full page, the same on the wall, a refusal, a calm one, and one without any location.
pub fn pages() -> Vec<LivePage> {
    let all = [Standing::Fine, Standing::Breach, Standing::Paused, Standing::Warn, Standing::Closed];
    let full = || all.into_iter().map(Glance::sample).collect();
    vec![
        page(full()),
        LivePage { is_wall: true, ..page(full()) },
        LivePage { refused: Some("Nobody is waiting"), may_override: false, ..page(full()) },
        page(vec![Glance::sample(Standing::Fine)]),
        page(Vec::new()),
    ]
}

fn page(locations: Vec<Glance>) -> LivePage {
    LivePage {
        org: "demo".to_owned(),
        business: "Harbour & <Finch>".to_owned(),
        timezone: "Europe/Berlin",
        who: "nadia@example.com".to_owned(),
        may_override: true,
        overview: Overview::new(locations),
        is_wall: false,
        refused: None,
        form_key: "0197b7b2-6a3c-7cc1-9d0e-2f6b1c6f0a11".to_owned(),
        as_of: "2026-05-12T08:42:07.000Z".to_owned(),
        clock: "10:42:07".to_owned(),
        city: "Berlin".to_owned(),
        base_url: "https://desk.example".to_owned(),
    }
}

impl Glance {
    fn sample(standing: Standing) -> Self {
        let is_closed = standing == Standing::Closed;
        Self {
            id: format!("{standing:?}").to_lowercase(),
            name: "Dublin, St Stephen’s Green Shopping Centre, Level 2".to_owned(),
            standing,
            icon: standing.icon(),
            words: "Longest wait 26 min, limit 20 min".to_owned(),
            time_there: is_closed.then(|| "09:42".to_owned()),
            waiting: 11,
            longest: (!is_closed).then(|| ("26".to_owned(), "min")),
            serving: 3,
            capacity: 5,
            on_time: (!is_closed).then_some(71),
            next: (!is_closed).then_some(44),
            reached: 100,
            reached_in_time: 71,
            limit_minutes: 20,
            longest_seconds: 0,
        }
    }
}
