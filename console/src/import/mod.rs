//! `console import`: what a file lists is put in, once however often it is asked.

mod read;
mod rules;
mod work;

pub use read::Line;
pub use rules::{SLOTS, checked};
pub use work::carry_out;

use crate::{Console, Failure, Outcome, resources};
use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// What is put in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Kind {
    Companies,
    Slots,
    MeetLinks,
    /// The member directory, which Mansa has.
    Members,
}

/// A file, and what it lists.
#[derive(Debug, Args)]
pub struct ImportArgs {
    /// What it lists.
    kind: Kind,
    /// A CSV file with a header, or a JSON file with a list of objects, told apart by the ending.
    file: PathBuf,
    /// Say what would happen, and do nothing.
    #[arg(long)]
    dry_run: bool,
}

/// Reads and checks the whole file, then puts it in row by row.
pub async fn run(console: &Console, args: &ImportArgs) -> Outcome {
    let (rules, noun) = match args.kind {
        Kind::Companies => (&rules::COMPANIES, "companies"),
        Kind::Slots => (&SLOTS, "slots"),
        Kind::MeetLinks => (&rules::LINKS, "meet-links"),
        Kind::Members => (&rules::MEMBERS, "members"),
    };
    let resource = resources::find(noun).ok_or_else(|| Failure::Failed(format!("{noun} are not described.")))?;
    console.is_for(resource.product)?;
    let lines = checked(rules, read::read(&args.file, rules.fields)?)?;
    carry_out(console, rules, resource, lines, args.dry_run).await
}
