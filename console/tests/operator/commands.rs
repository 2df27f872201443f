//! Every command once.

use crate::{
    harness::{Operator, id},
    products,
};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// `noun verb` of every command there is.
fn leaves() -> BTreeSet<String> {
    let command = console::command();
    let mut leaves = BTreeSet::new();
    for noun in command.get_subcommands() {
        let verbs: Vec<_> = noun.get_subcommands().map(|verb| format!("{} {}", noun.get_name(), verb.get_name())).collect();
        leaves.extend(if verbs.is_empty() { vec![noun.get_name().to_owned()] } else { verbs });
    }
    leaves
}

#[tokio::test(flavor = "multi_thread")]
async fn every_command_does_what_it_says() {
    let operator = &Operator::signed_in().await;
    assert_eq!(operator.json(&["whoami"]).await["role"], "admin");
    catalog(operator).await;
    slots_and_links(operator).await;
    people(operator).await;
    sessions(operator).await;
    money_and_events(operator).await;
    whole(operator).await;
    products::mansa(operator).await;
    products::leadbridge(operator).await;
    let seen = operator.seen.lock().unwrap().clone();
    // What has words of its own behind it is seen by its first word.
    let known = |leaf: &String| seen.contains(leaf) || seen.iter().any(|seen| seen.split(' ').next() == Some(leaf));
    let missing: Vec<_> = leaves().into_iter().filter(|leaf| !known(leaf)).collect();
    assert!(missing.is_empty(), "never run: {missing:?}");
}

async fn catalog(operator: &Operator) {
    let created = operator
        .json(&[
            "companies",
            "create",
            "--name",
            "Acme",
            "--category",
            "startup",
            "--track",
            "sde",
            "--track",
            "sde2",
            "--level",
            "mid",
        ])
        .await;
    let company = &id(&created);
    assert_eq!(created["interview_tracks"], json!(["sde", "sde2"]));
    let changed = operator.json(&["companies", "update", company, "--name", "Acme Labs"]).await;
    assert_eq!((&changed["name"], &changed["category"]), (&json!("Acme Labs"), &json!("startup")), "the rest stays");
    assert_eq!(operator.json(&["companies", "show", company]).await["name"], "Acme Labs");
    let table = operator.run(&["companies", "list", "--all"]).await.ok();
    assert!(table.starts_with("ID") && table.contains("Acme Labs") && table.lines().count() == 12, "{table}");
    let dry = operator.json(&["companies", "delete", company, "--dry-run"]).await;
    let done = operator.json(&["companies", "delete", company, "--yes"]).await;
    assert_eq!((&dry["results"][0]["outcome"], &done["results"][0]["outcome"]), (&json!("would_be_done"), &json!("done")));
    let names = |report: &Value| report.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&dry), names(&done));
    operator.run(&["companies", "show", company]).await.refused(3, "no company");

    let plan =
        ["plans", "create", "--plan-id", "short", "--name", "Short", "--price", "9900", "--months", "1", "--ai-tools", "all"];
    assert_eq!(operator.json(&plan).await["limits"]["ai_tools"], "all");
    operator.run(&plan).await.refused(5, "PLAN_EXISTS");
    let changed = operator.json(&["plans", "update", "short", "--active", "false"]).await;
    assert_eq!((&changed["is_active"], &changed["price"]), (&json!(false), &json!(9900)));
    assert_eq!(operator.json(&["plans", "show", "short"]).await["name"], "Short");
    operator.json(&["plans", "delete", "short", "--yes"]).await;
    let csv = operator.run(&["plans", "list", "--output", "csv"]).await.ok();
    assert!(csv.starts_with("plan_id,name,price") && csv.lines().count() == 7, "{csv}");
}

