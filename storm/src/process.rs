//! The platform's process: started, killed, started again.

use crate::proxy::Kill;
use std::{
    collections::BTreeMap,
    path::PathBuf,
    process::Stdio,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError, RwLock,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
};

/// The process, whichever runs now. Dropping it ends it.
#[derive(Debug, Clone, Default)]
pub struct Process(Arc<Inner>);

/// One that was started, and whether we killed it.
#[derive(Debug)]
struct Running {
    child: Child,
    killed: bool,
}

#[derive(Debug, Default)]
struct Inner {
    running: Mutex<Option<Running>>,
    /// Where it listens; empty while it does not run.
    url: RwLock<String>,
    kills: AtomicU64,
    /// How those ended that nobody here killed.
    ended_by_itself: Mutex<Vec<String>>,
    stopping: AtomicBool,
}

/// How it is started.
#[derive(Debug, Clone)]
pub struct Start {
    pub environment: BTreeMap<String, String>,
    pub log: Option<PathBuf>,
}

impl Kill for Process {
    /// SIGKILL: it has no time for anything.
    fn kill(&self) {
        let mut running = self.running();
        // One that has ended already did so by itself.
        if let Some(Running { child, killed }) = running.as_mut()
            && matches!(child.try_wait(), Ok(None))
            && child.start_kill().is_ok()
        {
            *killed = true;
            self.0.kills.fetch_add(1, Ordering::SeqCst);
            self.set_url(String::new());
        }
    }
}

impl Process {
    fn running(&self) -> MutexGuard<'_, Option<Running>> {
        self.0.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn ends(&self) -> MutexGuard<'_, Vec<String>> {
        self.0.ended_by_itself.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set_url(&self, url: String) {
        *self.0.url.write().unwrap_or_else(PoisonError::into_inner) = url;
    }

    /// How often it was killed.
    pub fn kills(&self) -> u64 {
        self.0.kills.load(Ordering::SeqCst)
    }

    /// How it ended, each time that it was not killed: by a panic, an abort, or for want of memory.
    pub fn ended_by_itself(&self) -> Vec<String> {
        self.ends().clone()
    }

    /// Where it listens, once it does.
    pub async fn url(&self) -> String {
        loop {
            let url = self.0.url.read().unwrap_or_else(PoisonError::into_inner).clone();
            if !url.is_empty() {
                return url;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    async fn start(&self, start: &Start, ahead_ms: i64) -> std::io::Result<()> {
        // One that does not start is not taken for the one before.
        *self.running() = None;
        let log = match &start.log {
            Some(path) => Stdio::from(std::fs::File::options().create(true).append(true).open(path)?),
            None => Stdio::null(),
        };
        let mut child = Command::new(std::env::current_exe()?)
            .args(["serve", "--ahead-ms", &ahead_ms.to_string()])
            .env_clear()
            .envs(&start.environment)
            .stdout(Stdio::piped())
            .stderr(log)
            .kill_on_drop(true)
            .spawn()?;
        let out = child.stdout.take().ok_or_else(|| std::io::Error::other("no output"))?;
        *self.running() = Some(Running { child, killed: false });
        let mut line = String::new();
        BufReader::new(out).read_line(&mut line).await?;
        if line.trim().is_empty() {
            return Err(std::io::Error::other("the process ended before it listened"));
        }
        self.set_url(format!("http://127.0.0.1:{}", line.trim()));
        Ok(())
    }

    /// How it ended, and whether it was killed; None while it runs.
    fn end(&self) -> Option<(String, bool)> {
        let mut running = self.running();
        let Some(Running { child, killed }) = running.as_mut() else { return Some(("it did not start".to_owned(), false)) };
        match child.try_wait() {
            Ok(None) => None,
            Ok(Some(status)) => Some((status.to_string(), *killed)),
            Err(error) => Some((error.to_string(), *killed)),
        }
    }

    /// Keeps it running: starts it, and again whenever it has ended.
    pub fn keep_running(&self, start: Start, ahead_ms: impl Fn() -> i64 + Send + 'static, started: impl Fn() + Send + 'static) {
        let process = self.clone();
        tokio::spawn(async move {
            while !process.0.stopping.load(Ordering::SeqCst) {
                started();
                if let Err(error) = process.start(&start, ahead_ms()).await {
                    eprintln!("The process did not start: {error}");
                }
                let (how, killed) = loop {
                    tokio::time::sleep(Duration::from_millis(10)).await;
                    if let Some(end) = process.end() {
                        break end;
                    }
                };
                process.set_url(String::new());
                if !killed && !process.0.stopping.load(Ordering::SeqCst) {
                    eprintln!("The process ended by itself: {how}");
                    process.ends().push(how);
                }
            }
        });
    }

    /// Ends it for good.
    pub fn stop(&self) {
        self.0.stopping.store(true, Ordering::SeqCst);
        if let Some(running) = self.running().as_mut() {
            // It may have ended already.
            let _ = running.child.start_kill();
        }
    }
}
