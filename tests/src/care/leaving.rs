//! Leaving, and what is left afterwards. How the rest is removed, see `super::removal`.

use super::{NOBODY, text};
use crate::{
    harness::App,
    input::{quiet_flow, unchanged},
    scenes::{PASSWORD, Person, feedback},
};
use domain::{Product, account::Membership};
use jiff::SignedDuration;
use serde_json::{Value, json};

/// A mentee who has left traces everywhere: a confirmed session, a pending request, feedback, a mock, orders.
pub(super) struct Rooted {
    pub(super) mentee: Person,
    pub(super) mentor: Person,
    pub(super) confirmed: String,
    pub(super) pending: String,
    pub(super) arranged: String,
    pub(super) assessed: Value,
}

pub(super) async fn rooted(app: &App, name: &str) -> Rooted {
    let admin = app.admin().await;
    let mentor = app.another_mentor(&format!("{name}-mentor")).await;
    let mentee = app.paid_mentee(name, "growth").await;
    app.post("/api/admin/assign-mentor", &admin, json!({ "mentee_id": mentee.id, "mentor_id": mentor.id })).await.ok();
    let company = app.company().await;
    let slots = [600, 720, 840].map(|start| app.add_slot(&admin, 20, start, 60));
    let slots = futures::future::join_all(slots).await;
    let book = async |slot: &String| {
        let body = json!({ "company_id": company, "slot_ids": [slot], "additional_notes": format!("Notes of {name}"), "specific_topics": [format!("Topic of {name}")] });
        text(&app.post("/api/mentee/booking-request", &mentee.token, body).await.ok()["id"])
    };
    let assessed = book(&slots[0]).await;
    app.confirm(&admin, &assessed, &mentor.id, &slots[0]).await.ok();
    let mock = app.get("/api/mentee/mocks", &mentee.token).await.ok()[0].clone();
    let mut about = feedback(&mock);
    about["strengths"] = json!(format!("Words about {name}"));
    app.post("/api/mentor/feedback", &mentor.token, about).await.ok();
    let confirmed = book(&slots[1]).await;
    app.confirm(&admin, &confirmed, &mentor.id, &slots[1]).await.ok();
    let pending = book(&slots[2]).await;
    let at = app::Clock::now(&*app.local.clock).plus(SignedDuration::from_hours(24 * 30));
    let body = json!({ "mentee_id": mentee.id, "mentor_id": mentor.id, "scheduled_at": at });
    let arranged = text(&app.post("/api/mocks", &admin, body).await.ok()["id"]);
    let order = json!({ "plan_id": "growth", "phone": "+91 98765 43210", "struggle": format!("Struggle of {name}") });
    app.order(Some(&mentee.token), order).await;
    let words = json!({ "content": "Where to start?", "category": "technical", "title": "Graphs", "tags": [] });
    let post = text(&app.post("/api/community/posts", &mentee.token, words).await.ok()["id"]);
    let report = json!({ "reason": "Off topic" });
    for reporter in [&admin, &mentor.token] {
        app.post(&format!("/api/community/posts/{post}/report"), reporter, report.clone()).await.ok();
    }
    let comment = json!({ "post_id": post, "content": "Found it" });
    app.post("/api/community/comments", &mentee.token, comment).await.ok();
    let resume = json!({ "resume_text": "Ten years of graphs", "target_role": format!("Role of {name}") });
    app.post("/api/ai-tools/resume-analysis", &mentee.token, resume).await.ok();
    app.drain().await;
    Rooted { mentee, mentor, confirmed, pending, arranged, assessed: mock }
}