async fn slots_and_links(operator: &Operator) {
    let slot =
        ["slots", "create", "--date", "2090-01-02", "--start", "12:30", "--end", "13:30", "--tz", "UTC", "--type", "coding"];
    let created = operator.json(&slot).await;
    assert_eq!((&created["start_time"], &created["timezone"]), (&json!("18:00"), &json!("Asia/Kolkata")));
    let slot = &id(&created);
    assert_eq!(operator.json(&["slots", "block", slot]).await["status"], "blocked");
    let blocked = operator.json(&["slots", "list", "--status", "blocked", "--from", "2090-01-01"]).await;
    assert_eq!(id(&blocked[0]), *slot);
    operator.json(&["slots", "unblock", slot]).await;
    assert_eq!(operator.json(&["slots", "show", slot]).await["status"], "available");
    operator.json(&["slots", "delete", slot, "--yes"]).await;
    let series = [
        "slots",
        "create-series",
        "--from",
        "2090-02-01",
        "--to",
        "2090-02-28",
        "--weekdays",
        "mon,wed",
        "--start",
        "18:00",
        "--end",
        "19:00",
        "--tz",
        "Asia/Kolkata",
        "--skip",
        "2090-02-13",
    ];
    let dry = operator.json(&[&series[..], &["--dry-run"]].concat()).await;
    let [first, again] = [operator.json(&series).await, operator.json(&series).await];
    assert_eq!((&dry["done"], &first["done"], &first["failed"]), (&json!(7), &json!(7), &json!(0)), "{dry} {first}");
    assert_eq!((&again["done"], &again["unchanged"]), (&json!(0), &json!(7)));

    let link =
        operator.json(&["meet-links", "create", "--link", "https://meet.google.com/aaa-bbbb-ccc", "--name", "Spare"]).await;
    let link = &id(&link);
    assert_eq!(operator.json(&["meet-links", "update", link, "--name", "Other"]).await["name"], "Other");
    assert_eq!(operator.json(&["meet-links", "show", link]).await["status"], "available");
    operator.json(&["meet-links", "release", link, "--yes"]).await;
    assert_eq!(operator.json(&["meet-links", "list"]).await.as_array().unwrap().len(), 4);
    operator.json(&["meet-links", "delete", link, "--yes"]).await;
}

async fn people(operator: &Operator) {
    let mentor = operator.json(&["mentors", "create", "--name", "Made Mentor", "--email", "made@example.com"]).await;
    let mentor = &id(&mentor);
    assert_eq!(operator.json(&["mentors", "reject", mentor, "--yes"]).await["done"], 1);
    let rejected = operator.json(&["mentors", "list", "--verification", "REJECTED"]).await;
    assert_eq!(id(&rejected[0]), *mentor);
    assert_eq!(operator.json(&["mentors", "approve", mentor]).await["verification_status"], "APPROVED");
    operator.json(&["mentors", "pause", mentor, "--yes"]).await;
    assert_eq!(operator.json(&["mentors", "show", mentor]).await["status"], "Paused");
    operator.run(&["users", "make-admin", mentor, "--yes"]).await.refused(5, "MEMBER_NOT_ACTIVE");
    operator.json(&["mentors", "activate", mentor]).await;

    let mentee = operator.json(&["mentees", "list", "--limit", "1"]).await;
    let mentee = &id(&mentee[0]);
    operator.json(&["mentees", "assign", mentee, "--mentor", mentor]).await;
    assert_eq!(operator.json(&["mentees", "show", mentee]).await["mentor_id"], mentor.as_str());
    operator.json(&["mentees", "unassign", mentee, "--yes"]).await;
    operator.json(&["mentees", "set-status", mentee, "--status", "Applied"]).await;
    operator.json(&["mentees", "pause", mentee, "--yes"]).await;
    operator.json(&["mentees", "activate", mentee]).await;
    // Whoever is no mentee is a mentor.
    for one in [mentee, mentor] {
        operator.json(&["users", "pause", one, "--yes"]).await;
        assert_eq!(operator.json(&["users", "show", one]).await["status"], "Paused");
        operator.json(&["users", "activate", one]).await;
    }
    let admin = id(&operator.json(&["whoami"]).await);
    operator.run(&["users", "remove-admin", &admin, "--yes"]).await.refused(5, "LAST_ADMIN");
    for (verb, role) in [("make-admin", "admin"), ("remove-admin", "mentor")] {
        operator.json(&["users", verb, mentor, "--yes"]).await;
        let users = operator.json(&["users", "list", "--all"]).await;
        let found = users.as_array().unwrap().iter().find(|user| user["id"] == mentor.as_str()).unwrap().clone();
        assert_eq!(found["role"], role);
    }
}

