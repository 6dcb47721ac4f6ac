//! SIGKILL of the server at every step from a breach to the record of its mail, then at random moments: each promise is
//! broken once, each step of the chain is taken once, and each who is told gets one mail, at least once.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde_json::Value;
use sqlx::PgConnection;

use crate::desk::{open_ticket, promise};
use crate::smtp::MailServer;
use crate::stage::{ORG, Stage, rounds};
use crate::support::dice::Dice;
use crate::support::frontdesk::{Frontdesk, READY_LIMIT};
use crate::support::process::wait_until;

/// Rounds of random kills unless `CHAOS_ROUNDS` says otherwise.
const ROUNDS: usize = 3;
/// How many tickets are opened in such a round.
const TICKETS: usize = 5;
/// The kill comes within so many milliseconds after they were opened: up to when all is told.
const KILL_WITHIN_MS: usize = 4_500;
/// When a ticket breaks its promise, and when the second step of the chain is taken, after it was opened.
const PROMISE: &str = "PT3S";
const UNTIL_BROKEN: Duration = Duration::from_secs(3);
/// How long after it was due a thing that does not happen would have happened.
const SURELY: Duration = Duration::from_millis(1_500);
/// How long a stop may take to come about, with the start of the server.
const STOP_LIMIT: Duration = Duration::from_secs(90);
/// How long the mail server may take for one mail, in seconds.
const MAIL_TIMEOUT_SECONDS: u32 = 8;
/// How long the mails that were left may take after the last start: some wait for their second try.
const DELIVERY_LIMIT: Duration = Duration::from_secs(150);
/// How long the mail server is silent when it has told of everything.
const SILENCE: Duration = Duration::from_millis(500);

const BREACHES: &str = "SELECT count(*) FROM event WHERE org_id = $1 AND ticket_id = $2 AND kind = 'sla_breach'";
const UNSENT: &str = "SELECT count(*) FROM delivery WHERE org_id = $1 AND state <> 'sent'";
const STEPS: &str = "SELECT count(*) FROM event WHERE org_id = $1 AND kind = 'ticket.escalated'";
const TICKET_COUNT: &str = "SELECT count(*) FROM ticket WHERE org_id = $1";
const MESSAGES: &str = "SELECT id, recipient FROM message WHERE org_id = $1";
/// Each of these finds nothing in a database that is whole.
const RULES: [(&str, &str); 5] = [
    (
        "a promise was not broken exactly once",
        "SELECT t.number || ': ' || count(e.kind) FROM ticket t LEFT JOIN event e ON e.org_id = t.org_id
        AND e.ticket_id = t.id AND e.kind = 'sla_breach' WHERE t.org_id = $1 GROUP BY t.number HAVING count(e.kind) <> 1",
    ),
    (
        "a step of the chain was not taken exactly once",
        "SELECT t.number || ', level ' || level || ': ' || count(e.kind) FROM ticket t CROSS JOIN (VALUES ('1'), ('2')) AS l (level)
        LEFT JOIN event e ON e.org_id = t.org_id AND e.ticket_id = t.id AND e.kind = 'ticket.escalated'
        AND e.data->'firing'->>'level' = l.level WHERE t.org_id = $1 GROUP BY t.number, level HAVING count(e.kind) <> 1",
    ),
    (
        "a breach has another moment than the one that it was due at",
        "SELECT t.number || ': ' || e.at FROM ticket t JOIN event e ON e.org_id = t.org_id AND e.ticket_id = t.id
        WHERE t.org_id = $1 AND e.kind = 'sla_breach' AND e.at <> date_trunc('second', t.created_at) + interval '3 seconds'
        AND e.at <> t.created_at + interval '3 seconds'",
    ),
    (
        "the breach was not told exactly once",
        "SELECT t.number || ': ' || count(m.id) FROM ticket t LEFT JOIN message m ON m.org_id = t.org_id AND m.kind = 'sla.breached'
        AND m.cause_id LIKE t.id || '/%' WHERE t.org_id = $1 GROUP BY t.number HAVING count(m.id) <> 1",
    ),
    (
        "the chain was told to too few or too many",
        "SELECT t.number || ': ' || count(m.id) FROM ticket t JOIN event e ON e.org_id = t.org_id AND e.ticket_id = t.id
        AND e.kind = 'ticket.escalated' AND e.data->'firing'->>'level' = '1'
        LEFT JOIN message m ON m.org_id = t.org_id AND m.kind = 'ticket.escalated' AND m.cause_id LIKE t.id || '/%'
        WHERE t.org_id = $1 GROUP BY t.number, e.data
        HAVING count(m.id) <> CASE WHEN e.data->'firing'->>'silent' = 'true' THEN 1 ELSE 3 END",
    ),
];

