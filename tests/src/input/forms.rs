//! The routes that read a JSON body, each with a body that it understands.

use super::{NOTHING, Tokens, ask};
use crate::{
    calls::Answer,
    harness::App,
    scenes::{PASSWORD, feedback},
};
use reqwest::{Body, Method};
use serde_json::{Value, json};

/// A route that reads a JSON body, a body that it understands, and what its fields must be.
pub struct Form {
    pub method: Method,
    pub path: String,
    pub who: &'static str,
    pub body: Value,
    pub required: &'static [&'static str],
    /// Optional, but never null.
    pub not_null: &'static [&'static str],
    /// Texts, with the most characters that they may have.
    pub longest: &'static [(&'static str, usize)],
}

impl Form {
    fn post(who: &'static str, path: &str, body: Value, required: &'static [&'static str]) -> Self {
        Self { method: Method::POST, path: path.to_owned(), who, body, required, not_null: &[], longest: &[] }
    }

    fn put(path: &str, body: Value, required: &'static [&'static str]) -> Self {
        Self { method: Method::PUT, ..Self::post("admin", path, body, required) }
    }

    /// The body with a field set to something else.
    pub fn with(&self, field: &str, value: Value) -> Value {
        let mut body = self.body.clone();
        body[field] = value;
        body
    }

    /// The body with some of its fields.
    pub fn only(&self, keep: impl Fn(&str) -> bool) -> Value {
        self.body.as_object().unwrap().iter().filter(|(field, _)| keep(field)).map(|(k, v)| (k.clone(), v.clone())).collect()
    }

    pub async fn send(&self, app: &App, tokens: &Tokens, body: impl Into<Body>) -> Answer {
        ask(app, self.method.clone(), &self.path, tokens.of(self.who), body).await
    }

    /// Bodies that are wrong in one field, with that field.
    pub fn wrong(&self) -> Vec<(&str, Value)> {
        let mut wrong = Vec::new();
        for field in self.required {
            wrong.push((*field, self.only(|other| other != *field)));
        }
        for field in self.required.iter().chain(self.not_null) {
            wrong.push((field, self.with(field, Value::Null)));
        }
        for (field, right) in self.body.as_object().unwrap() {
            let others = [json!("\u{7}"), json!(-7.5), json!([[]]), json!({ "a": {} })];
            let others = others.into_iter().filter(|other| std::mem::discriminant(other) != std::mem::discriminant(right));
            wrong.extend(others.map(|other| (field.as_str(), self.with(field, other))));
        }
        for (field, longest) in self.longest {
            wrong.push((field, self.with(field, "ä".repeat(longest + 1).into())));
            wrong.push((field, self.with(field, "bell\u{7}, nothing\u{0}".into())));
        }
        wrong
    }
}

/// Every route that reads a JSON body.
pub async fn forms(app: &App, tokens: &Tokens) -> Vec<Form> {
    const PERSON: &[&str] = &["name", "email", "password"];
    const PERSON_TEXTS: &[(&str, usize)] = &[("name", 100), ("current_role", 100), ("target_role", 100)];
    let (company, mentor) = (app.company().await, app.mentor_id(&tokens.admin).await);
    let slot = app.get_public("/api/available-slots?limit=1").await.ok()[0]["id"].clone();
    let person = json!({
        "name": "Ada Lovelace", "email": "ada@example.com", "password": PASSWORD, "role": "mentee", "current_role": "SDE",
        "target_role": "SDE 2",
    });
    let login = json!({ "email": "ada@example.com", "password": PASSWORD });
    let booking = json!({
        "company_id": company, "slot_ids": [slot], "interview_type": "coding", "experience_level": "mid",
        "interview_track": "sde2", "specific_topics": ["Arrays"], "additional_notes": "My first",
    });
    let confirmation = json!({ "booking_request_id": NOTHING, "mentor_id": mentor, "confirmed_slot_id": slot });
    let status = json!({ "status": "active" });
    let new_mentor = json!({ "name": "Max Mentor", "email": "max@example.com", "password": PASSWORD });
    let profile = json!({ "name": "Ada Lovelace", "current_role": "SDE", "target_role": "SDE 2" });
    let change = json!({ "new_email": "ada2@example.com", "password": "wrong" });
    let mut forms = vec![
        Form { longest: PERSON_TEXTS, ..Form::post("", "/api/auth/register", person.clone(), PERSON) },
        Form { longest: PERSON_TEXTS, ..Form::post("", "/api/auth/register-free", person, PERSON) },
        Form::post("", "/api/auth/login", login, &["email", "password"]),
        Form::post("", "/api/auth/forgot-password", json!({ "email": "ada@example.com" }), &["email"]),
        Form::post("", "/api/auth/set-password", json!({ "token": "sp", "password": PASSWORD }), &["token", "password"]),
        Form {
            longest: &[("additional_notes", 2000)],
            ..Form::post("mentee", "/api/mentee/booking-request", booking, &["company_id", "slot_ids"])
        },
        Form::post(
            "mentor",
            "/api/mentor/confirm-booking",
            json!({ "booking_request_id": NOTHING, "confirmed_slot_id": slot }),
            &["booking_request_id", "confirmed_slot_id"],
        ),
        Form::post(
            "admin",
            "/api/admin/confirm-booking",
            confirmation,
            &["booking_request_id", "mentor_id", "confirmed_slot_id"],
        ),
        Form::put(&format!("/api/admin/mentees/{NOTHING}/status"), status.clone(), &["status"]),
        Form::put(&format!("/api/admin/mentee/{NOTHING}/status"), status, &["status"]),
        Form { longest: &[("name", 100)], ..Form::post("admin", "/api/admin/mentors", new_mentor, &["name", "email"]) },
        Form::put(&format!("/api/admin/mentors/{NOTHING}/status"), json!({ "status": "paused" }), &["status"]),
        Form::put(&format!("/api/admin/mentors/{NOTHING}/verification"), json!({ "status": "APPROVED" }), &["status"]),
        Form::post("admin", "/api/admin/assign-mentor", json!({ "mentee_id": NOTHING, "mentor_id": mentor }), &["mentee_id"]),
        Form {
            longest: &[("name", 100), ("current_role", 100), ("target_role", 100)],
            who: "mentee",
            ..Form::put("/api/auth/me", profile, &["name"])
        },
        Form::post("mentee", "/api/auth/change-email", change, &["new_email"]),
        Form::post("", "/api/auth/confirm-email", json!({ "token": "ce" }), &["token"]),
        Form::post("mentee", "/api/auth/delete-account", json!({ "password": "wrong" }), &["password"]),
        Form { method: Method::DELETE, ..Form::post("mentee", "/api/auth/me", json!({ "password": "wrong" }), &["password"]) },
        Form::put(&format!("/api/mocks/{NOTHING}/status"), json!({ "status": "completed" }), &["status"]),
    ];
    forms.extend(feedback_forms());
    forms.extend(ai_forms(&company));
    forms.extend(catalog_forms(&mentor));
    forms.extend(payment_forms());
    forms.extend(community_forms());
    forms
}

