use super::*;
use crate::{
    Product, Zone,
    booking::Party,
    mentorship::{SessionMove, session_time},
    text::{Email, PersonName},
};

fn at(text: &str) -> Instant {
    Instant::parse(text).unwrap()
}

fn paid_by() -> PaidBy {
    PaidBy::Order { order_id: uuid::Uuid::nil().into(), payment_id: RazorpayPaymentId::parse("pay_1").unwrap() }
}

/// A session from 10:00 to 11:00 UTC, held for 15 minutes from eight o'clock on.
fn session(status: SessionStatus) -> SessionBooking {
    let zone = Zone::parse("UTC").unwrap();
    let party = |n| Party {
        id: uuid::Uuid::from_u128(n).into(),
        name: PersonName::parse("Jane Doe").unwrap(),
        email: Email::parse("jane@example.com").unwrap(),
    };
    let created_at = at("2026-02-02T06:00:00Z");
    let terms = PaidTerms {
        hourly_rate: Paise::rupees(80),
        price: Paise::rupees(80),
        service: Line::default(),
        mentor_number: None,
        mentee_number: None,
        held_until: created_at.plus(HELD_FOR),
        order: None,
        claim: None,
        paid: None,
        paid_at: None,
        lapsed: false,
        unattended: false,
        mentor_attended_at: None,
        mentee_attended_at: None,
        rated_at: None,
    };
    let (parties, time) = ((party(1), party(2)), session_time("2026-02-02", "10:00", "11:00", &zone).unwrap());
    let asked = SessionBooking::asked(uuid::Uuid::nil().into(), Product::AspireX, parties, (time, Line::default()), created_at);
    SessionBooking { status, terms: Some(Box::new(terms)), ..asked }
}

fn moved(session: &SessionBooking, by: PaidMove, now: &str) -> Result<SessionBooking, MoveRefused> {
    session.moved(&SessionMove::Paid(by), at(now))
}

#[test]
fn a_price_is_rounded_half_up_to_the_paisa() {
    let table =
        [(8000, 60, 8000), (8000, 45, 6000), (9999, 15, 2500), (10_001, 30, 5001), (1, 15, 0), (2, 15, 1), (100, 240, 400)];
    for (rate, minutes, expected) in table {
        assert_eq!(price(Paise::new(rate), minutes).get(), expected, "{rate} for {minutes}");
    }
}

#[test]
fn a_duration_is_read_as_mentors_type_it() {
    for (text, minutes) in [("60", 60), ("45 mins", 45), ("1 hour", 60), ("1.5 hours", 90), ("2h", 120), (" 30 Minutes ", 30)] {
        assert_eq!(SessionMinutes::parse(text).map(SessionMinutes::get), Ok(minutes), "{text}");
    }
    for bad in ["", "0", "-15", "20", "5 hours", "1 week", "1.555 h", "99999999999999", "45.5", "NaN", "1e3"] {
        assert!(SessionMinutes::parse(bad).is_err(), "{bad}");
    }
}

#[test]
fn a_transaction_id_is_no_formula() {
    assert!(TransactionId::parse(" 4098-ABC/77 ").is_ok());
    for bad in ["", "abc", "=1+1", "+9199", "-5 000", "@sum", "a b c d", "ab\tcd", "<script>", &"9".repeat(65)] {
        assert!(TransactionId::parse(bad).is_err(), "{bad}");
    }
}

#[test]
fn a_payment_confirms_also_what_lapsed_but_nothing_else() {
    let pending = session(SessionStatus::Pending);
    assert_eq!(pending.moved(&SessionMove::Confirm, at("2026-02-02T06:01:00Z")), Err(MoveRefused::NotPending), "unpaid");
    let paid = moved(&pending, PaidMove::Pay(paid_by()), "2026-02-02T06:01:00Z").unwrap();
    assert_eq!((paid.status, paid.version), (SessionStatus::Confirmed, 2));
    assert_eq!(moved(&paid, PaidMove::Pay(paid_by()), "2026-02-02T06:02:00Z"), Err(MoveRefused::NotPending));
    assert_eq!(moved(&pending, PaidMove::Pay(paid_by()), "2026-02-02T10:00:00Z"), Err(MoveRefused::Started));
    assert_eq!(moved(&pending, PaidMove::Lapse, "2026-02-02T06:14:59Z"), Err(MoveRefused::NotActive), "still held");
    assert_eq!(moved(&paid, PaidMove::Lapse, "2026-02-02T07:00:00Z"), Err(MoveRefused::NotPending));
    let lapsed = moved(&pending, PaidMove::Lapse, "2026-02-02T06:15:00Z").unwrap();
    let late = moved(&lapsed, PaidMove::Pay(paid_by()), "2026-02-02T07:00:00Z").unwrap();
    assert_eq!((late.status, late.time.starts_at), (SessionStatus::Confirmed, pending.time.starts_at));
    let cancel = SessionMove::Cancel { by: Role::Mentee, reason: None };
    let gone = pending.moved(&cancel, at("2026-02-02T07:00:00Z")).unwrap();
    assert_eq!(moved(&gone, PaidMove::Pay(paid_by()), "2026-02-02T07:00:00Z"), Err(MoveRefused::NotPending));
    let again = late.moved(&cancel, at("2026-02-02T07:30:00Z")).unwrap();
    assert_eq!(moved(&again, PaidMove::Pay(paid_by()), "2026-02-02T08:00:00Z"), Err(MoveRefused::NotPending));
}

