//! `console`: runs the platform from a script or a terminal.

use std::process::ExitCode;

fn main() -> ExitCode {
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("error: {error}");
            return ExitCode::FAILURE;
        }
    };
    let code = runtime.block_on(console::run(std::env::args_os()));
    // A prompt that still waits for somebody keeps nobody.
    runtime.shutdown_background();
    ExitCode::from(code)
}
