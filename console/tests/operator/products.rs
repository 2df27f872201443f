//! The other products: signing in by a mailed code, the member directory, contact data under a new key.

use crate::harness::{Operator, Ran};
use app::{
    Context,
    leads::{ContactKeys, Leads},
};
use domain::{
    Product, Span,
    account::Member,
    lead::Contact,
    public_event::PublicEvent,
    text::{Email, Line, PersonName, Prose},
};
use serde_json::json;
use std::process::Stdio;
use store::{Direction, PageRequest};
use tokio::io::AsyncWriteExt;

const ADMIN: &str = "admin@mansa.example";

/// Runs a command with a line on standard input.
async fn telling(operator: &Operator, args: &[&str], line: &str) -> Ran {
    let mut child = operator.command(args).stdin(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(format!("{line}\n").as_bytes()).await.unwrap();
    operator.read(args, child.wait_with_output().await.unwrap())
}

/// Signs the admin of Mansa in, under a profile of his own.
async fn sign_in_by_code(operator: &Operator) {
    let login = ["login", "--product", "mansa", "--profile", "mansa", "--email", ADMIN];
    operator.run(&login).await.refused(2, "--code-stdin");
    operator.local.clock.advance(jiff::SignedDuration::from_mins(6)).unwrap();
    let sent = operator.run(&[&login[..], &["--send-code", "--output", "json"]].concat()).await.json();
    assert_eq!(sent, json!({ "email": ADMIN, "code_sent": true }));
    operator.local.pump.drain().await;
    let text = operator.local.inbox.mails(Some(ADMIN), None).remove(0).text;
    let code = text.split(|c: char| !c.is_ascii_digit()).find(|digits| digits.len() == 6).unwrap().to_owned();
    let wrong = if code == "000000" { "000001" } else { "000000" };
    let by_code = [&login[..], &["--code-stdin"]].concat();
    telling(operator, &by_code, wrong).await.refused(2, "INVALID_CODE");
    operator.local.clock.advance(jiff::SignedDuration::from_secs(2)).unwrap();
    telling(operator, &by_code, &code).await.ok();
}

/// What Mansa has.
pub async fn mansa(operator: &Operator) {
    sign_in_by_code(operator).await;
    let at = ["--profile", "mansa"];
    assert_eq!(operator.json(&[&["whoami"], &at[..]].concat()).await["email"], ADMIN);
    let rows = "email,name,membershiptype,city\nada@example.com,Ada Member,mentor,Oslo\nbo@example.com,Bo Member,student,\n";
    let file = operator.file("members.csv", rows);
    let import = [&["import", "members", &file], &at[..]].concat();
    let dry = operator.json(&[&import[..], &["--dry-run"]].concat()).await;
    let (done, again) = (operator.json(&import).await, operator.json(&import).await);
    assert_eq!((&dry["done"], &done["done"], &again["done"], &again["unchanged"]), (&json!(2), &json!(2), &json!(0), &json!(2)));
    let wrong = operator.file("wrong.csv", "email,name\nnot-an-address,Ada\n");
    operator.run(&[&["import", "members", &wrong], &at[..]].concat()).await.refused(2, "line 2");
    operator.run(&[&["members", "list", "--all"], &at[..]].concat()).await.ok();
    let put = ["members", "put", "--email", "ada@example.com", "--name", "Ada Member", "--city", "Bergen"];
    operator.run(&[&put[..], &at[..]].concat()).await.ok();
    let all = operator.json(&[&["members", "list", "--all"], &at[..]].concat()).await;
    let ada = all.as_array().unwrap().iter().find(|member| member["email"] == "ada@example.com").unwrap();
    assert_eq!((&ada["city"], &ada["membershiptype"]), (&json!("Bergen"), &json!("mentor")), "the rest stays");
    operator.run(&[&["members", "show", ada["id"].as_str().unwrap()], &at[..]].concat()).await.ok();
    operator.run(&["import", "members", &file, "--product", "codementee"]).await.refused(2, "--product mansa");
    operator.run(&[&["logout"], &at[..]].concat()).await.ok();
}

/// A lead of LeadBridge's, sealed as the server seals it.
async fn sealed_lead(operator: &Operator) {
    let platform = &operator.local.platform;
    let (store, now) = (&platform.store, app::Clock::now(&*operator.local.clock));
    let email = Email::parse("user@leadbridge.com").unwrap();
    let (account, membership) = store.account_by_email(&email, Product::LeadBridge).await.unwrap().unwrap();
    let by = Member { account, membership: membership.unwrap().value };
    let none: Option<fn(&PublicEvent) -> bool> = None;
    let events = store
        .public_events(Product::LeadBridge, (Span::default(), Direction::EarliestFirst), PageRequest::first(1), none)
        .await
        .unwrap();
    let contact = Contact {
        name: PersonName::parse("Uma User").unwrap(),
        email,
        phone: Line::parse("+911234567890").unwrap(),
        message: Prose::parse("Call me").unwrap(),
    };
    let leads = Leads::new(store.clone(), ContactKeys::from_settings(&platform.settings).unwrap());
    leads.book(&Context::system(Product::LeadBridge, now), &by, events.items[0].id, &contact).await.unwrap();
}

/// What LeadBridge has.
pub async fn leadbridge(operator: &Operator) {
    sealed_lead(operator).await;
    let rotate = ["leads", "rotate-keys", "--product", "leadbridge", "--output", "json"];
    operator.run(&[&rotate[..], &["--local"]].concat()).await.refused(2, "--yes");
    let same = operator.run(&[&rotate[..], &["--local", "--yes"]].concat()).await.json();
    assert_eq!(same["sealed"], 0, "nothing is sealed anew under the same key");
    // As with AWS credentials: the settings stand in the environment, and the key is another one.
    let mut environment = operator.local.environment.clone();
    let old = environment.insert("LEADBRIDGE_CONTACT_KEY".to_owned(), "another-contact-key".to_owned()).unwrap();
    environment.insert("LEADBRIDGE_CONTACT_KEY_PREVIOUS".to_owned(), old);
    let environment: Vec<_> = environment.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let dry = operator.with(&[&rotate[..], &["--dry-run"]].concat(), &environment).await.json();
    let done = operator.with(&[&rotate[..], &["--yes"]].concat(), &environment).await.json();
    let again = operator.with(&[&rotate[..], &["--yes"]].concat(), &environment).await.json();
    assert_eq!((&dry["sealed"], &done["sealed"], &again["sealed"]), (&json!(1), &json!(1), &json!(0)));
    assert_eq!((&dry["dry_run"], &done["interrupted"]), (&json!(true), &json!(false)));
    operator.run(&["leads", "rotate-keys", "--local", "--yes"]).await.refused(2, "--product leadbridge");
}
