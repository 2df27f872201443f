//! What a measurement costs in dollars.

use bench::{Result, prices, report::Report};
use clap::Parser;
use std::{path::PathBuf, process::ExitCode};

/// Reads what `economy --json` wrote and prints what it costs, by the prices in bench/prices.json.
#[derive(Debug, Parser)]
#[command(version)]
struct Args {
    /// What `economy` measured.
    #[arg(value_name = "FILE")]
    measured: PathBuf,
}

fn main() -> ExitCode {
    match act(&Args::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn act(args: &Args) -> Result<()> {
    let report: Report = serde_json::from_str(&std::fs::read_to_string(&args.measured)?)?;
    prices::print(&report, &prices::Table::read()?)
}
