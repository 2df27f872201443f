//! The data folder: one server at a time, nothing half-written, and only our own files ever deleted.

use crate::StartError;
use std::{
    fs::{File, TryLockError},
    io::Write,
    path::{Path, PathBuf},
};

/// What a server writes into its folder, and all that `--reset` deletes.
const FILES: [&str; 7] =
    ["table.sqlite", "table.sqlite-wal", "table.sqlite-shm", "secrets.json", "clock", "razorpay.json", "ready"];
const FOLDERS: [&str; 3] = ["mail", "queue", "files"];

/// A data folder that this server holds.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    /// Held as long as the server lives; the system lets go of it even after a kill.
    _lock: File,
}

impl Folder {
    /// Takes a folder, emptied of our files when asked to, or when an earlier first start was cut off.
    pub fn take(path: &Path, reset: bool) -> Result<Self, StartError> {
        let unusable =
            |error: std::io::Error| StartError::new(format!("The data folder {} cannot be used: {error}.", path.display()));
        std::fs::create_dir_all(path).map_err(unusable)?;
        let lock = File::create(path.join("lock")).map_err(unusable)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(StartError::new(format!("The data folder {} is in use by another server.", path.display())));
            }
            Err(TryLockError::Error(error)) => return Err(unusable(error)),
        }
        let folder = Self { path: path.to_owned(), _lock: lock };
        if reset || !folder.path.join("ready").exists() {
            folder.clear().map_err(unusable)?;
        }
        Ok(folder)
    }

    fn clear(&self) -> std::io::Result<()> {
        let gone = |outcome: std::io::Result<()>| match outcome {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        };
        FILES.iter().try_for_each(|file| gone(std::fs::remove_file(self.path.join(file))))?;
        FOLDERS.iter().try_for_each(|folder| gone(std::fs::remove_dir_all(self.path.join(folder))))
    }

    /// A file or folder in it.
    pub fn join(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// Notes that the first start came to its end.
    pub fn mark_ready(&self) -> Result<(), StartError> {
        write_whole(&self.join("ready"), b"")
            .map_err(|error| StartError::new(format!("The data folder cannot be written: {error}.")))
    }
}

/// Writes a file that is there whole or not at all, readable by its owner alone.
pub fn write_whole(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    use std::os::unix::fs::OpenOptionsExt;
    let half = path.with_extension("half");
    let mut file = File::options().write(true).create(true).truncate(true).mode(0o600).open(&half)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    std::fs::rename(half, path)
}
