//! What went through, and what happened to it.

use super::{Fault, Service, paths::Call};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The calls of one kind.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Row {
    pub writes: bool,
    pub calls: u64,
    /// How often each fault really happened.
    pub fired: BTreeMap<Fault, u64>,
}

/// A mail that the mail service took.
#[derive(Debug, Clone, Copy)]
pub struct Sent {
    /// Which start of the process sent it.
    pub generation: u64,
    /// Whether the process was not told.
    pub lost: bool,
}

/// All of a run.
#[derive(Debug, Default)]
pub struct Tally {
    pub rows: BTreeMap<(Service, String), Row>,
    /// Mails, by the mail service's id.
    pub sent: HashMap<String, Sent>,
    /// Keys of the notifier's ledger entries whose writing met a fault.
    pub ledger_failed: BTreeSet<(String, String)>,
    /// How often a planted bug had its chance.
    pub planted: u64,
}

impl Tally {
    pub(super) fn row(&mut self, call: &Call) -> &mut Row {
        let row = self.rows.entry((call.service, call.path.clone())).or_default();
        row.writes = call.writes;
        row
    }
}
