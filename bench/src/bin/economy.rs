//! Counts what every endpoint asks of the table, and how long it takes.

use bench::{Result, economy, engine, rules};
use clap::{Parser, Subcommand};
use std::{path::PathBuf, process::ExitCode};

/// Asks every endpoint of every face over HTTP on a platform of its own, and counts.
#[derive(Debug, Parser)]
#[command(version)]
struct Args {
    /// How often each scene is played.
    #[arg(long, default_value_t = 20)]
    rounds: u32,
    /// Also fills one table with 1000 and one with so many bookings, links, mentors and events, and compares.
    #[arg(long, value_name = "COUNT")]
    scale: Option<usize>,
    /// Writes what was measured to a file.
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Holds the embedded engine's counting against DynamoDB's rules.
    Rules,
    /// Is the table of a measurement.
    #[command(name = engine::ARGUMENT, hide = true)]
    Engine,
}

#[tokio::main]
async fn main() -> ExitCode {
    // The HTTP clients want a TLS provider even where only plain HTTP is spoken.
    gateways::razorpay::install_tls_provider();
    match act(Args::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn act(args: Args) -> Result<()> {
    match args.command {
        Some(Command::Engine) => engine::serve().await,
        Some(Command::Rules) => {
            println!("{:<42} {:>8} {:>8}", "", "rules", "engine");
            let mut differ = 0;
            for one in rules::check().await? {
                let equal = (one.by_the_rules - one.by_the_engine).abs() < 0.01;
                differ += u32::from(!equal);
                println!(
                    "{:<42} {:>8} {:>8} {}",
                    one.what,
                    one.by_the_rules,
                    one.by_the_engine,
                    if equal { "" } else { "differs" }
                );
            }
            if differ > 0 { Err(format!("the engine counts {differ} otherwise than DynamoDB").into()) } else { Ok(()) }
        }
        None => {
            let report = economy::run(args.rounds, args.scale).await?;
            report.print();
            if let Some(file) = args.json {
                std::fs::write(file, serde_json::to_string_pretty(&report)?)?;
            }
            let grown = report.scale.iter().flat_map(|scale| &scale.rows).filter(|row| !row.is_equal()).count();
            if grown > 0 { Err(format!("{grown} requests cost more on the large table").into()) } else { Ok(()) }
        }
    }
}
