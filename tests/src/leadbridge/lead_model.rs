//! The lead's state machine under random moves, held against a table of what may follow what.

use domain::{
    Instant, Product,
    lead::{Lead, LeadStatus, LeadVerification, MoveRefused, Verdict},
    public_event::Title,
};
use proptest::{
    prelude::*,
    test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner},
};

#[derive(Debug, Clone, Copy)]
enum Move {
    Verify,
    Reject,
    Withdraw,
    Buy,
}

fn lead(sound: bool) -> Lead {
    let id = uuid::Uuid::from_u128(7);
    let doubts = if sound { vec![] } else { vec![domain::lead::Doubt::PhoneFormat] };
    let (status, verification) = Lead::first_standing(&doubts);
    Lead {
        id: id.into(),
        product: Product::LeadBridge,
        event_id: id.into(),
        event_title: Title::parse("Event").unwrap(),
        mentor_id: id.into(),
        user_id: id.into(),
        contact: None,
        status,
        verification,
        doubts,
        order: None,
        purchased_by: None,
        purchased_at: None,
        created_at: Instant::long_ago(),
    }
}

/// Where a move leads, written out: None where it must be refused.
fn allowed(status: LeadStatus, verification: LeadVerification, by: Move) -> Option<(LeadStatus, LeadVerification)> {
    use LeadStatus::{Pending, Purchased, Rejected, Verified};
    use LeadVerification::{AutoVerified, ManualVerified};
    let rejected = Some((Rejected, LeadVerification::Rejected));
    match (status, verification, by) {
        (Pending, _, Move::Verify) => Some((Verified, ManualVerified)),
        (Pending, _, Move::Reject | Move::Withdraw) | (Verified, _, Move::Withdraw) | (Verified, AutoVerified, Move::Reject) => {
            rejected
        }
        (Verified, how, Move::Buy) => Some((Purchased, how)),
        _ => None,
    }
}

fn make(lead: &Lead, by: Move) -> Result<Lead, MoveRefused> {
    match by {
        Move::Verify => lead.decided(Verdict::Verified),
        Move::Reject => lead.decided(Verdict::Rejected),
        Move::Withdraw => lead.withdrawn(),
        Move::Buy => lead.purchased(lead.mentor_id, Instant::long_ago()),
    }
}

fn walk(sound: bool, moves: &[Move]) -> Result<(), TestCaseError> {
    let mut now = lead(sound);
    for by in moves {
        let wanted = allowed(now.status, now.verification, *by);
        let after = make(&now, *by);
        prop_assert_eq!(
            after.as_ref().ok().map(|after| (after.status, after.verification)),
            wanted,
            "{:?} of {:?}",
            by,
            now.status
        );
        now = after.unwrap_or(now);
        let bought = now.status == LeadStatus::Purchased;
        prop_assert_eq!((bought, bought), (now.purchased_by.is_some(), now.purchased_at.is_some()));
        prop_assert_eq!(now.status == LeadStatus::Rejected, now.verification == LeadVerification::Rejected);
        prop_assert_eq!(now.status == LeadStatus::Pending, now.verification == LeadVerification::Pending);
        prop_assert_eq!(now.status.holds_a_place(), now.status != LeadStatus::Rejected);
    }
    Ok(())
}

/// `PROPERTY_SEED` repeats a run.
#[test]
fn a_lead_moves_as_the_table_says_and_never_back() {
    let seed = std::env::var("PROPERTY_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or_else(rand::random::<u64>);
    println!("PROPERTY_SEED={seed}");
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let config = Config { cases: 2000, failure_persistence: None, ..Config::default() };
    let one = prop_oneof![Just(Move::Verify), Just(Move::Reject), Just(Move::Withdraw), Just(Move::Buy)];
    let runs = (any::<bool>(), prop::collection::vec(one, 0..8));
    let outcome = TestRunner::new_with_rng(config, rng).run(&runs, |(sound, moves)| walk(sound, &moves));
    assert!(outcome.is_ok(), "PROPERTY_SEED={seed}: {outcome:?}");
}
