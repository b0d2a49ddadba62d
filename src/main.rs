//! The program.

fn main() -> std::process::ExitCode {
    huean::cli::run()
}
