//! Another address: asked for, proven, changed everywhere.

use super::text;
use crate::{
    harness::App,
    input::{quiet_flow, unchanged},
    scenes::{PASSWORD, Person},
};
use domain::Product;
use jiff::SignedDuration;
use serde_json::json;

/// How many mails an address has.
fn mails(app: &App, to: &str) -> usize {
    app.local.inbox.mails(Some(to), None).len()
}

#[tokio::test]
async fn an_address_is_changed_once_its_reader_has_confirmed_it() {
    quiet_flow(async |app| {
        let person = app.paid_mentee("mover", "growth").await;
        let other_device = text(&app.login_later(&person.email, PASSWORD).await.ok()["access_token"]);
        app.ask_for_email(&person, " New@Example.com ").await.ok();
        let token = app.email_tokens("new@example.com").await.remove(0);
        let warned = app.local.inbox.mails(Some(&person.email), Some("Another address"));
        assert!(warned.len() == 1 && warned[0].text.contains("new@example.com"), "{warned:?}");
        // Asking changes nothing.
        assert_eq!(app.get("/api/auth/me", &person.token).await.ok()["email"], "mover@example.com");
        app.login_later("new@example.com", PASSWORD).await.refused(401, "INVALID_CREDENTIALS");

        let page = app.http.get(format!("{}/api/auth/confirm-email?token={token}", app.local.url)).send().await.unwrap();
        assert_eq!((page.status().as_u16(), page.headers()["referrer-policy"].to_str().unwrap()), (200, "no-referrer"));
        assert!(page.text().await.unwrap().contains("<form"));
        assert_eq!(app.get("/api/auth/me", &person.token).await.ok()["email"], "mover@example.com", "opening it changes nothing");

        app.confirm_email(&token).await.ok();
        for old in [&person.token, &other_device] {
            app.get("/api/auth/me", old).await.refused(401, "INVALID_TOKEN");
        }
        app.login_later(&person.email, PASSWORD).await.refused(401, "INVALID_CREDENTIALS");
        let me = app.login_later("new@example.com", PASSWORD).await.ok();
        assert_eq!((&me["user"]["id"], &me["user"]["email"]), (&json!(person.id), &json!("new@example.com")));
        assert_eq!(me["user"]["plan_id"], "growth");
        app.confirm_email(&token).await.refused(400, "LINK_EXPIRED");
        // Both addresses are told, and the old one is free.
        app.drain().await;
        for address in [&person.email, "new@example.com"] {
            assert_eq!(app.local.inbox.mails(Some(address), Some("was changed")).len(), 1, "{address}");
        }
        let store = &app.local.platform.store;
        let (account, _) = store.account(person.id.parse().unwrap(), Product::Codementee).await.unwrap().unwrap();
        assert!(account.email_proven);
        let again = json!({ "name": "Second Owner", "email": person.email, "password": PASSWORD });
        app.post_public("/api/auth/register-free", again).await.ok();
    })
    .await;
}

#[tokio::test]
async fn the_answer_is_the_same_whoever_has_the_address_and_its_owner_is_told() {
    quiet_flow(async |app| {
        let (asker, owner) = (app.free_mentee("asker").await, app.free_mentee("owner").await);
        app.drain().await;
        let before = mails(app, &owner.email);
        let free = app.ask_for_email(&asker, "free@example.com").await;
        let taken = app.ask_for_email(&asker, &owner.email).await;
        assert_eq!((free.status, free.body), (taken.status, taken.body));
        app.drain().await;
        assert_eq!(app.email_tokens("free@example.com").await.len(), 1);
        assert!(app.email_tokens(&owner.email).await.is_empty(), "no link to what is somebody else's");
        assert_eq!(mails(app, &owner.email), before + 1);
        assert_eq!(app.local.inbox.mails(Some(&owner.email), Some("was asked for")).len(), 1);
        let told = app.local.inbox.mails(Some(&owner.email), Some("was asked for")).remove(0);
        assert!(!told.text.contains("asker"), "it does not say by whom: {}", told.text);
    })
    .await;
}

