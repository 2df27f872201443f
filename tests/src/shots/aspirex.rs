//! Every answer that AspireX's client reads, and every refusal, as its contract asks for them.

use super::album;
use crate::{calls::Answer, contract::answers_of_aspirex};
use serde_json::Value;

/// Messages of the same moment stand in any order: here they stand by what they say.
fn in_order(value: &mut Value) {
    match value {
        Value::Array(items) => {
            items.iter_mut().for_each(in_order);
            if items.iter().all(|item| item["subject"].is_string() && item["message"].is_string()) {
                items.sort_by_key(|item| format!("{}{}", item["subject"], item["message"]));
            }
        }
        Value::Object(fields) => fields.values_mut().for_each(in_order),
        _ => {}
    }
}

fn ordered(mut answer: Answer) -> Answer {
    in_order(&mut answer.body);
    answer
}

#[tokio::test]
async fn aspirex_s_answers_are_as_they_were() {
    album("aspirex", async |app, album| {
        for (call, answer, refusal) in answers_of_aspirex(app).await {
            let words =
                call.split(|letter: char| !letter.is_ascii_alphanumeric()).filter(|word| !["", "web", "api"].contains(word));
            let name = words.collect::<Vec<_>>().join("-").to_lowercase();
            if let Some(refusal) = refusal {
                album.answer(&format!("error-{name}"), refusal);
            }
            album.answer(&name, ordered(answer));
        }
    })
    .await;
}
