//! The command line: the commands that are written here, and the nouns that are described.

use crate::{
    admin::AdminCommand, config, events::EventsCommand, export::ExportCommand, import::ImportArgs, leads::LeadsCommand,
    output::Format, profiles::ConfigCommand, resources, series, session::LoginArgs, webhooks::WebhooksCommand,
};
use clap::{Args, Command, Parser, Subcommand};
use domain::Product;

const EXIT_CODES: &str = "Exit codes: 0 done, 1 failed, 2 wrong usage or input, 3 not found, 4 not signed in or not allowed, \
                          5 conflict, 130 interrupted.";

/// Runs the platform from a script or a terminal.
#[derive(Debug, Parser)]
#[command(name = "console", version, after_help = EXIT_CODES, disable_help_subcommand = true)]
struct Frame {
    #[command(flatten)]
    global: Global,
}

/// What every command takes.
#[derive(Debug, Clone, Args)]
pub struct Global {
    /// The profile of the config file to use.
    #[arg(long, global = true, value_name = "NAME")]
    profile: Option<String>,
    /// The deployment's address.
    #[arg(long, global = true)]
    url: Option<String>,
    /// The product that is spoken to.
    #[arg(long, global = true, value_parser = config::product)]
    product: Option<Product>,
    /// The form of the answer.
    #[arg(long, short, global = true, value_enum, value_name = "FORM")]
    output: Option<Format>,
    /// Prints without colours, as NO_COLOR does.
    #[arg(long, global = true)]
    no_color: bool,
    /// Answers every question with yes.
    #[arg(long, short, global = true)]
    pub yes: bool,
    /// Takes table, bus and secrets from the local server at the address, not from AWS.
    #[arg(long, global = true)]
    pub local: bool,
}

impl Global {
    /// What of it the config file may say too.
    pub fn into_flags(self) -> config::Flags {
        let Self { profile, url, product, output, no_color, .. } = self;
        config::Flags { profile, url, product, output, no_color }
    }
}

/// The commands that are no noun of the API's.
#[derive(Debug, Subcommand)]
pub enum Fixed {
    /// Sign in and keep the token in the profile.
    Login(LoginArgs),
    /// Sign out and forget the token.
    Logout,
    /// Show who is signed in.
    Whoami,
    /// Show and choose settings and profiles.
    #[command(subcommand)]
    Config(ConfigCommand),
    /// What comes before any admin exists.
    #[command(subcommand)]
    Admin(AdminCommand),
    /// Put in what a file lists.
    Import(ImportArgs),
    /// Write to a file.
    #[command(subcommand)]
    Export(ExportCommand),
    /// Contact data at rest.
    #[command(subcommand)]
    Leads(LeadsCommand),
    /// What Razorpay told, or might tell.
    #[command(subcommand)]
    Webhooks(WebhooksCommand),
    /// What happened.
    #[command(subcommand)]
    Events(EventsCommand),
    /// What waits to be published.
    #[command(subcommand)]
    Outbox(OutboxCommand),
    /// Check a deployment, line by line.
    Doctor,
    /// Print a script that completes commands in a shell.
    Completions { shell: clap_complete::Shell },
}

/// About the outbox.
#[derive(Debug, Subcommand)]
pub enum OutboxCommand {
    /// Show how many events wait to be published, and since when.
    Status,
}

/// The whole command line.
pub fn command() -> Command {
    let command = Fixed::augment_subcommands(Frame::command_of());
    let command = resources::all().fold(command, |command, resource| {
        let noun = resources::command(resource);
        let noun = if resource.noun == "slots" { noun.subcommand(series::command()) } else { noun };
        command.subcommand(noun)
    });
    // What is added to a command says what it is itself about.
    let command = command.about("Runs the platform from a script or a terminal");
    command.subcommand_required(true).arg_required_else_help(true)
}

impl Frame {
    fn command_of() -> Command {
        <Self as clap::CommandFactory>::command()
    }
}
