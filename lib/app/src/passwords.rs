//! Hashing passwords: bcrypt, off the async thread.

use domain::account::{Password, PasswordHash};

/// The password hasher.
#[derive(Debug, Clone)]
pub struct Passwords {
    cost: u32,
}

/// Hashing failed, which it only does when the machine does.
#[derive(Debug, thiserror::Error)]
#[error("hashing failed: {0}")]
pub struct HashError(String);

impl Passwords {
    /// What is used unless set otherwise.
    pub const DEFAULT_COST: u32 = 12;

    /// A hasher of this bcrypt cost (4 to 31).
    pub fn new(cost: u32) -> Self {
        Self { cost: cost.clamp(4, 31) }
    }

    /// Hashes a password.
    pub async fn hash(&self, password: Password) -> Result<PasswordHash, HashError> {
        let cost = self.cost;
        let hash = off_thread(move || bcrypt::hash(password.expose(), cost)).await?;
        PasswordHash::parse(&hash.map_err(failed)?).map_err(failed)
    }

    /// Whether a password is right. Without a hash to compare with it is wrong, after the same work.
    pub async fn matches(&self, password: &str, hash: Option<&PasswordHash>) -> Result<bool, HashError> {
        // bcrypt reads 72 bytes; no password that was ever accepted is longer.
        let fits = password.len() <= 72;
        let decoy = format!("$2b${:02}${}", self.cost, "C6UzMDM.H6dfI/f/IKcEeO7Vq3VdQpN2z0Yx5n8xv2wXG0aY1bq6K");
        let compared = hash.map_or(decoy, |hash| hash.as_str().to_owned());
        let password = if fits { password.to_owned() } else { String::new() };
        let right = off_thread(move || bcrypt::verify(password, &compared)).await?;
        Ok(right.unwrap_or(false) && fits && hash.is_some())
    }
}

async fn off_thread<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, HashError> {
    tokio::task::spawn_blocking(work).await.map_err(failed)
}

fn failed(error: impl std::fmt::Display) -> HashError {
    HashError(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_right_password_matches() {
        let passwords = Passwords::new(4);
        let hash = passwords.hash(Password::parse("correct horse").unwrap()).await.unwrap();
        assert!(passwords.matches("correct horse", Some(&hash)).await.unwrap());
        assert!(!passwords.matches("wrong horse", Some(&hash)).await.unwrap());
        assert!(!passwords.matches("correct horse", None).await.unwrap());
        assert!(!passwords.matches(&"x".repeat(100), Some(&hash)).await.unwrap());
    }

    #[tokio::test]
    async fn an_unknown_account_costs_the_same_work() {
        // The decoy must be a hash that bcrypt really computes, not one that it rejects at once.
        let decoy = format!("$2b${:02}${}", 4, "C6UzMDM.H6dfI/f/IKcEeO7Vq3VdQpN2z0Yx5n8xv2wXG0aY1bq6K");
        assert!(!bcrypt::verify("anything", &decoy).unwrap());
    }
}
