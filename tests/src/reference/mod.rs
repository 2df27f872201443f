//! The platform against a small reference model, step by step: what each step is answered, and what there is after it.
//!
//! `REFERENCE_CASES` sets another number of runs, `REFERENCE_STEPS` their length, `REFERENCE_SEED` repeats one.

mod driver;
mod rules;

use driver::Driver;
use proptest::{
    prelude::*,
    sample::select,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use proptest_state_machine::{ReferenceStateMachine, StateMachineTest};
use rules::{Booked, By, Lead, LeadIs, MENTEES, PLACES, SLOTS, State, Step, USERS};

const CASES: u64 = 4;
const STEPS: u64 = 40;

struct Rules;

/// Mostly one of the things with which something can be done, so that a short run gets somewhere; now and then any.
fn mostly<T>(things: &[T], fitting: impl Fn(&T) -> bool) -> BoxedStrategy<usize> {
    let fitting: Vec<usize> = (0..things.len()).filter(|place| fitting(&things[*place])).collect();
    let any = 0..things.len().max(1);
    if fitting.is_empty() { any.boxed() } else { prop_oneof![4 => select(fitting), 1 => any].boxed() }
}

impl ReferenceStateMachine for Rules {
    type State = State;
    type Transition = Step;

    fn init_state() -> BoxedStrategy<State> {
        Just(State::default()).boxed()
    }

    fn transitions(state: &State) -> BoxedStrategy<Step> {
        let by = || prop_oneof![(1..=3_usize).prop_map(|times| By::Webhook { times }), Just(By::Browser)];
        let open = |order: usize| state.orders.get(order).is_some_and(|order| order.paid_by.is_none());
        let order = mostly(&(0..state.orders.len()).collect::<Vec<_>>(), |order| open(*order));
        let payment = mostly(&state.payments, |payment| payment.right && open(payment.order));
        let mentee = mostly(&state.left, |left| left.is_some_and(|left| left > 0));
        // What leads on is likelier than what is refused.
        let weigh = |leads_on: bool, weight: u32| if leads_on { weight } else { 1 };
        let to_pay = (0..state.orders.len()).any(open);
        let to_tell = state.payments.iter().any(|payment| payment.right && open(payment.order));
        let to_request = state.left.iter().any(|left| left.is_some_and(|left| left > 0));
        let to_confirm = state.bookings.iter().any(|booking| booking.is == Booked::Pending);
        let booking = |is: Booked| mostly(&state.bookings, move |booking| booking.is == is);
        let lead = |fits: fn(&Lead) -> bool| mostly(&state.leads, fits);
        prop_oneof![
            weigh(!to_pay && !to_request, 8) => (0..MENTEES, any::<bool>()).prop_map(|(mentee, growth)| Step::Order { mentee, growth }),
            weigh(to_pay && !to_tell, 8) => (order, prop::bool::weighted(0.85)).prop_map(|(order, right)| Step::Pay { order, right }),
            weigh(to_tell, 8) => (payment, by()).prop_map(|(payment, by)| Step::Tell { payment, by }),
            weigh(to_request, 8) => (mentee, 0..SLOTS).prop_map(|(mentee, slot)| Step::Request { mentee, slot }),
            weigh(to_confirm, 10) => booking(Booked::Pending).prop_map(|booking| Step::Confirm { booking }),
            1 => (booking(Booked::Confirmed), any::<bool>()).prop_map(|(booking, by_admin)| Step::Cancel { booking, by_admin }),
            1 => booking(Booked::Confirmed).prop_map(|booking| Step::Complete { booking }),
            3 => (0..USERS, 0..PLACES.len(), any::<bool>()).prop_map(|(user, event, sound)| Step::Book { user, event, sound }),
            2 => (lead(|lead| lead.is == LeadIs::Pending), any::<bool>()).prop_map(|(lead, verify)| Step::Decide { lead, verify }),
            2 => lead(|lead| matches!(lead.is, LeadIs::Verified { .. })).prop_map(|lead| Step::OrderLead { lead }),
            2 => (lead(|lead| lead.ordered), by()).prop_map(|(lead, by)| Step::PayLead { lead, by }),
        ]
        .boxed()
    }

    fn preconditions(state: &State, step: &Step) -> bool {
        state.can(step)
    }

    fn apply(state: State, step: &Step) -> State {
        state.after(step)
    }
}

impl StateMachineTest for Rules {
    type SystemUnderTest = Driver;
    type Reference = Self;

    fn init_test(_: &State) -> Driver {
        Driver::start()
    }

    fn apply(mut driver: Driver, state: &State, step: Step) -> Driver {
        let answer = driver.act(&step);
        assert_eq!(answer.as_deref(), state.answer, "{step:?} in {state:#?}");
        driver
    }

    fn check_invariants(driver: &Driver, state: &State) {
        driver.compare(state);
    }
}

#[test]
fn every_answer_and_every_state_is_what_the_reference_says() {
    let set = |name: &str| std::env::var(name).ok().map(|number| number.parse::<u64>().unwrap());
    let seed = set("REFERENCE_SEED").unwrap_or_else(rand::random);
    println!("REFERENCE_SEED={seed}");
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let cases = set("REFERENCE_CASES").unwrap_or(CASES).try_into().unwrap();
    let steps = usize::try_from(set("REFERENCE_STEPS").unwrap_or(STEPS)).unwrap();
    let config = Config { cases, max_shrink_iters: 60, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config.clone(), TestRng::from_seed(RngAlgorithm::ChaCha, &bytes));
    let outcome = runner.run(&Rules::sequential_strategy(steps / 2..steps), |(state, steps, seen)| {
        Rules::test_sequential(config.clone(), state, steps, seen);
        Ok(())
    });
    assert!(outcome.is_ok(), "REFERENCE_SEED={seed}: {outcome:?}");
}
