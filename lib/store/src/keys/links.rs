//! Meet links and their pool.

use super::{Entry, Index, Key, POOL_SHARDS, entry, shard_of};
use domain::{Instant, LinkId, Product, link::MeetUrl};

/// A meet link.
pub fn link(product: Product, id: LinkId) -> Key {
    Key::new(format!("{product}#LINK#{id}"), "LINK")
}

/// The guard that makes a link's address unique.
pub fn link_url(product: Product, url: &MeetUrl) -> Key {
    Key::new(format!("{product}#LINKURL#{url}"), "LINKURL")
}

/// All links of a product.
pub fn links(product: Product) -> String {
    format!("{product}#LINKS")
}

/// A link's place in the index.
pub fn link_entries(product: Product, id: LinkId, created: Instant) -> Vec<Entry> {
    vec![entry(Index::All, links(product), format!("{created}#{id}"))]
}

/// One partition of the pool of free links.
pub fn pool_shard(product: Product, shard: u8) -> String {
    format!("{product}#POOL#{shard}")
}

/// A free link's item in the pool; a link always returns to the same partition.
pub fn pool(product: Product, id: LinkId) -> Key {
    Key::new(pool_shard(product, shard_of(id.uuid(), POOL_SHARDS)), id.to_string())
}
