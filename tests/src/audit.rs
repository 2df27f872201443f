//! Who changed what: an admin's write leaves one record of it, and what was refused leaves none.

use crate::{
    calls::{Answer, read},
    faces,
    harness::App,
    input::{NOTHING, Tokens, quiet_flow},
    openapi::{Operation, operations_of},
    scenes::PASSWORD,
};
use aws_sdk_dynamodb::types::AttributeValue;
use domain::{Product, text::Email};
use serde_json::{Value, json};
use std::collections::{BTreeSet, HashMap};

/// A write that can be carried out: whom or what it is about, with which body, and what its record calls it.
struct Write {
    id: String,
    body: Value,
    action: &'static str,
}

fn write(action: &'static str, id: impl Into<String>, body: Value) -> Write {
    Write { id: id.into(), body, action }
}

fn id_of(thing: &Value) -> String {
    thing["id"].as_str().unwrap().to_owned()
}

/// People and things of their own for each write.
struct Scene<'a> {
    app: &'a App,
    admin: &'a str,
    /// A name that nobody else has.
    name: String,
    /// A day on which nothing else happens.
    day: i64,
}

impl Scene<'_> {
    async fn mentor(&self) -> String {
        self.app.mentor_id(self.admin).await
    }

    async fn pending(&self) -> (String, String) {
        let mentee = self.app.paid_mentee(&self.name, "growth").await;
        let slot = self.app.add_slot(self.admin, self.day, 600, 60).await;
        (self.app.book(&mentee, &self.app.company().await, &[&slot]).await, slot)
    }

    async fn confirmed(&self) -> Value {
        let (booking, slot) = self.pending().await;
        self.app.confirm(self.admin, &booking, &self.mentor().await, &slot).await.ok()
    }

    async fn created(&self, path: &str, body: Value) -> Value {
        self.app.post(path, self.admin, body).await.ok()
    }

    fn link(&self) -> Value {
        json!({ "link": format!("https://meet.google.com/aud-{:04}-itx", self.day), "name": "" })
    }

    fn slot(&self) -> Value {
        json!({ "date": "2090-01-01", "start_time": "10:00", "end_time": "11:00" })
    }

    fn plan(&self) -> Value {
        json!({ "plan_id": format!("plan-{}", self.day), "name": "Plan", "price": 100_000, "duration_months": 1 })
    }

    /// What it takes to carry an operation out; None when it is not known here.
    async fn of_operation(&self, operation: &Operation) -> Option<Write> {
        match operation.product {
            Product::Codementee => {}
            Product::LeadBridge => return self.of_leadbridge(operation.id()).await,
            Product::Mansa => return self.of_mansa(operation.id()).await,
            Product::AspireX => return self.of_aspirex(operation.id()).await,
        }
        let operation = operation.id();
        match self.about_people(operation).await {
            None => self.about_things(operation).await,
            write => write,
        }
    }

    async fn of_aspirex(&self, operation: &str) -> Option<Write> {
        Some(match operation {
            "accounts_change_user" => {
                let mentor = self.app.waiting_mentor(&self.name).await;
                write("mentor.verified", mentor.id, json!({ "is_approved": true }))
            }
            "accounts_set_admin" => {
                let student = self.app.student(&self.name).await;
                write("user.role_changed", student.id, json!({ "admin": true }))
            }
            "sessions_settle_claim_as_admin" => {
                let session = self.claimed(self.day).await;
                write("session_booking.payment_found", session, json!({ "accepted": true }))
            }
            "sessions_cancel_session" => {
                let session = self.claimed(self.day).await;
                write("session_booking.cancelled", session, json!({ "reason": "Ill" }))
            }
            "sessions_complete_session" => {
                let session = self.claimed(1).await;
                let accepted = json!({ "accepted": true });
                self.app.ax_post(&format!("/admin/sessions/{session}/settle/"), self.admin, accepted).await.ok();
                self.app.local.clock.advance(jiff::SignedDuration::from_hours(48)).unwrap();
                write("session_booking.completed", session, json!({}))
            }
            "sessions_pay_out" => write("withdrawal.decided", self.withdrawal().await, json!({ "transaction_id": "UTR-7" })),
            "sessions_refuse" => write("withdrawal.decided", self.withdrawal().await, json!({ "admin_notes": "No bank" })),
            "community_moderate_post" => {
                let post = self.made("/community/posts/", json!({ "text": "Buy this" })).await;
                write("post.hidden", post, json!({ "action": "hide", "reason": "Advertising" }))
            }
            "community_moderate_comment" => {
                let post = self.made("/community/posts/", json!({ "text": "Ask here" })).await;
                let comment = self.made("/community/comment/", json!({ "post_id": post, "text": "Buy this" })).await;
                write("comment.deleted", comment, json!({ "action": "delete", "reason": "Advertising" }))
            }
            "community_respond" => {
                let asked = self.made("/chat/customer-service/", json!({ "message": "How is it done?" })).await;
                write("support.answered", asked, json!({ "response": "Like this" }))
            }
            "accounts_set_status" => write("site.status_changed", "", json!({ "maintenance_mode": false, "message": "Open" })),
            _ => return None,
        })
    }

    /// Something that the admin wrote at AspireX.
    async fn made(&self, path: &str, body: Value) -> String {
        let made = self.app.ax_post(path, self.admin, body).await;
        assert_eq!(made.status, 201, "{path}: {}", made.body);
        id_of(&made.body)
    }

    /// A session whose student says that he has paid for it.
    async fn claimed(&self, day: i64) -> String {
        let mentor = self.app.paid_mentor(&format!("{}.m", self.name), 80).await;
        let student = self.app.student(&format!("{}.s", self.name)).await;
        self.app.claim(&student, &mentor, day, &format!("UPI-{}", self.name)).await
    }

    /// A mentor's open wish to be paid out.
    async fn withdrawal(&self) -> String {
        let mentor = self.app.paid_mentor(&format!("{}.m", self.name), 80).await;
        let student = self.app.student(&format!("{}.s", self.name)).await;
        let session = self.app.agreed(&student, &mentor, self.day, "10:00").await;
        self.app.complete_now(&session).await;
        let asked = self.app.withdraw(&mentor, 60).await;
        asked.body["withdrawal"]["id"].as_str().unwrap().to_owned()
    }

    async fn of_mansa(&self, operation: &str) -> Option<Write> {
        let member = json!({ "email": format!("{}@example.com", self.name), "name": "Ada Audited", "membershiptype": "student" });
        Some(match operation {
            "mentorship_put_member" => write("directory_entry.created", "", member),
            "mentorship_import_members" => write("directory_entry.created", "", json!({ "members": [member] })),
            "mentorship_change_member" => {
                let made = self.created("/mansa/api/v1/members", member).await;
                write("directory_entry.updated", id_of(&made), json!({ "city": "Accra" }))
            }
            "mentorship_approve" => {
                let mentor = self.app.insider(self.admin, &self.name, "mentor").await;
                let profile = json!({ "bio": "b".repeat(60), "expertise": ["Rust"], "timezone": "UTC" });
                self.app.patch("/mansa/api/v1/mentorship/mentors/me", &mentor.token, profile).await.ok();
                write("mentor_profile.decided", mentor.id, json!({}))
            }
            "mentorship_decide" => {
                let mentor = self.app.insider(self.admin, &self.name, "mentor").await;
                write("mentor_profile.decided", mentor.id, json!({ "is_approved": false, "reason": "Say more" }))
            }
            "mentorship_reject" => {
                let mentor = self.app.insider(self.admin, &self.name, "mentor").await;
                write("mentor_profile.decided", mentor.id, json!({ "reason": "Say more" }))
            }
            _ => return None,
        })
    }

    async fn of_leadbridge(&self, operation: &str) -> Option<Write> {
        Some(match operation {
            "admin_manage_user" => {
                let user = self.app.bridge_user(&self.name).await;
                write("member.status_changed", user.id, json!({ "status": "paused" }))
            }
            "admin_verify_mentor" => {
                let mentor = self.app.bridge_pending_mentor(&self.name).await;
                write("mentor.verified", mentor.id, json!({ "status": "APPROVED", "reason": "Known to us" }))
            }
            "admin_verify_lead" => {
                let event = self.app.demo_event().await;
                let user = self.app.bridge_user(&self.name).await;
                let lead = self.app.book_event(&user, &event, "not a number").await;
                write("lead.decided", crate::leadbridge::bare(&lead), json!({ "status": "VERIFIED", "reason": "Called back" }))
            }
            _ => return None,
        })
    }

    async fn about_people(&self, operation: &str) -> Option<Write> {
        Some(match operation {
            "admin_assign_mentor" => {
                let mentee = self.app.free_mentee(&self.name).await;
                write("mentee.assigned", "", json!({ "mentee_id": mentee.id, "mentor_id": self.mentor().await }))
            }
            "admin_reschedule_booking" => {
                let other = self.app.add_slot(self.admin, self.day, 720, 60).await;
                write("booking.rescheduled", self.pending().await.0, json!({ "slot_id": other }))
            }
            "admin_cancel_booking" => write("booking.cancelled", self.pending().await.0, Value::Null),
            "admin_confirm_booking" => {
                let (booking, slot) = self.pending().await;
                let mentor = self.mentor().await;
                let body = json!({ "booking_request_id": booking, "mentor_id": mentor, "confirmed_slot_id": slot });
                write("booking.confirmed", "", body)
            }
            "admin_set_admin" => {
                let mentee = self.app.free_mentee(&self.name).await;
                write("user.role_changed", mentee.id, json!({ "admin": true }))
            }
            "admin_update_mentee_status" | "admin_update_mentee_status_2" => {
                let mentee = self.app.free_mentee(&self.name).await;
                write("mentee.status_changed", mentee.id, json!({ "status": "Paused" }))
            }
            "admin_create_mentor" => {
                let email = format!("{}@example.com", self.name);
                write("mentor.created", "", json!({ "name": "Made Mentor", "email": email, "password": PASSWORD }))
            }
            "admin_update_mentor_status" => {
                let email = format!("{}@example.com", self.name);
                let body = json!({ "name": "Paused Mentor", "email": email, "password": PASSWORD });
                let mentor = self.created("/api/admin/mentors", body).await;
                write("mentor.status_changed", id_of(&mentor), json!({ "status": "Paused" }))
            }
            "admin_verify_mentor" => {
                let email = format!("{}@example.com", self.name);
                let body = json!({ "name": "New Mentor", "email": email, "password": PASSWORD, "role": "mentor" });
                self.app.post_public("/api/auth/register", body).await.ok();
                let mentors = self.app.get("/api/admin/mentors", self.admin).await.ok();
                let mentor = mentors.as_array().unwrap().iter().find(|mentor| mentor["email"] == email.as_str()).unwrap();
                write("mentor.verified", id_of(mentor), json!({ "status": "APPROVED" }))
            }
            "admin_complete_mock" => {
                let mock = self.confirmed().await["mock_id"].as_str().unwrap().to_owned();
                write("mock.completed", mock, Value::Null)
            }
            "admin_moderate_post" => {
                let post = self.created("/api/community/posts", json!({ "content": "Buy this" })).await;
                write("post.hidden", id_of(&post), json!({ "action": "hide", "reason": "Advertising" }))
            }
            "admin_moderate_comment" => {
                let post = self.created("/api/community/posts", json!({ "content": "Ask here" })).await;
                let body = json!({ "post_id": post["id"], "content": "Buy this" });
                let comment = self.created("/api/community/comments", body).await;
                write("comment.deleted", id_of(&comment), json!({ "action": "delete", "reason": "Advertising" }))
            }
            "interviews_create_mock" => {
                let mentee = self.app.free_mentee(&self.name).await;
                let at = format!("2091-01-{:02}T10:00:00Z", self.day % 28 + 1);
                let body = json!({ "mentee_id": mentee.id, "mentor_id": self.mentor().await, "scheduled_at": at });
                write("mock.scheduled", "", body)
            }
            _ => return None,
        })
    }

    async fn about_things(&self, operation: &str) -> Option<Write> {
        Some(match operation {
            "admin_create_company" => write("company.added", "", json!({ "name": "Example Labs" })),
            "admin_update_company" => {
                let company = self.created("/api/admin/companies", json!({ "name": "Old Name" })).await;
                write("company.changed", id_of(&company), json!({ "name": "New Name" }))
            }
            "admin_delete_company" => {
                let company = self.created("/api/admin/companies", json!({ "name": "Short Lived" })).await;
                write("company.deleted", id_of(&company), Value::Null)
            }
            "admin_create_link" => write("meet_link.added", "", self.link()),
            "admin_delete_link" => {
                let link = self.created("/api/admin/meet-links", self.link()).await;
                write("meet_link.deleted", id_of(&link), Value::Null)
            }
            "admin_rename_link" => {
                let link = self.created("/api/admin/meet-links", self.link()).await;
                write("meet_link.renamed", id_of(&link), json!({ "name": "Corner Room" }))
            }
            "admin_release_link" => {
                let address = self.confirmed().await["meeting_link"].clone();
                let links = self.app.get("/api/admin/meet-links", self.admin).await.ok();
                let held = links.as_array().unwrap().iter().find(|link| link["link"] == address).unwrap();
                write("meet_link.released", id_of(held), Value::Null)
            }
            "admin_create_plan" => write("plan.added", "", self.plan()),
            "admin_update_plan" | "admin_delete_plan" => {
                let plan = self.plan();
                self.created("/api/admin/pricing-plans", plan.clone()).await;
                let (action, body) =
                    if operation == "admin_update_plan" { ("plan.changed", plan.clone()) } else { ("plan.deleted", Value::Null) };
                write(action, plan["plan_id"].as_str().unwrap(), body)
            }
            "admin_refund_order" => {
                let mentee = self.app.free_mentee(&self.name).await;
                let order = self.app.order(Some(&mentee.token), json!({ "plan_id": "growth" })).await;
                self.app.verify(Some(&mentee.token), &self.app.pay(&order)).await.ok();
                let orders = self.app.get("/api/admin/orders", self.admin).await.ok();
                let ours = orders.as_array().unwrap().iter().find(|one| one["razorpay_order_id"] == order.as_str()).unwrap();
                write("order.refunding", id_of(ours), Value::Null)
            }
            "admin_create_slot" => write("slot.added", "", self.slot()),
            "admin_update_slot" => {
                let slot = self.created("/api/admin/time-slots", self.slot()).await;
                write("slot.blocked", id_of(&slot), json!({ "status": "blocked" }))
            }
            "admin_delete_slot" => {
                let slot = self.created("/api/admin/time-slots", self.slot()).await;
                write("slot.deleted", id_of(&slot), Value::Null)
            }
            _ => return None,
        })
    }
}