fn feedback_forms() -> Vec<Form> {
    const TEXTS: &[(&str, usize)] = &[("strengths", 5000), ("improvements", 5000), ("action_items", 5000)];
    const ALL: &[&str] = &[
        "mock_id",
        "problem_solving",
        "communication",
        "technical_depth",
        "code_quality",
        "overall",
        "strengths",
        "improvements",
        "hireability",
        "action_items",
    ];
    // Whom it is about is never read.
    let body = |without: &[&str]| {
        let mut body = feedback(&json!({ "id": NOTHING }));
        body.as_object_mut().unwrap().retain(|name, _| !without.contains(&name.as_str()));
        body
    };
    let new = ["/api/mentor/feedback", "/api/feedbacks"]
        .map(|path| Form { longest: TEXTS, ..Form::post("mentor", path, body(&["mentee_id"]), ALL) });
    let again = ["/api/mentor/feedback", "/api/feedbacks"].map(|path| {
        let form = Form::put(&format!("{path}/{NOTHING}"), body(&["mentee_id", "mock_id"]), &ALL[1..]);
        Form { who: "mentor", longest: TEXTS, ..form }
    });
    new.into_iter().chain(again).collect()
}

fn ai_forms(company: &str) -> [Form; 3] {
    let resume = json!({ "resume_text": "Ten years of graphs", "target_role": "SDE 2", "target_companies": ["Amazon"] });
    let interview = json!({
        "interview_type": "coding", "experience_level": "mid", "company": "Amazon", "company_id": company, "role": "SDE",
        "target_role": "SDE 2",
    });
    let mut questions = interview.clone();
    questions["topics"] = json!(["Graphs"]);
    questions["count"] = json!(5);
    const ABOUT: &[(&str, usize)] = &[("company", 100), ("role", 100), ("target_role", 100)];
    [
        Form {
            longest: &[("resume_text", 20_000), ("target_role", 100)],
            ..Form::post("admin", "/api/ai-tools/resume-analysis", resume, &["resume_text"])
        },
        Form { longest: ABOUT, ..Form::post("admin", "/api/ai-tools/interview-prep", interview, &["interview_type"]) },
        Form { longest: ABOUT, ..Form::post("admin", "/api/ai-tools/question-generator", questions, &["interview_type"]) },
    ]
}

