//! What runs beside requests: in AWS on schedules and queues, here right after each write and every other second.

use crate::standins::eventbridge::EventBridge;
use std::{sync::Arc, time::Duration};
use tokio::sync::{Mutex, Notify};
use workers::{scheduler::Scheduler, sweeper::Sweeper};

/// The sweeper, the queues and the scheduler.
#[derive(Debug, Clone)]
pub struct Pump(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    sweeper: Sweeper,
    scheduler: Scheduler,
    bus: EventBridge,
    wake: Notify,
    /// One run at a time: two would publish the same events twice, which is harmless, but confusing to watch.
    running: Mutex<()>,
}

impl Pump {
    pub(crate) fn new(sweeper: Sweeper, scheduler: Scheduler, bus: EventBridge) -> Self {
        Self(Arc::new(Inner { sweeper, scheduler, bus, wake: Notify::new(), running: Mutex::new(()) }))
    }

    /// Has a run done soon.
    pub fn wake(&self) {
        self.0.wake.notify_one();
    }

    /// Publishes and delivers until nothing waits. What consumers write is published too.
    pub async fn drain(&self) {
        let _running = self.0.running.lock().await;
        loop {
            let published = match self.0.sweeper.run().await {
                Ok(published) => published,
                Err(error) => {
                    tracing::error!(%error, "the outbox was not swept");
                    0
                }
            };
            let delivered = self.0.bus.deliver().await;
            if published == 0 && !delivered {
                return;
            }
        }
    }

    /// Does what is due, then publishes what came of it.
    pub async fn run_due(&self) {
        if let Err(error) = self.0.scheduler.run().await {
            tracing::error!(%error, "due work was not done");
        }
        self.drain().await;
    }

    pub(crate) async fn run(self) {
        const PAUSE: Duration = Duration::from_secs(2);
        loop {
            match tokio::time::timeout(PAUSE, self.0.wake.notified()).await {
                Ok(()) => self.drain().await,
                Err(_) => self.run_due().await,
            }
        }
    }
}
