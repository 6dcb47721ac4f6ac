//! What operators see: log lines and metrics. Set up once a process; asked a second time (by tests), it answers with
//! what is there.

use std::io::IsTerminal;
use std::sync::{Mutex, PoisonError};

use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use tracing_subscriber::EnvFilter;

use crate::config::LogFormat;

/// The version of this build.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Upper bounds of the histograms' buckets, in seconds: from a read out of memory to the longest wait for a commit.
const DURATION_BUCKETS_SECONDS: [f64; 14] =
    [0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0];

/// What stands before every filter and yields to it: sqlx tells at level info that a table is there already.
const FILTER_BASE: &str = "sqlx=warn";

/// Logs or metrics cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    /// The log filter is not understood.
    #[error("the log filter is not understood: {0}")]
    Filter(#[from] tracing_subscriber::filter::ParseError),
    /// The metrics cannot be recorded.
    #[error("metrics cannot be recorded: {0}")]
    Metrics(#[from] metrics_exporter_prometheus::BuildError),
}

/// The metrics of this process.
#[derive(Clone)]
pub struct Telemetry {
    metrics: PrometheusHandle,
}

impl Telemetry {
    /// The metrics in Prometheus' text format.
    #[must_use]
    pub fn render(&self) -> String {
        self.metrics.render()
    }

    /// Tidies the histograms up; to be called every few seconds, or they grow while nobody scrapes.
    pub fn upkeep(&self) {
        self.metrics.run_upkeep();
    }
}

/// Sends log lines that pass `filter` to standard error: standard output is for answers to the person who started us.
/// If logging is set up already, it stays as it is.
///
/// # Errors
/// A filter that is not understood.
pub fn install_logging(filter: &str, format: LogFormat) -> Result<(), TelemetryError> {
    let lines = tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::try_new(format!("{FILTER_BASE},{filter}"))?)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal());
    // Refused means that somebody else in this process has set logging up: a test.
    let _ = match format {
        LogFormat::Text => lines.try_init(),
        LogFormat::Json => lines.json().flatten_event(true).try_init(),
    };
    Ok(())
}

/// Starts recording metrics, once a process.
///
/// # Errors
/// Another recorder is installed.
pub fn install_metrics() -> Result<Telemetry, TelemetryError> {
    static METRICS: Mutex<Option<PrometheusHandle>> = Mutex::new(None);
    let mut installed = METRICS.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(metrics) = &*installed {
        return Ok(Telemetry { metrics: metrics.clone() });
    }
    let metrics = PrometheusBuilder::new().set_buckets(&DURATION_BUCKETS_SECONDS)?.install_recorder()?;
    *installed = Some(metrics.clone());
    drop(installed);
    metrics::describe_gauge!("frontdesk_build_info", "1, labelled with the version that runs");
    metrics::gauge!("frontdesk_build_info", "version" => VERSION).set(1.0);
    Ok(Telemetry { metrics })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metrics_tell_the_version_and_a_second_installation_sees_the_first() {
        let first = install_metrics().unwrap();
        let second = install_metrics().unwrap();
        metrics::histogram!("telemetry_test_seconds").record(0.002);
        first.upkeep();
        assert!(
            first.render().contains(&format!("frontdesk_build_info{{version=\"{VERSION}\"}} 1")),
            "{}",
            first.render()
        );
        assert!(second.render().contains("telemetry_test_seconds_bucket{le=\"0.0025\"} 1"), "{}", second.render());
    }

    #[test]
    fn installations_at_the_same_moment_are_one() {
        let threads: Vec<_> = (0..8).map(|_| std::thread::spawn(|| install_metrics().map(drop))).collect();
        for thread in threads {
            thread.join().unwrap().unwrap();
        }
    }

    #[test]
    fn logging_can_be_asked_for_twice_but_not_with_a_wrong_filter() {
        install_logging("warn", LogFormat::Text).unwrap();
        install_logging("warn", LogFormat::Json).unwrap();
        assert!(install_logging("frontdesk=loud=er", LogFormat::Text).is_err());
    }
}