fn catalog_forms(mentor: &str) -> [Form; 9] {
    let company = json!({
        "name": "Initech", "logo_url": "https://example.com/logo.png", "description": "Paper", "category": "service",
        "interview_tracks": ["sde"], "difficulty_levels": ["mid"],
    });
    let slot = json!({
        "date": "2090-01-01", "start_time": "10:00", "end_time": "11:00", "mentor_id": mentor, "interview_types": ["coding"],
    });
    let mock = json!({
        "mentee_id": NOTHING, "mentor_id": mentor, "scheduled_at": "2090-01-01T10:00:00Z",
        "meet_link": "https://meet.google.com/any-room", "company_name": "Amazon",
    });
    let plan = json!({
        "name": "Sprint", "price": 99900, "duration_months": 1, "features": ["One"], "limits": { "mock_interviews": 1 },
        "is_active": true, "is_public": false, "is_popular": false, "display_order": 9,
    });
    let mut new_plan = plan.clone();
    new_plan["plan_id"] = json!("sprint");
    let link = json!({ "link": "https://meet.google.com/new-room-one", "name": "Room 9" });
    [
        Form {
            longest: &[("name", 100), ("description", 1000)],
            ..Form::post("admin", "/api/admin/companies", company.clone(), &["name"])
        },
        Form {
            longest: &[("name", 100), ("description", 1000)],
            ..Form::put(&format!("/api/admin/companies/{NOTHING}"), company, &["name"])
        },
        Form::put(&format!("/api/admin/time-slots/{NOTHING}"), json!({ "status": "blocked" }), &["status"]),
        Form {
            longest: &[("name", 60)],
            ..Form::put(&format!("/api/admin/meet-links/{NOTHING}"), json!({ "name": "Room 9" }), &["name"])
        },
        Form::post("admin", "/api/admin/time-slots", slot, &["date", "start_time", "end_time"]),
        Form { longest: &[("name", 60)], ..Form::post("admin", "/api/admin/meet-links", link, &["link"]) },
        Form {
            longest: &[("company_name", 100)],
            ..Form::post("admin", "/api/mocks", mock, &["mentee_id", "mentor_id", "scheduled_at"])
        },
        Form {
            not_null: &["is_active", "display_order"],
            longest: &[("name", 100)],
            ..Form::post("admin", "/api/admin/pricing-plans", new_plan, &["plan_id", "name", "price", "duration_months"])
        },
        Form {
            not_null: &["is_active", "display_order"],
            longest: &[("name", 100)],
            ..Form::put("/api/admin/pricing-plans/growth", plan, &["name", "price", "duration_months"])
        },
    ]
}

fn payment_forms() -> [Form; 3] {
    const WORD: &[&str] = &["razorpay_order_id", "razorpay_payment_id", "razorpay_signature"];
    let order = json!({
        "plan_id": "growth", "name": "Ada Lovelace", "email": "ada@example.com", "password": PASSWORD, "phone": "+91 98",
        "current_role": "SDE", "target_role": "SDE 2", "timeline": "Soon", "struggle": "Graphs",
    });
    let word = json!({
        "razorpay_order_id": "order_x", "razorpay_payment_id": "pay_x", "razorpay_signature": "00", "order_id": NOTHING,
    });
    [
        Form {
            longest: &[
                ("name", 100),
                ("phone", 30),
                ("current_role", 100),
                ("target_role", 100),
                ("timeline", 200),
                ("struggle", 2000),
            ],
            ..Form::post("", "/api/payment/create-order", order, &["plan_id", "name", "email"])
        },
        Form::post("", "/api/payment/verify", word.clone(), WORD),
        Form::post("", "/api/payment/verify-payment", word, WORD),
    ]
}

/// Of a post that is not there, so that what is right writes nothing either; but for the posts themselves.
fn community_forms() -> [Form; 10] {
    const TEXT: &[(&str, usize)] = &[("content", 2500)];
    const POST: &[(&str, usize)] = &[("title", 200), ("content", 2500)];
    const REASON: &[(&str, usize)] = &[("reason", 500)];
    let post = json!({ "title": "Graphs", "content": "Where to start?", "category": "technical", "tags": ["sde2", "graphs"] });
    let moderation = |action: &str| json!({ "action": action, "reason": "Advertising" });
    let (content, nothing) = (json!({ "content": "From the start" }), format!("/api/community/posts/{NOTHING}"));
    let at = |place: &str| format!("{nothing}{place}");
    let edit = |path: &str, body: &Value| Form { who: "mentee", ..Form::put(path, body.clone(), &["content"]) };
    let comment = json!({ "post_id": NOTHING, "content": "From the start" });
    [
        Form { longest: POST, ..Form::post("mentee", "/api/community/posts", post.clone(), &["content"]) },
        Form { longest: POST, ..Form::post("mentor", "/api/community/forum-posts", post.clone(), &["content"]) },
        Form { longest: POST, ..edit(&nothing, &post) },
        Form { longest: TEXT, ..Form::post("mentee", &at("/comments"), content.clone(), &["content"]) },
        Form { longest: TEXT, ..Form::post("mentor", "/api/community/comments", comment, &["post_id", "content"]) },
        Form { longest: TEXT, ..edit(&format!("/api/community/comments/{NOTHING}"), &content) },
        Form::post("mentee", &at("/vote"), json!({ "vote": "up" }), &["vote"]),
        Form { longest: REASON, ..Form::post("mentee", &at("/report"), json!({ "reason": "Advertising" }), &["reason"]) },
        Form {
            longest: REASON,
            ..Form::post(
                "admin",
                &format!("/api/admin/community/posts/{NOTHING}/moderate"),
                moderation("hide"),
                &["action", "reason"],
            )
        },
        Form {
            longest: REASON,
            ..Form::post(
                "admin",
                &format!("/api/admin/community/comments/{NOTHING}/moderate"),
                moderation("delete"),
                &["action", "reason"],
            )
        },
    ]
}
