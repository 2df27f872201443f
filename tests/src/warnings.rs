//! What the servers warned of, told when a test fails: an answer alone does not say why it was given.

use std::{
    collections::VecDeque,
    io::{Result, Write},
    sync::{Mutex, Once, PoisonError},
};
use tracing_subscriber::{EnvFilter, fmt, prelude::*};

/// How many lines are kept.
const KEPT: usize = 30;

static LINES: Mutex<VecDeque<String>> = Mutex::new(VecDeque::new());

/// Takes whole lines, and forgets the oldest.
struct Last;

impl Write for Last {
    fn write(&mut self, line: &[u8]) -> Result<usize> {
        let mut lines = LINES.lock().unwrap_or_else(PoisonError::into_inner);
        if lines.len() == KEPT {
            lines.pop_front();
        }
        lines.push_back(String::from_utf8_lossy(line).trim_end().to_owned());
        Ok(line.len())
    }

    fn flush(&mut self) -> Result<()> {
        Ok(())
    }
}

/// Keeps what is warned of from now on.
pub fn keep() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let lines = fmt::layer().compact().with_ansi(false).with_writer(|| Last);
        let _ = tracing_subscriber::registry().with(EnvFilter::new("warn,dynoxide=error")).with(lines).try_init();
    });
}

/// Tells the last of it. Tests that ran at the same time have theirs in between.
pub fn tell() {
    let lines = LINES.lock().unwrap_or_else(PoisonError::into_inner);
    eprintln!("the last that any server here warned of:");
    for line in lines.iter() {
        eprintln!("  {line}");
    }
}
