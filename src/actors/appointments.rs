//! Between a calendar and the lines of its points: brings who was checked in into the line, takes out whose appointment was
//! closed at the desk, and tells the calendar how visits with an appointment end. See [`crate::workflows::appointment`] for
//! what follows from what.
//!
//! The courier alone carries, each arrival once; whoever checked a customer in waits to be told how that ended.

use std::time::Duration;

use super::arrivals::Arrival as End;
use super::asking::OUTCOME_TIMEOUT;
use super::calendar::Calendar;
use super::directory::Directory;
use super::request::{Answered, Request, Unanswered};
use super::service_point::ServicePoint;
use crate::clock;
use crate::domain::calendar::{self, Arrival, Reservation, Status};
use crate::domain::ids::{HandoverId, OrgId, ReservationId};
use crate::domain::owner::TheCalendar;
use crate::domain::party::Party;
use crate::domain::queue::{Answer, Entry, Rejection};
use crate::workflows::appointment::{self, Withdrawal};
use crate::workflows::follow_up::FollowUp;

/// Pause before an owner that could not be asked is asked again.
const RETRY_PAUSE: Duration = Duration::from_millis(250);

/// What came of a check-in: the calendar's word, and the line's, where the reservation goes into one.
pub type CheckedIn = (Answered<Calendar>, Option<Result<Answer, Rejection>>);

impl Directory {
    /// Checks in who has booked (`request.command` is `Act::CheckIn` with this `handover`): answered when they stand in the
    /// line of their point, or when that has refused and the reservation is as it was.
    ///
    /// # Errors
    /// See [`Unanswered`].
    pub async fn check_in(
        &self,
        mut request: Request<Calendar>,
        handover: &HandoverId,
    ) -> Result<CheckedIn, Unanswered> {
        let org = request.org.clone();
        let started = clock::monotonic();
        // Of many at once one is the first to ask and hears the answer, so each time there is one less.
        while started.elapsed() < OUTCOME_TIMEOUT {
            let end = self.arrivals.arrival(&org, handover);
            let checked_in = match self.ask(request.clone()).await {
                Ok(checked_in) => checked_in,
                Err(unanswered) => {
                    self.arrivals.forget(&org, handover, end);
                    return Err(unanswered);
                }
            };
            let reservation = match &checked_in.outcome {
                Ok(calendar::Answer::Reservation { reservation }) => Some(reservation),
                Ok(_) | Err(_) => None,
            };
            let way = reservation.and_then(|one| Some((one.id.clone(), way_of(one)?.clone())));
            match way {
                None if !checked_in.repeated || reservation.is_none_or(|one| self.stands_so(&org, one)) => {
                    self.arrivals.forget(&org, handover, end);
                    return Ok((checked_in, None));
                }
                Some((_, way)) if way.handover == *handover && !checked_in.repeated => {
                    return Ok((checked_in, Some(told(end).await?)));
                }
                None => self.arrivals.forget(&org, handover, end),
                Some((id, way)) => {
                    self.arrivals.forget(&org, handover, end);
                    if let Some(end) = self.end_of(&org, &id, &way).await? {
                        return Ok((checked_in, Some(end)));
                    }
                }
            }
            // What this repeats is over: it is no more than a check-in of now.
            request.idempotency = None;
        }
        Err(Unanswered::OutcomeUnknown)
    }

    /// How an arrival that set out before has ended or will; `None`: it has come to nothing, or is long over.
    async fn end_of(&self, org: &OrgId, id: &ReservationId, way: &Arrival) -> Result<Option<End>, Unanswered> {
        let end = self.arrivals.arrival(org, &way.handover);
        let point = self.whereabouts(org, &way.entry);
        let stands = point.and_then(|point| self.as_it_stands(org, &point, &way.entry));
        let current = self.calendar(org).and_then(|at| at.state.reservation(id).cloned());
        let is_under_way = current.as_deref().and_then(way_of).is_some_and(|now| now.handover == way.handover);
        if stands.is_none() && is_under_way {
            return told(end).await.map(Some);
        }
        self.arrivals.forget(org, &way.handover, end);
        Ok(stands.filter(|_| is_under_way).map(Ok))
    }

