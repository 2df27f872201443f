//! The four products. Each has its own face, data and memberships.

use serde::{Deserialize, Serialize};

/// A product of the platform; accounts are shared, memberships and data are not (decisions: four products).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Product {
    Codementee,
    LeadBridge,
    Mansa,
    AspireX,
}

impl Product {
    /// Every product.
    pub const ALL: [Self; 4] = [Self::Codementee, Self::LeadBridge, Self::Mansa, Self::AspireX];

    /// The name in paths, keys and token audiences.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Codementee => "codementee",
            Self::LeadBridge => "leadbridge",
            Self::Mansa => "mansa",
            Self::AspireX => "aspirex",
        }
    }

    /// The name that people see.
    pub fn title(self) -> &'static str {
        match self {
            Self::Codementee => "Codementee",
            Self::LeadBridge => "LeadBridge",
            Self::Mansa => "Mansa",
            Self::AspireX => "AspireX",
        }
    }
}

impl std::fmt::Display for Product {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.slug())
    }
}