#[tokio::test]
async fn whoever_leaves_is_out_at_once_and_forgotten_soon() {
    quiet_flow(async |app| {
        let Rooted { mentee, mentor, confirmed, pending, arranged, assessed } = rooted(app, "quitter").await;
        let admin = app.admin().await;
        app.delete_me(&mentee.token, PASSWORD).await.ok();
        // At once.
        app.get("/api/auth/me", &mentee.token).await.refused(401, "INVALID_TOKEN");
        app.login_later(&mentee.email, PASSWORD).await.refused(401, "INVALID_CREDENTIALS");
        let mentees = app.get("/api/admin/mentees", &admin).await.ok();
        assert!(!mentees.to_string().contains(&mentee.id));
        assert!(app.items(&format!("EMAIL#{}", mentee.email)).await.is_empty());
        app.drain().await;
        let [mail] = &app.local.inbox.mails(Some(&mentee.email), Some("is deleted"))[..] else { panic!("one last mail") };
        assert!(mail.text.contains("Mentee quitter"), "{}", mail.text);
        let mails = app.local.inbox.mails(Some(&mentee.email), None).len();

        app.forgotten().await;
        for name in ["quitter@example.com", "Mentee quitter", "of quitter", "about quitter", "98765"] {
            let left = app.items_saying(name).await;
            assert!(left.is_empty(), "{name} stands in {left:#?}");
        }
        assert_eq!(app.local.inbox.mails(Some(&mentee.email), None).len(), mails, "nothing more is mailed to him");
        assert!(app.due("erase_member").await.is_empty());
        assert!(app.items(&format!("codementee#NOTICES#{}", mentee.id)).await.is_empty());
        let account = app.items(&format!("ACCOUNT#{}", mentee.id)).await;
        let left: Vec<_> = account.iter().map(|item| item["sk"].as_s().unwrap().as_str()).collect();
        assert_eq!(left, ["DEPARTURE#codementee"]);
        // What was open is off, and the mentor knows; what took place stays his.
        let bookings = app.get("/api/admin/booking-requests", &admin).await.ok();
        for booking in bookings.as_array().unwrap().iter().filter(|one| one["mentee_id"] == mentee.id.as_str()) {
            let open = [&confirmed, &pending].iter().any(|open| booking["id"] == open.as_str());
            assert_eq!((&booking["mentee_name"], booking["status"] == "cancelled"), (&json!(NOBODY), open), "{booking}");
            assert_eq!((&booking["additional_notes"], &booking["mentor_name"]), (&json!(""), &json!("Mentor quitter-mentor")));
        }
        assert_eq!(app.local.inbox.mails(Some(&mentor.email), Some("ancelled")).len(), 3);
        let mocks = app.get("/api/mentor/mocks", &mentor.token).await.ok();
        let of = |id: &Value| mocks.as_array().unwrap().iter().find(|mock| mock["id"] == *id).unwrap().clone();
        assert_eq!(
            (of(&json!(arranged))["status"].clone(), of(&assessed["id"])["status"].clone()),
            (json!("cancelled"), json!("completed"))
        );
        assert!(mocks.as_array().unwrap().iter().all(|mock| mock["mentee_name"] == NOBODY), "{mocks}");
        let given = app.get("/api/mentor/feedbacks", &mentor.token).await.ok();
        assert_eq!((&given[0]["strengths"], &given[0]["communication"]), (&json!(""), &json!(5)));
        // Money stays, without a name.
        let orders = app.get("/api/admin/orders", &admin).await.ok();
        let paid =
            orders.as_array().unwrap().iter().find(|order| order["status"] == "paid" && order["user_id"] == mentee.id.as_str());
        let paid = paid.unwrap();
        assert_eq!((&paid["name"], &paid["phone"], &paid["amount"]), (&json!(NOBODY), &json!(""), &json!(499_900)));
        assert!(paid["razorpay_payment_id"].is_string() && paid["paid_at"].is_string());
        // What he said among others stays, as nobody's.
        let posts = app.get("/api/community/posts", &admin).await.ok();
        assert_eq!((&posts[0]["content"], &posts[0]["author_name"]), (&json!("Where to start?"), &json!(NOBODY)));
        let talk = app.get(&format!("/api/community/posts/{}/comments", text(&posts[0]["id"])), &admin).await.ok();
        assert_eq!((&talk[0]["content"], &talk[0]["author_name"]), (&json!("Found it"), &json!(NOBODY)));
        // His calendar and his links are free.
        assert_eq!(app.held_quarters("codementee#CALENDAR#").await.len(), 2 * 4, "those of the session that took place");
    })
    .await;
}

