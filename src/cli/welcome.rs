//! What a server says when it is ready: where its pages are and, for the demo, with which tokens to get in.

use super::error::CommandError;
use super::token;
use crate::app::Application;
use crate::config::Settings;
use crate::demo;
use crate::domain::ids::OrgId;

/// Prints the addresses, and for the demo a token for each role.
pub(super) fn print(application: &Application, settings: &Settings, demo: bool) -> Result<(), CommandError> {
    let base = application.base_url();
    println!("Frontdesk listens on {base}");
    if !demo {
        return Ok(());
    }
    let (org, point) = (demo::ORG, demo::POINTS[0]);
    println!();
    println!("  display      {base}/board/{point}?org={org}");
    println!("  join (phone) {base}/join/{point}?org={org}");
    println!("  booking      {base}/book?org={org}");
    println!("  supervisor   {base}/live?org={org}");
    println!("  tickets      {base}/desk?org={org}");
    println!("  outbox       {base}/outbox");
    println!("  API          {base}/docs");
    if let (Some(_), Ok(id)) = (&settings.jwt_secret, OrgId::parse(org)) {
        println!();
        println!("Tokens for the org {org}, good for 8 hours:");
        for (role, token) in token::for_each_role(settings, &id)? {
            println!("  {role:<10} {token}");
        }
    }
    println!();
    Ok(())
}
