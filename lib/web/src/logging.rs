//! Logs: JSON lines for Lambda, readable lines for a terminal.

use tracing_subscriber::{EnvFilter, fmt, prelude::*};

fn filter(default: &str) -> EnvFilter {
    EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(default))
}

/// Logs as JSON lines, as CloudWatch reads them.
pub fn init_json() {
    let lines = fmt::layer().json().flatten_event(true).with_current_span(true).with_span_list(false).with_target(false);
    // Set already in a test process; then it stays as it is.
    let _ = tracing_subscriber::registry().with(filter("info")).with(lines).try_init();
}

/// Logs for people, warnings and errors unless `RUST_LOG` says otherwise. What the embedded table's engine warns of
/// are answers that the platform asked for.
pub fn init_readable() {
    let lines = fmt::layer().compact().with_target(false).with_writer(std::io::stderr);
    let _ = tracing_subscriber::registry().with(filter("warn,dynoxide=error")).with(lines).try_init();
}
