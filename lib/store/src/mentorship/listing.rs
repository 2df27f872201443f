//! Where mentors are found: by name, by area of expertise, by the beginning of a word. Each place is a small item that is
//! written with the profile; it says enough of the mentor to decide whether he is meant.

use crate::{
    Item, Page, PageRequest, Position, Store, StoreError,
    change::Change,
    item::{item, key_of, read},
    keys::{self, Key},
    page::List,
    transaction::Transaction,
};
use domain::{
    AccountId, Product,
    mentorship::{MentorProfile, Word, key_of_name},
};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// A search by words reads at most so many places: what is found is found within these.
const SEARCHED: u32 = 1000;

/// Whom somebody looks for.
#[derive(Debug, Clone, Default)]
pub struct MentorSearch {
    /// Each begins a word of name, company or expertise.
    pub words: Vec<Word>,
    /// An area of expertise, by its key.
    pub area: Option<String>,
}

/// The mentors that are found.
#[derive(Debug, Clone, Default)]
pub struct FoundMentors {
    pub ids: Vec<AccountId>,
    /// How many were found by words; a list without words does not know.
    pub count: Option<u64>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Listing {
    account_id: AccountId,
    /// All his words, with a blank before each.
    words: String,
    areas: BTreeSet<String>,
}

impl Listing {
    fn is_meant(&self, search: &MentorSearch) -> bool {
        let word = |word: &Word| self.words.contains(&format!(" {}", word.as_str()));
        search.area.as_ref().is_none_or(|area| self.areas.contains(area)) && search.words.iter().all(word)
    }
}

/// A profile's places; none while it is not listed.
fn places(profile: &MentorProfile) -> BTreeMap<Key, Listing> {
    if !profile.is_listed() {
        return BTreeMap::new();
    }
    let (product, id, name) = (profile.product, profile.account_id, key_of_name(profile.name.as_str()));
    let (words, areas) = (profile.words(), profile.areas());
    let said = words.iter().map(|word| format!(" {}", word.as_str())).collect();
    let listing = Listing { account_id: id, words: said, areas: areas.clone() };
    let by_word = words.iter().map(|word| keys::listing(keys::mentors_of_word(product, word), word.as_str(), id));
    let by_area = areas.iter().map(|area| keys::listing(keys::mentors_of_area(product, area), &name, id));
    let by_name = std::iter::once(keys::listing(keys::listed_mentors(product), &name, id));
    by_name.chain(by_area).chain(by_word).map(|key| (key, listing.clone())).collect()
}

impl<E: Clone> Transaction<E> {
    /// Moves a profile's places to where they are from now on.
    pub(super) fn list_anew(
        &mut self,
        store: &Store,
        before: Option<&MentorProfile>,
        after: Option<&MentorProfile>,
    ) -> Result<(), StoreError> {
        let (was, is) = (before.map(places).unwrap_or_default(), after.map(places).unwrap_or_default());
        for key in was.keys().filter(|key| !is.contains_key(key)) {
            self.delete(store, key, &Change::default(), None);
        }
        for (key, listing) in is.iter().filter(|(key, listing)| was.get(key) != Some(listing)) {
            self.put(store, item(key, &[], listing)?);
        }
        Ok(())
    }
}

impl Store {
    /// Finds listed mentors: up to `most` of a list, by name; or by words, all that stand among the first thousand places
    /// of the longest word, which is likely the rarest. One query either way.
    pub async fn find_mentors(&self, product: Product, search: &MentorSearch, most: u32) -> Result<FoundMentors, StoreError> {
        let (list, rarest) = looked_through(product, search);
        let most = if rarest.is_some() { SEARCHED } else { most };
        let (items, _) = self.query(&list, &PageRequest::first(most)).await?;
        let mut seen = BTreeSet::new();
        let mut ids = Vec::new();
        for place in items {
            let place = listing(place)?;
            if place.is_meant(search) && seen.insert(place.account_id) {
                ids.push(place.account_id);
            }
        }
        let count = rarest.map(|_| ids.len() as u64);
        Ok(FoundMentors { ids, count })
    }

    /// The same page by page. Whoever is found by several of his words may stand on more than one.
    pub async fn found_mentors(
        &self,
        product: Product,
        search: &MentorSearch,
        page: PageRequest,
    ) -> Result<Page<AccountId>, StoreError> {
        let (list, rarest) = looked_through(product, search);
        let at_once = if rarest.is_some() { SEARCHED } else { page.limit };
        let (places, next) = self.query(&list, &PageRequest { limit: at_once, after: page.after }).await?;
        let mut seen = BTreeSet::new();
        let mut items = Vec::new();
        for place in places {
            let key = key_of(&place);
            let place = listing(place)?;
            if place.is_meant(search) && seen.insert(place.account_id) {
                items.push(place.account_id);
                if rarest.is_some() && items.len() >= page.limit as usize {
                    return Ok(Page { items, next: key.as_ref().map(Position::of) });
                }
            }
        }
        Ok(Page { items, next })
    }

    /// How many mentors are listed under an area of expertise, as counted so far.
    pub async fn mentors_in_area(&self, product: Product, area: &str) -> Result<u64, StoreError> {
        #[derive(Default, Deserialize)]
        #[serde(default)]
        struct Counted {
            listed: u64,
            unlisted: u64,
        }
        let counted: Counted = self.get(&keys::counts_of_area(product, area)).await?.unwrap_or_default();
        Ok(counted.listed.saturating_sub(counted.unlisted))
    }
}

/// The places in which a search looks, and its longest word, if it has any.
fn looked_through(product: Product, search: &MentorSearch) -> (List, Option<&Word>) {
    let rarest = search.words.iter().max_by_key(|word| word.as_str().len());
    let list = match (rarest, &search.area) {
        (Some(word), _) => List::of_table(keys::mentors_of_word(product, word)).starting_with(word.as_str()),
        (None, Some(area)) => List::of_table(keys::mentors_of_area(product, area)),
        (None, None) => List::of_table(keys::listed_mentors(product)),
    };
    (list, rarest)
}

fn listing(place: Item) -> Result<Listing, StoreError> {
    read(place)
}
