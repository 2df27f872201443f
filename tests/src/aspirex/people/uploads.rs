//! Files are what they contain, whatever they say of themselves.

use super::{Aspirant, flow};
use crate::{
    calls::{Answer, Part, form_request, read},
    harness::App,
};
use jiff::SignedDuration;
use reqwest::Method;
use serde_json::json;

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR a picture";
const PDF: &[u8] = b"%PDF-1.7 a curriculum";
const LIES: [&[u8]; 4] = [b"<html><script>alert(1)</script>", b"MZ\x90\0 a program", b"plain text", b""];

async fn put(app: &App, who: &Aspirant, path: &str, form: &[Part<'_>]) -> Answer {
    app.local.clock.advance(SignedDuration::from_secs(20)).unwrap();
    read(form_request(app, Method::PUT, &format!("/aspirex/api{path}"), Some(&who.token), form)).await
}

async fn post(app: &App, who: &Aspirant, form: &[Part<'_>]) -> Answer {
    app.local.clock.advance(SignedDuration::from_secs(20)).unwrap();
    app.upload("/aspirex/api/uploads", &who.token, form).await
}

#[tokio::test]
async fn a_form_may_lie_about_what_it_sends() {
    flow(async |app| {
        let (student, mentor) = (app.student("stu").await, app.waiting_mentor("mia").await);
        // Each part says that it is image/png.
        for lie in LIES {
            for field in ["cv", "profile_photo"] {
                put(app, &student, "/student/profile/file/", &[(field, Some("me.png"), lie)])
                    .await
                    .refused(400, "VALIDATION_FAILED");
                put(app, &mentor, "/mentor/profile/cv/", &[(field, Some("me.png"), lie)]).await.refused(400, "VALIDATION_FAILED");
                post(app, &student, &[("type", None, field.as_bytes()), ("file", Some("me.png"), lie)])
                    .await
                    .refused(400, "VALIDATION_FAILED");
            }
        }
        for (role, who, path) in [("student", &student, "/student/profile/file/"), ("mentor", &mentor, "/mentor/profile/cv/")] {
            let answer = put(app, who, path, &[("cv", Some("me.png"), PDF)]).await.ok();
            let served = app.http.get(answer["cv_url"].as_str().unwrap()).send().await.unwrap();
            assert_eq!(served.headers()["content-type"], "application/pdf", "{role}");
            assert!(served.headers()["content-disposition"].to_str().unwrap().starts_with("attachment"));
        }
        post(app, &mentor, &[("type", None, b"profile_photo"), ("file", Some("me.exe"), PNG)]).await.ok();
        put(app, &student, "/mentor/profile/cv/", &[("cv", Some("me.pdf"), PDF)]).await.refused(403, "INSUFFICIENT_PERMISSIONS");
    })
    .await;
}

#[tokio::test]
async fn more_than_a_request_takes_goes_straight_to_the_store() {
    flow(async |app| {
        let (student, mentor) = (app.student("stu").await, app.waiting_mentor("mia").await);
        let large = [PDF, &vec![b' '; 4 * 1024 * 1024]].concat();
        let cv = [("cv", Some("cv.pdf"), large.as_slice())];
        put(app, &student, "/student/profile/file/", &cv).await.refused(413, "BODY_TOO_LARGE");
        put(app, &mentor, "/mentor/profile/cv/", &cv).await.refused(413, "BODY_TOO_LARGE");
        let form: [Part<'_>; 2] = [("type", None, b"cv"), ("file", Some("cv.pdf"), &large)];
        post(app, &student, &form).await.refused(413, "BODY_TOO_LARGE");

        for size in [0, 10 * 1024 * 1024 + 1] {
            app.ax_post("/uploads/", &student.token, json!({ "size": size })).await.refused(400, "VALIDATION_FAILED");
        }
        let begin = async |who: &Aspirant, content: &[u8]| {
            app.local.clock.advance(SignedDuration::from_secs(20)).unwrap();
            let begun = app.ax_post("/uploads/", &who.token, json!({ "size": content.len() })).await.ok();
            let mut put = app.http.put(begun["url"].as_str().unwrap()).body(content.to_vec());
            for (name, value) in begun["headers"].as_object().unwrap() {
                put = put.header(name, value.as_str().unwrap());
            }
            assert_eq!(put.send().await.unwrap().status(), 200);
            format!("/uploads/{}/", begun["id"].as_str().unwrap())
        };
        for lie in [LIES[0], LIES[1], PNG] {
            let path = begin(&student, lie).await;
            app.ax_post(&path, &student.token, json!({ "type": "cv" })).await.refused(400, "VALIDATION_FAILED");
        }
        let path = begin(&mentor, &large).await;
        let strangers = app.ax_post(&path, &student.token, json!({ "type": "cv" })).await;
        assert!([400, 404].contains(&strangers.status) && strangers.body["code"] != "VALIDATION_FAILED", "{}", strangers.body);
        let kept = app.ax_post(&path, &mentor.token, json!({ "type": "cv" })).await.ok();
        let served = app.http.get(kept["cv_url"].as_str().unwrap()).send().await.unwrap();
        assert_eq!(served.bytes().await.unwrap().len(), large.len());
    })
    .await;
}
