//! Whole flows over HTTP.
