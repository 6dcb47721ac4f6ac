//! How soon many desks are open again, with every alarm armed, and what they take in memory.

use crate::desks::{Desks, resident_mb};
use crate::plan::Plan;
use crate::table::{Table, median};

const AIMED_SECONDS: f64 = 10.0;
const AIMED_MB: f64 = 1_500.0;

/// `/readyz` says yes when all is loaded and every desk's next moment stands in the alarm's order; that it does ring is shown
/// by what [`crate::firing`] measures.
pub async fn measure(desks: &Desks, plan: &Plan, table: &mut Table) {
    let (mut seconds, mut megabytes) = (Vec::new(), Vec::new());
    for _ in 0..plan.starts {
        let (mut server, took) = desks.open().await;
        seconds.push(took.as_secs_f64());
        megabytes.push(resident_mb(&server));
        server.stop();
    }
    let all = desks.all();
    let (time, memory) = (median(seconds), median(megabytes));
    table.aimed(
        format!("{all}: start until ready, alarms armed"),
        format!("{time:.2} s"),
        "<= 10 s",
        time <= AIMED_SECONDS,
    );
    table.aimed(format!("{all}: resident memory"), format!("{memory:.0} MB"), "< 1,500 MB", memory < AIMED_MB);
}
