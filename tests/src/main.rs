//! Whole flows over HTTP, each against a server of its own with its own in-memory table.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on must stop")]

mod accounts;
mod admin;
mod alarms;
mod audit;
mod bounces;
mod budgets;
mod calls;
mod cancel;
mod catalog;
mod conditions;
mod contract;
mod dashboards;
mod docs;
mod faults;
mod feedbacks;
mod harness;
mod input;
mod lambda_path;
mod mail;
mod mechanics;
mod openapi;
mod payments;
mod projector;
mod reconciliation;
mod relay;
mod requests;
mod road;
mod roles;
mod scenes;
mod shots;
mod storms;
mod template;
mod webhooks;
