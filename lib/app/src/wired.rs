use crate::Platform;
use domain::Instant;
use gateways::settings::SettingError;
use jiff::SignedDuration;
use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::time::timeout;

/// Secrets are trusted for so long before they are read again.
const SECRETS_LAST: SignedDuration = SignedDuration::from_mins(5);

/// After trouble they are read again so much later.
const TRY_AGAIN: SignedDuration = SignedDuration::from_secs(20);
/// A request waits no longer than this for secrets to be read again.
const PATIENCE: Duration = Duration::from_secs(1);

/// Something wired from the platform, and wired anew when a secret has changed: a running function takes up a
/// rotated secret within five minutes, without a deployment.
pub struct Wired<T> {
    build: Build<T>,
    state: Mutex<State<T>>,
}

impl<T> std::fmt::Debug for Wired<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Wired(…)")
    }
}

type Build<T> = Box<dyn Fn(&Platform) -> Result<T, SettingError> + Send + Sync>;

struct State<T> {
    platform: Platform,
    built: Arc<T>,
    checked_at: Instant,
}

impl<T> Wired<T> {
    /// From the environment, as in Lambda.
    pub async fn load(
        build: impl Fn(&Platform) -> Result<T, SettingError> + Send + Sync + 'static,
    ) -> Result<Self, SettingError> {
        Self::new(Platform::load().await?, build)
    }

    /// From a platform.
    pub fn new(
        platform: Platform,
        build: impl Fn(&Platform) -> Result<T, SettingError> + Send + Sync + 'static,
    ) -> Result<Self, SettingError> {
        let (built, checked_at) = (Arc::new(build(&platform)?), platform.clock.now());
        Ok(Self { build: Box::new(build), state: Mutex::new(State { platform, built, checked_at }) })
    }

    /// The thing, wired with secrets that are not older than they may be.
    ///
    /// Secrets that cannot be read or used leave it as it is: a running function is worth more than a new secret.
    pub async fn current(&self) -> Arc<T> {
        let (platform, now) = {
            let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
            let now = state.platform.clock.now();
            if now.since(state.checked_at) < SECRETS_LAST {
                return state.built.clone();
            }
            // Also noted when reading fails, so that not every request waits for a service that is down.
            state.checked_at = now;
            (state.platform.clone(), now)
        };
        match timeout(PATIENCE, self.rewired(&platform)).await {
            Ok(Ok(None)) => {}
            Ok(Ok(Some((platform, built)))) => {
                tracing::info!("the secrets have changed and were taken up");
                let built = Arc::new(built);
                let state = State { platform, built: built.clone(), checked_at: now };
                *self.state.lock().unwrap_or_else(PoisonError::into_inner) = state;
                return built;
            }
            Ok(Err(error)) => return self.trouble(now, &error.to_string()),
            Err(_) => return self.trouble(now, "no answer in time"),
        }
        self.state.lock().unwrap_or_else(PoisonError::into_inner).built.clone()
    }

    /// Leaves everything as it is, to try again soon.
    fn trouble(&self, now: Instant, error: &str) -> Arc<T> {
        tracing::error!(error, "the secrets could not be taken up");
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.checked_at = now.plus(TRY_AGAIN).plus(-SECRETS_LAST);
        state.built.clone()
    }

    async fn rewired(&self, platform: &Platform) -> Result<Option<(Platform, T)>, SettingError> {
        let Some(settings) = platform.settings.reread_secrets().await? else { return Ok(None) };
        let platform = Platform::new(settings, platform.clock.clone())?;
        let built = (self.build)(&platform)?;
        Ok(Some((platform, built)))
    }
}
