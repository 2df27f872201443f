//! Filling a table: real items, made by the platform itself, are copied under other ids.

use crate::{Result, scene::Scene, stage::Stage};
use serde_json::Value;

/// What there is a lot of.
struct Kind {
    name: &'static str,
    /// How the partition key of the item begins whose id is replaced.
    partition: &'static str,
    sort: &'static str,
}

const KINDS: [Kind; 4] = [
    Kind { name: "bookings", partition: "codementee#BOOKING#", sort: "BOOKING" },
    Kind { name: "links", partition: "codementee#LINK#", sort: "LINK" },
    Kind { name: "mentors", partition: "mansa#MENTOR#", sort: "PROFILE" },
    Kind { name: "events", partition: "leadbridge#PUBLIC_EVENT#", sort: "PUBLIC_EVENT" },
];

/// How the partition keys begin of items that name a thing but are no part of it, and what others of them have in it.
const NO_PART_BEGINS: [&str; 4] = ["EVENT#", "LEDGER#", "WEBHOOK#", "EMAIL#"];
const NO_PART_HAS: [&str; 4] = ["#AUDIT#", "#NOTICES#", "#ACTIVITY", "#SLOT#"];

fn text<'a>(item: &'a Value, name: &str) -> &'a str {
    item[name]["S"].as_str().unwrap_or_default()
}

/// The items that a thing consists of, as text.
fn parts(items: &[Value], id: &str) -> Vec<String> {
    let part = |item: &&Value| {
        let pk = text(item, "pk");
        !NO_PART_BEGINS.iter().any(|other| pk.starts_with(other)) && !NO_PART_HAS.iter().any(|other| pk.contains(other))
    };
    items.iter().filter(part).map(Value::to_string).filter(|item| item.contains(id)).collect()
}

/// Puts so many of each kind into a stage's table.
pub async fn fill(stage: &mut Stage, count: usize) -> Result<()> {
    stage.begin(9000);
    stage.play(&Scene::read("codementee", "pending.scene")?, |_, _, _| {}).await?;
    let items = stage.engine.items().await?;
    for Kind { name, partition, sort } in KINDS {
        let first = items.iter().find(|item| text(item, "pk").starts_with(partition) && text(item, "sk") == sort);
        let first = first.ok_or(format!("there are no {name} to copy"))?;
        let id = text(first, "pk").rsplit('#').next().unwrap_or_default();
        let (parts, link) = (parts(&items, id), text(first, "link"));
        if parts.is_empty() {
            return Err(format!("there is nothing of {name} to copy").into());
        }
        let mut copies = Vec::with_capacity(2500);
        for n in 0..count {
            // Things are spread over partitions by the last byte of their ids, and a copy stays where it was copied from.
            let new = uuid::Uuid::now_v7().to_string();
            let new = format!("{}{}", &new[..new.len() - 2], &id[id.len() - 2..]);
            for part in &parts {
                let copy = part.replace(id, &new);
                // A link's address is its own.
                let copy = if link.is_empty() { copy } else { copy.replace(link, &format!("https://meet.google.com/fill-{n}")) };
                copies.push(serde_json::from_str(&copy)?);
            }
            if copies.len() >= 2500 {
                stage.engine.put(&copies).await?;
                copies.clear();
            }
        }
        stage.engine.put(&copies).await?;
        eprintln!("{count} {name}, each of {} items", parts.len());
    }
    Ok(())
}