#[tokio::test]
async fn what_is_wrong_changes_nothing() {
    quiet_flow(async |app| {
        let (person, other) = (app.free_mentee("careful").await, app.free_mentee("bystander").await);
        app.ask_for_email(&person, "mine@example.com").await.ok();
        let token = app.email_tokens("mine@example.com").await.remove(0);
        let (account, secret) = token.split_once('.').unwrap();
        let foreign = format!("ce_{}.{secret}", other.id);
        let other_kind = token.replacen("ce_", "sp_", 1);
        let ask = async |body| app.post("/api/auth/change-email", &person.token, body).await;
        unchanged(app, async || {
            ask(json!({ "new_email": "x@example.com" })).await.refused(403, "WRONG_PASSWORD");
            ask(json!({ "new_email": "x@example.com", "password": "wrong" })).await.refused(403, "WRONG_PASSWORD");
            ask(json!({ "new_email": person.email, "password": PASSWORD })).await.refused(422, "VALIDATION_FAILED");
            ask(json!({ "new_email": "no address", "password": PASSWORD })).await.refused(422, "VALIDATION_FAILED");
            for bad in ["", "ce_", account, &format!("{account}.{}", "A".repeat(43)), &foreign, &other_kind] {
                app.confirm_email(bad).await.refused(400, "LINK_EXPIRED");
            }
            // Nor does it set a password.
            app.set_password(&token, "another-password").await.refused(400, "LINK_EXPIRED");
            app.set_password(&other_kind, "another-password").await.refused(400, "LINK_EXPIRED");
        })
        .await;
        app.local.clock.advance(SignedDuration::from_hours(24)).unwrap();
        app.confirm_email(&token).await.refused(400, "LINK_EXPIRED");
        assert_eq!(app.items("EMAIL#mine@example.com").await.len(), 0);
    })
    .await;
}

#[tokio::test]
async fn links_from_before_are_worth_nothing_after_a_change() {
    quiet_flow(async |app| {
        let person = app.free_mentee("links").await;
        app.post_public("/api/auth/forgot-password", json!({ "email": person.email })).await.ok();
        let by_password = app.mailed_tokens(&person.email).await.remove(0);
        app.ask_for_email(&person, "first@example.com").await.ok();
        app.ask_for_email(&person, "second@example.com").await.ok();
        let first = app.email_tokens("first@example.com").await.remove(0);
        let second = app.email_tokens("second@example.com").await.remove(0);
        app.confirm_email(&second).await.ok();
        app.confirm_email(&first).await.refused(400, "LINK_EXPIRED");
        app.set_password(&by_password, "another-password").await.refused(400, "LINK_EXPIRED");
        // Even if nothing had swept them away: a link for a password is good only as long as the address is.
        let person =
            Person { token: text(&app.login_later("second@example.com", PASSWORD).await.ok()["access_token"]), ..person };
        app.post_public("/api/auth/forgot-password", json!({ "email": "second@example.com" })).await.ok();
        let token = app.mailed_tokens("second@example.com").await.remove(0);
        let kept = app.items(&format!("ACCOUNT#{}", person.id)).await;
        let kept = kept.into_iter().find(|item| item["sk"].as_s().unwrap().starts_with("TOKEN#set_password")).unwrap();
        app.local.clock.advance(SignedDuration::from_mins(30)).unwrap();
        app.change_email(&person, "third@example.com").await;
        let client = app.local.platform.aws.dynamodb();
        client.put_item().table_name("platform").set_item(Some(kept)).send().await.unwrap();
        app.set_password(&token, "another-password").await.refused(400, "LINK_EXPIRED");
        app.login_later("third@example.com", PASSWORD).await.ok();
    })
    .await;
}

#[tokio::test]
async fn a_new_password_makes_a_mailed_link_to_another_address_worthless() {
    quiet_flow(async |app| {
        let person = app.free_mentee("robbed").await;
        app.ask_for_email(&person, "thief@example.com").await.ok();
        let stolen = app.email_tokens("thief@example.com").await.remove(0);
        app.post_public("/api/auth/forgot-password", json!({ "email": person.email })).await.ok();
        let token = app.mailed_tokens(&person.email).await.remove(0);
        app.set_password(&token, "another-password").await.ok();
        app.confirm_email(&stolen).await.refused(400, "LINK_EXPIRED");
        app.login_later(&person.email, "another-password").await.ok();
    })
    .await;
}

#[tokio::test]
async fn a_mail_that_goes_out_only_after_a_new_password_has_no_link_to_another_address() {
    quiet_flow(async |app| {
        let person = app.free_mentee("robbed").await;
        app.post_public("/api/auth/forgot-password", json!({ "email": person.email })).await.ok();
        let token = app.mailed_tokens(&person.email).await.remove(0);
        // Nothing is mailed before it is drained, as when mail fails and is tried again later.
        app.ask_for_email(&person, "thief@example.com").await.ok();
        app.set_password(&token, "another-password").await.ok();
        app.drain().await;
        assert_eq!((app.published("EmailChangeRequested"), mails(app, "thief@example.com")), (1, 0));
        let account = app.items(&format!("ACCOUNT#{}", person.id)).await;
        assert!(account.iter().all(|item| !item["sk"].as_s().unwrap().starts_with("TOKEN#")), "{account:?}");
    })
    .await;
}

