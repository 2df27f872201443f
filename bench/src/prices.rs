//! What it costs: counts times prices.

use crate::{
    Result,
    life::{self, Part},
    report::Report,
    scene::project,
    stage::Used,
};
use serde::Deserialize;
use std::collections::BTreeMap;

/// The parts of a booking's life whose own calls make it.
const CALLS: [&str; 2] = ["request", "confirmation"];
const MINUTES_OF_A_MONTH: f64 = 60.0 * 24.0 * 365.0 / 12.0;

/// The price table, `bench/prices.json`.
#[derive(Debug, Deserialize)]
pub struct Table {
    pub date: String,
    pub source: String,
    pub regions: BTreeMap<String, Prices>,
    pub assumed: Assumed,
}

/// The prices of a region, in dollars.
#[derive(Debug, Clone, Copy, Deserialize)]
pub struct Prices {
    pub table_write_units_million: f64,
    pub table_read_units_million: f64,
    pub table_gb_month: f64,
    pub table_backup_gb_month: f64,
    pub lambda_requests_million: f64,
    pub lambda_gb_second: f64,
    pub http_api_requests_million: f64,
    pub bus_events_million: f64,
    pub bus_archive_gb: f64,
    pub queue_requests_million: f64,
    pub mail_thousand: f64,
    pub logs_gb: f64,
    /// For each metric that an alarm reads.
    pub alarm_metric_month: f64,
    pub custom_metric_month: f64,
    pub schedules_million: f64,
    pub secret_month: f64,
}

/// What a local run cannot measure: how long a function waits for others, what it logs, what is always there.
#[derive(Debug, Clone, Copy, Deserialize)]
pub struct Assumed {
    pub lambda_gb: f64,
    pub milliseconds_per_invocation: f64,
    pub milliseconds_per_table_request: f64,
    pub milliseconds_per_event: f64,
    pub milliseconds_per_mail: f64,
    pub log_bytes_per_invocation: f64,
    pub event_bytes: f64,
    pub queues_polled: f64,
    pub polls_per_queue_minute: f64,
    pub worker_runs_minute: f64,
    pub alarm_metrics: f64,
    /// Those that get a point at all times; what is only counted when something is wrong costs nothing until then.
    pub custom_metrics: f64,
    pub secrets: f64,
    pub table_gb: f64,
    pub reads_per_booking: f64,
    pub server_month: f64,
}

impl Table {
    /// Reads the project's.
    pub fn read() -> Result<Self> {
        Ok(serde_json::from_str(&std::fs::read_to_string(project("bench/prices.json"))?)?)
    }
}

/// How full the batches are that workers get.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Traffic {
    /// Each event and message comes alone.
    Quiet,
    /// Ten come together.
    Busy,
}

impl Traffic {
    fn together(self) -> f64 {
        match self {
            Self::Quiet => 1.0,
            Self::Busy => 10.0,
        }
    }
}

/// Dollars, by what they are paid for.
#[derive(Debug, Clone, Copy, Default)]
pub struct Bill {
    pub table_writes: f64,
    pub table_reads: f64,
    pub lambda: f64,
    pub http_api: f64,
    pub bus: f64,
    pub queues: f64,
    pub logs: f64,
    pub mail: f64,
    pub fixed: f64,
}

impl Bill {
    /// Name and amount of each, the mails' last.
    pub fn lines(&self) -> [(&'static str, f64); 9] {
        [
            ("table, writes", self.table_writes),
            ("table, reads", self.table_reads),
            ("functions", self.lambda),
            ("HTTP API", self.http_api),
            ("bus and archive", self.bus),
            ("queues", self.queues),
            ("logs", self.logs),
            ("alarms, schedules, secrets, storage", self.fixed),
            ("mail", self.mail),
        ]
    }

    /// Everything but sending mails.
    pub fn without_mail(&self) -> f64 {
        self.lines().iter().map(|(_, amount)| amount).sum::<f64>() - self.mail
    }

    /// Everything.
    pub fn with_mail(&self) -> f64 {
        self.without_mail() + self.mail
    }

    /// So many times this.
    pub fn times(&self, n: f64) -> Self {
        Self {
            table_writes: self.table_writes * n,
            table_reads: self.table_reads * n,
            lambda: self.lambda * n,
            http_api: self.http_api * n,
            bus: self.bus * n,
            queues: self.queues * n,
            logs: self.logs * n,
            mail: self.mail * n,
            fixed: self.fixed * n,
        }
    }
}

fn number(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::INFINITY, f64::from)
}

