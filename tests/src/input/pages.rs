//! Lists and their pages.

use super::{Tokens, ask, quiet_flow};
use crate::harness::App;
use reqwest::Method;
use serde_json::json;
use std::collections::BTreeSet;

/// Every list that has pages, with who may see it.
const LISTS: [(&str, &str); 28] = [
    ("", "/api/companies"),
    ("", "/api/public/companies"),
    ("", "/api/available-slots"),
    ("mentee", "/api/mentee/booking-requests"),
    ("mentee", "/api/mentee/mocks"),
    ("mentee", "/api/mentee/feedbacks"),
    ("mentor", "/api/mentor/mentees"),
    ("mentor", "/api/mentor/booking-requests"),
    ("mentor", "/api/mentor/mocks"),
    ("mentor", "/api/mentor/feedbacks"),
    ("mentee", "/api/mocks"),
    ("mentor", "/api/feedbacks"),
    ("mentor", "/api/notifications"),
    ("admin", "/api/admin/users"),
    ("admin", "/api/admin/mentees"),
    ("admin", "/api/admin/mentors"),
    ("admin", "/api/admin/companies"),
    ("admin", "/api/admin/time-slots"),
    ("admin", "/api/admin/meet-links"),
    ("admin", "/api/admin/booking-requests"),
    ("admin", "/api/admin/orders"),
    ("mentee", "/api/community/posts"),
    ("mentor", "/api/community/forum-posts"),
    ("mentee", "/api/community/my-posts"),
    ("mentee", "/api/community/my-comments"),
    ("admin", "/api/admin/community/reports"),
    ("admin", "/api/admin/community/hidden-posts"),
    ("admin", "/api/admin/audit-log"),
];

/// A page of a list: the ids, and the cursor of the next page.
async fn page(app: &App, list: &str, query: &str, token: Option<&str>) -> (Vec<String>, Option<String>) {
    let answer = ask(app, Method::GET, &format!("{list}?{query}"), token, "").await;
    let next = answer.headers.get("x-next-cursor").map(|cursor| cursor.to_str().unwrap().to_owned());
    let items = answer.ok();
    (items.as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect(), next)
}

/// The ids of every item, page by page.
async fn walk(app: &App, list: &str, query: &str, token: Option<&str>, limit: usize) -> Vec<String> {
    let (mut ids, mut after) = (Vec::new(), String::new());
    loop {
        let (more, next) = page(app, list, &format!("{query}limit={limit}{after}"), token).await;
        assert!(more.len() <= limit && ids.len() < 1000, "{list} gave {} of {limit} after {}", more.len(), ids.len());
        ids.extend(more);
        match next {
            Some(cursor) => after = format!("&cursor={cursor}"),
            None => return ids,
        }
    }
}

