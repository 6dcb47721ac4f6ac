//! The program: hands over to the command line.

/// Requests and batches are many small pieces that live for a moment: the system's allocator spent a quarter of the
/// server's time on them.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    frontdesk::cli::run()
}