#[tokio::test]
async fn an_address_changes_only_when_no_password_was_set_since_it_was_asked_for() {
    quiet_flow(async |app| {
        let person = app.free_mentee("hasty").await;
        app.ask_for_email(&person, "elsewhere@example.com").await.ok();
        app.local.clock.advance(SignedDuration::from_mins(10)).unwrap();
        let link = app.email_tokens("elsewhere@example.com").await.remove(0);
        let account = app.items(&format!("ACCOUNT#{}", person.id)).await;
        let kept = account.into_iter().find(|item| item["sk"].as_s().unwrap().starts_with("TOKEN#change_email")).unwrap();
        let asked = app.local.bus.events().into_iter().find(|event| event.detail_type == "EmailChangeRequested").unwrap();
        assert_eq!(asked.detail["occurred_at"], kept["asked_at"].as_s().unwrap().as_str(), "not when it was mailed");
        app.post_public("/api/auth/forgot-password", json!({ "email": person.email })).await.ok();
        let token = app.mailed_tokens(&person.email).await.remove(0);
        app.set_password(&token, PASSWORD).await.ok();
        // The mail was on its way when the password was set, so that its token came only afterwards.
        let client = app.local.platform.aws.dynamodb();
        client.put_item().table_name("platform").set_item(Some(kept)).send().await.unwrap();
        app.confirm_email(&link).await.refused(400, "LINK_EXPIRED");
        let token = text(&app.login_later(&person.email, PASSWORD).await.ok()["access_token"]);
        app.change_email(&Person { token, ..person }, "elsewhere@example.com").await;
    })
    .await;
}

#[tokio::test]
async fn mail_goes_to_the_address_that_somebody_has_now() {
    quiet_flow(async |app| {
        let admin = app.admin().await;
        let mentee = app.paid_mentee("roams", "growth").await;
        let slot = app.add_slot(&admin, 20, 600, 60).await;
        let booking = app.book(&mentee, &app.company().await, &[&slot]).await;
        app.change_email(&mentee, "roamed@example.com").await;
        app.drain().await;
        let before = mails(app, &mentee.email);
        let mentor = app.mentor_id(&admin).await;
        app.confirm(&admin, &booking, &mentor, &slot).await.ok();
        app.drain().await;
        assert_eq!(mails(app, &mentee.email), before, "the request was made under the old address");
        for reader in ["roamed@example.com", "mentor@codementee.com"] {
            let mails = app.local.inbox.mails(Some(reader), Some("Confirmed"));
            let [mail] = &mails[..] else { panic!("{reader}: {mails:?}") };
            let invitation = mail.attachments[0].content.replace("\r\n ", "");
            assert!(invitation.contains("mailto:roamed@example.com") && !invitation.contains(&mentee.email), "{invitation}");
        }
    })
    .await;
}

#[tokio::test]
async fn every_membership_has_the_new_address() {
    quiet_flow(async |app| {
        let person = app.free_mentee("twofold").await;
        let id = person.id.parse().unwrap();
        let store = &app.local.platform.store;
        let (account, _) = store.account(id, Product::Codementee).await.unwrap().unwrap();
        let now = app::Clock::now(&*app.local.clock);
        let (email, name) = (account.email.clone(), account.name.clone());
        let member = domain::account::Membership::new(id, Product::Mansa, email, name, domain::account::Role::Mentee, now);
        store.join(&member, None, &store::Record::default()).await.unwrap();
        app.change_email(&person, "both@example.com").await;
        for product in [Product::Codementee, Product::Mansa] {
            let member = store.membership(product, id).await.unwrap().unwrap();
            assert_eq!((member.value.email.as_str(), member.rev()), ("both@example.com", 1), "{product}");
        }
        // A membership that was made of the account as it was is not made any more.
        let late = domain::account::Membership { product: Product::AspireX, ..member };
        assert!(store.join(&late, None, &store::Record::default()).await.is_err());
    })
    .await;
}

#[tokio::test]
async fn asking_is_limited_for_account_and_address() {
    quiet_flow(async |app| {
        let (person, other) = (app.free_mentee("eager").await, app.free_mentee("eager-too").await);
        for n in 0..3 {
            app.local.clock.advance(SignedDuration::from_secs(2)).unwrap();
            app.ask_for_email(&person, &format!("eager{n}@example.com")).await.ok();
        }
        app.local.clock.advance(SignedDuration::from_secs(2)).unwrap();
        let answer = app.ask_for_email(&person, "eager3@example.com").await;
        assert!(answer.headers.contains_key("retry-after"));
        answer.refused(429, "RATE_LIMITED");
        // An address is mailed no more often for being asked for by several.
        app.post_public("/api/auth/forgot-password", json!({ "email": "eager0@example.com" })).await.ok();
        app.ask_for_email(&other, "eager0@example.com").await.ok();
        app.ask_for_email(&other, "eager0@example.com").await.refused(429, "RATE_LIMITED");
        // Nor may a password be tried without end.
        let guess = async |n: usize| {
            let body = json!({ "new_email": "z@example.com", "password": format!("guess-{n}") });
            app.post("/api/auth/change-email", &other.token, body).await.status
        };
        let mut statuses = Vec::new();
        for n in 0..8 {
            statuses.push(guess(n).await);
        }
        assert!(statuses.contains(&429) && statuses.iter().all(|status| [403, 429].contains(status)), "{statuses:?}");
    })
    .await;
}