#[tokio::test]
async fn walking_a_list_gives_every_item_once() {
    quiet_flow(async |app| {
        let tokens = Tokens::new(app).await;
        for n in 0..7 {
            app.free_mentee(&format!("walker{n}")).await;
        }
        for (who, list, query, count) in [
            ("", "/api/companies", "", 10),
            ("", "/api/companies", "category=unicorn&", 4),
            ("", "/api/available-slots", "", 28),
            ("", "/api/available-slots", "interview_type=hr_round&", 21),
            ("admin", "/api/admin/users", "", 11),
            ("admin", "/api/admin/mentees", "", 9),
            ("admin", "/api/admin/time-slots", "", 28),
            ("admin", "/api/admin/meet-links", "", 3),
        ] {
            let token = tokens.of(who);
            let (all, more) = page(app, list, &format!("{query}limit=1000"), token).await;
            assert_eq!((all.len(), more), (count, None), "{list}");
            assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), count, "{list}");
            for limit in [3, 4] {
                assert_eq!(walk(app, list, query, token, limit).await, all, "{list} by {limit}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_page_has_1_to_1000_items_and_a_cursor_of_its_own_list() {
    quiet_flow(async |app| {
        let tokens = Tokens::new(app).await;
        let (_, cursor) = page(app, "/api/companies", "limit=1", None).await;
        let cursor = cursor.unwrap();
        let flipped = if cursor.starts_with('A') { "B" } else { "A" };
        let altered = [
            "x".to_owned(),
            "ß".to_owned(),
            format!("{cursor}A"),
            format!("{flipped}{}", &cursor[1..]),
            format!("{}{}", &cursor[..40], cursor[40..].to_uppercase()),
        ];
        for (who, list) in LISTS {
            let ask_for = async |query: String| ask(app, Method::GET, &format!("{list}?{query}"), tokens.of(who), "").await;
            for limit in ["0", "1001", "abc", "-1", "2.5", "99999999999"] {
                let refused = ask_for(format!("limit={limit}")).await.refused(422, "VALIDATION_FAILED");
                assert!(refused["errors"]["limit"].is_array(), "{list}: {refused}");
            }
            let foreign = Some(&cursor).filter(|_| list != "/api/companies");
            for cursor in altered.iter().chain(foreign) {
                let refused = ask_for(format!("cursor={cursor}")).await.refused(422, "VALIDATION_FAILED");
                assert!(refused["errors"]["cursor"].is_array(), "{list}: {refused}");
            }
            ask_for("limit=1000".to_owned()).await.ok();
        }
        for filter in [
            "/api/companies?category=x",
            "/api/available-slots?interview_type=x",
            "/api/admin/booking-requests?status=x",
            "/api/community/posts?category=x",
            "/api/admin/booking-requests?mentor_id=x",
            "/api/admin/booking-requests?from=x",
            "/api/admin/booking-requests?from=2030-02-02&to=2030-02-01",
            "/api/admin/time-slots?status=x",
            "/api/admin/time-slots?from=2030-02-02&to=2030-02-01",
            "/api/admin/meet-links?status=x",
            "/api/admin/orders?status=x",
            "/api/admin/mentees?status=x",
            "/api/admin/mentees?plan_id=a/b",
            "/api/admin/mentors?verification=x",
            "/api/admin/audit-log?day=x",
            "/api/admin/audit-log?day=2030-02-01&from=2030-02-01",
            "/api/admin/audit-log?from=2030-01-01&to=2030-02-01",
            "/api/admin/audit-log?from=-009999-01-01&to=9999-12-31",
        ] {
            ask(app, Method::GET, filter, Some(&tokens.admin), "").await.refused(422, "VALIDATION_FAILED");
        }
        for from in ["x", "2030-02-30", "-009999-01-01"] {
            let path = format!("/api/admin/time-slots?from={from}");
            ask(app, Method::GET, &path, Some(&tokens.admin), "").await.refused(422, "VALIDATION_FAILED");
        }

        let (stranger, company) = (app.paid_mentee("stranger", "growth").await, app.company().await);
        let slot = app.add_slot(&tokens.admin, 20, 600, 60).await;
        for _ in 0..2 {
            let body = json!({ "company_id": company, "slot_ids": [slot] });
            app.post("/api/mentee/booking-request", &tokens.mentee, body).await.ok();
        }
        let (_, his) = page(app, "/api/mentee/booking-requests", "limit=1", Some(&tokens.mentee)).await;
        let path = format!("/api/mentee/booking-requests?cursor={}", his.unwrap());
        app.get(&path, &tokens.mentee).await.ok();
        app.get(&path, &stranger.token).await.refused(422, "VALIDATION_FAILED");
        let (_, pending) = page(app, "/api/mentor/booking-requests", "limit=1", Some(&tokens.mentor)).await;
        let path = format!("/api/mentor/booking-requests?cursor={}", pending.unwrap());
        app.get(&path, &tokens.mentor).await.ok();
        app.get(&format!("{path}&status=confirmed"), &tokens.mentor).await.refused(422, "VALIDATION_FAILED");
    })
    .await;
}
