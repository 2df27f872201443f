use super::API;
use crate::harness::flow;
use domain::account::Role;
use serde_json::json;

#[tokio::test]
async fn what_a_member_asks_is_answered_by_mail_and_in_the_product() {
    flow(async |app| {
        let student = app.talker("puzzled", Role::Mentee).await;
        let admin = app.talker("helper", Role::Admin).await;
        let path = format!("{API}/chat/customer-service/");
        let asked = app.post(&path, &student.token, json!({ "subject": "My CV", "message": "It does not upload" })).await;
        assert_eq!(asked.status, 201, "{}", asked.body);
        let id = asked.body["id"].as_str().unwrap();
        app.post(&path, &student.token, json!({ "subject": "Empty" })).await.refused(400, "VALIDATION_FAILED");
        let other = app.talker("other", Role::Mentor).await;
        assert_eq!(app.get(&path, &other.token).await.ok(), json!([]));
        let all = app.get(&path, &admin.token).await.ok();
        assert_eq!((&all[0]["user_type"], &all[0]["is_resolved"]), (&json!("student"), &json!(false)));

        let respond = format!("{path}{id}/respond/");
        app.post(&respond, &other.token, json!({ "response": "Me too" })).await.refused(403, "INSUFFICIENT_PERMISSIONS");
        let answered = app.post(&respond, &admin.token, json!({ "response": "Please try a PDF" })).await;
        assert_eq!(answered.status, 201, "{}", answered.body);
        app.drain().await;
        let mails = app.local.inbox.mails(Some("puzzled.talker@example.com"), Some("Our answer: My CV"));
        assert!(mails.len() == 1 && mails[0].text.contains("Please try a PDF"), "{mails:?}");
        assert_eq!(app.items(&format!("aspirex#NOTICES#{}", student.id)).await.len(), 1);
        let own = app.get(&path, &student.token).await.ok();
        assert_eq!((&own[0]["is_resolved"], &own[0]["replies"][0]["reply"]), (&json!(true), &json!("Please try a PDF")));
    })
    .await;
}

#[tokio::test]
async fn visitors_write_without_an_account_but_not_without_end() {
    flow(async |app| {
        let path = format!("{API}/chat/contact/");
        let form =
            json!({ "name": "A Visitor", "email": "v@example.com", "phone": "+911234567890", "query": "What does it cost?" });
        let sent = app.post_public(&path, form.clone()).await;
        assert_eq!((sent.status, &sent.body["message"]), (201, &json!("Message sent successfully!")));
        let seeds = json!({ "name": "A Visitor", "email": "v@example.com", "subject": "Price", "message": "And then?" });
        assert_eq!(app.post_public(&path, seeds).await.status, 201);
        app.post_public(&path, json!({ "name": "A Visitor", "email": "v@example.com" })).await.refused(400, "VALIDATION_FAILED");
        for _ in 0..3 {
            assert_eq!(app.post_public(&path, form.clone()).await.status, 201);
        }
        app.post_public(&path, form).await.refused(429, "RATE_LIMITED");
        let admin = app.talker("reader", Role::Admin).await;
        let list = app.get(&path, &admin.token).await.ok();
        assert_eq!((list.as_array().unwrap().len(), &list[4]["message"]), (5, &json!("What does it cost?")));
        let student = app.talker("curious", Role::Mentee).await;
        app.get(&path, &student.token).await.refused(403, "INSUFFICIENT_PERMISSIONS");
    })
    .await;
}
