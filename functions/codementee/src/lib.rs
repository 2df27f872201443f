//! codementee
