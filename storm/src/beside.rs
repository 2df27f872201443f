//! What runs beside requests, as schedules and queues would have it: all the time during a run, and until nothing is
//! left to do after it.

use crate::{
    queue::CONSUMERS,
    world::{Failure, World},
};
use jiff::SignedDuration;
use std::{sync::Arc, time::Duration};
use tokio::task::JoinHandle;

/// What runs beside requests during a run. Dropping it ends it.
#[derive(Debug)]
pub struct Beside(Vec<JoinHandle<()>>);

impl Drop for Beside {
    fn drop(&mut self) {
        for task in &self.0 {
            task.abort();
        }
    }
}

impl Beside {
    pub fn start(world: &Arc<World>) -> Self {
        let mut tasks = Vec::new();
        for (consumer, _) in CONSUMERS {
            let world = world.clone();
            tasks.push(tokio::spawn(async move {
                loop {
                    if !world.deliver(consumer).await {
                        tokio::time::sleep(Duration::from_millis(50)).await;
                    }
                }
            }));
        }
        let sweeping = world.clone();
        tasks.push(tokio::spawn(async move {
            loop {
                if sweeping.sweep().await.unwrap_or(0) == 0 {
                    tokio::time::sleep(Duration::from_millis(400)).await;
                }
            }
        }));
        let due = world.clone();
        tasks.push(tokio::spawn(async move {
            loop {
                due.run_due().await;
                tokio::time::sleep(Duration::from_millis(1000)).await;
            }
        }));
        Self(tasks)
    }
}

/// How much it took until nothing was left to do.
#[derive(Debug, Clone, Copy, Default, serde::Serialize)]
pub struct Recovery {
    pub rounds: u32,
    /// Messages that had been put aside, and were put back.
    pub redriven: usize,
    /// Whether nothing was left to do in the end.
    pub at_rest: bool,
}

/// More rounds than ever needed: a lease, a hidden message and a failed piece of due work each last less than one.
const MOST_ROUNDS: u32 = 60;
/// Longer than a lease of the notifier's, and than any message is hidden.
const ROUND: SignedDuration = SignedDuration::from_mins(7);

/// Goes on until nothing is left to do, or gives up after many rounds, letting time pass for what is only done later.
pub async fn recover(world: &World) -> Result<Recovery, Failure> {
    let mut recovery = Recovery::default();
    while recovery.rounds <= MOST_ROUNDS {
        recovery.redriven += world.queues.redrive();
        let moved = settle(world).await;
        if !moved && world.queues.waiting() == 0 {
            recovery.at_rest = true;
            break;
        }
        if world.queues.waiting() > 0 {
            world.pass(ROUND).await?;
        }
        recovery.rounds += 1;
    }
    Ok(recovery)
}

/// Does all that can be done now; false when there was nothing.
async fn settle(world: &World) -> bool {
    let mut any = false;
    loop {
        let mut moved = world.run_due().await != Some(0);
        moved |= world.sweep().await != Some(0);
        for (consumer, _) in CONSUMERS {
            while world.deliver(consumer).await {
                moved = true;
            }
        }
        if !moved {
            return any;
        }
        any = true;
    }
}
