//! The program: hands over to the command line.

fn main() -> std::process::ExitCode {
    frontdesk::cli::run()
}
