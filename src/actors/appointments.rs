//! Between a calendar and the lines of its points: brings who was checked in into the line, and tells the calendar how
//! visits with an appointment end. See [`crate::workflows::appointment`] for what follows from what.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;

use super::calendar::Calendar;
use super::directory::Directory;
use super::request::{Answered, Request, Unanswered};
use super::service_point::ServicePoint;
use crate::domain::calendar::{self, Reservation};
use crate::domain::ids::OrgId;
use crate::domain::owner::TheCalendar;
use crate::domain::party::Party;
use crate::domain::queue::{Answer, Entry, Rejection};
use crate::workflows::appointment;

/// Pause before an owner that could not be asked is asked again.
const RETRY_PAUSE: Duration = Duration::from_millis(250);

impl Directory {
    /// Brings a checked-in reservation into the line of its point, or back to how it was when that refuses; asks until there
    /// is an answer. Safe to repeat. `None`: the reservation goes into no line, or stands otherwise by now.
    pub async fn bring(&self, org: &OrgId, reservation: &Reservation) -> Option<Result<Answer, Rejection>> {
        let service = self
            .calendar(org)
            .and_then(|at| Some(at.state.definition_of(&reservation.definition_id)?.terms.name.clone()));
        let (name, command) = appointment::arrival(reservation, service.as_deref())?;
        let request: Request = Request { org: org.clone(), name, command, idempotency: None };
        let outcome = self.ask_until_answered(request).await.unwrap_or(Err(Rejection::PointNotFound));
        if outcome.is_err()
            && let Some(act) = appointment::refused(reservation)
        {
            self.tell_calendar(org, act).await;
        }
        Some(outcome)
    }

    /// Asks until there is an answer; `None`: there will be none before a restart.
    async fn ask_until_answered(&self, request: Request<ServicePoint>) -> Option<Result<Answer, Rejection>> {
        loop {
            match self.ask(request.clone()).await {
                Ok(Answered { outcome, .. }) => return Some(outcome),
                Err(Unanswered::OwnerFailed | Unanswered::Refused { .. }) => return None,
                Err(reason) => tracing::debug!(org = %request.org, point = %request.name, %reason, "an arrival waits"),
            }
            tokio::time::sleep(RETRY_PAUSE).await;
        }
    }

    /// Tells the calendar until it has heard.
    async fn tell_calendar(&self, org: &OrgId, act: calendar::Act) {
        loop {
            let command = calendar::Command { by: Party::System, act: act.clone(), points: self.terms(org) };
            let request: Request<Calendar> =
                Request { org: org.clone(), name: TheCalendar, command, idempotency: None };
            match self.ask(request).await {
                Ok(Answered { outcome: Ok(_), .. }) => return,
                Ok(Answered { outcome: Err(refusal), .. }) => {
                    tracing::warn!(%org, %refusal, "the calendar did not take what the line told it");
                    return;
                }
                Err(Unanswered::OwnerFailed | Unanswered::Refused { .. }) => return,
                Err(reason) => tracing::debug!(%org, %reason, "a report to the calendar waits"),
            }
            tokio::time::sleep(RETRY_PAUSE).await;
        }
    }

    /// Tells the calendar how a visit stands by now, which may be further than `entry` says.
    async fn report(&self, org: &OrgId, entry: &Entry) {
        let point = self.whereabouts(org, &entry.id).and_then(|point| self.published(org, &point));
        let newest = point.as_ref().and_then(|at| at.state.entry(&entry.id)).filter(|now| now.version > entry.version);
        if let Some(act) = appointment::report(newest.map_or(entry, AsRef::as_ref)) {
            self.tell_calendar(org, act).await;
        }
    }
}

/// Reports on their way, one line of them a calendar.
pub(super) struct Reports {
    directory: Arc<Directory>,
    by_org: HashMap<OrgId, mpsc::UnboundedSender<Box<Entry>>>,
}

impl Reports {
    pub(super) fn new(directory: Arc<Directory>) -> Self {
        Self { directory, by_org: HashMap::new() }
    }

    /// Tells the calendar of `org` after all that it was to be told before.
    pub(super) fn hear(&mut self, org: OrgId, entry: Box<Entry>) {
        let directory = &self.directory;
        let line = self.by_org.entry(org.clone()).or_insert_with(|| {
            let (line, mut reports) = mpsc::unbounded_channel::<Box<Entry>>();
            let carrier = Arc::clone(directory);
            directory.runtime().spawn(async move {
                while let Some(entry) = reports.recv().await {
                    carrier.report(&org, &entry).await;
                    carrier.arrivals.travelling.send_modify(|count| *count -= 1);
                }
            });
            line
        });
        // Its other end lives as long as the process.
        drop(line.send(entry));
    }
}
