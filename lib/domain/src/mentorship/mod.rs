//! Mentors who offer their own time: profiles, availability, and sessions that are booked inside it.

mod availability;
mod booking;
mod link;
mod paid;
mod profile;

pub use availability::{Availability, AvailabilityRule, FreeSlot, MOST_RULES, Recurrence, RuleWanted, free_slots, is_open};
pub use booking::{MoveRefused, SessionBooking, SessionMove, SessionRequest, SessionStatus, Stars, session_time};
pub use link::{MeetingHosts, MeetingUrl};
pub use paid::{
    ATTENDANCE_CLOSES, AttendanceKeys, HELD_FOR, PaidBy, PaidMove, PaidTerms, SessionMinutes, SessionOrder, TransactionId, price,
};
pub use profile::{EXPERTISE, Expertise, ExpertiseArea, MentorProfile, ProfileDetails, Rating, Word, key_of_name};
