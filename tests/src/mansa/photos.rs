//! Mentors' photos: what is taken, who sees it and for how long, and that none stays behind.

use super::{ADMIN, Insider, MENTEE, MENTOR, V1};
use crate::{
    calls::{Answer, Part, form, read},
    harness::{App, flow, flow_with},
};
use jiff::SignedDuration;
use local::{Options, standins::dynamodb::Fault};
use serde_json::{Value, json};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR a picture";
const JPEG: &[u8] = b"\xff\xd8\xff\xe0\0\x10JFIF another picture";
const WEBP: &[u8] = b"RIFF\x10\0\0\0WEBPVP8 a third picture";

fn path(mentor: &Insider) -> String {
    format!("{V1}/mentors/{}/upload_photo/", mentor.id)
}

async fn upload(app: &App, mentor: &Insider, photo: &[u8]) -> Answer {
    let parts: [Part<'_>; 1] = [("photo", Some("me.png"), photo)];
    app.upload(&format!("{V1}/mentors/{}/upload_photo/", mentor.id), &mentor.token, &parts).await
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

async fn photo_url(app: &App, mentor: &Insider) -> String {
    text(&app.get_public(&format!("{V1}/mentors/{}/", mentor.id)).await.ok()["photo_url"])
}

async fn status(app: &App, url: &str) -> u16 {
    app.http.get(url).send().await.unwrap().status().as_u16()
}

/// Does what is due by then.
async fn pass(app: &App, minutes: i64) {
    app.local.clock.advance(SignedDuration::from_mins(minutes)).unwrap();
    app.local.pump.run_due().await;
}

#[tokio::test]
async fn a_photo_is_shown_by_a_link_that_ends() {
    flow(async |app| {
        let mentor = app.enter_mansa(MENTOR).await;
        let uploaded = upload(app, &mentor, PNG).await.ok();
        let url = text(&uploaded["photo_url"]);
        assert_eq!((&uploaded["mentor"]["photo_url"], &uploaded["mentor"]["id"]), (&json!(url), &json!(mentor.id)));

        let seen = app.http.get(&url).send().await.unwrap();
        let header = |name: &str| seen.headers()[name].to_str().unwrap().to_owned();
        assert_eq!((header("content-type"), seen.status().as_u16()), ("image/png".to_owned(), 200));
        assert_eq!(header("content-disposition"), "inline; filename=\"photo.png\"");
        assert_eq!(seen.bytes().await.unwrap(), PNG);
        // The name is ours alone.
        let keys = app.local.services.files.keys();
        let file = keys[0].strip_prefix(&format!("mansa/photos/{}/", mentor.id)).unwrap();
        assert_eq!((keys.len(), file.len()), (1, 36), "{keys:?}");

        // Everybody sees it wherever the mentor is shown, by the same link for a while.
        assert_eq!(photo_url(app, &mentor).await, url);
        let found = app.get_public(&format!("{V1}/mentors/?search=sarah")).await.ok();
        assert_eq!((&found["results"][0]["photo_url"], &found["results"][0]["profile_picture"]), (&json!(url), &json!(url)));
        assert_eq!(app.get(&format!("{V1}/mentors/my_profile/"), &mentor.token).await.ok()["photo_url"], json!(url));
        assert_eq!(app.get("/mansa/api/users/export/", &mentor.token).await.ok()["mentor_profile"]["photo_url"], json!(url));
        let admin = app.mansa_token(ADMIN).await;
        let listed = app.get(&format!("{V1}/admin/mentors/?limit=1000"), &admin).await.ok();
        let listed = listed.as_array().unwrap().iter().find(|profile| profile["id"] == json!(mentor.id)).unwrap();
        assert!(listed["photo_url"].as_str().unwrap().contains(&keys[0]));

        // Neither without the signature nor with another one's.
        let bare = url.split('?').next().unwrap();
        assert_eq!((status(app, bare).await, status(app, &url.replace(file, "other")).await), (403, 403));
        let longer = url.replace("X-Amz-Expires=3600", "X-Amz-Expires=36000");
        assert!(longer != url && status(app, &longer).await == 403);
        let changed = app.http.put(&url).body("something else").send().await.unwrap();
        assert_eq!((changed.status().as_u16(), status(app, &url).await), (403, 200));
        // It ends, and the next answer has one that is good.
        app.local.clock.advance(SignedDuration::from_mins(61)).unwrap();
        assert_eq!(status(app, &url).await, 403);
        let later = photo_url(app, &mentor).await;
        assert!(later != url && status(app, &later).await == 200);
    })
    .await;
}

#[tokio::test]
async fn the_content_decides_and_never_the_name_or_the_declared_type() {
    flow(async |app| {
        let mentor = app.enter_mansa(MENTOR).await;
        let liars: [&[u8]; 7] = [
            b"<html><script>alert(1)</script></html>",
            b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
            b"GIF89a\x01\0\x01\0",
            b"%PDF-1.7\n",
            b"MZ\x90\0\x03",
            b"RIFF\x10\0\0\0WAVEfmt ",
            b"\x89PNG",
        ];
        for liar in liars {
            let refused = upload(app, &mentor, liar).await.refused(400, "VALIDATION_FAILED");
            assert_eq!(refused["errors"]["photo"], json!(["Send a JPEG, PNG or WebP picture"]), "{liar:?}");
            assert_eq!(refused["error"], refused["detail"]);
        }
        let missing = |answer: Answer| {
            let refused = answer.refused(400, "VALIDATION_FAILED");
            assert_eq!(refused["detail"], "No photo file provided");
        };
        missing(upload(app, &mentor, b"").await);
        missing(app.upload(&path(&mentor), &mentor.token, &[("file", Some("me.png"), PNG)]).await);
        missing(app.upload(&path(&mentor), &mentor.token, &[("photo", None, b"no file but a text")]).await);
        let two: [Part<'_>; 2] = [("photo", Some("a.png"), PNG), ("photo", Some("b.png"), PNG)];
        app.upload(&path(&mentor), &mentor.token, &two).await.refused(400, "VALIDATION_FAILED");
        let whole = form(&[("photo", Some("me.png"), PNG)]);
        let truncated = whole[..whole.len() - 20].to_vec();
        app.send_form(&path(&mentor), &mentor.token, truncated).await.refused(400, "INVALID_FORM");
        let json = json!({ "photo": "data:image/png;base64,iVBORw0KGgo=" });
        app.post(&path(&mentor), &mentor.token, json).await.refused(400, "INVALID_FORM");
        let large = [JPEG, &vec![0; 4 * 1024 * 1024]].concat();
        let refused = upload(app, &mentor, &large).await.refused(413, "BODY_TOO_LARGE");
        assert_eq!(refused["detail"], "The body must be at most 4 MB");
        assert_eq!((app.local.services.files.keys().len(), app.due("delete_file").await.len()), (0, 0));

        let large = [JPEG, &vec![0; 4 * 1024 * 1024 - 1000]].concat();
        let url = text(&upload(app, &mentor, &large).await.ok()["photo_url"]);
        let seen = app.http.get(&url).send().await.unwrap();
        assert_eq!(
            (seen.headers()["content-type"].to_str().unwrap(), seen.content_length()),
            ("image/jpeg", Some(large.len() as u64))
        );
    })
    .await;
}

#[tokio::test]
async fn a_photo_that_is_replaced_or_given_up_is_removed() {
    flow_with(Options { background: false, ..Options::in_memory() }, async |app| {
        let mentor = app.enter_mansa(MENTOR).await;
        let seen = app.get(&format!("{V1}/mentors/my_profile/"), &mentor.token).await.ok();
        upload(app, &mentor, PNG).await.ok();
        let first = app.local.services.files.keys();
        let second = upload(app, &mentor, WEBP).await.ok();
        assert_eq!(app.local.services.files.keys().len(), 2);
        pass(app, 0).await;
        let keys = app.local.services.files.keys();
        assert!(keys.len() == 1 && keys != first && text(&second["photo_url"]).contains(&keys[0]), "{keys:?}");

        // A form that was opened before, and sends the link back as it got it, changes everything but the photo.
        let change = json!({ "company": "Initech", "photo_url": second["photo_url"], "version": seen["version"] });
        let changed = app.patch(&format!("{V1}/mentors/{}/update_profile/", mentor.id), &mentor.token, change).await.ok();
        assert!(text(&changed["photo_url"]).contains(&keys[0]));
        pass(app, 120).await;
        assert_eq!((app.local.services.files.keys(), app.due("delete_file").await.len()), (keys, 0));

        // An address elsewhere takes its place.
        let elsewhere = json!({ "photo_url": "https://example.com/me.png" });
        let changed = app.patch(&format!("{V1}/mentors/me/"), &mentor.token, elsewhere).await.ok();
        assert_eq!(changed["photo_url"], "https://example.com/me.png");
        pass(app, 0).await;
        assert_eq!((app.local.services.files.keys().len(), app.due("delete_file").await.len()), (0, 0));
        upload(app, &mentor, JPEG).await.ok();
        assert!(photo_url(app, &mentor).await.contains("/mansa/photos/"));
    })
    .await;
}

#[tokio::test]
async fn a_photo_is_its_own_mentor_s_to_give() {
    flow(async |app| {
        let (mentor, other) = (app.enter_mansa(MENTOR).await, app.enter_mansa("lisa.wang@example.com").await);
        let mentee = app.enter_mansa(MENTEE).await;
        for stranger in [&other, &mentee] {
            let answer = app.upload(&path(&mentor), &stranger.token, &[("photo", Some("me.png"), PNG)]).await;
            answer.refused(403, "NOT_OWN_PROFILE");
        }
        // Without a profile there is nothing to give one to.
        upload(app, &mentee, PNG).await.refused(404, "NOT_FOUND");
        let request = app.http.post(format!("{}{}", app.local.url, path(&mentor))).body(form(&[("photo", Some("me.png"), PNG)]));
        read(request.header("content-type", "multipart/form-data; boundary=----a-boundary"))
            .await
            .refused(401, "NOT_AUTHENTICATED");
        assert_eq!((app.local.services.files.keys().len(), app.due("delete_file").await.len()), (0, 0));
    })
    .await;
}

#[tokio::test]
async fn what_ends_half_way_leaves_no_photo_behind() {
    let options = Options { background: false, metered: true, ..Options::in_memory() };
    flow_with(options, async |app| {
        let mentor = app.enter_mansa(MENTOR).await;
        upload(app, &mentor, PNG).await.ok();
        let before = photo_url(app, &mentor).await;
        let kept = app.local.services.files.keys();
        // The store of files is down.
        app.local.services.files.set_down(true);
        let refused = upload(app, &mentor, JPEG).await;
        assert_eq!(refused.headers["retry-after"], "1");
        refused.refused(503, "FILES_UNAVAILABLE");
        assert_eq!((photo_url(app, &mentor).await, app.local.services.files.keys()), (before.clone(), kept.clone()));
        // Removals wait until it is back.
        pass(app, 65).await;
        assert_eq!(app.due("delete_file").await.len(), 1);
        app.local.services.files.set_down(false);
        pass(app, 10).await;
        assert_eq!((app.due("delete_file").await.len(), app.local.services.files.keys()), (0, kept.clone()));
        // The table fails when the file lies there already.
        (0..store::ATTEMPTS).for_each(|_| app.meter().fail_next("TransactWriteItems", Fault::Conflict));
        upload(app, &mentor, JPEG).await.refused(503, "BUSY");
        assert_eq!((app.meter().faults_left(), app.local.services.files.keys().len()), (0, 2));
        pass(app, 65).await;
        assert_eq!((app.local.services.files.keys(), app.due("delete_file").await.len()), (kept.clone(), 0));
        assert!(photo_url(app, &mentor).await.contains(&kept[0]));
    })
    .await;
}

#[tokio::test]
async fn of_photos_that_come_at_once_one_stays() {
    flow_with(Options { background: false, ..Options::in_memory() }, async |app| {
        let mentor = app.enter_mansa(MENTOR).await;
        let answers = futures::future::join_all((0..8).map(|n| {
            let photo = [PNG, &[n]].concat();
            let mentor = &mentor;
            async move {
                if n % 4 == 3 {
                    let body = json!({ "company": format!("Company {n}") });
                    return app.patch(&format!("{V1}/mentors/me/"), &mentor.token, body).await;
                }
                upload(app, mentor, &photo).await
            }
        }))
        .await;
        let done = answers.iter().filter(|answer| answer.status == 200).count();
        assert!(done > 0 && answers.iter().all(|answer| [200, 503].contains(&answer.status)), "{answers:?}");
        pass(app, 65).await;
        let left = app.local.services.files.keys();
        assert_eq!((left.len(), app.due("delete_file").await.len()), (1, 0));
        assert!(photo_url(app, &mentor).await.contains(&left[0]));
    })
    .await;
}

#[tokio::test]
async fn whoever_leaves_takes_his_photo_with_him() {
    flow_with(Options { background: false, ..Options::in_memory() }, async |app| {
        let mentor = app.enter_mansa(MENTOR).await;
        upload(app, &mentor, PNG).await.ok();
        app.call(reqwest::Method::DELETE, "/mansa/api/users/me/", Some(&mentor.token), Some(json!({}))).await.ok();
        for _ in 0..3 {
            app.drain().await;
            pass(app, 61).await;
        }
        assert_eq!((app.local.services.files.keys().len(), app.due("delete_file").await.len()), (0, 0));
    })
    .await;
}
