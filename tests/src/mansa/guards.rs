use super::{ADMIN, Insider, V1, id};
use crate::harness::{App, flow};
use jiff::SignedDuration;
use proptest::{
    prelude::{Strategy, any},
    strategy::ValueTree,
    test_runner::{Config, RngSeed, TestRunner},
};
use std::collections::BTreeSet;

/// One thing that somebody does, by numbers that are taken modulo what there is.
type Step = (u8, u8, u8, u8, u8);

async fn step(app: &App, mentors: &[Insider], mentees: &[Insider], known: &mut Vec<(String, usize, usize)>, step: Step) {
    let (what, who, whom, start, length) = step;
    let (mentee, mentor) = (usize::from(who) % mentees.len(), usize::from(whom) % mentors.len());
    if what % 5 < 2 || known.is_empty() {
        let minutes = i64::from(start % 32) * 15;
        let clock = |minutes: i64| format!("{:02}:{:02}", (8 * 60 + minutes) / 60, (8 * 60 + minutes) % 60);
        let (from, until) = (clock(minutes), clock(minutes + i64::from(1 + length % 8) * 15));
        let answer = app.ask_session(&mentees[mentee].token, &mentors[mentor].id, "2030-06-03", &from, &until).await;
        if answer.status == 201 {
            known.push((id(&answer.body), mentee, mentor));
        }
        // Nobody is held up by the limit of an hour.
        app.local.clock.advance(SignedDuration::from_mins(21)).unwrap();
        return;
    }
    let (session, mentee, mentor) = &known[usize::from(start) % known.len()];
    let (mentee, mentor) = (&mentees[*mentee].token, &mentors[*mentor].token);
    match what % 5 {
        2 => app.move_session(mentor, session, "confirmed").await,
        3 => app.move_session(mentee, session, "cancelled_by_mentee").await,
        _ => app.move_session(mentor, session, if length % 2 == 0 { "rejected" } else { "completed" }).await,
    };
}

/// The quarter hours that the active sessions must hold, and those that are held.
async fn check(app: &App) {
    let mut wanted = BTreeSet::new();
    for session in app.items("mansa#SESSION#").await {
        let text = |name: &str| session[name].as_s().unwrap().clone();
        if !["pending", "confirmed"].contains(&text("status").as_str()) {
            continue;
        }
        let at = |name: &str| domain::Instant::parse(&text(name)).unwrap();
        for side in ["mentor", "mentee"] {
            let person = session[side].as_m().unwrap()["id"].as_s().unwrap().clone();
            for quarter in domain::time::quarter_hours(at("starts_at"), at("ends_at")) {
                assert!(wanted.insert((format!("mansa#CALENDAR#{person}"), quarter, text("id"))), "two hold one quarter");
            }
        }
    }
    assert_eq!(app.held_quarters("mansa#CALENDAR#").await, wanted);
}

/// After any sequence of moves exactly the active sessions hold their quarter hours, each for both.
#[tokio::test]
async fn calendars_hold_exactly_what_is_active() {
    let seed = std::env::var("MANSA_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or_else(rand::random::<u64>);
    println!("MANSA_SEED={seed} repeats this run");
    let mut runner = TestRunner::new(Config { rng_seed: RngSeed::Fixed(seed), ..Config::default() });
    let steps = proptest::collection::vec(any::<Step>(), 60).prop_map(|steps| steps).new_tree(&mut runner).unwrap().current();
    flow(async |app| {
        let admin = app.mansa_token(ADMIN).await;
        let mut people = (Vec::new(), Vec::new());
        for n in 0..2 {
            people.0.push(app.open_mentor(&admin, &format!("guide{n}"), ["UTC", "Asia/Kathmandu"][n]).await);
        }
        for n in 0..3 {
            people.1.push(app.insider(&admin, &format!("mentee{n}"), "mentee").await);
        }
        let mut known = Vec::new();
        for (n, one) in steps.into_iter().enumerate() {
            step(app, &people.0, &people.1, &mut known, one).await;
            if n % 10 == 9 {
                check(app).await;
            }
        }
        check(app).await;
        assert!(!known.is_empty());
        app.get(&format!("{V1}/bookings/?role=mentor"), &people.0[0].token).await.ok();
    })
    .await;
}
