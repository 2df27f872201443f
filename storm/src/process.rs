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

#[derive(Debug, Default)]
struct Inner {
    child: Mutex<Option<Child>>,
    /// Where it listens; empty while it does not run.
    url: RwLock<String>,
    kills: AtomicU64,
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
        let mut child = self.child();
        if let Some(running) = child.as_mut()
            && running.start_kill().is_ok()
        {
            self.0.kills.fetch_add(1, Ordering::SeqCst);
            self.set_url(String::new());
        }
    }
}

impl Process {
    fn child(&self) -> MutexGuard<'_, Option<Child>> {
        self.0.child.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set_url(&self, url: String) {
        *self.0.url.write().unwrap_or_else(PoisonError::into_inner) = url;
    }

    /// How often it was killed.
    pub fn kills(&self) -> u64 {
        self.0.kills.load(Ordering::SeqCst)
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
        *self.child() = Some(child);
        let mut line = String::new();
        BufReader::new(out).read_line(&mut line).await?;
        if line.trim().is_empty() {
            return Err(std::io::Error::other("the process ended before it listened"));
        }
        self.set_url(format!("http://127.0.0.1:{}", line.trim()));
        Ok(())
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
                loop {
                    let ended = process.child().as_mut().is_none_or(|child| !matches!(child.try_wait(), Ok(None)));
                    if ended {
                        break;
                    }
                    tokio::time::sleep(Duration::from_millis(10)).await;
                }
                process.set_url(String::new());
            }
        });
    }

    /// Ends it for good.
    pub fn stop(&self) {
        self.0.stopping.store(true, Ordering::SeqCst);
        if let Some(child) = self.child().as_mut() {
            // It may have ended already.
            let _ = child.start_kill();
        }
    }
}
