//! AspireX's sessions against the payments behind them, and what mentors earned and took out against both.

use super::things::{Findings, Item, Things, number, text};
use std::collections::{BTreeMap, BTreeSet};

/// What the platform owes the mentor for a session: what it got for it itself.
fn owed(session: &Item) -> Option<u64> {
    let paid = &session["terms"]["paid"];
    let got = text(paid, "by") == "order" || text(paid, "by") == "claim" && text(paid, "found_by") == "admin";
    got.then(|| number(&session["terms"], "price"))
}

fn is_cancelled(session: &Item) -> bool {
    text(session, "status").starts_with("cancelled")
}

pub fn check(things: &Things, findings: &mut Findings) {
    let sessions: Vec<&Item> = things.paid_sessions().collect();
    let active = |session: &&&Item| matches!(text(session, "status"), "pending" | "confirmed");
    super::hours::check(things, "aspirex", sessions.iter().filter(active).copied(), findings);
    payments(things, &sessions, findings);
    purses(things, &sessions, findings);
}

/// A session stands exactly when somebody paid for it, once, and what it brings its mentor has a line.
fn payments(things: &Things, sessions: &[&Item], findings: &mut Findings) {
    const RULE: &str = "a session is agreed on exactly when it is paid";
    let orders = Things::by(things.orders(), "id");
    let lines: BTreeMap<&str, &Item> = Things::by(things.of("aspirex#SESSION#", "EARNING"), "session_id");
    let mut found: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for session in sessions {
        let (id, paid) = (text(session, "id"), &session["terms"]["paid"]);
        let agreed = matches!(text(session, "status"), "confirmed" | "completed");
        let what = || format!("session {id} is {}, paid: {paid}", session["status"]);
        findings.check(RULE, agreed == (paid.is_object() && !is_cancelled(session)), what);
        if text(paid, "by") == "claim" && text(paid, "found_by") == "admin" {
            found.entry(text(paid, "transaction_id").to_uppercase()).or_default().push(id);
        }
        let status = lines.get(id).map(|line| (text(line, "status"), number(line, "amount")));
        let expected = owed(session).map(|amount| match text(session, "status") {
            "confirmed" => ("pending", amount),
            "completed" => ("completed", amount),
            _ => ("refunded", amount),
        });
        findings.check("each paid session has one line in its mentor's statement", status == expected, || {
            format!("session {id}: {status:?} instead of {expected:?}")
        });
    }
    for (transaction, sessions) in found {
        findings.check("a payment made elsewhere counts once", sessions.len() == 1, || format!("{transaction}: {sessions:?}"));
    }
    let by_id = Things::by(sessions.iter().copied(), "id");
    for order in orders.values().filter(|order| text(&order["purpose"], "kind") == "session") {
        let session = by_id.get(text(&order["purpose"], "session_id"));
        let by_it = session.filter(|session| text(&session["terms"]["paid"], "order_id") == text(order, "id"));
        let stands = by_it.map(|session| !is_cancelled(session));
        // What was called off goes back.
        let fits = match text(order, "status") {
            "paid" => stands == Some(true),
            "refunding" | "refunded" => stands == Some(false),
            _ => stands.is_none(),
        };
        let what = || format!("order {} is {}, its session {session:?}", text(order, "id"), order["status"]);
        findings.check(RULE, fits, what);
    }
}

/// A mentor's sums equal what they sum up, and nobody takes out what he has not.
fn purses(things: &Things, sessions: &[&Item], findings: &mut Findings) {
    let mut sums: BTreeMap<&str, BTreeMap<&str, i64>> = BTreeMap::new();
    let mut add = |mentor, name, amount: u64| {
        *sums.entry(mentor).or_default().entry(name).or_default() += i64::try_from(amount).unwrap_or(i64::MAX);
    };
    let mut students: BTreeSet<(&str, &str)> = BTreeSet::new();
    for session in sessions {
        let (mentor, status) = (text(&session["mentor"], "id"), text(session, "status"));
        if session["terms"]["paid"].is_object() && students.insert((mentor, text(&session["mentee"], "id"))) {
            add(mentor, "students", 1);
        }
        if status == "completed" {
            add(mentor, "sessions", 1);
        }
        let Some(amount) = owed(session) else { continue };
        add(mentor, "earnings", 1);
        match status {
            "confirmed" => add(mentor, "pending", amount),
            "completed" => ["earned", "balance"].into_iter().for_each(|name| add(mentor, name, amount)),
            _ => {}
        }
    }
    for withdrawal in things.of("aspirex#WITHDRAWAL#", "WITHDRAWAL") {
        let (mentor, amount) = (text(&withdrawal["mentor"], "id"), number(withdrawal, "amount"));
        if text(withdrawal, "status") == "rejected" {
            continue;
        }
        add(mentor, "withdrawn", amount);
        if text(withdrawal, "status") == "pending" {
            add(mentor, "asked", amount);
        }
    }
    for (mentor, mut sums) in sums {
        let taken = sums.get("withdrawn").copied().unwrap_or(0);
        *sums.entry("balance").or_default() -= taken;
        let partition = format!("aspirex#MENTOR#{mentor}");
        let purse = things.all.iter().find(|item| text(item, "pk") == partition && text(item, "sk") == "PURSE");
        let purse = purse.cloned().unwrap_or_default();
        for name in ["students", "sessions", "earnings", "pending", "earned", "withdrawn", "asked", "balance"] {
            let (told, expected) = (purse[name].as_i64().unwrap_or(0), sums.get(name).copied().unwrap_or(0));
            findings.check("purses equal sessions and withdrawals", told == expected, || {
                format!("{mentor}'s {name}: {told} is told, {expected} it is")
            });
        }
        let balance = purse["balance"].as_i64().unwrap_or(0);
        findings.check("nobody takes out more than he earned", balance >= 0, || format!("{mentor}'s balance is {balance}"));
    }
}
