//! What went through, and what happened to it.

use super::{
    Fault, Service,
    answers::Reply,
    paths::{Call, key},
};
use serde::Serialize;
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};

/// The calls of one kind.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Row {
    pub writes: bool,
    pub calls: u64,
    /// How often each fault really happened.
    pub fired: BTreeMap<Fault, u64>,
}

/// An item's key: `pk` and `sk`.
pub type Key = (String, String);

/// Who heard that a call was carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    /// Whoever called is gone: he was killed, or waits no longer.
    Nobody,
    /// A fault took the reply.
    Lost,
    Caller,
}

/// The notifier's word in the ledger that it sends a mail now.
#[derive(Debug, Clone)]
pub struct Claim {
    /// The entry's: an event and somebody who is told of it.
    pub key: Key,
    /// When it was last asked for.
    pub at: u64,
}

/// A mail that the mail service took.
#[derive(Debug, Clone)]
pub struct Sent {
    /// Which start of the process sent it.
    pub generation: u64,
    pub at: u64,
    pub claim: Option<Claim>,
    pub told: Told,
}

/// An attempt to note in the ledger that a mail was sent.
#[derive(Debug, Clone)]
pub struct Noting {
    pub asked: u64,
    /// When the table took it, if it did.
    pub accepted: Option<u64>,
    pub told: Told,
}

/// What a call is to a mail.
#[derive(Debug, Clone)]
pub(super) enum Part {
    /// It sends one.
    Send(Option<Claim>),
    /// It notes that one was sent: the how many-th attempt for this entry.
    Note(Key, usize),
    None,
}

/// All of a run. Its times are places in the order in which calls came and were carried out.
#[derive(Debug, Default)]
pub struct Tally {
    pub rows: BTreeMap<(Service, String), Row>,
    /// Mails, by the mail service's id.
    pub sent: HashMap<String, Sent>,
    /// Attempts to note that mails were sent, by the ledger entry's key.
    pub notings: HashMap<Key, Vec<Noting>>,
    /// How often a planted bug had its chance.
    pub planted: u64,
    /// How many replies of each service came too late.
    pub(super) too_late: BTreeMap<Service, u64>,
    /// What the notifier claimed last.
    claim: Option<Claim>,
    now: u64,
}

fn ledger_key(body: &Value) -> Key {
    let text = |name: &str| key(body)[name]["S"].as_str().unwrap_or_default().to_owned();
    (text("pk"), text("sk"))
}

/// The mail service's id of a mail that it took.
fn mail_id(reply: &Reply) -> Option<String> {
    reply.json()["MessageId"].as_str().map(str::to_owned)
}

impl Tally {
    pub(super) fn row(&mut self, call: &Call) -> &mut Row {
        let row = self.rows.entry((call.service, call.path.clone())).or_default();
        row.writes = call.writes;
        row
    }

    fn tick(&mut self) -> u64 {
        self.now += 1;
        self.now
    }

    /// A call came. The notifier sends one mail after the other, so what it sends belongs to what it claimed last.
    pub(super) fn came(&mut self, call: &Call, body: &Value) -> Part {
        let now = self.tick();
        if call.service == Service::Mail {
            return Part::Send(self.claim.clone());
        }
        match call.path.as_str() {
            "put ledger mail" => {
                self.claim = Some(Claim { key: ledger_key(body), at: now });
                Part::None
            }
            "update ledger mail" => {
                let key = ledger_key(body);
                let notings = self.notings.entry(key.clone()).or_default();
                notings.push(Noting { asked: now, accepted: None, told: Told::Nobody });
                Part::Note(key, notings.len() - 1)
            }
            _ => Part::None,
        }
    }

    /// It was carried out, or refused. Nobody knows yet.
    pub(super) fn carried_out(&mut self, part: &Part, generation: u64, reply: &Reply) {
        let now = self.tick();
        match part {
            Part::Send(claim) => {
                if let Some(id) = mail_id(reply) {
                    self.sent.insert(id, Sent { generation, at: now, claim: claim.clone(), told: Told::Nobody });
                }
            }
            Part::Note(key, nth) if reply.status.is_success() => {
                if let Some(noting) = self.noting(key, *nth) {
                    noting.accepted = Some(now);
                }
            }
            Part::Note(..) | Part::None => {}
        }
    }

    /// The reply went back, or was lost.
    pub(super) fn told(&mut self, part: &Part, reply: &Reply, told: Told) {
        match part {
            Part::Send(_) => {
                if let Some(id) = mail_id(reply)
                    && let Some(sent) = self.sent.get_mut(&id)
                {
                    sent.told = told;
                }
            }
            Part::Note(key, nth) => {
                if let Some(noting) = self.noting(key, *nth) {
                    noting.told = told;
                }
            }
            Part::None => {}
        }
    }

    fn noting(&mut self, key: &Key, nth: usize) -> Option<&mut Noting> {
        self.notings.get_mut(key)?.get_mut(nth)
    }
}