/// The writes at a face that only an admin may do.
fn admin_writes(product: Product) -> Vec<Operation> {
    operations_of(product).into_iter().filter(|operation| operation.method != "get" && operation.roles() == ["admin"]).collect()
}

async fn send(app: &App, operation: &Operation, id: &str, token: &str, body: &Value) -> Answer {
    let path = operation.local_path().replace("{id}", id);
    let mut request = app.http.request(operation.method(), format!("{}{path}", app.local.url)).bearer_auth(token);
    if !body.is_null() {
        request = request.json(body);
    }
    let answer = read(request).await;
    crate::openapi::check(operation, &answer);
    answer
}

type Item = HashMap<String, AttributeValue>;

/// The records by their keys.
async fn records(app: &App, product: Product) -> Vec<Item> {
    app.items(&format!("{product}#AUDIT#")).await
}

/// The records that are not among others.
async fn new_records(app: &App, product: Product, before: &[Item]) -> Vec<Item> {
    let mut records = records(app, product).await;
    records.retain(|record| !before.contains(record));
    records
}

fn text<'a>(item: &'a Item, name: &str) -> &'a str {
    item[name].as_s().unwrap()
}

#[tokio::test]
async fn every_write_of_an_admin_leaves_one_record_and_a_refused_one_none() {
    quiet_flow(async |app| {
        app.add_links(&app.admin().await, 8).await;
        for product in Product::ALL {
            every_write_of_a_face(app, product).await;
        }
    })
    .await;
}

