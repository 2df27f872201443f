use app::{Clock, SystemClock};
use domain::Instant;
use jiff::{SignedDuration, Timestamp};
use std::{
    path::PathBuf,
    sync::atomic::{AtomicI64, Ordering},
};

/// The machine's clock and an offset that can be moved forward, so that reminders and expiries can be tried.
#[derive(Debug)]
pub struct MovableClock {
    /// Where it stands, unless it goes with the machine's.
    stands_at: Option<Instant>,
    offset_ms: AtomicI64,
    /// Where the offset outlives a restart; without it, what was written would lie in the future then.
    file: Option<PathBuf>,
}

impl MovableClock {
    /// A clock whose offset is kept in a file, if there is one.
    pub fn new(file: Option<PathBuf>) -> Self {
        let kept = file.as_ref().and_then(|file| std::fs::read_to_string(file).ok());
        let offset_ms = kept.and_then(|text| text.trim().parse().ok()).unwrap_or(0);
        Self { stands_at: None, offset_ms: AtomicI64::new(offset_ms), file }
    }

    /// A clock that stands until it is moved.
    pub fn standing(at: Timestamp) -> Self {
        Self { stands_at: Some(Instant::new(at)), offset_ms: AtomicI64::new(0), file: None }
    }

    /// Moves the time forward; returns the new time.
    pub fn advance(&self, by: SignedDuration) -> std::io::Result<Instant> {
        let by = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
        let offset = self.offset_ms.fetch_add(by, Ordering::SeqCst).saturating_add(by);
        if let Some(file) = &self.file {
            crate::write_whole(file, offset.to_string().as_bytes())?;
        }
        Ok(self.now())
    }

    /// How far it was moved.
    pub fn offset(&self) -> SignedDuration {
        SignedDuration::from_millis(self.offset_ms.load(Ordering::SeqCst))
    }
}

impl Clock for MovableClock {
    fn now(&self) -> Instant {
        self.stands_at.unwrap_or_else(|| SystemClock.now()).plus(self.offset())
    }
}
