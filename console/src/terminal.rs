//! Asking people, where there are any.

use crate::{Failure, Outcome};
use std::{
    io::{BufRead, IsTerminal, Write, stderr, stdin, stdout},
    sync::atomic::{AtomicBool, Ordering},
};

/// Whether what is typed is not shown at this moment.
static UNSEEN: AtomicBool = AtomicBool::new(false);

/// Shows what is typed again, before a process ends in the middle of a prompt.
pub fn restore() {
    if UNSEEN.load(Ordering::SeqCst) {
        // Where there is no such program, the shell mends it or nobody does.
        let _ = std::process::Command::new("stty").arg("echo").status();
    }
}

/// Whether somebody can be asked.
pub fn can_ask() -> bool {
    stdin().is_terminal() && stderr().is_terminal()
}

/// Whether people read what is printed.
pub fn is_read_by_people() -> bool {
    stdout().is_terminal()
}

/// Asks for a line; without a terminal the flag that is missing is named.
pub fn ask(question: &str, flag: &str) -> Outcome<String> {
    if !can_ask() {
        return Err(Failure::missing(flag));
    }
    let mut err = stderr();
    write!(err, "{question}: ").and_then(|()| err.flush()).map_err(Failure::because)?;
    let line = stdin().lock().lines().next().ok_or(Failure::Interrupted)?.map_err(Failure::because)?;
    match line.trim() {
        "" => Err(Failure::Usage(format!("{flag} is missing"))),
        answer => Ok(answer.to_owned()),
    }
}

/// Goes on only when somebody says so, by `--yes` or at the terminal.
pub fn confirm(question: &str, yes: bool) -> Outcome {
    if yes {
        return Ok(());
    }
    match ask(&format!("{question} [y/N]"), "--yes") {
        Ok(answer) if matches!(answer.to_lowercase().as_str(), "y" | "yes") => Ok(()),
        Err(error @ Failure::Usage(_)) if !can_ask() => Err(error),
        _ => Err(Failure::Failed("Nothing was done.".to_owned())),
    }
}

/// A line of standard input, which must have what is said.
pub fn line(what: &str) -> Outcome<String> {
    let line = stdin().lock().lines().next().ok_or_else(|| Failure::Usage(format!("Standard input has not {what}")))?;
    line.map_err(Failure::because)
}

/// A password: from standard input, from `CONSOLE_PASSWORD`, or typed without being shown. Never from an argument.
pub fn password(from_stdin: bool) -> Outcome<String> {
    if from_stdin {
        return line("a password");
    }
    if let Some(password) = std::env::var("CONSOLE_PASSWORD").ok().filter(|password| !password.is_empty()) {
        return Ok(password);
    }
    if !can_ask() {
        return Err(Failure::missing("A password, by CONSOLE_PASSWORD or --password-stdin,"));
    }
    UNSEEN.store(true, Ordering::SeqCst);
    let password = rpassword::prompt_password("Password: ").map_err(Failure::because);
    UNSEEN.store(false, Ordering::SeqCst);
    password
}
