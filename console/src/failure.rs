//! How a command ends.

/// Why a command did not do what it was asked; each kind has its exit code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    #[error("{0}")]
    Failed(String),
    /// A wrong or missing argument, or input that cannot be right.
    #[error("{0}")]
    Usage(String),
    #[error("{0}")]
    NotFound(String),
    #[error("{0}")]
    NotAllowed(String),
    #[error("{0}")]
    Conflict(String),
    #[error("interrupted")]
    Interrupted,
    /// What went wrong stands in the output already.
    #[error("not everything was done")]
    Told,
}

/// What a command comes to.
pub type Outcome<T = ()> = Result<T, Failure>;

/// Everything was done.
pub const DONE: u8 = 0;

impl Failure {
    /// The exit code.
    pub fn code(&self) -> u8 {
        match self {
            Self::Failed(_) | Self::Told => 1,
            Self::Usage(_) => 2,
            Self::NotFound(_) => 3,
            Self::NotAllowed(_) => 4,
            Self::Conflict(_) => 5,
            Self::Interrupted => 130,
        }
    }

    /// Anything that went wrong and has no kind of its own.
    pub fn because(error: impl std::fmt::Display) -> Self {
        Self::Failed(error.to_string())
    }

    /// A missing flag, where nobody can be asked.
    pub fn missing(flag: &str) -> Self {
        Self::Usage(format!("{flag} is missing, and there is no terminal to ask at"))
    }
}

impl From<store::StoreError> for Failure {
    fn from(error: store::StoreError) -> Self {
        Self::because(error)
    }
}

impl From<gateways::settings::SettingError> for Failure {
    fn from(error: gateways::settings::SettingError) -> Self {
        Self::Usage(format!("{error}; set it as for the functions, or use --local with a local server"))
    }
}
