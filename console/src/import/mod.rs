//! `console import`: what a file lists is put in, once however often it is asked.

mod read;
mod rules;
mod work;

pub use read::Line;
pub use rules::{Rules, SLOTS, checked};
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

impl Kind {
    fn rules(self) -> (&'static Rules, &'static str) {
        match self {
            Self::Companies => (&rules::COMPANIES, "companies"),
            Self::Slots => (&SLOTS, "slots"),
            Self::MeetLinks => (&rules::LINKS, "meet-links"),
            Self::Members => (&rules::MEMBERS, "members"),
        }
    }
}

/// The rows of a file's content, which is JSON or CSV, when all of them can be right.
pub fn lines(kind: Kind, bytes: Vec<u8>, json: bool) -> Outcome<Vec<Line>> {
    let (rules, _) = kind.rules();
    checked(rules, read::rows(bytes, json, rules.fields)?)
}

/// Reads and checks the whole file, then puts it in row by row.
pub async fn run(console: &Console, args: &ImportArgs) -> Outcome {
    let (rules, noun) = args.kind.rules();
    let resource = resources::find(noun).ok_or_else(|| Failure::Failed(format!("{noun} are not described.")))?;
    console.is_for(resource.product)?;
    let lines = checked(rules, read::read(&args.file, rules.fields)?)?;
    carry_out(console, rules, resource, lines, args.dry_run).await
}
