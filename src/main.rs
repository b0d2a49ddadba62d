//! The program.

/// Commands and folds make and drop many small values on two threads or more. With the system's allocator a third of the
/// processor time of a large import went there.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    huean::cli::run()
}
