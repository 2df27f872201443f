use crate::harness::flow;
use serde_json::json;

#[tokio::test]
async fn earnings_are_exported_as_a_table_and_as_the_client_reads_them() {
    flow(async |app| {
        let (mentor, student) = (app.paid_mentor("guide", 80).await, app.student("maya").await);
        app.agreed(&student, &mentor, 3, "10:00").await;
        let export = app.ask("/mentor/earnings/export/?time_filter=30days", &mentor).await.ok();
        assert_eq!((&export["mentor_id"], &export["earnings"][0]["amount"]), (&json!(mentor.number), &json!(80)));
        let url = format!("{}/aspirex/api/mentor/earnings/export.csv", app.local.url);
        let answer = app.http.get(url).bearer_auth(&mentor.token).send().await.unwrap();
        assert_eq!(answer.headers()["content-type"], "text/csv; charset=utf-8");
        let text = answer.text().await.unwrap();
        let lines: Vec<_> = text.split("\r\n").collect();
        assert_eq!((lines.len(), lines[0]), (3, "\"date\",\"source\",\"amount\",\"status\",\"transaction_id\""));
        assert!(lines[1].contains(&format!("\"Session with {}\",\"80.00\",\"pending\"", student.number)), "{text}");
        app.ask("/mentor/earnings/?page=0", &mentor).await.refused(400, "VALIDATION_FAILED");
        app.ask("/mentor/earnings/?page=101", &mentor).await.refused(400, "VALIDATION_FAILED");
        app.ask("/mentor/earnings/?time_filter=ever", &mentor).await.refused(400, "VALIDATION_FAILED");
    })
    .await;
}
