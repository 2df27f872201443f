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
use std::collections::{BTreeMap, BTreeSet};

/// Rules, and in how many seeds each was broken.
type Broken = BTreeMap<&'static str, u64>;

/// What came of a bug.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Score {
    /// None: nothing was planted, so nothing may be broken.
    pub plant: Option<Plant>,
    pub seeds: u64,
    /// In how many it had its chance.
    pub reached: u64,
    /// In how many it had its chance and broke a rule that it breaks by its nature.
    pub noticed: u64,
    /// Those rules.
    pub by: Broken,
    /// In how many only other rules were broken, or it had no chance and a rule was broken all the same.
    pub otherwise: u64,
    pub others: Broken,
    /// In how many the run ended with an error, which says nothing of the bug.
    pub ended_early: u64,
    pub errors: Vec<String>,
}

impl Score {
    /// A planted bug must be noticed in some seed; without one nothing may be broken, and some run must come to its end.
    pub fn is_right(&self) -> bool {
        if self.plant.is_some() { self.noticed > 0 } else { self.otherwise == 0 && self.ended_early < self.seeds }
    }

    fn add(&mut self, outcome: Result<Outcome, Failure>) {
        let outcome = match outcome {
            Ok(outcome) => outcome,
            Err(error) => {
                eprintln!("a run ended early: {error}");
                self.ended_early += 1;
                self.errors.push(error.to_string());
                return;
            }
        };
        let reached = outcome.planted > 0;
        let caught_by = self.plant.filter(|_| reached).map(Plant::caught_by).unwrap_or_default();
        let broken: BTreeSet<&'static str> = outcome.checked.findings.found.iter().map(|(rule, _)| *rule).collect();
        let (by, others): (Vec<_>, Vec<_>) = broken.into_iter().partition(|rule| caught_by.contains(rule));
        self.reached += u64::from(reached);
        self.noticed += u64::from(!by.is_empty());
        self.otherwise += u64::from(by.is_empty() && !others.is_empty());
        for (rules, broken) in [(by, &mut self.by), (others, &mut self.others)] {
            for rule in rules {
                *broken.entry(rule).or_default() += 1;
            }
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
        let mut score = Score { plant, seeds, ..Score::default() };
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
    let rules = |broken: &Broken| broken.iter().map(|(rule, seeds)| format!("{rule} ({seeds})")).collect::<Vec<_>>().join("; ");
    let of_all = |seeds: u64| format!("{seeds} of {}", score.seeds);
    let (reached, noticed) = (of_all(score.reached), of_all(score.noticed));
    let (otherwise, ended_early) = (score.otherwise.to_string(), score.ended_early.to_string());
    vec![name, what.to_owned(), reached, noticed, rules(&score.by), otherwise, rules(&score.others), ended_early]
}

/// The board as a table.
pub fn text(board: &[Score]) -> String {
    let head = [
        "planted",
        "what is wrong",
        "reached in seeds",
        "noticed in seeds",
        "by (seeds)",
        "otherwise only",
        "by other rules (seeds)",
        "ended early",
    ];
    let head = head.map(str::to_owned);
    table(&head, board.iter().map(line))
}
