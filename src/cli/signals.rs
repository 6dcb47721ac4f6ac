//! How a server is told to stop: Ctrl-C in a terminal, SIGTERM from whoever runs services.

use tokio::signal::unix::{SignalKind, signal};

use super::error::CommandError;

/// Completes when the process is told to stop. Listens from the call on.
///
/// # Errors
/// The signals cannot be listened to.
pub(super) fn told_to_stop() -> Result<impl Future<Output = ()>, CommandError> {
    let mut interrupt = signal(SignalKind::interrupt()).map_err(CommandError::Runtime)?;
    let mut terminate = signal(SignalKind::terminate()).map_err(CommandError::Runtime)?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}
