//! Quotas, cancelling, putting off and completing against a small pure model, under random interleavings.
//!
//! A run is a list of steps. The tries of one step go to the server at once. Some order of them, one after the other,
//! must lead the model to what the server answered and to what the table then holds.

mod rules;
mod server;

use proptest::{
    prelude::*,
    test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner},
};
use rules::{By, Model, Op, State};
use server::Server;

const MENTEES: usize = 2;
const MENTORS: usize = 2;
/// `PROPERTY_CASES` sets another number, `PROPERTY_SEED` repeats a run.
const CASES: u32 = 12;

/// One step of a run. Places are taken modulo what there is.
#[derive(Debug, Clone)]
enum Step {
    Pass(Passing),
    Buy { mentee: usize, growth: bool },
    Offer { half_hours: u8 },
    AtOnce(Vec<Try>),
}

#[derive(Debug, Clone, Copy)]
enum Passing {
    Hour,
    DayAndMore,
    /// Past the first slots.
    Days,
    /// Past the end of a plan of one month.
    Month,
}

impl Passing {
    fn minutes(self) -> i64 {
        60 * match self {
            Self::Hour => 1,
            Self::DayAndMore => 30,
            Self::Days => 53,
            Self::Month => 24 * 32,
        }
    }
}

/// Something to try, with places that are not yet known to be any.
#[derive(Debug, Clone)]
enum Try {
    Request { mentee: usize, slots: (usize, usize) },
    Confirm { booking: usize, choice: usize, mentor: usize },
    Cancel { booking: usize, by: usize },
    Reschedule { booking: usize, by: usize, slot: usize },
    Complete { booking: usize },
}

fn tries() -> impl Strategy<Value = Try> {
    let any = 0..64_usize;
    prop_oneof![
        3 => (any.clone(), (any.clone(), any.clone())).prop_map(|(mentee, slots)| Try::Request { mentee, slots }),
        4 => (any.clone(), any.clone(), any.clone())
            .prop_map(|(booking, choice, mentor)| Try::Confirm { booking, choice, mentor }),
        2 => (any.clone(), any.clone()).prop_map(|(booking, by)| Try::Cancel { booking, by }),
        4 => (any.clone(), any.clone(), any.clone()).prop_map(|(booking, by, slot)| Try::Reschedule { booking, by, slot }),
        1 => any.prop_map(|booking| Try::Complete { booking }),
    ]
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let passing = prop_oneof![
        4 => Just(Passing::Hour),
        2 => Just(Passing::DayAndMore),
        2 => Just(Passing::Days),
        1 => Just(Passing::Month),
    ];
    let step = prop_oneof![
        1 => passing.prop_map(Step::Pass),
        1 => (0..MENTEES, any::<bool>()).prop_map(|(mentee, growth)| Step::Buy { mentee, growth }),
        2 => (0..6_u8).prop_map(|half_hours| Step::Offer { half_hours }),
        12 => prop::collection::vec(tries(), 1..=3).prop_map(Step::AtOnce),
    ];
    // Without a plan nothing begins.
    let plans = (0..MENTEES).map(|mentee| Step::Buy { mentee, growth: true }).collect::<Vec<_>>();
    prop::collection::vec(step, 12..36).prop_map(move |steps| plans.iter().cloned().chain(steps).collect())
}

impl Try {
    /// The same with places that there are; None when there is nothing yet to try it on.
    fn placed(&self, model: &Model) -> Option<Op> {
        // Mostly of those offered lately, since the others lie in the past.
        let slot = |n: usize| model.slots.len() - 1 - n % model.slots.len().min(7);
        let made: Vec<_> = (0..model.bookings.len()).filter(|n| model.bookings[*n].state != State::Missing).collect();
        let booking = |n: usize| (!made.is_empty()).then(|| made[made.len() - 1 - n % made.len()]);
        let by = |n: usize, booking: usize| match (n % 4, model.bookings[booking].state) {
            (0, _) => By::Admin,
            (1, State::Confirmed { mentor, .. }) => By::Mentor(mentor),
            (2, _) => By::Mentor(n / 4 % MENTORS),
            _ => By::Mentee,
        };
        Some(match self {
            Self::Request { mentee, slots: (a, b) } => {
                let mut wanted = vec![slot(*a), slot(*b)];
                wanted.dedup();
                Op::Request { mentee: mentee % MENTEES, slots: wanted }
            }
            Self::Confirm { booking: n, choice, mentor } => {
                // Mostly one that waits.
                let waits = |n: &usize| model.bookings[*n].state == State::Pending;
                let booking = made.iter().copied().filter(waits).nth(n % 4).or_else(|| booking(*n))?;
                let asked = &model.bookings[booking].asked;
                let slot = asked.get(choice % 3).copied().unwrap_or(slot(*choice));
                Op::Confirm { booking, slot, mentor: mentor % MENTORS }
            }
            Self::Cancel { booking: n, by: who } => {
                let booking = booking(*n)?;
                Op::Cancel { booking, by: by(*who, booking) }
            }
            Self::Reschedule { booking: n, by: who, slot: to } => {
                let booking = booking(*n)?;
                Op::Reschedule { booking, by: by(*who, booking), slot: slot(*to) }
            }
            Self::Complete { booking: n } => {
                let booking = booking(*n).filter(|booking| model.bookings[*booking].session.is_some())?;
                Op::Complete { booking }
            }
        })
    }
}

