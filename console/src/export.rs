//! `console export`: to a file that is there whole or not at all, and that only its owner may read.

use crate::{Console, Failure, Outcome, files, output, resources, terminal};
use clap::{Args, Subcommand};
use domain::Product;
use serde_json::{Value, json};
use std::path::PathBuf;

/// What is written.
#[derive(Debug, Subcommand)]
pub enum ExportCommand {
    /// All members.
    Users(ExportArgs),
}

/// Where to.
#[derive(Debug, Args)]
pub struct ExportArgs {
    /// A file that ends in .csv or .json.
    #[arg(long)]
    out: PathBuf,
}

const FIELDS: [&str; 14] = [
    "id",
    "name",
    "email",
    "role",
    "status",
    "verification_status",
    "current_role",
    "target_role",
    "mentor_id",
    "plan_id",
    "plan_name",
    "plan_expires_at",
    "created_at",
    "updated_at",
];

/// Writes it.
pub async fn run(console: &Console, ExportCommand::Users(args): &ExportCommand) -> Outcome {
    console.is_for(Product::Codementee)?;
    let csv = match args.out.extension().and_then(|ending| ending.to_str()) {
        Some("csv") => true,
        Some("json") => false,
        _ => return Err(Failure::Usage("--out must end in .csv or .json".to_owned())),
    };
    if args.out.exists() {
        terminal::confirm(&format!("Write over {}?", args.out.display()), console.yes)?;
    }
    let client = console.client()?.signed_in()?;
    let list = resources::find("users").and_then(|users| users.list.as_ref());
    let list = list.ok_or_else(|| Failure::Failed("Users have no list.".to_owned()))?;
    let (users, _) = resources::read_list(console, &client, list, Vec::new(), None, |_| false).await?;
    let text = match csv {
        true => output::csv(&FIELDS, &users)?,
        false => format!("{}\n", serde_json::to_string_pretty(&users).map_err(Failure::because)?),
    };
    files::write_private(&args.out, text.as_bytes())?;
    console.output.object(&json!({ "file": Value::from(args.out.display().to_string()), "users": users.len() }))
}
