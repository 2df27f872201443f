//! Choosing a free link for a session.

use super::BookingError;
use crate::Context;
use domain::link::FreeLink;
use store::{Store, StoreError, keys::POOL_SHARDS};

/// Every read of the whole pool may find links that others take first; after so many such rounds we give up.
const ROUNDS: u32 = 5;

/// Free links, one after the other: in random order, from a random partition on, so that rivals seldom meet.
pub(super) struct FreeLinks {
    shard: u8,
    shards_left: u8,
    rounds_left: u32,
    found_any: bool,
    read: Vec<FreeLink>,
}

impl FreeLinks {
    pub fn new() -> Self {
        let shard = rand::random_range(0..POOL_SHARDS);
        Self { shard, shards_left: POOL_SHARDS, rounds_left: ROUNDS, found_any: false, read: Vec::new() }
    }

    /// The next link to try. There is none when a round over the whole pool found no link at all.
    pub async fn next(&mut self, store: &Store, cx: &Context) -> Result<FreeLink, BookingError> {
        loop {
            if let Some(link) = self.read.pop() {
                return Ok(link);
            }
            if self.shards_left == 0 {
                self.begin_round()?;
            }
            self.read = store.free_links(cx.product, self.shard).await?;
            self.found_any |= !self.read.is_empty();
            self.shard = (self.shard + 1) % POOL_SHARDS;
            self.shards_left -= 1;
        }
    }

    fn begin_round(&mut self) -> Result<(), BookingError> {
        if !self.found_any {
            return Err(BookingError::NoMeetLink);
        }
        self.rounds_left -= 1;
        if self.rounds_left == 0 {
            return Err(StoreError::Busy("every free link was taken by somebody else first".to_owned()).into());
        }
        self.found_any = false;
        self.shards_left = POOL_SHARDS;
        Ok(())
    }
}