async fn every_write_of_a_face(app: &App, product: Product) {
    if admin_writes(product).is_empty() {
        return;
    }
    let tokens = &Tokens::of_face(app, product).await;
    let admin = Email::parse(&faces::address(product, "admin")).unwrap();
    let admin_id = app.local.platform.store.account_by_email(&admin, product).await.unwrap().unwrap().0.id.to_string();
    let mut unknown = BTreeSet::new();
    for (day, operation) in (20..).zip(admin_writes(product)) {
        let scene = Scene { app, admin: &tokens.admin, name: format!("{product}{day}"), day };
        let Some(Write { id, body, action }) = scene.of_operation(&operation).await else {
            unknown.insert(operation.id());
            continue;
        };
        let before = records(app, product).await;
        for token in [&tokens.mentor, &tokens.mentee] {
            send(app, &operation, &id, token, &body).await.refused(403, "INSUFFICIENT_PERMISSIONS");
        }
        let invalid = if operation.body().is_some() { json!({}) } else { Value::Null };
        let refused = send(app, &operation, NOTHING, &tokens.admin, &invalid).await;
        assert!([404, operation.broken_rule()].contains(&refused.status), "{}: {}", operation.id(), refused.body);
        if operation.has_id() {
            let refused = send(app, &operation, NOTHING, &tokens.admin, &body).await;
            assert_eq!(refused.status, 404, "{}: {}", operation.id(), refused.body);
        }
        assert_eq!(new_records(app, product, &before).await, Vec::<Item>::new(), "{} was refused", operation.id());

        let answer = send(app, &operation, &id, &tokens.admin, &body).await;
        let request_id = answer.headers["x-request-id"].to_str().unwrap().to_owned();
        assert!(answer.status < 300, "{}: {}", operation.id(), answer.body);
        let left = new_records(app, product, &before).await;
        assert_eq!(left.len(), 1, "{} left {left:?}", operation.id());
        let record = &left[0];
        let actor = record["actor"].as_m().unwrap();
        assert_eq!((text(actor, "kind"), text(actor, "id")), ("account", admin_id.as_str()), "{}", operation.id());
        assert_eq!((text(record, "action"), text(record, "request_id")), (action, request_id.as_str()));
        let about = text(record, "subject").split_once(':').unwrap().1;
        assert!(!operation.has_id() || about == id, "{}: {record:?}", operation.id());
    }
    assert!(unknown.is_empty(), "writes of an admin that nobody tried: {unknown:?}");
}
