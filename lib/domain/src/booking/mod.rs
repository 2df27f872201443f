//! Booking requests: what a mentee asks for and how it becomes a session.

mod request;
mod state;

pub use request::{Booking, BookingRequest, Interview, InterviewType, Party, RequestedSlot, parse_slot_ids};
pub use state::{BookingStatus, CancelledBy, ConfirmRefused, Confirmation, Move, MoveRefused};
