//! The storm: the platform under random load while its calls fail, replies get lost and its process is killed.

mod beside;
mod board;
mod checks;
mod load;
mod options;
mod payments;
mod process;
mod proxy;
mod queue;
mod report;
mod run;
mod serve;
mod world;

use clap::Parser;
use options::{Cli, Command, RunOptions};
use serde_json::Value;
use std::{path::Path, process::ExitCode};
use world::Failure;

fn write(file: Option<&Path>, report: &Value) -> Result<(), Failure> {
    let Some(file) = file else { return Ok(()) };
    Ok(std::fs::write(file, serde_json::to_vec_pretty(report)?)?)
}

fn code(right: bool) -> ExitCode {
    if right { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

async fn storm(options: &RunOptions) -> Result<ExitCode, Failure> {
    let seed = options.seed.unwrap_or_else(rand::random);
    println!("{}\n", options.replay(seed));
    let outcome = run::run(seed, options).await?;
    println!("{}", report::text(&outcome));
    write(options.json.as_deref(), &report::json(&outcome))?;
    Ok(code(outcome.checked.findings.found.is_empty()))
}

async fn command(cli: Cli) -> Result<ExitCode, Failure> {
    match cli.command {
        Some(Command::Serve { ahead_ms }) => {
            serve::run(ahead_ms).await.map_err(|error| error.to_string())?;
            Ok(ExitCode::SUCCESS)
        }
        Some(Command::Payments(options)) => {
            let seed = options.seed.unwrap_or_else(rand::random);
            println!("storm payments --seed {seed} --payments {} --deliveries {}", options.payments, options.deliveries);
            let counted = payments::run(seed, &options).await?;
            println!("{}", counted.sentence());
            write(options.json.as_deref(), &payments::json(seed, &options, &counted))?;
            Ok(code(counted.is_right()))
        }
        Some(Command::Scoreboard(options)) => {
            let board = board::keep(&options).await;
            println!("{}", board::text(&board));
            write(options.json.as_deref(), &serde_json::to_value(&board)?)?;
            Ok(code(board.iter().all(board::Score::is_right)))
        }
        None => storm(&cli.run).await,
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    match command(Cli::parse()).await {
        Ok(code) => code,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
