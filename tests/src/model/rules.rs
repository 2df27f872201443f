//! The rules of quotas, slots, people's hours and links, told once more as plainly as can be.
//!
//! Times are minutes since the beginning of a run. Things are known by their places in lists.

use std::collections::{BTreeMap, BTreeSet};

pub const QUARTER: i64 = 15;
/// A link goes back so long after its session's end.
const GRACE: i64 = 60;

/// Something that somebody tries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Op {
    Request { mentee: usize, slots: Vec<usize> },
    Confirm { booking: usize, slot: usize, mentor: usize },
    Cancel { booking: usize, by: By },
    Reschedule { booking: usize, by: By, slot: usize },
    Complete { booking: usize },
}

/// In which role somebody acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// The booking's own mentee.
    Mentee,
    Mentor(usize),
    Admin,
}

/// Whose hours are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Who {
    Mentor(usize),
    Mentee(usize),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plan {
    pub left: u32,
    pub ends: i64,
    pub since: i64,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slot {
    pub start: i64,
    pub end: i64,
    pub held_by: Option<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// The request was refused.
    Missing,
    Pending,
    Confirmed {
        slot: usize,
        mentor: usize,
    },
    Completed {
        slot: usize,
        mentor: usize,
    },
    Cancelled,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Booking {
    pub mentee: usize,
    pub asked: Vec<usize>,
    pub made: i64,
    pub state: State,
    /// The slot and the mentor that it was last confirmed for, also when it was cancelled since.
    pub session: Option<usize>,
    pub mentor: Option<usize>,
    pub holds_link: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Model {
    pub now: i64,
    pub plans: Vec<Option<Plan>>,
    pub slots: Vec<Slot>,
    pub bookings: Vec<Booking>,
    pub free_links: usize,
    /// Each taken quarter hour of a person, with the booking that took it.
    pub hours: BTreeMap<(Who, i64), usize>,
}

/// Refusals by the code that clients see.
pub type Outcome = Result<(), &'static str>;

impl Model {
    /// A payment arrived.
    pub fn buy(&mut self, mentee: usize, mocks: u32, months_after: impl Fn(i64) -> i64) {
        let running = self.plans[mentee].filter(|plan| plan.ends > self.now);
        self.plans[mentee] = Some(Plan {
            left: running.map_or(0, |plan| plan.left) + mocks,
            ends: months_after(running.map_or(self.now, |plan| plan.ends)),
            since: running.map_or(self.now, |plan| plan.since),
        });
    }

    /// Time passes, and what falls due is done.
    pub fn pass(&mut self, minutes: i64) {
        self.now += minutes;
        for booking in &mut self.bookings {
            let end = booking.session.map(|slot| self.slots[slot].end);
            if booking.holds_link && end.is_some_and(|end| end + GRACE <= self.now) {
                booking.holds_link = false;
                self.free_links += 1;
            }
        }
    }

    /// Tries something. `handle` is where a new booking goes.
    pub fn apply(&mut self, op: &Op, handle: usize) -> Outcome {
        match op {
            Op::Request { mentee, slots } => self.request(*mentee, slots, handle),
            Op::Confirm { booking, slot, mentor } => self.confirm(*booking, *slot, *mentor),
            Op::Cancel { booking, by } => self.cancel(*booking, *by),
            Op::Reschedule { booking, by, slot } => self.reschedule(*booking, *by, *slot),
            Op::Complete { booking } => self.complete(*booking),
        }
    }

    fn is_open(&self, slot: usize) -> bool {
        self.slots[slot].held_by.is_none() && self.slots[slot].start > self.now
    }

    fn request(&mut self, mentee: usize, slots: &[usize], handle: usize) -> Outcome {
        let plan = self.plans[mentee].as_mut().filter(|plan| plan.ends > self.now).ok_or("TIER_UPGRADE_REQUIRED")?;
        if plan.left == 0 {
            return Err("QUOTA_EXCEEDED");
        }
        if !slots.iter().all(|slot| self.slots[*slot].held_by.is_none() && self.slots[*slot].start > self.now) {
            return Err("SLOT_UNAVAILABLE");
        }
        plan.left -= 1;
        let booking = &mut self.bookings[handle];
        (booking.asked, booking.made, booking.state) = (slots.to_vec(), self.now, State::Pending);
        Ok(())
    }

    fn quarters(&self, slot: usize) -> BTreeSet<i64> {
        let Slot { start, end, .. } = self.slots[slot];
        (start.div_euclid(QUARTER)..=(end - 1).div_euclid(QUARTER)).map(|quarter| quarter * QUARTER).collect()
    }

    /// Takes the hours of a slot for two people, giving back those of another one that the booking had.
    fn take_hours(&mut self, booking: usize, slot: usize, left: Option<usize>, mentor: usize) -> Outcome {
        let people = [(Who::Mentor(mentor), "MENTOR_BUSY"), (Who::Mentee(self.bookings[booking].mentee), "MENTEE_BUSY")];
        for (who, busy) in people {
            let taken = |quarter: &i64| self.hours.get(&(who, *quarter)).is_some_and(|holder| *holder != booking);
            if self.quarters(slot).iter().any(taken) {
                return Err(busy);
            }
        }
        for quarter in left.map(|left| self.quarters(left)).unwrap_or_default() {
            for (who, _) in people {
                self.hours.remove(&(who, quarter));
            }
        }
        for quarter in self.quarters(slot) {
            for (who, _) in people {
                self.hours.insert((who, quarter), booking);
            }
        }
        Ok(())
    }

    fn confirm(&mut self, booking: usize, slot: usize, mentor: usize) -> Outcome {
        match self.bookings[booking].state {
            State::Missing => return Err("NOT_FOUND"),
            State::Pending => {}
            _ => return Err("BOOKING_NOT_PENDING"),
        }
        if !self.bookings[booking].asked.contains(&slot) {
            return Err("INVALID_SLOT");
        }
        if self.slots[slot].start <= self.now {
            return Err("SLOT_UNAVAILABLE");
        }
        if self.free_links == 0 {
            return Err("NO_MEET_LINK");
        }
        if self.slots[slot].held_by.is_some() {
            return Err("SLOT_TAKEN");
        }
        self.take_hours(booking, slot, None, mentor)?;
        self.free_links -= 1;
        self.slots[slot].held_by = Some(booking);
        let booking = &mut self.bookings[booking];
        (booking.state, booking.session, booking.holds_link) = (State::Confirmed { slot, mentor }, Some(slot), true);
        booking.mentor = Some(mentor);
        Ok(())
    }

    /// Whether somebody may touch a booking at all.
    fn concerns(&self, booking: usize, by: By) -> Outcome {
        let Booking { state, mentor, .. } = &self.bookings[booking];
        if *state == State::Missing || matches!(by, By::Mentor(who) if *mentor != Some(who)) {
            return Err("NOT_FOUND");
        }
        let started = match state {
            State::Confirmed { slot, .. } | State::Completed { slot, .. } => self.slots[*slot].start <= self.now,
            _ => false,
        };
        if started && by != By::Admin { Err("SESSION_STARTED") } else { Ok(()) }
    }

    fn cancel(&mut self, booking: usize, by: By) -> Outcome {
        self.concerns(booking, by)?;
        match self.bookings[booking].state {
            State::Confirmed { slot, mentor } => {
                self.slots[slot].held_by = None;
                for quarter in self.quarters(slot) {
                    self.hours.remove(&(Who::Mentor(mentor), quarter));
                    self.hours.remove(&(Who::Mentee(self.bookings[booking].mentee), quarter));
                }
            }
            State::Pending => {}
            _ => return Err("BOOKING_NOT_OPEN"),
        }
        let booking = &mut self.bookings[booking];
        booking.state = State::Cancelled;
        if std::mem::take(&mut booking.holds_link) {
            self.free_links += 1;
        }
        // What an earlier plan paid for ended with it.
        if let Some(plan) = self.plans[booking.mentee].as_mut().filter(|plan| plan.since <= booking.made) {
            plan.left += 1;
        }
        Ok(())
    }

    fn reschedule(&mut self, booking: usize, by: By, slot: usize) -> Outcome {
        self.concerns(booking, by)?;
        match self.bookings[booking].state {
            State::Pending if self.is_open(slot) => {
                self.bookings[booking].asked = vec![slot];
                Ok(())
            }
            State::Pending => Err("SLOT_UNAVAILABLE"),
            State::Confirmed { slot: left, .. } if left == slot => Err("INVALID_SLOT"),
            State::Confirmed { .. } if !self.is_open(slot) => Err("SLOT_UNAVAILABLE"),
            State::Confirmed { slot: left, mentor } => self.move_session(booking, left, slot, mentor),
            _ => Err("BOOKING_NOT_OPEN"),
        }
    }

    fn move_session(&mut self, booking: usize, left: usize, slot: usize, mentor: usize) -> Outcome {
        // The room of a session that is over went back to the pool.
        let needs_link = !self.bookings[booking].holds_link;
        if needs_link && self.free_links == 0 {
            return Err("NO_MEET_LINK");
        }
        self.take_hours(booking, slot, Some(left), mentor)?;
        self.free_links -= usize::from(needs_link);
        self.slots[left].held_by = None;
        self.slots[slot].held_by = Some(booking);
        let booking = &mut self.bookings[booking];
        (booking.state, booking.session, booking.holds_link) = (State::Confirmed { slot, mentor }, Some(slot), true);
        Ok(())
    }

    fn complete(&mut self, booking: usize) -> Outcome {
        let booking = &mut self.bookings[booking];
        let State::Confirmed { slot, mentor } = booking.state else { return Err("MOCK_NOT_SCHEDULED") };
        booking.state = State::Completed { slot, mentor };
        if std::mem::take(&mut booking.holds_link) {
            self.free_links += 1;
        }
        Ok(())
    }

    /// What is due: until when each link that is held goes back.
    pub fn releases(&self) -> BTreeSet<(usize, i64)> {
        let held = self.bookings.iter().enumerate().filter(|(_, booking)| booking.holds_link);
        held.filter_map(|(n, booking)| Some((n, self.slots[booking.session?].end + GRACE))).collect()
    }
}
