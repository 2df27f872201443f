//! `console slots create-series`: one slot on each of some days, as an import's rows.

use crate::{
    Console, Failure, Outcome,
    fields::{Kind, Object},
    import::{self, Line},
    resources,
};
use clap::{Args, Command};
use jiff::{
    ToSpan,
    civil::{Date, Time, Weekday},
};
use serde_json::{Value, json};

/// The verb.
pub const NAME: &str = "create-series";
/// A series is for months, not for ages.
const LONGEST_DAYS: i32 = 366;

/// Which slots.
#[derive(Debug, Clone, Args)]
pub struct Series {
    /// The first day, YYYY-MM-DD.
    #[arg(long)]
    from: Date,
    /// The last day.
    #[arg(long)]
    to: Date,
    /// The days of the week, such as mon,wed; every day unless given.
    #[arg(long, value_delimiter = ',', value_parser = weekday)]
    weekdays: Vec<Weekday>,
    /// When each begins, HH:MM.
    #[arg(long, value_parser = clock)]
    start: Time,
    /// When each ends.
    #[arg(long, value_parser = clock)]
    end: Time,
    /// The zone of these times; the platform's unless given.
    #[arg(long)]
    tz: Option<String>,
    /// A day to leave out; may be given several times, or several with commas.
    #[arg(long, value_delimiter = ',')]
    skip: Vec<Date>,
    /// The mentor whose they are.
    #[arg(long)]
    mentor: Option<String>,
    /// An interview that they serve; may be given several times.
    #[arg(long = "type", value_parser = interviews())]
    types: Vec<String>,
    /// Say what would happen, and do nothing.
    #[arg(long)]
    dry_run: bool,
}

/// The interviews that a slot's description names.
fn interviews() -> clap::builder::PossibleValuesParser {
    let field = import::SLOTS.fields.iter().find(|field| field.name == "interview_types");
    match field.map(|field| field.kind) {
        Some(Kind::SomeOf(words)) => words.into(),
        _ => [""; 0].into(),
    }
}

/// The command.
pub fn command() -> Command {
    let command = Series::augment_args(Command::new(NAME));
    command.about("Offer a slot on each of some days; those that are there already stay as they are")
}

fn weekday(text: &str) -> Result<Weekday, String> {
    let known = [
        ("mon", Weekday::Monday),
        ("tue", Weekday::Tuesday),
        ("wed", Weekday::Wednesday),
        ("thu", Weekday::Thursday),
        ("fri", Weekday::Friday),
        ("sat", Weekday::Saturday),
        ("sun", Weekday::Sunday),
    ];
    let short: String = text.trim().to_lowercase().chars().take(3).collect();
    let found = known.into_iter().find(|(name, _)| *name == short);
    found.map(|(_, day)| day).ok_or_else(|| format!("'{text}' is no day of the week; say mon, tue, wed, thu, fri, sat or sun"))
}

fn clock(text: &str) -> Result<Time, String> {
    Time::strptime("%H:%M", text).map_err(|_| format!("'{text}' is no time like 18:30"))
}

impl Series {
    /// The days on which there is one.
    fn days(&self) -> Outcome<Vec<Date>> {
        let usage = |sentence: String| Err(Failure::Usage(sentence));
        let length = self.to.since(self.from).map_or(i32::MAX, |span| span.get_days());
        if length < 0 {
            return usage("--to is before --from".to_owned());
        }
        if length >= LONGEST_DAYS {
            return usage(format!("A series lasts at most {LONGEST_DAYS} days"));
        }
        if let Some(outside) = self.skip.iter().find(|day| **day < self.from || **day > self.to) {
            return usage(format!("--skip {outside} is no day of the series"));
        }
        let all = (0..=length).filter_map(|day| self.from.checked_add(day.days()).ok());
        let wanted = |day: &Date| self.weekdays.is_empty() || self.weekdays.contains(&day.weekday());
        let days: Vec<Date> = all.filter(wanted).filter(|day| !self.skip.contains(day)).collect();
        if days.is_empty() { usage("No day is left in this series".to_owned()) } else { Ok(days) }
    }

    /// Its rows, counted from 1.
    fn lines(&self) -> Outcome<Vec<Line>> {
        let time = |time: Time| time.strftime("%H:%M").to_string();
        let row = |(number, day): (u64, Date)| {
            let mut values = Object::new();
            let always =
                [("date", json!(day.to_string())), ("start_time", json!(time(self.start))), ("end_time", json!(time(self.end)))];
            values.extend(always.map(|(name, value)| (name.to_owned(), value)));
            let given =
                [("timezone", self.tz.as_ref().map(|tz| json!(tz))), ("mentor_id", self.mentor.as_ref().map(|id| json!(id)))];
            values.extend(given.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))));
            if !self.types.is_empty() {
                values.insert("interview_types".to_owned(), Value::from(self.types.clone()));
            }
            Line { number, values }
        };
        Ok((1..).zip(self.days()?).map(row).collect())
    }
}

/// Offers them.
pub async fn run(console: &Console, series: &Series) -> Outcome {
    console.is_for(domain::Product::Codementee)?;
    let lines = import::checked(&import::SLOTS, series.lines()?)?;
    let slots = resources::find("slots").ok_or_else(|| Failure::Failed("Slots are not described.".to_owned()))?;
    import::carry_out(console, &import::SLOTS, slots, lines, series.dry_run).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::FromArgMatches;

    fn series(flags: &[&str]) -> Result<Series, clap::Error> {
        let matches = command().try_get_matches_from([&[NAME], flags].concat())?;
        Series::from_arg_matches(&matches)
    }

    const FEBRUARY: [&str; 8] = ["--from", "2026-02-01", "--to", "2026-02-28", "--start", "18:00", "--end", "19:00"];

    #[test]
    fn a_series_has_its_weekdays_but_what_is_skipped() {
        let given = [&FEBRUARY[..], &["--weekdays", "mon,Wednesday", "--skip", "2026-02-09,2026-02-16"]].concat();
        let days: Vec<String> = series(&given).unwrap().days().unwrap().iter().map(Date::to_string).collect();
        assert_eq!(days, ["2026-02-02", "2026-02-04", "2026-02-11", "2026-02-18", "2026-02-23", "2026-02-25"]);
        assert_eq!(series(&FEBRUARY).unwrap().days().unwrap().len(), 28);
    }

    #[test]
    fn what_is_no_series_is_refused() {
        for more in [&["--weekdays", "funday"][..], &["--type", "dancing"], &["--skip", "tomorrow"]] {
            assert!(series(&[&FEBRUARY[..], more].concat()).is_err(), "{more:?}");
        }
        for (from, to, more) in [
            ("2026-02-02", "2026-02-01", &[][..]),
            ("2026-01-01", "2027-06-01", &[]),
            ("2026-02-02", "2026-02-02", &["--weekdays", "tue"]),
            ("2026-02-02", "2026-02-03", &["--skip", "2026-02-14"]),
        ] {
            let given = [&["--from", from, "--to", to, "--start", "18:00", "--end", "19:00"], more].concat();
            assert!(matches!(series(&given).unwrap().days(), Err(Failure::Usage(_))), "{given:?}");
        }
    }
}