#[test]
fn a_session_is_put_off_two_hours_before_and_ahead() {
    let paid = moved(&session(SessionStatus::Pending), PaidMove::Pay(paid_by()), "2026-02-02T06:00:00Z").unwrap();
    let to = |start: &str| PaidMove::Reschedule(SlotTime::starting_at(at(start), 60, &paid.time.zone));
    let later = moved(&paid, to("2026-02-02T12:00:00Z"), "2026-02-02T08:00:00Z").unwrap();
    assert_eq!((later.time.start_time.as_str(), later.version), ("12:00", 3));
    assert_eq!(moved(&paid, to("2026-02-02T12:00:00Z"), "2026-02-02T08:00:01Z"), Err(MoveRefused::TooLate));
    assert_eq!(moved(&paid, to("2026-02-02T07:59:59Z"), "2026-02-02T06:00:00Z"), Err(MoveRefused::TooSoon));
    assert_eq!(
        moved(&session(SessionStatus::Pending), to("2026-02-02T12:00:00Z"), "2026-02-02T06:00:00Z"),
        Err(MoveRefused::NotConfirmed)
    );
}

#[test]
fn both_sides_end_a_session_and_a_day_does() {
    let paid = moved(&session(SessionStatus::Pending), PaidMove::Pay(paid_by()), "2026-02-02T06:00:00Z").unwrap();
    assert_eq!(moved(&paid, PaidMove::Attend(Role::Mentee), "2026-02-02T09:44:00Z"), Err(MoveRefused::NotStarted));
    assert_eq!(moved(&paid, PaidMove::Attend(Role::Mentee), "2026-02-03T11:00:00Z"), Err(MoveRefused::NotActive));
    let one = moved(&paid, PaidMove::Attend(Role::Mentee), "2026-02-02T10:01:00Z").unwrap();
    assert_eq!(one.status, SessionStatus::Confirmed);
    let both = moved(&one, PaidMove::Attend(Role::Mentor), "2026-02-02T10:02:00Z").unwrap();
    assert_eq!(both.status, SessionStatus::Completed);
    let early = moved(&paid, PaidMove::Attend(Role::Mentor), "2026-02-02T09:50:00Z").unwrap();
    let early = moved(&early, PaidMove::Attend(Role::Mentee), "2026-02-02T09:51:00Z").unwrap();
    assert_eq!(early.status, SessionStatus::Confirmed, "it has not begun");
    let (over, a_day_later) = (at("2026-02-02T11:00:00Z"), at("2026-02-03T11:00:00Z"));
    assert!(early.ends_by_itself(over) && !paid.ends_by_itself(over) && !one.ends_by_itself(over));
    assert!(one.ends_by_itself(a_day_later), "the mentee has the mentor's key, so they met");
    let other = moved(&paid, PaidMove::Attend(Role::Mentor), "2026-02-02T10:01:00Z").unwrap();
    assert!(!other.ends_by_itself(over) && other.ends_by_itself(a_day_later), "the mentor has the mentee's");
    assert!(!paid.ends_by_itself(at("2026-03-02T11:00:00Z")), "nobody showed that they met");
    assert!(!session(SessionStatus::Pending).ends_by_itself(a_day_later));
}

#[test]
fn what_nobody_attended_is_left_to_an_admin_once() {
    let paid = moved(&session(SessionStatus::Pending), PaidMove::Pay(paid_by()), "2026-02-02T06:00:00Z").unwrap();
    assert_eq!(moved(&paid, PaidMove::LeaveToAdmin, "2026-02-03T10:59:00Z"), Err(MoveRefused::NotActive), "they still may");
    let left = moved(&paid, PaidMove::LeaveToAdmin, "2026-02-03T11:00:00Z").unwrap();
    assert_eq!(left.status, SessionStatus::Confirmed);
    assert_eq!(moved(&left, PaidMove::LeaveToAdmin, "2026-02-03T11:01:00Z"), Err(MoveRefused::NotConfirmed), "told once");
    let one = moved(&paid, PaidMove::Attend(Role::Mentee), "2026-02-02T10:01:00Z").unwrap();
    assert_eq!(moved(&one, PaidMove::LeaveToAdmin, "2026-02-03T11:00:00Z"), Err(MoveRefused::NotActive));
    let now = at("2026-02-04T11:00:00Z");
    assert_eq!(left.moved(&SessionMove::Complete, now).unwrap().status, SessionStatus::Completed);
    let cancel = SessionMove::Cancel { by: Role::Admin, reason: None };
    assert_eq!(left.moved(&cancel, now).unwrap().status, SessionStatus::CancelledByAdmin);
}

#[test]
fn only_money_that_reached_the_platform_is_owed() {
    let transaction_id = TransactionId::parse("UPI-1234").unwrap();
    let claim = |found_by| PaidBy::Claim { transaction_id: transaction_id.clone(), found_by };
    assert!(paid_by().reached_the_platform() && claim(Role::Admin).reached_the_platform());
    assert!(!claim(Role::Mentor).reached_the_platform());
}