async fn sessions(operator: &Operator) {
    let mentee = operator.token("mentee@codementee.com").await;
    let mentor = operator.json(&["mentors", "list", "--all"]).await;
    let mentor = mentor.as_array().unwrap().iter().find(|mentor| mentor["email"] == "mentor@codementee.com").unwrap().clone();
    let mentor = &id(&mentor);
    let slots = operator.json(&["slots", "list", "--status", "available", "--limit", "3"]).await;
    let [first, second, third] = [0, 1, 2].map(|n| id(&slots[n]));
    let booking = &operator.asked(&mentee, &[&first]).await;
    assert_eq!(operator.json(&["bookings", "list", "--status", "pending"]).await[0]["id"], booking.as_str());
    operator.json(&["bookings", "reschedule", booking, "--slot", &second, "--slot", &third]).await;
    let confirmed = operator.json(&["bookings", "confirm", booking, "--mentor", mentor, "--slot", &second]).await;
    assert!(confirmed["meeting_link"].is_string(), "{confirmed}");
    operator
        .run(&["bookings", "confirm", booking, "--mentor", mentor, "--slot", &second])
        .await
        .refused(5, "BOOKING_NOT_PENDING");
    assert_eq!(operator.json(&["bookings", "show", booking]).await["status"], "confirmed");
    let mock = confirmed["mock_id"].as_str().unwrap();
    assert_eq!(operator.json(&["mocks", "show", mock]).await["status"], "scheduled");
    operator.json(&["mocks", "complete", mock]).await;
    let other = &operator.asked(&mentee, &[&third]).await;
    operator.json(&["bookings", "cancel", other, "--yes"]).await;

    let mentee_id = operator.json(&["bookings", "show", booking]).await["mentee_id"].as_str().unwrap().to_owned();
    let arranged = ["mocks", "create", "--mentee", &mentee_id, "--mentor", mentor, "--at", "2091-01-01T10:00:00Z"];
    let arranged = id(&operator.json(&arranged).await);
    operator.json(&["mocks", "cancel", &arranged, "--yes"]).await;
    assert_eq!(operator.json(&["mocks", "list"]).await.as_array().unwrap().len(), 2);

    let words = json!({
        "mock_id": mock, "problem_solving": 4, "communication": 5, "technical_depth": 4, "code_quality": 3, "overall": 4,
        "strengths": "Clear", "improvements": "Depth", "hireability": "Hire", "action_items": "Graphs",
    });
    let token = operator.token("mentor@codementee.com").await;
    let feedback = operator.call(reqwest::Method::POST, "/api/mentor/feedback", Some(&token), words).await;
    assert_eq!(operator.json(&["feedbacks", "show", &id(&feedback)]).await["overall"], 4);
    assert_eq!(operator.json(&["feedbacks", "list"]).await.as_array().unwrap().len(), 1);
}

