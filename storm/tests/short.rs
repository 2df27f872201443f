//! A short storm, and some payments, with fixed seeds; the long ones are run by hand.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on must stop")]

use serde_json::Value;
use std::{
    path::PathBuf,
    process::Command,
    sync::{Mutex, MutexGuard, PoisonError},
};

/// Each has the machine for itself: beside another one calls take longer than clients wait.
fn alone() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Runs the program; returns its report, whatever it says, and what it printed.
fn report(name: &str, arguments: &[&str]) -> (Value, String) {
    let json = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.json"));
    std::fs::remove_file(&json).ok();
    let command = Command::new(env!("CARGO_BIN_EXE_storm")).args(arguments).arg("--json").arg(&json).output().unwrap();
    let printed = format!("{}\n{}", String::from_utf8_lossy(&command.stdout), String::from_utf8_lossy(&command.stderr));
    let written = std::fs::read(json).map_err(|error| format!("{error}: {printed}"));
    (serde_json::from_slice(&written.unwrap()).unwrap(), printed)
}

#[test]
fn a_short_storm_breaks_nothing() {
    let _turn = alone();
    let (report, printed) = report("storm", &["--seed", "7", "--operations", "150", "--kills", "2"]);
    assert_eq!(report["broken"].as_array().unwrap().len(), 0, "{printed}");
    assert!(report["kills"].as_u64().unwrap() > 0, "{}", report["kills"]);
    // Without these it would show nothing.
    let lost = report["calls"].as_array().unwrap().iter().filter_map(|call| call["fired"]["reply_lost"].as_u64());
    assert!(lost.sum::<u64>() > 20, "{}", report["calls"]);
    for rule in ["no payment is lost", "guards equal active bookings", "places equal open and sold leads"] {
        assert!(report["rules"][rule].as_u64().unwrap() > 5, "{rule}: {}", report["rules"]);
    }
    for rule in ["nobody uses more than he bought", "no event has more leads than places", "every rule is on the list"] {
        assert!(report["rules"][rule].as_u64().unwrap() > 2, "{rule}: {}", report["rules"]);
    }
    // A rule that was held against nothing is told of too; in a storm as short as this it is no finding.
    assert_eq!(report["rules"]["every rule has something to be held against"].as_u64(), Some(0), "{}", report["rules"]);
    assert_eq!(report["recovery"]["at_rest"].as_bool(), Some(true), "{printed}");
}

#[test]
fn a_planted_bug_is_noticed() {
    let _turn = alone();
    let arguments = ["--seed", "1", "--operations", "200", "--kills", "2", "--plant", "calendar-guards"];
    let (report, _) = report("planted", &arguments);
    let broken = report["broken"].as_array().unwrap();
    assert!(broken.iter().any(|broken| broken[0] == "nobody is in two sessions at once"), "{broken:?}");
}

#[test]
fn payments_told_three_times_are_applied_once() {
    let _turn = alone();
    let (report, printed) = report("payments", &["payments", "--seed", "7", "--payments", "30", "--workers", "2"]);
    let counted = &report["counted"];
    assert_eq!((counted["paid_orders"].as_u64(), counted["deliveries"].as_u64()), (Some(30), Some(90)), "{printed}");
    // On a machine so busy that the table does not answer in time, a mail that could not be noted is sent again.
    assert!(counted["mails"].as_u64() >= Some(30), "{printed}");
}
