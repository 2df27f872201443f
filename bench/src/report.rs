//! What was measured: as JSON, and as tables for people.

use crate::{
    life::{self, Part},
    scene::LEFT_OUT,
    stage::Used,
};
use serde::{Deserialize, Serialize};

/// A request of a scene, over all rounds.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Row {
    pub face: String,
    pub method: String,
    /// As the face's document has it.
    pub path: String,
    /// Which line of the scene.
    pub line: usize,
    /// As in most rounds.
    pub used: Used,
    /// The most that a round used …
    pub most: Used,
    /// … and in how many it was not as in most: some pick at random, such as a partition of the pool that is empty.
    pub others: usize,
    pub p50_ms: f64,
    pub p99_ms: f64,
    /// Of the process that has the platform, its stand-ins and the client in it, but not the table; the mean.
    pub cpu_ms: f64,
}

/// The same request on a small table and on a large one.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Compared {
    pub small: Row,
    pub large: Row,
}

impl Compared {
    /// Whether the table was asked the same and counted the same; and where rounds differ, never more.
    pub fn is_equal(&self) -> bool {
        let (small, large) = (self.small.most, self.large.most);
        let more =
            large.requests > small.requests || large.read_units > small.read_units || large.write_units > small.write_units;
        self.small.used == self.large.used && !more
    }

    /// How much longer it takes.
    pub fn ratio(&self) -> f64 {
        self.large.p50_ms / self.small.p50_ms
    }
}

/// How a table's size tells.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Scale {
    pub small: usize,
    pub large: usize,
    pub rows: Vec<Compared>,
}

/// Everything that was measured in a run.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Report {
    pub machine: String,
    pub date: String,
    pub command: String,
    pub build: String,
    pub rounds: u32,
    pub endpoints: Vec<Row>,
    pub life: Vec<Part>,
    pub idle_minute: Used,
    pub scale: Option<Scale>,
}

impl Report {
    /// The first row of an endpoint.
    pub fn row(&self, method: &str, path: &str) -> Option<&Row> {
        self.endpoints.iter().find(|row| row.face == "codementee" && row.method == method && row.path == path)
    }

    /// Prints everything.
    pub fn print(&self) {
        println!("{}, {}, {} build, {} rounds\n", self.machine, self.date, self.build, self.rounds);
        print_rows(&self.endpoints);
        for (what, why) in LEFT_OUT {
            println!("left out: {what}: {why}");
        }
        println!("\nThe life of a booking\n");
        print_life(&self.life);
        let idle = self.idle_minute;
        println!(
            "\nA minute in which nothing happens: {} requests, {} RRU, {} WRU",
            idle.requests, idle.read_units, idle.write_units
        );
        if let Some(scale) = &self.scale {
            print_scale(scale);
        }
        if self.rounds <= 100 {
            println!("\nOf fewer than a hundred times the p99 is the longest.");
        }
    }
}

fn print_rows(rows: &[Row]) {
    println!(
        "{:<10} {:<6} {:<58} {:>8} {:>6} {:>6} {:>8} {:>8} {:>8}",
        "face", "", "endpoint", "requests", "RRU", "WRU", "p50 ms", "p99 ms", "CPU ms"
    );
    for row in rows {
        let Used { requests, read_units, write_units } = row.used;
        println!(
            "{:<10} {:<6} {:<58} {requests:>8} {read_units:>6.1} {write_units:>6.1} {:>8.2} {:>8.2} {:>8.2}",
            row.face, row.method, row.path, row.p50_ms, row.p99_ms, row.cpu_ms
        );
    }
}

fn print_life(parts: &[Part]) {
    println!(
        "{:<34} {:>5} {:>8} {:>6} {:>6} | {:>6} {:>8} {:>5} | behind: relay, consumers, scheduler (WRU)",
        "", "calls", "requests", "RRU", "WRU", "events", "messages", "mails"
    );
    let all = life::sum(parts);
    for part in parts.iter().chain([&all]) {
        let (table, behind) = (part.table(), part.behind);
        println!(
            "{:<34} {:>5} {:>8} {:>6.1} {:>6.1} | {:>6} {:>8} {:>5} | own {} + {} + {} + {}",
            part.name,
            part.calls,
            table.requests,
            table.read_units,
            table.write_units,
            behind.events,
            behind.messages,
            behind.mails,
            part.asked.write_units,
            behind.relay.write_units,
            behind.consumers.write_units,
            behind.scheduler.write_units
        );
    }
}

fn print_scale(scale: &Scale) {
    println!("\n{} and {} of each: bookings, links, mentors, events\n", scale.small, scale.large);
    println!("{:<10} {:<6} {:<58} {:>10} {:>8} {:>8} {:>6}", "face", "", "endpoint", "the same", "p50 ms", "p50 ms", "ratio");
    for row in &scale.rows {
        let (small, large) = (&row.small, &row.large);
        let told = || format!("{:?} {:?}, at most {:?} {:?}", small.used, large.used, small.most, large.most);
        let same = if row.is_equal() { "yes".to_owned() } else { told() };
        println!(
            "{:<10} {:<6} {:<58} {same:>10} {:>8.2} {:>8.2} {:>6.2}",
            small.face,
            small.method,
            small.path,
            small.p50_ms,
            large.p50_ms,
            row.ratio()
        );
    }
    let others: [usize; 2] = [|row: &Compared| row.small.others, |row: &Compared| row.large.others]
        .map(|of: fn(&Compared) -> usize| scale.rows.iter().map(of).sum());
    let equal = scale.rows.iter().filter(|row| row.is_equal()).count();
    let steady = scale.rows.iter().filter(|row| row.ratio() <= 1.3).count();
    println!("\n{equal} of {} ask the same and cost the same; {steady} take at most 1.3 times as long", scale.rows.len());
    println!("requests that used something else than most of their rounds: {} and {}", others[0], others[1]);
}
