//! Ctrl-C: most commands stop at once; what goes row by row finishes the row in hand first.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

/// Whether somebody wants the command to end.
#[derive(Debug, Clone, Default)]
pub struct Interrupts(Arc<Flags>);

#[derive(Debug, Default)]
struct Flags {
    careful: AtomicBool,
    asked: AtomicBool,
}

impl Interrupts {
    /// Starts to listen. The first Ctrl-C ends the process unless rows are being worked on; the second always does.
    pub fn listen(&self) {
        let flags = self.0.clone();
        tokio::spawn(async move {
            loop {
                if tokio::signal::ctrl_c().await.is_err() {
                    return;
                }
                let again = flags.asked.swap(true, Ordering::SeqCst);
                if again || !flags.careful.load(Ordering::SeqCst) {
                    crate::terminal::restore();
                    // Files are written whole, and rows by others: nothing is left half-done.
                    std::process::exit(i32::from(crate::Failure::Interrupted.code()));
                }
                eprintln!("Stopping after this row. Ctrl-C again stops at once.");
            }
        });
    }

    /// From now on the row in hand is finished first.
    pub fn finish_rows(&self) {
        self.0.careful.store(true, Ordering::SeqCst);
    }

    /// Whether no further row is to be begun.
    pub fn asked(&self) -> bool {
        self.0.asked.load(Ordering::SeqCst)
    }
}
