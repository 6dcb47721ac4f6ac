//! Signing in by token: the form, the cookie that remembers it, and the way out.

use actix_web::cookie::{Cookie, SameSite, time::Duration};
use actix_web::http::StatusCode;
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Serialize;

use super::templates::Page;
use super::{Pages, see_other};
use crate::http::{Code, Edge, Identity, Problem, QUEUES, RawBody, SESSION_COOKIE};

/// What a signed-in person comes to.
const LANDING: &str = "/live";

/// The form.
#[derive(Debug, Serialize)]
pub struct SignInPage {
    wrong: Option<String>,
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
    let outcome = match edge.is_from_our_pages(&request) {
        true => admit(&edge, token).await,
        false => Err(Problem::of(Code::CrossOrigin)),
    };
    match outcome {
        Ok(identity) => {
            let lasts = (identity.expires_at - edge.real_now()).num_seconds().max(0);
            let cookie = session(&request, &edge, token, Duration::seconds(lasts));
            let mut response = see_other(LANDING);
            // A cookie that cannot be written leaves nobody signed in, and the form says so.
            drop(response.add_cookie(&cookie));
            response
        }
        Err(problem) => form(&pages, Some(&problem)),
    }
}

/// `POST /live/sign-out`: forgets the token.
pub async fn sign_out(request: HttpRequest, edge: web::Data<Edge>) -> HttpResponse {
    let mut response = see_other(LANDING);
    if edge.is_from_our_pages(&request) {
        drop(response.add_cookie(&session(&request, &edge, "", Duration::ZERO)));
    }
    response
}

/// The form, with what is wrong with the token that was given.
#[must_use]
pub fn form(pages: &Pages, problem: Option<&Problem>) -> HttpResponse {
    let status = problem.map_or(StatusCode::OK, |problem| problem.code().status());
    with_origin(pages.show(status, &SignInPage { wrong: problem.map(sentence) }))
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
        let wrong = |code| Self { wrong: Some(sentence(&Problem::of(code))) };
        vec![Self { wrong: None }, wrong(Code::TokenExpired), wrong(Code::Forbidden), wrong(Code::StoreAway)]
    }
}

async fn admit(edge: &Edge, token: &str) -> Result<Identity, Problem> {
    if token.is_empty() {
        return Err(Problem::of(Code::Unauthenticated));
    }
    let identity = edge.verify(token).await?;
    if !QUEUES.contains(&identity.role) {
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
fn sentence(problem: &Problem) -> String {
    match problem.code() {
        Code::Unauthenticated => "Paste a token first.".to_owned(),
        Code::TokenExpired => "This token has expired. Ask for a new one.".to_owned(),
        Code::InvalidToken => "This token is not valid. Paste the whole of it, without quotes.".to_owned(),
        Code::Forbidden => "This token may not watch queues. You need one for staff, supervisor or admin.".to_owned(),
        Code::UnknownOrg | Code::OrgNotFound => "This token is for an org that does not exist here.".to_owned(),
        Code::OrgMismatch => "This address is another org's. Sign in with one of its tokens.".to_owned(),
        Code::CrossOrigin => "That came from another site. Sign in on this page.".to_owned(),
        _ => problem.detail().to_owned(),
    }
}