impl Prices {
    fn used(&self, used: Used) -> Bill {
        Bill {
            table_writes: used.write_units * self.table_write_units_million / 1e6,
            table_reads: used.read_units * self.table_read_units_million / 1e6,
            ..Bill::default()
        }
    }

    fn functions(&self, assumed: &Assumed, invocations: f64, waited_ms: f64) -> (f64, f64) {
        let seconds = (invocations * assumed.milliseconds_per_invocation + waited_ms) / 1000.0;
        let run = invocations * self.lambda_requests_million / 1e6 + seconds * assumed.lambda_gb * self.lambda_gb_second;
        (run, invocations * assumed.log_bytes_per_invocation / 1e9 * self.logs_gb)
    }

    /// A part of a booking's life, with everything that follows.
    pub fn part(&self, assumed: &Assumed, part: &Part, traffic: Traffic) -> Bill {
        let (calls, behind, together) = (number(part.calls), part.behind, traffic.together());
        let (events, messages, mails) = (number(behind.events), number(behind.messages), number(behind.mails));
        let invocations = calls + (events + messages) / together;
        let waited = number(part.table().requests) * assumed.milliseconds_per_table_request
            + events * assumed.milliseconds_per_event
            + mails * assumed.milliseconds_per_mail;
        let (lambda, logs) = self.functions(assumed, invocations, waited);
        Bill {
            lambda,
            logs,
            http_api: calls * self.http_api_requests_million / 1e6,
            bus: events * (self.bus_events_million / 1e6 + assumed.event_bytes / 1e9 * self.bus_archive_gb),
            // Each message is sent by itself; received and deleted in batches.
            queues: messages * (1.0 + 2.0 / together) * self.queue_requests_million / 1e6,
            mail: mails * self.mail_thousand / 1000.0,
            ..self.used(part.table())
        }
    }

    /// A request that only reads.
    pub fn read(&self, assumed: &Assumed, used: Used) -> Bill {
        let waited = number(used.requests) * assumed.milliseconds_per_table_request;
        let (lambda, logs) = self.functions(assumed, 1.0, waited);
        Bill { lambda, logs, http_api: self.http_api_requests_million / 1e6, ..self.used(used) }
    }

    /// A month in which nobody comes.
    pub fn idle_month(&self, assumed: &Assumed, minute: Used) -> Bill {
        // The partitions of the outbox and of due work are looked at side by side.
        let waited = assumed.worker_runs_minute * assumed.milliseconds_per_table_request * 2.0;
        let (lambda, logs) = self.functions(assumed, assumed.worker_runs_minute, waited);
        let minute = Bill {
            lambda,
            logs,
            queues: assumed.queues_polled * assumed.polls_per_queue_minute * self.queue_requests_million / 1e6,
            ..self.used(minute)
        };
        Bill {
            fixed: assumed.alarm_metrics * self.alarm_metric_month
                + assumed.custom_metrics * self.custom_metric_month
                + assumed.worker_runs_minute * MINUTES_OF_A_MONTH * self.schedules_million / 1e6
                + assumed.secrets * self.secret_month
                + assumed.table_gb * (self.table_gb_month + self.table_backup_gb_month),
            ..minute.times(MINUTES_OF_A_MONTH)
        }
    }
}

/// Bookings a month for which a server's price would pay, each with the reads of its pages.
fn break_even(assumed: &Assumed, idle: &Bill, booking: f64, read: f64) -> (f64, f64) {
    let left = assumed.server_month - idle.with_mail();
    (left / booking, left / (booking + assumed.reads_per_booking * read))
}

