use crate::ApiError;
use app::{files::FileError, mentorship::photos::PhotoError};

impl From<FileError> for ApiError {
    fn from(error: FileError) -> Self {
        match error {
            FileError::Kind(invalid) => Self::invalid("file", invalid.0),
            FileError::Size => Self::invalid("size", "A file has at most 10 MB, and is not empty"),
            FileError::NoUpload => Self::not_found("upload"),
            FileError::Unavailable(why) => {
                Self::busy("FILES_UNAVAILABLE", "Files cannot be stored right now. Please try again later.", why)
            }
            FileError::Limit(error) => error.into(),
            FileError::Store(error) => error.into(),
        }
    }
}

impl From<PhotoError> for ApiError {
    fn from(error: PhotoError) -> Self {
        match error {
            PhotoError::Mentorship(error) => error.into(),
            PhotoError::File(FileError::Kind(invalid)) => Self::invalid("photo", invalid.0),
            PhotoError::File(error) => error.into(),
        }
    }
}

impl From<app::portraits::PortraitFileError> for ApiError {
    fn from(error: app::portraits::PortraitFileError) -> Self {
        match error {
            app::portraits::PortraitFileError::Portrait(error) => error.into(),
            app::portraits::PortraitFileError::File(error) => error.into(),
        }
    }
}