    /// Whether a reservation is still where an answer says.
    fn stands_so(&self, org: &OrgId, reservation: &Reservation) -> bool {
        let current = self.calendar(org).and_then(|at| at.state.reservation(&reservation.id).cloned());
        current.is_none_or(|now| now.status == reservation.status)
    }

    /// Carries out what follows between a calendar and its lines. Safe to repeat.
    pub(super) async fn carry_out(&self, org: &OrgId, follow_up: FollowUp) {
        match follow_up {
            FollowUp::Bring { arrival, reservation } => self.bring(org, &arrival, &reservation).await,
            FollowUp::Withdraw(withdrawal) => self.withdraw(org, &withdrawal).await,
            FollowUp::WithdrawIfDeleted { reservation, withdrawal } => {
                if self.is_deleted(org, &reservation).await {
                    self.withdraw(org, &withdrawal).await;
                }
            }
            FollowUp::Report(entry) => self.report(org, &entry).await,
            FollowUp::Deliver(_) => tracing::error!(%org, "a hand-over is carried by itself"),
        }
    }

    /// Brings a checked-in reservation into the line of its point, or back to how it was when that refuses; asks until there
    /// is an answer, and tells who waits for it.
    async fn bring(&self, org: &OrgId, arrival: &Arrival, reservation: &Reservation) {
        let service = self
            .calendar(org)
            .and_then(|at| Some(at.state.definition_of(&reservation.definition_id)?.terms.name.clone()));
        let command = appointment::arrival(reservation, arrival, service.as_deref());
        let request: Request = Request { org: org.clone(), name: arrival.point.clone(), command, idempotency: None };
        let end = self.ask_until_answered(request).await.unwrap_or(Err(Rejection::PointNotFound));
        if end.is_err() {
            self.tell_calendar(org, appointment::refused(reservation, arrival)).await;
        }
        self.arrivals.tell(org, &arrival.handover, &end);
    }

    /// Takes a visit out of the line that it stands in by now; one on its way to another point when it has come there.
    async fn withdraw(&self, org: &OrgId, withdrawal: &Withdrawal) {
        while let Some(name) = self.whereabouts(org, &withdrawal.entry) {
            let request =
                Request { org: org.clone(), name: name.clone(), command: withdrawal.command(), idempotency: None };
            match self.ask_until_answered(request).await {
                Some(Err(Rejection::WrongState { .. })) => {}
                Some(Err(Rejection::EntryNotFound)) if self.whereabouts(org, &withdrawal.entry) != Some(name) => {}
                Some(Ok(_) | Err(_)) | None => return,
            }
            tokio::time::sleep(RETRY_PAUSE).await;
        }
    }

    /// Whether there is no such appointment any more, asked until there is an answer.
    async fn is_deleted(&self, org: &OrgId, reservation: &ReservationId) -> bool {
        loop {
            match self.reader().reservation(org, reservation).await {
                Ok(found) => return found.is_none(),
                Err(error) => tracing::debug!(%org, %error, "a look-up waits"),
            }
            tokio::time::sleep(RETRY_PAUSE).await;
        }
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

/// The way of a checked-in reservation into its line; `None`: it goes into none.
fn way_of(reservation: &Reservation) -> Option<&Arrival> {
    match &reservation.status {
        Status::CheckedIn { arrival, .. } => arrival.as_ref(),
        Status::Pending
        | Status::Confirmed
        | Status::Completed { .. }
        | Status::NoShow { .. }
        | Status::Cancelled { .. } => None,
    }
}

/// Waits to be told how an arrival ends.
async fn told(end: tokio::sync::oneshot::Receiver<End>) -> Result<End, Unanswered> {
    match tokio::time::timeout(OUTCOME_TIMEOUT, end).await {
        Ok(Ok(end)) => Ok(end),
        Ok(Err(_)) | Err(_) => Err(Unanswered::OutcomeUnknown),
    }
}