/// Where the server stands when it is killed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Moment {
    Decided,
    BeforeCommit,
    AfterCommit,
    BeforeSending,
    BeforeTheMail,
    BeforeItsAnswer,
    BeforeRecord,
}

impl Moment {
    const ALL: [Self; 7] = [
        Self::Decided,
        Self::BeforeCommit,
        Self::AfterCommit,
        Self::BeforeSending,
        Self::BeforeTheMail,
        Self::BeforeItsAnswer,
        Self::BeforeRecord,
    ];

    /// The failpoint at which the server stands still; else it is the mail server that does.
    fn failpoint(self) -> Option<&'static str> {
        match self {
            Self::Decided => Some("owner.decided.:desk"),
            Self::BeforeCommit => Some("lane.before_commit"),
            Self::AfterCommit => Some("lane.after_commit"),
            Self::BeforeSending => Some("notifier.before_send"),
            Self::BeforeTheMail | Self::BeforeItsAnswer => None,
            Self::BeforeRecord => Some("notifier.before_record"),
        }
    }

    /// Who has the ticket: the mail server behaves by the name.
    fn agent(self) -> &'static str {
        match self {
            Self::BeforeTheMail => "stalled",
            Self::BeforeItsAnswer => "slow",
            _ => "mia",
        }
    }
}

/// All mails that were seen, by Message-ID and recipient, and how often each was accepted.
#[derive(Default)]
struct Seen(BTreeMap<(String, String), usize>);

impl Seen {
    fn note(&mut self, did: &Value) {
        if did["did"] == "accepted" {
            let word = |name: &str| did[name].as_str().expect("a mail has it").to_owned();
            *self.0.entry((word("id"), word("to"))).or_default() += 1;
        }
    }

    /// Waits until the mail server has done this.
    async fn until(&mut self, post: &mut MailServer, did: &str) {
        loop {
            let next = post.next().await;
            self.note(&next);
            if next["did"] == did {
                return;
            }
        }
    }

