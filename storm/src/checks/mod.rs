//! What must be true once nothing is left to do.

mod bookings;
mod events;
mod figures;
mod hours;
mod leads;
mod mails;
mod money;
mod rules;
mod sessions;
mod things;

pub use mails::Repeated;
pub use things::{Findings, Things, text};

use crate::{
    load::Asked,
    world::{Failure, World},
};
use std::collections::BTreeMap;

/// What is known of a run beside what the world shows.
#[derive(Debug)]
pub struct Known {
    pub asked: Vec<Asked>,
    /// With how many places each event was offered, by its title.
    pub places: BTreeMap<String, usize>,
    pub operations: usize,
    /// Whether nothing was left to do in the end.
    pub at_rest: bool,
}

/// What was found, and what came more than once.
#[derive(Debug)]
pub struct Checked {
    pub findings: Findings,
    pub mails: usize,
    pub repeated_mails: Repeated,
    pub events: usize,
    pub repeated_events: u64,
}

/// Holds every rule against what there is.
pub async fn check(world: &World, known: &Known) -> Result<Checked, Failure> {
    let things = Things::read(world).await?;
    let mut findings = Findings::default();
    bookings::check(&things, &mut findings);
    money::check(world, &things, &mut findings);
    leads::check(&things, &known.places, &mut findings);
    sessions::check(&things, &mut findings);
    figures::check(&things, &mut findings);
    let repeated_events = events::check(world, &things, &known.asked, &mut findings);
    let (mails, repeated_mails) = mails::check(world, &things, &mut findings);
    findings.check("the platform comes to rest", known.at_rest, || "something is left to do again and again".to_owned());
    let ended = world.process.ended_by_itself();
    findings.check("the process never ends by itself", ended.is_empty(), || format!("{} times: {ended:?}", ended.len()));
    rules::check(known.operations, &mut findings);
    let events = things.events().count();
    Ok(Checked { findings, mails, repeated_mails, events, repeated_events })
}
