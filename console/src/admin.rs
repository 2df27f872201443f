//! `console admin`: what comes before any admin exists.

use crate::{Console, Failure, Outcome, direct::Direct, terminal};
use app::{
    operator::{Became, BootstrapError, NewAdmin, Operator},
    people::PeopleError,
};
use clap::{Args, Subcommand};
use domain::{
    account::Password,
    text::{Email, PersonName},
};
use serde_json::json;

/// About admins.
#[derive(Debug, Subcommand)]
pub enum AdminCommand {
    /// Make the first admin of a product, with AWS credentials or --local.
    Bootstrap(BootstrapArgs),
}

/// Who becomes the admin.
#[derive(Debug, Args)]
pub struct BootstrapArgs {
    /// His address. If it has an account, that becomes an admin's and keeps its password.
    #[arg(long)]
    email: String,
    /// His name, for a new account.
    #[arg(long)]
    name: Option<String>,
    /// Read the new account's password from standard input. Otherwise CONSOLE_PASSWORD has it, or it is asked for.
    #[arg(long)]
    password_stdin: bool,
    /// Make one more when there is an admin already.
    #[arg(long)]
    force: bool,
    /// Say what would happen, and do nothing.
    #[arg(long)]
    dry_run: bool,
}

/// Carries it out.
pub async fn run(console: &Console, AdminCommand::Bootstrap(args): AdminCommand) -> Outcome {
    let direct = Direct::open(console).await?;
    let operator = Operator::new(direct.platform.store.clone(), direct.platform.passwords()?);
    let cx = direct.context();
    let email = Email::parse(&args.email).map_err(|invalid| Failure::Usage(format!("--email: {}", invalid.0)))?;
    let exists = operator.has_admin(&cx).await?;
    if exists && !args.force {
        return Err(failure(BootstrapError::AdminExists));
    }
    let known = operator.is_known(&cx, &email).await?;
    let name = match (&args.name, known) {
        (_, true) => None,
        (Some(name), false) => Some(name.clone()),
        (None, false) => Some(terminal::ask("Name", "--name")?),
    };
    let parsed = |invalid: domain::Invalid| Failure::Usage(format!("--name: {}", invalid.0));
    let name = name.map(|name| PersonName::parse(&name)).transpose().map_err(parsed)?;
    if args.dry_run {
        let action = if known { "promote" } else { "register" };
        return console.output.object(&json!({ "dry_run": true, "email": email, "action": action, "admins_exist": exists }));
    }
    if exists {
        terminal::confirm("There is an admin already. Make one more?", console.yes)?;
    }
    let password = match known {
        true => None,
        false => {
            let password = Password::parse(&terminal::password(args.password_stdin)?);
            Some(password.map_err(|invalid| Failure::Usage(format!("The password: {}", invalid.0)))?)
        }
    };
    let (member, became) = operator.bootstrap(&cx, NewAdmin { email, name, password }, args.force).await.map_err(failure)?;
    let became = match became {
        Became::Registered => "registered",
        Became::Joined => "joined",
        Became::Promoted => "promoted",
    };
    console.output.object(&json!({
        "id": member.account_id, "email": member.email, "name": member.name, "role": "admin", "product": member.product,
        "became": became,
    }))
}

fn failure(error: BootstrapError) -> Failure {
    match error {
        BootstrapError::AdminExists => {
            Failure::Conflict("There is an admin already; sign in as him, or make one more with --force".to_owned())
        }
        BootstrapError::Taken | BootstrapError::People(PeopleError::NotActive) => Failure::Conflict(error.to_string()),
        error => Failure::because(error),
    }
}