#[tokio::test]
async fn an_address_may_be_registered_again_at_once_by_a_stranger_to_the_old_things() {
    quiet_flow(async |app| {
        let Rooted { mentee, .. } = rooted(app, "phoenix").await;
        app.post("/api/auth/delete-account", &mentee.token, json!({ "password": PASSWORD })).await.ok();
        let anew = app.free_mentee("phoenix").await;
        assert_ne!(anew.id, mentee.id);
        app.forgotten().await;
        let token = text(&app.login_later(&anew.email, PASSWORD).await.ok()["access_token"]);
        let me = app.get("/api/auth/me", &token).await.ok();
        assert_eq!((&me["name"], &me["status"]), (&json!("Mentee phoenix"), &json!("Free")));
        for list in ["booking-requests", "mocks", "feedbacks"] {
            assert_eq!(app.get(&format!("/api/mentee/{list}"), &token).await.ok(), json!([]), "{list}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_mentor_who_leaves_takes_his_slots_and_nobody_s_feedback_with_him() {
    quiet_flow(async |app| {
        let Rooted { mentee, mentor, confirmed, pending, .. } = rooted(app, "pupil").await;
        let admin = app.admin().await;
        let own = json!({ "date": "2090-01-01", "start_time": "10:00", "end_time": "11:00", "mentor_id": mentor.id });
        let own = text(&app.post("/api/admin/time-slots", &admin, own).await.ok()["id"]);
        let blocked = json!({ "date": "2090-01-02", "start_time": "10:00", "end_time": "11:00", "mentor_id": mentor.id });
        let blocked = text(&app.post("/api/admin/time-slots", &admin, blocked).await.ok()["id"]);
        app.put(&format!("/api/admin/time-slots/{blocked}"), &admin, json!({ "status": "blocked" })).await.ok();
        app.delete_me(&mentor.token, PASSWORD).await.ok();
        app.forgotten().await;
        for name in ["pupil-mentor@example.com", "Mentor pupil-mentor"] {
            let left = app.items_saying(name).await;
            assert!(left.is_empty(), "{name} stands in {left:#?}");
        }
        let token = text(&app.login_later(&mentee.email, PASSWORD).await.ok()["access_token"]);
        let bookings = app.get("/api/mentee/booking-requests", &token).await.ok();
        for booking in bookings.as_array().unwrap() {
            let open = [&confirmed, &pending].iter().any(|open| booking["id"] == open.as_str());
            assert_eq!((&booking["mentor_name"], booking["status"] == "cancelled"), (&json!(NOBODY), open), "{booking}");
        }
        let feedback = app.get("/api/mentee/feedbacks", &token).await.ok();
        assert_eq!((&feedback[0]["mentor_name"], &feedback[0]["strengths"]), (&json!(NOBODY), &json!("Words about pupil")));
        assert!(app.get("/api/auth/me", &token).await.ok()["mentor_id"].is_null());
        let slots = app.get("/api/admin/time-slots", &admin).await.ok();
        let left = [&own, &blocked].map(|slot| slots.to_string().contains(slot));
        assert_eq!(left, [false, false], "only he could have held them");
        // What he reported waits for the moderators as before.
        let post = text(&app.get("/api/community/posts", &admin).await.ok()[0]["id"]);
        let dossier = app.get(&format!("/api/admin/community/posts/{post}"), &admin).await.ok();
        let reports = dossier["reports"].as_array().unwrap().iter();
        let his: Vec<_> = reports.filter(|report| report["reporter_id"] == mentor.id.as_str()).collect();
        assert!(his.len() == 1 && his[0]["reporter_name"] == NOBODY && his[0]["reason"] == "Off topic", "{dossier}");
        // Two of three mock interviews came back.
        let items = app.items(&format!("ACCOUNT#{}", mentee.id)).await;
        let plan = items.iter().find_map(|item| item.get("plan")).unwrap().as_m().unwrap()["left"].as_m().unwrap();
        assert_eq!(plan["mock_interviews"].as_n().unwrap(), "2");
    })
    .await;
}

#[tokio::test]
async fn a_wrong_password_deletes_nothing_and_one_admin_stays() {
    quiet_flow(async |app| {
        let (mentee, admin) = (app.free_mentee("hesitant").await, app.admin().await);
        unchanged(app, async || {
            app.delete_me(&mentee.token, "wrong").await.refused(403, "WRONG_PASSWORD");
            app.delete_me(&mentee.token, "").await.refused(403, "WRONG_PASSWORD");
            app.delete("/api/auth/me", &mentee.token).await.refused(422, "VALIDATION_FAILED");
            app.delete_me(&admin, &app.local.demo_password).await.refused(409, "LAST_ADMIN");
        })
        .await;
        app.get("/api/auth/me", &mentee.token).await.ok();
        let second = app.another_admin("second").await;
        app.delete_me(&second.token, PASSWORD).await.ok();
        app.delete_me(&admin, &app.local.demo_password).await.refused(409, "LAST_ADMIN");
    })
    .await;
}

#[tokio::test]
async fn an_account_stays_for_the_other_product_and_may_come_back() {
    quiet_flow(async |app| {
        let Rooted { mentee, .. } = rooted(app, "half").await;
        let (store, id) = (&app.local.platform.store, mentee.id.parse().unwrap());
        let here = store.membership(Product::Codementee, id).await.unwrap().unwrap().value;
        let there = Membership { product: Product::Mansa, plan: None, ..here.clone() };
        store.join(&there, None, &store::Record::default()).await.unwrap();
        app.delete_me(&mentee.token, PASSWORD).await.ok();
        app.get("/api/auth/me", &mentee.token).await.refused(401, "INVALID_TOKEN");
        assert_eq!(app.items(&format!("EMAIL#{}", mentee.email)).await.len(), 1);
        let again = json!({ "name": "Back Again", "email": mentee.email, "password": PASSWORD });
        app.local.clock.advance(SignedDuration::from_secs(5)).unwrap();
        // Not while the old things are being removed: they would take the new ones with them.
        app.post_public("/api/auth/register-free", again.clone()).await.refused(400, "EMAIL_TAKEN");
        app.forgotten().await;
        let account = app.items(&format!("ACCOUNT#{}", mentee.id)).await;
        assert!(account.iter().all(|item| !item["sk"].as_s().unwrap().starts_with("SESSION#")), "{account:?}");
        let left = store.membership(Product::Mansa, id).await.unwrap().unwrap().value;
        assert_eq!(left.name.as_str(), "Mentee half");
        let back = app.post_public("/api/auth/register-free", again).await.ok();
        assert_eq!((&back["user"]["id"], &back["user"]["status"]), (&json!(mentee.id), &json!("Free")));
        let token = text(&back["access_token"]);
        assert_eq!(app.get("/api/mentee/booking-requests", &token).await.ok(), json!([]));
        // He is told things again.
        app.drain().await;
        assert_eq!(app.local.inbox.mails(Some(&mentee.email), Some("Welcome to Codementee")).len(), 2);
    })
    .await;
}

#[tokio::test]
async fn what_comes_after_leaving_changes_nothing_for_nobody() {
    quiet_flow(async |app| {
        let Rooted { mentee, .. } = rooted(app, "late").await;
        let order = app.order(Some(&mentee.token), json!({ "plan_id": "growth" })).await;
        let token = {
            app.ask_for_email(&mentee, "later@example.com").await.ok();
            app.email_tokens("later@example.com").await.remove(0)
        };
        app.delete_me(&mentee.token, PASSWORD).await.ok();
        app.confirm_email(&token).await.refused(400, "LINK_EXPIRED");
        // He pays all the same: a person must look, and no account comes of it.
        let payment = app.pay(&order);
        app.send_webhook(&app.local.provider.webhook("payment.captured", &payment)).await.ok();
        app.drain().await;
        assert_eq!(app.published("PaymentMismatched"), 1);
        assert!(app.items("EMAIL#late@example.com").await.is_empty());
        app.forgotten().await;
        assert!(app.items_saying("late@example.com").await.is_empty());
        app.verify(None, &payment).await.refused(409, "PAYMENT_MISMATCH");
    })
    .await;
}

#[tokio::test]
async fn figures_count_whoever_left_no_more() {
    quiet_flow(async |app| {
        let admin = app.admin().await;
        let stats = async || {
            app.drain().await;
            app.get("/api/admin/stats", &admin).await.ok()
        };
        let people = async || {
            app.drain().await;
            let analytics = app.get("/api/admin/analytics", &admin).await.ok();
            let dashboard = app.get("/api/mentor/dashboard", &app.mentor().await).await.ok();
            (analytics["mentees_by_tier"].clone(), dashboard["mentees_count"].clone())
        };
        let (before, people_before) = (stats().await, people().await);
        let payer = app.paid_mentee("counted-payer", "growth").await;
        let body = json!({ "mentee_id": payer.id, "mentor_id": app.mentor_id(&admin).await });
        app.post("/api/admin/assign-mentor", &admin, body).await.ok();
        let people_with_him = people().await;
        assert!(people_with_him.0 != people_before.0 && people_with_him.1 != people_before.1);
        app.delete_me(&payer.token, PASSWORD).await.ok();
        assert_eq!(people().await, people_before);
        let before = Some(stats().await).filter(|now| now["total_mentees"] == before["total_mentees"]).unwrap();
        let (mentee, mentor) = (app.free_mentee("counted").await, app.another_mentor("counted-mentor").await);
        app.put(&format!("/api/admin/mentees/{}/status", mentee.id), &admin, json!({ "status": "Paused" })).await.ok();
        assert_ne!(stats().await, before);
        app.delete_me(&mentee.token, PASSWORD).await.ok();
        app.delete_me(&mentor.token, PASSWORD).await.ok();
        assert_eq!(stats().await, before);
    })
    .await;
}

#[tokio::test]
async fn that_another_admin_stays_is_a_condition_of_leaving() {
    quiet_flow(async |app| {
        let (first, second) = (app.free_mentee("first").await, app.free_mentee("second").await);
        let (store, product, now) = (&app.local.platform.store, Product::Codementee, app::Clock::now(&*app.local.clock));
        let who = store.everywhere(first.id.parse().unwrap()).await.unwrap().unwrap();
        let account_id = who.account.id;
        let departure = store::Departure { account_id, product, started_at: now, running: true };
        let due = store::DueWork { at: now, task: store::DueTask::EraseMember { product, account_id } };
        // He was there when he was looked for, and has left since.
        let leaving = store::Leaving {
            who: &who,
            product,
            remaining_admin: Some(second.id.parse().unwrap()),
            in_directory: false,
            earns: false,
        };
        app.delete_me(&second.token, PASSWORD).await.ok();
        unchanged(app, async || {
            let refused = store.leave_product(&leaving, &departure, &due, &store::Record::default()).await;
            assert!(matches!(refused, Err(store::TxError::Refused(store::LeaveRefused::AdminGone))), "{refused:?}");
        })
        .await;
    })
    .await;
}
