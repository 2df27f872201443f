//! What a load found, as a table and as JSON.

use crate::client::Answer;
use serde::Serialize;
use std::time::Duration;

/// Answers of a kind. Times are in milliseconds.
#[derive(Debug, Serialize)]
pub struct Row {
    pub kind: &'static str,
    pub requests: usize,
    pub p50_ms: f64,
    pub p99_ms: f64,
    pub p999_ms: f64,
}

/// A whole run.
#[derive(Debug, Serialize)]
pub struct Report {
    pub clients: usize,
    pub seconds: f64,
    pub requests: usize,
    pub requests_per_second: f64,
    pub errors: usize,
    pub rows: Vec<Row>,
}

fn row(kind: &'static str, mut times: Vec<Duration>) -> Row {
    times.sort_unstable();
    // The nearest rank: of a thousand, the 999th is the p99.9.
    let rank = |thousandths: usize| {
        let rank = (times.len() * thousandths).div_ceil(1000).saturating_sub(1);
        times.get(rank).map_or(0.0, |time| time.as_secs_f64() * 1000.0)
    };
    Row { kind, requests: times.len(), p50_ms: rank(500), p99_ms: rank(990), p999_ms: rank(999) }
}

impl Report {
    /// Sums answers up.
    pub fn of(clients: usize, seconds: f64, answers: Vec<Answer>) -> Self {
        let times = |kind: Option<&str>| {
            answers.iter().filter(|answer| kind.is_none_or(|kind| answer.kind.name() == kind)).map(|answer| answer.took).collect()
        };
        let rows = ["read", "booking", "confirmation"].map(|kind| row(kind, times(Some(kind))));
        let asked = rows.into_iter().filter(|row| row.requests > 0);
        let rows = asked.chain([row("all", times(None))]).collect();
        let (requests, errors) = (answers.len(), answers.iter().filter(|answer| !answer.good).count());
        #[expect(clippy::cast_precision_loss, reason = "far fewer than 2^52 requests")]
        let requests_per_second = requests as f64 / seconds;
        Self { clients, seconds, requests, requests_per_second, errors, rows }
    }

    /// Prints it for people.
    pub fn print(&self) {
        let Self { clients, seconds, requests, requests_per_second, errors, rows } = self;
        println!("{clients} clients, {requests} requests in {seconds:.1} s: {requests_per_second:.0} a second, {errors} errors");
        println!("{:<14}{:>10}{:>12}{:>12}{:>12}", "", "requests", "p50 ms", "p99 ms", "p99.9 ms");
        for Row { kind, requests, p50_ms, p99_ms, p999_ms } in rows {
            println!("{kind:<14}{requests:>10}{p50_ms:>12.2}{p99_ms:>12.2}{p999_ms:>12.2}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::row;
    use std::time::Duration;

    #[test]
    fn ranks_are_the_nearest() {
        let row = row("read", (1..=1000).rev().map(Duration::from_millis).collect());
        assert_eq!((row.p50_ms, row.p99_ms, row.p999_ms), (500.0, 990.0, 999.0));
    }

    #[test]
    fn nothing_asked_is_nothing_found() {
        assert_eq!(row("read", Vec::new()).requests, 0);
    }
}
