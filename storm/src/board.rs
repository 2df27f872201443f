//! The scoreboard: bugs that are planted one by one, and in how many seeds each is noticed.

use crate::{
    options::{BoardOptions, RunOptions},
    proxy::Plant,
    report::table,
    run::{Outcome, run},
    world::Failure,
};
use futures::{StreamExt, stream};
use serde::Serialize;
use std::collections::BTreeMap;

/// What came of a bug.
#[derive(Debug, Clone, Serialize)]
pub struct Score {
    /// None: nothing was planted, so nothing may be noticed.
    pub plant: Option<Plant>,
    pub seeds: u64,
    /// In how many it had its chance.
    pub reached: u64,
    /// In how many it was noticed.
    pub noticed: u64,
    /// By which rules, and in how many seeds.
    pub by: BTreeMap<String, u64>,
}

impl Score {
    /// A planted bug must be noticed in some seed; without one nothing may be.
    pub fn is_right(&self) -> bool {
        if self.plant.is_some() { self.noticed > 0 } else { self.noticed == 0 }
    }

    fn add(&mut self, outcome: Result<Outcome, Failure>) {
        let rules: std::collections::BTreeSet<String> = match outcome {
            Ok(outcome) => {
                self.reached += u64::from(outcome.planted > 0);
                outcome.checked.findings.found.iter().map(|(rule, _)| (*rule).to_owned()).collect()
            }
            Err(error) => [format!("the run ended: {error}")].into(),
        };
        self.noticed += u64::from(!rules.is_empty());
        for rule in rules {
            *self.by.entry(rule).or_default() += 1;
        }
    }
}

/// Runs every bug that is wanted, and no bug, with each seed.
pub async fn keep(options: &BoardOptions) -> Vec<Score> {
    let BoardOptions { operations, faults, kills, seeds, first_seed, jobs, .. } = *options;
    let plants: Vec<Option<Plant>> = match &options.plants[..] {
        [] => [None].into_iter().chain(Plant::ALL.map(Some)).collect(),
        wanted => wanted.iter().copied().map(Some).collect(),
    };
    let every = plants.iter().flat_map(|plant| (first_seed..first_seed + seeds).map(move |seed| (*plant, seed)));
    let mut outcomes = stream::iter(every)
        .map(|(plant, seed)| async move {
            let one = RunOptions { seed: Some(seed), operations, faults, kills, workers: 8, plant, json: None, log: None };
            run(seed, &one).await
        })
        .buffered(jobs.max(1));
    let mut board = Vec::new();
    for plant in plants.iter().copied() {
        let mut score = Score { plant, seeds, reached: 0, noticed: 0, by: BTreeMap::new() };
        for _ in 0..seeds {
            if let Some(outcome) = outcomes.next().await {
                score.add(outcome);
            }
        }
        eprintln!("{}", line(&score).join(" | "));
        board.push(score);
    }
    board
}

fn line(score: &Score) -> Vec<String> {
    let (name, what) = score.plant.map_or(("none".to_owned(), "nothing is wrong"), |plant| (plant.name(), plant.what()));
    let by: Vec<String> = score.by.iter().map(|(rule, seeds)| format!("{rule} ({seeds})")).collect();
    let noticed = format!("{} of {}", score.noticed, score.seeds);
    vec![name, what.to_owned(), noticed, by.join("; ")]
}

/// The board as a table.
pub fn text(board: &[Score]) -> String {
    let head = ["planted", "what is wrong", "noticed in seeds", "by (seeds)"].map(str::to_owned);
    table(&head, board.iter().map(line))
}