    async fn rest(&mut self, post: &mut MailServer) {
        while let Ok(did) = tokio::time::timeout(SILENCE, post.next()).await {
            self.note(&did);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_breach_is_one_and_told_by_one_mail_each_wherever_the_server_is_killed() {
    let _alone = crate::ONE_AT_A_TIME.lock().await;
    let mut dice = Dice::from_environment("CHAOS_SEED");
    let mut post = MailServer::open();
    let mut stage = Stage::embedded();
    let url = post.url(MAIL_TIMEOUT_SECONDS);
    let site = stage.site.clone().with("FRONTDESK_SMTP_URL", &url);
    stage.site = site.with("FRONTDESK_MAIL_FROM", "Harbour & Finch <desk@chaos.example>");
    let mut seen = Seen::default();
    let mut server = stage.site.start().await;
    promise(&stage, &server, PROMISE).await;
    for moment in Moment::ALL {
        server = killed_at(moment, &stage, server, &mut post, &mut seen).await;
        println!("{moment:?}: killed");
    }
    for round in 0..rounds(ROUNDS) {
        for at in 0..TICKETS {
            open_ticket(&stage, server.address, &format!("round {round}, {at}"), "mia").await;
        }
        let moment = dice.below(KILL_WITHIN_MS) as u64;
        tokio::time::sleep(Duration::from_millis(moment)).await;
        server.kill();
        server = stage.site.start().await;
        println!("round {}: killed after {moment} ms", round + 1);
    }
    all_is_told(&stage).await;
    seen.rest(&mut post).await;
    audit(&stage, &seen).await;
    server.stop();
}

/// Lets a ticket break its promise on a server that stands still at this moment, kills that, and starts another.
async fn killed_at(
    moment: Moment,
    stage: &Stage,
    mut server: Frontdesk,
    post: &mut MailServer,
    seen: &mut Seen,
) -> Frontdesk {
    // What is open of earlier tickets must not be what the server stands still at.
    all_is_told(stage).await;
    seen.rest(post).await;
    let ticket = open_ticket(stage, server.address, &format!("{moment:?}"), moment.agent()).await;
    let opened = std::time::Instant::now();
    seen.until(post, "accepted").await;
    wait_until("the customer is told", UNTIL_BROKEN, async || unsent(&mut stage.connect().await).await == 0).await;
    if let Some(failpoint) = moment.failpoint() {
        server.kill();
        server = stage.site.clone().with("FAILPOINTS", &format!("{failpoint}=pause")).spawn();
    }
    stands_still(moment, stage, &ticket, post, seen, opened).await;
    assert!(server.ended().is_none(), "{moment:?}: the server ended by itself:\n{}", server.log());
    server.kill();
    stage.site.start().await
}

/// Waits until the server stands where it is to be killed.
async fn stands_still(
    moment: Moment,
    stage: &Stage,
    ticket: &str,
    post: &mut MailServer,
    seen: &mut Seen,
    opened: std::time::Instant,
) {
    match moment {
        Moment::Decided | Moment::BeforeCommit => {
            wait_until("the database answers", READY_LIMIT, async || breaches(stage, ticket).await.is_some()).await;
            let awake = opened.elapsed().max(UNTIL_BROKEN) - opened.elapsed();
            tokio::time::sleep(awake + SURELY).await;
            assert_eq!(breaches(stage, ticket).await, Some(0), "{moment:?}");
        }
        Moment::AfterCommit | Moment::BeforeSending => {
            let is_committed = async || breaches(stage, ticket).await.is_some_and(|breaches| breaches > 0);
            wait_until("the breach is committed", STOP_LIMIT, is_committed).await;
            tokio::time::sleep(SURELY).await;
            post.rests();
        }
        Moment::BeforeTheMail => seen.until(post, "stalled").await,
        Moment::BeforeItsAnswer => seen.until(post, "slow").await,
        Moment::BeforeRecord => {
            seen.until(post, "accepted").await;
            tokio::time::sleep(SURELY).await;
            assert!(unsent(&mut stage.connect().await).await > 0, "{moment:?}: it is recorded");
        }
    }
}

/// Waits until nothing of what has happened is left to be done or told.
async fn all_is_told(stage: &Stage) {
    let mut connection = stage.connect().await;
    wait_until("every step is taken and every mail is sent", DELIVERY_LIMIT, async || {
        let one = |statement: &'static str| sqlx::query_scalar::<_, i64>(statement).bind(ORG);
        let tickets = one(TICKET_COUNT).fetch_one(&mut connection).await.expect("an answer");
        let steps = one(STEPS).fetch_one(&mut connection).await.expect("an answer");
        steps >= 2 * tickets && unsent(&mut connection).await == 0
    })
    .await;
}

/// `None`: the database is not there, or is the one of the server that was killed, on its way out.
async fn breaches(stage: &Stage, ticket: &str) -> Option<i64> {
    let mut connection = stage.try_to_connect().await?;
    sqlx::query_scalar(BREACHES).bind(ORG).bind(ticket).fetch_one(&mut connection).await.ok()
}

async fn unsent(connection: &mut PgConnection) -> i64 {
    sqlx::query_scalar(UNSENT).bind(ORG).fetch_one(connection).await.expect("an answer")
}

async fn audit(stage: &Stage, seen: &Seen) {
    let mut connection = stage.connect().await;
    let mut broken = Vec::new();
    for (what, statement) in RULES {
        let found = sqlx::query_scalar::<_, String>(statement).bind(ORG).fetch_all(&mut connection).await;
        broken.extend(found.expect("an answer").iter().map(|where_found| format!("{what}: {where_found}")));
    }
    let messages: Vec<(String, String)> =
        sqlx::query_as(MESSAGES).bind(ORG).fetch_all(&mut connection).await.expect("an answer");
    let expected: BTreeSet<_> =
        messages.into_iter().map(|(id, recipient)| (format!("<{id}@chaos.example>"), recipient)).collect();
    let arrived: BTreeSet<_> = seen.0.keys().cloned().collect();
    broken.extend(expected.difference(&arrived).map(|mail| format!("never arrived: {mail:?}")));
    broken.extend(arrived.difference(&expected).map(|mail| format!("nobody asked for it: {mail:?}")));
    assert!(broken.is_empty(), "{} promises are broken:\n{}", broken.len(), broken.join("\n"));
    let repeated = seen.0.values().filter(|times| **times > 1).count();
    println!("{} mails arrived, {repeated} of them more than once", seen.0.len());
    assert!(seen.0.len() > 30, "hardly anything was told");
}
