//! `console config`: what holds, and why.

use crate::{
    Console, Failure, Outcome,
    config::{self, Profiles},
    terminal,
};
use clap::Subcommand;
use serde_json::{Value, json};

/// About settings.
#[derive(Debug, Subcommand)]
pub enum ConfigCommand {
    /// Show each setting and where its value comes from.
    Explain,
    /// List the profiles.
    Profiles,
    /// Use a profile from now on.
    Use { profile: String },
    /// Forget a profile.
    Remove { profile: String },
}

/// Carries it out.
pub fn run(console: &Console, command: &ConfigCommand) -> Outcome {
    match command {
        ConfigCommand::Explain => explain(console),
        ConfigCommand::Profiles => list(console),
        ConfigCommand::Use { profile } => {
            let mut file = known(profile)?;
            file.current = Some(profile.clone());
            file.save()
        }
        ConfigCommand::Remove { profile } => {
            let mut file = known(profile)?;
            terminal::confirm(&format!("Forget the profile {profile}?"), console.yes)?;
            file.profiles.remove(profile);
            file.current = file.current.filter(|current| current != profile);
            file.save()
        }
    }
}

fn known(profile: &str) -> Outcome<Profiles> {
    let file = Profiles::load()?;
    match file.profiles.contains_key(profile) {
        true => Ok(file),
        false => Err(Failure::NotFound(format!("There is no profile '{profile}'."))),
    }
}

fn explain(console: &Console) -> Outcome {
    let config = &console.config;
    let row = |name: &str, value: Value, source: &str| json!({ "setting": name, "value": value, "source": source });
    let token = if config.token.value.is_some() { "set, not shown" } else { "none" };
    let rows = [
        row("config file", json!(config::path()?.display().to_string()), "CONSOLE_CONFIG, or the system's place"),
        row("profile", json!(config.profile.value), &config.profile.source),
        row("url", json!(config.url.value), &config.url.source),
        row("product", json!(config.product.value), &config.product.source),
        row("token", json!(token), &config.token.source),
        row("output", json!(config.output.value.to_string()), &config.output.source),
        row("color", json!(config.color.value), &config.color.source),
    ];
    console.output.rows(&["setting", "value", "source"], &rows)
}

fn list(console: &Console) -> Outcome {
    let file = Profiles::load()?;
    let rows: Vec<Value> = file
        .profiles
        .iter()
        .map(|(name, profile)| {
            json!({
                "profile": name, "url": profile.url, "product": profile.product, "signed_in": profile.is_signed_in(),
                "current": file.current.as_ref() == Some(name),
            })
        })
        .collect();
    console.output.rows(&["profile", "url", "product", "signed_in", "current"], &rows)
}
