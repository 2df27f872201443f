//! The whole life of a booking, part by part, with everything that follows each request.

use crate::{
    Result,
    scene::{Line, Scene},
    stage::{Behind, Stage, Used},
};
use serde::{Deserialize, Serialize};

/// A part of the life.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Part {
    pub name: String,
    /// Calls of the API.
    pub calls: usize,
    /// What these asked of the table.
    pub asked: Used,
    /// What followed.
    pub behind: Behind,
}

/// Lives a booking through; parts in which nothing is counted are left out.
pub async fn live(stage: &mut Stage, round: u32) -> Result<Vec<Part>> {
    let scene = Scene::read("codementee", "booking.scene")?;
    let mut parts: Vec<Part> = Vec::new();
    stage.begin(round);
    stage
        .play(&scene, |line, sample, behind| match (line, parts.last_mut()) {
            (Line::Part(name), _) => {
                parts.push(Part { name: name.clone(), calls: 0, asked: Used::default(), behind: Behind::default() });
            }
            (Line::Ask(ask), Some(part)) if ask.measured => {
                part.calls += 1;
                part.asked += sample.map(|sample| sample.used).unwrap_or_default();
            }
            (Line::Command { .. }, Some(part)) => part.behind += behind,
            _ => {}
        })
        .await?;
    parts.remove(0);
    Ok(parts)
}

/// All parts together.
pub fn sum(parts: &[Part]) -> Part {
    let mut all = Part { name: "all of it".to_owned(), calls: 0, asked: Used::default(), behind: Behind::default() };
    for part in parts {
        all.calls += part.calls;
        all.asked += part.asked;
        all.behind += part.behind;
    }
    all
}

impl Part {
    /// All that was asked of the table.
    pub fn table(&self) -> Used {
        let mut all = self.asked;
        all += self.behind.relay;
        all += self.behind.consumers;
        all += self.behind.scheduler;
        all
    }
}
