//! Resumes that come as files.

use super::{PREP, Part, RESUME, left, mentee_with, pdf, told, upload};
use crate::{calls::read, harness::flow};
use domain::account::Allowance;
use serde_json::json;

#[tokio::test]
async fn a_resume_may_come_as_a_file() {
    flow(async |app| {
        let mentee = mentee_with(app, "uploads", 0, 4).await;
        let token = &mentee.token;
        let sent = |n: usize| app.local.services.model.requests()[n].1.clone();
        let file = pdf("Ten years of graphs");
        let parts: [Part<'_>; 3] =
            [("target_role", None, b"SDE 2"), ("target_companies", None, b"Amazon, Google"), ("resume", Some("cv.pdf"), &file)];
        let analysis = upload(app, token, &parts).await.ok();
        assert_eq!((&analysis["target_role"], app.get(RESUME, token).await.ok()), (&json!("SDE 2"), analysis.clone()));
        let request = sent(0);
        let (_, blocks) = told(&request);
        assert!(blocks[1].contains("\nAmazon\nGoogle\n") && blocks[2].contains("\nTen years of graphs\n"), "{blocks:?}");
        let several: [Part<'_>; 3] = [
            ("target_companies", None, b"Meta"),
            ("target_companies", None, b"Apple"),
            ("file", Some("cv.txt"), "Plain text, caf\u{e9}".as_bytes()),
        ];
        upload(app, token, &several).await.ok();
        let request = sent(1);
        let (_, blocks) = told(&request);
        assert!(blocks[0].contains("\nMeta\nApple\n") && blocks[1].contains("Plain text, café"), "{blocks:?}");
        // A form without a file, as browsers send one that nobody chose.
        let typed: [Part<'_>; 2] = [("resume_text", None, b"Typed"), ("resume", Some(""), b"")];
        upload(app, token, &typed).await.ok();
        assert_eq!(left(app, &mentee).await.resume_reviews, Allowance::Count(1));

        let refusals: [(&[u8], &str); 5] = [
            (b"\x89PNG\r\n\x1a\n", "Send the resume as a PDF or as plain text"),
            (b"   ", "This file has no text. Please send another one, or the text itself."),
            (b"%PDF-1.4 broken", "This file could not be read. Please send another one, or the text itself."),
            (&b"x".repeat(20_001), "A resume may have at most 20000 characters"),
            (&pdf(""), "This file has no text. Please send another one, or the text itself."),
        ];
        for (content, detail) in refusals {
            let refused = upload(app, token, &[("resume", Some("cv"), content)]).await.refused(422, "VALIDATION_FAILED");
            assert_eq!((&refused["detail"], &refused["errors"]["file"][0]), (&json!(detail), &json!(detail)));
        }
        let two: [Part<'_>; 2] = [("resume", Some("a"), b"a"), ("other", Some("b"), b"b")];
        upload(app, token, &two).await.refused(422, "VALIDATION_FAILED");
        upload(app, token, &[("target_role", None, b"SDE")]).await.refused(422, "VALIDATION_FAILED");
        upload(app, token, &[("target_role", None, b"\xff")]).await.refused(422, "INVALID_FORM");
        let long = "x".repeat(101);
        upload(app, token, &[("target_role", None, long.as_bytes()), parts[2]]).await.refused(422, "VALIDATION_FAILED");
        let many: Vec<Part<'_>> = vec![("a", None, b"b"); 51];
        upload(app, token, &many).await.refused(422, "INVALID_FORM");
        assert_eq!(
            (left(app, &mentee).await.resume_reviews, app.local.services.model.requests().len()),
            (Allowance::Count(1), 3)
        );
    })
    .await;
}

#[tokio::test]
async fn a_file_may_have_4_megabytes_and_nothing_else_so_many() {
    flow(async |app| {
        let mentor = app.mentor().await;
        let large = "x".repeat(4 * 1024 * 1024 - 1000);
        let refused = upload(app, &mentor, &[("resume", Some("cv.txt"), large.as_bytes())]).await;
        refused.refused(422, "VALIDATION_FAILED");
        let larger = "x".repeat(4 * 1024 * 1024 + 1);
        let refused = upload(app, &mentor, &[("resume", Some("cv.txt"), larger.as_bytes())]).await.refused(413, "BODY_TOO_LARGE");
        assert_eq!(refused["detail"], "The body must be at most 4 MB");
        // A form is read as one only where one is expected.
        for (path, kind) in [(PREP, "multipart/form-data; boundary=x"), (RESUME, "application/json")] {
            let body = json!({ "interview_type": "coding", "resume_text": "x", "filler": "x".repeat(300 * 1024) }).to_string();
            let request = app.http.post(format!("{}{path}", app.local.url)).bearer_auth(&mentor).body(body);
            let refused = read(request.header("content-type", kind)).await.refused(413, "BODY_TOO_LARGE");
            assert_eq!(refused["detail"], "The body must be at most 256 KB", "{path}");
        }
        let request = app.http.post(format!("{}{RESUME}", app.local.url)).bearer_auth(&mentor).body("--x--");
        read(request.header("content-type", "multipart/form-data")).await.refused(422, "INVALID_FORM");
    })
    .await;
}