async fn money_and_events(operator: &Operator) {
    let mentee = operator.token("free@codementee.com").await;
    let order =
        operator.call(reqwest::Method::POST, "/api/payment/create-order", Some(&mentee), json!({ "plan_id": "growth" })).await;
    let order = order["razorpay_order_id"].as_str().unwrap();
    let trigger = ["webhooks", "trigger", "payment.captured", "--order", order, "--local"];
    let sent = operator.json(&[&trigger[..], &["--bad-signature"]].concat()).await;
    assert_eq!((sent[0]["status"].as_u64(), &sent[0]["taken"]), (Some(400), &json!(false)));
    let sent = operator.json(&[&trigger[..], &["--duplicate", "3", "--reorder", "7", "--late-authorised"]].concat()).await;
    assert_eq!(sent.as_array().unwrap().len(), 12);
    operator.local.pump.drain().await;
    assert_eq!(operator.json(&["orders", "show", order]).await["status"], "paid");
    assert_eq!(operator.json(&["orders", "list", "--status", "paid"]).await.as_array().unwrap().len(), 1);

    let webhooks = operator.json(&["webhooks", "list", "--local"]).await;
    assert_eq!(webhooks.as_array().unwrap().len(), 4, "each is kept once: {webhooks}");
    let webhook = &id(&webhooks[0]);
    assert_eq!(operator.json(&["webhooks", "show", webhook, "--local"]).await["body"]["entity"], "event");
    operator.json(&["webhooks", "resend", webhook, "--local"]).await;
    operator.json(&["webhooks", "replay", webhook, "--local"]).await;
    let published = operator.local.bus.events().len();
    operator.local.pump.drain().await;
    assert_eq!(operator.json(&["webhooks", "list", "--local"]).await.as_array().unwrap().len(), 4);

    assert_eq!(operator.json(&["outbox", "status", "--local"]).await["waiting"], 0);
    assert_eq!(operator.json(&["events", "list", "--local"]).await, json!([]));
    let span = ["--since", "2020-01-01T00:00:00Z", "--name", "BookingConfirmed", "--local"];
    operator.run(&[&["events", "list"], &span[..]].concat()).await.refused(2, "--yes");
    let events = operator.json(&[&["events", "list", "--yes"], &span[..]].concat()).await;
    let event = &id(&events[0]);
    assert_eq!((events.as_array().unwrap().len(), &events[0]["name"]), (1, &json!("BookingConfirmed")));
    let replayed = operator.json(&["events", "replay", event, "--local"]).await;
    assert_eq!(replayed["done"], 1);
    assert_eq!(operator.local.bus.events().len(), published + 1, "once more on the bus");
    operator.local.pump.drain().await;
    assert!(operator.local.bus.dead_letters().is_empty());
    refund(operator, order).await;
}

async fn refund(operator: &Operator, order: &str) {
    let paid = operator.json(&["orders", "show", order]).await;
    let dry = operator.json(&["orders", "refund", &id(&paid), "--dry-run"]).await;
    assert_eq!(dry["results"][0]["outcome"], "would_be_done");
}

async fn whole(operator: &Operator) {
    assert!(operator.json(&["stats", "show"]).await["total_users"].as_u64().unwrap() >= 5);
    operator.json(&["stats", "revenue"]).await;
    operator.json(&["stats", "analytics"]).await;
    let records = operator.json(&["audit", "list", "--all"]).await;
    assert!(records.as_array().unwrap().iter().any(|record| record["action"] == "user.role_changed"), "{records}");

    let companies = operator.file("companies.csv", "name,category\nImported,startup\n");
    assert_eq!(operator.json(&["import", "companies", &companies]).await["done"], 1);
    let out = operator.home.join("users.csv").to_str().unwrap().to_owned();
    let users = operator.json(&["export", "users", "--out", &out]).await["users"].as_u64().unwrap();
    assert_eq!(std::fs::read_to_string(&out).unwrap().lines().count() as u64, users + 1);
    operator.run(&["export", "users", "--out", &out]).await.refused(2, "--yes");

    let checks = operator.json(&["doctor", "--local"]).await;
    assert!(checks.as_array().unwrap().iter().all(|check| check["result"] == "ok"), "{checks}");
    assert_eq!(operator.local.bus.dead_letters().len(), 0);
    for shell in ["bash", "zsh", "fish"] {
        assert!(operator.run(&["completions", shell]).await.ok().contains("create-series"), "{shell}");
    }
    operator
        .run(&["admin", "bootstrap", "--email", "second@example.com", "--local"])
        .await
        .refused(5, "There is an admin already");
    assert!(operator.json(&["config", "explain"]).await.as_array().unwrap().len() >= 6);
    operator.json(&["config", "profiles"]).await;
    operator.run(&["config", "use", "default"]).await.ok();
    assert_eq!(operator.json(&["logout"]).await["signed_in"], false);
    operator.run(&["whoami"]).await.refused(4, "not signed in");
    operator.run(&["config", "remove", "default", "--yes"]).await.ok();
}
