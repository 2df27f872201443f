//! One run: set up, storm, recovery, checks.

use crate::{
    beside::{Beside, Recovery, recover},
    checks::{Checked, check},
    load::{self, Site},
    options::RunOptions,
    proxy::{Row, Service},
    world::{Failure, Weather, World},
};
use jiff::SignedDuration;
use serde::Serialize;
use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

/// What came of a run.
#[derive(Debug)]
pub struct Outcome {
    pub seed: u64,
    pub options: RunOptions,
    pub checked: Checked,
    pub recovery: Recovery,
    pub calls: BTreeMap<(Service, String), Row>,
    pub answers: BTreeMap<&'static str, BTreeMap<u16, u64>>,
    pub kills: u64,
    pub twice: u64,
    pub given_up: u64,
    pub planted: u64,
    pub took: Took,
}

/// How long each part took, in seconds.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Took {
    pub storm: f64,
    pub all: f64,
}

/// Longer than a run takes, however busy the machine is.
fn patience(options: &RunOptions) -> Duration {
    Duration::from_secs(240 + u64::try_from(options.operations).unwrap_or(u64::MAX / 2))
}

/// Most of a day passes while things still fail, so that sessions end and what is due meets faults too; the process is
/// killed in the middle of it, unless it never is.
async fn hours_pass(world: &World, options: &RunOptions) -> Result<(), Failure> {
    const STEPS: i64 = 10;
    for step in 0..STEPS {
        if step == STEPS / 2 && options.kills > 0 {
            world.proxies.kill_after(100);
        }
        world.pass(SignedDuration::from_hours(24) / i32::try_from(STEPS)?).await?;
        // Time for some runs of everything; a short storm has little to do.
        let ms = (2 * options.operations).clamp(400, 1500);
        tokio::time::sleep(Duration::from_millis(ms.try_into()?)).await;
    }
    Ok(())
}

/// Runs with a seed; the options' own seed is not looked at.
pub async fn run(seed: u64, options: &RunOptions) -> Result<Outcome, Failure> {
    let weather = Weather { seed, faults: options.faults, plant: options.plant, log: options.log.clone() };
    let world = World::start(&weather).await?;
    let outcome = tokio::time::timeout(patience(options), run_in(&world, seed, options)).await;
    world.process.stop();
    outcome.map_err(|_| "the run did not come to an end")?
}

async fn run_in(world: &std::sync::Arc<World>, seed: u64, options: &RunOptions) -> Result<Outcome, Failure> {
    let began = Instant::now();
    let site = Site::new(world.clone());
    let cast = load::set_up(&site, seed).await?;
    let storm_began = Instant::now();
    world.proxies.set_failing(true);
    {
        let _beside = Beside::start(world);
        let kills = load::kill_plan(seed, options.operations, options.kills);
        load::run(&site, &cast, seed, options.operations, options.workers, &kills).await?;
        hours_pass(world, options).await?;
    }
    let storm = storm_began.elapsed().as_secs_f64();
    world.proxies.set_failing(false);
    world.proxies.kill_after(-1);
    let mut recovery = recover(world).await?;
    // Until some of the sessions are over, and others are not.
    for _ in 0..4 {
        if !recovery.at_rest {
            break;
        }
        world.pass(SignedDuration::from_hours(6)).await?;
        let more = recover(world).await?;
        let (rounds, redriven) = (recovery.rounds + more.rounds, recovery.redriven + more.redriven);
        recovery = Recovery { rounds, redriven, at_rest: more.at_rest };
    }
    let asked = site.asked().clone();
    let mut checked = check(world, &asked).await?;
    let what = || format!("after {} rounds something is still left to do", recovery.rounds);
    checked.findings.check("the run comes to rest", recovery.at_rest, what);
    let (twice, given_up) = world.queues.figures();
    let (calls, planted) = {
        let tally = world.proxies.tally();
        (tally.rows.clone(), tally.planted)
    };
    let took = Took { storm, all: began.elapsed().as_secs_f64() };
    Ok(Outcome {
        seed,
        options: options.clone(),
        checked,
        recovery,
        calls,
        answers: site.answers(),
        kills: world.process.kills(),
        twice,
        given_up,
        planted,
        took,
    })
}
