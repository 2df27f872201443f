//! Contact data: nowhere in the clear, and every look at them noted.

use super::{PHONE, bare};
use crate::harness::{App, flow};
use app::{
    Context,
    leads::{ContactKeys, Leads},
};
use domain::Product;
use gateways::settings::Settings;
use serde_json::json;
use store::PageRequest;

/// What must not be found anywhere: the name, the message and the number, however it is grouped.
const SECRETS: [&str; 4] = ["Quillfeather", "call me after six", "12345 67890", "1234567890"];

/// Whether anything of the contact stands in the table, the bus or the mails.
async fn leaks(app: &App) -> Vec<String> {
    app.drain().await;
    let mut places: Vec<String> = app.items("").await.iter().map(|item| format!("{item:?}")).collect();
    places.extend(app.local.bus.events().iter().map(|event| format!("{event:?}")));
    places.retain(|place| SECRETS.iter().any(|secret| place.contains(secret)));
    places
}

#[tokio::test]
async fn contact_data_stand_nowhere_in_the_clear() {
    flow(async |app| {
        let (mentor, event) = (app.demo_mentor().await, app.demo_event().await);
        let user = app.bridge_user("hidden").await;
        let url = format!("{}/leadbridge/api/events/{event}/book", app.local.url);
        let request = app.http.post(url).header("Idempotency-Key", "once").bearer_auth(&user.token);
        let lead = crate::calls::read(request.json(&App::contact(&user, PHONE))).await.ok();
        let lead = lead["lead_id"].as_str().unwrap();
        let payment = app.pay(&app.order_lead(&mentor, lead).await);
        app.send_webhook(&app.local.provider.webhook("payment.captured", &payment)).await.ok();
        let word = serde_json::to_value(app.local.provider.checkout_answer(&payment)).unwrap();
        let url = format!("{}/leadbridge/api/mentor/payment-verify", app.local.url);
        let request = app.http.post(url).header("Idempotency-Key", "twice").bearer_auth(&mentor.token).json(&word);
        let shown = crate::calls::read(request).await.ok();
        assert!(SECRETS[..3].iter().all(|secret| shown.to_string().contains(secret)), "the buyer reads them: {shown}");
        app.bridge_get("/admin/leads", &app.bridge_admin().await).await.ok();
        assert_eq!(leaks(app).await, Vec::<String>::new());
        let kept = app.items(&format!("leadbridge#LEAD#{}", bare(lead))).await;
        assert!(kept.iter().any(|item| item.contains_key("contact")), "sealed, but there");
    })
    .await;
}

#[tokio::test]
async fn every_look_at_a_contact_leaves_a_record_that_names_the_lead() {
    flow(async |app| {
        let (mentor, event, admin) = (app.demo_mentor().await, app.demo_event().await, app.bridge_admin().await);
        let reveals = async || {
            let records = app.items("leadbridge#AUDIT#").await;
            records
                .iter()
                .filter(|item| item["action"].as_s().unwrap() == "lead.contact_revealed")
                .map(|item| format!("{item:?}"))
                .collect::<Vec<_>>()
        };
        let lead = app.verified_lead("watched", &event).await;
        app.bridge_get("/mentor/leads", &mentor.token).await.ok();
        assert_eq!(reveals().await.len(), 0, "nothing was shown");
        let payment = app.pay(&app.order_lead(&mentor, &lead).await);
        app.verify_lead_payment(&mentor, &payment).await.ok();
        assert_eq!(reveals().await.len(), 1);
        app.bridge_get("/mentor/leads", &mentor.token).await.ok();
        app.bridge_get("/admin/leads", &admin).await.ok();
        let found = reveals().await;
        assert_eq!(found.len(), 3);
        assert!(found.iter().all(|record| record.contains(&bare(&lead))));

        // A sale that a webhook told of first shows nothing; each answer to the browser afterwards does.
        let lead = app.verified_lead("told", &event).await;
        let payment = app.pay(&app.order_lead(&mentor, &lead).await);
        app.send_webhook(&app.local.provider.webhook("payment.captured", &payment)).await.ok();
        app.drain().await;
        assert_eq!(reveals().await.len(), 3);
        for shown in [4, 5] {
            assert_eq!(app.verify_lead_payment(&mentor, &payment).await.ok()["lead"]["status"], "PURCHASED");
            assert_eq!(reveals().await.len(), shown);
        }
        assert!(reveals().await.iter().filter(|record| record.contains(&bare(&lead))).count() == 2);
    })
    .await;
}

#[tokio::test]
async fn a_rotation_seals_every_contact_under_the_new_key() {
    flow(async |app| {
        let event = app.demo_event().await;
        for n in 0..5 {
            app.verified_lead(&format!("rotated{n}"), &event).await;
        }
        let store = &app.local.platform.store;
        let old = app.local.environment["LEADBRIDGE_CONTACT_KEY"].as_str();
        let rotated = [("LEADBRIDGE_CONTACT_KEY", "another-contact-key"), ("LEADBRIDGE_CONTACT_KEY_PREVIOUS", old)];
        let keys = ContactKeys::from_settings(&Settings::from_values(rotated)).unwrap();
        let (id, leads) = (keys.current_id().to_owned(), Leads::new(store.clone(), keys));
        let cx = Context::system(Product::LeadBridge, app::Clock::now(&*app.local.clock));
        let (mut resealed, mut page) = (0, PageRequest::first(2));
        loop {
            let done = leads.reseal(&cx, page).await.unwrap();
            resealed += done.resealed;
            let Some(next) = done.next else { break };
            page = PageRequest { limit: 2, after: Some(next) };
        }
        assert_eq!(resealed, 5);
        assert_eq!(leads.reseal(&cx, PageRequest::first(100)).await.unwrap().resealed, 0, "doing it twice changes nothing");
        let contacts: Vec<_> =
            app.items("leadbridge#LEAD#").await.into_iter().filter_map(|mut item| item.remove("contact")).collect();
        assert!(contacts.len() == 5 && contacts.iter().all(|contact| contact.as_m().unwrap()["key_id"].as_s().unwrap() == &id));
        let alone = Settings::from_values([("LEADBRIDGE_CONTACT_KEY", "another-contact-key")]);
        let leads = Leads::new(store.clone(), ContactKeys::from_settings(&alone).unwrap());
        let all = leads.all(&cx, None, PageRequest::first(100)).await.unwrap();
        let shown = leads.shown_to_admin(&cx, all).await.unwrap();
        assert!(shown.items.iter().all(|lead| lead.contact.as_ref().unwrap().name.as_str() == "Zelda Quillfeather"));
        // The running server still has the old key alone: it says so, and shows nothing.
        let answer = app.bridge_get("/admin/leads", &app.bridge_admin().await).await;
        assert_eq!((answer.status, &answer.body["code"]), (500, &json!("INTERNAL")));
    })
    .await;
}
