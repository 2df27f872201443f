//! The operator's command line. It speaks to the API as any client does, so that the same rules and the same audit
//! hold; only what must come before any admin exists, or stands beside the API, goes to the table and the bus.

mod admin;
mod cli;
mod client;
mod config;
mod direct;
mod doctor;
mod events;
mod export;
mod failure;
mod fields;
mod files;
mod import;
mod interrupt;
mod leads;
mod output;
mod profiles;
mod progress;
mod report;
mod resources;
mod series;
mod session;
mod terminal;
mod webhooks;

pub use cli::command;
pub use failure::Failure;
pub use import::{Kind as ImportKind, Line as ImportLine, lines as import_lines};
pub use output::csv;

use clap::{ArgMatches, FromArgMatches, error::ErrorKind};
use cli::{Fixed, Global};
use client::Client;
use config::{Config, Profiles};
use domain::Product;
use failure::{DONE, Outcome};
use interrupt::Interrupts;
use output::Output;
use std::ffi::OsString;

/// What a command works with.
#[derive(Debug)]
pub(crate) struct Console {
    pub config: Config,
    pub output: Output,
    /// Whether questions are answered with yes.
    pub yes: bool,
    /// Whether the table is a local server's.
    pub local: bool,
    pub interrupts: Interrupts,
}

impl Console {
    fn client(&self) -> Outcome<Client> {
        Client::new(&self.config)
    }

    /// That the product which is spoken to has what is asked for.
    fn is_for(&self, product: Product) -> Outcome {
        match self.config.product.value {
            spoken_to if spoken_to == product => Ok(()),
            spoken_to => Err(Failure::Usage(format!("{spoken_to} has no such command; --product {product} has"))),
        }
    }
}

/// Carries out a command line; its exit code.
pub async fn run(args: impl IntoIterator<Item = OsString>) -> u8 {
    let matches = match command().try_get_matches_from(args) {
        Ok(matches) => matches,
        Err(error) if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) => {
            return output::print(&error.render().to_string()).map_or_else(|failure| failure.code(), |()| DONE);
        }
        Err(error) => {
            eprint!("{}", error.render());
            return Failure::Usage(String::new()).code();
        }
    };
    match carry_out(&matches).await {
        Ok(()) => DONE,
        Err(failure) => {
            if failure != Failure::Told {
                eprintln!("error: {}", output::clean(&failure.to_string()));
            }
            failure.code()
        }
    }
}

async fn carry_out(matches: &ArgMatches) -> Outcome {
    let interrupts = Interrupts::default();
    interrupts.listen();
    let wrong = |error: clap::Error| Failure::Usage(error.to_string());
    let global = Global::from_arg_matches(matches).map_err(wrong)?;
    let (yes, local) = (global.yes, global.local);
    let config = Config::resolve(&global.into_flags(), &Profiles::load()?)?;
    let output = Output { format: config.output.value, color: config.color.value };
    let console = Console { config, output, yes, local, interrupts };
    let Some((noun, within)) = matches.subcommand() else { return Err(Failure::Usage("No command was given.".to_owned())) };
    if let Some(resource) = resources::find(noun) {
        let (verb, given) = within.subcommand().ok_or_else(|| Failure::Usage("No command was given.".to_owned()))?;
        if (noun, verb) == ("slots", series::NAME) {
            return series::run(&console, &series::Series::from_arg_matches(given).map_err(wrong)?).await;
        }
        return resources::run(&console, resource, verb, given).await;
    }
    match Fixed::from_arg_matches(matches).map_err(wrong)? {
        Fixed::Login(args) => session::login(&console, args).await,
        Fixed::Logout => session::logout(&console).await,
        Fixed::Whoami => session::whoami(&console).await,
        Fixed::Config(command) => profiles::run(&console, &command),
        Fixed::Admin(command) => admin::run(&console, command).await,
        Fixed::Import(args) => import::run(&console, &args).await,
        Fixed::Export(command) => export::run(&console, &command).await,
        Fixed::Leads(command) => leads::run(&console, command).await,
        Fixed::Webhooks(command) => webhooks::run(&console, command).await,
        Fixed::Events(command) => events::run(&console, command).await,
        Fixed::Outbox(_) => events::status(&console).await,
        Fixed::Doctor => doctor::run(&console).await,
        Fixed::Completions { shell } => completions(shell),
    }
}

fn completions(shell: clap_complete::Shell) -> Outcome {
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut command(), "console", &mut text);
    output::print(&String::from_utf8_lossy(&text))
}
