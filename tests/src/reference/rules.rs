//! The rules of buying, booking and leads, told as plainly as can be. Things are known by their places in lists; time
//! stands still.

pub const MENTEES: usize = 2;
pub const SLOTS: usize = 4;
pub const LINKS: usize = 2;
pub const USERS: usize = 3;
/// When each slot begins, in half hours; each lasts an hour, so the first overlaps the second, and that the third.
pub const STARTS: [i64; SLOTS] = [0, 1, 2, 4];
/// How many places each event has.
pub const PLACES: [usize; 2] = [1, 2];

/// What a request was refused with; None when it was done.
pub type Refusal = Option<&'static str>;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    Webhook { times: usize },
    Browser,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Booked {
    Pending,
    Confirmed,
    Completed,
    Cancelled,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LeadIs {
    Pending,
    /// By an admin, or by itself.
    Verified {
        by_itself: bool,
    },
    Rejected,
    Purchased,
}

/// One thing that is done.
#[derive(Debug, Clone)]
pub enum Step {
    Order { mentee: usize, growth: bool },
    Pay { order: usize, right: bool },
    Tell { payment: usize, by: By },
    Request { mentee: usize, slot: usize },
    Confirm { booking: usize },
    Cancel { booking: usize, by_admin: bool },
    Complete { booking: usize },
    Book { user: usize, event: usize, sound: bool },
    Decide { lead: usize, verify: bool },
    OrderLead { lead: usize },
    PayLead { lead: usize, by: By },
}

#[derive(Debug, Clone)]
pub struct Order {
    pub mentee: usize,
    pub mocks: u64,
    /// The payment that paid it.
    pub paid_by: Option<usize>,
}

#[derive(Debug, Clone)]
pub struct Payment {
    pub order: usize,
    pub right: bool,
}

#[derive(Debug, Clone)]
pub struct Booking {
    pub mentee: usize,
    pub slot: usize,
    pub is: Booked,
    /// Whether there ever was a session.
    pub confirmed_once: bool,
}

#[derive(Debug, Clone)]
pub struct Lead {
    pub user: usize,
    pub event: usize,
    pub is: LeadIs,
    pub ordered: bool,
    /// How much money for it came in vain.
    pub misfits: usize,
}

/// Everything.
#[derive(Debug, Clone, Default)]
pub struct State {
    /// Of each mentee's plan; None before the first.
    pub left: [Option<u64>; MENTEES],
    pub orders: Vec<Order>,
    pub payments: Vec<Payment>,
    pub bookings: Vec<Booking>,
    pub leads: Vec<Lead>,
    /// What the last step must have been answered.
    pub answer: Refusal,
}

impl State {
    /// Whether a step names only what there is.
    pub fn can(&self, step: &Step) -> bool {
        match step {
            Step::Order { .. } | Step::Request { .. } | Step::Book { .. } => true,
            Step::Pay { order, .. } => *order < self.orders.len(),
            Step::Tell { payment, .. } => *payment < self.payments.len(),
            Step::Confirm { booking } | Step::Cancel { booking, .. } => *booking < self.bookings.len(),
            Step::Complete { booking } => self.bookings.get(*booking).is_some_and(|booking| booking.confirmed_once),
            Step::Decide { lead, .. } | Step::OrderLead { lead } => *lead < self.leads.len(),
            Step::PayLead { lead, .. } => self.leads.get(*lead).is_some_and(|lead| lead.ordered),
        }
    }

    /// The state after a step.
    pub fn after(mut self, step: &Step) -> Self {
        self.answer = match step {
            Step::Order { mentee, growth } => {
                self.orders.push(Order { mentee: *mentee, mocks: if *growth { 3 } else { 1 }, paid_by: None });
                None
            }
            Step::Pay { order, right } => {
                self.payments.push(Payment { order: *order, right: *right });
                None
            }
            Step::Tell { payment, by } => self.told(*payment, *by),
            Step::Request { mentee, slot } => self.request(*mentee, *slot),
            Step::Confirm { booking } => self.confirm(*booking),
            Step::Cancel { booking, .. } => self.cancel(*booking),
            Step::Complete { booking } => self.complete(*booking),
            Step::Book { user, event, sound } => self.book(*user, *event, *sound),
            Step::Decide { lead, verify } => self.decide(*lead, *verify),
            Step::OrderLead { lead } => self.order_lead(*lead),
            Step::PayLead { lead, by } => self.pay_lead(*lead, *by),
        };
        self
    }

    /// The first fitting payment pays the order, once, however often it is told of. Any other fits nothing.
    fn told(&mut self, payment: usize, by: By) -> Refusal {
        let Payment { order, right } = self.payments[payment].clone();
        let order = &mut self.orders[order];
        if order.paid_by.is_none() && right {
            order.paid_by = Some(payment);
            *self.left[order.mentee].get_or_insert(0) += order.mocks;
        }
        (by == By::Browser && order.paid_by != Some(payment)).then_some("PAYMENT_MISMATCH")
    }

    /// Who stands in a slot, also after the session.
    pub fn holder(&self, slot: usize) -> Option<usize> {
        let stands = |booking: &Booking| matches!(booking.is, Booked::Confirmed | Booked::Completed);
        self.bookings.iter().position(|booking| booking.slot == slot && stands(booking))
    }

    pub fn links_free(&self) -> usize {
        LINKS - self.bookings.iter().filter(|booking| booking.is == Booked::Confirmed).count()
    }

    fn request(&mut self, mentee: usize, slot: usize) -> Refusal {
        match self.left[mentee] {
            None => return Some("TIER_UPGRADE_REQUIRED"),
            Some(0) => return Some("QUOTA_EXCEEDED"),
            Some(_) if self.holder(slot).is_some() => return Some("SLOT_UNAVAILABLE"),
            Some(left) => self.left[mentee] = Some(left - 1),
        }
        self.bookings.push(Booking { mentee, slot, is: Booked::Pending, confirmed_once: false });
        None
    }

    /// There is one mentor, so that whoever overlaps a session meets him first.
    fn confirm(&mut self, booking: usize) -> Refusal {
        let Booking { slot, is, .. } = self.bookings[booking];
        if is != Booked::Pending {
            return Some("BOOKING_NOT_PENDING");
        }
        if self.links_free() == 0 {
            return Some("NO_MEET_LINK");
        }
        if self.holder(slot).is_some() {
            return Some("SLOT_TAKEN");
        }
        let overlaps = |other: usize| other != slot && (STARTS[other] - STARTS[slot]).abs() < 2;
        if (0..SLOTS).any(|other| overlaps(other) && self.holder(other).is_some()) {
            return Some("MENTOR_BUSY");
        }
        let booking = &mut self.bookings[booking];
        (booking.is, booking.confirmed_once) = (Booked::Confirmed, true);
        None
    }

    fn cancel(&mut self, booking: usize) -> Refusal {
        let booking = &mut self.bookings[booking];
        if !matches!(booking.is, Booked::Pending | Booked::Confirmed) {
            return Some("BOOKING_NOT_OPEN");
        }
        booking.is = Booked::Cancelled;
        *self.left[booking.mentee].get_or_insert(0) += 1;
        None
    }

    fn complete(&mut self, booking: usize) -> Refusal {
        let booking = &mut self.bookings[booking];
        if booking.is != Booked::Confirmed {
            return Some("MOCK_NOT_SCHEDULED");
        }
        booking.is = Booked::Completed;
        None
    }

    /// The leads that hold a place of an event.
    pub fn holding(&self, event: usize) -> impl Iterator<Item = &Lead> {
        self.leads.iter().filter(move |lead| lead.event == event && lead.is != LeadIs::Rejected)
    }

    fn book(&mut self, user: usize, event: usize, sound: bool) -> Refusal {
        if self.holding(event).any(|lead| lead.user == user) {
            return Some("ALREADY_BOOKED");
        }
        if self.holding(event).count() == PLACES[event] {
            return Some("EVENT_FULL");
        }
        let is = if sound { LeadIs::Verified { by_itself: true } } else { LeadIs::Pending };
        self.leads.push(Lead { user, event, is, ordered: false, misfits: 0 });
        None
    }

    fn decide(&mut self, lead: usize, verify: bool) -> Refusal {
        let lead = &mut self.leads[lead];
        match (lead.is, verify) {
            (LeadIs::Purchased, _) => return Some("LEAD_PURCHASED"),
            (LeadIs::Pending, true) => lead.is = LeadIs::Verified { by_itself: false },
            (LeadIs::Pending | LeadIs::Verified { by_itself: true }, false) => lead.is = LeadIs::Rejected,
            _ => return Some("LEAD_DECIDED"),
        }
        None
    }

    fn order_lead(&mut self, lead: usize) -> Refusal {
        let lead = &mut self.leads[lead];
        match lead.is {
            LeadIs::Verified { .. } => lead.ordered = true,
            LeadIs::Purchased => return Some("LEAD_PURCHASED"),
            LeadIs::Pending | LeadIs::Rejected => return Some("LEAD_NOT_VERIFIED"),
        }
        None
    }

    /// Money for a lead that is not for sale goes back.
    fn pay_lead(&mut self, lead: usize, by: By) -> Refusal {
        let lead = &mut self.leads[lead];
        if matches!(lead.is, LeadIs::Verified { .. }) {
            lead.is = LeadIs::Purchased;
            return None;
        }
        lead.misfits += 1;
        (by == By::Browser).then_some("PAYMENT_MISMATCH")
    }
}
