//! Signing in by token: the form, the cookie that remembers it, and the way out.

use actix_web::cookie::{Cookie, SameSite, time::Duration};
use actix_web::http::StatusCode;
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Serialize;

use super::templates::Page;
use super::{Pages, see_other};
use crate::domain::party::Role;
use crate::http::{Code, Edge, Identity, Problem, QUEUES, RawBody, SESSION_COOKIE, STAFF_SIDE};

/// The page that a signed-in person comes to: one of ours, never an address of somebody else's making.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Landing(String);

impl Landing {
    /// What a form asks for, or the address of a page; the live view where it is none that one can come to.
    #[must_use]
    pub fn parse(address: &str) -> Self {
        let is_plain = |rest: &str| rest.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
        let is_ours =
            address == "/desk" || TICKET_PAGES.iter().any(|page| address.strip_prefix(page).is_some_and(is_plain));
        Self(if is_ours { address } else { LIVE }.to_owned())
    }

    fn is_about_tickets(&self) -> bool {
        self.0 != LIVE
    }

    /// Who may come there.
    fn roles(&self) -> &'static [Role] {
        if self.is_about_tickets() { STAFF_SIDE } else { QUEUES }
    }
}

/// Where one lands who does not say.
const LIVE: &str = "/live";
/// What the addresses of pages about one ticket begin with.
const TICKET_PAGES: [&str; 2] = ["/desk/", "/why/"];

/// The form.
#[derive(Debug, Serialize)]
pub struct SignInPage {
    wrong: Option<String>,
    to: Landing,
    is_about_tickets: bool,
}

impl SignInPage {
    fn new(problem: Option<&Problem>, to: Landing) -> Self {
        let wrong = problem.map(|problem| sentence(problem, &to));
        Self { wrong, is_about_tickets: to.is_about_tickets(), to }
    }
}

/// `POST /live/sign-in`: verifies the token of the form and remembers it in the browser.
pub async fn sign_in(
    request: HttpRequest,
    edge: web::Data<Edge>,
    pages: web::Data<Pages>,
    body: RawBody,
) -> HttpResponse {
    let token = body.form_field("token").unwrap_or_default();
    let token = token.trim();
    let to = Landing::parse(&body.form_field("to").unwrap_or_default());
    let outcome = match edge.is_from_our_pages(&request) {
        true => admit(&edge, token, &to).await,
        false => Err(Problem::of(Code::CrossOrigin)),
    };
    match outcome {
        Ok(identity) => {
            let lasts = (identity.expires_at - edge.real_now()).num_seconds().max(0);
            let cookie = session(&request, &edge, token, Duration::seconds(lasts));
            let mut response = see_other(&to.0);
            // A cookie that cannot be written leaves nobody signed in, and the form says so.
            drop(response.add_cookie(&cookie));
            response
        }
        Err(problem) => form_for(&pages, Some(&problem), to),
    }
}

/// `POST /live/sign-out`: forgets the token.
pub async fn sign_out(request: HttpRequest, edge: web::Data<Edge>, body: RawBody) -> HttpResponse {
    let mut response = see_other(&Landing::parse(&body.form_field("to").unwrap_or_default()).0);
    if edge.is_from_our_pages(&request) {
        drop(response.add_cookie(&session(&request, &edge, "", Duration::ZERO)));
    }
    response
}

/// The form, with what is wrong with the token that was given.
#[must_use]
pub fn form(pages: &Pages, problem: Option<&Problem>) -> HttpResponse {
    form_for(pages, problem, Landing::parse(LIVE))
}

/// The same for who wants to come to a certain page.
#[must_use]
pub fn form_for(pages: &Pages, problem: Option<&Problem>, to: Landing) -> HttpResponse {
    let status = problem.map_or(StatusCode::OK, |problem| problem.code().status());
    with_origin(pages.show(status, &SignInPage::new(problem, to)))
}

/// With `no-referrer` browsers hide the origin of forms as well, and our own could not be told from another site's.
#[must_use]
pub fn with_origin(mut response: HttpResponse) -> HttpResponse {
    response.headers_mut().insert(header::REFERRER_POLICY, header::HeaderValue::from_static("same-origin"));
    response
}

impl Page for SignInPage {
    const TEMPLATE: &'static str = "sign_in.html";

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        let live = || Landing::parse(LIVE);
        let wrong = |code| Self::new(Some(&Problem::of(code)), live());
        let of_desk = Self::new(Some(&Problem::of(Code::Forbidden)), Landing::parse("/desk/T-000001"));
        vec![
            Self::new(None, live()),
            wrong(Code::TokenExpired),
            wrong(Code::Forbidden),
            wrong(Code::StoreAway),
            of_desk,
        ]
    }
}

async fn admit(edge: &Edge, token: &str, to: &Landing) -> Result<Identity, Problem> {
    if token.is_empty() {
        return Err(Problem::of(Code::Unauthenticated));
    }
    let identity = edge.verify(token).await?;
    if !to.roles().contains(&identity.role) {
        return Err(Problem::of(Code::Forbidden));
    }
    match edge.directory.org(&identity.org).await? {
        Some(_) => Ok(identity),
        None => Err(Problem::of(Code::UnknownOrg)),
    }
}

fn session(request: &HttpRequest, edge: &Edge, token: &str, lasts: Duration) -> Cookie<'static> {
    Cookie::build(SESSION_COOKIE, token.to_owned())
        .path("/")
        .http_only(true)
        .same_site(SameSite::Strict)
        .secure(edge.base_url(request).starts_with("https:"))
        .max_age(lasts)
        .finish()
}

/// What is wrong, and what to do about it.
fn sentence(problem: &Problem, to: &Landing) -> String {
    match problem.code() {
        Code::Unauthenticated => "Paste a token first.".to_owned(),
        Code::TokenExpired => "This token has expired. Ask for a new one.".to_owned(),
        Code::InvalidToken => "This token is not valid. Paste the whole of it, without quotes.".to_owned(),
        Code::Forbidden if to.is_about_tickets() => {
            "This token may not work on tickets. You need one for agent, staff, supervisor or admin.".to_owned()
        }
        Code::Forbidden => "This token may not watch queues. You need one for staff, supervisor or admin.".to_owned(),
        Code::UnknownOrg | Code::OrgNotFound => "This token is for an org that does not exist here.".to_owned(),
        Code::OrgMismatch => "This address is another org's. Sign in with one of its tokens.".to_owned(),
        Code::CrossOrigin => "That came from another site. Sign in on this page.".to_owned(),
        _ => problem.detail().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_lands_on_a_page_of_ours_only() {
        for ours in ["/desk", "/desk/T-000001", "/why/printer_on-fire", "/live"] {
            assert_eq!(Landing::parse(ours).0, ours);
        }
        for other in
            ["", "//evil.example", "/desk/../live", "https://evil.example", "/desk//evil.example", "/deskx", "/desk?x"]
        {
            assert_eq!(Landing::parse(other).0, "/live", "{other}");
        }
    }
}
