//! `cargo run`: the local server. `cargo run -- demo`: the main road, walked by itself.

use clap::{Parser, Subcommand, ValueEnum, error::ErrorKind};
use domain::Product;
use local::{ACCOUNTS, ASPIREX_ACCOUNTS, Data, LEADBRIDGE_ACCOUNTS, Local, MANSA_ADDRESSES, Options, StartError};
use std::{
    io::Write,
    path::{Path, PathBuf},
    process::ExitCode,
    time::Duration,
};

/// The platform on this machine: every face, an embedded DynamoDB, stand-ins for Razorpay and AWS.
#[derive(Debug, Parser)]
#[command(version)]
struct Args {
    /// Keeps everything in memory; it is gone when the server stops.
    #[arg(long)]
    in_memory: bool,
    /// The port on 127.0.0.1.
    #[arg(long, default_value_t = 3000)]
    port: u16,
    /// Where data are kept.
    #[arg(long, default_value = ".local")]
    data_dir: PathBuf,
    /// A DynamoDB that runs elsewhere, instead of the embedded one.
    #[arg(long, value_name = "URL")]
    dynamodb_endpoint: Option<String>,
    /// Deletes what earlier runs left in the data folder first.
    #[arg(long)]
    reset: bool,
    /// Puts no demo data in: no accounts, no companies, no plans.
    #[arg(long)]
    empty: bool,
    /// Whether each address is held to 10 requests a second.
    #[arg(long, value_enum, default_value_t = Switch::On)]
    rate_limits: Switch,
    /// Writes the settings with which functions that run elsewhere, as under `cargo lambda watch`, join this server.
    #[arg(long, value_name = "FILE")]
    functions_env: Option<PathBuf>,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Switch {
    On,
    Off,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Walks the main road on a server of its own and prints each step.
    Demo,
}

/// How long a stopping server goes on with the run it is in.
const LAST_RUN: Duration = Duration::from_secs(5);

/// Settings of the environment that the local server honours.
const HONOURED: [&str; 11] = [
    "RAZORPAY_KEY_ID",
    "RAZORPAY_KEY_SECRET",
    "RAZORPAY_WEBHOOK_SECRET",
    "JWT_SECRET",
    "JWT_SECRET_PREVIOUS",
    "LEADBRIDGE_CONTACT_KEY",
    "LEADBRIDGE_CONTACT_KEY_PREVIOUS",
    "RAZORPAY_WEBHOOK_SECRET_PREVIOUS",
    "PLATFORM_ZONE",
    "MAIL_BCC",
    "MAIL_SENDER_ADDRESS",
];

#[tokio::main]
async fn main() -> ExitCode {
    let args = match Args::try_parse() {
        Ok(args) => args,
        Err(error) if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) => {
            print!("{error}");
            return ExitCode::SUCCESS;
        }
        Err(error) => {
            eprintln!("{}; see --help.", error.to_string().lines().next().unwrap_or("error: a wrong argument"));
            return ExitCode::from(2);
        }
    };
    web::logging::init_readable();
    let outcome = match args.command {
        Some(Command::Demo) => local::demo::run().await.map_err(|error| StartError(error.to_string())),
        None => run(args).await,
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(args: Args) -> Result<(), StartError> {
    let set = |name: &str| std::env::var(name).ok().filter(|value| !value.trim().is_empty());
    let data = if args.in_memory { Data::InMemory } else { Data::Folder(args.data_dir) };
    let demo_data = !args.empty;
    let options = Options {
        port: args.port,
        data,
        reset: args.reset,
        dynamodb_endpoint: args.dynamodb_endpoint,
        rate_limits: args.rate_limits == Switch::On,
        demo_data,
        demo_password: set("DEMO_PASSWORD"),
        background: true,
        password_cost: 10,
        aws_timeout: Duration::from_secs(4),
        stands_at: None,
        metered: false,
        recorded: true,
        settings: HONOURED.iter().filter_map(|name| Some(((*name).to_owned(), set(name)?))).collect(),
    };
    let local = local::start(options).await?;
    write_env_file(&local)?;
    if let Some(file) = args.functions_env {
        let text: String = local.environment.iter().map(|(name, value)| format!("{name}={value}\n")).collect();
        write_file(&file, &text)?;
    }
    print_screen(&local, demo_data);
    let ended = tokio::signal::ctrl_c().await.map_err(|error| StartError(format!("Ctrl-C cannot be heard: {error}.")));
    // A mail that is sent but not yet marked as sent would be sent again after the next start.
    if tokio::time::timeout(LAST_RUN, local.pump.drain()).await.is_err() {
        eprintln!("What still waits is done after the next start.");
    }
    println!("\nStopped.");
    ended
}

fn print_screen(local: &Local, demo_data: bool) {
    let url = &local.url;
    let accounts: String = ACCOUNTS
        .iter()
        .chain(&LEADBRIDGE_ACCOUNTS)
        .chain(&ASPIREX_ACCOUNTS)
        .map(|(email, _, _, what)| format!("    {email:<28} {what}\n"))
        .collect();
    let mansa: String = MANSA_ADDRESSES.iter().map(|(email, what)| format!("    {email:<28} {what}\n")).collect();
    let also = |product: Product| if product == Product::Codementee { format!("   (also {url}/api)") } else { String::new() };
    let face = |product: Product| format!("  {:<12} {url}/{product}/api{}\n", product.title(), also(product));
    let faces: String = Product::ALL.into_iter().map(face).collect();
    let accounts = if demo_data {
        format!(
            "Accounts, all with the password {}\n{accounts}\n\
             \x20 Mansa's addresses sign in by a code that is mailed to the inbox\n{mansa}\n\
             \x20 Addresses and password are also in .env.local.",
            local.demo_password
        )
    } else {
        format!("No demo data. The first admin: cargo run -p console -- --local --url {url} admin bootstrap\n\n ")
    };
    let screen = format!(
        "The platform is running. Open {url}\n\n\
         {faces}\
         \x20 Inbox        {url}/_local/inbox\n\
         \x20 Events       {url}/_local/events\n\
         \x20 Timelines    {url}/_local/timeline\n\
         \x20 Checkout     {url}/_local/checkout/<razorpay_order_id>\n\
         \x20 Clock        {url}/_local/clock\n\n\
         \x20 {accounts} Ctrl-C stops the server.\n",
    );
    // Nobody may be reading any more; the server runs all the same.
    let _ = std::io::stdout().write_all(screen.as_bytes());
}

fn write_env_file(local: &Local) -> Result<(), StartError> {
    let url = &local.url;
    let key_id = local.platform.settings.optional("RAZORPAY_KEY_ID").unwrap_or_default();
    let mut text = format!(
        "REACT_APP_BACKEND_URL={url}/codementee\nREACT_APP_RAZORPAY_KEY_ID={key_id}\nINBOX_URL={url}/_local/inbox\n\
         DEMO_PASSWORD={}\n",
        local.demo_password
    );
    for (prefix, accounts) in [("", &ACCOUNTS), ("LEADBRIDGE_", &LEADBRIDGE_ACCOUNTS)] {
        for (email, ..) in accounts {
            let name = email.split('@').next().unwrap_or_default().to_uppercase();
            text.push_str(&format!("{prefix}{name}_EMAIL={email}\n"));
        }
    }
    write_file(Path::new(".env.local"), &text)
}

fn write_file(file: &Path, text: &str) -> Result<(), StartError> {
    local::write_whole(file, text.as_bytes())
        .map_err(|error| StartError(format!("{} cannot be written: {error}.", file.display())))
}
