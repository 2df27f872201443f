//! How far something is, for people at a terminal; scripts see nothing of it.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Counts what was read.
pub fn counter(shown: bool, what: &str) -> ProgressBar {
    let bar = ProgressBar::new_spinner();
    if !shown {
        bar.set_draw_target(ProgressDrawTarget::hidden());
    }
    bar.set_message(what.to_owned());
    if let Ok(style) = ProgressStyle::with_template("{spinner} {msg}: {pos}") {
        bar.set_style(style);
    }
    bar
}

/// Shows how many of the rows are done.
pub fn rows(length: usize) -> ProgressBar {
    let bar = ProgressBar::new(length as u64);
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos} of {len}  {eta} left") {
        bar.set_style(style);
    }
    bar
}