/// Every order of some things.
fn orders(n: usize) -> Vec<Vec<usize>> {
    if n == 0 {
        return vec![Vec::new()];
    }
    let shorter = orders(n - 1);
    shorter.iter().flat_map(|order| (0..n).map(|at| [&order[..at], &[n - 1], &order[at..]].concat())).collect()
}

/// Whoever loses a race may be told any of the things that stood in his way, also that his own booking has the slot by
/// now, or that the slot is taken, which is the same.
fn same_refusal(told: &str, wanted: &str, alone: bool) -> bool {
    const LOST: [&str; 6] = ["NO_MEET_LINK", "SLOT_TAKEN", "SLOT_UNAVAILABLE", "INVALID_SLOT", "MENTOR_BUSY", "MENTEE_BUSY"];
    told == wanted || !alone && LOST.contains(&told) && LOST.contains(&wanted)
}

async fn run(steps: &[Step]) -> Result<(), TestCaseError> {
    let mut server = Server::start(MENTEES, MENTORS).await;
    let mut model = server.model();
    for step in steps {
        match step {
            Step::Pass(passing) => {
                server.pass(passing.minutes()).await;
                model.pass(passing.minutes());
            }
            Step::Buy { mentee, growth } => {
                let (plan, mocks, months) = if *growth { ("growth", 3, 3) } else { ("foundation", 1, 1) };
                server.buy(*mentee, plan).await;
                model.buy(*mentee, mocks, |from| server.months_after(from, months));
            }
            Step::Offer { half_hours } => model.slots.push(server.offer(*half_hours).await),
            Step::AtOnce(tries) => model = at_once(&mut server, model, tries).await?,
        }
        prop_assert_eq!(server.view().await, server::View::of(&model), "after {:?}", step);
    }
    server.app.drain().await;
    Ok(())
}

/// Tries things at once; the model as it is after the order that explains the answers.
async fn at_once(server: &mut Server, mut model: Model, tries: &[Try]) -> Result<Model, TestCaseError> {
    let ops: Vec<Op> = tries.iter().filter_map(|attempt| attempt.placed(&model)).collect();
    let handles: Vec<_> = ops.iter().map(|op| server::handle(&mut model, op)).collect();
    let told = server.try_at_once(&model, &ops).await;
    for (op, told) in ops.iter().zip(&told) {
        server.note(op, told);
    }
    let codes: Vec<_> = told.iter().map(server::code).collect();
    let view = server.view().await;
    let explains = |order: &Vec<usize>| {
        let mut model = model.clone();
        let told = order.iter().all(|n| match (model.apply(&ops[*n], handles[*n]), &codes[*n]) {
            (Ok(()), None) => true,
            (Err(wanted), Some(told)) => same_refusal(told, wanted, ops.len() == 1),
            _ => false,
        });
        (told && server::View::of(&model) == view).then_some(model)
    };
    let explained = orders(ops.len()).iter().find_map(explains);
    explained.ok_or_else(|| {
        TestCaseError::fail(format!("no order of {ops:#?}\nleads to {codes:?}\nfrom {model:#?}\nThe table holds {view:#?}"))
    })
}

#[test]
fn whatever_is_tried_at_once_some_order_explains_it() {
    let set = |name: &str| std::env::var(name).ok().map(|number| number.parse::<u64>().unwrap());
    let seed = set("PROPERTY_SEED").unwrap_or_else(rand::random);
    let cases = set("PROPERTY_CASES").map_or(CASES, |cases| cases.try_into().unwrap());
    println!("PROPERTY_SEED={seed}");
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let config = Config { cases, max_shrink_iters: 100, failure_persistence: None, ..Config::default() };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let outcome = TestRunner::new_with_rng(config, rng).run(&steps(), |steps| runtime.block_on(run(&steps)));
    match outcome {
        Ok(()) => {}
        Err(TestError::Fail(why, steps)) => panic!("PROPERTY_SEED={seed}: {why}\nby {steps:#?}"),
        Err(TestError::Abort(why)) => panic!("PROPERTY_SEED={seed}: {why}"),
    }
}
