//! Placeholder until the platform lands.
use chrono::{DateTime, Utc};
/// A clock.
pub trait Clock: Send + Sync {
    /// Now.
    fn now(&self) -> DateTime<Utc>;
}
/// Shared.
pub type SharedClock = std::sync::Arc<dyn Clock>;
