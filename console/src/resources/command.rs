//! Flags and help of the nouns, made from their descriptions.

use super::shape::{List, Resource, Show, Verb};
use clap::{Arg, ArgAction, Command};

/// The name of the argument that names a thing.
pub const ID: &str = "id";
pub const LIMIT: &str = "limit";
pub const ALL: &str = "all";

/// The command of a noun.
pub fn command(resource: &'static Resource) -> Command {
    let command = Command::new(resource.noun).about(resource.about).subcommand_required(true).arg_required_else_help(true);
    let command = resource.list.iter().fold(command, |command, list| command.subcommand(list_command(list)));
    let command = match resource.show {
        Show::Nothing => command,
        _ => command.subcommand(Command::new("show").about(format!("Show a {}", resource.one)).arg(id(resource))),
    };
    resource.verbs.iter().fold(command, |command, verb| command.subcommand(verb_command(resource, verb)))
}

fn id(resource: &Resource) -> Arg {
    Arg::new(ID).value_name("ID").required(true).help(format!("The {}'s id", resource.one))
}

fn list_command(list: &List) -> Command {
    let command = Command::new("list").about(list.about);
    let limit = Arg::new(LIMIT).long("limit").value_name("N").value_parser(clap::value_parser!(u32).range(1..));
    let limit = limit.default_value("50").help("How many at most").conflicts_with(ALL);
    let all = Arg::new(ALL).long("all").action(ArgAction::SetTrue).help("All of them");
    list.filters.iter().fold(command.arg(limit).arg(all), |command, filter| command.arg(filter.arg(true)))
}

fn verb_command(resource: &Resource, verb: &Verb) -> Command {
    let command = Command::new(verb.name).about(verb.about);
    let command = if verb.names_one { command.arg(id(resource)) } else { command };
    let command = if verb.destructive { command.arg(dry_run()) } else { command };
    verb.fields.iter().fold(command, |command, field| command.arg(field.arg(verb.merges)))
}

/// The flag that says what would happen.
pub fn dry_run() -> Arg {
    Arg::new("dry_run").long("dry-run").action(ArgAction::SetTrue).help("Say what would happen, and do nothing")
}
