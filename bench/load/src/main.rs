//! A closed-loop load: so many clients, each of which asks again as soon as it is answered, or has thought. Seven requests
//! of ten read, two ask for a session, one confirms one. `bench/throughput` runs it.

mod client;
mod report;
mod stage;

use clap::Parser;
use client::{Client, Kind};
use futures::future::{join_all, try_join_all};
use report::Report;
use reqwest::Method;
use stage::Stage;
use std::{path::PathBuf, process::ExitCode, time::Instant};

/// A tool that fails says why and stops.
type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// Closed-loop load against a server with Codementee's API.
#[derive(Debug, Parser)]
struct Args {
    /// The local server, on which people, slots and links are made first.
    #[arg(long, default_value = "http://127.0.0.1:3000")]
    platform: String,
    /// What is measured, when it is another server on the same table.
    #[arg(long)]
    url: Option<String>,
    /// The demo accounts' password.
    #[arg(long, env = "DEMO_PASSWORD")]
    password: String,
    /// How many ask beside each other.
    #[arg(long, default_value_t = 64)]
    clients: usize,
    /// How often each of them goes through the ten requests.
    #[arg(long, default_value_t = 20)]
    rounds: usize,
    /// How many seconds each of them thinks between two requests, on average.
    #[arg(long, default_value_t = 0.0)]
    think: f64,
    /// Rounds before them that do not count.
    #[arg(long, default_value_t = 2)]
    warm_up: usize,
    /// Everybody reads this alone, signed in nowhere.
    #[arg(long)]
    path: Option<String>,
    /// Writes the figures there.
    #[arg(long)]
    json: Option<PathBuf>,
}

/// Everybody reads one thing.
async fn reads(args: &Args, path: &str) -> Result<Report> {
    let http = reqwest::Client::new();
    let url = format!("{}{path}", args.url.as_ref().unwrap_or(&args.platform));
    let one = async || {
        let mut answers = Vec::new();
        for _ in 0..args.rounds * client::REQUESTS_A_ROUND {
            let call = stage::call(&http, Method::GET, url.clone(), "", None);
            answers.push(client::answered(Kind::Read("one path"), call).await.0);
        }
        answers
    };
    let began = Instant::now();
    let answers = join_all((0..args.clients).map(|_| one())).await;
    Ok(Report::of(args.clients, began.elapsed().as_secs_f64(), answers.into_iter().flatten().collect()))
}

/// The mix.
async fn mix(args: &Args) -> Result<Report> {
    let bookings = client::BOOKINGS_A_ROUND * (args.warm_up + args.rounds);
    let stage = Stage::new(&args.platform, &args.password).await?;
    let people = stage.people(args.clients, bookings).await?;
    let url = args.url.as_ref().unwrap_or(&args.platform);
    let client = |(n, one)| Client::new(url, &stage, one, n, args.think);
    let mut clients: Vec<Client<'_>> = people.into_iter().enumerate().map(client).collect();
    try_join_all(clients.iter_mut().map(|client| client.go(args.warm_up))).await?;
    for client in &mut clients {
        client.answers.clear();
    }
    let began = Instant::now();
    try_join_all(clients.iter_mut().map(|client| client.go(args.rounds))).await?;
    let seconds = began.elapsed().as_secs_f64();
    Ok(Report::of(args.clients, seconds, clients.into_iter().flat_map(|client| client.answers).collect()))
}

async fn run(args: Args) -> Result<bool> {
    let report = match &args.path {
        Some(path) => reads(&args, path).await?,
        None => mix(&args).await?,
    };
    report.print();
    if let Some(file) = args.json {
        std::fs::write(file, serde_json::to_vec_pretty(&report)?)?;
    }
    Ok(report.errors == 0)
}

#[tokio::main]
async fn main() -> ExitCode {
    // What reqwest asks for, although nothing here is encrypted.
    let _ = rustls::crypto::ring::default_provider().install_default();
    match run(Args::parse()).await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
