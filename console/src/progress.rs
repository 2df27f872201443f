//! How far something is, for people at a terminal; scripts see nothing of it.

use std::io::{IsTerminal, Write, stderr};

/// A line that is written over as things go on, and away when they end.
#[derive(Debug)]
pub struct Progress {
    shown: bool,
    what: String,
    total: Option<usize>,
}

const WIDTH: usize = 30;

impl Progress {
    /// Counts things of which there may be any number.
    pub fn counter(shown: bool, what: &str) -> Self {
        Self { shown: shown && stderr().is_terminal(), what: what.to_owned(), total: None }
    }

    /// Counts to a number.
    pub fn rows(total: usize) -> Self {
        Self { shown: stderr().is_terminal(), what: String::new(), total: Some(total) }
    }

    /// So many are done.
    pub fn set(&self, done: usize) {
        if self.shown {
            // Where nobody sees it, it need not be written.
            let _ = write!(stderr(), "\r{}\u{1b}[K", self.line(done)).and_then(|()| stderr().flush());
        }
    }

    fn line(&self, done: usize) -> String {
        match self.total.filter(|total| *total > 0) {
            None => format!("{}: {done}", self.what),
            Some(total) => {
                let filled = WIDTH * done.min(total) / total;
                format!("[{}{}] {done} of {total}", "=".repeat(filled), " ".repeat(WIDTH - filled))
            }
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if self.shown {
            let _ = write!(stderr(), "\r\u{1b}[K").and_then(|()| stderr().flush());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_fills_as_rows_are_done() {
        let bar = Progress { shown: false, what: String::new(), total: Some(4) };
        assert!(bar.line(0).contains(&" ".repeat(WIDTH)) && bar.line(4).contains(&"=".repeat(WIDTH)));
        assert_eq!(bar.line(2), format!("[{}{}] 2 of 4", "=".repeat(15), " ".repeat(15)));
    }
}
