//! What a run is asked for. Everything that decides how it goes is here, so that the same options repeat it.

use crate::proxy::Plant;
use clap::{Args, Parser, Subcommand};
use serde::Serialize;
use std::path::PathBuf;

/// Runs the platform under random load while calls fail, replies get lost and its process is killed, lets it recover,
/// and then counts what must be true.
#[derive(Debug, Parser)]
#[command(version)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Option<Command>,
    #[command(flatten)]
    pub run: RunOptions,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Pays many orders, tells of each payment three times in random order, and counts what came of it.
    Payments(PaymentOptions),
    /// Plants one bug after the other and says in how many seeds each is noticed.
    Scoreboard(BoardOptions),
    /// The platform's process, which runs and kills start.
    #[command(hide = true)]
    Serve {
        /// How far its clock is ahead, in milliseconds.
        #[arg(long)]
        ahead_ms: i64,
    },
}

/// One run.
#[derive(Debug, Clone, Args, Serialize)]
pub struct RunOptions {
    /// Decides what is done, which calls fail and when the process is killed; random unless given.
    #[arg(long)]
    pub seed: Option<u64>,
    /// How many things are done.
    #[arg(long, default_value_t = 2000)]
    pub operations: usize,
    /// Which share of the calls to table, bus, mail and Razorpay fails.
    #[arg(long, default_value_t = 0.05)]
    pub faults: f64,
    /// How often the process is killed (SIGKILL).
    #[arg(long, default_value_t = 5)]
    pub kills: usize,
    /// How many things are under way at once.
    #[arg(long, default_value_t = 8)]
    pub workers: usize,
    /// A bug to plant.
    #[arg(long)]
    pub plant: Option<Plant>,
    /// Where the report is written as JSON.
    #[arg(long)]
    pub json: Option<PathBuf>,
    /// Where the process's log goes.
    #[arg(long)]
    pub log: Option<PathBuf>,
}

impl RunOptions {
    /// The command that repeats this run.
    pub fn replay(&self, seed: u64) -> String {
        let Self { operations, faults, kills, workers, plant, .. } = self;
        let plant = plant.map(|plant| format!(" --plant {}", plant.name())).unwrap_or_default();
        format!("storm --seed {seed} --operations {operations} --faults {faults} --kills {kills} --workers {workers}{plant}")
    }
}

/// Many payments.
#[derive(Debug, Clone, Args, Serialize)]
pub struct PaymentOptions {
    #[arg(long)]
    pub seed: Option<u64>,
    #[arg(long, default_value_t = 1000)]
    pub payments: usize,
    /// How often each payment's webhook is delivered.
    #[arg(long, default_value_t = 3)]
    pub deliveries: usize,
    #[arg(long, default_value_t = 8)]
    pub workers: usize,
    #[arg(long)]
    pub json: Option<PathBuf>,
}

/// Many runs with a bug each.
#[derive(Debug, Clone, Args, Serialize)]
pub struct BoardOptions {
    /// The first seed; the others follow it.
    #[arg(long, default_value_t = 1)]
    pub first_seed: u64,
    /// How many seeds each bug is run with.
    #[arg(long, default_value_t = 5)]
    pub seeds: u64,
    #[arg(long, default_value_t = 600)]
    pub operations: usize,
    #[arg(long, default_value_t = 0.05)]
    pub faults: f64,
    #[arg(long, default_value_t = 2)]
    pub kills: usize,
    /// How many runs go on at once.
    #[arg(long, default_value_t = 2)]
    pub jobs: usize,
    /// Only these bugs; all, and a run without any, unless told.
    #[arg(long, value_delimiter = ',')]
    pub plants: Vec<Plant>,
    #[arg(long)]
    pub json: Option<PathBuf>,
}
