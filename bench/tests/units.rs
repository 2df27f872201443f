//! What every request of the scenes asks of the table, held exactly: a request more, or a unit, is a decision.

use bench::{Result, report::Report, scene::project, stage::Used};
use std::{collections::BTreeMap, fmt::Write, process::Command};

const WRITTEN: &str = "bench/units.csv";
/// Of these the least is written down: they look at a part of the pool that they choose at random, and at another one
/// when it is empty.
const AT_RANDOM: [&str; 2] = ["/api/mentor/confirm-booking", "/api/admin/confirm-booking"];
/// By as much they may go beyond it: three more parts, each asked for what it has.
const MORE: Used = Used { requests: 3, read_units: 3.0, write_units: 0.0 };

/// What one round of the scenes uses: by face, method and path, and how often that was asked before.
fn measured() -> Result<BTreeMap<String, Used>> {
    let file = std::env::temp_dir().join(format!("units-{}.json", std::process::id()));
    let mut economy = Command::new(env!("CARGO_BIN_EXE_economy"));
    let told = economy.args(["--rounds", "1", "--json"]).arg(&file).output()?;
    assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
    let report: Report = serde_json::from_str(&std::fs::read_to_string(&file)?)?;
    std::fs::remove_file(&file)?;
    let (mut used, mut times) = (BTreeMap::new(), BTreeMap::new());
    for row in report.endpoints {
        let asked = format!("{},{},{}", row.face, row.method, row.path);
        let time = times.entry(asked.clone()).and_modify(|time| *time += 1).or_insert(1);
        used.insert(format!("{asked},{time}"), row.used);
    }
    Ok(used)
}

fn line(of: &str, used: Used) -> String {
    format!("{of},{},{},{}", used.requests, used.read_units, used.write_units)
}

/// What is written down.
fn known() -> Result<BTreeMap<String, Used>> {
    let mut known = BTreeMap::new();
    for told in std::fs::read_to_string(project(WRITTEN))?.lines().skip(1) {
        let [ref of @ .., requests, read, write] = told.split(',').collect::<Vec<_>>()[..] else {
            return Err(format!("{WRITTEN} has the line {told}").into());
        };
        let used = Used { requests: requests.parse()?, read_units: read.parse()?, write_units: write.parse()? };
        known.insert(of.join(","), used);
    }
    Ok(known)
}

fn is_at_random(of: &str) -> bool {
    AT_RANDOM.iter().any(|path| of.contains(path))
}

#[test]
fn every_request_costs_what_is_written_down() -> Result<()> {
    let found = measured()?;
    if std::env::var_os("UPDATE_UNITS").is_some() {
        let (before, mut text) = (known()?, "face,method,path,time,requests,read_units,write_units\n".to_owned());
        for (of, used) in &found {
            let least = before.get(of).filter(|before| is_at_random(of) && used.or_more(**before) == *used);
            writeln!(text, "{}", line(of, *least.unwrap_or(used)))?;
        }
        std::fs::write(project(WRITTEN), text)?;
    }
    let known = known()?;
    let fits = |of: &str, used: Used| {
        known.get(of).is_some_and(|least| {
            let room = if is_at_random(of) { MORE } else { Used::default() };
            let most = Used {
                requests: least.requests + room.requests,
                read_units: least.read_units + room.read_units,
                write_units: least.write_units + room.write_units,
            };
            used.or_more(*least) == used && used.or_more(most) == most
        })
    };
    let wrong: Vec<String> = found.iter().filter(|(of, used)| !fits(of, **used)).map(|(of, used)| line(of, *used)).collect();
    assert!(wrong.is_empty(), "UPDATE_UNITS=1 writes {WRITTEN} anew, once it is meant so:\n{}", wrong.join("\n"));
    assert_eq!(found.len(), known.len(), "{WRITTEN} has what no scene asks");
    Ok(())
}
