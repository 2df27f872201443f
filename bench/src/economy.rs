//! Playing every scene so many times and counting.

use crate::{
    Result,
    fill::fill,
    life,
    report::{Compared, Report, Row, Scale},
    scene::{Line, Operation, Scene},
    stage::{Sample, Stage, Used},
};
use std::collections::BTreeMap;

/// The table against which a larger one is held.
const SMALL: usize = 1000;

/// Samples by the place of their request: scene and line.
type Samples = BTreeMap<(usize, usize), Vec<Sample>>;

/// Measures everything.
pub async fn run(rounds: u32, scale: Option<usize>) -> Result<Report> {
    let scenes = Scene::of_all_faces()?;
    for (scene, operations) in &scenes {
        let missing = scene.missing(operations);
        if !missing.is_empty() {
            let names: Vec<_> = missing.iter().map(|operation| format!("{} {}", operation.method, operation.path)).collect();
            return Err(format!("in no scene of {}: {}", scene.face, names.join(", ")).into());
        }
    }
    let sizes: Vec<Option<usize>> = match scale {
        None => vec![None],
        Some(large) => vec![Some(SMALL), Some(large)],
    };
    let mut stages = Vec::new();
    for size in &sizes {
        let mut stage = Stage::start().await?;
        if let Some(size) = size {
            fill(&mut stage, *size).await?;
        }
        stages.push((stage, Samples::new()));
    }
    for round in 0..rounds {
        for (number, (scene, _)) in scenes.iter().enumerate() {
            // One after the other within a round, so that whatever else the machine does meets both.
            for (stage, samples) in &mut stages {
                stage.begin(round);
                stage
                    .play(scene, |line, sample, _| {
                        if let (Line::Ask(ask), Some(sample)) = (line, sample)
                            && ask.measured
                        {
                            samples.entry((number, ask.line)).or_default().push(sample);
                        }
                    })
                    .await?;
            }
        }
        eprint!("\rround {} of {rounds} ", round + 1);
    }
    eprintln!();
    let measured: Vec<Vec<Row>> = stages.iter().map(|(_, samples)| rows(&scenes, samples)).collect();
    let (stage, _) = stages.first_mut().ok_or("nothing was started")?;
    // The first of its kind makes items that the next ones find.
    life::live(stage, rounds).await?;
    let life = life::live(stage, rounds + 1).await?;
    let idle_minute = stage.idle_minute().await?;
    let scale = scale.zip(measured.get(1)).map(|(large, rows)| Scale {
        small: SMALL,
        large,
        rows: measured[0]
            .iter()
            .zip(rows)
            .map(|(small, large)| Compared { small: small.clone(), large: large.clone() })
            .collect(),
    });
    Ok(Report {
        machine: machine(),
        date: app::Clock::now(&app::SystemClock).timestamp().strftime("%Y-%m-%d").to_string(),
        command: std::env::args().skip(1).fold("economy".to_owned(), |all, argument| format!("{all} {argument}")),
        build: if cfg!(debug_assertions) { "development" } else { "release" }.to_owned(),
        rounds,
        endpoints: measured.into_iter().next().unwrap_or_default(),
        life,
        idle_minute,
        scale,
    })
}

fn rows(scenes: &[(Scene, Vec<Operation>)], samples: &Samples) -> Vec<Row> {
    let mut rows = Vec::new();
    for (number, (scene, operations)) in scenes.iter().enumerate() {
        for ask in scene.measured() {
            let (Some(operation), Some(samples)) = (ask.operation(operations), samples.get(&(number, ask.line))) else {
                continue;
            };
            rows.push(row(scene, ask.line, operation, samples));
        }
    }
    rows
}

fn row(scene: &Scene, line: usize, operation: &Operation, samples: &[Sample]) -> Row {
    // The first round warms up connections and caches; it counts, but is not timed.
    let timed = if samples.len() > 1 { &samples[1..] } else { samples };
    let mut took: Vec<f64> = timed.iter().map(|sample| sample.took.as_secs_f64() * 1000.0).collect();
    took.sort_by(f64::total_cmp);
    let at = |hundredths: usize| took[((took.len() * hundredths).div_ceil(100)).clamp(1, took.len()) - 1];
    let cpu: f64 = timed.iter().map(|sample| sample.cpu.as_secs_f64() * 1000.0).sum();
    let used = most_often(samples);
    let count = u32::try_from(timed.len()).map_or(f64::NAN, f64::from);
    Row {
        face: scene.face.clone(),
        method: operation.method.clone(),
        path: operation.path.clone(),
        line,
        others: samples.iter().filter(|sample| sample.used != used).count(),
        most: samples.iter().fold(Used::default(), |most, sample| most.or_more(sample.used)),
        used,
        p50_ms: at(50),
        p99_ms: at(99),
        cpu_ms: cpu / count,
    }
}

/// What most rounds used.
fn most_often(samples: &[Sample]) -> Used {
    let times = |used: Used| samples.iter().filter(|sample| sample.used == used).count();
    samples.iter().map(|sample| sample.used).max_by_key(|used| times(*used)).unwrap_or_default()
}

/// Processor and cores of this machine.
fn machine() -> String {
    let info = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let name = info.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": ")).map(|(_, name)| name);
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    format!("{}, {cores} cores", name.unwrap_or("unknown processor"))
}