/// Prints what the two calls cost that make a booking, without anything that follows them.
fn print_calls(life: &[Part], thousand: impl Fn(&Part) -> Bill) {
    let called = life.iter().filter(|part| CALLS.contains(&part.name.as_str()));
    let own: Vec<Part> = called.map(|part| Part { behind: Default::default(), ..part.clone() }).collect();
    let bill = thousand(&life::sum(&own));
    println!("{:<38} {:>12.4}", "the two calls, request and confirmation", bill.without_mail());
    for (name, amount) in bill.lines().into_iter().filter(|(_, amount)| *amount > 0.0) {
        println!("  {name:<36} {amount:>12.4}");
    }
}

/// Prints what a measurement costs in each region.
pub fn print(report: &Report, table: &Table) -> Result<()> {
    println!("Measured {} ({}). Prices of {}: {}", report.date, report.command, table.date, table.source);
    let (me, page) = ("/api/auth/me", "/api/mentee/booking-requests");
    let find = |path: &str| report.row("GET", path).ok_or(format!("{path} was not measured"));
    let (me, page) = (find(me)?.used, find(page)?.used);
    let assumed = &table.assumed;
    for (region, prices) in &table.regions {
        println!("\n{region}\n");
        println!("{:<38} {:>12} {:>12}", "dollars per 1,000 bookings", "quiet", "busy");
        let thousand = |part: &Part, traffic| prices.part(assumed, part, traffic).times(1000.0);
        for part in &report.life {
            let [quiet, busy] = [Traffic::Quiet, Traffic::Busy].map(|traffic| thousand(part, traffic).without_mail());
            println!("  {:<36} {quiet:>12.4} {busy:>12.4}", part.name);
        }
        let all = life::sum(&report.life);
        let [quiet, busy] = [Traffic::Quiet, Traffic::Busy].map(|traffic| thousand(&all, traffic));
        for ((name, quiet), (_, busy)) in quiet.lines().into_iter().zip(busy.lines()) {
            println!("  {name:<36} {quiet:>12.4} {busy:>12.4}");
        }
        println!("{:<38} {:>12.4} {:>12.4}", "the whole life, without mail", quiet.without_mail(), busy.without_mail());
        println!("{:<38} {:>12.4} {:>12.4}", "the whole life, with mail", quiet.with_mail(), busy.with_mail());
        print_calls(&report.life, |part| thousand(part, Traffic::Quiet));
        let (me, page) = (prices.read(assumed, me), prices.read(assumed, page));
        println!(
            "\ndollars per 1,000 reads: {:.4} of oneself, {:.4} of a page of one's bookings",
            me.times(1000.0).with_mail(),
            page.times(1000.0).with_mail()
        );
        let idle = prices.idle_month(assumed, report.idle_minute);
        println!("\ndollars in an idle month: {:.2}", idle.with_mail());
        for (name, amount) in idle.lines().into_iter().filter(|(_, amount)| *amount > 0.0) {
            println!("  {name:<36} {amount:>12.2}");
        }
        let booking = prices.part(assumed, &all, Traffic::Quiet).with_mail();
        let (alone, with_pages) = break_even(assumed, &idle, booking, page.with_mail());
        println!(
            "\nA server of {} dollars a month pays from {alone:.0} bookings a month on, or {with_pages:.0} with {} pages read for each",
            assumed.server_month, assumed.reads_per_booking
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stage::Behind;

    #[test]
    fn the_price_table_is_read_and_a_unit_costs_what_it_says() {
        let table = Table::read().unwrap();
        let prices = &table.regions["us-east-1"];
        let used = Used { requests: 0, read_units: 0.0, write_units: 1e6 };
        let part = Part { name: String::new(), calls: 0, asked: used, behind: Behind::default() };
        let bill = prices.part(&table.assumed, &part, Traffic::Quiet);
        assert!((bill.with_mail() - prices.table_write_units_million).abs() < 1e-9, "{bill:?}");
        let mails = Part { asked: Used::default(), behind: Behind { mails: 1000, ..Behind::default() }, ..part };
        let bill = prices.part(&table.assumed, &mails, Traffic::Busy);
        assert!((bill.mail - prices.mail_thousand).abs() < 1e-9 && bill.without_mail() < 0.001, "{bill:?}");
    }
}
